"""The one row that a loss at the end fills, as bars: a triangle of zeros under a thin line would say nothing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.engine.floats import Floats
from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.plot.patterns import doubt, fill
from explorer.gui.plot.theme import Theme
from explorer.gui.views.flow.level_axis import PIXELS_A_TICK
from explorer.workspace.scales.gains import PATTERNS, codes, palette
from explorer.workspace.scales.ticks import whole_ticks

_LN10 = math.log(10.0)
_LEAST = 3.0
"""Decades from the foot to the top."""
_HEAD, _FLOOR = 0.06, 0.1
"""Of the height: above the highest bar, and below the lowest finite one, where zeros stand."""
_GAP = 0.16
_WIDE = 4.0
"""Pixels to a step from which on bars stand apart."""


class RowBars(PlotCanvas):
    """Draws row T alone: for each k the norm there, its height and its colour its logarithm; what is zero is dotted."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme = theme
        self._row: Floats = np.empty(0)
        self._unsure: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._decades = 6
        # It hides the triangle, and the cursor lines stand before it.
        self.setZValue(-4.2)
        self.hide()

    def present(self, row: Floats | None, decades: int, unsure: NDArray[np.bool_] | None = None) -> None:
        """Draw the natural logs of ``row`` (T+1,), the first not defined, or nothing; ``unsure`` ones have a pattern."""
        self.setVisible(row is not None)
        if row is not None:
            self._row, self._decades = row, decades
            self._unsure = np.zeros(len(row), np.bool_) if unsure is None else unsure
            self.update()

    def ends(self) -> tuple[float, float]:
        """Return the log10 at the foot and at the top: all finite ones, or the upper ones within the span of the colours."""
        finite = self._row[np.isfinite(self._row)] / _LN10
        high = float(finite.max(initial=-math.inf))
        if not math.isfinite(high):
            return -_LEAST, 0.0
        low = max(float(finite.min()), high - 2.0 * self._decades)
        low = min(low, high - _LEAST)
        span = (high - low) / (1.0 - _HEAD - _FLOOR)
        return low - _FLOOR * span, high + _HEAD * span

    def sketch(self, painter: QPainter) -> None:
        """Draw the ground, the decades and the bars."""
        painter.fillRect(self.boundingRect(), QColor(self.theme.card))
        foot, top = self.ends()
        ticks = whole_ticks(foot, top, self.box.height() / PIXELS_A_TICK)
        painter.setPen(QPen(QColor(self.theme.grid), 1.0))
        painter.drawLines([QLineF(0.0, y, self.box.width(), y) for y in (self._height_at(t, foot, top) for t in ticks)])
        inks = [QColor(*row) for row in palette(self.theme).tolist()]
        for k, code in enumerate(codes(self._row, self._decades).tolist()):
            if k:
                self._draw_bar(painter, k, code, inks[code], foot, top)

    def _height_at(self, log10: float, foot: float, top: float) -> float:
        return round((top - log10) / (top - foot) * self.box.height()) + 0.5

    def _draw_bar(self, painter: QPainter, k: int, code: int, colour: QColor, foot: float, top: float) -> None:
        """Draw the bar of step k; what is no number is as high as there is room, what is zero a little above the foot."""
        gap, bottom, log = _GAP * (self.spacing() >= _WIDE), self.box.height(), float(self._row[k])
        left, right = self.pixel(k - 0.5 + gap), self.pixel(k + 0.5 - gap)
        left, right = max(left, 0.0), min(right, self.box.width())
        if left >= right:
            return
        level = 0.0 if math.isnan(log) or log == math.inf else bottom * (1.0 - 0.5 * _FLOOR)
        if math.isfinite(log):
            level = min(self._height_at(log / _LN10, foot, top), bottom - 2.0)
        place = QRectF(left, level, right - left, bottom - level)
        if code in PATTERNS:
            fill(painter, place, colour, PATTERNS[code], self.theme)
        else:
            painter.fillRect(place, colour)
        if self._unsure[k]:
            doubt(painter, place, self.theme)
