"""The product drawn: P itself, its factors along time with what is left after each, and how much that is.

As everywhere time runs to the right, and the gradient goes back from right to left: the product is made from J_t on.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.gui.plot.card_axes import Axes, rows
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.entries import Picture, paint_parts, paint_scale
from explorer.gui.views.zoom.product_words import ProductWords, largest_entry, power_ish
from explorer.gui.views.zoom.scene import Door, Drawn, wrapped
from explorer.gui.views.zoom.way import Way, paint_gain
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.product import ProductLook
from explorer.workspace.scales.states import blocks

_LN10 = math.log(10.0)
_GULF = 40.0
"""Decades below the largest singular value: what lies further down is not drawn."""
_TOP = 0.42
"""Of the height: the product itself."""


class ProductScene(Drawn):
    """Doors: the factors, the worst first, and the largest number of the product."""

    def __init__(self, look: ProductLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        self._picture = None if look.matrix is None else Picture.of(look.matrix, theme)
        self._way, self._words = Way(look, theme), ProductWords(look)
        self._matrix_place = QRectF()
        self.doors = [Door(Place("factor", one.step), self._words.of_step(one.step)) for one in look.factors]
        self.first = next((i for i, one in enumerate(look.factors) if one.step == look.worst), 0)
        if look.is_sum:
            t, step = look.inspection.t, look.inspection.step(look.inspection.t)
            self.doors.append(Door(Place("inside", t), tr("the cell at step {step} from the inside").format(step=step)))
        if self._picture is not None and math.isfinite(self._picture.peak):
            entry = largest_entry(look)
            self.doors.append(Door(Place("entry", entry=entry), self._words.entry_name(entry)))

    # ---- words

    def summary(self) -> str:
        """Return the gain, and how many factors there are."""
        look = self.look
        if look.steps == 0:
            return tr("{pair} = I, no factors").format(pair=self._words.pair)
        count = tr("factors: {count}").format(count=look.steps)
        return self._words.gain() if look.is_sum else f"{self._words.gain()} · {count}"

    def told(self) -> str:
        """Return where most was lost, what is drawn and the largest number."""
        return "\n".join(filter(None, [self._words.worst(), self._words.of_block(), *self._words.drawn()]))

    def name_at(self, point: QPointF) -> str:
        """Return the number of P, the factor, or what is left at a step."""
        if (entry := self._entry_at(point)) is not None:
            return self._words.entry(entry)
        for i, place in self.places.items():
            if place.contains(point) and i < len(self.look.factors):
                return self.doors[i].name
        step = self._way.step_at(point)
        return "" if step is None else self._words.of_step(step)

    def door_at(self, point: QPointF) -> Place | None:
        """Return the factor or the number under the pointer."""
        if (entry := self._entry_at(point)) is not None:
            return Place("entry", entry=entry)
        step = self._way.step_at(point)
        return Place("factor", step) if step is not None else super().door_at(point)

    def _entry_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return which number of P is under the pointer."""
        found = None if self._picture is None else self._picture.at(self._matrix_place, point)
        return None if found is None else (found[0] + self.look.rows.start, found[1] + self.look.columns.start)

    # ---- painting

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint the product above, its factors below it, and the chart of what is left under these."""
        line = float(painter.fontMetrics().height())
        area = area.adjusted(2, 2, -2, -2)
        self.places, self._way.places = {}, {}
        whole = not self.look.factors
        top = QRectF(area.left(), area.top(), area.width(), area.height() * (0.9 if whole else _TOP))
        self._paint_product(painter, top, line)
        if not whole:
            rest = QRectF(QPointF(area.left(), top.bottom() + 0.5 * line), area.bottomRight())
            self._way.paint(painter, rest, line)
            self.places |= self._way.places
        if chosen is not None and chosen in self.places:
            self.mark(painter, self.places[chosen])

    def _paint_product(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint P at the left, its formula, its gain and its singular values beside it."""
        theme, text_left = self.theme, area.left()
        if self._picture is not None:
            side = min(area.height() - 2.4 * line, 0.45 * area.width())
            place = self._matrix_place = _shaped(QRectF(area.left() + line, area.top() + line, side, side), self.look)
            self._picture.paint(painter, place, theme)
            self._paint_sides(painter, place)
            if math.isfinite(self._picture.peak):
                width = max(side, 9.0 * line)
                paint_scale(painter, place.left(), place.bottom() + 4.0, width, self._picture.peak, theme)
                text_left = max(place.right(), place.left() + width) + 1.5 * line
            else:
                text_left = place.right() + 1.5 * line
            if self.doors and self.doors[-1].to.level == "entry":
                self.places[len(self.doors) - 1] = self._entry_place(self.doors[-1].to.entry)
        self._paint_text(painter, QRectF(QPointF(text_left, area.top() + line), area.bottomRight()), line)

    def _paint_sides(self, painter: QPainter, place: QRectF) -> None:
        inspection, names = self.look.inspection, self._words.names
        if inspection.analysis.run.block is None:
            parts = blocks(inspection.analysis.run.course.chain)
            paint_parts(painter, place, [part.start / inspection.width for part in parts[1:]], self.theme)
        into, out_of = names.ends(inspection.t, inspection.k)
        label(painter, place.center().x(), place.top() - 1, f"{out_of} →", self.theme.muted, 0.5, 1.0)
        painter.save()
        painter.translate(place.left() - 2, place.center().y())
        painter.rotate(-90)
        label(painter, 0, 0, f"← {into}", self.theme.muted, 0.5, 1.0)
        painter.restore()

    def _entry_place(self, entry: tuple[int, int]) -> QRectF:
        rows, columns, place = self.look.rows, self.look.columns, self._matrix_place
        row, column = entry[0] - rows.start, entry[1] - columns.start
        rows_, columns_ = rows.stop - rows.start, columns.stop - columns.start
        wide, high = place.width() / columns_, place.height() / rows_
        cell = QRectF(place.left() + column * wide, place.top() + row * high, wide, high)
        grown = max(0.0, 4.0 - wide / 2)
        return cell.adjusted(-grown, -grown, grown, grown)

    def _paint_text(self, painter: QPainter, area: QRectF, line: float) -> None:
        theme, inspection = self.theme, self.look.inspection
        metrics = painter.fontMetrics()
        formula = self._words.formula(lambda text: 1.3 * metrics.horizontalAdvance(text) < area.width())
        y = self.large(painter, area.left(), area.top(), formula, theme.text, 1.25).bottom()
        gain = float(inspection.row[inspection.k])
        y += 0.3 * line
        swatch = QRectF(area.left(), y + 0.15 * line, 1.3 * line, 1.3 * line)
        paint_gain(painter, swatch, gain, inspection.analysis.decades, theme)
        said = self._words.gain()
        beside = self.large(painter, swatch.right() + 0.6 * line, y, said, theme.text, 1.4)
        norm = inspection.analysis.exploration.lens.norm
        meaning = (
            tr("the cell of the map: spectral norm") if norm == "spectral" else tr("the cell of the map: RMS gain")
        )
        if beside.right() + line + painter.fontMetrics().horizontalAdvance(meaning) < area.right():
            label(painter, beside.right() + line, beside.center().y(), meaning, theme.muted, 0.0, 0.5)
        y = beside.bottom() + 0.3 * line
        lines = [(text, theme.text) for text in (self._words.worst(), self._words.of_block(), *self._words.drawn())]
        for text, ink in (*lines, (self._words.way(), theme.muted)):
            if text:
                high = wrapped(painter, QRectF(area.left(), y, area.width(), area.bottom() - y), text, ink)
                y += high + 0.25 * line if high else 0.0
        if self.look.is_sum:
            link = self.places[0] = label(painter, area.left() + 4, y + 4, self.doors[0].name, theme.accent, 0.0, 0.0)
            y = link.bottom() + 0.5 * line
        room = area.bottom() - y
        # Those that are known are of the whole product.
        whole = inspection.analysis.run.block is None
        if whole and inspection.log_singular_values is not None and room > 3.2 * line:
            self._paint_singular(
                painter, QRectF(area.left(), y + 0.3 * line, area.width(), min(room, 7.0 * line)), line
            )

    def _paint_singular(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint the singular values as bars on a scale of powers of ten."""
        values = self.look.inspection.log_singular_values
        assert values is not None
        logs = values / _LN10
        finite = logs[np.isfinite(logs)]
        if not len(finite):
            return
        high = float(finite.max())
        # Those that a whole gulf parts from the largest would press all others to one height.
        seen = finite[finite >= high - _GULF]
        least = float(seen.min())
        # Beside logarithms of e³⁰⁴ a third of a decade is nothing.
        low = least - 0.1 * max(high - least, 0.3, 1e-9 * abs(high))
        ends = [(high, power_ish(high)), (low, power_ish(low))]
        title = label(painter, area.left(), area.top(), self._words.singular(len(seen)), self.theme.muted, 0.0, 0.0)
        gutter = max(painter.fontMetrics().horizontalAdvance(text) for _, text in ends) + 6.0
        frame = QRectF(
            area.left() + gutter, title.bottom() + 0.4 * line, 0.0, area.bottom() - title.bottom() - 0.8 * line
        )
        frame.setWidth(min(area.width() - gutter, 9.0 * len(values) + 8.0))
        if frame.height() < line:
            return
        axes = Axes(frame, 0.0, float(len(values)), low, high)
        rows(painter, self.theme, axes, ends)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        pitch = frame.width() / len(values)
        for i, log in enumerate(logs.tolist()):
            if log >= low:
                y = axes.y(log)
                painter.drawRect(QRectF(frame.left() + i * pitch, y, max(pitch - 1.5, 0.8), frame.bottom() - y))


def _shaped(square: QRectF, look: ProductLook) -> QRectF:
    """Return the part of a square that a block of so many rows and columns has, its entries square."""
    rows, columns = look.rows.stop - look.rows.start, look.columns.stop - look.columns.start
    largest = max(rows, columns)
    return QRectF(square.left(), square.top(), square.width() * columns / largest, square.height() * rows / largest)
