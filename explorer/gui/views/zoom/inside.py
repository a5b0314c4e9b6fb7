"""The inside of a cell drawn from its equations: elements, wires with values on them, and the curve of a gate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.names import Name
from explorer.gui.core.netinputs import net_inputs_at
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.curve import CurvePanel
from explorer.gui.views.zoom.names import Names
from explorer.gui.views.zoom.scene import Door, Drawn
from explorer.gui.views.zoom.wires import Wires
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.inside import InsideLook
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.wiring import Element
from explorer.workspace.words.numbers import signed

_PANEL, _LEAST_PANEL = 0.32, 250.0
"""Of the width: the curve; and its pixels at least, with which it stands beside the cell."""
_NARROW = 760.0


class InsideScene(Drawn):
    """Doors: the chosen unit of every gate, then the other layers of a stack."""

    def __init__(self, look: InsideLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        self._wires = Wires(look, theme)
        elements = look.wiring.elements
        found = net_inputs_at(look.course, look.place.step)
        names = [gate.name for gate in gates(step_at(look.course, look.place.step).recurrence)]
        self._gates = dict(zip(names, found, strict=True))
        own = [one.gate for one in elements if one.gate]
        self.doors = [Door(replace(look.place, level="unit", gate=gate), self._gate_said(gate)) for gate in own]
        self.first = own.index(look.place.gate) if look.place.gate in own else 0
        self._own = own
        self._add_layers(names)
        chosen = self._gates.get(look.place.gate)
        self._curve = None if chosen is None else CurvePanel(chosen, look.unit, theme)
        self._curve_place = QRectF()

    def _add_layers(self, names: list[str]) -> None:
        for layer in self.look.wiring.layers:
            first = next((name for name in names if Name.of(name).layer == layer), None)
            if layer != self.look.wiring.layer and first is not None:
                self.doors.append(Door(replace(self.look.place, gate=first), tr("layer {layer}").format(layer=layer)))

    # ---- words

    def summary(self) -> str:
        """Return the step and the unit whose numbers are written."""
        said = tr("step {t} · unit {unit}: its numbers stand beside the wires")
        said = said.format(t=self.look.inspection.step(self.look.place.step), unit=self.look.unit)
        return f"{said} · {below}" if (below := self._below()) else said

    def _below(self) -> str:
        """Return what the cell reads where that is no input of the network: what layers below give out."""
        names = Names(self.look.inspection)
        if not names.below:
            return ""
        ways = [name for name in self.look.inspection.analysis.run.trace.chains if name.rstrip("→←") == names.below]
        said = tr("{x} is what layer {below} gives")
        if len(ways) > 1:
            said = tr("{x} is what layer {below} gives, its two directions side by side")
        return said.format(x=names.value("x", 0, self.look.place.step), below=names.below)

    def told(self) -> str:
        """Return what each named value is for the unit, and the chosen gate."""
        said = []
        for i, one in enumerate(self.look.wiring.elements):
            number = self.look.number(i)
            if one.name and number is not None:
                said.append(f"{self._wires.value_name(one)}[{self.look.unit}] = {signed(number)}")
        if self._curve is not None:
            said.append(self._curve.said())
        return "\n".join(said)

    def name_at(self, point: QPointF) -> str:
        """Return the value on the wire, the gate, or the point of the curve."""
        for i, place in self._wires.strips.items():
            if place.adjusted(-3, 0, 3, 0).contains(point):
                return self._strip_said(i, point, place)
        for i, place in self._wires.shapes.items():
            if place.contains(point):
                one = self._wires.element(i)
                return self._gate_said(one.gate) if one.gate else self._element_said(one)
        if self._curve is not None and self._curve_place.contains(point):
            return self._curve.name_at(point)
        return ""

    def unit_at(self, point: QPointF) -> int | None:
        """Return the unit whose value is under the pointer, or whose point of the curve is."""
        for i, place in self._wires.strips.items():
            if place.adjusted(-3, 0, 3, 0).contains(point):
                value = self._wires.value(i)
                return None if value is None or not np.ndim(value) else self._row(point, place, len(value))
        if self._curve is not None and self._curve_place.contains(point):
            return self._curve.unit_at(point)
        return None

    def door_at(self, point: QPointF) -> Place | None:
        """Return the gate under the pointer, another layer, or the number of the unit where the curve names it."""
        for i, place in self._wires.shapes.items():
            if place.contains(point) and self._wires.element(i).gate:
                gate = self._wires.element(i).gate
                again = gate == self.look.place.gate
                return replace(self.look.place, level="unit" if again else "inside", gate=gate)
        layers = {i: place for i, place in self.places.items() if i >= len(self._own)}
        found = next((i for i, place in layers.items() if place.contains(point)), None)
        if found is not None:
            return self.doors[found].to
        if self._curve is not None and self._curve.said_place.contains(point):
            return self.doors[self.first].to
        return None

    def _row(self, point: QPointF, place: QRectF, count: int) -> int:
        return min(int((point.y() - place.top()) / place.height() * count), count - 1)

    def _element_said(self, one: Element) -> str:
        return f"{self._wires.value_name(one)}: {one.label}" if one.name else one.label

    def _gate_said(self, gate: str) -> str:
        found = self._gates[gate]
        return tr("gate {name}: {mean}").format(name=found.name, mean=found.mean())

    def _strip_said(self, i: int, point: QPointF, place: QRectF) -> str:
        value, one = self._wires.value(i), self._wires.element(i)
        if value is None:
            return ""
        name = self._wires.value_name(one) if one.name else one.label
        if not np.ndim(value):
            return f"{name} = {signed(float(value))}"
        row = self._row(point, place, len(value))
        if np.ndim(value) == 1:
            return f"{name}[{row}] = {signed(float(value[row]))}"
        column = min(int((point.x() - place.left()) / place.width() * value.shape[1]), value.shape[1] - 1)
        return f"{name}[{row},{max(column, 0)}] = {signed(float(value[row, max(column, 0)]))}"

    # ---- painting

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint the cell, and the gate's curve beside it, or below it where there is no room beside."""
        line = float(painter.fontMetrics().height())
        area = area.adjusted(2, 2, -2, -2)
        self.places = {}
        cell, self._curve_place = area, QRectF()
        if self._curve is not None:
            if area.width() >= _NARROW:
                wide = max(_PANEL * area.width(), _LEAST_PANEL)
                self._curve_place = QRectF(area.right() - wide, area.top(), wide, min(area.height(), 1.15 * wide))
                cell = area.adjusted(0, 0, -wide - line, 0)
            else:
                high = 0.4 * area.height()
                self._curve_place = QRectF(area.left(), area.bottom() - high, area.width(), high)
                cell = area.adjusted(0, 0, 0, -high - 0.5 * line)
        cell = self._paint_layers(painter, cell, line)
        self._wires.paint(painter, cell.adjusted(0, 0, 0, -1.2 * line), line)
        self.places |= {
            self._own.index(self._wires.element(i).gate): shape
            for i, shape in self._wires.shapes.items()
            if self._wires.element(i).gate
        }
        label(painter, cell.left(), cell.bottom(), self._scale_said(), self.theme.muted, 0.0, 1.0)
        if self._curve is not None:
            self._curve.paint(painter, self._curve_place)
        if chosen is not None and chosen in self.places:
            self.mark(painter, self.places[chosen])

    def _scale_said(self) -> str:
        ends, every = self._wires.scale.ticks(), self._wires.every
        said = tr("colours on the wires: from {low} to {high}; a row is a unit, a click chooses it").format(
            low=ends[0][1], high=ends[-1][1]
        )
        return said if every == 1 else f"{said} · " + tr("of {every} units one is drawn").format(every=every)

    def _paint_layers(self, painter: QPainter, area: QRectF, line: float) -> QRectF:
        """Offer the layers of a stack; return what room is left."""
        layers = self.look.wiring.layers
        if len(layers) < 2:
            return area
        x, others = area.left(), {door.name: i for i, door in enumerate(self.doors) if i >= len(self._own)}
        for layer in layers:
            name = tr("layer {layer}").format(layer=layer)
            here = layer == self.look.wiring.layer
            place = label(painter, x + 6, area.top(), name, self.theme.text if here else self.theme.accent, 0.0, 0.0)
            if name in others:
                self.places[others[name]] = place.adjusted(-4, -1, 4, 1)
            x = place.right() + line
        return area.adjusted(0, 1.6 * line, 0, 0)
