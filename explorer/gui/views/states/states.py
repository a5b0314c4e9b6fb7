"""The hidden states: a heatmap of units × time on an absolute scale."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent

from explorer.engine import Trace
from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import ACTIVATIONS, sigmoid
from explorer.gui.controls.plain import set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.plots import TICK_SCALE, TimePlot
from explorer.gui.core.view import Playhead
from explorer.gui.plot.scales import ABOVE, BELOW, NAN, Block, StateScale, blocks, encode
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.states.canvas import ScaleLegend, StatesCanvas
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.equations import as_shown, digits_that_hold
from explorer.workspace.words.numbers import signed, subscript

_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ALONG = {Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}
_STRIDE = 10
_LEAST = 44
_WITH_HEADING = 92
"""Pixels: a lower view is all picture."""


class StatesView(TimePlot):
    """The states s_0..s_T unit by unit; a click, or the arrows, choose t and the unit."""

    keys = frozenset({*_ACROSS, *_ALONG})

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Hidden states"), "states")
        self.canvas = StatesCanvas(self.plot.box, theme)
        self._selection = Selection(t=0, k=0)
        self._legends = (ScaleLegend(theme), ScaleLegend(theme))
        for legend in self._legends:
            self.add_to_header(legend)
        # A click chooses and leaves the arrows to the player: only who came by Tab has no other way to choose.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.plot.box.setYRange(0.0, 1.0, padding=0)
        bottom = self.plot.getAxis("bottom")
        bottom.setStyle(showValues=False)
        bottom.setHeight(6)
        self.setMinimumHeight(_LEAST)
        self.plot.box.pressed.connect(self._choose)
        self.plot.box.moved.connect(self._follow)
        self.plot.box.sigResized.connect(lambda _: self._set_ticks())
        self.plot.pointed.connect(self._hover)
        self.plot.unpointed.connect(lambda: self.tell(""))
        self.phrases.add(
            self.setAccessibleDescription,
            "The state of every unit at every step. Left and right choose t, up and down the unit, with Shift ten at once.",
        )
        self.restyle()

    def draw(self, inspection: Inspection) -> None:
        """Show the states on their scales."""
        run = inspection.analysis.run
        parts = blocks(run.network)
        images, scales = [], []
        for block in parts:
            values = run.trace.s[:, block.start : block.stop]
            scale = StateScale.of(values, block.bounded)
            images.append(encode(scale.position(values)).T)
            scales.append(scale)
        self.canvas.reached = self._reached(self.playhead, inspection.analysis.steps)
        self.canvas.unit = inspection.selection.unit
        self.canvas.present(parts, images)
        self._show_scales(parts, scales, _apart(run.trace.s))
        self._set_ticks()

    def describe(self, inspection: Inspection) -> str:
        """Return the chosen unit's state at step t, and between which ends those of all units are."""
        trace, t = inspection.analysis.run.trace, inspection.t
        lines = []
        for block in self.canvas.blocks:
            unit, values = min(self._selection.unit, block.stop - block.start - 1), trace.s[t, block.start : block.stop]
            name, ends = f"{block.name}{subscript(t)}", (signed(float(values.min())), signed(float(values.max())))
            lines += [
                words(trace, t, block, unit),
                tr("{name}: from {low} to {high}").format(name=name, low=ends[0], high=ends[1]),
            ]
        return "\n".join(lines)

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
            legend.dress(self.theme)
            set_tip(
                legend,
                tr(
                    "The scale of the states is absolute: one colour is one value, whatever is chosen. One that is "
                    "signed-log is proportional below 0.01 and logarithmic above."
                ),
            )
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the heading up where the picture would have no room."""
        super().resizeEvent(event)
        set_shown(self._head, event.size().height() >= _WITH_HEADING)

    @staticmethod
    def _reached(playhead: Playhead, steps: int) -> int:
        return playhead.step if playhead.phase == "forward" else steps

    def _show_scales(
        self, parts: tuple[Block, ...], scales: list[StateScale], apart: tuple[tuple[int, str], ...]
    ) -> None:
        several = len(parts) > 1
        for i, legend in enumerate(self._legends):
            set_shown(legend, i < len(parts))
            if i < len(parts):
                last = i == len(parts) - 1
                legend.show_scale(parts[i].name + "ₜ" if several else "", scales[i], apart if last else ())
        names = tr("hₜ above, cₜ below") if several else f"{parts[0].name}ₜ"
        how = tr("scale signed-log") if any(scale.decade for scale in scales) else tr("scale ±1")
        units = f"n = {parts[0].stop}"
        self.set_subtitle(" · ".join((names, units, how)))

    def _set_ticks(self) -> None:
        if self.canvas.blocks and self.plot.box.height() > 1:
            height = QFontMetricsF(font(self.theme, "en", TICK_SCALE)).height()
            self.plot.set_ticks("left", self.canvas.ticks(height))

    def _cell(self, x: float, pixels: float) -> tuple[int, Block, int] | None:
        """Return (step, block, unit) at time ``x`` and ``pixels`` from the top."""
        found, step = self.canvas.unit_at(pixels), round(x)
        if found is None or not 0 <= step <= self._steps:
            return None
        return step, self.canvas.blocks[found[0]], found[1]

    def _choose(self, x: float, y: float) -> None:
        """Choose t, and the unit if it is another one."""
        cell = self._cell(x, (1.0 - y) * self.plot.box.height())
        if cell is None:
            return
        step, _, unit = cell
        self._choose_unit(unit)
        self._select(step)

    def _choose_unit(self, unit: int) -> None:
        """Choose ``unit``, or the nearest that there is."""
        units = max((block.stop - block.start for block in self.canvas.blocks), default=1)
        unit = min(max(unit, 0), units - 1)
        if unit != self._selection.unit:
            self.edited.emit(Gesture.of(mark("Choose a unit"), Exploration.with_selection, "selection", unit=unit))

    def _follow(self, x: float, _: float) -> None:
        self._select(min(max(round(x), 0), self._steps))

    def _select(self, step: int) -> None:
        if step != self._selection.t:
            self.selected.emit(step, min(self._selection.k, step))

    def _name_chosen(self) -> None:
        """Say of the chosen unit at t what the pointer would be told, beside the drawing."""
        if self.inspection is None or not self.canvas.blocks:
            return
        step, unit = self._selection.t, self._selection.unit
        said = [words(self.inspection.analysis.run.trace, step, block, unit) for block in self.canvas.blocks]
        top, bottom = self.canvas.area(0)
        at = QPoint(round(self.canvas.pixel(step)), round((top + bottom) / 2))
        self.tell("\n".join(said), self.plot.mapToGlobal(self.plot.mapFromScene(self.canvas.mapToScene(at))))

    def _hover(self, x: float, y: float, where: QPoint) -> None:
        cell = self._cell(x, (1.0 - y) * self.plot.box.height())
        if cell is None or self.inspection is None:
            self.tell("")
        else:
            self.tell(words(self.inspection.analysis.run.trace, *cell), where)


def words(trace: Trace, step: int, block: Block, unit: int) -> str:
    """Return the name and value of one unit's state, with the formula that it came from."""
    name = f"{block.name}{subscript(step)}[{unit}]"
    value = float(trace.s[step, block.start + unit])
    if step == 0:
        return f"{name} = {signed(value)}"

    def holds(digits: int) -> bool:
        return signed(_formula(trace, step, block, unit, digits)[1]) == signed(value)

    digits = digits_that_hold(holds, 3)
    formula, _ = _formula(trace, step, block, unit, digits or 3)
    return f"{name} = {formula} {'≈' if digits is None else '='} {signed(value)}"


