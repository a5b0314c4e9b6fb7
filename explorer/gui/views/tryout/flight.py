"""The ball's flight through its box, with the direction that the network says and the one that it has."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explorer.gui.plot.card_axes import Axes, label, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.picture import called, dot, ring
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import per_cent, share, told
from explorer.workspace.looks.tryout import Tried

_WALL = 1.08
"""The box reaches from −1 to 1; so far is drawn."""
_ARROW = 0.42
"""Length of an arrow, where the half box is one."""
_NEAR = 12.0


class Flight:
    """Draws the path up to the chosen step, arrows at its end, and a bar for each direction."""

    height = 186

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._axes: Axes | None = None
        self._rows: list[QRectF] = []

    def summary(self) -> str:
        """Return the likeliest direction after the chosen step."""
        tried = self._tried
        said = tr("after step {t}: {name}, {share}")
        return said.format(
            t=tried.t, name=called(tried, tried.best), share=share(float(tried.said[tried.t - 1, tried.best]))
        )

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint the box at the left, what the arrows mean under it, and the directions at the right."""
        metrics = painter.fontMetrics()
        shares = metrics.horizontalAdvance(per_cent("< 0.1")) + 44.0
        names = [called(self._tried, j) for j in range(len(self._tried.names))]
        widest = max(map(metrics.horizontalAdvance, names))
        if area.width() - shares - widest < 0.4 * area.width():
            names, widest = list(self._tried.names), metrics.horizontalAdvance("↗")
        side = max(min(area.height() - metrics.height() - 6.0, area.width() - shares - widest), 40.0)
        box = QRectF(area.left() + 1, area.top() + 1, side - 2, side - 2)
        self._axes = Axes(box, -_WALL, _WALL, -_WALL, _WALL)
        self._paint_path(painter, theme, self._axes)
        self._paint_arrows(painter, theme, self._axes)
        self._paint_legend(painter, theme, QPointF(box.left() + 4, box.bottom() + 4 + metrics.height() / 2))
        self._paint_directions(painter, theme, area.adjusted(side + 8, 2, 0, 0), names)

    def name_at(self, point: QPointF) -> str:
        """Return the position or the direction under the pointer."""
        t = self.step_at(point)
        if t:
            x, y = (f"{part:.2f}".replace("-", "−") for part in self._tried.fed.x[t - 1].tolist())
            answer = f"{called(self._tried, int(self._tried.said[t - 1].argmax()))}"
            seen = tr("step {t}: seen at ({x}, {y}); the answer here: {answer}")
            return seen.format(t=t, x=x, y=y, answer=answer)
        j = next((j for j, row in enumerate(self._rows) if row.contains(point)), -1)
        if j < 0:
            return ""
        text = told(called(self._tried, j), share(float(self._tried.said[self._tried.t - 1, j])))
        return text + ("\n" + tr("this is where it flies") if j == self._tried.target else "")

    def step_at(self, point: QPointF) -> int:
        """Return the step whose position is nearest to the pointer, where one is near."""
        if self._axes is None:
            return 0
        apart = [_distance(self._at(t), point) for t in range(1, self._tried.steps + 1)]
        nearest = int(np.argmin(apart))
        return nearest + 1 if apart[nearest] < _NEAR else 0

    def symbol_at(self, _: QPointF) -> str:
        """Return "": a direction is no symbol."""
        return ""

    def _at(self, t: int) -> QPointF:
        assert self._axes is not None
        x, y = self._tried.fed.x[t - 1]
        return QPointF(self._axes.x(float(x)), self._axes.y(float(y)))

    def _paint_path(self, painter: QPainter, theme: Theme, axes: Axes) -> None:
        """Paint the walls and the positions: those to come are faint."""
        painter.setPen(pen(theme.border, 1.5))
        painter.setBrush(shade(theme.grid, 90))
        painter.drawRect(QRectF(QPointF(axes.x(-1), axes.y(1)), QPointF(axes.x(1), axes.y(-1))))
        t, T = self._tried.t, self._tried.steps
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part, style in ((range(1, t + 1), Qt.PenStyle.SolidLine), (range(t, T + 1), Qt.PenStyle.DotLine)):
            painter.setPen(pen(theme.muted, 1.0, style))
            painter.drawPolyline(QPolygonF([self._at(i) for i in part]))
        for i in range(1, T + 1):
            dot(painter, theme.text if i <= t else theme.border, self._at(i), 4.5 if i == t else 2.0)

    def _paint_arrows(self, painter: QPainter, theme: Theme, axes: Axes) -> None:
        """Paint a rose of the probabilities, the arrow of the likeliest direction, and dashed the true one."""
        tried, start = self._tried, self._at(self._tried.t)
        reach = _ARROW * axes.frame.width() / (2 * _WALL)
        for j, part in enumerate(tried.said[tried.t - 1]):
            painter.setPen(pen(theme.accent, 3.0, alpha=110))
            painter.drawLine(start, start + _towards(j, reach * float(part)))
        if tried.target >= 0:
            _arrow(painter, theme.text, start, tried.target, reach * 1.35, Qt.PenStyle.DashLine)
        _arrow(painter, theme.accent, start, tried.best, reach, Qt.PenStyle.SolidLine)

    def _paint_directions(self, painter: QPainter, theme: Theme, area: QRectF, names: list[str]) -> None:
        """Paint a row for each direction: its bar lies behind its name and its probability."""
        tried = self._tried
        line = area.height() / len(names)
        self._rows = []
        for j, name in enumerate(names):
            place = QRectF(area.left(), area.top() + j * line, area.width(), line - 2.0)
            self._rows.append(place)
            part, middle = float(tried.said[tried.t - 1, j]), place.center().y()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade(theme.grid, 150))
            painter.drawRoundedRect(place, 3, 3)
            painter.setBrush(shade(theme.accent, 95))
            bar = QRectF(place.left(), place.top(), max(place.width() * part, 1.5), place.height())
            painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), 3)
            if j == tried.target:
                ring(painter, theme, QPointF(place.left() + 9, middle), 4.0)
            colour = theme.text if part >= 0.1 or j == tried.target else theme.muted
            label(painter, place.left() + 20, middle, name, colour, 0.0, 0.5)
            label(painter, place.right() - 4, middle, share(part), colour, 1.0, 0.5)

    def _paint_legend(self, painter: QPainter, theme: Theme, at: QPointF) -> None:
        """Say which arrow is which."""
        for text, colour, style in (
            (tr("said"), theme.accent, Qt.PenStyle.SolidLine),
            (tr("true"), theme.text, Qt.PenStyle.DashLine),
        ):
            if style == Qt.PenStyle.DashLine and self._tried.target < 0:
                return
            painter.setPen(pen(colour, 2.0, style))
            painter.drawLine(at, at + QPointF(20, 0))
            placed = label(painter, at.x() + 25, at.y(), text, theme.muted, 0.0, 0.5)
            at = QPointF(placed.right() + 12, at.y())


def _towards(direction: int, length: float) -> QPointF:
    """Return the step of ``length`` pixels in one of the eight directions, the first to the right."""
    angle = direction * math.pi / 4
    return QPointF(length * math.cos(angle), -length * math.sin(angle))


def _arrow(painter: QPainter, colour: str, start: QPointF, direction: int, length: float, style: Qt.PenStyle) -> None:
    end = start + _towards(direction, length)
    painter.setPen(pen(colour, 2.4, style))
    painter.drawLine(start, end)
    painter.setPen(pen(colour, 2.4))
    for turn in (3.4, -3.4):
        painter.drawLine(end, end + _towards_turned(direction, turn))


def _towards_turned(direction: int, turn: float) -> QPointF:
    angle = (direction + turn) * math.pi / 4
    return QPointF(8.0 * math.cos(angle), -8.0 * math.sin(angle))


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
