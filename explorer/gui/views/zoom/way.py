"""The way of a product: its factors along time, what is carried so far below them, and how much that is at every step."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.gui.plot.card_axes import Axes, columns, pen, rows
from explorer.gui.plot.patterns import fill
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.entries import Picture
from explorer.gui.views.zoom.names import Names
from explorer.gui.views.zoom.product_words import power_ish
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.zoom.product import MOST_FACTORS, ProductLook
from explorer.workspace.scales.gains import PATTERNS, codes, palette
from explorer.workspace.scales.ticks import Tick, whole_ticks
from explorer.workspace.words.numbers import scientific

_LN10 = math.log(10.0)
_LEAST, _MOST, _GAP = 30.0, 74.0, 7.0
"""Pixels of a factor's picture, and between two."""
_PATTERNED = 3.0
"""Pixels: on a narrower bar no pattern would be seen."""
_CHART = 0.38
"""Of the height: the chart of what is left."""


class Way:
    """Paints the factors of a ``look``; ``places`` says where each was painted last, by its number."""

    def __init__(self, look: ProductLook, theme: Theme) -> None:
        self.look, self.theme = look, theme
        peak = max((one.matrix.peak for one in look.factors), default=0.0)
        self._factors = [Picture.of(one.matrix, theme, peak) for one in look.factors]
        self._carried = [None if one.carried is None else Picture.of(one.carried, theme) for one in look.factors]
        self._worst = next((i for i, one in enumerate(look.factors) if one.step == look.worst), 0)
        self._bars: Axes | None = None
        self.places: dict[int, QRectF] = {}

    def paint(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint the factors, what is carried so far below them, and how much that is at every step."""
        names = [tr("factor"), tr("so far"), tr("gain")]
        gutter = max(painter.fontMetrics().horizontalAdvance(name) for name in names) + 10.0
        some = tr("{drawn} of {count}").format(drawn=MOST_FACTORS, count=self.look.steps)
        for text in ("10⁻¹⁰⁰", some if self.look.steps > MOST_FACTORS // 2 else ""):
            gutter = max(gutter, painter.fontMetrics().horizontalAdvance(text) + 8.0)
        room = QRectF(area.left() + gutter, area.top(), area.width() - gutter, area.height())
        chart = max(_CHART * area.height(), 3.5 * line)
        high = area.height() - chart - 3.2 * line
        carries = any(one is not None for one in self._carried)
        side = min(max(high / (2 if carries else 1), _LEAST), _MOST)
        seen = self._seen(room.width(), side)
        pitch = room.width() / len(seen)
        side = min(side, pitch - _GAP)
        first, second = area.top() + line + 2.0, area.top() + 2.0 * line + side + 8.0
        metrics = painter.fontMetrics()
        for slot, i in enumerate(seen):
            factor, x = self.look.factors[i], self._across(room, (slot + 0.5) * pitch)
            place = self.places[i] = QRectF(x - side / 2, first, side, side)
            worst = factor.step == self.look.worst
            ink = self.theme.text if worst else self.theme.muted
            label(painter, x, first - 1.0, self._names.factor(factor.step), ink, 0.5, 1.0)
            self._factors[i].paint(painter, place, self.theme)
            alone = "×" + scientific(self.look.alone(factor.step) / _LN10)
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
        label(painter, area.left(), bottom + 0.9 * line + 4.0, "→" if self._turned else "←", self.theme.muted, 0.0, 0.0)

    @property
    def _turned(self) -> bool:
        """Return whether the chain runs backward: the sequence's time runs to the right all the same."""
        return self.look.inspection.analysis.run.backward

    @property
    def _names(self) -> Names:
        return Names(self.look.inspection)

    def _across(self, room: QRectF, by: float) -> float:
        """Return what is so far along the chain from an end of ``room``."""
        return room.right() - by if self._turned else room.left() + by

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
            found[slot] = self._worst
        return sorted(set(found))

    def _paint_chart(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Paint what is left after each factor: the row of the map, from k on."""
        inspection = self.look.inspection
        left = inspection.row[inspection.k : inspection.t] / _LN10
        frame = area.adjusted(0, 2, 0, -line - 4.0)
        finite = left[np.isfinite(left)]
        ends = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
        low, high = ends[0], max(ends[1], ends[0] + 0.1)
        if np.isneginf(left).any():
            low -= 0.3 * (high - low)
        axes = self._bars = Axes(frame, 0.0, float(len(left)), low, high)
        ticks: list[Tick] = [(0.0, "1")]
        ticks += [(end, power_ish(end)) for end in ends if abs(end) > 0.3 * (high - low)]
        rows(painter, self.theme, axes, ticks)
        # Of many steps so many as can be told apart.
        every = max(math.ceil(2.0 * len(left) / frame.width()), 1)
        pitch, zero = every * frame.width() / len(left), axes.y(0.0)
        for i, log in enumerate(left[::every].tolist()):
            end = axes.y(log) if math.isfinite(log) else frame.bottom()
            gap = 0.5 if pitch > 3.0 else 0.0
            bar = QRectF(
                frame.left() + i * pitch + gap, min(zero, end), max(pitch - 2 * gap, 0.8), max(abs(end - zero), 1.0)
            )
            if self._turned:
                bar.moveRight(frame.right() - i * pitch - gap)
            paint_gain(painter, bar, log * _LN10, self.look.inspection.analysis.decades, self.theme)
        self._paint_worst(painter, axes)
        t, k = inspection.t, inspection.k
        steps = whole_ticks(k + 1, t, max(frame.width() / (5.0 * line), 1.0))
        columns(painter, self.theme, axes, [(self._place(j), str(self._names.step(j))) for j in steps])

    def _paint_worst(self, painter: QPainter, axes: Axes) -> None:
        if self.look.worst:
            x = axes.x(self._place(self.look.worst))
            painter.setPen(pen(self.theme.selection, 1.5, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x, axes.frame.top(), x, axes.frame.bottom()))

    def _place(self, j: int) -> float:
        """Return where a step of the chain stands on the axis."""
        inspection = self.look.inspection
        return inspection.t - j + 0.5 if self._turned else j - inspection.k - 0.5

    def step_at(self, point: QPointF) -> int | None:
        """Return the step whose bar is above or below ``point``."""
        axes = self._bars
        if axes is None or not axes.frame.contains(point):
            return None
        share = (point.x() - axes.frame.left()) / axes.frame.width()
        i = int((1.0 - share if self._turned else share) * self.look.steps)
        return self.look.inspection.k + 1 + min(i, self.look.steps - 1)


def paint_gain(painter: QPainter, place: QRectF, log_gain: float, span: int, theme: Theme) -> None:
    """Fill a place with the colour that the map has for a gain."""
    code = int(codes(np.array([log_gain]), span)[0])
    colour = QColor(*palette(theme)[code].tolist())
    if code in PATTERNS and place.width() >= _PATTERNED:
        fill(painter, place, colour, PATTERNS[code], theme)
    else:
        painter.fillRect(place, colour)
    if place.width() > 5.0:
        painter.setPen(pen(theme.border, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
