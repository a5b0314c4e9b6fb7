"""The error surface: the loss over two weights or two directions, with what walks down on it."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.core.card import InspectCard, plain_key
from explorer.gui.core.view import Job
from explorer.gui.plot.card_axes import Axes, page
from explorer.gui.plot.theme import Theme
from explorer.gui.views.surface.controls import SurfaceControls
from explorer.gui.views.surface.paint import Relief, paint_note, paint_surface
from explorer.gui.views.surface.words import told, words_at
from explorer.gui.words.i18n import mark, say, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.surfaces import (
    Directions,
    Rectangle,
    Surface,
    default_directions,
    is_small,
    moved_to,
    surface_job,
)
from explorer.workspace.words.numbers import signed

_DELAY = 150
"""Milliseconds between a change and the work on it: a drag is not held up, and training is followed."""
_PATIENCE = 600
_ZOOM = 0.8
_FADED = 0.45
_STEP = 0.1
_DRAGGED = 4.0
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_ZOOMS = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}


class SurfaceView(InspectCard):
    """Shows the loss around the present weights, worked out in the background from coarse to fine.

    What takes little work is done as soon as the card is seen; the rest waits for the button. Dragging moves what is looked
    at, the wheel with Ctrl, or after a click, zooms; where two weights span the plane, a click sets them.
    """

    shows_flow = False

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Error surface"), "surface", 268)
        self._relief: Relief | None = None
        self._known: Surface | None = None
        self._frame: Axes | None = None
        self._refusal: Refusal | None = None
        self._directions: Directions | None = None
        self._rectangle: Rectangle | None = None
        self._descents: bool | None = None
        self._subject: object = None
        self._losses: object = None
        self._asked_for: object = None
        self._answered = False
        self._waiting = False
        self._grip: tuple[QPointF, Rectangle] | None = None
        self._dragged = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask)
        self.canvas.installEventFilter(self)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build_row()

    def draw(self, inspection: Inspection) -> None:
        """Offer the directions that there are, and note what is to be shown."""
        exploration = inspection.analysis.exploration
        recipe = exploration.recipe
        subject = recipe.cell, recipe.hidden, recipe.outputs, exploration.task
        if subject != self._subject:
            self._subject = subject
            self._directions, self._rectangle, self._descents = None, None, None
        losses = subject, exploration.aim, None if exploration.task is not None else exploration.sequence
        if losses != self._losses:
            self._losses = losses
            self._forget()
        self._show_controls()
        super().draw(inspection)

    def restyle(self) -> None:
        """Take on the theme and the language; the colours were put into what was prepared."""
        super().restyle()
        self.controls.dress(self.theme)
        if self._relief is not None:
            self._relief = Relief.of(self._relief.surface, self.theme)
        self.canvas.setAccessibleDescription(tr("Arrow keys move what is looked at, + and − zoom."))

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what is shown follows later
        """Return the loss at the present weights, and how fine the surface is while that grows; "" where it is of others."""
        if self._relief is None or self._refusal is not None or self._waiting:
            return ""
        surface = self._relief.surface
        text = tr("loss {loss}").format(loss=signed(surface.loss, 3))
        size = len(surface.grid.alphas)
        return text if surface.finished else f"{text} · {size} × {size} …"

    def prepare(self, inspection: Inspection) -> None:
        """Have the surface worked out if that takes little; this is called when the card is seen."""
        wanted = _wanted(inspection.analysis.exploration)
        if wanted == self._asked_for:
            return
        self._waiting = not self._small
        # Where it was not asked for there is only advice to give.
        self.setProperty("pictured", False if self._waiting else None)
        self._show_controls()
        self.set_subtitle(self.summary(inspection))
        if not self._waiting and not self._timer.isActive():
            # While changes follow one another, as in a training, they get what time there is.
            hurried = self._known is None or self._known.finished
            self._timer.start(_DELAY if hurried else _PATIENCE)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the surface, or say what there is instead."""
        self._frame = None
        if self._refusal is not None or self._relief is None:
            page(painter, area, self.theme, self._instead())
        else:
            painter.setOpacity(_FADED if self._waiting else 1.0)
            rectangle = self._rectangle or self._relief.surface.rectangle
            self._frame = paint_surface(painter, area, self._relief, rectangle, self.theme)
            painter.setOpacity(1.0)
            if self._waiting:
                over = tr("The surface of what was there before. Press “Compute” for the present weights.")
                paint_note(painter, self._frame.frame, over, self.theme)

    def _instead(self) -> str:
        if self._refusal is not None:
            return say(self._refusal)
        return tr("Press “Compute”: with this network it takes a while.") if self._waiting else tr("Working it out …")

    def name_at(self, point: QPointF) -> str:
        """Return the coordinates and the loss under the pointer, and which moment of the training is there."""
        if self._frame is None or self._relief is None or not self._frame.holds(point):
            return ""
        return words_at(self._relief.surface, self._frame, point)

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - the surface is its own
        """Return where the present weights are and which losses there are, or what there is instead."""
        return told(self._relief.surface) if self._relief is not None and self._refusal is None else self._instead()

    def answer(self, result: object) -> None:
        """Show a surface, coarse or fine."""
        assert isinstance(result, Surface)
        self._refusal, self._known, self._answered = None, result, True
        known = self._relief
        if known is not None and known.surface.grid is result.grid:
            self._relief = Relief(result, known.scale, known.levels, known.image, known.lines, known.patterns)
        else:
            self._relief = Relief.of(result, self.theme)
        self._refresh()

    def answer_failure(self, error: Exception) -> None:
        """Say in the card why there is no surface."""
        if not isinstance(error, Refusal):
            self.fail(error)
            return
        self._refusal, self._relief, self._known = error, None, None
        self._refresh()

    def finish(self) -> None:
        """Offer the button that fits what is shown; work out at once what would otherwise come from the background."""
        if self.inspection is None:
            return
        self._make_ready()
        wanted = _wanted(self.inspection.analysis.exploration)
        # What is known may be of the wish before while this one is worked out.
        known = self._known if self._answered else None
        done = wanted == self._asked_for and known is not None and known.finished
        # Who takes this view out for a picture of its own has asked for it.
        if not (self._small or self.isWindow()) or not self.canvas.isVisible():
            return
        if done and not self._timer.isActive():
            return
        self._timer.stop()
        # What comes of an earlier wish is not to take the place of this.
        self.asked.emit(None)
        self._asked_for, self._waiting = wanted, False
        try:
            for surface in self._job()(lambda: False, lambda _: None):
                self.answer(surface)
        except Refusal as refusal:
            self.answer_failure(refusal)

    def clicked(self, point: QPointF) -> None:
        """Take hold of what is looked at; a click is one only once the button is up."""
        self.canvas.setFocus()
        if self._frame is not None and self._frame.holds(point):
            frame = self._frame
            self._grip, self._dragged = (point, (frame.left, frame.right, frame.bottom, frame.top)), False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow a drag, and tell it from a click."""
        if watched is self.canvas and self._grip is not None and isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
                self._drag(event.position())
                return True
            if event.type() == QEvent.Type.MouseButtonRelease:
                self._release(event.position())
        return super().eventFilter(watched, event)

    def wheeled(self, point: QPointF, steps: float) -> bool:
        """Zoom about the pointer, with Ctrl or once the picture was clicked; else the panel scrolls."""
        control = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
        if self._frame is None or not self._frame.holds(point) or not (control or self.canvas.hasFocus()):
            return False
        self._zoom(_ZOOM**steps, *self._frame.at(point))
        return True

    def claims(self, event: QKeyEvent) -> bool:
        """Claim the keys that move what is looked at."""
        return plain_key(event) and self._frame is not None and Qt.Key(event.key()) in {*_ARROWS, *_ZOOMS}

    def typed(self, event: QKeyEvent) -> bool:
        """Move with the arrows, zoom with + and −."""
        if not self.claims(event):
            return False
        assert self._frame is not None
        key, frame = Qt.Key(event.key()), self._frame
        if key in _ARROWS:
            dx, dy = _STEP * (frame.right - frame.left), _STEP * (frame.top - frame.bottom)
            across, up = _ARROWS[key]
            self._look(_shifted((frame.left, frame.right, frame.bottom, frame.top), across * dx, up * dy))
        else:
            self._zoom(_ZOOMS[key], (frame.left + frame.right) / 2, (frame.bottom + frame.top) / 2)
        return True

    @property
    def directions(self) -> Directions:
        """Return the directions that are chosen, or those that show most."""
        assert self.inspection is not None
        return self._directions or default_directions(self.inspection.analysis.exploration)

    @property
    def descents(self) -> bool:
        """Return whether two descents are drawn: if nobody chose, where weights span the plane and nothing is trained."""
        assert self.inspection is not None
        if self._descents is not None:
            return self._descents
        return self.directions.kind == "weights" and self.inspection.analysis.exploration.task is None

    @property
    def _small(self) -> bool:
        assert self.inspection is not None
        analysis = self.inspection.analysis
        return is_small(analysis.exploration, analysis.run.network, analysis.steps)

    def _build_row(self) -> None:
        content, column = QWidget(), QVBoxLayout()
        self.controls = SurfaceControls()
        content.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.controls)
        column.addWidget(self.canvas, 1)
        self.add_to_header(self.controls.kind)
        self.controls.chosen.connect(self._choose)
        self.controls.whole.connect(lambda: self._look(None))
        self.controls.compute.connect(self._ask)
        self.controls.descents_wanted.connect(self._want_descents)
        self.set_content(content)
        # The stack hid it when another page took its place.
        self.canvas.show()

    def _show_controls(self) -> None:
        if self.inspection is None:
            return
        analysis = self.inspection.analysis
        record = analysis.exploration.record
        has_path = record is not None and len(record.snapshots) > 2
        self.controls.show_directions(self.directions, analysis.run.network, has_path)
        self.controls.show_state(self.descents, self._rectangle is not None, self._waiting)

    def _choose(self, directions: Directions) -> None:
        self._directions, self._rectangle = directions, None
        self._ask_soon()

    def _want_descents(self, wanted: bool) -> None:
        self._descents = wanted
        self._ask_soon()

    def _look(self, rectangle: Rectangle | None) -> None:
        """Look at another part, the old picture in its place until the new one comes."""
        if rectangle is not None and not all(np.isfinite(rectangle)):
            return
        if rectangle is None:
            # What is known would keep the part that is looked at now.
            self._known = None
        self._rectangle = rectangle
        self.canvas.update()
        self._ask_soon()

    def _zoom(self, factor: float, a: float, b: float) -> None:
        assert self._frame is not None
        frame = self._frame
        self._look(
            (
                a + factor * (frame.left - a),
                a + factor * (frame.right - a),
                b + factor * (frame.bottom - b),
                b + factor * (frame.top - b),
            )
        )

    def _drag(self, point: QPointF) -> None:
        assert self._grip is not None
        start, rectangle = self._grip
        way = point - start
        if self._frame is None or (not self._dragged and abs(way.x()) + abs(way.y()) < _DRAGGED):
            return
        self._dragged = True
        left, right, bottom, top = rectangle
        across = (right - left) / self._frame.frame.width()
        up = (top - bottom) / self._frame.frame.height()
        self._look(_shifted(rectangle, -way.x() * across, way.y() * up))

    def _release(self, point: QPointF) -> None:
        self._grip = None
        if self._dragged or self._frame is None or self._relief is None or not self._frame.holds(point):
            return
        directions = self._relief.surface.directions
        if directions.kind == "weights":
            a, b = self._frame.at(point)
            name = mark("Move the weights on the error surface")
            self.edited.emit(Gesture.of(name, moved_to, directions=directions, a=a, b=b))

    def _ask_soon(self) -> None:
        self._waiting = False
        self._show_controls()
        self._timer.start(_DELAY)

    def _ask(self) -> None:
        """Ask for the surface of what is on the screen; what is under way gives way to it."""
        if self.inspection is None:
            return
        self._timer.stop()
        self._waiting = self._answered = False
        self._asked_for = _wanted(self.inspection.analysis.exploration)
        self._show_controls()
        self.asked.emit(self._job())

    def _job(self) -> Job:
        assert self.inspection is not None
        exploration = self.inspection.analysis.exploration
        return partial(surface_job, exploration, self.directions, self._rectangle, self.descents, self._known)

    def _forget(self) -> None:
        """Take away the surface of another loss, and what is under way about it."""
        if self._asked_for is not None:
            self._timer.stop()
            self.asked.emit(None)
        self._relief, self._known, self._refusal, self._asked_for = None, None, None, None

    def _refresh(self) -> None:
        if self.inspection is not None:
            self.set_subtitle(self.summary(self.inspection))
        self.canvas.update()


def _wanted(exploration: Exploration) -> object:
    """Return what the surface follows from."""
    return exploration.recipe, exploration.sequence, exploration.task, exploration.aim, exploration.settings


def _shifted(rectangle: Rectangle, across: float, up: float) -> Rectangle:
    left, right, bottom, top = rectangle
    return left + across, right + across, bottom + up, top + up
