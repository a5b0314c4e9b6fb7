"""A curve of one value a step, drawn with the mouse or raised step by step with the keys."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.gui.controls.spoken import Described, speak, told_anew
from explorer.gui.plot.card_axes import Axes, pen, rows
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import tr
from explorer.workspace.scales.ticks import Tick, number
from explorer.workspace.words.numbers import signed

_MARGIN = 12
_AXIS = 34
_DOTS_UP_TO = 120
_FINENESS = 20
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LIFTS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class DrawCanvas(QWidget, Described):
    """A curve of one value a step between ±``range``; ``changed()`` while it is drawn, ``released()`` after a stroke.

    With the keyboard: left and right choose a step, up and down change its value. Steps are counted from ``first``.
    """

    first = 1
    changed = Signal()
    released = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.values: list[float] = [0.0]
        self.range = 1.0
        self._step = 0
        self._last: tuple[int, float] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        speak()

    def told(self) -> str:
        """Return the chosen step and its value."""
        value = self.values[self._step]
        return tr("step {t}: {value}").format(t=self._step + self.first, value=self.said(value))

    def ends(self) -> tuple[float, float]:
        """Return the least and the greatest value that can be drawn."""
        return -self.range, self.range

    def ticks(self) -> list[Tick]:
        """Return the values that have lines, with their labels."""
        return [(share * self.range, number(share * self.range, 3)) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]

    def said(self, value: float) -> str:
        """Return a value as it is written."""
        return signed(value, 3)

    def sizeHint(self) -> QSize:
        """Return a canvas as narrow as the panel over which it stands."""
        return QSize(230, 190)

    def minimumSizeHint(self) -> QSize:
        """Return the least that can be drawn on."""
        return QSize(160, 90)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = None
            self._draw_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw from where the pointer was to where it is, leaving no step out."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._draw_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = None
            self.released.emit()

    def event(self, event: QEvent) -> bool:
        """Keep the arrows from the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and (event.key() in _MOVES or event.key() in _LIFTS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a step, or change its value."""
        key, last = Qt.Key(event.key()), len(self.values) - 1
        if key in _MOVES:
            self._step = min(max(self._step + _MOVES[key], 0), last)
        elif key in _LIFTS:
            low, high = self.ends()
            value = self.values[self._step] + _LIFTS[key] * (high - low) / (2 * _FINENESS)
            self._set(self._step, min(max(value, low), high))
            self.changed.emit()
            self.released.emit()
        else:
            super().keyPressEvent(event)
        self.update()
        told_anew(self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the axes and the curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        self._paint_axes(painter)
        self._paint_curve(painter)
        painter.end()

    def keep_step(self) -> None:
        """Choose a step that is there, and draw."""
        self._step = min(self._step, len(self.values) - 1)
        self.update()

    def _paint_axes(self, painter: QPainter) -> None:
        axes = self._axes()
        rows(painter, self.theme, axes, self.ticks())
        painter.setPen(pen(self.theme.muted, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), axes.y(0.0), axes.frame.right(), axes.y(0.0)))

    def _paint_curve(self, painter: QPainter) -> None:
        axes = self._axes()
        points = [QPointF(axes.x(i), axes.y(value)) for i, value in enumerate(self.values)]
        painter.setClipRect(axes.frame.adjusted(-6, -6, 6, 6))
        painter.setPen(QPen(QColor(self.theme.accent), self.theme.line_width))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QColor(self.theme.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        if len(points) <= _DOTS_UP_TO:
            for point in points:
                painter.drawEllipse(point, 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.selection), 2))
            painter.drawEllipse(points[self._step], 6, 6)

    def _axes(self) -> Axes:
        left = max(_AXIS, self.fontMetrics().horizontalAdvance("−0.75") + 12)
        frame = QRectF(self.rect()).adjusted(left, _MARGIN, -_MARGIN, -_MARGIN)
        return Axes(frame, -0.5, len(self.values) - 0.5, *self.ends())

    def _draw_to(self, where: QPointF) -> None:
        at, value = self._axes().at(where)
        step = min(max(math.floor(at + 0.5), 0), len(self.values) - 1)
        low, high = self.ends()
        value = min(max(value, low), high)
        start, first = self._last or (step, value)
        ends = sorted([(start, first), (step, value)])
        for i in range(ends[0][0], ends[1][0] + 1):
            share = (i - start) / (step - start) if step != start else 1.0
            self._set(i, first + share * (value - first))
        self._last, self._step = (step, value), step
        self.changed.emit()
        self.update()

    def _set(self, step: int, value: float) -> None:
        self.values[step] = round(value, 4)
