"""The factors of the product, J_t … J_{k+1} from left to right as in the formula, each a small picture."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter

from explorer.engine import Trace
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.gui.core.card import InspectCard, plain_key
from explorer.gui.plot.card_axes import binned, label, page, pen
from explorer.gui.plot.matrix import picture, scaled, show, zeros_of
from explorer.gui.plot.patterns import Patterns, fill
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.analysis import Inspection, is_remembering
from explorer.workspace.looks.steps import step_at
from explorer.workspace.scales.patterns import Kind
from explorer.workspace.scales.ticks import log_rounded_up
from explorer.workspace.words.numbers import derivative, scientific, subscript

_LN10 = math.log(10.0)
_GAP = 6.0
_SEEN = 256
"""Of more rows and columns a thumbnail shows every second, third …"""
_NONE = mark("No step lies between: the product of no factors is I.")
_MOVES = {Qt.Key.Key_Left: 1, Qt.Key.Key_Right: -1}
_LOOK = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FactorsView(InspectCard):
    """Shows the factors as thumbnails on one scale, and under them the gain of every one as a bar.

    A click on a factor J_j emits ``selected(j, j − 1)``: the pair whose product is that factor alone.
    """

    of_chain = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Factors"), "factors", 112)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._images: dict[int, tuple[QImage, Patterns]] = {}
        self._of: tuple[Trace, Theme] | None = None
        self._scale = 0.0
        self._chosen = 0
        self._thumbnails: list[tuple[QRectF, int]] = []
        self._bars = QRectF()
        self._gains = np.empty(0)

    def summary(self, inspection: Inspection) -> str:
        """Return the first and the last factor."""
        t, k = inspection.t, inspection.k
        if t == k:
            return tr("none: P = I")
        if _is_sum(inspection):
            return ""
        first, last = (subscript(inspection.step(step)) for step in (t, k + 1))
        ends = f"J{first}" if t == k + 1 else f"J{first} … J{last}"
        recurrence = step_at(inspection.analysis.run.course, t).recurrence
        return f"{ends} = diag(f′) W" if inspection.attribution and is_plain(recurrence) else ends

    def restyle(self) -> None:
        """Take on the theme, and say what the card is good for."""
        super().restyle()
        self._stale = True
        self.canvas.setAccessibleName(tr("Factors of the product"))
        self.canvas.setAccessibleDescription(
            tr("Arrow keys choose a factor, Enter looks at it alone; a click does the same.")
        )

    def prepare(self, inspection: Inspection) -> None:
        """Forget the pictures of another run, take the gains."""
        of = inspection.analysis.run.trace, self.theme
        if self._of is None or of[0] is not self._of[0] or of[1] != self._of[1]:
            self._images.clear()
        self._of = of
        self._gains = np.empty(0)
        if _is_sum(inspection):
            return
        self._gains = inspection.analysis.run.log_step[inspection.k : inspection.t] / _LN10
        self._chosen = min(max(self._chosen, inspection.k + 1), max(inspection.t, 1))

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the thumbnails and the bars."""
        if self.inspection is None:
            return
        self._thumbnails = []
        if not len(self._gains):
            page(painter, area, self.theme, _nothing(self.inspection))
            return
        line = painter.fontMetrics().height()
        self._lay_out(area.adjusted(1, 1, -1, 0), line)
        self._picture_shown()
        for place, j in self._thumbnails:
            self._paint_thumbnail(painter, place, j)
        self._paint_bars(painter)
        self._paint_scale(painter, area.right())

    def name_at(self, point: QPointF) -> str:
        """Return the factor under the pointer with its gain."""
        j = self._factor_at(point)
        # What is painted may be of the answer before: the present one may have fewer factors.
        if j is None or self.inspection is None or not self.inspection.k < j <= self.inspection.t:
            return ""
        return self._named(self.inspection, j)

    def describe(self, inspection: Inspection) -> str:
        """Return the gain of the chosen factor, and between which ends those of all are."""
        if not len(self._gains):
            return _nothing(inspection)
        low, high = (scientific(float(end), 3) for end in (self._gains.min(), self._gains.max()))
        return (
            self._named(inspection, self._chosen)
            + "\n"
            + tr("all factors: from ×{low} to ×{high}").format(low=low, high=high)
        )

    def _named(self, inspection: Inspection, j: int) -> str:
        gain = scientific(float(inspection.analysis.run.log_step[j - 1]) / _LN10, 3)
        norm = "‖J‖₂" if inspection.analysis.exploration.lens.norm == "spectral" else "‖J‖/√N"
        equals = "=" if inspection.analysis.run.estimate is None else "≈"
        pair = derivative(inspection.time(j), inspection.time(j - 1))
        return told(f"J{subscript(inspection.step(j))} = {pair}", f"{norm} {equals} {gain}")

    def clicked(self, point: QPointF) -> None:
        """Look at the factor alone."""
        j = self._factor_at(point)
        if j is not None:
            self._chosen = j
            self.selected.emit(j, j - 1)

    def claims(self, event: QKeyEvent) -> bool:
        """Take the arrows that choose a factor, and what looks at it."""
        if self.inspection is None or self.inspection.t == self.inspection.k or _is_sum(self.inspection):
            return False
        return plain_key(event) and (event.key() in _MOVES or event.key() in _LOOK)

    def typed(self, event: QKeyEvent) -> bool:
        """Choose with the arrows, look with Enter."""
        if self.inspection is None or not self.claims(event):
            return False
        if event.key() in _LOOK:
            self.selected.emit(self._chosen, self._chosen - 1)
        else:
            moved = self._chosen + _MOVES[Qt.Key(event.key())]
            self._chosen = min(max(moved, self.inspection.k + 1), self.inspection.t)
            self.canvas.update()
        return True

    def _lay_out(self, area: QRectF, line: float) -> None:
        """Find places for as many thumbnails as fit, those at both ends if not all do."""
        assert self.inspection is not None
        t, k = self.inspection.t, self.inspection.k
        below = max(0.3 * area.height(), 16.0)
        side = min(area.height() - below - line - 6, 2.45 * line)
        fits = max(int((area.width() + _GAP) // (side + _GAP)), 1)
        count = t - k
        shown: list[int] = list(range(t, k, -1))
        if count > fits:
            # One place is for the dots.
            head = max((fits - 1) // 2 + (fits - 1) % 2, 1)
            shown = [*shown[:head], 0, *(shown[head - fits + 1 :] if fits > 2 else [])]
        pitch = min((area.width() - side) / max(len(shown) - 1, 1), side + 2.5 * _GAP)
        for index, j in enumerate(shown):
            place = QRectF(area.left() + index * pitch, area.top(), side, side)
            self._thumbnails.append((place, j))
        self._bars = QRectF(area.left(), area.bottom() - below, area.width(), below)

    def _picture_shown(self) -> None:
        """Make pictures of the factors in sight, all on one scale."""
        assert self.inspection is not None
        shown = [j for _, j in self._thumbnails if j]
        if all(j in self._images for j in shown):
            return
        course = self.inspection.analysis.run.course
        # Of a wide J as many rows and columns as can be told apart, so that all together take little memory.
        every = max(1, course.width // _SEEN)
        factors = np.stack([J[::every, ::every] for j in shown for J in course.walk(j - 1, j)])
        sizes = np.abs(factors)
        peak = float(sizes.max(where=np.isfinite(sizes), initial=0.0))
        self._scale = log_rounded_up(math.log10(peak)) if peak > 0 else 0.0
        # One picture for all, cut into the factors, takes a fifth of the time.
        n = factors.shape[-1]
        stacked = picture(scaled(factors, self._scale).reshape(-1, n), self.theme)
        parts = [(stacked.copy(0, index * n, n, n), zeros_of(factor)) for index, factor in enumerate(factors)]
        self._images = dict(zip(shown, parts, strict=True))

    def _paint_thumbnail(self, painter: QPainter, place: QRectF, j: int) -> None:
        if not j:
            label(painter, place.center().x(), place.center().y(), "…", self.theme.muted)
            return
        image, zeros = self._images[j]
        show(painter, place, image, self.theme, zeros)
        chosen = self.canvas.hasFocus() and j == self._chosen
        if chosen:
            painter.setPen(pen(self.theme.accent, 2.0))
            painter.drawRect(place)
        assert self.inspection is not None
        name = f"J{subscript(self.inspection.step(j))}"
        label(painter, place.center().x(), place.bottom() + 1, name, self.theme.muted, 0.5, 0.0)

    def _paint_bars(self, painter: QPainter) -> None:
        """Draw the gain of each factor: red above one, blue below, dotted grey for a true zero."""
        gains, place = self._gains, self._bars
        finite = np.abs(gains[np.isfinite(gains)])
        largest = max(float(finite.max(initial=0.0)), 0.1)
        scale = "×" + scientific(largest)
        width = painter.fontMetrics().horizontalAdvance(scale) + 8.0
        plot = place.adjusted(0, 2, -width, 0)
        plot.setWidth(min(plot.width(), 26.0 * len(gains)))
        self._bars = plot
        gains = binned(gains, plot.width())
        middle, pitch = plot.center().y(), plot.width() / len(gains)
        painter.setPen(pen(self.theme.border, 1.0))
        painter.drawLine(QPointF(plot.left(), middle), QPointF(plot.right(), middle))
        painter.setPen(Qt.PenStyle.NoPen)
        gap = 0.18 * pitch if pitch > 3 else 0.0
        bars: dict[str, list[QRectF]] = {}
        kinds: dict[str, Kind] = {self.theme.nan: "nan", self.theme.zero: "zero"}
        for index, gain in enumerate(gains[::-1].tolist()):
            height = min(max(gain / largest, -1.0), 1.0) * plot.height() / 2
            colour = self.theme.grow if gain > 0 else self.theme.shrink
            if not math.isfinite(gain):
                colour = self.theme.nan if math.isnan(gain) else self.theme.zero
                height = -plot.height() / 2
            bar = QRectF(plot.left() + index * pitch + gap, min(middle, middle - height), pitch - 2 * gap, abs(height))
            bars.setdefault(colour, []).append(bar)
        for colour, rectangles in bars.items():
            painter.setBrush(QColor(colour))
            painter.drawRects(rectangles)
            for bar in rectangles if colour in kinds else ():
                fill(painter, bar, colour, kinds[colour], self.theme)
        label(painter, place.right(), plot.top(), scale, self.theme.muted, 1.0, 0.3)

    def _paint_scale(self, painter: QPainter, right: float) -> None:
        """Say the scale of the thumbnails' colours, under the dots or beside the last one."""
        text = "±" + scientific(self._scale, 1)
        last = self._thumbnails[-1][0]
        dots = next((place for place, j in self._thumbnails if not j), None)
        x = right if dots is None else dots.center().x()
        if dots is not None or last.right() < right - painter.fontMetrics().horizontalAdvance(text):
            label(painter, x, last.bottom() + 1, text, self.theme.muted, 1.0 if dots is None else 0.5, 0.0)

    def _factor_at(self, point: QPointF) -> int | None:
        for place, j in self._thumbnails:
            if j and place.contains(point):
                return j
        if self.inspection is not None and len(self._gains) and self._bars.contains(point):
            index = int((point.x() - self._bars.left()) / self._bars.width() * len(self._gains))
            return self.inspection.t - min(index, len(self._gains) - 1)
        return None


def _is_sum(inspection: Inspection) -> bool:
    """Return whether the product is none: a sum over the ways of a cell that reads older states, if they are several."""
    return inspection.t > inspection.k + 1 and is_remembering(inspection.analysis.run)


def _nothing(inspection: Inspection) -> str:
    """Return why there are no factors."""
    if not _is_sum(inspection):
        return tr(_NONE)
    longest = max(inspection.analysis.run.course.motion.delays)
    return tr(
        "This cell reads its states of up to {steps} steps ago: the gradient has many ways back, and ∂sₜ/∂sₖ is their sum, "
        "not a product of factors."
    ).format(steps=longest)
