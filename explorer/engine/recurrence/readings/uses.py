"""Where each weight acts: of which factors a step's part of its gradient consists.

With the gradient δ on the node where a matrix multiplies a vector v, that part is δ vᵀ, of rank one: its norm is ‖δ‖ ‖v‖ and
needs no matrix. A bias has δ itself, a weight that multiplies entry by entry δ∘v. What acts by way of other weights has no
such factors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf, Node, Sum
from explorer.engine.recurrence.readings.pull import Gradients
from explorer.engine.recurrence.readings.step import Step, Values

OUTER, ENTRIES, ADDED, OTHER = "outer", "entries", "added", "other"


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a weight acts: ``kind`` of its part of the gradient, the node of δ, that of v if any, and a sign."""

    kind: str
    node: int
    operand: int | None = None
    sign: int = 1


@lru_cache(maxsize=64)
def uses(step: Step) -> Mapping[str, tuple[Use, ...]]:
    """Return where each weight acts, in the order of the equations."""
    graph = step.recurrence.graph
    found: dict[str, list[Use]] = {weight.name: [] for weight in step.recurrence.weights}
    for place, node in enumerate(graph):
        for which, arg in enumerate(node.args):
            leaf = graph[arg].operator
            if isinstance(leaf, Leaf) and leaf.kind == "weight":
                found[leaf.name].append(_use(place, node, which))
    return {name: tuple(some) for name, some in found.items()}


def _use(place: int, node: Node, which: int) -> Use:
    match node.operator:
        case Sum(signs=signs):
            return Use(ADDED, place, None, signs[which])
        case Contraction(labels=("ik", "k"), out="i") if which == 0:
            return Use(OUTER, place, node.args[1])
        case Contraction(labels=(a, b), out=out) if a == b == out:
            return Use(ENTRIES, place, node.args[1 - which])
    return Use(OTHER, place)


def part(found: Values, reached: Gradients, some: Sequence[Use]) -> Floats | None:
    """Return a step's part (…, shape) of the gradient on a weight from its uses; None where one of them has no factors."""
    parts = [_part(found, reached, use) for use in some if use.node in reached]
    if any(use.kind == OTHER for use in some) or not parts:
        return None
    return np.asarray(sum(parts))


def _part(found: Values, reached: Gradients, use: Use) -> Floats:
    g = use.sign * reached[use.node]
    if use.operand is None:
        return g
    v = found[use.operand]
    return g[..., :, None] * v[..., None, :] if use.kind == OUTER else g * v
