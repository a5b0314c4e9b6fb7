"""A view that paints a `Scene`, moves from one to the next, and tells what is under the pointer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QStyle

from explorer.gui.core.card import CardCanvas
from explorer.gui.core.view import View
from explorer.gui.plot.card_axes import page, pen
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.zoom.scene import Scene
from explorer.gui.views.zoom.transition import Transition
from explorer.gui.words.i18n import language, mark, tr

_FOCUS, _PALE = 2.0, 0.45
_PATIENCE = 80
"""Milliseconds: what is not answered by then lets the old numbers pale."""
HOW = mark("Enter goes in · Ctrl+arrows frame another · arrows: the neighbour · Esc, Backspace: back")


class SceneView(View):
    """Paints a scene on its ``canvas``; without one it says why."""

    def __init__(self, theme: Theme, title: str, name: str) -> None:
        super().__init__(theme, title, name)
        self._scene: Scene | None = None
        self._excuse = ""
        self._door: int | None = None
        self.canvas = CardCanvas(self)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._transition = Transition(self.canvas)
        self._pale = QTimer(self)
        self._pale.setSingleShot(True)
        self._pale.setInterval(_PATIENCE)
        self._pale.timeout.connect(self.canvas.update)
        self.set_content(self.canvas)
        self.phrases.add(self.canvas.setAccessibleDescription, HOW)

    def say_title(self) -> None:
        """Write the heading; the drawing is called by it."""
        super().say_title()
        if self.canvas.accessibleName() != self.title:
            self.canvas.setAccessibleName(self.title)

    @property
    def outdated(self) -> bool:
        """Return whether the scene is that of something else than what is to be shown."""
        return False

    def claims(self, event: QKeyEvent) -> bool:
        """Say whether a key is meant for here."""
        raise NotImplementedError

    def typed(self, event: QKeyEvent) -> bool:
        """Act on a key."""
        raise NotImplementedError

    def clicked(self, point: QPointF) -> None:
        """Act on a click."""
        raise NotImplementedError

    def come_from(self, before: QPixmap, cell: QRectF) -> None:
        """Let what is shown grow out of the ``cell`` of a picture of what was in its place ``before``."""
        place = QRect(self.canvas.mapTo(self, QPoint(0, 0)), self.canvas.size())
        scale = before.devicePixelRatio()
        shown = before.copy(QRect(place.topLeft() * scale, place.size() * scale))
        self._transition.begin(shown, cell.translated(-QPointF(place.topLeft())), True, self._duration())

    def _framed(self) -> int | None:
        """Return the door that Enter opens."""
        scene = self._scene
        if scene is None or not scene.doors:
            return None
        return min(scene.first if self._door is None else self._door, len(scene.doors) - 1)

    def _move(self, before: QPixmap, door: QRectF, inward: bool) -> None:
        """Let the old picture give way to the new one."""
        framed = self._framed()
        if not inward and self._scene is not None and framed is not None:
            # Where the door stands is known once it is painted.
            unseen = QPixmap(self.canvas.size())
            painter = QPainter(unseen)
            painter.setFont(font(self.theme, language(), TICK_SCALE))
            self._paint_scene(painter)
            painter.end()
            door = self._scene.place_of(framed)
        self._transition.begin(before, door, inward, self._duration())

    def _duration(self) -> int:
        """Return how long a transition takes, 0 where the desktop wants none."""
        if not self.canvas.isVisible():
            return 0
        return self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)

    def _area(self) -> QRectF:
        return QRectF(self.canvas.rect()).adjusted(4, 2, -4, -2)

    def paint_event(self, painter: QPainter, area: QRectF) -> None:
        """Paint the scene, or a moment on the way to it; a failure goes to the error page."""
        painter.fillRect(area, QColor(self.theme.card))
        painter.setFont(font(self.theme, language(), TICK_SCALE))
        try:
            if self._transition.going:
                self._transition.paint(painter, area, self._paint_scene)
            else:
                self._paint_scene(painter)
        except Exception as error:
            # The page can't be turned while it is being painted.
            QTimer.singleShot(0, self, partial(self.fail, error))
        if self.canvas.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.theme.accent, _FOCUS))
            painter.drawRect(area.adjusted(_FOCUS / 2, _FOCUS / 2, -_FOCUS / 2, -_FOCUS / 2))

    def _paint_scene(self, painter: QPainter) -> None:
        area, line = self._area(), float(painter.fontMetrics().height())
        painter.fillRect(area, QColor(self.theme.card))
        if self._scene is None:
            page(painter, area, self.theme, self._excuse or tr("Working it out …"))
            return
        foot = 1.3 * line
        old = self.outdated and not self._pale.isActive()
        painter.setOpacity(painter.opacity() * (_PALE if old else 1.0))
        self._scene.paint(painter, area.adjusted(0, 0, 0, -foot), self._framed() if self.canvas.hasFocus() else None)
        if self.canvas.hasFocus():
            how = _fitting(painter, area.width(), bool(self._scene.doors))
            label(painter, area.left() + 2, area.bottom(), how, self.theme.muted, 0.0, 1.0)

    def pointed(self, point: QPointF, where: QPoint) -> None:
        """Name what is under the pointer, and show by a hand what a click goes in to."""
        scene = self._scene
        if scene is None:
            return
        opens = scene.door_at(point) is not None or scene.unit_at(point) is not None
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self._guarded(lambda: self.tell(scene.name_at(point), where))

    def left(self) -> None:
        """Take the name away."""
        self.tell("")

    def double_clicked(self, point: QPointF) -> None:
        """Leave the second click of two alone: the first has gone in."""

    def wheeled(self, point: QPointF, steps: float) -> bool:  # noqa: ARG002 - a wheel has no meaning here
        """Leave the wheel alone."""
        return False


def _fitting(painter: QPainter, width: float, opens: bool) -> str:
    """Return how one gets about, as far as it fits; without doors nothing leads further in."""
    parts = tr(HOW).split(" · ")[0 if opens else 2 :]
    while parts and painter.fontMetrics().horizontalAdvance(" · ".join(parts)) > width:
        parts.pop()
    return " · ".join(parts)
