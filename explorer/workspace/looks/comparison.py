"""`Comparison`: several networks side by side, fed the same, and how two of them differ at every pair of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine import Verdict, verdict
from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.looks.judging import BoolArray
from explorer.workspace.looks.running import Run
from explorer.workspace.looks.spans import span_over

Known = Run | Refusal | None
"""What is known of a network: its run, why there is none, or nothing yet."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the networks that stand side by side. All logarithms are natural.

    log_gain (T+1, T+1): ln gains [t, k] in the norm of the lens, NaN for k > t. states (T+1, N): s_0 … s_T. row (t+1,):
    ln gains of the chosen row, with the ``verdict`` on it; low, high (t+1,): the band of one that is an estimate, else
    None. shown (T+1, T+1): ln of what the lens asks to be seen of all pairs, the gains themselves or norms of what a
    loss sends back; ``unsure`` (T+1, T+1): which of them may be rounding and nothing else, None where none is known to be.
    ``late``: it is of a recipe that the network had before, and its own is still being worked out. ``lines``: the `pieces`
    of the contours of what is shown, where somebody has cut them: the thread that paints need not.
    """

    run: Run
    shown: Floats
    row: Floats
    verdict: Verdict
    low: Floats | None
    high: Floats | None
    late: bool
    unsure: BoolArray | None
    lines: tuple[tuple[int, Floats], ...] | None = None

    @property
    def recipe(self) -> Recipe:
        """Return the recipe of the network that was run."""
        return self.run.recipe

    @property
    def log_gain(self) -> Floats:
        """Return ln gains (T+1, T+1) at [t, k] of the sequence."""
        return self.run.square

    @property
    def later(self) -> bool:
        """Return whether what is shown goes the other way, too, or alone: to k behind t."""
        if self.shown is self.run.square:
            return self.run.backward or self.run.opposite is not None
        return any(chain.backward for chain in self.run.network.architecture.chains)

    @property
    def states(self) -> Floats:
        """Return all states (T+1, N)."""
        return self.run.course.s[::-1] if self.run.backward else self.run.course.s


@dataclass(frozen=True, slots=True)
class Comparison:
    """The networks of an exploration, in its order, at the chosen pair (t, k), and one span of colours for all.

    A side is a `Refusal` where the network can't be worked out, None where nothing is known of it yet. ``pair``: of which
    two log_ratio (T+1, T+1) is ln of the ratio of what is shown of them, the second's to the first's; None where one is not
    known. ``quantity`` is what is shown; where it fills the ``last_row`` alone, there is no other.
    """

    sides: tuple[Side | Refusal | None, ...]
    active: int
    t: int
    k: int
    decades: int
    pair: tuple[int, int] | None
    log_ratio: Floats | None
    quantity: str
    last_row: bool

    @property
    def steps(self) -> int:
        """Return T."""
        return next(len(side.log_gain) - 1 for side in self.sides if isinstance(side, Side))

    @property
    def complete(self) -> bool:
        """Return whether every network was worked out as it is."""
        return not any(side is None or (isinstance(side, Side) and side.late) for side in self.sides)


def comparison_of(
    exploration: Exploration,
    known: Sequence[Known],
    t: int,
    k: int,
    shown: Callable[[Run], Floats | Refusal],
    unsure: Callable[[Run], BoolArray | None],
    last_row: bool = False,
) -> Comparison:
    """Return the comparison of what is ``known`` of the networks, one by one, at the pair (t, k).

    ``shown`` gives what the lens asks to be seen of a run, and ``unsure`` what of that is known to be in doubt.
    """
    asked = zip(known, exploration.networks, strict=True)
    sides = tuple(_side(one, recipe, exploration, t, shown, unsure) for one, recipe in asked)
    pair = _pair(exploration)
    return Comparison(
        sides=sides, active=exploration.active, t=t, k=k,
        decades=span_over(exploration.lens, [side.shown for side in sides if isinstance(side, Side)]),
        quantity=exploration.lens.quantity, last_row=last_row,
        pair=pair, log_ratio=None if pair is None else _log_ratio(sides[pair[0]], sides[pair[1]]),
    )  # fmt: skip


def against(exploration: Exploration) -> int | None:
    """Return which network the active one is compared with: the chosen one, else the one before it, or after the first."""
    if len(exploration.networks) < 2:
        return None
    if exploration.against not in (None, exploration.active):
        return exploration.against
    return exploration.active - 1 if exploration.active else 1


def _pair(exploration: Exploration) -> tuple[int, int] | None:
    """Return which two networks are looked at as one picture, where a person asks for it."""
    other = against(exploration) if exploration.stage in ("difference", "swipe") else None
    return None if other is None else (other, exploration.active)


def _side(
    known: Known,
    recipe: Recipe,
    exploration: Exploration,
    t: int,
    shown: Callable[[Run], Floats | Refusal],
    unsure: Callable[[Run], BoolArray | None],
) -> Side | Refusal | None:
    if not isinstance(known, Run):
        return known
    seen = shown(known)
    if isinstance(seen, Refusal):
        return seen
    doubts = unsure(known)
    known = known.facing(exploration.selection)
    t = known.time(t)
    row = known.log_gain[t, : t + 1]
    return Side(
        run=known, shown=seen, row=row, verdict=verdict(row, exploration.lens.threshold),
        low=known.end_of_band("low", t), high=known.end_of_band("high", t), late=known.recipe != recipe,
        unsure=doubts,
    )  # fmt: skip


def _log_ratio(one: Side | Refusal | None, other: Side | Refusal | None) -> Floats | None:
    """Return ln of the ratio of two flows (T+1, T+1), read-only; of two true zeros there is none, it is NaN."""
    if not (isinstance(one, Side) and isinstance(other, Side)):
        return None
    with np.errstate(invalid="ignore"):
        ratio = other.shown - one.shown
    ratio.setflags(write=False)
    return ratio
