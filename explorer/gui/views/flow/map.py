"""The gradient flow of all pairs at once: who still hears from whom."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent

from explorer.engine.floats import Floats
from explorer.engine.network.layer import BACKWARD, FORWARD
from explorer.gui.controls.quiet import Elastic
from explorer.gui.controls.stillness import when_still
from explorer.gui.core.quantities import decades, fills_one_row, log_map, quantity, unsure, ways_shown
from explorer.gui.core.time_plot import LEAST_STEPS, TimePlot
from explorer.gui.core.view import Playhead
from explorer.gui.plot.theme import Theme
from explorer.gui.views.flow.bars import RowBars
from explorer.gui.views.flow.chains import ChainButton
from explorer.gui.views.flow.entrance import Entrance
from explorer.gui.views.flow.ground import Colours, Contours, Hatching, codes_of
from explorer.gui.views.flow.headline import Headline
from explorer.gui.views.flow.legend import FlowLegend
from explorer.gui.views.flow.level_axis import LevelAxis
from explorer.gui.views.flow.marks import Marks
from explorer.gui.views.flow.notes import NoteMarks
from explorer.gui.views.flow.notice import Notice
from explorer.gui.views.flow.placing import name_steps, put_in_corner
from explorer.gui.views.flow.quantity import FlowSwitches
from explorer.gui.views.flow.text import HOW, hover_text, map_text, subtitles
from explorer.gui.views.flow.truncation import Truncation
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Selection
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.scales.gains import UNDEFINED

_TICK_ROOM = 5
# The margins of the card, and what lies between the parts of the heading.
_HEAD_GAPS = 50
_BESIDE = 8
_WHOLE = 1e-6
_KEYS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0),
}  # fmt: skip
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SPAN_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class FlowMap(TimePlot):
    """Colours ln ‖∂s_t/∂s_k‖ of the active network, or what a loss sends back, at (k, t), k along time and t upward.

    The wheel zooms k, with all views, and t alike about the pointer, so that any corner can be enlarged: the long lags
    are at the upper left. Zoomed elsewhere, t stays; where all k are shown again, so are all t. The legend lies in the
    triangle where nothing is defined; where that has no room in sight, it moves into the heading.
    ``looked_into()``: a person wants to see what the chosen cell is made of.
    """

    keys = frozenset({*_KEYS, *_SPAN_KEYS, *_ENTER, *Truncation.keys})

    looked_into = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Gradient flow"), "flow", left=LevelAxis("left"))
        self.plot.getPlotItem().setContentsMargins(0, _TICK_ROOM, 0, 0)
        self._shown: tuple[Floats, int, Theme, NDArray[np.bool_] | None] | None = None
        self._pointed: tuple[int, int, QPoint] | None = None
        self._gripped = False
        self._selection = Selection(t=0, k=0)
        self._ways: tuple[str, ...] = (FORWARD,)
        self.hatching, self.image = Hatching(self.plot.box, theme), Colours(self.plot.box, theme)
        self.bars = RowBars(self.plot.box, theme)
        self.contours = Contours(self.plot.box, theme, lambda: self.marks.frame())
        self.marks = Marks(self.plot.box, theme, self.contours.names)
        self._leave_to_marks(True)
        self.notes = NoteMarks(self.plot.box, theme)
        self.legend, self.header_legend = FlowLegend(theme, self.plot), FlowLegend(theme)
        self.add_to_header(self.header_legend)
        self.headline = Headline(theme)
        # Another number in it lays nothing out anew.
        self._line = Elastic(self.headline)
        self.entrance = Entrance(self._line, self.plot, self.marks, self.headline.least)
        self.put_above(self.entrance)
        self.chains, self.switches = ChainButton(theme), FlowSwitches()
        self.add_to_header(self.chains)
        self.add_to_header(self.switches)
        self.truncation = Truncation(self.plot.box, theme)
        self.notice = Notice(self.plot)
        self._connect()
        self.phrases.add(self.setAccessibleDescription, HOW)

    def limit(self, steps: int) -> None:
        """Let no zoom leave the pairs of ``steps`` steps."""
        super().limit(steps)
        self.plot.box.setLimits(
            yMin=-0.5, yMax=steps + 0.5, minYRange=min(LEAST_STEPS, steps + 1.0), maxYRange=steps + 1.0
        )

    def cell_place(self) -> QRectF:
        """Return the chosen cell in pixels of the view."""
        return self.entrance.cell_in(self)

    def show_all(self) -> None:
        """Show all pairs."""
        super().show_all()
        if self._steps >= 0:
            self.plot.box.setYRange(-0.5, self._steps + 0.5, padding=0)

    def draw(self, inspection: Inspection) -> None:
        """Show all pairs of the active network."""
        steps, lens = inspection.analysis.steps, inspection.analysis.exploration.lens
        self.marks.steps, self.marks.seam = steps, inspection.analysis.run.course.seam
        if self.hatching.steps != steps:
            self.hatching.steps = steps
            self.hatching.update()
        shown, self._ways = log_map(inspection), ways_shown(inspection)
        span = inspection.analysis.decades if shown is None else decades(inspection, shown)
        if shown is None:
            self._clear(steps)
        else:
            self._paint(inspection, shown, span)
        for legend in (self.legend, self.header_legend):
            legend.present(lens, span, unsure(inspection) is not None)
        self.chains.present(inspection)
        self.switches.offer(inspection.analysis.run.network.architecture)
        self.switches.present(lens.quantity, lens.norm, not inspection.analysis.run.wide)
        self.set_subtitle(*subtitles(inspection))
        self.truncation.present(inspection)
        self._show_bars(inspection, shown, span)
        self.notes.present(inspection.analysis.exploration.notes_of(), steps)
        name_steps(self.plot, inspection)
        self.headline.present(inspection)
        self.entrance.fit()
        self.notice.say(inspection.unjudged if quantity(inspection) != "flow" else None)
        self._place_legend()
        self._tell(inspection)

    def complete(self, inspection: Inspection) -> None:
        """Say of how many numbers it is now known that they are unsure."""
        super().complete(inspection)
        self.set_subtitle(*subtitles(inspection))
        if self._shown is not None and unsure(inspection) is not self._shown[3]:
            self.present(inspection)

    def answer(self, result: object) -> None:
        """Show small maps of blocks."""
        assert isinstance(result, dict)
        self.chains.show_maps(result)

    def finish(self) -> None:
        """Name the lines of equal gain."""
        self.contours.rest()

    def describe(self, inspection: Inspection) -> str:
        """Return the number of the chosen pair, and between which ends all are."""
        return map_text(inspection, self._selection.t, self._selection.k)

    def draw_cursor(self, selection: Selection) -> None:
        """Frame the pair and draw its row."""
        last = max(self._steps, 0)
        t = min(selection.t, last)
        self._selection = Selection(t=t, k=min(selection.k, last if BACKWARD in self._ways else t))
        super().draw_cursor(self._selection)
        self.truncation.keep_clear(self._selection)
        self.marks.point(self._selection)
        self.notes.point(self._selection)

    def draw_playhead(self, playhead: Playhead) -> None:
        """Make faint what is yet to come."""
        self.marks.playhead = playhead
        self.marks.update()

    def restyle(self) -> None:
        """Take on the theme in what is painted here."""
        super().restyle()
        self.notes.theme = self.hatching.theme = self.contours.theme = self.bars.theme = self.marks.theme = self.theme
        self.truncation.restyle(self.theme)
        for part in (self.legend, self.header_legend, self.switches, self.headline, self.chains):
            part.dress(self.theme)
        self._line.refit()
        self.entrance.dress(self.theme)
        self._place_legend()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pair with the arrows, ten steps with Shift; plus and minus set the span, brackets the truncation."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            stride = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dt, dk = _KEYS[key]
            self._choose(self._selection.t + stride * dt, self._selection.k + stride * dk)
        elif key in _ENTER:
            self.looked_into.emit()
        elif key in _SPAN_KEYS:
            self.legend.step(_SPAN_KEYS[key])
        elif key in Truncation.keys:
            self.truncation.key(event)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the legend another place."""
        super().resizeEvent(event)
        self._place_legend()

    def _connect(self) -> None:
        box = self.plot.box
        box.pressed.connect(self._press)
        box.moved.connect(self._drag)
        box.lifted.connect(self._lift)
        self.entrance.wanted.connect(self.looked_into)
        for show in (self.show_all, self._choose_again):
            self.entrance.passed.connect(show)
        box.setMouseEnabled(x=True, y=True)
        box.sigXRangeChanged.connect(self._follow_time)
        box.sigRangeChanged.connect(self._place_legend)
        box.sigResized.connect(self._place_legend)
        self.plot.pointed.connect(self._tell_pair)
        self.plot.unpointed.connect(self._tell_nothing)
        for legend in (self.legend, self.header_legend):
            legend.resized.connect(self._place_legend)
        self.chains.wanted.connect(self._ask_for_blocks)
        for part in (self.legend, self.header_legend, self.switches, self.truncation, self.chains):
            part.edited.connect(self.edited)
        self.truncation.released.connect(self.released)

    def _ask_for_blocks(self) -> None:
        """Ask for small maps of the blocks of the chain that is shown."""
        from explorer.workspace.looks.block_maps import block_maps

        if self.inspection is not None:
            self.asked.emit(partial(block_maps, self.inspection.analysis.run))

    def _paint(self, inspection: Inspection, shown: Floats, span: int) -> None:
        """Make the picture, once for an analysis and a scale, and again when it is known what of it is unsure."""
        before, now = self._shown, (shown, span, self.theme, unsure(inspection))
        if before and all(one is other for one, other in zip(before, now, strict=True)):
            return
        self._shown = now
        self.image.present(codes_of(shown, span, quantity(inspection), self._ways), self.theme, now[-1])
        if before is None or before[0] is not shown or before[1] != span:
            # In other colours they run where they ran, and keep their names.
            self.contours.present(shown, span, quantity(inspection), inspection.lines)

    def _show_bars(self, inspection: Inspection, shown: Floats | None, span: int) -> None:
        """Show row T as bars in the place of the map where the loss fills no other."""
        alone = shown is not None and fills_one_row(inspection)
        doubts = unsure(inspection)
        row = shown[-1] if shown is not None and alone else None
        if alone != self.bars.isVisible():
            # A height stands for another t now: what is under the pointer is told when it moves.
            self._tell_nothing()
        self.bars.present(row, span, None if doubts is None else doubts[-1])
        axis = self.plot.getAxis("left")
        assert isinstance(axis, LevelAxis)
        axis.measure(self.bars.ends() if alone else None)
        self.marks.setVisible(not alone)
        self._leave_to_marks(not alone)

    def _leave_to_marks(self, left: bool) -> None:
        """Let the marks draw the cursor's lines, which go round the names of contours; bars have none."""
        for line in (self.cursor_t, self.cursor_k):
            line.setVisible(not left)

    def _clear(self, steps: int) -> None:
        """Leave the whole square to the hatching: nothing is defined."""
        self._shown = None
        self.image.present(np.full((steps + 1, steps + 1), UNDEFINED, np.uint8), self.theme)
        self.contours.present(np.zeros((0, 0)), 1, "flow")

    def _follow_time(self, _: object, interval: tuple[float, float]) -> None:
        """Show all t where all k are shown, whichever view was asked to."""
        if interval[1] - interval[0] > self._steps + 1.0 - _WHOLE:
            self.show_all()

    def _press(self, x: float, y: float) -> None:
        if not self.truncation.press(x, y):
            self._choose_at(x, y)

    def _drag(self, x: float, y: float) -> None:
        if self.truncation.dragging:
            self.truncation.move(x, y)
        else:
            self._choose_at(x, y)

    def _lift(self) -> None:
        if self.truncation.lift() and self.inspection is not None:
            self.present(self.inspection)

    def _choose_at(self, x: float, y: float) -> None:
        self._choose(self._row_at(y), math.floor(x + 0.5))

    def _row_at(self, y: float) -> int:
        """Return the t at the height ``y``: bars are all of row T."""
        return self._steps if self.bars.isVisible() else math.floor(y + 0.5)

    def _choose(self, t: int, k: int) -> None:
        """Ask for the nearest pair to (t, k); the controller moves the cursor."""
        last = max(self._steps, 0)
        t = min(max(t, 0), last)
        k = min(max(k, 0), last if BACKWARD in self._ways else t)
        if (t, k) != (self._selection.t, self._selection.k):
            self.selected.emit(t, k)

    def _tell_pair(self, x: float, y: float, where: QPoint) -> None:
        if self._tell_grip(x, y, where):
            return
        t, k = self._row_at(y), math.floor(x + 0.5)
        if self.inspection is None or not (0 <= t <= self._steps and 0 <= k <= self._steps):
            self._tell_nothing()
        elif self._pointed is None or (t, k) != self._pointed[:2]:
            self._pointed = (t, k, where)
            self._tell(self.inspection)

    def _tell_grip(self, x: float, y: float, where: QPoint) -> bool:
        """Show what the grip is for while the pointer is on it; return whether it is."""
        gripped = self.truncation.dragging or self.truncation.band.grips(x, y)
        if gripped != self._gripped:
            self._gripped, self._pointed = gripped, None
            self.plot.setCursor(self.truncation.band.cursor_shape() if gripped else Qt.CursorShape.ArrowCursor)
            self.tell(self.truncation.tip() if gripped else "", where)
        return gripped

    def _tell(self, inspection: Inspection) -> None:
        """Say again what is under the pointer: the numbers there may have changed."""
        if self._pointed is not None:
            t, k, where = self._pointed
            t, k = min(t, self._steps), min(k, self._steps)
            self.tell(hover_text(inspection, t, k), where)

    def _tell_nothing(self) -> None:
        if self._pointed is not None or self._gripped:
            self._pointed, self._gripped = None, False
            self.tell("")

    def _place_legend(self) -> None:
        when_still(self.legend, self._fit_legend)

    def _fit_legend(self) -> None:
        """Show the most telling legend that covers no pair, else the one in the heading."""
        # Bars leave no corner free.
        free = self._ways == (FORWARD,) and not self.bars.isVisible()
        self.legend.setVisible(free and put_in_corner(self.legend, self.plot, self._steps))
        self._fit_heading()
        if self.notice.isVisible():
            self.notice.place()

    def _fit_heading(self) -> None:
        """Give the legend, where it has no room on the map, and the switches the room beside the title."""
        least, taken, brief = self.switches.minimumSizeHint().width(), 0, False
        if self.legend.isHidden():
            taken = self.header_legend.fit(self._room(brief) - least)
            brief = not taken
            taken = taken or self.header_legend.fit(self._room(brief) - least)
        else:
            self.header_legend.hide()
        self.chains.set_brief(brief)
        self.switches.fit(self._room(brief) - taken)

    def _room(self, brief: bool) -> int:
        """Return the pixels beside the title and the chain's name, a ``brief`` one or the whole."""
        room = self.contentsRect().width() - self._heading.sizeHint().width() - _HEAD_GAPS
        return room if self.chains.isHidden() else room - self.chains.width_as(brief) - _BESIDE
