"""A canvas on which a person draws the input."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.bare import Aside
from explorer.gui.controls.plain import Label, teach
from explorer.gui.controls.slider import STEPS, ValueSlider
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, mark
from explorer.workspace.exploration.exploration import MOST_STEPS

_MARGIN = 12
_TITLE_BAR = 34
_AXIS = 34
_DOTS_UP_TO = 120
_FINENESS = 20
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LIFTS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class Canvas(QWidget):
    """A curve of one value a step between ±``range``; ``changed()`` while it is drawn, ``released()`` after a stroke.

    With the keyboard: left and right choose a step, up and down change its value.
    """

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
            value = self.values[self._step] + _LIFTS[key] * self.range / _FINENESS
            self._set(self._step, min(max(value, -self.range), self.range))
            self.changed.emit()
            self.released.emit()
        else:
            super().keyPressEvent(event)
        self.update()

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
        area = self._area()
        for level in (-1.0, -0.5, 0.0, 0.5, 1.0):
            y = self._point(0, level * self.range).y()
            painter.setPen(QPen(QColor(self.theme.muted if level == 0 else self.theme.grid), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self.theme.muted))
            label = f"{level * self.range:.3g}".replace("-", "−")
            box = QRectF(0, y - 12, area.left() - 6, 24)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)

    def _paint_curve(self, painter: QPainter) -> None:
        points = [self._point(i, value) for i, value in enumerate(self.values)]
        painter.setClipRect(self._area().adjusted(-6, -6, 6, 6))
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

    def _area(self) -> QRectF:
        axis = max(_AXIS, self.fontMetrics().horizontalAdvance("−0.75") + 12)
        return QRectF(self.rect()).adjusted(axis, _MARGIN, -_MARGIN, -_MARGIN)

    def _point(self, step: int, value: float) -> QPointF:
        area = self._area()
        x = area.left() + area.width() * (step + 0.5) / len(self.values)
        return QPointF(x, area.center().y() - value / self.range * area.height() / 2)

    def _draw_to(self, where: QPointF) -> None:
        area = self._area()
        step = int((where.x() - area.left()) / area.width() * len(self.values))
        step = min(max(step, 0), len(self.values) - 1)
        value = (area.center().y() - where.y()) / area.height() * 2 * self.range
        value = min(max(value, -self.range), self.range)
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


class DrawDialog(Aside):
    """Draws a curve: ``drawn(values)`` at each movement, ``released()`` at the end of each stroke.

    It is opened where it covers nothing that follows the drawing, and comes back where it was put.
    """

    drawn = Signal(object)
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phrases = Phrases()
        self.canvas = Canvas(theme)
        self.steps = ValueSlider(1, MOST_STEPS, 0, logarithmic=True, unit=STEPS)
        self.range = ValueSlider(0.1, 10, 1, logarithmic=True)
        self.clear_button, self._close = QPushButton(), QPushButton()
        self._labels = Label(), Label(), Label()
        self._left_at: QRect | None = None
        self._build()
        self._say()
        self.canvas.changed.connect(self._emit)
        self.canvas.released.connect(self.released)
        self.steps.changed.connect(self._set_steps)
        self.steps.released.connect(self.released)
        self.range.changed.connect(self._set_range)
        self.clear_button.clicked.connect(self.clear)
        self._close.clicked.connect(self.close)

    def open_over(self, corner: QRect) -> None:
        """Show the canvas at the lower left of ``corner``, in pixels of the screen, or where it was left."""
        if self._left_at is None:
            self.ensurePolished()
            least = self.minimumSizeHint().expandedTo(QSize(corner.width(), 0))
            size = QSize(least.width(), max(self.heightForWidth(least.width()), least.height()))
            top = corner.bottom() - size.height() - _TITLE_BAR
            self._left_at = QRect(QPoint(corner.left(), max(corner.top(), top)), size)
        if not self.isVisible():
            self.resize(self._left_at.size())
            self.move(self._left_at.topLeft())
        self.show()
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember the place."""
        super().hideEvent(event)
        self._left_at = QRect(self.pos(), self.size())

    def begin(self, values: tuple[float, ...]) -> None:
        """Put a curve on the canvas to go on from; nobody is told."""
        self.canvas.values = list(values)
        self.canvas.range = max(1.0, *map(abs, values))
        self.range.set_value(self.canvas.range)
        self.steps.set_value(len(values))
        self.canvas.keep_step()

    def clear(self) -> None:
        """Make every value zero."""
        self.canvas.values = [0.0] * len(self.canvas.values)
        self.canvas.update()
        self._emit()
        self.released.emit()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self.canvas.theme = theme
        self.phrases.retranslate()
        self.canvas.update()

    def _set_steps(self, steps: float) -> None:
        if not 1 <= steps <= MOST_STEPS:
            return
        values = self.canvas.values
        self.canvas.values = values[: int(steps)] + values[-1:] * (int(steps) - len(values))
        self.steps.set_value(steps)
        self.canvas.keep_step()
        self._emit()

    def _set_range(self, value: float) -> None:
        if value > 0:
            self.canvas.range = value
            self.range.set_value(value)
            self.canvas.update()

    def _emit(self) -> None:
        self.drawn.emit(tuple(self.canvas.values))

    def _build(self) -> None:
        hint, steps_label, range_label = self._labels
        hint.setProperty("muted", True)
        hint.setWordWrap(True)
        steps_label.setBuddy(self.steps)
        range_label.setBuddy(self.range)
        settings, buttons = QGridLayout(), QHBoxLayout()
        for i, (label, slider) in enumerate(((steps_label, self.steps), (range_label, self.range))):
            settings.addWidget(label, i, 0)
            settings.addWidget(slider, i, 1)
        buttons.addStretch(1)
        for button in (self.clear_button, self._close):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self._close.setProperty("primary", True)
        self._close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(6)
        column.addWidget(hint)
        column.addWidget(self.canvas, 1)
        column.addLayout(settings)
        column.addLayout(buttons)

    def _say(self) -> None:
        hint, steps_label, range_label = self._labels
        self.phrases.add(self.setWindowTitle, mark("Draw the input"))
        self.phrases.add(
            hint.setText,
            mark(
                "Draw with the mouse, or with the arrow keys: the network is fed at once, and each stroke can be undone."
            ),
        )
        self.phrases.add(steps_label.setText, mark("&steps"))
        self.phrases.add(range_label.setText, mark("&range ±"))
        self.phrases.add(self.clear_button.setText, mark("&Clear"))
        self.phrases.add(self._close.setText, mark("Done"))
        self.phrases.add(self.steps.setAccessibleName, mark("steps"))
        self.phrases.add(self.range.setAccessibleName, mark("range"))
        self.phrases.add(
            self.canvas.setAccessibleName,
            mark("Canvas: left and right choose a step, up and down change its value."),
        )
        self._teach()

    def _teach(self) -> None:
        for control, tip in (
            (self.steps, mark("The number of steps: how far the gradient may have to travel.")),
            (self.range, mark("The largest value that can be drawn.")),
            (self.clear_button, mark("Makes every value zero.")),
        ):
            self.phrases.add(partial(teach, control), tip)
