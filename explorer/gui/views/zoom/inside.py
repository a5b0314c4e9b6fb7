"""The inside of a cell drawn from its equations: elements, wires with values on them, and the curve of a gate."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.names import Name, plain_name
from explorer.engine.recurrence.typeset.notation import Plain
from explorer.gui.core.netinputs import net_inputs_at
from explorer.gui.plot.card_axes import label, pen, shade
from explorer.gui.plot.cells import Cells
from explorer.gui.plot.scales import STATE_PATTERNS, StateScale, encode, state_colours
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.curve import CurvePanel
from explorer.gui.views.zoom.layout import laid
from explorer.gui.views.zoom.scene import Door, Drawn
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.inside import InsideLook
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.wiring import Element
from explorer.workspace.words.numbers import signed, subscript

_PANEL, _LEAST_PANEL = 0.32, 250.0
"""Of the width: the curve; and its pixels at least, with which it stands beside the cell."""
_NARROW = 760.0
_STRIP, _WIDEST = 8.0, 40.0
_BOX, _CIRCLE = (3.1, 1.65), 0.75
"""In heights of a line: a box, and the radius of a circle."""
_ROOMY = 4.4
"""Heights of a line from column to column: where they are nearer, all is smaller."""
_MOST_ROWS = 64


class InsideScene(Drawn):
    """Doors: the chosen unit of every gate, then the other layers of a stack."""

    def __init__(self, look: InsideLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        elements = look.wiring.elements
        self._ends = [i for i, one in enumerate(elements) if one.taken]
        inputs = [one.inputs for one in elements] + [(end,) for end in self._ends]
        self._layout = laid(inputs, range(len(elements), len(inputs)))
        self._scale = StateScale.of(self._all_values(), True)
        self._strips: dict[int, QRectF] = {}
        self._shapes: dict[int, QRectF] = {}
        self._cells: dict[int, Cells] = {}
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

    def _all_values(self) -> Floats:
        some = [np.ravel(value) for value in self.look.values if value is not None]
        return np.concatenate([np.zeros(1), *some])

    # ---- words

    def summary(self) -> str:
        """Return the step and the unit whose numbers are written."""
        return tr("step {t} · unit {unit}: its numbers stand beside the wires").format(
            t=self.look.place.step, unit=self.look.unit
        )

    def told(self) -> str:
        """Return what each named value is for the unit, and the chosen gate."""
        said = []
        for i, one in enumerate(self.look.wiring.elements):
            number = self.look.number(i)
            if one.name and number is not None:
                said.append(f"{self._value_name(one)}[{self.look.unit}] = {signed(number)}")
        if self._curve is not None:
            said.append(self._curve.said())
        return "\n".join(said)

    def name_at(self, point: QPointF) -> str:
        """Return the value on the wire, the gate, or the point of the curve."""
        for i, place in self._strips.items():
            if place.adjusted(-3, 0, 3, 0).contains(point):
                return self._strip_said(i, point, place)
        for i, place in self._shapes.items():
            if place.contains(point):
                one = self._element(i)
                return self._gate_said(one.gate) if one.gate else self._element_said(one)
        if self._curve is not None and self._curve_place.contains(point):
            return self._curve.name_at(point)
        return ""

    def unit_at(self, point: QPointF) -> int | None:
        """Return the unit whose value is under the pointer, or whose point of the curve is."""
        for i, place in self._strips.items():
            if place.adjusted(-3, 0, 3, 0).contains(point):
                value = self._value(i)
                return None if value is None or not np.ndim(value) else self._row(point, place, len(value))
        if self._curve is not None and self._curve_place.contains(point):
            return self._curve.unit_at(point)
        return None

    def door_at(self, point: QPointF) -> Place | None:
        """Return the gate under the pointer, another layer, or the number of the unit where the curve names it."""
        for i, place in self._shapes.items():
            if place.contains(point) and self._element(i).gate:
                gate = self._element(i).gate
                again = gate == self.look.place.gate
                return replace(self.look.place, level="unit" if again else "inside", gate=gate)
        layers = {i: place for i, place in self.places.items() if i >= len(self._own)}
        found = next((i for i, place in layers.items() if place.contains(point)), None)
        if found is not None:
            return self.doors[found].to
        if self._curve is not None and self._curve.said_place.contains(point):
            return self.doors[self.first].to
        return None

    def _element(self, i: int) -> Element:
        elements = self.look.wiring.elements
        return elements[i] if i < len(elements) else elements[self._ends[i - len(elements)]]

    def _value(self, i: int) -> Floats | None:
        elements = self.look.wiring.elements
        return self.look.values[i if i < len(elements) else self._ends[i - len(elements)]]

    def _row(self, point: QPointF, place: QRectF, count: int) -> int:
        return min(int((point.y() - place.top()) / place.height() * count), count - 1)

    def _value_name(self, one: Element) -> str:
        """Return what a value is called at its step: f₃₆, h₃₅, x₃₆."""
        if one.kind == "given" and not one.delay and one.name not in ("x",):
            return plain_name(one.name)
        return plain_name(one.name) + subscript(self.look.place.step - one.delay)

    def _element_said(self, one: Element) -> str:
        return f"{self._value_name(one)}: {one.label}" if one.name else one.label

    def _gate_said(self, gate: str) -> str:
        found = self._gates[gate]
        return tr("gate {name}: {mean}").format(name=found.name, mean=found.mean())

    def _strip_said(self, i: int, point: QPointF, place: QRectF) -> str:
        value, one = self._value(i), self._element(i)
        if value is None:
            return ""
        name = self._value_name(one) if one.name else one.label
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
        self.places, self._shapes, self._strips = {}, {}, {}
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
        self._paint_cell(painter, cell.adjusted(0, 0, 0, -1.2 * line), line)
        label(painter, cell.left(), cell.bottom(), self._scale_said(), self.theme.muted, 0.0, 1.0)
        if self._curve is not None:
            self._curve.paint(painter, self._curve_place)
        if chosen is not None and chosen in self.places:
            self.mark(painter, self.places[chosen])

    def _scale_said(self) -> str:
        ends = self._scale.ticks()
        return tr("colours on the wires: from {low} to {high}; a row is a unit, a click chooses it").format(
            low=ends[0][1], high=ends[-1][1]
        )

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

    def _paint_cell(self, painter: QPainter, area: QRectF, line: float) -> None:
        layout, count = self._layout, len(self._layout.column)
        left, right = 1.2 * line, 2.4 * line
        across = (area.width() - left - right) / max(layout.columns - 1, 1)
        down = min(area.height() / layout.rows, 130.0)
        top = area.top() + (area.height() - down * layout.rows) / 2

        def at(column: float, height: float) -> QPointF:
            return QPointF(area.left() + left + column * across, top + (height + 0.5) * down)

        high = max(min(0.62 * down - line, 64.0), 12.0)
        for i in range(count):
            centre = at(layout.column[i], layout.height[i])
            self._place(i, centre, high, min(line, across / _ROOMY))
        for (source, target), way in layout.wires.items():
            self._paint_wire(painter, source, target, [at(*point) for point in way])
        for i in range(count):
            self._paint_element(painter, i, line, across)

    def _place(self, i: int, centre: QPointF, high: float, line: float) -> None:
        """Find the places of an element, its size by the height of a ``line``, and of the values' strip at its right."""
        elements, one = self.look.wiring.elements, self._element(i)
        value, end = self._value(i), i >= len(elements)
        strip = min(_STRIP * (value.shape[1] if value is not None and np.ndim(value) > 1 else 1), _WIDEST)
        shape = QRectF()
        if not end and one.kind != "given":
            round_ = one.kind in ("sum", "product") and len(one.label) == 1
            wide, tall = (line * size for size in ((2 * _CIRCLE, 2 * _CIRCLE) if round_ else _BOX))
            shape = QRectF(centre.x() - wide / 2, centre.y() - tall / 2, wide, tall)
            self._shapes[i] = shape
        x = shape.right() + 3.0 if shape.isValid() else centre.x() - strip / 2
        if value is None or (one.taken and not end):
            return
        tall = high if np.ndim(value) else 0.35 * high
        self._strips[i] = QRectF(x, centre.y() - tall / 2, strip, tall)

    def _paint_wire(self, painter: QPainter, source: int, target: int, way: list[QPointF]) -> None:
        """Draw a wire from the right of its source to the left of its target, level at both ends."""
        begin = self._strips.get(source) or self._shapes.get(source, QRectF(way[0], way[0]))
        aim = self._shapes.get(target) or self._strips.get(target, QRectF(way[-1], way[-1]))
        points = [QPointF(begin.right(), way[0].y()), *way[1:-1], QPointF(aim.left(), way[-1].y())]
        path = QPainterPath(points[0])
        for one, other in pairwise(points):
            middle = (one.x() + other.x()) / 2
            path.cubicTo(QPointF(middle, one.y()), QPointF(middle, other.y()), other)
        lit = self._is_lit(source, target)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            pen(self.theme.accent if lit else self.theme.muted, 1.8 if lit else 1.0, alpha=255 if lit else 150)
        )
        painter.drawPath(path)
        elements = self.look.wiring.elements
        if target < len(elements) and elements[target].kind == "sum":
            signs = [s for s, one in zip(elements[target].signs, elements[target].inputs, strict=True) if one == source]
            if "-" in signs:
                label(painter, aim.left() - 3.0, way[-1].y() - 1.0, "−", self.theme.text, 1.0, 1.0)

    def _is_lit(self, source: int, target: int) -> bool:
        """Return whether a wire belongs to the chosen gate."""
        gate = self.look.place.gate
        return bool(gate) and gate in (self._element(source).gate, self._element(target).gate)

    def _paint_element(self, painter: QPainter, i: int, line: float, across: float) -> None:
        elements, one = self.look.wiring.elements, self._element(i)
        shape, strip = self._shapes.get(i), self._strips.get(i)
        if shape is not None:
            self._paint_shape(painter, one, shape)
            if one.name and not one.taken:
                label(painter, shape.center().x(), shape.bottom() + 1, plain_name(one.name), self.theme.muted, 0.5, 0.0)
        if strip is None:
            return
        self._paint_strip(painter, i, strip)
        end = i >= len(elements)
        if end or one.kind == "given":
            name = self._value_name(one)
            label(painter, strip.center().x(), strip.top() - 1, name, self.theme.text, 0.5, 1.0)
        number = self.look.number(i if not end else self._ends[i - len(elements)])
        if number is not None:
            said = signed(number, 2)
            room = across - (shape.width() if shape is not None else strip.width()) - 8.0
            if painter.fontMetrics().horizontalAdvance(said) < max(room, 2.6 * line):
                x = strip.right() + 2.0 if not end and one.kind != "given" else strip.center().x()
                y, share = (strip.bottom() + 1.0, 0.5 if end or one.kind == "given" else 0.0)
                label(painter, x, y, said, self.theme.muted, share if x == strip.center().x() else 0.4, 0.0)

    def _paint_shape(self, painter: QPainter, one: Element, shape: QRectF) -> None:
        theme = self.theme
        chosen = bool(one.gate) and one.gate == self.look.place.gate
        painter.setPen(
            pen(theme.accent if chosen else theme.border if not one.gate else theme.muted, 2.0 if chosen else 1.2)
        )
        painter.setBrush(shade(theme.accent, 36) if one.gate else QColor(theme.card))
        if shape.width() == shape.height():
            painter.drawEllipse(shape)
        else:
            painter.drawRoundedRect(shape, 6.0, 6.0)
        text = Plain.called(one.label) if one.kind in ("gate", "function") else one.label
        metrics = painter.fontMetrics()
        while text and metrics.horizontalAdvance(text) > shape.width() - 4.0:
            text = text[:-2] + "…" if len(text) > 2 else ""
        label(painter, shape.center().x(), shape.center().y(), text, theme.text, 0.5, 0.5)
        if one.gate:
            self.places[self._own.index(one.gate)] = shape

    def _paint_strip(self, painter: QPainter, i: int, place: QRectF) -> None:
        """Paint the values of an element as a row for every unit, and mark the chosen one."""
        value = self._value(i)
        assert value is not None
        if i not in self._cells:
            self._cells[i] = Cells.of(
                encode(self._scale.position(_rows(value)))[::-1], state_colours(self.theme), STATE_PATTERNS
            )
        self._cells[i].paint(painter, place, self.theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.theme.border, 1.0))
        painter.drawRect(place)
        if np.ndim(value) and len(value) == self.look.units:
            pitch = place.height() / len(value)
            y = place.top() + (self.look.unit + 0.5) * pitch
            tall = max(pitch, 3.0)
            painter.setPen(pen(self.theme.selection, 1.2))
            painter.drawRect(QRectF(place.left() - 1.5, y - tall / 2, place.width() + 3.0, tall))


def _rows(value: Floats) -> Floats:
    """Return values as a picture's rows, of many as many as can be seen."""
    found = np.atleast_1d(np.asarray(value, dtype=np.float64))
    found = found[:, None] if found.ndim == 1 else found
    every = [-(-size // _MOST_ROWS) for size in found.shape]
    return np.ascontiguousarray(found[:: every[0], :: every[1]])
