"""What one unit makes of a gate, drawn: its net input summand by summand, its value and its slope, and the curve."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.shortened import shortened
from explorer.gui.core.netinputs import net_inputs_at
from explorer.gui.plot.card_axes import pen
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.chips import Chip, Piece, paint_pieces
from explorer.gui.views.zoom.curve import CurvePanel
from explorer.gui.views.zoom.names import Names
from explorer.gui.views.zoom.scene import Drawn, wrapped
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.unit import Share, UnitLook
from explorer.workspace.words.equations import as_shown, digits_that_hold
from explorer.workspace.words.numbers import signed, subscript

_BARS = 2.6
"""Heights of a line: what each input brings."""


class UnitScene(Drawn):
    """The last level on the way through a gate: no door leads further."""

    def __init__(self, look: UnitLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        recurrence = step_at(look.course, look.place.step).recurrence
        names = [gate.name for gate in gates(recurrence)]
        self._gate = dict(zip(names, net_inputs_at(look.course, look.place.step), strict=True))[look.gate.name]
        self._names = Names(look.inspection)
        self._plain, self._step = self._names.setting(look.place.step), self._names.step(look.place.step)
        self._curve = CurvePanel(self._gate, look.unit, theme)
        self._curve_place = QRectF()
        self._bars: list[tuple[QRectF, Share]] = []

    def summary(self) -> str:
        """Return the value and the slope."""
        gate, unit = self._gate, self.look.unit
        name = f"{gate.name} = " if self.look.multiplies else ""
        return f"{name}{gate.sign}(z) = {signed(gate.value(unit))} · {gate.prime}(z) = {signed(gate.slope(unit))}"

    def told(self) -> str:
        """Return the net input with its summands, the value and the slope."""
        shares = [f"{self._called(one)} = {_number(one)}" for one in self.look.shares if one.number is not None]
        way = [self._way()] if self.look.multiplies else []
        return "\n".join([self._curve.said().split("\n")[0], *way, *shares])

    def name_at(self, point: QPointF) -> str:
        """Return what an input brings, or the unit whose point of the curve is near."""
        for place, share in self._bars:
            if place.contains(point) and share.brought is not None:
                j = min(int((point.x() - place.left()) / place.width() * len(share.brought)), len(share.brought) - 1)
                matrix, vector = (self._plain.of(shortened(one, 30), 3) for one in share.written.parts)
                return f"{matrix}[{self.look.unit},{j}] · {vector}[{j}] = {signed(float(share.brought[j]))}"
        return self._curve.name_at(point) if self._curve_place.contains(point) else ""

    def unit_at(self, point: QPointF) -> int | None:
        """Return the unit whose point of the curve is near."""
        return self._curve.unit_at(point) if self._curve_place.contains(point) else None

    def _called(self, share: Share) -> str:
        """Return what a summand is called: (W_f h₃₅)[5], b_f[5]."""
        text = self._plain.of(shortened(share.written, 40))
        simple = not share.written.parts
        return f"{text if simple else f'({text})'}[{self.look.unit}]"

    def _net_input(self) -> list[Piece]:
        """Return the net input as a sum of chips."""
        gate, unit = self._gate, self.look.unit
        z, known = float(gate.z[unit]), [one for one in self.look.shares if one.number is not None]
        whole = len(known) == len(self.look.shares)
        digits = digits_that_hold(lambda some: whole and _adds(known, z, some), 3)
        pieces: list[Piece] = [f"{gate.label}{subscript(self._step)}[{unit}]", "="]
        for i, one in enumerate(self.look.shares):
            pieces += ["+" if one.sign == "+" else "−"] if i or one.sign == "-" else []
            pieces.append(Chip(self._called(one), _number(one, digits or 3)))
        return [*pieces, "=" if digits is not None else "≈", signed(z)]

    def _value(self) -> list[Piece]:
        """Return the value and the slope at that net input."""
        gate, unit = self._gate, self.look.unit
        at = f"{gate.label}{subscript(self._step)}[{unit}]"
        return [
            Chip(f"{gate.sign}({at})", signed(gate.value(unit))), "    ",
            Chip(f"{gate.prime}({at})", signed(gate.slope(unit)), ink=self.theme.accent),
        ]  # fmt: skip

    def _way(self) -> str:
        """Return what the slope does to the gradient, and beside it what passes by the gate's own value."""
        gate, unit = self._gate, self.look.unit
        if not self.look.multiplies:
            return tr(
                "The gradient that comes to this unit by this gate is multiplied by {slope}: near 0 on the flat parts of the "
                "curve."
            ).format(slope=gate.prime)
        return tr(
            "What comes back into the net input of this gate is multiplied by {slope} = {low}, near 0 on the flat parts of "
            "the curve; what the gate multiplies passes all the same, times its value {name} = {value}."
        ).format(slope=f"{gate.prime}(z)", low=signed(gate.slope(unit)), name=gate.name, value=signed(gate.value(unit)))

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:  # noqa: ARG002 - there is no door
        """Paint the sums above, and below them what each input brings and the curve."""
        line = float(painter.fontMetrics().height())
        area = area.adjusted(4, 4, -4, -4)
        self._bars = []
        y = area.top()
        equation = self._plain.line(self.look.line)
        if 1.4 * painter.fontMetrics().horizontalAdvance(equation) < area.width():
            y = self.large(painter, area.left(), y, equation, self.theme.text, 1.3).bottom() + 0.5 * line
        else:
            y += (
                wrapped(painter, QRectF(area.left(), y, area.width(), 4.0 * line), equation, self.theme.text)
                + 0.4 * line
            )
        for row in (self._net_input(), self._value()):
            high, _ = paint_pieces(painter, QRectF(area.left(), y, area.width(), 12.0 * line), row, self.theme)
            y += high + 0.6 * line
        y += wrapped(painter, QRectF(area.left(), y, area.width(), 3.0 * line), self._way(), self.theme.muted)
        y += 0.6 * line
        rest = QRectF(area.left(), y, area.width(), area.bottom() - y)
        wide = min(0.5 * rest.width(), 1.6 * rest.height())
        self._curve_place = QRectF(rest.left(), rest.top(), wide, rest.height())
        self._curve.paint(painter, self._curve_place)
        self._paint_brought(painter, QRectF(QPointF(rest.left() + wide + line, rest.top()), rest.bottomRight()), line)

    def _paint_brought(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint for every matrix what each number that it multiplies brings to the sum."""
        some = [one for one in self.look.shares if one.brought is not None and len(one.brought) > 1]
        if not some:
            return
        largest = max(float(np.nanmax(np.abs(one.brought), initial=0.0)) for one in some if one.brought is not None)
        pitch = min(area.height() / len(some), (_BARS + 3.4) * line)
        for i, share in enumerate(some):
            top = area.top() + i * pitch
            title = tr("what each number brings to {sum}").format(sum=self._called(share))
            label(painter, area.left(), top, title, self.theme.muted, 0.0, 0.0)
            place = QRectF(area.left(), top + 1.3 * line, area.width(), max(pitch - 2.2 * line, 6.0))
            self._bars.append((place, share))
            assert share.brought is not None
            _paint_bars(painter, place, share.brought, largest or 1.0, self.theme)


def _paint_bars(painter: QPainter, place: QRectF, brought: Floats, largest: float, theme: Theme) -> None:
    middle, pitch = place.center().y(), min(place.width() / len(brought), 26.0)
    painter.setPen(pen(theme.border, 1.0))
    painter.drawLine(QPointF(place.left(), middle), QPointF(place.right(), middle))
    painter.setPen(Qt.PenStyle.NoPen)
    for j, value in enumerate(brought.tolist()):
        if np.isfinite(value):
            high = value / largest * place.height() / 2
            painter.setBrush(QColor(theme.positive if value > 0 else theme.negative))
            painter.drawRect(
                QRectF(place.left() + j * pitch + 0.1 * pitch, min(middle, middle - high), 0.8 * pitch, abs(high))
            )
    place.setWidth(pitch * len(brought))


def _number(share: Share, digits: int = 3) -> str:
    return "?" if share.number is None else signed(share.number, digits)


def _adds(shares: list[Share], z: float, digits: int) -> bool:
    """Return whether the summands as they are printed add up to the net input as it is printed."""
    total = sum((1 if one.sign == "+" else -1) * as_shown(one.number or 0.0, digits) for one in shares)
    return signed(total) == signed(z)
