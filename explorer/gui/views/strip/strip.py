"""The unrolled network: x_t → s_t → o_t along time, and how much of the gradient of s_t arrives at each s_k."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent

from explorer.engine.errors import Refusal
from explorer.engine.network.layer import BACKWARD, FORWARD
from explorer.gui.controls.stillness import when_still
from explorer.gui.core.time_plot import TimePlot
from explorer.gui.core.view import Playhead
from explorer.gui.plot.theme import Theme
from explorer.gui.views.strip.canvas import Element, StripCanvas
from explorer.gui.views.strip.editor import InputEditor
from explorer.gui.views.strip.edits import add_step, change_by, draw_values, remove_step, set_token, set_values
from explorer.gui.views.strip.header import StripHeader
from explorer.gui.views.strip.picture import Picture, picture
from explorer.gui.views.strip.pull import Pull
from explorer.gui.views.strip.row_names import axis_ticks
from explorer.gui.views.strip.words import source, spoken, told_rings, words
from explorer.gui.words.i18n import mark, say, tr
from explorer.workspace.exploration.exploration import Selection
from explorer.workspace.exploration.gesture import Change, Gesture
from explorer.workspace.feed.sequences import without_noise
from explorer.workspace.looks.analysis import Inspection, ways_of
from explorer.workspace.looks.levels import on_a_way
from explorer.workspace.looks.river import Stream, into_of
from explorer.workspace.words.numbers import read_number, signed, subscript

_NUDGE, _FINE_NUDGE = 0.1, 0.01
_SETTLED = 600
_KEYBOARD = frozenset(
    int(key)
    for key in (
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
        Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Insert, Qt.Key.Key_Delete,
    )
)  # fmt: skip
_DRAG, _KEYS = "strip-input", "strip-keys"


class NetworkStrip(TimePlot):
    """The network unrolled over the one time axis; inputs are dragged, drawn and typed where they stand."""

    keys = _KEYBOARD

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Unrolled network"), "strip")
        self.canvas = StripCanvas(self.plot.box, theme)
        self.editor = InputEditor(self.plot.viewport())
        self.header = StripHeader(theme)
        self._selection = Selection(t=0, k=0)
        self._press: tuple[float, float] = (0.0, 0.0)
        self._held: Element | None = None
        self._pull: Pull | None = None
        self._pulled = ""
        self._column = 0
        self._edited: tuple[int, int] = (1, 0)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settling.timeout.connect(self.released)
        self.plot.box.setYRange(0.0, 1.0, padding=0)
        self.plot.hideAxis("bottom")
        self.phrases.add(self.editor.setAccessibleName, "Input of this step")
        self.phrases.add(
            self.setAccessibleDescription,
            "Left and Right choose t, Up and Down change the input xₜ, Enter types it, Insert and Delete add and "
            "remove step t.",
        )
        self.add_to_header(self.header)
        self._connect()
        self.restyle()

    def _connect(self) -> None:
        box = self.plot.box
        box.whole.disconnect(self.show_all)
        box.whole.connect(self._double_clicked)
        box.pressed.connect(self._pressed)
        box.moved.connect(self._moved)
        box.lifted.connect(self._lifted)
        box.sigResized.connect(lambda _: self._set_ticks())
        box.sigXRangeChanged.connect(self._zoomed)
        self.plot.pointed.connect(self._hover)
        self.plot.unpointed.connect(lambda: self.tell(""))
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.header.added.connect(lambda: self._change_steps(mark("Add a step"), add_step))
        self.header.removed.connect(lambda: self._change_steps(mark("Remove a step"), remove_step))
        self.editor.confirmed.connect(self._confirm)
        self.editor.finished.connect(self.setFocus)

    # What is shown

    def draw(self, inspection: Inspection) -> None:
        """Show the network unrolled, and the rings of row t."""
        dragged = self.canvas.picture if self._pulling else None
        self.canvas.present(picture(inspection, dragged.input_scale if dragged else None))
        self._selection = inspection.selection
        self.canvas.selection = inspection.selection
        self.header.present(inspection)
        self._say_what_flows(inspection)
        self._set_ticks()
        job = self.canvas.job()
        if job is not None:
            self.asked.emit(job)

    def answer(self, result: object) -> None:
        """Show the river of the chosen state."""
        assert isinstance(result, Stream)
        self.canvas.flood(result)

    def finish(self) -> None:
        """Work the river out at once: for pictures."""
        self.canvas.finish()

    def _say_what_flows(self, inspection: Inspection) -> None:
        """Say beside the heading whose gradient the rings are, and the rivers in the lanes."""
        run, t = inspection.analysis.run, subscript(inspection.selection.t)
        into, said = into_of(run), [told_rings(run, t)]
        if into is not None:
            way = tr("rivers: from {state} back and down")
            if run.backward:
                way = tr("rivers: from {state} on and down")
            said.append(way.format(state=source(into) + t))
        whole = self.canvas.picture
        left_out = 0 if whole is None else len(whole.lanes) - len(self.canvas.lanes)
        if left_out:
            # What is not drawn matters more than what the rings are.
            said.insert(0, tr("rows left out for lack of height: {count}").format(count=left_out))
        self.set_subtitle(" · ".join(said), *said[:-1][:1])

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - the picture holds it
        """Return the numbers at t, and what arrives at k."""
        return spoken(self._selection, self.canvas.picture, self.canvas.fresh)

    def draw_cursor(self, selection: Selection) -> None:
        """Mark s_t and s_k."""
        super().draw_cursor(selection)
        self._selection = selection
        self.canvas.selection = selection
        self.canvas.update()

    def draw_playhead(self, playhead: Playhead) -> None:
        """Show the forward pass up to its step, or the gradient on its way back."""
        self.canvas.playhead = playhead
        self.canvas.update()

    def restyle(self) -> None:
        """Take on the theme and the language."""
        super().restyle()
        self.canvas.dress(self.theme)
        self.header.dress(self.theme)
        self.plot.getAxis("left").setStyle(tickLength=0)
        self.plot.getAxis("left").setPen(None)
        self._set_ticks()

    def _set_ticks(self) -> None:
        """Name the rows at the left."""
        self._claim_height()
        if self.inspection is not None:
            self._say_what_flows(self.inspection)
        shown, height = self.canvas.picture, self.plot.box.height()
        if shown is None or height <= 1:
            return
        rows = self.canvas.layout()
        ring = "∂s" + subscript(shown.t)
        self.plot.set_ticks(
            "left", axis_ticks(rows, height, self.canvas.text_height, ring, shown.input_ends, self.canvas.lanes)
        )

    def _claim_height(self) -> None:
        """Ask for as much height as the type and the words need."""
        least = self.canvas.least_height()
        wanted = least + self.canvas.room_for_lanes()
        if (least, wanted) != (self.minimumHeight(), self.wanted):
            self.wanted = wanted
            when_still(self, partial(self._ask_for, least))

    def _ask_for(self, least: int) -> None:
        self.setMinimumHeight(least)
        self.updateGeometry()

    def _zoomed(self) -> None:
        self.editor.cancel()
        self._set_ticks()

    # The mouse

    def _pixels(self, x: float, y: float) -> tuple[float, float]:
        return self.canvas.pixel(x), (1.0 - y) * self.plot.box.height()

    def _pressed(self, x: float, y: float) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._press = self._pixels(x, y)
        self._held = self.canvas.element_at(*self._press)
        if self._held is not None and self._held.kind == "x" and not self._worded():
            self._column = self._held.column
            self._pull = Pull(self.canvas, self._held, self._press)

    def _moved(self, x: float, y: float) -> None:
        points = self._pull.to(*self._pixels(x, y)) if self._pull is not None else []
        if not points:
            return
        name = mark("Change an input")
        self.edited.emit(Gesture.of(name, draw_values, _DRAG, points=tuple(points), column=self._column))
        step, value = points[-1]
        self._pulled = f"x{subscript(step)} = {signed(value)}"

    @property
    def _pulling(self) -> bool:
        return self._pull is not None and self._pull.begun

    def _lifted(self) -> None:
        held, self._held = self._held, None
        pulled, self._pull = self._pulling, None
        if pulled:
            self.released.emit()
            if self.inspection is not None:
                self.draw(self.inspection)
        elif held is not None:
            ctrl = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
            self._choose(held.step, as_k=bool(ctrl))

    def _clicked(self, event: Any) -> None:
        """Choose k with the right button."""
        if event.button() != Qt.MouseButton.RightButton:
            return
        element = self._element(event.scenePos())
        if element is not None:
            event.accept()
            self._choose(element.step, as_k=True)

    def _choose(self, step: int, as_k: bool) -> None:
        t, k = self._selection.t, self._selection.k
        ways = (FORWARD,) if self.inspection is None else ways_of(self.inspection.analysis.run)
        if as_k:
            # The other end gives way where no chain goes that way.
            t = max(t, step) if ways == (FORWARD,) else min(t, step) if ways == (BACKWARD,) else t
            self.selected.emit(t, step)
        else:
            self.selected.emit(*on_a_way(ways, step, k))

    def _double_clicked(self) -> None:
        element = self.canvas.element_at(*self._press)
        if element is not None and element.kind == "x":
            self._type(element.step, element.column)
        else:
            self.show_all()

    def _element(self, scene: QPointF) -> Element | None:
        point = self.plot.box.mapFromScene(scene)
        return self.canvas.element_at(point.x(), point.y()) if self.plot.box.rect().contains(point) else None

    def _hover(self, x: float, y: float, where: QPoint) -> None:
        element, shown = self.canvas.element_at(*self._pixels(x, y)), self.canvas.shown
        self._show_what_can_be_done(element)
        said = words(element, shown, self.canvas.fresh) if element is not None and shown is not None else ""
        self.tell(self._pulled if self._pulling else said, where)

    def _show_what_can_be_done(self, element: Element | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if element is not None:
            draggable = element.kind == "x" and not self._worded()
            shape = Qt.CursorShape.SizeVerCursor if draggable else Qt.CursorShape.PointingHandCursor
        self.plot.viewport().setCursor(shape)

    # Typing

    def _worded(self) -> bool:
        return self.canvas.picture is not None and self.canvas.picture.worded

    def _type(self, t: int, column: int) -> None:
        """Open the field over x_t."""
        if self.inspection is None or not 1 <= t <= self._steps:
            return
        feed = self.inspection.analysis.feed
        text = feed.tokens[t - 1] if feed.symbolic else f"{without_noise(feed.values)[t - 1, column]:.6g}"
        self._edited = (t, column)
        scene = self.plot.box.mapRectToScene(self.canvas.input_area(t))
        self.editor.open(self.plot.mapFromScene(scene).boundingRect(), text)

    def _confirm(self, text: str) -> None:
        """Make the change that was typed, or say at the field why it can't be made."""
        if self.inspection is None:
            return
        t, column = self._edited
        try:
            typed = self._typed(t, column, text)
            typed(self.inspection.analysis.exploration)
        except Refusal as refusal:
            self.editor.refuse(say(refusal))
            return
        self.editor.accept()
        self.edited.emit(typed)

    def _typed(self, t: int, column: int, text: str) -> Gesture:
        if self._worded():
            return Gesture.of(mark("Change a word"), set_token, t=t, text=text)
        return Gesture.of(mark("Change an input"), set_values, points=((t, read_number(text)),), column=column)

    # The keyboard and the buttons

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose t, change x_t, type it, add or remove step t."""
        t, key = self._selection.t, Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            target = min(max(t + (1 if key == Qt.Key.Key_Right else -1), 0), self._steps)
            self._choose(target, as_k=False)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._nudge((1 if key == Qt.Key.Key_Up else -1) * (_FINE_NUDGE if fine else _NUDGE))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._type(t, min(self._column, self._inputs() - 1))
        elif key == Qt.Key.Key_Insert:
            self.edited.emit(Gesture.of(mark("Add a step"), add_step, t=max(t, 1)))
        elif key == Qt.Key.Key_Delete:
            self.edited.emit(Gesture.of(mark("Remove a step"), remove_step, t=max(t, 1)))
        else:
            super().keyPressEvent(event)

    def _inputs(self) -> int:
        shown: Picture | None = self.canvas.picture
        return shown.inputs.shape[1] if shown is not None else 1

    def _nudge(self, by: float) -> None:
        """Change x_t of the chosen step by ``by``; what a held or repeated key does is one step of undo."""
        t, column = self._selection.t, min(self._column, self._inputs() - 1)
        if self._worded() or not 1 <= t <= self._steps:
            return
        merge = f"{_KEYS}-{t}-{column}"
        self.edited.emit(Gesture.of(mark("Change an input"), change_by, merge, t=t, column=column, by=by))
        self._settling.start()

    def _change_steps(self, label: str, change: Change) -> None:
        ctrl = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        t = max(self._selection.t, 1) if ctrl else self._steps
        self.edited.emit(Gesture.of(label, change, t=t))
