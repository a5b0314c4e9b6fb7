"""One factor drawn: J_j, and a block of it as diag(…) · W, or as the sum of such products that the equations make it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.recurrence.equations.written import Written
from explorer.engine.recurrence.typeset.shortened import shortened
from explorer.engine.signed import Signed
from explorer.gui.plot.card_axes import pen
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.entries import Picture, paint_parts, paint_scale
from explorer.gui.views.zoom.factor_words import FactorWords
from explorer.gui.views.zoom.names import Names, number_text
from explorer.gui.views.zoom.scene import Drawn, wrapped
from explorer.gui.views.zoom.ways_in import WaysIn
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.zoom.factor import FactorLook, Numbers, Part
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.scales.states import blocks
from explorer.workspace.words.numbers import scientific

_LN10 = math.log(10.0)
_SIGN = 2.2
"""Heights of a line: between two matrices, where = or · stands."""
_MOST, _LEAST_ROW = 330.0, 64.0
_LEFT = 0.34
"""Of the width: J beside several parts."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where numbers are painted; ``kind`` "J", "product", "scale" or "matrix", of which part."""

    place: QRectF
    kind: str
    numbers: Signed
    word: Written | None
    part: int = 0


class FactorScene(Drawn):
    """Doors: of every diagonal the gate that it is of, or the inside of the cell at that step; the largest number of J."""

    def __init__(self, look: FactorLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        self._J = Picture.of(look.matrix, theme)
        self._pictures = {id(one): Picture.of(one.shown, theme) for part in look.parts for one in _numbers(part)}
        self._words = FactorWords(look)
        self._plain = self._words.plain
        self._spots: list[_Spot] = []
        self._ways = WaysIn.of(look, self._words)
        self.doors = self._ways.doors

    # ---- words

    def summary(self) -> str:
        """Return the gain of the factor alone, and which block is taken apart."""
        return self._words.summary()

    def told(self) -> str:
        """Return what the chosen block is, and its largest part."""
        return self._words.told()

    def name_at(self, point: QPointF) -> str:
        """Return the number under the pointer."""
        found = self._found(point)
        if found is None:
            return ""
        spot, row, column = found
        if spot.kind == "J":
            if self.look.alike:
                return f"[{row},{column}] = {number_text(spot.numbers, (row, column))}"
            return f"{self._words.entry_name((row, column))} = {number_text(spot.numbers, (row, column))}"
        assert spot.word is not None
        word = self._plain.of(shortened(spot.word, 60), 3)
        if spot.kind == "scale":
            return f"{word}[{row}] = {number_text(spot.numbers, (row, 0))}"
        return f"{word}[{row},{column}] = {number_text(spot.numbers, (row, column))}"

    def door_at(self, point: QPointF) -> Place | None:
        """Return the number of J under the pointer, or the inside of the cell where a diagonal is clicked."""
        found = self._found(point)
        if found is None:
            return super().door_at(point)
        spot, row, column = found
        chosen = self.look.chosen
        if spot.kind == "scale":
            return self.doors[self._ways.by_gate[self.look.parts[spot.part].gate]].to
        if self.look.alike:
            return self.doors[0].to
        if spot.kind == "J":
            block = self._block_at(row, column)
            if block is not None and chosen is not None and block != chosen.name:
                return replace(self.look.place, block=block)
            return replace(self.look.place, level="entry", entry=(row, column))
        assert chosen is not None
        entry = (chosen.rows.start + row, chosen.columns.start + column)
        return replace(self.look.place, level="entry", entry=entry)

    def above(self, up: int) -> Place | None:
        """Return the factor with another block taken apart."""
        return replace(self.look.place, block=self.look.other_block(-up)) if up else None

    def _block_at(self, row: int, column: int) -> tuple[str, str] | None:
        for block in self.look.blocks:
            if block.rows.start <= row < block.rows.stop and block.columns.start <= column < block.columns.stop:
                return block.name
        return None

    def _found(self, point: QPointF) -> tuple[_Spot, int, int] | None:
        for spot in self._spots:
            if spot.place.contains(point):
                rows, columns = spot.numbers.log.shape
                columns = rows if spot.kind == "scale" else columns
                row = int((point.y() - spot.place.top()) / spot.place.height() * rows)
                column = int((point.x() - spot.place.left()) / spot.place.width() * columns)
                return spot, min(row, rows - 1), min(column, columns - 1)
        return None

    # ---- painting

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint J, and beside it what the chosen block is made of."""
        line = float(painter.fontMetrics().height())
        area = area.adjusted(2, 2, -2, -2)
        self._spots, self.places = [], {}
        top = self._paint_formula(painter, area, line)
        rest = QRectF(area.left(), top, area.width(), area.bottom() - top)
        if len(self.look.parts) == 1 and len(self.look.blocks) == 1:
            self._paint_one(painter, rest, line)
        else:
            self._paint_several(painter, rest, line)
        if self._ways.entry is not None:
            self.places[self._ways.entry] = self._entry_place(self.doors[self._ways.entry].to.entry)
        if chosen is not None and chosen in self.places:
            self.mark(painter, self.places[chosen])

    def _paint_formula(self, painter: QPainter, area: QRectF, line: float) -> float:
        """Write what the block is, and how one reads it; return where the rest begins."""
        look, y = self.look, area.top()
        if look.chosen is not None:
            most = max(int(area.width() / (0.72 * line)) - 12, 12)
            said = self._words.block(look.chosen, most)
            y = self.large(painter, area.left(), y, said, self.theme.text, 1.3).bottom() + 0.2 * line
        lines = [self._words.way(), *self._words.told().split("\n")[1:]]
        for text in filter(None, lines):
            high = wrapped(painter, QRectF(area.left(), y, area.width(), 4.0 * line), text, self.theme.muted)
            y += high + 0.1 * line
        return y + 0.4 * line

    def _paint_one(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint J = D · W as large as they go."""
        (part,) = self.look.parts
        count = 1 + sum(one is not None for one in (part.scale, part.matrix))
        side = min(_MOST, (area.width() - (count - 1) * _SIGN * line - 2.0) / count, area.height() - 3.6 * line)
        y = area.top() + line
        x = area.left()
        place = self._paint_J(painter, x, y, side)
        if part.on_diagonal:
            return
        self._sign(painter, place, "=", line)
        self._paint_made(painter, part, 0, QPointF(place.right() + _SIGN * line, y), side, line, scales=True)

    def _paint_several(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint J at the left, and the summands of the chosen block under one another."""
        look = self.look
        side = min(_MOST, _LEFT * area.width(), area.height() - 3.6 * line)
        place = self._paint_J(painter, area.left(), area.top() + line, side)
        if not look.parts:
            return
        left = max(place.right(), area.left() + 9.0 * line) + 1.6 * line
        right = QRectF(QPointF(left, area.top()), area.bottomRight())
        room = max(int(right.height() / (_LEAST_ROW + 1.4 * line)), 1)
        seen = look.parts[:room] if len(look.parts) <= room else look.parts[: max(room - 1, 1)]
        pitch = min(right.height() / max(len(seen), 1), side + 2.6 * line)
        for i, part in enumerate(seen):
            self._paint_row(painter, part, i, QRectF(right.left(), right.top() + i * pitch, right.width(), pitch), line)
        if len(seen) < len(look.parts):
            said = tr("and {count} more, each smaller").format(count=len(look.parts) - len(seen))
            label(painter, right.left(), right.bottom(), said, self.theme.muted, 0.0, 1.0)

    def _paint_row(self, painter: QPainter, part: Part, i: int, area: QRectF, line: float) -> None:
        side = min(area.height() - 1.5 * line, (area.width() - 3 * _SIGN * line) / 3)
        y = area.top() + 1.1 * line
        self.large(painter, area.left(), y + side / 2 - 0.8 * line, "=" if i == 0 else "+", self.theme.text, 1.4)
        place = QRectF(area.left() + 1.4 * line, y, side, side)
        if part.on_diagonal and part.scale is not None:
            self._paint_made(painter, part, i, place.topLeft(), side, line, scales=False)
            self._paint_word(painter, part, area, line)
            return
        self._paint_numbers(painter, part.product, place, "product", i)
        gain = "×" + scientific((part.log_norm - 0.5 * math.log(part.product.entries.log.shape[0])) / _LN10)
        label(painter, place.left(), place.top() - 3, gain, self.theme.muted, 0.0, 1.0)
        if part.scale is not None or part.matrix is not None:
            self._sign(painter, place, "=", line)
            self._paint_made(painter, part, i, QPointF(place.right() + _SIGN * line, y), side, line, scales=False)
        self._paint_word(painter, part, area, line)

    def _paint_word(self, painter: QPainter, part: Part, area: QRectF, line: float) -> None:
        """Write at the right what a summand is, where there is room."""
        left = max((spot.place.right() for spot in self._spots), default=area.left()) + 1.5 * line
        room = QRectF(left, area.top() + 1.1 * line, area.right() - left, area.height() - 1.4 * line)
        if room.width() > 9.0 * line:
            wrapped(painter, room, self._plain.of(shortened(part.product.written, 160)), self.theme.muted)

    def _paint_made(
        self, painter: QPainter, part: Part, i: int, at: QPointF, side: float, line: float, scales: bool
    ) -> None:
        """Paint diag(scale) · matrix from ``at`` on."""
        place = QRectF(at.x(), at.y(), side, side)
        if part.scale is not None:
            self._paint_diagonal(painter, part.scale, place, i)
            word = f"diag({self._plain.of(shortened(part.scale.written, int(side / (0.5 * line))))})"
            self._above(painter, place, word, _SIGN * line)
            if scales:
                self._scale(painter, place, self._pictures[id(part.scale)])
            self.places.setdefault(self._ways.by_gate[part.gate], place)
        if part.scale is not None and part.matrix is not None:
            self._sign(painter, place, "·", line)
            place = place.translated(side + _SIGN * line, 0.0)
        if part.matrix is not None:
            self._paint_numbers(painter, part.matrix, place, "matrix", i)
            word = self._plain.of(shortened(part.matrix.written, int(side / (0.5 * line))))
            self._above(painter, place, word, _SIGN * line)
            if scales:
                self._scale(painter, place, self._pictures[id(part.matrix)])

    def _above(self, painter: QPainter, place: QRectF, text: str, spare: float) -> None:
        """Name a matrix over it, if the name has room."""
        if painter.fontMetrics().horizontalAdvance(text) < place.width() + spare:
            label(painter, place.center().x(), place.top() - 3, text, self.theme.text, 0.5, 1.0)

    def _scale(self, painter: QPainter, place: QRectF, picture: Picture) -> None:
        if math.isfinite(picture.peak):
            paint_scale(painter, place.left(), place.bottom() + 4.0, place.width(), picture.peak, self.theme)

    def _sign(self, painter: QPainter, place: QRectF, text: str, line: float) -> None:
        """Write = or · in the gap behind a matrix."""
        x = place.right() + 0.5 * _SIGN * line
        wide = 1.6 * painter.fontMetrics().horizontalAdvance(text)
        self.large(painter, x - wide / 2, place.center().y() - 0.8 * line, text, self.theme.text, 1.6)

    def _paint_J(self, painter: QPainter, x: float, y: float, side: float) -> QRectF:
        look = self.look
        place = QRectF(x, y, side, side)
        self._J.paint(painter, place, self.theme)
        self._spots.append(_Spot(place, "J", look.entries, None))
        label(
            painter,
            place.center().x(),
            place.top() - 3,
            Names(look.inspection).factor(look.place.step),
            self.theme.text,
            0.5,
            1.0,
        )
        self._scale(painter, place, self._J)
        if not look.alike:
            width, parts = look.inspection.width, blocks(look.course.chain)
            paint_parts(painter, place, [part.start / width for part in parts[1:]], self.theme)
            if len(look.blocks) > 1 and look.chosen is not None:
                one = look.chosen
                unit = side / width
                painter.setPen(pen(self.theme.accent, 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(
                    QRectF(
                        x + one.columns.start * unit, y + one.rows.start * unit,
                        (one.columns.stop - one.columns.start) * unit, (one.rows.stop - one.rows.start) * unit,
                    )
                )  # fmt: skip
        if not any(part.scale for part in look.parts):
            self.places[0] = place
        return place

    def _paint_numbers(self, painter: QPainter, numbers: Numbers, place: QRectF, kind: str, part: int) -> None:
        self._pictures[id(numbers)].paint(painter, place, self.theme)
        self._spots.append(_Spot(place, kind, numbers.entries, numbers.written, part))

    def _paint_diagonal(self, painter: QPainter, numbers: Numbers, place: QRectF, part: int) -> None:
        """Paint a vector down the diagonal of a square that is empty elsewhere."""
        self._pictures[id(numbers)].paint_diagonal(painter, place, self.theme)
        self._spots.append(_Spot(place, "scale", numbers.entries, numbers.written, part))

    def _entry_place(self, entry: tuple[int, int]) -> QRectF:
        place = self._spots[0].place
        rows, columns = self.look.entries.log.shape
        wide, high = place.width() / columns, place.height() / rows
        cell = QRectF(place.left() + entry[1] * wide, place.top() + entry[0] * high, wide, high)
        grown = max(0.0, 4.0 - wide / 2)
        return cell.adjusted(-grown, -grown, grown, grown)


def _numbers(part: Part) -> list[Numbers]:
    return [one for one in (part.product, part.scale, part.matrix) if one is not None]