def _formula(trace: Trace, step: int, block: Block, unit: int, digits: int) -> tuple[str, float]:
    """Return the formula of a unit's state with its numbers put in, and what it gives with these numbers."""
    net, z, s, n = trace.network, trace.z[step - 1], trace.s, trace.network.hidden

    def shown(value: float) -> tuple[str, float]:
        return signed(value, digits), as_shown(value, digits)

    before, old = shown(float(s[step - 1, block.start + unit]))
    if net.cell == "rnn":
        said, value = shown(float(z[unit]))
        return f"{net.activation}(z) = {net.activation}({said})", float(
            ACTIVATIONS[net.activation].value(np.array(value))
        )
    gate = {name: float(net.gate_rows(z, name)[unit]) for name in net.kernel.gates}

    def opened(name: str, sign: float = 1.0) -> tuple[str, float]:
        return shown(float(sigmoid.value(np.array(sign * gate[name]))))

    if net.cell == "gru":
        (shut, less), (kept, more), (new, fresh) = opened("z", -1.0), opened("z"), shown(math.tanh(gate["n"]))
        return f"(1−z)·n + z·h{subscript(step - 1)} = {shut}·({new}) + {kept}·({before})", less * fresh + more * old
    if block.name == "h":
        (out, o), (cell, c) = opened("o"), shown(math.tanh(float(s[step, n + unit])))
        return f"o·tanh(c) = {out}·({cell})", o * c
    (kept, f), (let, i), (new, g) = opened("f"), opened("i"), shown(math.tanh(gate["g"]))
    return f"f·c{subscript(step - 1)} + i·g = {kept}·({before}) + {let}·({new})", f * old + i * g


def _apart(s: Floats) -> tuple[tuple[int, str], ...]:
    """Return the entries of the table, with their labels, that ``s`` needs besides its scale."""
    if np.isfinite(s).all():
        return ()
    signs = ((NAN, "NaN", np.isnan), (ABOVE, "+∞", np.isposinf), (BELOW, "−∞", np.isneginf))
    return tuple((entry, label) for entry, label, holds in signs if holds(s).any())
