"""The base of the Inspect panel's cards: each works and paints only when it is seen.

The panel scrolls, so most cards are out of sight while a slider is dragged. `InspectCard.draw` therefore only
notes what is to be shown; the work is done at the next paint event, which Qt sends to what can be seen (and to
all, for a picture).
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.spoken import Described
from explorer.gui.core.view import View
from explorer.gui.plot.card_axes import page
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.words.i18n import language, say
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.levels import chain_named

_FOCUS = 2.0
"""Pixels: the line around what has the keyboard."""


class Painted(Protocol):
    """What a canvas asks of its card."""

    def told(self) -> str:
        """Return in words what is painted."""

    def paint_event(self, painter: QPainter, area: QRectF) -> None:
        """Paint everything into ``area``."""

    def pointed(self, point: QPointF, where: QPoint) -> None:
        """The pointer is over ``point`` of the canvas, ``where`` on the screen."""

    def left(self) -> None:
        """The pointer has left the canvas."""

    def clicked(self, point: QPointF) -> None:
        """The left button was pressed."""

    def double_clicked(self, point: QPointF) -> None:
        """The left button was pressed twice."""

    def claims(self, event: QKeyEvent) -> bool:
        """A key is about to be pressed; say whether it is meant for here before any shortcut of the window."""

    def typed(self, event: QKeyEvent) -> bool:
        """A key was pressed; say whether it meant anything here."""

    def wheeled(self, point: QPointF, steps: float) -> bool:
        """The wheel turned; say whether it meant anything here."""


class CardCanvas(QWidget, Described):
    """The drawing area of a card, which gives paint and pointer events to the card."""

    def __init__(self, card: Painted) -> None:
        super().__init__()
        self._card = card
        self.setMouseTracking(True)
        # Without the keyboard nobody who has no mouse could scroll to it.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # It fills itself, so that the card with its rounded border need not be painted again below it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def told(self) -> str:
        """Return in words what is painted."""
        return self._card.told()

    def sizeHint(self) -> QSize:
        """Return the smallest size: the panel gives what it has."""
        return QSize(260, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - everything is painted at once
        """Let the card paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._card.paint_event(painter, QRectF(self.rect()))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name what is under the pointer."""
        self._card.pointed(event.position(), event.globalPosition().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Take the name away."""
        self._card.left()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._card.clicked(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Report a double click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._card.double_clicked(event.position())

    def event(self, event: QEvent) -> bool:
        """Keep the card's own keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._card.claims(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the card act on a key, or the window."""
        if not self._card.typed(event):
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the card act on the wheel, or the panel scroll."""
        if self._card.wheeled(event.position(), event.angleDelta().y() / 120.0):
            event.accept()
        else:
            event.ignore()


def plain_key(event: QKeyEvent) -> bool:
    """Return whether no key but Shift or the keypad's is held: the others make shortcuts."""
    return not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)


