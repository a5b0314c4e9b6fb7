"""What a reading of equations has found so far, and how it says what is wrong."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.equations.build import Builder
from explorer.engine.recurrence.equations.shapes import Axes, Sizes, shown
from explorer.engine.recurrence.equations.text import Place, place_of, refusal
from explorer.engine.recurrence.expressions.expression import AHEAD, Shape

_MOST_SHOWN = 40


@dataclass
class Found:
    """The graph as far as it is read, and what each name was found to be.

    ``declared`` are the shapes that the text leaves open, ``activation`` what f(…) stands for; ``named`` is the node that a
    name means now; ``first`` where a state or a weight was read first; ``last`` the name that was assigned last.
    """

    text: str
    declared: Mapping[str, Shape]
    activation: str = "tanh"
    sizes: Sizes = field(default_factory=Sizes)
    builder: Builder = field(default_factory=Builder)
    named: dict[str, int] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    states: dict[str, Axes] = field(default_factory=dict)
    weights: dict[str, Axes] = field(default_factory=dict)
    first: dict[str, Place] = field(default_factory=dict)
    last: str = ""

    def shape(self, node: int) -> Axes:
        """Return the axes of a node."""
        return cast(Axes, self.builder.nodes[node].shape)

    def shown(self, axes: Axes) -> str:
        """Return axes as a person reads them."""
        return shown(self.sizes.shape(axes))

    def place(self, node: ast.AST) -> Place:
        """Return where a part of the tree begins."""
        return place_of(node, self.text)

    def source(self, node: ast.AST) -> str:
        """Return the text of a part of the tree, cut where it is long."""
        text = " ".join((ast.get_source_segment(self.text, node) or "").split())
        return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"

    def wrong(self, node: ast.AST, reason: Refusal) -> Refusal:
        """Return the refusal of a part of the tree."""
        return refusal(self.place(node), reason)

    def is_data(self, node: int) -> bool:
        """Return whether a node depends on the input or the state."""
        return self.builder.nodes[node].stage >= AHEAD
