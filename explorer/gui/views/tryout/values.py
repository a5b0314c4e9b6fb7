"""Predicted numbers beside the true ones: the next value of a series, and the sum of two marked values."""

from __future__ import annotations

import math
import sys

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.picture import chosen_step, dot, ring
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.tryout import Tried
from explorer.workspace.scales.ticks import Side

_LARGEST_PLAIN = 1e7
_MOST_DECIMALS = 6


class _Values:
    """Draws numbers over the steps: dots are what is true, the line is what the network says, rings are targets."""

    height = 186

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._axes: Axes | None = None

    @property
    def said(self) -> Floats:
        """Return what the network says after each step (T,)."""
        return self._tried.said[:, 0]

    @property
    def wanted(self) -> Floats:
        """Return what it should say (T,); NaN for nothing."""
        wanted = self._tried.wanted
        return np.full(self._tried.steps, np.nan) if wanted is None else np.asarray(wanted, dtype=np.float64)[:, 0]

    def step_at(self, point: QPointF) -> int:
        """Return the step under the pointer."""
        if self._axes is None or not self._axes.holds(point):
            return 0
        return int(np.clip(round(self._axes.at(point)[0]), 1, self._tried.steps))

    def symbol_at(self, _: QPointF) -> str:
        """Return "": a number is no symbol."""
        return ""

    def _frame(self, painter: QPainter, area: QRectF, theme: Theme, values: Floats, last: int) -> Axes:
        low, high = finite_range(values, 1e-3)
        margin = 0.06 * (high - low)
        up = Side(low - margin, high + margin, Side.numbers(low, high, 4).ticks)
        room = area.adjusted(2, painter.fontMetrics().height() + 4, -8, 0)
        self._axes = framed(painter, theme, room, Side.steps(1, max(last, 2), 6), up)
        return self._axes


