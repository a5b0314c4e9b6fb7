"""Axes painted straight into a card: data to pixels, room for labels, grid and curves."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from explorer.engine.floats import Floats
from explorer.gui.plot.strokes import draw_boxes, shape, stroke
from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.ticks import Side, Tick

# Qt's rasteriser is slow and wrong far outside the picture.
_FAR = 1e4
_LARGEST = 8e307
_LONG = 4.0
"""In widths of the pen: from here on a piece of a line is long."""
_BETWEEN = 3.0
"""Pixels between two labels of a column."""
_APART = 0.85
"""In heights of a line: from here on the labels of two rows don't meet."""


@dataclass(frozen=True, slots=True)
class Axes:
    """A rectangle of pixels with the data range that it shows; ``bottom`` < ``top`` point upward."""

    frame: QRectF
    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        """Return the pixel of ``value`` on the horizontal axis."""
        return self.frame.left() + _share(value, self.left, self.right) * self.frame.width()

    def y(self, value: float) -> float:
        """Return the pixel of ``value`` on the vertical axis."""
        return self.frame.bottom() - _share(value, self.bottom, self.top) * self.frame.height()

    def at(self, point: QPointF) -> tuple[float, float]:
        """Return the data coordinates of a pixel."""
        across = (point.x() - self.frame.left()) / self.frame.width()
        up = (self.frame.bottom() - point.y()) / self.frame.height()
        return self.left + across * (self.right - self.left), self.bottom + up * (self.top - self.bottom)

    def holds(self, point: QPointF) -> bool:
        """Return whether a pixel lies inside, edges included."""
        return self.frame.adjusted(-2, -2, 2, 2).contains(point)

    def xs(self, values: Floats) -> Floats:
        """Return the pixels of ``values`` on the horizontal axis."""
        return self.frame.left() + _share(values, self.left, self.right) * self.frame.width()

    def ys(self, values: Floats) -> Floats:
        """Return the pixels of ``values`` on the vertical axis; far outside is cut, what is not finite is NaN."""
        pixels = self.frame.bottom() - _share(values, self.bottom, self.top) * self.frame.height()
        return np.where(np.isfinite(pixels), np.clip(pixels, -_FAR, _FAR), np.nan)

    def curve(self, x: Floats, y: Floats) -> QPainterPath:
        """Return the line through the points, broken where one is not finite."""
        return shape(self.xs(x), self.ys(y))

    def stroke(self, painter: QPainter, x: Floats, y: Floats) -> None:
        """Draw the same line with the painter's pen."""
        stroke_pixels(painter, self.xs(x), self.ys(y))


def stroke_pixels(painter: QPainter, across: Floats, up: Floats) -> None:
    """Draw the line through points (pixels), in pieces where these are long: short ones would make it bold."""
    if len(across) > 1 and abs(across[-1] - across[0]) < _LONG * painter.pen().widthF() * (len(across) - 1):
        painter.drawPath(shape(across, up))
    else:
        stroke(painter, across, up)


def _share(value: Any, low: float, high: float) -> Any:
    """Return where ``value`` stands from ``low`` (0) to ``high`` (1), by halves: their distance may exceed float64."""
    return (value / 2 - low / 2) / (high / 2 - low / 2)


def binned(values: Floats, most: float) -> Floats:
    """Return the means of neighbouring ``values`` in at most ``most`` even groups; NaN and −inf show through."""
    count = max(int(most), 1)
    if len(values) <= count:
        return values
    edges = np.linspace(0, len(values), count + 1).astype(np.intp)
    with np.errstate(invalid="ignore"):
        sums: Floats = np.add.reduceat(values, edges[:-1])
    return sums / np.diff(edges)


def pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine, alpha: int = 255) -> QPen:
    """Return a pen with round joints."""
    shade = QColor(colour)
    shade.setAlpha(alpha)
    result = QPen(shade, width, style)
    result.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return result


def shade(colour: str, alpha: int) -> QColor:
    """Return ``colour`` with ``alpha`` 0..255."""
    result = QColor(colour)
    result.setAlpha(alpha)
    return result


