"""The chart of the gradient's lags: a bar for each, what truncation takes as a hollow one, and lines for the whole sums."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.lags import LagPair
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import scientific, threshold

_LN10 = math.log(10.0)
_NARROWEST = 2.0
_LEAST_DECADES, _NEAR_DECADES = 1.5, 1.0
_MARK = 5.0
_LAG = "t − k"


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


def paint_chart(
    painter: QPainter, area: QRectF, theme: Theme, pair: LagPair, chosen: int, losses: int, clip: float | None
) -> Chart:
    """Paint the lags of ``pair`` into ``area``, the ``chosen`` lag marked, and return where they stand.

    ``pair`` is on the scale of the mean over ``losses``; where a norm is clipped at ``clip``, a line says so.
    """
    chart = Chart(pair, _axes(painter, area, theme, pair, clip), theme)
    full, cut = pair.full.log_norm / _LN10, pair.cut.log_norm / _LN10
    _hollow(painter, chart, np.where(full == cut, np.nan, full))
    _bars(painter, chart, cut, chosen)
    _marks(painter, chart, cut)
    _chosen(painter, chart, chosen)
    _lines(painter, chart, losses, clip)
    return chart


def _axes(painter: QPainter, area: QRectF, theme: Theme, pair: LagPair, clip: float | None) -> Axes:
    """Return the axes with grid and labels painted; a threshold within a decade of the largest norm is in sight."""
    line, count = painter.fontMetrics().height(), len(pair.full.log_norm)
    wholes = [pair.full.log_whole, pair.cut.log_whole]
    low, high = finite_range(np.array([*pair.full.log_norm, *pair.cut.log_norm, *wholes]) / _LN10, 0.5)
    if clip is not None and high < math.log10(clip) <= high + _NEAR_DECADES:
        high = math.log10(clip)
    low = math.floor(min(low, high - _LEAST_DECADES))
    # The line of the whole sum has its name above it.
    high += line / max(area.height() - 2 * line, line) * (high - low)
    across, up = Side(-0.5, count - 0.5, Side.steps(0, count - 1, 5).ticks), Side.decades(low, high)
    axes = framed(painter, theme, area.adjusted(0, 3, -4, 0), across, up, _MARK + 2, [_LAG])
    label(painter, axes.frame.left() - 4, axes.frame.bottom() + _MARK + 5, _LAG, theme.muted, 1.0, 0.0)
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
            painter.fillRect(QRectF(a, axes.frame.top(), b - a, axes.frame.height()), shade(theme.grow, 255))
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


def _lines(painter: QPainter, chart: Chart, losses: int, clip: float | None) -> None:
    """Draw the norms of the whole sums and the threshold as lines, and name each where no other name stands."""
    pair, theme = chart.pair, chart.theme
    norm = f"‖∂L/∂{pair.name}‖" + (f" / {losses}" if losses > 1 else "")
    lines = [
        (pair.cut.log_whole, f"{norm} = {scientific(pair.cut.log_whole / _LN10)}", theme.bound, Qt.PenStyle.SolidLine)
    ]
    if pair.full is not pair.cut:
        lines.append(
            (
                pair.full.log_whole,
                tr("not truncated: {value}").format(value=scientific(pair.full.log_whole / _LN10)),
                theme.muted,
                Qt.PenStyle.DashLine,
            )
        )
    if clip is not None:
        lines.append(
            (math.log(clip), tr("clip: {value}").format(value=threshold(clip)), theme.threshold, Qt.PenStyle.DotLine)
        )
    seen = [line for line in lines if chart.axes.bottom <= line[0] / _LN10 <= chart.axes.top]
    for log, _, colour, style in seen:
        y = chart.axes.y(log / _LN10)
        painter.setPen(pen(colour, 0.8 * theme.line_width, style))
        painter.drawLine(QLineF(chart.axes.frame.left(), y, chart.axes.frame.right(), y))
    taken: list[QRectF] = []
    for log, text, colour, _ in seen:
        _name(painter, chart, log, text, colour, taken)


def _name(painter: QPainter, chart: Chart, log: float, text: str, colour: str, taken: list[QRectF]) -> None:
    """Write ``text`` at a line, above or below it, at the right or the left: the first place that is not ``taken``."""
    metrics, frame, y = painter.fontMetrics(), chart.axes.frame, chart.axes.y(log / _LN10)
    width, height = metrics.horizontalAdvance(text) + 4.0, metrics.height() - 1.0
    room = frame.adjusted(0, -height, 0, 0)
    places = [
        QRectF(x, top, width, height) for x in (frame.right() - width, frame.left()) for top in (y - height - 1, y + 1)
    ]
    free = [place for place in places if room.contains(place) and not any(map(place.intersects, taken))]
    if free:
        taken.append(free[0])
        painter.fillRect(free[0], shade(chart.theme.card, 215))
        label(painter, free[0].center().x(), free[0].center().y(), text, colour, 0.5, 0.5)
