"""The hidden states: a heatmap of units × time on an absolute scale."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent

from explorer.engine.floats import Floats
from explorer.engine.network.layer import FORWARD
from explorer.gui.controls.plain import set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.time_plot import HeadedPlot
from explorer.gui.core.view import Playhead
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.states.canvas import ScaleLegend, StatesCanvas
from explorer.gui.views.states.sentence import words
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection, ways_of
from explorer.workspace.looks.levels import chain_named, on_a_way
from explorer.workspace.scales.states import ABOVE, BELOW, NAN, Block, StateScale, blocks, encode
from explorer.workspace.words.numbers import signed, subscript

_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ALONG = {Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}
_STRIDE = 10
_TICKS = 6
"""Pixels for ticks without numbers: those of the map below are meant."""
_LEAST = 44
_WITH_HEADING = 92
"""Pixels: a lower view is all picture."""


class StatesView(HeadedPlot):
    """The states s_0..s_T unit by unit; a click, or the arrows, choose t and the unit."""

    shows_flow = False

    keys = frozenset({*_ACROSS, *_ALONG})

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Hidden states"), "states")
        self.canvas = StatesCanvas(self.plot.box, theme)
        self._selection = Selection(t=0, k=0)
        self._legends: list[ScaleLegend] = []
        # A click chooses and leaves the arrows to the player: only who came by Tab has no other way to choose.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.plot.box.setYRange(0.0, 1.0, padding=0)
        self._number_steps(False)
        self.setMinimumHeight(_LEAST)
        self.plot.box.pressed.connect(self._choose)
        self.plot.box.moved.connect(self._follow)
        self.plot.box.sigResized.connect(lambda _: self._set_ticks())
        self.plot.pointed.connect(self._hover)
        self.plot.unpointed.connect(lambda: self.tell(""))
        self.phrases.add(
            self.setAccessibleDescription,
            "The state of every unit at every step. Left and right choose t, up and down the unit, with Shift ten at once; "
            "Enter lets the picture fill the middle.",
        )
        self.restyle()

    def draw(self, inspection: Inspection) -> None:
        """Show the states on their scales."""
        run = inspection.analysis.run
        parts, states = blocks(run.course.chain), run.course.s[::-1] if run.backward else run.course.s
        images, scales = [], dict[str, StateScale]()
        for block in parts:
            values = states[:, block.start : block.stop]
            scale = StateScale.of(values, block.bounded)
            images.append(encode(scale.position(values)).T)
            scales[block.name] = scale
        self.canvas.reached = self._reached(self.playhead, inspection.analysis.steps)
        self.canvas.unit = inspection.selection.unit
        self.canvas.chain = chain_named(run.network.architecture, run.course.chain)
        self.canvas.present(parts, images)
        feed = inspection.analysis.feed
        self.plot.getAxis("bottom").set_words(feed.shown if feed.symbolic else ())
        self._show_scales(parts, scales, _apart(states))
        self._set_ticks()

    def stand_alone(self, alone: bool) -> None:
        """Number the steps while no view below does."""
        super().stand_alone(alone)
        self._number_steps(alone)

    def _number_steps(self, numbered: bool) -> None:
        bottom = self.plot.getAxis("bottom")
        bottom.setStyle(showValues=numbered)
        bottom.setHeight(None if numbered else _TICKS)

    def describe(self, inspection: Inspection) -> str:
        """Return the chosen unit's state at step t, and between which ends those of all units are."""
        run, t = inspection.analysis.run, inspection.selection.t
        lines = []
        for block in self.canvas.blocks:
            values = run.course.s[run.time(t), block.start : block.stop]
            name, ends = f"{block.name}{subscript(t)}", (signed(float(values.min())), signed(float(values.max())))
            lines += [
                words(run.course, t, block, self._chosen_row(block)),
                tr("{name}: from {low} to {high}").format(name=name, low=ends[0], high=ends[1]),
            ]
        return "\n".join(lines)

    def _chosen_row(self, block: Block) -> int:
        """Return the row of a block at which the chosen unit begins."""
        return min(self._selection.unit, block.units - 1) * block.columns

    def draw_cursor(self, selection: Selection) -> None:
        """Move the lines, and the mark of the unit."""
        super().draw_cursor(selection)
        self._selection = selection
        self.canvas.unit = selection.unit
        self.canvas.update()

    def draw_playhead(self, playhead: Playhead) -> None:
        """Make faint what the forward pass has not reached."""
        self.canvas.reached = self._reached(playhead, self._steps)
        self.canvas.update()

    def restyle(self) -> None:
        """Take on the theme and the language."""
        super().restyle()
        self.canvas.dress(self.theme)
        self.plot.getAxis("left").setStyle(tickLength=0)
        for legend in self._legends:
            self._dress(legend)
        self.plot.getAxis("left").setLabel(tr("unit"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose t with left and right, the unit with up and down, ten on with Shift, and name what was chosen."""
        key = Qt.Key(event.key())
        stride = _STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in _ACROSS:
            self._select(min(max(self._selection.t + stride * _ACROSS[key], 0), self._steps))
        elif key in _ALONG:
            self._choose_unit(self._selection.unit + stride * _ALONG[key])
        else:
            super().keyPressEvent(event)
            return
        self._name_chosen()

    def height_with_heading(self) -> int:
        """Return the least height at which the view is not all picture."""
        return _WITH_HEADING

    @staticmethod
    def _reached(playhead: Playhead, steps: int) -> int:
        return playhead.step if playhead.phase == "forward" else steps

    def _show_scales(
        self, parts: tuple[Block, ...], scales: dict[str, StateScale], apart: tuple[tuple[int, str], ...]
    ) -> None:
        """Show one legend for each scale, with the parts that are on it where there are several."""
        named: dict[StateScale, list[str]] = {}
        for name, scale in scales.items():
            named.setdefault(scale, []).append(name + "ₜ")
        while len(self._legends) < len(named):
            legend = ScaleLegend(self.theme)
            self._legends.append(legend)
            self.add_to_header(legend)
            self._dress(legend)
        for i, legend in enumerate(self._legends):
            set_shown(legend, i < len(named))
        for legend, (scale, names) in zip(self._legends, named.items(), strict=False):
            legend.show_scale(
                ", ".join(names) if len(named) > 1 else "", scale, apart if scale == list(named)[-1] else ()
            )
        how = tr("scale signed-log") if any(scale.decade for scale in named) else tr("scale ±1")
        said = " · ".join((_order([name + "ₜ" for name in scales]), _sizes(parts), how))
        chain = self.canvas.chain
        self.set_subtitle(*((f"{chain} · {said}", chain) if chain else (said,)))

    def _dress(self, legend: ScaleLegend) -> None:
        legend.dress(self.theme)
        set_tip(
            legend,
            tr(
                "The scale of the states is absolute: one colour is one value, whatever is chosen. One that is "
                "signed-log is proportional below 0.01 and logarithmic above."
            ),
        )

    def _set_ticks(self) -> None:
        if self.canvas.blocks and self.plot.box.height() > 1:
            height = QFontMetricsF(font(self.theme, "en", TICK_SCALE)).height()
            self.plot.set_ticks("left", self.canvas.ticks(height))

    def _cell(self, x: float, pixels: float) -> tuple[int, Block, int] | None:
        """Return (step, block, row) at time ``x`` and ``pixels`` from the top."""
        found, step = self.canvas.unit_at(pixels), round(x)
        if found is None or not 0 <= step <= self._steps:
            return None
        return step, self.canvas.blocks[found[0]], found[1]

    def _choose(self, x: float, y: float) -> None:
        """Choose t, and the unit if it is another one."""
        cell = self._cell(x, (1.0 - y) * self.plot.box.height())
        if cell is None:
            return
        step, block, row = cell
        self._choose_unit(row // block.columns)
        self._select(step)

    def _choose_unit(self, unit: int) -> None:
        """Choose ``unit``, or the nearest that there is."""
        units = max((block.units for block in self.canvas.blocks), default=1)
        unit = min(max(unit, 0), units - 1)
        if unit != self._selection.unit:
            self.edited.emit(Gesture.of(mark("Choose a unit"), Exploration.with_selection, "selection", unit=unit))

    def _follow(self, x: float, _: float) -> None:
        self._select(min(max(round(x), 0), self._steps))

    def _select(self, step: int) -> None:
        if step != self._selection.t:
            ways = (FORWARD,) if self.inspection is None else ways_of(self.inspection.analysis.run)
            self.selected.emit(*on_a_way(ways, step, self._selection.k))

    def _name_chosen(self) -> None:
        """Say of the chosen unit at t what the pointer would be told, beside the drawing."""
        if self.inspection is None or not self.canvas.blocks:
            return
        step, course = self._selection.t, self.inspection.analysis.run.course
        said = [words(course, step, block, self._chosen_row(block)) for block in self.canvas.blocks]
        top, bottom = self.canvas.area(0)
        at = QPoint(round(self.canvas.pixel(step)), round((top + bottom) / 2))
        self.tell("\n".join(said), self.plot.mapToGlobal(self.plot.mapFromScene(self.canvas.mapToScene(at))))

    def _hover(self, x: float, y: float, where: QPoint) -> None:
        cell = self._cell(x, (1.0 - y) * self.plot.box.height())
        if cell is None or self.inspection is None:
            self.tell("")
        else:
            self.tell(words(self.inspection.analysis.run.course, *cell), where)


def _order(names: list[str]) -> str:
    """Return which part stands where."""
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return tr("{first} above, {second} below").format(first=names[0], second=names[1])
    # No list, which would end at a comma where there is little room.
    return tr("{first} … {last} from top to bottom").format(first=names[0], last=names[-1])


def _sizes(parts: tuple[Block, ...]) -> str:
    """Return of how many units the parts are, each size once; a matrix has its rows and columns."""
    return ", ".join(
        dict.fromkeys(
            f"n = {part.units}" if part.columns == 1 else f"{part.name}: {part.units} × {part.columns}"
            for part in parts
        )
    )


def _apart(s: Floats) -> tuple[tuple[int, str], ...]:
    """Return the entries of the table, with their labels, that ``s`` needs besides its scale."""
    if np.isfinite(s).all():
        return ()
    signs = ((NAN, "NaN", np.isnan), (ABOVE, "+∞", np.isposinf), (BELOW, "−∞", np.isneginf))
    return tuple((entry, label) for entry, label, holds in signs if holds(s).any())
