"""A gate's function and its slope with the net inputs of all units on them, that of the chosen unit marked."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.gui.core.netinputs import NetInput
from explorer.gui.plot.card_axes import Axes, columns, finite_range, laid_out, pen, rows, shade, uprights
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.warp import Warp
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.steps import SATURATED
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import percent, signed

_POINTS = 241
_NEAR = 9.0
_DOT = 3.2


class CurvePanel:
    """Draws a gate; ``said_place`` is where its numbers were written last."""

    def __init__(self, gate: NetInput, unit: int, theme: Theme) -> None:
        self.gate, self.theme = gate, theme
        self.unit = min(unit, len(gate.z) - 1)
        self.said_place = QRectF()
        self._warp = Warp.of(gate.z)
        self._axes: Axes | None = None

    def said(self) -> str:
        """Return z, f(z) and f′(z) of the chosen unit, and how many units are saturated."""
        gate, unit = self.gate, self.unit
        value, slope = signed(gate.value(unit)), signed(gate.slope(unit))
        numbers = (
            f"{gate.label}[{unit}] = {signed(float(gate.z[unit]))}, {gate.sign}(z) = {value}, {gate.prime}(z) = {slope}"
        )
        share = percent(float(np.mean(gate.slopes < SATURATED)))
        said = tr("units with {slope} below {least}: {share} %").format(slope=gate.prime, least=SATURATED, share=share)
        # A gate that is saturated may be wide open: what it multiplies passes.
        return f"{numbers}\n{gate.mean()} · {said}" if gate.alone and gate.sign != "f" else f"{numbers}\n{said}"

    def name_at(self, point: QPointF) -> str:
        """Return the unit whose point is near, with its numbers."""
        unit = self.unit_at(point)
        if unit is None:
            return ""
        gate = self.gate
        z, value, slope = (signed(one) for one in (float(gate.z[unit]), gate.value(unit), gate.slope(unit)))
        return f"{gate.label}[{unit}] = {z}\n{gate.sign}(z) = {value}, {gate.prime}(z) = {slope}"

    def unit_at(self, point: QPointF) -> int | None:
        """Return the unit whose point of f′ is near."""
        if self._axes is None:
            return None
        away = np.hypot(
            self._axes.xs(self._warp.put(self.gate.z)) - point.x(), self._axes.ys(self.gate.slopes) - point.y()
        )
        away = np.where(np.isfinite(away), away, np.inf)
        return int(np.argmin(away)) if away.min() < _NEAR else None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the name, the numbers of the unit, and the curves."""
        line, gate, theme = float(painter.fontMetrics().height()), self.gate, self.theme
        texts = self.said().split("\n")
        name = f"{gate.name} = {gate.sign}({gate.label})" if gate.alone else f"{gate.sign}({gate.label})"
        y = label(painter, area.left(), area.top(), name, theme.text, 0.0, 0.0).bottom()
        first = label(painter, area.left(), y, texts[0], theme.accent, 0.0, 0.0)
        last = label(painter, area.left(), first.bottom(), texts[1], theme.muted, 0.0, 0.0)
        self.said_place = QRectF(first.topLeft(), QPointF(area.right(), last.bottom()))
        self._axes = None
        place = QRectF(QPointF(area.left(), last.bottom() + 0.6 * line), area.bottomRight())
        if place.height() < 3.0 * line:
            return
        across = self._warp.side()
        u = np.linspace(across.low, across.high, _POINTS)
        z = self._warp.back(u)
        with np.errstate(all="ignore"):
            values, slopes = gate.function.value(z), gate.function.slope(z)
        # A function that grows without end is cut where its slope is still seen.
        seen = values[np.abs(values) <= 4.0] if np.abs(values).max() > 4.0 else values
        low, high = finite_range(np.concatenate([seen, slopes[np.abs(slopes) <= 4.0]]), 1.0, 0.0, 1.0)
        up = Side.numbers(low - 0.06 * (high - low), high + 0.06 * (high - low), 4)
        axes = self._axes = laid_out(painter, place.adjusted(0, 0, -8, 0), across, up)
        rows(painter, theme, axes, up.ticks)
        uprights(painter, theme, axes, across.ticks)
        columns(painter, theme, axes, across.ticks)
        painter.save()
        painter.setClipRect(axes.frame.adjusted(-6, -6, 6, 6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.muted, 0.8 * theme.line_width))
        painter.drawPath(axes.curve(u, values))
        painter.setPen(pen(theme.accent, theme.line_width))
        painter.drawPath(axes.curve(u, slopes))
        self._paint_points(painter, axes)
        painter.restore()
        x = axes.frame.left() + 4
        at = label(painter, x, axes.frame.top() + 1, gate.sign, theme.muted, 0.0, 0.0)
        label(painter, at.right() + 8, axes.frame.top() + 1, gate.prime, theme.accent, 0.0, 0.0)

    def _paint_points(self, painter: QPainter, axes: Axes) -> None:
        gate, theme = self.gate, self.theme
        xs, ys = axes.xs(self._warp.put(gate.z)), axes.ys(gate.slopes)
        painter.setPen(pen(theme.card, 1.0))
        painter.setBrush(shade(theme.accent, int(np.clip(900 / max(len(xs), 1) + 60, 60, 190))))
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            if math.isfinite(x) and math.isfinite(y):
                painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
        x, y = float(xs[self.unit]), float(ys[self.unit])
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        painter.setPen(pen(theme.selection, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, axes.frame.top(), x, axes.frame.bottom()))
        painter.setPen(pen(theme.selection, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), _DOT + 3.0, _DOT + 3.0)
        value = axes.y(gate.value(self.unit))
        if math.isfinite(value):
            painter.drawEllipse(QPointF(x, value), _DOT + 1.0, _DOT + 1.0)
