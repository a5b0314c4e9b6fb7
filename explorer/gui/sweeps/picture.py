"""What the picture of a sweep shows, made ready: the cut through its points, its scale, its theory, its axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, finite_range
from explorer.gui.sweeps.marks import MARK
from explorer.gui.sweeps.words import value_text
from explorer.workspace.scales.ticks import Side, Tick, number, ticks
from explorer.workspace.sweeps.scale import Scale, places_of
from explorer.workspace.sweeps.slices import Showing, Slice, sliced
from explorer.workspace.sweeps.sweep import Axis, Sweep
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.theory import Prediction

_ROOM = 0.06
_DIGITS = 4
"""Of a number on an axis."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The ``cut`` through the ``table`` that is ``shown``, as a map if it ``maps``, and what ``theory`` says of it."""

    table: Table
    showing: Showing
    cut: Slice
    scale: Scale
    maps: bool
    theory: Prediction | None = None

    @classmethod
    def of(cls, table: Table, showing: Showing, maps: bool, theory: Prediction | None = None) -> Picture:
        """Return the picture of what is known of ``table`` now."""
        cut = sliced(table, showing)
        fits = theory is not None and (theory.showing, theory.maps) == (showing, maps)
        return cls(table, showing, cut, Scale.of(showing.quantity, cut.median), maps, theory if fits else None)

    @property
    def sweep(self) -> Sweep:
        """Return what is swept."""
        return self.table.sweep

    @property
    def across(self) -> Axis:
        """Return the axis from left to right."""
        return self.sweep.axes[self.showing.across]

    @property
    def up(self) -> Axis | None:
        """Return the axis upward, or of the curves; None where there is one curve."""
        return None if self.showing.up is None else self.sweep.axes[self.showing.up]

    def between(self, first: tuple[int, int], last: tuple[int, int]) -> dict[int, tuple[int, int]]:
        """Return the axes that a rectangle spans, by number, each with the indices of its ends: curves have one alone."""
        spans = {self.showing.across: (first[1], last[1])}
        if self.maps and self.showing.up is not None:
            spans[self.showing.up] = (first[0], last[0])
        return spans

    def places(self) -> Floats:
        """Return where the values of the axis across stand: at their logarithms where their ratios are even."""
        return places_of(self.across)

    def is_log(self) -> bool:
        """Return whether the axis across is one of ratios."""
        return self.across.geometric

    def sides(self, most_across: int, most_up: int) -> tuple[Side, Side]:
        """Return the two sides, with at most so many ticks."""
        if self.maps and self.up is not None:
            return _cells(self.across, most_across), _cells(self.up, most_up)
        low, high = self.range()
        labels = [(value, number(value, 4)) for value in ticks(low, high, most_up)]
        return _line(self.across, most_across), Side(low, high, labels)

    def range(self) -> tuple[float, float]:
        """Return from where to where the curves reach, with some room."""
        if self.showing.quantity == "verdict":
            return self.scale.low - 0.5, self.scale.high + 0.5
        known = [self.cut.lower, self.cut.upper, *([] if self.theory is None else [self.theory.values])]
        always = (0.0,) if self.scale.diverging else ()
        low, high = finite_range(np.concatenate([np.ravel(one) for one in known]), 1e-9, *always)
        room = _ROOM * (high - low) or 0.5
        return low - room, high + room


def cell_place(axes: Axes, picture: Picture, row: int, column: int) -> QRectF:
    """Return where a cell of the map is, or where the point of a curve stands."""
    if picture.maps:
        left, right = axes.x(column - 0.5), axes.x(column + 0.5)
        return QRectF(QPointF(left, axes.y(row + 0.5)), QPointF(right, axes.y(row - 0.5)))
    x, value = axes.x(float(picture.places()[column])), float(picture.cut.median[row, column])
    y = axes.y(value) if math.isfinite(value) else axes.frame.bottom() - MARK / 2
    return QRectF(x - 5.0, y - 5.0, 10.0, 10.0)


def _cells(axis: Axis, most: int) -> Side:
    """Return a side of cells of one width, each with its value if there is room."""
    count = len(axis.values)
    apart = max(1, math.ceil(count / max(most, 1)))
    labels: list[Tick] = [(float(i), value_text(axis.values[i], _DIGITS)) for i in range(0, count, apart)]
    return Side(-0.5, count - 0.5, labels)


def _line(axis: Axis, most: int) -> Side:
    places = places_of(axis)
    low, high = float(places[0]), float(places[-1])
    room = 0.03 * (high - low) or 0.5
    if not axis.numbers or len(places) <= most or axis.geometric:
        apart = max(1, math.ceil(len(places) / max(most, 1)))
        labels = [(float(places[i]), value_text(axis.values[i], _DIGITS)) for i in range(0, len(places), apart)]
        return Side(low - room, high + room, labels)
    return Side(low - room, high + room, [(value, number(value, 4)) for value in ticks(low, high, most)])
