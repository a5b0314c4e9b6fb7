"""The wires of a cell: its elements where they stand, and the values on the way from one to the next."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from explorer.engine.floats import Floats
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.engine.recurrence.typeset.notation import Plain
from explorer.gui.plot.card_axes import pen, shade
from explorer.gui.plot.cells import Cells
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.layout import laid
from explorer.gui.views.zoom.names import Names
from explorer.workspace.looks.zoom.inside import InsideLook
from explorer.workspace.looks.zoom.wiring import Element
from explorer.workspace.scales.states import STATE_PATTERNS, StateScale, encode, state_colours
from explorer.workspace.words.numbers import signed

_STRIP, _WIDEST = 8.0, 40.0
_BOX, _CIRCLE = (3.1, 1.65), 0.75
"""In heights of a line: a box, and the radius of a circle."""
_ROOMY = 4.4
"""Heights of a line from column to column: where they are nearer, all is smaller."""
_MOST_ROWS = 64


class Wires:
    """Paints the elements of a ``look``; ``shapes`` and ``strips`` say where they and their values were painted last."""

    def __init__(self, look: InsideLook, theme: Theme) -> None:
        self.look, self.theme = look, theme
        elements = look.wiring.elements
        self._ends = [i for i, one in enumerate(elements) if one.taken]
        inputs = [one.inputs for one in elements] + [(end,) for end in self._ends]
        self._layout = laid(inputs, range(len(elements), len(inputs)))
        self.scale = StateScale.of(self._all_values(), True)
        self.strips: dict[int, QRectF] = {}
        self.shapes: dict[int, QRectF] = {}
        self._cells: dict[int, Cells] = {}

    @property
    def every(self) -> int:
        """Return of how many units one is drawn."""
        return -(-self.look.units // _MOST_ROWS)

    def element(self, i: int) -> Element:
        """Return an element, or of an end the one that it shows."""
        elements = self.look.wiring.elements
        return elements[i] if i < len(elements) else elements[self._ends[i - len(elements)]]

    def value(self, i: int) -> Floats | None:
        """Return what comes of an element."""
        elements = self.look.wiring.elements
        return self.look.values[i if i < len(elements) else self._ends[i - len(elements)]]

    def value_name(self, one: Element) -> str:
        """Return what a value is called at its step: f₃₆, h₃₅, x₃₆."""
        if one.kind == "given" and not one.delay and one.name not in ("x",):
            return plain_name(one.name)
        return Names(self.look.inspection).value(one.name, one.delay, self.look.place.step)

    def _all_values(self) -> Floats:
        some = [np.ravel(value) for value in self.look.values if value is not None]
        return np.concatenate([np.zeros(1), *some])

    def paint(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint the wires, and the elements over them."""
        self.shapes, self.strips = {}, {}
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
        elements, one = self.look.wiring.elements, self.element(i)
        value, end = self.value(i), i >= len(elements)
        strip = min(_STRIP * (value.shape[1] if value is not None and np.ndim(value) > 1 else 1), _WIDEST)
        shape = QRectF()
        if not end and one.kind != "given":
            round_ = one.kind in ("sum", "product") and len(one.label) == 1
            wide, tall = (line * size for size in ((2 * _CIRCLE, 2 * _CIRCLE) if round_ else _BOX))
            shape = QRectF(centre.x() - wide / 2, centre.y() - tall / 2, wide, tall)
            self.shapes[i] = shape
        x = shape.right() + 3.0 if shape.isValid() else centre.x() - strip / 2
        if value is None or (one.taken and not end):
            return
        tall = high if np.ndim(value) else 0.35 * high
        self.strips[i] = QRectF(x, centre.y() - tall / 2, strip, tall)

    def _paint_wire(self, painter: QPainter, source: int, target: int, way: list[QPointF]) -> None:
        """Draw a wire from the right of its source to the left of its target, level at both ends."""
        begin = self.strips.get(source) or self.shapes.get(source, QRectF(way[0], way[0]))
        aim = self.shapes.get(target) or self.strips.get(target, QRectF(way[-1], way[-1]))
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
        return bool(gate) and gate in (self.element(source).gate, self.element(target).gate)

    def _paint_element(self, painter: QPainter, i: int, line: float, across: float) -> None:
        elements, one = self.look.wiring.elements, self.element(i)
        shape, strip = self.shapes.get(i), self.strips.get(i)
        if shape is not None:
            self._paint_shape(painter, one, shape)
            if one.name and not one.taken:
                label(painter, shape.center().x(), shape.bottom() + 1, plain_name(one.name), self.theme.muted, 0.5, 0.0)
        if strip is None:
            return
        self._paint_strip(painter, i, strip)
        end = i >= len(elements)
        if end or one.kind == "given":
            name = self.value_name(one)
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

    def _paint_strip(self, painter: QPainter, i: int, place: QRectF) -> None:
        """Paint the values of an element as a row for every unit, and mark the chosen one."""
        value = self.value(i)
        assert value is not None
        if i not in self._cells:
            self._cells[i] = Cells.of(
                encode(self.scale.position(_rows(value)))[::-1], state_colours(self.theme), STATE_PATTERNS
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