class InspectCard(View):
    """A view that prepares and paints its content when it is seen.

    A view fills in `prepare` (from an inspection to what is painted), `paint`, and as it likes `summary` (the
    subtitle), `lacking` (why there is nothing), `name_at` (hover) and the pointer's and keyboard's events.
    """

    leads = False
    of_chain = False
    """Whether it is of the chain that is looked at, which is named where there are several."""

    def __init__(self, theme: Theme, title: str, name: str, height: int) -> None:
        """Begin an empty card, ``height`` pixels high at ten points of type."""
        super().__init__(theme, title, name)
        self._height, self._share = height, 1.0
        self._stale = False
        self._failure: Exception | None = None
        self._excuse = ""
        self._pointer: tuple[QPointF, QPoint] | None = None
        self.canvas = CardCanvas(self)
        self.set_content(self.canvas)
        self._set_height()

    def draw(self, inspection: Inspection) -> None:  # noqa: ARG002 - it is made ready when it is seen
        """Note what is to be shown; the rest waits until the card is seen."""
        self._stale = True
        self.say_title()
        self.say_summary()
        # A card on its error page is never painted: it must try here whether it works again.
        if self._failure is not None:
            self._make_ready()
        self.show_anew()
        if self._pointer is not None:
            self.pointed(*self._pointer)

    def show_anew(self) -> None:
        """Have what is new painted, which makes it ready where it is seen."""
        self.canvas.update()

    def restyle(self) -> None:
        """Take on the theme's type and colours; a view that has more to say of its drawing says it afterwards."""
        self._set_height()
        self.canvas.update()

    def say_summary(self) -> None:
        """Write the subtitle: the chain where there are several, and the summary."""
        if self.inspection is not None:
            run = self.inspection.analysis.run
            chain = [chain_named(run.network.architecture, run.course.chain)] if self.of_chain else []
            parts = [part for part in (*chain, self.summary(self.inspection)) if part]
            self.set_subtitle(" · ".join(parts), *parts[:-1])

    def say_title(self) -> None:
        """Write the heading; the drawing is called by it."""
        super().say_title()
        if self.canvas.accessibleName() != self.title:
            self.canvas.setAccessibleName(self.title)

    def told(self) -> str:
        """Return in words what would be painted now, whether it is seen or not."""
        if not self._late:
            self._guarded(self._make_ready)
        return self._excuse or super().told()

    def lacking(self, inspection: Inspection) -> Refusal | None:  # noqa: ARG002 - for the view to fill in
        """Return why nothing can be shown of ``inspection``; it must be cheap."""
        return None

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - for the view to fill in
        """Return the subtitle; it must be cheap."""
        return ""

    def prepare(self, inspection: Inspection) -> None:
        """Work out what `paint` needs."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint what was prepared."""
        raise NotImplementedError

    def name_at(self, point: QPointF) -> str:  # noqa: ARG002 - for the view to fill in
        """Return what is at ``point``, with its value; "" for nothing."""
        return ""

    def paint_event(self, painter: QPainter, area: QRectF) -> None:
        """Prepare if need be and paint; a failure goes to the error page."""
        painter.fillRect(area, QColor(self.theme.card))
        if self.inspection is None:
            return
        painter.setFont(font(self.theme, language(), TICK_SCALE))
        painter.setPen(QColor(self.theme.text))
        try:
            self._make_ready()
            if self._excuse:
                page(painter, area, self.theme, self._excuse)
            else:
                self.paint(painter, area)
        except Exception as error:
            self._failure = error
            # The page can't be turned while it is being painted.
            QTimer.singleShot(0, self, self._show_failure)
        if self.canvas.hasFocus():
            self._mark_focus(painter, area)

    def pointed(self, point: QPointF, where: QPoint) -> None:
        """Name what is under the pointer."""
        self._pointer = (point, where)
        if self.inspection is not None:
            self._guarded(lambda: self._name(point, where))

    def left(self) -> None:
        """Take the name away."""
        self._pointer = None
        self.tell("")

    def clicked(self, point: QPointF) -> None:
        """Do nothing: for the view to fill in."""

    def double_clicked(self, point: QPointF) -> None:
        """Take a double click for a click."""
        self.clicked(point)

    def claims(self, event: QKeyEvent) -> bool:  # noqa: ARG002 - for the view to fill in
        """Leave all shortcuts to the window."""
        return False

    def typed(self, event: QKeyEvent) -> bool:  # noqa: ARG002 - for the view to fill in
        """Leave all keys to the window."""
        return False

    def wheeled(self, point: QPointF, steps: float) -> bool:  # noqa: ARG002 - for the view to fill in
        """Leave the wheel to the panel."""
        return False

    def _mark_focus(self, painter: QPainter, area: QRectF) -> None:
        """Show that the card has the keyboard."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.accent), _FOCUS))
        inside = _FOCUS / 2
        painter.drawRect(area.adjusted(inside, inside, -inside, -inside))

    def _name(self, point: QPointF, where: QPoint) -> None:
        self._make_ready()
        self.tell("" if self._excuse else self.name_at(point), where)

    def _make_ready(self) -> None:
        if self._stale and self.inspection is not None:
            lacking = self.lacking(self.inspection)
            self._excuse = "" if lacking is None else say(lacking)
            if lacking is None:
                self.prepare(self.inspection)
            self._stale = False
            self._failure = None

    def _show_failure(self) -> None:
        failure = self._failure
        if failure is not None:
            self.fail(failure)

    @property
    def usual_height(self) -> float:
        """Return how high the drawing is where there is room, in pixels: it grows with the type."""
        return self._height * (0.25 + 0.075 * self.theme.font_size)

    def squeeze(self, share: float) -> None:
        """Draw in a ``share`` of the usual height, so that more stands in sight."""
        self._share = share
        self._set_height()

    def _set_height(self) -> None:
        self.canvas.setMinimumHeight(int(self._share * self.usual_height))
