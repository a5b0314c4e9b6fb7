"""The picture of one column: hidden states above all pairs on one axis of steps, with the cursor that all columns share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.gui.controls.spoken import Described, speak
from explorer.gui.core.view import Playhead
from explorer.gui.core.written import is_pictured, paint_notes
from explorer.gui.plot.card_axes import Axes, label, page, pen
from explorer.gui.plot.contour_labels import Box
from explorer.gui.plot.painting import Still, on_screen
from explorer.gui.plot.patterns import hatch
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.compare.bar import paint_bar
from explorer.gui.views.compare.layer import Layer
from explorer.gui.views.compare.marks import GRIP, paint_cursor, paint_divider, paint_veil, taken_by_frame
from explorer.gui.views.compare.ticks import paint_across, paint_frame, paint_upwards
from explorer.gui.words.i18n import language
from explorer.workspace.exploration.exploration import Note

_MOVES = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0),
}  # fmt: skip
_PUSHES = {Qt.Key.Key_BracketLeft: -0.05, Qt.Key.Key_BracketRight: 0.05}
_RENAMES = frozenset({Qt.Key.Key_F2})
_OPENS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_REMOVES = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace})
_KEYS = frozenset({*_MOVES, *_PUSHES, *_OPENS, *_REMOVES, *_RENAMES})
_STRIDE = 10
_STATES, _LEAST_STATES, _MOST_STATES = 0.13, 26.0, 110.0
_GAP, _PITCH = 8.0, 7.0


class Pane(QWidget, Described):
    """Paints ``layers`` from left to right, the second behind a divider, or says ``notice`` where there is nothing to paint.

    Its colours are explained where their ``span`` in decades is given. While it is ``covered`` the states alone are seen: the
    rest would tell what is to be predicted. Of a map whose ``last_row`` alone has numbers no other is shown.

    ``chosen(t, k)`` by mouse or arrows; ``opened()`` by Enter, ``removed()`` by Delete, ``renamed()`` by F2;
    ``looked_into()`` by a double click; ``pointed(t, k, where)`` and ``unpointed()`` for what lies under the pointer.
    """

    chosen = Signal(int, int)
    opened = Signal()
    removed = Signal()
    renamed = Signal()
    looked_into = Signal()
    pointed = Signal(int, int, QPoint)
    unpointed = Signal()

    def __init__(self, theme: Theme, told: Callable[[], str]) -> None:
        super().__init__()
        self.theme, self._told = theme, told
        self.layers: list[Layer] = []
        self.notes: Sequence[Note] = ()
        self.notice, self.remark = "", ""
        self.steps = self.t = self.k = 0
        self.words: tuple[str, ...] = ()
        self.marked = self.divided = self.covered = self.last_row = False
        self.span = 0
        self.playhead = Playhead()
        self.divider, self._pushing = 0.5, False
        self._ground, self._cursor = Still(), Still()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setProperty("pictured", True)
        speak()

    def told(self) -> str:
        """Return in words what is painted."""
        return self._told()

    @staticmethod
    def height_for(square: float, line: int) -> float:
        """Return how high a pane is whose map is ``square`` pixels high, with numbers ``line`` pixels high under it."""
        return (square + _GAP) / (1.0 - _STATES) + line + 5.0

    def minimumSizeHint(self) -> QSize:
        """Return room for a map that can still be read."""
        return QSize(90, 80)

    def name_lines(self) -> None:
        """Let lines of equal gain have their names."""
        bare = [layer for layer in self.layers if layer.contours.complete()]
        if bare:
            self.update()

    def map_place(self) -> QRectF:
        """Return where all pairs stand, in pixels."""
        return self._places()[1]

    def cell(self) -> QRectF:
        """Return where the chosen pair stands, in pixels."""
        axes = self._axes(self.map_place())
        left, right, top, bottom = (
            axes.x(self.k - 0.5), axes.x(self.k + 0.5), axes.y(self.t + 0.5), axes.y(self.t - 0.5)
        )  # fmt: skip
        return QRectF(QPointF(left, top), QPointF(right, bottom))

    def states_place(self) -> QRectF:
        """Return where the states stand."""
        return self._places()[0]

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint states, map, axes and cursor."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small())
        if not self.layers:
            page(painter, QRectF(self.rect()), self.theme, self.notice)
            return
        states, square = self._places()
        axes = self._axes(square)
        beneath = self.theme, language(), self.font(), self.steps, self.t, self.k, self.words, self.last_row
        self._ground.paint(painter, QRectF(self.rect()), beneath, lambda inner: self._paint_ground(inner, axes))
        self._paint_states(painter, states)
        if self.covered:
            page(painter, square, self.theme, "?")
        for layer, place in () if self.covered else self._shares(square):
            painter.save()
            painter.setClipRect(place)
            layer.paint_map(painter, axes, self.theme, taken_by_frame(axes, (self.t, self.k)))
            painter.restore()
        painter.setFont(self._small())
        paint_veil(painter, states, axes, self.playhead, self.theme)
        paint_frame(painter, axes, self.theme, self.marked, self.hasFocus())
        self._paint_cursor(painter, states, axes)
        self._paint_notes(painter, axes)
        if self.span and not self.covered:
            paint_bar(painter, square, self.span, self.theme)
        if self.divided:
            paint_divider(painter, square.left() + self.divider * square.width(), states.united(square), self.theme)

    def event(self, event: QEvent) -> bool:
        """Keep the own keys from the window's shortcuts; show whether it has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pair with the arrows, ten steps with Shift; Enter opens, Delete removes, brackets move the divider."""
        key = Qt.Key(event.key())
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif key in _MOVES:
            stride = _STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dt, dk = _MOVES[key]
            self._choose(self.t + stride * dt, self.k + stride * dk)
        elif key in _PUSHES:
            self._push(self.divider + _PUSHES[key])
        elif key in _RENAMES:
            self.renamed.emit()
        else:
            (self.opened if key in _OPENS else self.removed).emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the divider, or choose the pair under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton or not self.layers:
            super().mousePressEvent(event)
            return
        self._pushing = self._grips(event.position())
        if not self._pushing:
            self._choose_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look inside the cell, which the first press has chosen."""
        pair = self._pair_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and pair == (self.t, self.k):
            self.looked_into.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand, or tell what lies under the pointer."""
        at = event.position()
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._pushing:
                self._push(self._share(at.x()))
            else:
                self._choose_at(at)
            return
        self.setCursor(Qt.CursorShape.SplitHCursor if self._grips(at) else Qt.CursorShape.ArrowCursor)
        pair = self._pair_at(at)
        if pair is None:
            self.unpointed.emit()
        else:
            self.pointed.emit(*pair, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the divider go."""
        self._pushing = False
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        super().leaveEvent(event)
        self.unpointed.emit()

    def _is_own(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        pushes = event.key() in _PUSHES
        return plain and event.key() in _KEYS and (self.divided or not pushes)

    def _small(self) -> QFont:
        return font(self.theme, language(), TICK_SCALE)

    def _places(self) -> tuple[QRectF, QRectF]:
        """Return where the states and all pairs stand: one above the other, on the same steps."""
        metrics = self.fontMetrics()
        left = max(map(metrics.horizontalAdvance, (str(max(self.steps, 10)), "t ↑"))) + 8.0
        foot = metrics.height() + 3.0
        whole = QRectF(left, 2.0, max(self.width() - left - 3.0, 1.0), max(self.height() - foot - 2.0, 1.0))
        high = min(max(_STATES * whole.height(), _LEAST_STATES), _MOST_STATES, 0.4 * whole.height())
        states = QRectF(whole.topLeft(), QPointF(whole.right(), whole.top() + high))
        return states, QRectF(QPointF(whole.left(), states.bottom() + _GAP), whole.bottomRight())

    def _axes(self, square: QRectF) -> Axes:
        # Of one row the map is as high as of all.
        low = self.steps - 0.5 if self.last_row else -0.5
        return Axes(square, -0.5, self.steps + 0.5, low, self.steps + 0.5)

    def _shares(self, place: QRectF) -> list[tuple[Layer, QRectF]]:
        """Return every layer with what of ``place`` is its own."""
        if len(self.layers) == 1:
            return [(self.layers[0], place)]
        x = place.left() + self.divider * place.width()
        left, right = QRectF(place), QRectF(place)
        left.setRight(x)
        right.setLeft(x)
        return list(zip(self.layers, (left, right), strict=True))

    def _names(self, square: QRectF) -> list[Box]:
        """Return where the names of contours stand that are seen."""
        shares = self._shares(square)
        return [
            box
            for layer, place in shares
            for box in layer.contours.boxes
            if place.left() < box[2] and box[0] < place.right()
        ]

    def _paint_states(self, painter: QPainter, place: QRectF) -> None:
        if self.remark:
            page(painter, place, self.theme, self.remark)
            return
        for layer, part in self._shares(place):
            if layer.states is not None:
                painter.save()
                painter.setClipRect(part)
                layer.states.paint(painter, place, self.theme)
                painter.restore()
        painter.setPen(pen(self.theme.border, 1.0))
        painter.drawRect(place)
        block, scale = self.layers[0].block, self.layers[0].scale
        if block is not None and scale is not None:
            top = place.top() + painter.fontMetrics().height() / 2
            label(painter, place.left() - 4, top, block.name, self.theme.muted, 1.0, 0.5)

    def _paint_cursor(self, painter: QPainter, states: QRectF, axes: Axes) -> None:
        """Draw the cursor: its dots stand where they are while no hand moves it, nor what it keeps off."""
        names = () if self.covered else tuple(self._names(axes.frame))
        about = self.theme, self.t, self.k, names, states.getRect(), axes

        def draw(inner: QPainter) -> None:
            paint_cursor(inner, states, axes, (self.t, self.k), self.theme, names)

        self._cursor.paint(painter, states.united(axes.frame), about, draw)

    def _paint_ground(self, painter: QPainter, axes: Axes) -> None:
        """Hatch the square of all pairs and number its axes: what no gain changes."""
        if on_screen(painter):
            # Letters are another shade of grey on nothing.
            painter.fillRect(self.rect(), QColor(self.theme.card))
        hatch(painter, axes.frame, self.theme, _PITCH)
        paint_upwards(painter, axes, self.theme, self.steps, self.t)
        paint_across(painter, axes, self.theme, self.steps, self.k, float(self.width()), self.words)

    def _paint_notes(self, painter: QPainter, axes: Axes) -> None:
        """Mark the notes; those of the chosen cell, on a picture all, are to be read on the framed network."""
        every = is_pictured(self)
        notes = [note for note in self.notes if note.cell[0] > axes.bottom]
        paint_notes(
            painter, self.theme, notes, lambda note: QPointF(axes.x(note.cell[1]), axes.y(note.cell[0])), axes.frame,
            lambda note: self.marked and (every or note.cell == (self.t, self.k)), 4.0,
        )  # fmt: skip

    def _grips(self, at: QPointF) -> bool:
        if not self.divided:
            return False
        states, square = self._places()
        x = square.left() + self.divider * square.width()
        return abs(at.x() - x) <= GRIP and states.top() <= at.y() <= square.bottom()

    def _share(self, x: float) -> float:
        square = self.map_place()
        return (x - square.left()) / square.width()

    def _push(self, share: float) -> None:
        self.divider = min(max(share, 0.0), 1.0)
        self.update()

    def _pair_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return the pair under a point, t ≥ k or not; of the states the step alone, at the chosen t."""
        states, square = self._places()
        t, k = (math.floor(value + 0.5) for value in self._axes(square).at(at)[::-1])
        if not self.layers or not square.left() <= at.x() <= square.right():
            return None
        if states.contains(at):
            return self.t, min(max(k, 0), self.steps)
        return (min(max(t, 0), self.steps), min(max(k, 0), self.steps)) if square.contains(at) else None

    def _choose_at(self, at: QPointF) -> None:
        square = self.map_place()
        k, t = (math.floor(value + 0.5) for value in self._axes(square).at(at))
        if at.y() < square.top():
            t = self.t
        self._choose(t, k)

    def _choose(self, t: int, k: int) -> None:
        t = min(max(t, 0), self.steps)
        last = self.steps if any(layer.later for layer in self.layers) else t
        self.chosen.emit(t, min(max(k, 0), last))
