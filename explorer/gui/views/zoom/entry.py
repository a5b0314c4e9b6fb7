"""One number drawn: the formula that it follows from, with the numbers put in."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from explorer.engine.recurrence.typeset.shortened import shortened
from explorer.engine.recurrence.typeset.slopes import by_f
from explorer.engine.recurrence.typeset.summands import Named, Summand
from explorer.engine.signed import Signed
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.chips import Chip, Piece, paint_pieces
from explorer.gui.views.zoom.names import Names, number_text
from explorer.gui.views.zoom.product_words import many_ways
from explorer.gui.views.zoom.scene import Door, Drawn, wrapped
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.zoom.entry import EntryLook
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.words.equations import digits_that_hold, rounded
from explorer.workspace.words.numbers import scientific

_LN10 = math.log(10.0)
_MOST_TERMS = 8
_WHOLE = ()


class EntryScene(Drawn):
    """Doors: of an entry of the product, those of J_t that it is made of; of one of J, the inside of the cell."""

    def __init__(self, look: EntryLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        self._chips: list[tuple[QRectF, Chip]] = []
        self._names = names = Names(look.inspection)
        self._plain = names.setting(look.place.step)
        self._terms = _largest_terms(look)
        if look.place.step:
            inside = replace(look.place, level="inside")
            self.doors = [
                Door(inside, tr("the cell at step {step} from the inside").format(step=names.step(look.place.step)))
            ]
        else:
            t, row = look.inspection.t, look.place.entry[0]
            self.doors = [Door(Place("entry", t, entry=(row, m)), names.entry((row, m), t, t - 1)) for m in self._terms]

    # ---- words

    def summary(self) -> str:
        """Return the number."""
        return number_text(self.look.value, _WHOLE)

    def told(self) -> str:
        """Return the formula with its numbers, the largest summand first."""
        return "\n".join([self._formula(), *self._remarks()])

    def name_at(self, point: QPointF) -> str:
        """Return the chip under the pointer."""
        chip = next((chip for place, chip in self._chips if place.contains(point)), None)
        return "" if chip is None else f"{chip.name} = {chip.number}"

    @property
    def _name(self) -> str:
        look = self.look
        t, k = (look.place.step, look.place.step - 1) if look.place.step else (look.inspection.t, look.inspection.k)
        return self._names.entry(look.place.entry, t, k)

    def _formula(self) -> str:
        """Return the whole in a line: name, what multiplies to it, and the number."""
        value, name = number_text(self.look.value, _WHOLE), self._name
        rows = self._rows()
        if not rows:
            return f"{name} = {value}"
        said = " + ".join(" · ".join(one.name for one in row if isinstance(one, Chip)) for row in rows[:1])
        more = " + …" if len(rows) > 1 else ""
        return f"{name} = {said}{more} = {value}"

    def _remarks(self) -> list[str]:
        """Return why it is what it is, where no formula says it."""
        look = self.look
        if look.place.step and not look.parts:
            return [tr("The equations have no way from the one to the other: exactly 0.")]
        if not look.place.step and look.inspection.t == look.inspection.k:
            return [tr("No step lies between: the product of no factors is I.")]
        if not look.place.step and look.last is None:
            return [many_ways(max(look.course.motion.delays))]
        if look.place.step and np.isneginf(look.value.log):
            return [tr("A factor of it is exactly 0: nothing gets through.")]
        if not look.place.step and self._terms:
            t, k = look.inspection.t, look.inspection.k
            text = tr("Each way goes from {first} to one number of {before}, and from there by {factor} to {last}.")
            s = self._names.state
            return [text.format(first=s(k), before=s(t - 1), factor=self._names.factor(t), last=s(t))]
        return []

    def _rows(self) -> list[list[Piece]]:
        return [self._part(one) for one in self.look.parts] if self.look.place.step else self._ways()

    def _part(self, one: Summand) -> list[Piece]:
        """Return a summand of J's entry as chips, its product behind them."""
        numbers = [factor.at(self.look.entry) for factor in one.factors]
        total = _product(numbers, one.sign)
        digits, sign = _digits(numbers, total)
        pieces: list[Piece] = ["−"] if one.sign < 0 else []
        for i, (factor, number) in enumerate(zip(one.factors, numbers, strict=True)):
            pieces += ["·"] if i else []
            pieces.append(Chip(self._called(factor), number_text(number, _WHOLE, digits), self._leads(factor)))
        if not one.factors:
            pieces.append(Chip("I", "1"))
        return [*pieces, sign, number_text(total, _WHOLE)] if len(one.factors) > 1 or one.sign < 0 else pieces

    def _called(self, factor: Named) -> str:
        """Return the name of a factor with its place: f′(z₂₁)[5], W[5,3]."""
        written = by_f(factor.written) if self.look.plain else factor.written
        at = ",".join(map(str, factor.place(self.look.entry)))
        name = self._plain.of(shortened(written, 60), 3)
        return f"{name}[{at}]" if at else name

    def _leads(self, factor: Named) -> Place | None:
        """Return where a factor of the cell leads: to its inside; a weight leads nowhere."""
        return None if set(factor.labels) & set("ab") or not factor.labels else self.doors[0].to

    def _ways(self) -> list[list[Piece]]:
        """Return the largest ways of the product's entry, each J_t's number times what it is given."""
        look, rows = self.look, list[list[Piece]]()
        if look.last is None or look.before is None:
            return rows
        t, k, column = look.inspection.t, look.inspection.k, look.place.entry[1]
        for m, door in zip(self._terms, self.doors, strict=True):
            numbers = [look.last[m], look.before[m]]
            total = _product(numbers, 1)
            digits, sign = _digits(numbers, total)
            texts = [number_text(one, _WHOLE, digits) for one in numbers]
            given = Chip(self._names.entry((m, column), t - 1, k), texts[1])
            rows.append([Chip(door.name, texts[0], door.to), "·", given, sign, number_text(total, _WHOLE)])
        return rows

    # ---- painting

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint the number large, then what it follows from, row by row."""
        line = float(painter.fontMetrics().height())
        area = area.adjusted(4, 4, -4, -4)
        self._chips, self.places = [], {}
        y = self._paint_head(painter, area, line)
        rows = self._rows()
        for i, row in enumerate(rows):
            room = QRectF(area.left(), y, area.width(), area.bottom() - y)
            if room.height() < 3.0 * line:
                rest = tr("and {count} more, each smaller").format(count=len(rows) - i)
                wrapped(painter, room, rest, self.theme.muted)
                break
            before = ["=" if i == 0 else "+"]
            high, chips = paint_pieces(painter, room, [*before, *row], self.theme)
            self._chips += chips
            y += high + 0.6 * line
        self._place_doors()
        rest_of = self._rest_said()
        if rest_of:
            wrapped(painter, QRectF(area.left(), y, area.width(), area.bottom() - y), rest_of, self.theme.muted)
        if chosen is not None and chosen in self.places:
            self.mark(painter, self.places[chosen])

    def _paint_head(self, painter: QPainter, area: QRectF, line: float) -> float:
        head = f"{self._name} = {number_text(self.look.value, _WHOLE)}"
        y = self.large(painter, area.left(), area.top(), head, self.theme.text, 1.6).bottom() + 0.3 * line
        for text in self._remarks():
            y += wrapped(painter, QRectF(area.left(), y, area.width(), 4.0 * line), text, self.theme.muted)
        return y + 0.6 * line

    def _place_doors(self) -> None:
        for place, chip in self._chips:
            for i, door in enumerate(self.doors):
                if chip.to == door.to:
                    self.places.setdefault(i, place)

    def door_at(self, point: QPointF) -> Place | None:
        """Return where the chip under the pointer leads."""
        return next((chip.to for place, chip in self._chips if place.contains(point)), None)

    def _rest_said(self) -> str:
        """Return what the ways bring that are not drawn."""
        look = self.look
        if look.last is None or look.before is None:
            return ""
        every = look.last * look.before
        left = [m for m in range(len(every.log)) if m not in self._terms and np.isfinite(every.log[m])]
        if not left:
            return ""
        size = scientific(float(np.max(every.log[left])) / _LN10)
        return tr("and {count} more ways over {factor}, none larger than {size}").format(
            count=len(left), factor=self._names.factor(look.inspection.t), size=size
        )


def _largest_terms(look: EntryLook) -> list[int]:
    """Return over which numbers of s_{t−1} the largest ways go."""
    if look.last is None or look.before is None:
        return []
    every = (look.last * look.before).log
    order = np.argsort(np.where(np.isnan(every), np.inf, every))[::-1]
    return [int(m) for m in order[:_MOST_TERMS] if not np.isneginf(every[m])]


def _product(numbers: list[Signed], sign: int) -> Signed:
    """Return the product of numbers, with a sign before it."""
    log = np.asarray(sum(float(one.log) for one in numbers))
    return Signed(log, np.asarray(float(sign) * math.prod(float(one.sign) for one in numbers)))


def _digits(numbers: list[Signed], total: Signed) -> tuple[int, str]:
    """Return with how many digits factors multiply to the total as both are printed, and which sign stands between."""
    shown = scientific(float(total.log) / _LN10, 3)

    def holds(digits: int) -> bool:
        return scientific(sum(rounded(float(one.log) / _LN10, digits) for one in numbers), 3) == shown

    digits = digits_that_hold(holds, 3)
    return (digits, "=") if digits is not None else (3, "≈")
