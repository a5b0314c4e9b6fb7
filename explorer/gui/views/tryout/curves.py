"""The probabilities of a few classes over the steps, named at their ends; a ring marks what is to be said."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.gui.plot.card_axes import Axes, finite_range, gutter, label, pen, rows
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.picture import (
    after,
    called,
    chosen_step,
    dot,
    flag_steps,
    flagged,
    name_steps,
    ring,
    room_for_steps,
)
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import noted, per_cent, share, told
from explorer.workspace.looks.tryout import Tried
from explorer.workspace.scales.ticks import number, ticks
from explorer.workspace.words.numbers import signed

MOST = 6
"""So many classes can be told apart as lines."""
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)
_NAME = 96


class Curves:
    """Draws each output over the steps."""

    height = 186

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._axes: Axes | None = None

    def summary(self) -> str:
        """Return the answer after the chosen step."""
        tried = self._tried
        said = tried.said[tried.t - 1]
        j = tried.best
        answer = f"{called(tried, j)} {self._value(float(said[j]))}"
        if tried.target >= 0:
            answer = (tr("{answer}, right") if tried.target == j else tr("{answer}, wrong")).format(answer=answer)
        return tr("{after}: {answer}").format(after=after(tried, tried.t), answer=answer)

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint the curves, the names at their right ends, and rings at what is to be said."""
        tried, axes = self._tried, self._frame(painter, area, theme)
        chosen_step(painter, theme, axes, tried.t)
        steps = 1.0 + np.arange(float(tried.steps))
        for j, values in enumerate(tried.said.T):
            colour = _colour(theme, j)
            painter.setPen(pen(colour, 1.3 * theme.line_width, _STYLES[j % len(_STYLES)]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(axes.curve(steps, values))
            dot(painter, colour, QPointF(axes.x(tried.t), axes.y(float(values[tried.t - 1]))), 3.0)
        self._paint_wanted(painter, theme, axes)
        self._paint_names(painter, theme, axes)

    def name_at(self, point: QPointF) -> str:
        """Return all answers after the step under the pointer."""
        t = self.step_at(point)
        if not t:
            return ""
        tried = self._tried
        lines = [noted(after(tried, t), f"t = {t}")]
        order = np.argsort(-tried.said[t - 1])
        lines += [told(called(tried, j), self._value(float(tried.said[t - 1, j]))) for j in order]
        wanted = self._wanted(t)
        if wanted is not None:
            lines.append(tr("target: {name}").format(name=wanted))
        return "\n".join(lines)

    def step_at(self, point: QPointF) -> int:
        """Return the step under the pointer."""
        if self._axes is None or not self._axes.holds(point):
            return 0
        return int(np.clip(round(self._axes.at(point)[0]), 1, self._tried.steps))

    def symbol_at(self, _: QPointF) -> str:
        """Return "": an answer is no symbol."""
        return ""

    @property
    def _shares(self) -> bool:
        return self._tried.readout != "identity"

    def _value(self, value: float) -> str:
        return share(value) if self._shares else signed(value)

    def _wanted(self, t: int) -> str | None:
        """Return in words what is to be said after step t, None for nothing."""
        wanted = self._tried.wanted
        if wanted is None:
            return None
        if self._tried.readout == "softmax":
            return called(self._tried, int(wanted[t - 1])) if wanted[t - 1] >= 0 else None
        given = wanted[t - 1]
        return ", ".join(map(self._value, given.tolist())) if np.isfinite(given).all() else None

    def _frame(self, painter: QPainter, area: QRectF, theme: Theme) -> Axes:
        tried = self._tried
        low, high = (0.0, 1.0) if self._shares else finite_range(tried.said, 1e-3)
        values = ticks(low, high, 2 if self._shares else 4)
        marks = [(value, per_cent(f"{100 * value:.0f}") if self._shares else number(value)) for value in values]
        metrics = painter.fontMetrics()
        names = max(metrics.horizontalAdvance(called(tried, j)) for j in range(len(tried.names)))
        left, right = gutter(painter, (text for _, text in marks)) + 2, min(names, _NAME) + 22.0
        below = room_for_steps(painter, tried, area.width() - left - right)
        above = 0.5 * metrics.height() + (metrics.height() if flagged(tried) else 0.0)
        frame = area.adjusted(left, above, -right, -below)
        self._axes = Axes(frame, 1.0, max(float(tried.steps), 2.0), low, high)
        rows(painter, theme, self._axes, marks)
        name_steps(painter, theme, self._axes, tried)
        flag_steps(painter, theme, self._axes, tried)
        return self._axes

    def _paint_wanted(self, painter: QPainter, theme: Theme, axes: Axes) -> None:
        """Draw a ring where the target's curve should be at one: on the curve of a class, at the number of any other."""
        wanted = self._tried.wanted
        if wanted is None:
            return
        for t in range(1, self._tried.steps + 1):
            values = np.atleast_1d(wanted[t - 1])
            if self._tried.readout == "softmax":
                values = self._tried.said[t - 1, values[values >= 0].astype(int)]
            for value in values[np.isfinite(values)]:
                ring(painter, theme, QPointF(axes.x(t), axes.y(float(value))), 5.5)

    def _paint_names(self, painter: QPainter, theme: Theme, axes: Axes) -> None:
        """Name each line behind its end, the names pushed apart, and a ring before the name of the last target."""
        tried, metrics = self._tried, painter.fontMetrics()
        order, line = np.argsort(-tried.said[-1]), metrics.height()
        y = axes.frame.top() - 1.5 * line
        for rank, j in enumerate(order):
            least = axes.frame.bottom() + 0.5 * line - line * (len(order) - rank)
            y = min(max(axes.y(float(tried.said[-1, j])) - line / 2, y + line), least)
            left = axes.frame.right() + 18
            name = metrics.elidedText(called(tried, j), Qt.TextElideMode.ElideRight, _NAME)
            label(painter, left, y, name, _colour(theme, int(j)), 0.0, 0.0)
            if tried.readout == "softmax" and tried.wanted is not None and tried.wanted[-1] == j:
                ring(painter, theme, QPointF(left - 7, y + line / 2), 4.0)


def _colour(theme: Theme, j: int) -> str:
    colours = (theme.ghosts["relu"], theme.ghosts["sigmoid"], theme.accent, theme.bound, theme.trend, theme.curve)
    return colours[j % len(colours)]
