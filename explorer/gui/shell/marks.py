"""What a lecturer shows with and draws over the window: a soft dot that follows the mouse, and a pen.

Neither is part of the exploration or of any picture: undo and exports know nothing of them.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QCursor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRadialGradient,
    QWindow,
)
from PySide6.QtWidgets import QWidget

from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions

_DOT = 1.6
"""Lines of text: the dot's radius."""
_STROKE, _RIM = 3.0, 1.6
"""Times the width of a line in a plot: a stroke, and what is seen of its rim on either side."""
_CORE = 0.5
"""Of the dot's radius: its core."""
_SOFT = ((0.0, 0.95), (_CORE - 0.06, 0.85))
_SOFT_RIM = ((_CORE + 0.02, 0.85), (0.62, 0.6), (1.0, 0.0))
"""The opacity of the dot's core, and of its rim, from the centre outwards."""


class Marks(QWidget):
    """Lies over all of ``window`` while the pointer or the pen is taken; the mouse goes through it but for the pen."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._actions = actions
        self._window: QWindow | None = None
        self._strokes: list[QPainterPath] = []
        self._at = QPointF()
        self._colour, self._rim, self._stroke, self._edge = QColor(), QColor(), 1.0, 1.0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        for name in ("pointer", "pen"):
            actions[name].toggled.connect(self._take)
        window.installEventFilter(self)

    @property
    def strokes(self) -> int:
        """Return how many strokes are drawn."""
        return len(self._strokes)

    def end(self) -> bool:
        """Wipe what was drawn and put both away; return whether either was taken."""
        taken = [action for action in (self._actions["pointer"], self._actions["pen"]) if action.isChecked()]
        for action in taken:
            action.setChecked(False)
        return bool(taken)

    def dress(self, theme: Theme) -> None:
        """Draw in the colours of ``theme`` that are seen over night, light and fire, and on the card."""
        self._colour, self._rim = QColor(theme.mark), QColor(theme.mark_rim)
        self._stroke, self._edge = _STROKE * theme.line_width, _RIM * theme.line_width
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along with the window and with the mouse wherever in it that is."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._cover()
        elif event.type() == QEvent.Type.MouseMove and watched is self._window and isinstance(event, QMouseEvent):
            self._follow(event.position())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            stroke = QPainterPath(event.position())
            # A click alone is a point.
            stroke.lineTo(event.position() + QPointF(0.1, 0.0))
            self._strokes.append(stroke)
            self._show_again(event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke."""
        if self._strokes and event.buttons() & Qt.MouseButton.LeftButton:
            before = self._strokes[-1].currentPosition()
            self._strokes[-1].lineTo(event.position())
            self._show_again(before, event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strokes and the dot."""
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_ = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        for colour, width in ((self._rim, self._stroke + 2.0 * self._edge), (self._colour, self._stroke)):
            painter.setPen(QPen(colour, width, *round_))
            for stroke in self._strokes:
                painter.drawPath(stroke)
        if self._actions["pointer"].isChecked():
            self._paint_dot(painter)
        painter.end()

    def _paint_dot(self, painter: QPainter) -> None:
        soft = QRadialGradient(self._at, self._radius)
        for ink, stops in ((self._colour, _SOFT), (self._rim, _SOFT_RIM)):
            for place, opacity in stops:
                colour = QColor(ink)
                colour.setAlphaF(opacity)
                soft.setColorAt(place, colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawEllipse(self._at, self._radius, self._radius)

    @property
    def _radius(self) -> float:
        return _DOT * self.fontMetrics().height()

    def _take(self, _: bool) -> None:
        """Follow what is taken now; a pen that is put away takes its strokes along."""
        pen, pointer = self._actions["pen"].isChecked(), self._actions["pointer"].isChecked()
        if not pen:
            self._strokes.clear()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not pen)
        self.setCursor(Qt.CursorShape.CrossCursor if pen else Qt.CursorShape.ArrowCursor)
        self._watch(pointer)
        self._at = QPointF(self.mapFromGlobal(QCursor.pos()))
        self._cover()
        self.setVisible(pen or pointer)
        self.raise_()
        self.update()

    def _watch(self, on: bool) -> None:
        """See where the mouse goes, before any widget does, while the dot follows it."""
        if self._window is not None:
            self._window.removeEventFilter(self)
        self._window = self.window().windowHandle() if on else None
        if self._window is not None:
            self._window.installEventFilter(self)

    def _follow(self, at: QPointF) -> None:
        before, self._at = self._at, at
        for place in (before, at):
            self.update(self._around(place, place, self._radius))

    def _show_again(self, one: QPointF, other: QPointF) -> None:
        self.update(self._around(one, other, self._stroke + 2.0 * self._edge))

    @staticmethod
    def _around(one: QPointF, other: QPointF, margin: float) -> QRect:
        edge = round(margin) + 2
        return QRect(one.toPoint(), other.toPoint()).normalized().adjusted(-edge, -edge, edge, edge)

    def _cover(self) -> None:
        self.setGeometry(self.window().rect())
