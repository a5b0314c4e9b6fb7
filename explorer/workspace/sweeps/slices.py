"""What of a sweep is shown: one quantity over an axis or two, seeds as their quartiles, all else at one value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.looks.verdict import Kind
from explorer.workspace.sweeps.measuring import is_word
from explorer.workspace.sweeps.result import is_seed, quantile
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.sweeps.table import Table

GRADES: tuple[Kind, ...] = ("dead", "gone", "fading", "preserved", "growing", "exploding")
"""The words of the verdict from the worst loss to the greatest growth: a median of them is one of them."""
PRESERVED = GRADES.index("preserved")
_FEW = 5


@dataclass(frozen=True, slots=True)
class Showing:
    """The ``quantity``, the axis that runs ``across``, by its number, the one that runs ``up`` or is one curve each, if any.

    All others but seeds stand at one of their values: ``at`` has an index for each axis.
    """

    quantity: str
    across: int
    up: int | None
    at: Place

    @classmethod
    def first(cls, sweep: Sweep, quantity: str = "") -> Showing:
        """Return how ``sweep`` is shown at first: its first quantity, if no other; its first axis across, the second up."""
        free = plain_axes(sweep)
        return cls(quantity or sweep.quantities[0], free[0], free[1] if len(free) > 1 else None, (0,) * len(sweep.axes))

    def is_map_of(self, sweep: Sweep) -> bool:
        """Return whether ``sweep`` is better seen as a map at first: of few values the second axis has a curve for each."""
        return self.up is not None and len(sweep.axes[self.up].values) > _FEW


@dataclass(frozen=True, slots=True)
class Slice:
    """By row (up) and column (across): the median and the quartiles, and how many points are ``known``, and ``failed``.

    Words stand as their grades, `GRADES`, 0 for the one that is preserved.
    """

    median: Floats
    lower: Floats
    upper: Floats
    known: NDArray[np.intp]
    failed: NDArray[np.intp]
    seeds: int


def plain_axes(sweep: Sweep) -> tuple[int, ...]:
    """Return the axes that are no seeds; all of them where there are only seeds."""
    return tuple(i for i, axis in enumerate(sweep.axes) if not is_seed(axis.name)) or tuple(range(len(sweep.axes)))


def sliced(table: Table, showing: Showing) -> Slice:
    """Return what is shown of ``table``."""
    values = _graded(table.values[showing.quantity]) if is_word(showing.quantity) else table.values[showing.quantity]
    shown, known, failed = (_cut(of, table.sweep, showing) for of in (values, table.known, _failed(table)))
    lower, median, upper = (quantile(shown, part, (2,)) for part in (0.25, 0.5, 0.75))
    return Slice(median, lower, upper, known.sum(axis=2), failed.sum(axis=2), shown.shape[2])


def places_of(table: Table, showing: Showing, row: int, column: int) -> list[Place]:
    """Return the points of a cell, one for each combination of seeds."""
    numbers = np.arange(table.sweep.size).reshape(table.sweep.shape)
    cell = _cut(numbers, table.sweep, showing)[row, column]
    return [tuple(map(int, np.unravel_index(number, table.sweep.shape))) for number in cell]


def typical(table: Table, showing: Showing, row: int, column: int) -> Place:
    """Return the point of a cell that is nearest to its median; the first where none is known."""
    places = places_of(table, showing, row, column)
    values = table.values[showing.quantity]
    shown = _graded(values) if is_word(showing.quantity) else values
    found = np.array([shown[place] for place in places])
    if np.isnan(found).all():
        return places[0]
    median = float(quantile(found, 0.5, (0,)))
    with np.errstate(invalid="ignore"):
        away = np.where(found == median, 0.0, np.abs(found - median))
    return places[int(np.nanargmin(away))]


def reason_of(table: Table, showing: Showing, row: int, column: int) -> str:
    """Return why a point of a cell lacks a value, "" if none does."""
    reasons = (table.reasons.get(place, "") for place in places_of(table, showing, row, column))
    return next(filter(None, reasons), "")


def _failed(table: Table) -> NDArray[np.bool_]:
    failed = np.zeros(table.sweep.shape, np.bool_)
    for place in table.reasons:
        failed[place] = True
    return failed


def _cut(of: NDArray, sweep: Sweep, showing: Showing) -> NDArray:  # type: ignore[type-arg]
    """Return an array (rows, columns, seeds) of an array that has the sweep's axes."""
    shown = [i for i in (showing.up, showing.across) if i is not None]
    seeds = [i for i, axis in enumerate(sweep.axes) if is_seed(axis.name) and i not in shown]
    for i in reversed(range(len(sweep.axes))):
        if i not in (*shown, *seeds):
            of = np.take(of, [showing.at[i]], axis=i)
    rows = [] if showing.up is None else [showing.up]
    rest = [i for i in range(len(sweep.axes)) if i not in (*shown, *seeds)]
    ordered = np.transpose(of, (*rows, showing.across, *rest, *seeds))
    high, wide = sweep.shape[rows[0]] if rows else 1, sweep.shape[showing.across]
    return ordered.reshape(high, wide, -1)


def _graded(words: NDArray) -> Floats:  # type: ignore[type-arg]
    """Return the grades of words of any shape, NaN of what is none."""
    grades: dict[str, float] = {word: float(grade - PRESERVED) for grade, word in enumerate(GRADES)}
    return np.array([grades.get(str(word), np.nan) for word in words.ravel()]).reshape(words.shape)
