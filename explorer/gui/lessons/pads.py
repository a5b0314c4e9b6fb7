"""Where a person draws what a row will be, or how far it reaches, in the place of the plot that will show it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.engine.floats import Floats
from explorer.gui.controls.draw_canvas import DrawCanvas
from explorer.gui.controls.spoken import Amount, Measured, speak, told_anew
from explorer.gui.plot.card_axes import Axes, columns, label, page, pen
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import tr
from explorer.workspace.scales.ticks import Tick, ticks
from explorer.workspace.words.numbers import power_of_ten, scientific

PlaceOf = Callable[[float], float]
"""Where a step stands on the screen, in pixels from its left: the views above and below a pad have it there."""

_LOW, _HIGH = -12.0, 6.0
"""Decades that can be drawn."""
_EVERY = 3
_MOVES = {Qt.Key.Key_Left: 1, Qt.Key.Key_Right: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


def _between(pad: QWidget, place_of: PlaceOf | None, ends: tuple[float, float], usual: QRectF) -> QRectF:
    """Return ``usual`` with its sides where the views around the ``pad`` have two steps, if all between them is in sight."""
    if place_of is None:
        return usual
    corner = pad.mapToGlobal(QPoint(0, 0)).x()
    left, right = (place_of(step) - corner for step in ends)
    if not 0.0 <= left < right <= pad.width():
        return usual
    return QRectF(left, usual.top(), right - left, usual.height())


def _steps(t: int) -> list[Tick]:
    return [(k, str(round(k))) for k in ticks(0.0, float(t), 8, least=1.0)]


class CurvePad(DrawCanvas):
    """A row to be drawn: log10 of the gain from s_t back to each s_k, k = 0..t; at s_t itself it is 0.

    What is not drawn yet follows what is: level further back, and straight to s_t.
    """

    first = 0
    place_of: PlaceOf | None = None

    def __init__(self, theme: Theme, t: int) -> None:
        super().__init__(theme)
        self.values = [0.0] * (t + 1)
        self.drawn = False
        self._step = t
        self._reach = (t, 0)
        self.changed.connect(self._begin)

    def curve(self) -> Floats:
        """Return what is drawn (t+1,)."""
        return np.array([*self.values[:-1], 0.0])

    def ends(self) -> tuple[float, float]:
        """Return the decades that can be drawn."""
        return _LOW, _HIGH

    def ticks(self) -> list[Tick]:
        """Return powers of ten."""
        return [(float(decade), power_of_ten(decade)) for decade in range(int(_LOW), int(_HIGH) + 1, _EVERY)]

    def said(self, value: float) -> str:
        """Return a gain as it is written."""
        return "×" + scientific(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, and until something is drawn say how."""
        super().paintEvent(event)
        if not self.drawn:
            painter = QPainter(self)
            area = QRectF(self.rect()).adjusted(60, 0, 0, -self.height() / 2)
            page(painter, area, self.theme, tr("Draw the row here, from sₜ at the right back to s₀ at the left."))
            painter.end()

    def _begin(self) -> None:
        self.drawn = True

    def _set(self, step: int, value: float) -> None:
        super()._set(step, value)
        first, last = self._reach = min(self._reach[0], step), max(self._reach[1], step)
        self.values[:first] = [self.values[first]] * first
        rest = len(self.values) - 1 - last
        self.values[last + 1 :] = [self.values[last] * (1.0 - i / rest) for i in range(1, rest + 1)]

    def _paint_axes(self, painter: QPainter) -> None:
        super()._paint_axes(painter)
        columns(painter, self.theme, self._axes(), _steps(len(self.values) - 1))

    def _axes(self) -> Axes:
        axes = super()._axes()
        usual = axes.frame.adjusted(0, 0, 0, -self.fontMetrics().height())
        return replace(axes, frame=_between(self, self.place_of, (axes.left, axes.right), usual))


class HorizonPad(QWidget, Measured):
    """A marker to be put where the gradient of s_t falls below the threshold; ``changed()`` when it is moved.

    With the keyboard: left and down move it a step further back, right and up a step nearer.
    """

    changed = Signal()
    place_of: PlaceOf | None = None

    def __init__(self, theme: Theme, t: int) -> None:
        super().__init__()
        self.theme, self.t = theme, t
        self.steps = (t + 1) // 2
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        speak()

    def amount(self) -> Amount:
        """Return how far back the marker stands."""
        return Amount(float(self.steps), 0.0, float(self.t), 1.0, tr("steps: {count}").format(count=self.steps))

    def take(self, value: float) -> None:
        """Put the marker so many steps back."""
        self.steps = min(max(round(value), 0), self.t)
        self.update()
        told_anew(self)
        self.changed.emit()

    def minimumSizeHint(self) -> QSize:
        """Return the least that can be pointed at."""
        return QSize(160, 60)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the marker where the pointer is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the marker."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def event(self, event: QEvent) -> bool:
        """Keep the arrows from the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the marker by a step."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            self.take(self.steps + _MOVES[key])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the way back from s_t, and the marker on it."""
        painter, axes = QPainter(self), self._axes()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        columns(painter, self.theme, axes, _steps(self.t))
        x, frame = axes.x(self.t - self.steps), axes.frame
        reached = QColor(self.theme.accent)
        reached.setAlphaF(0.18)
        painter.fillRect(QRectF(x, frame.top(), axes.x(self.t) - x, frame.height()), reached)
        painter.setPen(pen(self.theme.border, 1.0))
        painter.drawLine(QLineF(frame.left(), frame.bottom(), frame.right(), frame.bottom()))
        painter.setPen(QPen(QColor(self.theme.selection if self.hasFocus() else self.theme.accent), 3.0))
        painter.drawLine(QLineF(x, frame.top(), x, frame.bottom()))
        inside = x + 8 + painter.fontMetrics().horizontalAdvance(self.amount().said) < frame.right()
        label(painter, x + (8 if inside else -8), frame.center().y(), self.amount().said, self.theme.text,
              0.0 if inside else 1.0)  # fmt: skip
        painter.end()

    def _axes(self) -> Axes:
        below, last = self.fontMetrics().height() + 6, float(max(self.t, 1))
        usual = QRectF(self.rect()).adjusted(40, 8, -16, -below)
        return Axes(_between(self, self.place_of, (0.0, last), usual), 0.0, last, 0.0, 1.0)

    def _go_to(self, where: QPointF) -> None:
        self.take(self.t - math.floor(self._axes().at(where)[0] + 0.5))
