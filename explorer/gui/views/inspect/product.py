"""The product P = ∂s_t/∂s_k itself, as a signed picture on a scale of its own that is always said."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.card_axes import label, page, pen
from explorer.gui.plot.matrix import colour_bar, entry_at, fitted, picture, show, zeros_of
from explorer.gui.plot.patterns import Patterns
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection, is_remembering
from explorer.workspace.scales.states import blocks, entry_name, part_name
from explorer.workspace.scales.ticks import log_rounded_up
from explorer.workspace.words.numbers import derivative, scientific, subscript

_LN10 = math.log(10.0)


class ProductView(InspectCard):
    """Shows every entry of ∂s_t/∂s_k; colours are relative to a round number at or above its largest entry."""

    of_chain = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Product P"), "product", 168)
        self._image: QImage | None = None
        self._zeros: Patterns | None = None
        self._scale = 0.0
        self._message = ""
        self._place = QRectF()

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why the product is not made."""
        return inspection.unshown

    def summary(self, inspection: Inspection) -> str:
        """Return the pair's name and how many factors it has."""
        pair = inspection.selection
        name, count = derivative(pair.t, pair.k), inspection.t - inspection.k
        if count == 0:
            return tr("{pair} = I, no factors").format(pair=name)
        if is_remembering(inspection.analysis.run):
            return name
        return tr("{pair}, factors: {count}").format(pair=name, count=count)

    def prepare(self, inspection: Inspection) -> None:
        """Make the picture."""
        matrix = self._matrix(inspection)
        peak = float(np.abs(matrix).max())
        self._image = None
        if inspection.log_scale == -math.inf or peak == 0.0:
            self._message = tr("Exactly zero: nothing of s{k} reaches s{t}.").format(
                k=subscript(inspection.selection.k), t=subscript(inspection.selection.t)
            )
        elif not (math.isfinite(peak) and math.isfinite(inspection.log_scale)):
            self._message = tr("Not a number: the network overflowed on the way.")
        else:
            largest = math.log10(peak) + inspection.log_scale / _LN10
            self._scale = log_rounded_up(largest)
            self._image = picture(matrix * (10.0 ** (largest - self._scale) / peak), self.theme)
            self._zeros = zeros_of(matrix)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture, its scale and its gain, or why there is none."""
        if self._image is None or self.inspection is None:
            self._place = QRectF()
            page(painter, area, self.theme, self._message)
            return
        line = painter.fontMetrics().height()
        inner = area.adjusted(line + 2, line + 1, -2, -2)
        inner.setWidth(min(inner.width() * 0.55, inner.height()))
        self._place = fitted(inner, self._image.height(), self._image.width())
        show(painter, self._place, self._image, self.theme, self._zeros)
        self._paint_names(painter)
        bar = QRectF(self._place.right() + 10, self._place.top(), 9, self._place.height())
        end = scientific(self._scale, 1)
        colour_bar(painter, bar, self.theme, end)
        used = bar.right() + 10 + painter.fontMetrics().horizontalAdvance("+" + end)
        self._paint_gain(painter, QRectF(used, area.top(), area.right() - used, area.height()))

    def name_at(self, point: QPointF) -> str:
        """Return the entry under the pointer with its value."""
        if self.inspection is None or self._image is None:
            return ""
        matrix = self._matrix(self.inspection)
        entry = entry_at(self._place, matrix.shape, point)
        if entry is None:
            return ""
        row, column = entry
        return self._entry(self.inspection, row, column)

    def describe(self, inspection: Inspection) -> str:
        """Return the gain and the largest entry, or why there are none."""
        if self._image is None:
            return self._message
        matrix = self._matrix(inspection)
        row, column = np.unravel_index(int(np.abs(matrix).argmax()), matrix.shape)
        gain = tr("×{gain} is what a random direction is multiplied by: ‖P‖/√N").format(gain=_gain(inspection))
        return f"{gain}\n{tr('largest entry: {entry}').format(entry=self._entry(inspection, int(row), int(column)))}"

    @staticmethod
    def _matrix(inspection: Inspection) -> Floats:
        """Return the product, which `lacking` has seen to be there."""
        assert inspection.matrix is not None
        return inspection.matrix

    def _entry(self, inspection: Inspection, row: int, column: int) -> str:
        value, text = float(self._matrix(inspection)[row, column]), "0"
        if value != 0.0:
            log10 = math.log10(abs(value)) + inspection.log_scale / _LN10
            text = ("−" if value < 0 else "") + scientific(log10, 3)
        t, k = subscript(inspection.selection.t), subscript(inspection.selection.k)
        chain = inspection.analysis.run.course.chain
        return f"∂{entry_name(chain, row, t)} / ∂{entry_name(chain, column, k)} = {text}"

    def _paint_names(self, painter: QPainter) -> None:
        """Say what rows and columns are, and part the blocks of a state that has several."""
        assert self.inspection is not None
        place, parts, size = (
            self._place,
            blocks(self.inspection.analysis.run.course.chain),
            self.inspection.width,
        )
        t, k = subscript(self.inspection.selection.t), subscript(self.inspection.selection.k)
        for part in parts:
            name = part_name(parts, part)
            middle, edge = (part.start + part.stop) / 2 / size, part.start / size
            x, y = place.left() + middle * place.width(), place.top() + middle * place.height()
            self._paint_name(painter, x, y, (name + k, name + t), (part.stop - part.start) / size)
            if part.start:
                painter.setPen(pen(self.theme.selection, 1.0, Qt.PenStyle.DashLine))
                x, y = place.left() + edge * place.width(), place.top() + edge * place.height()
                painter.drawLines(
                    [QLineF(x, place.top(), x, place.bottom()), QLineF(place.left(), y, place.right(), y)]
                )

    def _paint_name(self, painter: QPainter, x: float, y: float, names: tuple[str, str], share: float) -> None:
        """Name the columns of a block at ``x`` and its rows at ``y``, where its share of the picture has room."""
        place, metrics, (across, down) = self._place, painter.fontMetrics(), ("↓ " + names[0], "→ " + names[1])
        if metrics.horizontalAdvance(across) <= share * place.width() or share == 1.0:
            label(painter, x, place.top() - 2, across, self.theme.muted, 0.5, 1.0)
        if metrics.horizontalAdvance(down) <= share * place.height() or share == 1.0:
            painter.save()
            painter.translate(place.left() - 2, y)
            painter.rotate(-90)
            label(painter, 0, 0, down, self.theme.muted, 0.5, 1.0)
            painter.restore()

    def _paint_gain(self, painter: QPainter, area: QRectF) -> None:
        """Write the root mean square gain large: what a random direction is multiplied by."""
        assert self.inspection is not None
        text = "×" + _gain(self.inspection)
        small, big = painter.font(), QFont(painter.font())
        # Where the scale's own numbers are long there is no room; the formula's card says the gain too.
        if painter.fontMetrics().horizontalAdvance(text) > area.width():
            return
        big.setPointSizeF(small.pointSizeF() * 1.4)
        big.setBold(True)
        painter.setFont(big)
        if painter.fontMetrics().horizontalAdvance(text) > area.width():
            painter.setFont(small)
        tall = painter.fontMetrics().height()
        top = area.center().y() - 1.6 * tall
        painter.setPen(QColor(self.theme.text))
        line = QRectF(area.left(), top, area.width(), tall)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.setFont(small)
        painter.setPen(QColor(self.theme.muted))
        rest = QRectF(area.left(), top + tall, area.width(), area.bottom() - top - tall)
        painter.drawText(rest, int(Qt.TextFlag.TextWordWrap), tr("is what a random direction is multiplied by: ‖P‖/√N"))


def _gain(inspection: Inspection) -> str:
    """Return the root mean square gain."""
    return scientific((inspection.log_scale - 0.5 * math.log(inspection.width)) / _LN10)
