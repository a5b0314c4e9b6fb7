"""The chart of the gradient's lags: a bar for each, what truncation takes as a hollow one, and the line of the whole sum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explorer.engine.activations import Floats
from explorer.gui.inspect_axes import (
    Axes,
    columns,
    finite_range,
    gutter,
    label,
    pen,
    rows,
    shade,
    whole_ticks,
)  # fmt: skip
from explorer.gui.theme import Theme
from explorer.workspace.lags import LagPair
from explorer.workspace.numbers import power_of_ten, scientific

_LN10 = math.log(10.0)
_NARROWEST = 2.0
_LEAST_DECADES = 1.5
_MARK = 5.0


@dataclass(frozen=True, slots=True)
class Chart:
    """The lags on their axes: x is the lag t − k, y is log10 of norms."""

    pair: LagPair
    axes: Axes
    theme: Theme

    @property
    def count(self) -> int:
        """Return how many lags there are."""
        return len(self.pair.full.log_norm)

    def lag_at(self, point: QPointF) -> int | None:
        """Return the lag at ``point``, or None."""
        frame = self.axes.frame.adjusted(-2, -2, 2, _MARK + 6)
        if not frame.contains(point):
            return None
        return min(max(round(self.axes.at(point)[0]), 0), self.count - 1)


def paint_chart(painter: QPainter, area: QRectF, theme: Theme, pair: LagPair, chosen: int) -> Chart:
    """Paint the lags of ``pair`` into ``area``, the ``chosen`` lag marked, and return where they stand."""
    chart = Chart(pair, _axes(painter, area, theme, pair), theme)
    full, cut = pair.full.log_norm / _LN10, pair.cut.log_norm / _LN10
    _hollow(painter, chart, np.where(full == cut, np.nan, full))
    _bars(painter, chart, cut, chosen)
    _marks(painter, chart, cut)
    _chosen(painter, chart, chosen)
    if pair.full is not pair.cut:
        _line(painter, chart, pair.full.log_whole, Qt.PenStyle.DashLine, theme.muted)
    _line(painter, chart, pair.cut.log_whole, Qt.PenStyle.SolidLine, theme.bound)
    _whole(painter, chart)
    return chart


def _axes(painter: QPainter, area: QRectF, theme: Theme, pair: LagPair) -> Axes:
    """Return the axes with grid and labels painted."""
    line, count = painter.fontMetrics().height(), len(pair.full.log_norm)
    wholes = [pair.full.log_whole, pair.cut.log_whole]
    low, high = finite_range(np.array([*pair.full.log_norm, *pair.cut.log_norm, *wholes]) / _LN10, 0.5)
    low = math.floor(min(low, high - _LEAST_DECADES))
    # The line of the whole sum has its name above it.
    high += line / max(area.height() - 2 * line, line) * (high - low)
    values = [float(value) for value in whole_ticks(low, math.ceil(high), 4) if value <= high]
    texts = [power_of_ten(round(value)) for value in values]
    left = gutter(painter, [*texts, "t − k"])
    frame = area.adjusted(left, 3, -4, -line - _MARK - 6)
    axes = Axes(frame, -0.5, count - 0.5, low, high)
    rows(painter, theme, axes, values, texts)
    marks = whole_ticks(0, count - 1, 5) if count > 1 else [0]
    under = Axes(frame.adjusted(0, 0, 0, _MARK + 2), axes.left, axes.right, 0, 1)
    columns(painter, theme, under, [float(m) for m in marks], [str(m) for m in marks])
    label(painter, frame.left() - 4, under.frame.bottom() + 3, "t − k", theme.muted, 1.0, 0.0)
    return axes


def _grouped(values: Floats, width: float) -> tuple[Floats, Floats, Floats]:
    """Return left ends, right ends (in lags) and heights of bars at least two pixels wide: the tallest of each group.

    A group is a true zero where all of it is, and no number where any of it is none.
    """
    count = min(len(values), max(int(width / _NARROWEST), 1))
    edges = np.linspace(0, len(values), count + 1).astype(np.intp)
    tallest: Floats = np.maximum.reduceat(values, edges[:-1])
    ends = edges.astype(np.float64) - 0.5
    return ends[:-1], ends[1:], tallest


def _boxes(chart: Chart, values: Floats) -> list[QRectF]:
    """Return the bars of the finite ``values``, from the bottom."""
    axes = chart.axes
    left, right, heights = _grouped(values, axes.frame.width())
    gap = 0.14 if len(heights) == len(values) and axes.frame.width() / len(values) > 4 else 0.0
    corners = zip(axes.xs(left + gap).tolist(), axes.xs(right - gap).tolist(), axes.ys(heights).tolist(), strict=True)
    return [QRectF(a, y, b - a, axes.frame.bottom() - y) for a, b, y in corners if math.isfinite(y)]


def _bars(painter: QPainter, chart: Chart, values: Floats, chosen: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(chart.theme.accent, 120))
    painter.drawRects(_boxes(chart, values))
    if 0 <= chosen < len(values) and math.isfinite(values[chosen]):
        axes = chart.axes
        half = max(0.36 * axes.frame.width() / len(values), 1.0)
        x, y = axes.x(chosen), axes.y(float(values[chosen]))
        painter.fillRect(QRectF(x - half, y, 2 * half, axes.frame.bottom() - y), shade(chart.theme.accent, 255))


def _hollow(painter: QPainter, chart: Chart, values: Floats) -> None:
    """Draw what truncation throws away as outlines."""
    boxes = _boxes(chart, np.where(np.isnan(values), -np.inf, values))
    if not boxes:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(chart.theme.muted, 1.0, Qt.PenStyle.DotLine))
    if boxes[0].width() > 4:
        painter.drawRects(boxes)
        return
    tops = [QPointF(x, box.top()) for box in boxes for x in (box.left(), box.right())]
    painter.drawPolyline(QPolygonF(tops))


def _marks(painter: QPainter, chart: Chart, values: Floats) -> None:
    """Mark true zeros below the axis by squares, what is no number by a cross, overflow by a full bar."""
    axes, theme = chart.axes, chart.theme
    left, right, heights = _grouped(values, axes.frame.width())
    top = axes.frame.bottom() + 2
    for a, b, value in zip(axes.xs(left).tolist(), axes.xs(right).tolist(), heights.tolist(), strict=True):
        width = min(max(b - a - 1.0, 1.0), _MARK)
        place = QRectF((a + b - width) / 2, top, width, _MARK)
        if value == -math.inf:
            painter.fillRect(place, shade(theme.text, 255))
        elif value == math.inf:
            painter.fillRect(QRectF(a, axes.frame.top(), b - a, axes.frame.height()), shade(theme.explode[1], 255))
        elif math.isnan(value):
            painter.setPen(pen(theme.nan, 1.4))
            painter.drawLines(
                [QLineF(place.topLeft(), place.bottomRight()), QLineF(place.topRight(), place.bottomLeft())]
            )


def _chosen(painter: QPainter, chart: Chart, lag: int) -> None:
    """Point at the lag of the chosen pair."""
    if not 0 <= lag < chart.count:
        return
    x, y = chart.axes.x(lag), chart.axes.frame.bottom()
    painter.setPen(pen(chart.theme.accent, 1.0, Qt.PenStyle.DotLine))
    painter.drawLine(QLineF(x, chart.axes.frame.top(), x, y + _MARK + 2))


def _line(painter: QPainter, chart: Chart, log: float, style: Qt.PenStyle, colour: str) -> None:
    if math.isfinite(log):
        y = chart.axes.y(log / _LN10)
        painter.setPen(pen(colour, 0.8 * chart.theme.line_width, style))
        painter.drawLine(QLineF(chart.axes.frame.left(), y, chart.axes.frame.right(), y))


def _whole(painter: QPainter, chart: Chart) -> None:
    """Write the norm of the sum that the optimiser sees above its line."""
    log, frame = chart.pair.cut.log_whole, chart.axes.frame
    if math.isfinite(log):
        text = f"‖∂L/∂{chart.pair.name}‖ = {scientific(log / _LN10)}"
        width, height = painter.fontMetrics().horizontalAdvance(text), painter.fontMetrics().height()
        y = chart.axes.y(log / _LN10) - height
        painter.fillRect(QRectF(frame.right() - width - 4, y, width + 4, height - 1), shade(chart.theme.card, 200))
        label(painter, frame.right() - 2, y, text, chart.theme.bound, 1.0, 0.0)
