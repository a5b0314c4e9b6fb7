"""What a network is fed: a text, a generated series, or numbers."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.checks import check_range
from explorer.workspace.exploration.looking import MOST_STEPS
from explorer.workspace.exploration.scaling import ColumnScale

MOST_COLUMNS = 256
"""Of a table. What a network of another framework reads may be wider, and is fed for fewer steps then."""
MOST_FED = 2048
MOST_NUMBERS_FED = MOST_STEPS * MOST_COLUMNS
BY_HAND = ("typed", "edited", "drawn")
"""Where numbers come from that come from no file."""
EXAMPLES = ("adding", "ball", "sine", "series", "shape", "logic")
"""The kinds of tasks whose example is a series of numbers: it is called by them, and comes from no file either."""


class Text(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="text"):
    """Words or characters of a typed text, one-hot over a vocabulary; words that are "spaced" are parted by spaces alone.

    An empty ``vocabulary`` means the text's own; what a given one lacks becomes the visible ``<unk>``.
    ``markers`` puts ``<s>`` and ``</s>`` around each sentence.
    """

    text: str
    unit: Literal["word", "character", "spaced"] = "word"
    vocabulary: tuple[str, ...] = ()
    markers: bool = False


class Signal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="signal"):
    """A generated series of one column; ``period`` in steps; the step starts and the impulse falls at ``onset``."""

    kind: Literal["sine", "impulse", "step", "constant", "noise"] = "sine"
    steps: Annotated[int, Meta(ge=1, le=MOST_STEPS)] = 40
    amplitude: float = 1.0
    period: float = 20.0
    onset: Annotated[int, Meta(ge=1, le=MOST_STEPS)] = 1
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 0

    def __post_init__(self) -> None:
        check_range("steps", self.steps, 1, MOST_STEPS)
        check_range("amplitude", self.amplitude, -1e6, 1e6)
        check_range("period", self.period, 1e-3, 1e6)
        check_range("onset", self.onset, 1, MOST_STEPS)


class Numbers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="numbers"):
    """A series of real vectors, one row a step: typed, pasted, drawn, or read from a CSV file.

    ``columns`` names the columns (empty: x1, x2, ...); ``source`` says where the numbers came from: one of `BY_HAND`
    or `EXAMPLES`, or a file's name. ``scaling`` says how each column is fed (empty: as it is); the rows keep their units.
    """

    rows: tuple[tuple[float, ...], ...]
    columns: tuple[str, ...] = ()
    source: str = "typed"
    scaling: tuple[ColumnScale, ...] = ()

    def __post_init__(self) -> None:
        check_range("steps", len(self.rows), 1, MOST_STEPS)
        width = len(self.rows[0])
        check_range("columns", width, 1, MOST_FED)
        check_range("numbers of the sequence", len(self.rows) * width, 1, MOST_NUMBERS_FED)
        for t, row in enumerate(self.rows, start=1):
            if len(row) != width:
                raise BadExploration(
                    "Step {step} has {got} numbers, but the first step has {expected}.",
                    step=t, got=len(row), expected=width,
                )  # fmt: skip
            if not all(map(math.isfinite, row)):
                raise BadExploration("x_{step} holds a number that is not finite.", step=t)
        if self.columns and len(self.columns) != width:
            raise BadExploration(
                "There are {got} column names for {expected} columns.", got=len(self.columns), expected=width
            )
        if self.scaling and len(self.scaling) != width:
            raise BadExploration(
                "There are {got} scales for {expected} columns.", got=len(self.scaling), expected=width
            )
        if not all(math.isfinite(one.centre) and 0.0 < one.spread < math.inf for one in self.scaling):
            raise BadExploration("A scale needs a finite centre and a finite spread above zero.")


Sequence = Text | Signal | Numbers


def inputs_of(sequence: Sequence) -> int:
    """Return of how many numbers an input is."""
    if isinstance(sequence, Text):
        return len(sequence.vocabulary)
    return len(sequence.rows[0]) if isinstance(sequence, Numbers) else 1
