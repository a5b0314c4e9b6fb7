"""The product drawn: P itself, its factors along time with what is left after each, and how much that is.

As everywhere time runs to the right, and the gradient goes back from right to left: the product is made from J_t on.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.gui.plot.card_axes import Axes, columns, label, pen, rows
from explorer.gui.plot.heatmap import PATTERNS, codes, palette
from explorer.gui.plot.patterns import fill
from explorer.gui.plot.scales import blocks
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.ticks import Tick, whole_ticks
from explorer.gui.views.zoom.entries import Picture, paint_parts, paint_scale
from explorer.gui.views.zoom.names import entry_of, factor_name
from explorer.gui.views.zoom.scene import Door, Drawn, wrapped
from explorer.gui.words.i18n import say, tr
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.product import ProductLook
from explorer.workspace.words.numbers import derivative, power_of_ten, scientific, subscript

_LN10 = math.log(10.0)
_LEAST, _MOST, _GAP = 30.0, 74.0, 7.0
"""Pixels of a factor's picture, and between two."""
_CHART, _TOP = 0.22, 0.42
"""Of the height: the chart of what is left, the product itself."""


class ProductScene(Drawn):
    """Doors: the factors, the worst first, and the largest number of the product."""

    def __init__(self, look: ProductLook, theme: Theme) -> None:
        super().__init__(theme)
        self.look = look
        self._picture = None if look.matrix is None else Picture.of(look.matrix, theme)
        peak = max((one.matrix.peak for one in look.factors), default=0.0)
        self._factors = [Picture.of(one.matrix, theme, peak) for one in look.factors]
        self._carried = [None if one.carried is None else Picture.of(one.carried, theme) for one in look.factors]
        self._matrix_place = QRectF()
        self._bars: Axes | None = None
        self.doors = [Door(Place("factor", one.step), self._said_of(one.step)) for one in look.factors]
        self.first = next((i for i, one in enumerate(look.factors) if one.step == look.worst), 0)
        if self._picture is not None and math.isfinite(self._picture.peak):
            entry = _largest(look)
            self.doors.append(Door(Place("entry", entry=entry), self._entry_name(entry)))

    # ---- words

    def summary(self) -> str:
        """Return the gain, and how many factors there are."""
        look = self.look
        if look.steps == 0:
            return tr("{pair} = I, no factors").format(pair=self._pair)
        count = tr("factors: {count}").format(count=look.steps)
        return self._gain_said() if look.is_sum else f"{self._gain_said()} · {count}"

    def told(self) -> str:
        """Return where most was lost, what is drawn and the largest number."""
        return "\n".join(filter(None, [self._worst_said(), *self._drawn_said()]))

    def name_at(self, point: QPointF) -> str:
        """Return the number of P, the factor, or what is left at a step."""
        if self._picture is not None and (entry := self._picture.at(self._matrix_place, point)) is not None:
            return self._entry_said(entry)
        for i, place in self.places.items():
            if place.contains(point) and i < len(self.look.factors):
                return self.doors[i].name
        step = self._step_at(point)
        return "" if step is None else self._said_of(step)

    def door_at(self, point: QPointF) -> Place | None:
        """Return the factor or the number under the pointer."""
        if self._picture is not None and (entry := self._picture.at(self._matrix_place, point)) is not None:
            return Place("entry", entry=entry)
        step = self._step_at(point)
        return Place("factor", step) if step is not None else super().door_at(point)

    @property
    def _pair(self) -> str:
        return derivative(self.look.inspection.t, self.look.inspection.k)

    def _gain_said(self) -> str:
        inspection = self.look.inspection
        sign = "≈ " if inspection.low is not None and inspection.matrix is None else ""
        if np.isnan(inspection.row[inspection.k]):
            return tr("not a number: the network overflowed")
        if np.isneginf(inspection.row[inspection.k]):
            return tr("exactly zero")
        return f"{sign}×{scientific(float(inspection.row[inspection.k]) / _LN10)}"

    def _said_of(self, step: int) -> str:
        """Return what a factor does alone, and what is left of all of them so far."""
        run, inspection = self.look.inspection.analysis.run, self.look.inspection
        alone, left = float(run.log_step[step - 1]), float(inspection.row[step - 1])
        return tr("{factor}: ×{alone}; so far ∂s{t}/∂s{k} = ×{left}").format(
            factor=factor_name(step), alone=scientific(alone / _LN10), t=subscript(inspection.t), k=subscript(step - 1),
            left=scientific(left / _LN10),
        )  # fmt: skip

    def _worst_said(self) -> str:
        look, row = self.look, self.look.inspection.row
        if not look.worst or look.is_sum:
            return ""
        if np.isneginf(row[look.worst - 1]):
            return tr("It dies at step {step}: nothing gets past {factor}.").format(
                step=look.worst, factor=factor_name(look.worst)
            )
        change = scientific(float(row[look.worst - 1] - row[look.worst]) / _LN10)
        if look.steps < 2:
            return ""
        if row[look.inspection.k] < 0.0:
            return tr("Most is lost at step {step}: ×{change} there.").format(step=look.worst, change=change)
        return tr("It grows most at step {step}: ×{change} there.").format(step=look.worst, change=change)

    def _way_said(self) -> str:
        """Return how the picture is read."""
        if not self.look.factors:
            return ""
        t = subscript(self.look.inspection.t)
        return tr(
            "The gradient goes back from s{t}, from right to left. Under each J stands what it does alone, and below what is "
            "left so far: the row of the map, in its colours."
        ).format(t=t)

    def _drawn_said(self) -> list[str]:
        """Return what of it is drawn, and what is not."""
        look, inspection, said = self.look, self.look.inspection, []
        about = estimate_sentence(inspection.analysis.run)
        if about is not None:
            said.append(about.said(tr))
        if inspection.unshown is not None:
            said.append(say(inspection.unshown))
        if look.is_sum:
            longest = max(inspection.analysis.run.trace.only.motion.delays)
            text = tr(
                "This cell reads its states of up to {steps} steps ago: the gradient has many ways back, and ∂sₜ/∂sₖ is "
                "their sum, not a product of factors."
            )
            said.append(text.format(steps=longest))
        if look.matrix is not None and look.matrix.thinned:
            rows_, columns_ = look.matrix.shape
            said.append(
                tr("Of {rows}×{columns} numbers neighbours share a place: the largest is drawn.").format(
                    rows=rows_, columns=columns_
                )
            )
        return said

    def _entry_name(self, entry: tuple[int, int]) -> str:
        inspection = self.look.inspection
        return entry_of(inspection.analysis.run.trace.only, entry, inspection.t, inspection.k)

    def _entry_said(self, entry: tuple[int, int]) -> str:
        matrix, scale = self.look.inspection.matrix, self.look.inspection.log_scale
        assert matrix is not None
        value, name = float(matrix[entry]), self._entry_name(entry)
        if math.isnan(value):
            return f"{name} = NaN"
        if value == 0.0:
            return tr("{number}: 0, or too small beside the largest; a click tells").format(number=name)
        log10 = math.log10(abs(value)) + scale / _LN10
        return f"{name} = {'−' if value < 0 else ''}{scientific(log10, 3)}"

    # ---- painting

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint the product above, its factors below it, and the chart of what is left under these."""
        line = float(painter.fontMetrics().height())
        area = area.adjusted(2, 2, -2, -2)
        self.places, self._bars = {}, None
        whole = not self.look.factors
        top = QRectF(area.left(), area.top(), area.width(), area.height() * (0.9 if whole else _TOP))
        self._paint_product(painter, top, line)
        if not whole:
            rest = QRectF(QPointF(area.left(), top.bottom() + 0.5 * line), area.bottomRight())
            self._paint_way(painter, rest, line)
        if chosen is not None and chosen in self.places:
            self.mark(painter, self.places[chosen])

    def _paint_product(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint P at the left, its formula, its gain and its singular values beside it."""
        theme, text_left = self.theme, area.left()
        if self._picture is not None:
            side = min(area.height() - 2.4 * line, 0.45 * area.width())
            place = self._matrix_place = QRectF(area.left() + line, area.top() + line, side, side)
            self._picture.paint(painter, place, theme)
            self._paint_sides(painter, place)
            if math.isfinite(self._picture.peak):
                width = max(side, 9.0 * line)
                paint_scale(painter, place.left(), place.bottom() + 4.0, width, self._picture.peak, theme)
                text_left = max(place.right(), place.left() + width) + 1.5 * line
            else:
                text_left = place.right() + 1.5 * line
            if len(self.doors) > len(self.look.factors):
                self.places[len(self.look.factors)] = self._entry_place(_largest(self.look))
        self._paint_text(painter, QRectF(QPointF(text_left, area.top() + line), area.bottomRight()), line)

    def _paint_sides(self, painter: QPainter, place: QRectF) -> None:
        inspection = self.look.inspection
        parts = blocks(inspection.analysis.run.trace.only.chain)
        paint_parts(painter, place, [part.start / inspection.width for part in parts[1:]], self.theme)
        label(painter, place.center().x(), place.top() - 1, f"s{subscript(inspection.k)} →", self.theme.muted, 0.5, 1.0)
        painter.save()
        painter.translate(place.left() - 2, place.center().y())
        painter.rotate(-90)
        label(painter, 0, 0, f"← s{subscript(inspection.t)}", self.theme.muted, 0.5, 1.0)
        painter.restore()

    def _entry_place(self, entry: tuple[int, int]) -> QRectF:
        (row, column), place = entry, self._matrix_place
        rows_, columns_ = self.look.inspection.width, self.look.inspection.width
        wide, high = place.width() / columns_, place.height() / rows_
        cell = QRectF(place.left() + column * wide, place.top() + row * high, wide, high)
        grown = max(0.0, 4.0 - wide / 2)
        return cell.adjusted(-grown, -grown, grown, grown)

    def _paint_text(self, painter: QPainter, area: QRectF, line: float) -> None:
        theme, inspection = self.theme, self.look.inspection
        y = self.large(
            painter, area.left(), area.top(), self._formula(painter, area.width()), theme.text, 1.25
        ).bottom()
        gain = float(inspection.row[inspection.k])
        y += 0.3 * line
        swatch = QRectF(area.left(), y + 0.15 * line, 1.3 * line, 1.3 * line)
        self._fill(painter, swatch, gain)
        said = self._gain_said()
        beside = self.large(painter, swatch.right() + 0.6 * line, y, said, theme.text, 1.4)
        norm = inspection.analysis.exploration.lens.norm
        meaning = (
            tr("the cell of the map: spectral norm") if norm == "spectral" else tr("the cell of the map: RMS gain")
        )
        if beside.right() + line + painter.fontMetrics().horizontalAdvance(meaning) < area.right():
            label(painter, beside.right() + line, beside.center().y(), meaning, theme.muted, 0.0, 0.5)
        y = beside.bottom() + 0.3 * line
        lines = [(text, theme.text) for text in (self._worst_said(), *self._drawn_said())]
        for text, ink in (*lines, (self._way_said(), theme.muted)):
            if text:
                high = wrapped(painter, QRectF(area.left(), y, area.width(), area.bottom() - y), text, ink)
                y += high + 0.25 * line if high else 0.0
        room = area.bottom() - y
        if inspection.log_singular_values is not None and room > 3.2 * line:
            self._paint_singular(
                painter, QRectF(area.left(), y + 0.3 * line, area.width(), min(room, 7.0 * line)), line
            )

    def _formula(self, painter: QPainter, width: float) -> str:
        """Return the product of its factors, as far as it fits."""
        inspection, look = self.look.inspection, self.look
        t, k = inspection.t, inspection.k
        if look.steps == 0:
            return f"{self._pair} = I"
        if look.is_sum:
            return f"P = {self._pair}"
        names = [factor_name(j) for j in range(t, k, -1)]
        for kept in (len(names), 3, 2, 1):
            some = names if kept >= len(names) else [*names[:kept], "⋯", names[-1]]
            text = f"{self._pair} = {' '.join(some)}"
            if 1.3 * painter.fontMetrics().horizontalAdvance(text) < width:
                return text
        return self._pair

    def _paint_singular(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint the singular values as bars on a scale of powers of ten."""
        values = self.look.inspection.log_singular_values
        assert values is not None
        logs = values / _LN10
        finite = logs[np.isfinite(logs)]
        if not len(finite):
            return
        high, low = float(finite.max()), max(float(finite.min()), float(finite.max()) - 40.0)
        low = low - 0.05 * max(high - low, 1.0)
        ends = [(high, power_ish(high)), (low, power_ish(low))]
        title = label(painter, area.left(), area.top(), tr("singular values σ₁ … σ{n} of P").format(
            n=subscript(len(values))), self.theme.muted, 0.0, 0.0)  # fmt: skip
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

    # ---- the way

    def _paint_way(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint the factors, what is carried so far below them, and how much that is at every step."""
        names = [tr("factor"), tr("so far"), tr("gain")]
        gutter = max(painter.fontMetrics().horizontalAdvance(name) for name in names) + 10.0
        gutter = max(gutter, painter.fontMetrics().horizontalAdvance("10⁻¹⁰⁰") + 6.0)
        room = QRectF(area.left() + gutter, area.top(), area.width() - gutter, area.height())
        chart = max(_CHART * (area.height() / (1.0 - _TOP)), 3.5 * line)
        high = area.height() - chart - 3.2 * line
        carries = any(one is not None for one in self._carried)
        side = min(max(high / (2 if carries else 1), _LEAST), _MOST)
        seen = self._seen(room.width(), side)
        pitch = room.width() / len(seen)
        side = min(side, pitch - _GAP)
        first, second = area.top() + line + 2.0, area.top() + 2.0 * line + side + 8.0
        metrics = painter.fontMetrics()
        for slot, i in enumerate(seen):
            factor, x = self.look.factors[i], room.left() + (slot + 0.5) * pitch
            place = self.places[i] = QRectF(x - side / 2, first, side, side)
            worst = factor.step == self.look.worst
            ink = self.theme.text if worst else self.theme.muted
            label(painter, x, first - 1.0, factor_name(factor.step), ink, 0.5, 1.0)
            self._factors[i].paint(painter, place, self.theme)
            alone = "×" + scientific(float(self.look.inspection.analysis.run.log_step[factor.step - 1]) / _LN10)
            if metrics.horizontalAdvance(alone) < pitch - 4.0:
                label(painter, x, place.bottom() + 2.0, alone, ink, 0.5, 0.0)
            carried = self._carried[i]
            if carried is not None:
                carried.paint(painter, QRectF(x - side / 2, second, side, side), self.theme)
        label(painter, area.left(), first + side / 2, names[0], self.theme.muted, 0.0, 0.5)
        if len(seen) < self.look.steps:
            some = tr("{drawn} of {count}").format(drawn=len(seen), count=self.look.steps)
            label(painter, area.left(), first + side / 2 + line, some, self.theme.muted, 0.0, 0.5)
        bottom = first + side + line + 4.0
        if carries:
            label(painter, area.left(), second + side / 2, names[1], self.theme.muted, 0.0, 0.5)
            bottom = second + side + 4.0
        self._paint_chart(painter, QRectF(QPointF(room.left(), bottom + 4.0), area.bottomRight()), line)
        label(painter, area.left(), bottom + 0.9 * line + 4.0, "←", self.theme.muted, 0.0, 0.0)

    def _seen(self, width: float, side: float) -> list[int]:
        """Return which factors stand side by side: those nearest to where their steps are on the axis, and the worst."""
        look, count = self.look, len(self.look.factors)
        room = max(int(width / (side + _GAP)), 2)
        if count <= room:
            return list(range(count))
        steps = np.array([one.step for one in look.factors])
        wanted = look.inspection.k + (np.arange(room) + 0.5) * look.steps / room + 0.5
        found = [int(np.argmin(np.abs(steps - one))) for one in wanted]
        if look.worst:
            slot = int(np.argmin(np.abs(wanted - look.worst)))
            found[slot] = self.first
        return sorted(set(found))

    def _paint_chart(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint what is left after each factor: the row of the map, from k on."""
        inspection = self.look.inspection
        left = inspection.row[inspection.k : inspection.t] / _LN10
        frame = area.adjusted(0, 2, 0, -line - 4.0)
        finite = left[np.isfinite(left)]
        low = min(float(finite.min(initial=0.0)), -0.05)
        high = max(float(finite.max(initial=0.0)), 0.05)
        if np.isneginf(left).any():
            low -= 0.15 * (high - low)
        axes = self._bars = Axes(frame, 0.0, float(len(left)), low, high)
        ticks: list[Tick] = [(0.0, "1")]
        ticks += [(end, power_ish(end)) for end in (low, high) if abs(end) > 0.3 * (high - low)]
        rows(painter, self.theme, axes, ticks)
        pitch, zero = frame.width() / len(left), axes.y(0.0)
        for i, log in enumerate(left.tolist()):
            end = axes.y(log) if math.isfinite(log) else frame.bottom()
            gap = 0.5 if pitch > 3.0 else 0.0
            bar = QRectF(
                frame.left() + i * pitch + gap, min(zero, end), max(pitch - 2 * gap, 0.8), max(abs(end - zero), 1.0)
            )
            self._fill(painter, bar, log * _LN10)
        self._paint_worst(painter, axes)
        t, k = inspection.t, inspection.k
        columns(painter, self.theme, axes, [
            (j - k - 0.5, str(j)) for j in whole_ticks(k + 1, t, max(frame.width() / (5.0 * line), 1.0))
        ])  # fmt: skip

    def _paint_worst(self, painter: QPainter, axes: Axes) -> None:
        if self.look.worst:
            x = axes.x(self.look.worst - self.look.inspection.k - 0.5)
            painter.setPen(pen(self.theme.selection, 1.5, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x, axes.frame.top(), x, axes.frame.bottom()))

    def _fill(self, painter: QPainter, place: QRectF, log_gain: float) -> None:
        """Fill a place with the colour that the map has for a gain."""
        span = self.look.inspection.analysis.decades
        code = int(codes(np.array([log_gain]), span)[0])
        colour = QColor(*palette(self.theme)[code].tolist())
        if code in PATTERNS:
            fill(painter, place, colour, PATTERNS[code], self.theme)
        else:
            painter.fillRect(place, colour)
        if place.width() > 5.0:
            painter.setPen(pen(self.theme.border, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)

    def _step_at(self, point: QPointF) -> int | None:
        """Return the step whose bar is above or below ``point``."""
        axes = self._bars
        if axes is None or not axes.frame.contains(point):
            return None
        i = int((point.x() - axes.frame.left()) / axes.frame.width() * self.look.steps)
        return self.look.inspection.k + 1 + min(i, self.look.steps - 1)


def power_ish(log10: float) -> str:
    """Return a number of the axis: a power of ten where it is one or lies far off."""
    return power_of_ten(round(log10)) if abs(log10) >= 3.0 else scientific(log10)


def _largest(look: ProductLook) -> tuple[int, int]:
    """Return where the largest number of the product stands."""
    matrix = look.inspection.matrix
    assert matrix is not None
    row, column = np.unravel_index(int(np.nanargmax(np.abs(matrix))), matrix.shape)
    return int(row), int(column)