def rule(painter: QPainter, along: QRectF, width: float, colour: QColor, dotted: bool = False) -> None:
    """Draw a level or an upright line, ``along`` a rectangle without height or without width.

    Qt strokes a wide line as a shape, which takes a hundred times as long as to fill it.
    """
    half = width / 2
    whole = along.adjusted(-half, 0, half, 0) if along.width() == 0.0 else along.adjusted(0, -half, 0, half)
    painter.setPen(Qt.PenStyle.NoPen)
    if not dotted:
        painter.fillRect(whole, colour)
        return
    upright, step = along.width() == 0.0, 2.2 * width + 1.6
    count = int((along.height() if upright else along.width()) / step)
    painter.setBrush(colour)
    dots = np.empty((count, 4))
    dots[:] = whole.left(), whole.top(), *((width, width + 0.6) if upright else (width + 0.6, width))
    dots[:, int(upright)] += step * np.arange(count)
    draw_boxes(painter, dots)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def label(
    painter: QPainter,
    x: float,
    y: float,
    text: str,
    colour: str,
    across: float = 0.5,
    down: float = 0.5,
    ground: QColor | None = None,
) -> QRectF:
    """Write ``text`` (x, y) at the share ``across`` and ``down`` of it, on ``ground`` if any; return where it stands."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text), metrics.height()
    place = QRectF(x - across * width, y - down * height, width, height)
    if ground is not None:
        painter.fillRect(place.adjusted(-3, 1, 1, -1), ground)
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(place.left(), place.top() + metrics.ascent()), text)
    return place


def paragraph(painter: QPainter, area: QRectF, text: str, colour: str) -> float:
    """Write ``text`` at the top of ``area`` in as many lines as it takes; return how high it is."""
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
    place = painter.boundingRect(QRectF(area.left(), area.top(), area.width(), 1e4), flags, text)
    painter.setPen(QColor(colour))
    painter.drawText(place, flags, text)
    return place.height()


def gutter(painter: QPainter, texts: Iterable[str]) -> float:
    """Return the width that tick labels need at the left."""
    return max((painter.fontMetrics().horizontalAdvance(text) for text in texts), default=0) + 6.0


def laid_out(
    painter: QPainter, area: QRectF, across: Side, up: Side, foot: float = 0.0, beside: Iterable[str] = ()
) -> Axes:
    """Return axes that leave room in ``area`` for labels, at the left also for ``beside``, ``foot`` pixels further below."""
    left = gutter(painter, [*(text for _, text in up.ticks), *beside])
    frame = area.adjusted(left, 0.0, 0.0, -painter.fontMetrics().height() - 4.0 - foot)
    return Axes(frame, across.low, across.high, up.low, up.high)


def framed(
    painter: QPainter,
    theme: Theme,
    area: QRectF,
    across: Side,
    up: Side,
    foot: float = 0.0,
    beside: Iterable[str] = (),
) -> Axes:
    """Return the axes that are `laid_out`, with grid and labels painted; those below stand ``foot`` pixels away."""
    axes = laid_out(painter, area, across, up, foot, beside)
    rows(painter, theme, axes, up.ticks)
    columns(painter, theme, axes, across.ticks, foot)
    return axes


def rows(painter: QPainter, theme: Theme, axes: Axes, ticks: Iterable[Tick]) -> None:
    """Draw horizontal grid lines with labels at the left; of labels that would meet the higher one is written."""
    apart, last = _APART * painter.fontMetrics().height(), -math.inf
    for value, text in sorted(ticks, reverse=True):
        y = axes.y(value)
        painter.setPen(pen(theme.grid, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), y, axes.frame.right(), y))
        if y - last >= apart:
            label(painter, axes.frame.left() - 4, y, text, theme.muted, 1.0, 0.5)
            last = y


def columns(painter: QPainter, theme: Theme, axes: Axes, ticks: Iterable[Tick], foot: float = 0.0) -> None:
    """Draw labels ``foot`` pixels under the axes; a label stays within the frame, and out of the way of the one before it."""
    left, right, taken = axes.frame.left() - 4, axes.frame.right() + 4, -math.inf
    for value, text in sorted(ticks):
        half = painter.fontMetrics().horizontalAdvance(text) / 2
        x = min(max(axes.x(value), left + half), max(right - half, axes.frame.left()))
        if x - half > taken:
            label(painter, x, axes.frame.bottom() + foot + 3, text, theme.muted, 0.5, 0.0)
            taken = x + half + _BETWEEN


def uprights(painter: QPainter, theme: Theme, axes: Axes, ticks: Iterable[Tick]) -> None:
    """Draw vertical grid lines."""
    painter.setPen(pen(theme.grid, 1.0))
    for value, _ in ticks:
        x = axes.x(value)
        painter.drawLine(QLineF(x, axes.frame.top(), x, axes.frame.bottom()))


def page(painter: QPainter, area: QRectF, theme: Theme, text: str) -> None:
    """Write a sentence in the middle where there is nothing to draw."""
    painter.setPen(QColor(theme.muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(16, 4, -16, -4), int(flags), text)


def finite_range(values: NDArray[np.float64], least: float, *always: float) -> tuple[float, float]:
    """Return the range of the finite ``values`` and of ``always``, at least ``least`` wide."""
    finite = values[np.isfinite(values)]
    low = min([float(finite.min())] if finite.size else [], default=math.inf)
    high = max([float(finite.max())] if finite.size else [], default=-math.inf)
    low, high = min([low, *always]), max([high, *always])
    if not (math.isfinite(low) and math.isfinite(high)):
        return -0.5 * least, 0.5 * least
    # Their distance is to be a number, too; what lies beyond is out of sight.
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    lack = max(least - (high - low), 0.0) / 2
    return low - lack, high + lack
