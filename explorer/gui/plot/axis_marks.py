"""Where the line, the ticks and the labels of an axis stand.

pyqtgraph finds the same places, but asks a painter for the room of each word and NumPy for a handful of numbers, whenever the
type, the size or the range is another: that takes three times as long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

_FILLED = ((0, 0.8), (2, 0.6), (4, 0.4), (6, 0.2))
"""With so many labels written, no finer level is written where it would fill this share of the axis."""
_LEVELS_WITH_LABELS = 3
_LINE = 0.8
"""Of the height of a line a label takes."""
_OVER = 1.0
_FLAGS = {
    "left": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "bottom": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
}

Level = tuple[Sequence[float], Sequence[str]]
"""Values that have a tick, and what is written there."""
Written = tuple[QRectF, int, str]
"""Where the label of a tick stands, its flags and its text."""
Line = tuple[QPen, Any, Any]
Specs = tuple[Line, list[Line], list[Written]]
"""What pyqtgraph draws: the line, the ticks and the labels."""


def multiples(spacings: Sequence[float], low: float, high: float) -> list[list[float]]:
    """Return the multiples of each of ``spacings`` from ``low`` to ``high``, but for those of a wider one before."""
    taken, found = set[int](), list[list[float]]()
    # All are compared in parts of the finest.
    unit = min(spacings, default=1.0) / 100
    for spacing in spacings:
        counts = range(math.ceil(low / spacing), math.floor(high / spacing) + 1)
        new = {round(i * spacing / unit): i * spacing for i in counts}
        found.append([value for key, value in new.items() if key not in taken])
        taken |= new.keys()
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """An axis at the ``left`` or the ``bottom`` of a plot.

    ``bounds`` is its place in its own pixels, ``low`` and ``high`` are the values at its ends, ``tick`` is how long one is,
    inwards where that is negative, and ``gap`` lies between it and a label.
    """

    side: str
    bounds: QRectF
    low: float
    high: float
    tick: float
    gap: float

    @property
    def upright(self) -> bool:
        """Return whether it stands at a side."""
        return self.side == "left"

    @property
    def length(self) -> float:
        """Return the pixels from end to end."""
        return self.bounds.height() if self.upright else self.bounds.width()

    @property
    def reach(self) -> float:
        """Return how long the line is: it stands over by a pixel at either end."""
        return self.length + 2 * _OVER

    def place(self, value: float) -> float:
        """Return the pixels of ``value`` from the top or the left; outside the axis it is NaN."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        place = self.length * (1.0 - share if self.upright else share)
        return place if -1e-9 <= place <= self.length + 1e-9 else math.nan

    def line(self, pen: QPen) -> Line:
        """Return the line along the whole axis."""
        bounds = self.bounds
        if self.upright:
            return pen, bounds.topRight() - QPointF(_OVER, _OVER), bounds.bottomRight() + QPointF(-_OVER, _OVER)
        return pen, bounds.topLeft() + QPointF(-_OVER, _OVER), bounds.topRight() + QPointF(_OVER, _OVER)

    def ticks(self, levels: Sequence[Level], pen: QPen) -> list[Line]:
        """Return a tick for each value; those of finer levels are shorter and fainter."""
        found = list[Line]()
        for i, (values, _) in enumerate(levels):
            faint, places = _faint(pen, int(255 / (i + 1))), (self.place(value) for value in values)
            found += [(faint, *self._tick(at, self.tick / (0.5 * i + 1.0))) for at in places if not math.isnan(at)]
        return found

    def labels(self, levels: Sequence[Level], metrics: QFontMetricsF, seen: QRectF) -> list[Written]:
        """Return the labels that are wholly in what is ``seen``; no level is begun that would crowd them."""
        found, filled, high = list[Written](), 0.0, metrics.height() * _LINE
        for i, level in enumerate(levels[:_LEVELS_WITH_LABELS]):
            there = [(self.place(value), text) for value, text in zip(*level, strict=True)]
            sized = [(at, metrics.horizontalAdvance(text), text) for at, text in there if not math.isnan(at)]
            filled += sum(high if self.upright else wide for _, wide, _ in sized) / self.reach
            if i and any(len(found) >= count and filled >= share for count, share in _FILLED):
                break
            placed = [(self._label(at, wide, high), self._flags, text) for at, wide, text in sized]
            # Of a label at the very edge, rounded, Qt does not say that it is contained.
            found += [label for label in placed if seen & label[0] == label[0]]
        return found

    @property
    def _flags(self) -> int:
        return int((_FLAGS[self.side] | Qt.TextFlag.TextDontClip).value)

    def _tick(self, at: float, length: float) -> tuple[QPointF, QPointF]:
        if self.upright:
            return QPointF(self.bounds.right(), at), QPointF(self.bounds.right() - length, at)
        return QPointF(at, self.bounds.top()), QPointF(at, self.bounds.top() + length)

    def _label(self, at: float, wide: float, high: float) -> QRectF:
        away = max(self.tick, 0.0) + self.gap
        if self.upright:
            return QRectF(self.bounds.right() - away - wide, at - high / 2, wide, high)
        return QRectF(at - wide / 2, self.bounds.top() + away, wide, high)


def _faint(pen: QPen, alpha: int) -> QPen:
    faint, colour = QPen(pen), pen.color()
    faint.setColor(QColor(colour.red(), colour.green(), colour.blue(), alpha))
    return faint