class Series(_Values):
    """Draws a series and, at each step, what was said of it one step before: right where the line meets the dot."""

    def summary(self) -> str:
        """Return what is predicted after the chosen step, and what comes."""
        t = self._tried.t
        said, wanted = self._short(self.said[t - 1]), float(self.wanted[t - 1])
        if math.isnan(wanted):
            return tr("after step {t}: next {said}").format(t=t, said=said)
        return tr("after step {t}: next {said}, true {true}").format(t=t, said=said, true=self._short(wanted))

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint the true values as dots at t + 1 and the predictions as a line through the same places."""
        T, t = self._tried.steps, self._tried.t
        axes = self._frame(painter, area, theme, np.concatenate([self.said, self.wanted]), T + 1)
        chosen_step(painter, theme, axes, t)
        later = 2.0 + np.arange(float(T))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.border, 1.0))
        painter.drawPath(axes.curve(later, self.wanted))
        for at, value in zip(later, self.wanted, strict=True):
            if math.isfinite(value):
                dot(painter, theme.muted, QPointF(axes.x(at), axes.y(value)), 2.0)
        painter.setPen(pen(theme.accent, 1.3 * theme.line_width))
        painter.drawPath(axes.curve(later, self.said))
        self._paint_error(painter, theme, axes)
        _legend(painter, theme, area, (tr("said one step before"), tr("true")))

    def name_at(self, point: QPointF) -> str:
        """Return what is predicted after the step under the pointer."""
        t = self.step_at(point)
        if not t:
            return ""
        said, wanted = float(self.said[t - 1]), float(self.wanted[t - 1])
        text = tr("after step {t} the network says: next {said}").format(t=t, said=self._short(said))
        if math.isnan(wanted):
            return text + "\n" + tr("what comes then is not known")
        return (
            text
            + "\n"
            + tr("true: {true}, off by {error}").format(true=self._short(wanted), error=self._short(said - wanted))
        )

    def _short(self, value: float) -> str:
        """Return a value as one reads it off: to a hundredth of what the true ones span, in whichever units."""
        known = self.wanted[np.isfinite(self.wanted)].tolist()
        # Their distance may exceed float64.
        span = min(max(known) - min(known), sys.float_info.max) if known else 0.0
        return _to_hundredth(value, span or abs(value))

    def _paint_error(self, painter: QPainter, theme: Theme, axes: Axes) -> None:
        """Join what is said after the chosen step to what comes."""
        t = self._tried.t
        said, wanted = float(self.said[t - 1]), float(self.wanted[t - 1])
        place = QPointF(axes.x(t + 1), axes.y(said))
        if math.isfinite(wanted):
            true = QPointF(axes.x(t + 1), axes.y(wanted))
            painter.setPen(pen(theme.bound, 2.0))
            painter.drawLine(place, true)
            ring(painter, theme, true)
        dot(painter, theme.accent, place, 4.0)


class Sum(_Values):
    """Draws the values of the adding problem, the two marked ones big, and what the network says that their mean is."""

    def summary(self) -> str:
        """Return the sum with its numbers, and what the network says of it at the end."""
        marked, t = self._marked(), self._tried.t
        wanted = float(self.wanted[-1])
        if len(marked) != 2 or math.isnan(wanted):
            return tr("after step {t}: {said}").format(t=t, said=_short(self.said[t - 1], 3))
        a, b = (_short(float(self._tried.fed.x[i, 0]), 3) for i in marked)
        return tr("½({a} + {b}) = {true}, said {said}").format(
            a=a, b=b, true=_short(wanted, 3), said=_short(self.said[t - 1], 3)
        )

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint the values as stems, the marked ones named, the answer as a line and the target at the end."""
        values, T = self._tried.fed.x[:, 0], self._tried.steps
        axes = self._frame(painter, area, theme, np.concatenate([self.said, values, [0.0, 1.0]]), T)
        chosen_step(painter, theme, axes, self._tried.t)
        for i, value in enumerate(values):
            painter.setPen(pen(theme.border, 1.5))
            painter.drawLine(QPointF(axes.x(i + 1), axes.y(0.0)), QPointF(axes.x(i + 1), axes.y(value)))
            dot(painter, theme.muted, QPointF(axes.x(i + 1), axes.y(value)), 1.5)
        wanted = float(self.wanted[-1])
        if math.isfinite(wanted):
            painter.setPen(pen(theme.text, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(axes.frame.left(), axes.y(wanted)), QPointF(axes.frame.right(), axes.y(wanted)))
            ring(painter, theme, QPointF(axes.x(T), axes.y(wanted)))
        painter.setPen(pen(theme.accent, 1.3 * theme.line_width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(axes.curve(1.0 + np.arange(float(T)), self.said))
        dot(painter, theme.accent, QPointF(axes.x(self._tried.t), axes.y(float(self.said[self._tried.t - 1]))), 4.0)
        self._paint_marked(painter, theme, axes)
        _legend(painter, theme, area, (tr("said so far"), tr("half the sum")), ringed=True)

    def name_at(self, point: QPointF) -> str:
        """Return the value under the pointer, whether it counts, and what is said there."""
        t = self.step_at(point)
        if not t:
            return ""
        value = _short(float(self._tried.fed.x[t - 1, 0]), 3)
        counts = t - 1 in self._marked()
        text = tr("step {t}: {value}, marked") if counts else tr("step {t}: {value}, not marked")
        return "\n".join(
            [text.format(t=t, value=value), tr("said here: {said}").format(said=_short(self.said[t - 1], 3))]
        )

    def _marked(self) -> list[int]:
        return [int(i) for i in np.flatnonzero(self._tried.fed.x[:, 1] == 1.0)]

    def _paint_marked(self, painter: QPainter, theme: Theme, axes: Axes) -> None:
        """Write the marked values at their stems."""
        for i in self._marked():
            value = float(self._tried.fed.x[i, 0])
            top = QPointF(axes.x(i + 1), axes.y(value))
            painter.setPen(pen(theme.ghosts["sigmoid"], 2.5))
            painter.drawLine(QPointF(top.x(), axes.y(0.0)), top)
            dot(painter, theme.ghosts["sigmoid"], top, 4.5)
            self._write_value(painter, theme, top, _short(value, 3))

    def _write_value(self, painter: QPainter, theme: Theme, at: QPointF, text: str) -> None:
        """Write a marked value above its point, on a ground of its own: other stems stand behind it."""
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 6.0
        place = QRectF(at.x() - width / 2, at.y() - metrics.height() - 6.0, width, metrics.height())
        assert self._axes is not None
        place.moveLeft(min(max(place.left(), self._axes.frame.left()), self._axes.frame.right() - width))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(theme.card, 225))
        painter.drawRoundedRect(place, 3, 3)
        label(painter, place.center().x(), place.center().y(), text, theme.text)


def _legend(painter: QPainter, theme: Theme, area: QRectF, texts: tuple[str, str], ringed: bool = False) -> None:
    """Write above the axes what the line is, and what the dots or the ring."""
    middle = area.top() + painter.fontMetrics().height() / 2
    x = area.right() - 4
    placed = label(painter, x, middle, texts[1], theme.muted, 1.0, 0.5)
    if ringed:
        ring(painter, theme, QPointF(placed.left() - 9, middle), 4.0)
    else:
        dot(painter, theme.muted, QPointF(placed.left() - 8, middle), 2.0)
    placed = label(painter, placed.left() - 24, middle, texts[0], theme.muted, 1.0, 0.5)
    painter.setPen(pen(theme.accent, 1.3 * theme.line_width))
    painter.drawLine(QPointF(placed.left() - 22, middle), QPointF(placed.left() - 5, middle))


def _short(value: float, decimals: int = 2) -> str:
    """Return a number as one reads it off: the values of these tasks are about one."""
    text = f"{value:.{decimals}f}" if abs(value) < 100 else f"{value:.4g}"
    return text.replace("-", "−")


def _to_hundredth(value: float, span: float) -> str:
    """Return ``value`` with the decimals that make out a hundredth of ``span``."""
    decimals = 2 - math.floor(math.log10(span)) if span else 2
    plain = abs(value) < _LARGEST_PLAIN and decimals <= _MOST_DECIMALS
    text = f"{value:.{max(decimals, 0)}f}" if plain else f"{value:.4g}"
    return text.replace("-", "−")
