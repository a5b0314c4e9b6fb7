"""The singular values of the product: by how much it stretches each direction."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import logarithm, scientific, subscript

_LN10 = math.log(10.0)
_FADED = 90


class SpectrumView(InspectCard):
    """Shows log10 σ_i as bars that stand on or hang from σ = 1; the last ones faded while new ones are worked out."""

    of_chain = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Singular values"), "spectrum", 132)
        self._values: Floats = np.empty(0)
        self._fresh = False
        self._rms = math.nan
        self._axes: Axes | None = None

    def draw(self, inspection: Inspection) -> None:
        """Keep the last singular values until the new ones come."""
        self._fresh = inspection.log_singular_values is not None
        if inspection.log_singular_values is not None:
            self._values = inspection.log_singular_values / _LN10
            self._rms = (inspection.log_scale - 0.5 * math.log(len(self._values))) / _LN10
        super().draw(inspection)

    def complete(self, inspection: Inspection) -> None:
        """Show the singular values that were still being worked out."""
        self.present(inspection)

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why the product is not made."""
        return inspection.unshown

    def summary(self, inspection: Inspection) -> str:
        """Return over how many decades they spread, and how many are exactly zero."""
        values = inspection.log_singular_values
        if values is None:
            return "" if inspection.unshown is not None else "…"
        finite, zeros = values[np.isfinite(values)] / _LN10, int(np.isneginf(values).sum())
        spread = logarithm(float(finite.max() - finite.min())) if len(finite) else "0"
        if not len(finite) and zeros:
            return tr("all exactly zero")
        if zeros:
            return tr("over {span} decades, exactly zero: {zeros}").format(span=spread, zeros=zeros)
        return tr("over {span} decades").format(span=spread)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bars, the line of their root mean square, and the zeros apart."""
        self._axes = None
        values = self._values
        if not len(values):
            page(painter, area, self.theme, "…")
            return
        if np.isnan(values).all():
            page(painter, area, self.theme, tr("Not a number: the network overflowed on the way."))
            return
        axes = self._axes = self._frame(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(values) > 100)
        self._paint_bars(painter, axes)
        self._paint_rms(painter, axes)

    def name_at(self, point: QPointF) -> str:
        """Return the singular value under the pointer."""
        if self._axes is None or not self._axes.holds(point):
            return ""
        return self._named(int(np.clip(round(self._axes.at(point)[0]), 1, len(self._values))))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - the last ones stay until there are others
        """Return the first and the last singular value, and their root mean square."""
        if np.isnan(self._values).any():
            return tr("Not a number: the network overflowed on the way.")
        if not self._fresh or not len(self._values):
            return "…"
        ends = [self._named(index) for index in sorted({1, len(self._values)})]
        return "\n".join([*ends, "‖P‖/√N = " + scientific(self._rms)])

    def _named(self, index: int) -> str:
        """Return the singular value ``index``, counted from 1."""
        value = float(self._values[index - 1])
        if math.isinf(value) and value < 0:
            return tr("σ{i} = 0 exactly: this direction is lost").format(i=subscript(index))
        log = logarithm(value, 2)
        return f"σ{subscript(index)} = {scientific(value, 3)},  log₁₀ σ{subscript(index)} = {log}"

    def _frame(self, painter: QPainter, area: QRectF) -> Axes:
        """Return the axes with their grid and labels painted."""
        count, line = len(self._values), painter.fontMetrics().height()
        low, high = finite_range(self._values, 0.2, 0.0)
        pad = 0.06 * (high - low)
        marks = [(1.0, "1"), *(tick for tick in Side.steps(1, count, 5).ticks if tick[0] > max(1, count // 12))]
        across, up = Side(0.5, count + 0.5, marks), Side.decades(low - pad, high + pad)
        foot = 8.0 if np.isneginf(self._values).any() else 0.0
        return framed(painter, self.theme, area.adjusted(0, 0.5 * line, -2, 0), across, up, foot)

    def _paint_bars(self, painter: QPainter, axes: Axes) -> None:
        alpha = 255 if self._fresh else _FADED
        pitch = axes.frame.width() / len(self._values)
        width = max(min(0.72 * pitch, 12.0), 1.0)
        base = axes.y(0.0)
        for index, value in enumerate(self._values):
            x = axes.x(index + 1) - width / 2
            if np.isneginf(value):
                painter.fillRect(QRectF(x, axes.frame.bottom() + 3, width, 5), shade(self.theme.zero, alpha))
            elif np.isfinite(value):
                colour = self.theme.grow if value > 0 else self.theme.shrink
                painter.fillRect(QRectF(x, base, width, axes.y(float(value)) - base), shade(colour, alpha))
        painter.setPen(pen(self.theme.muted, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), base, axes.frame.right(), base))

    def _paint_rms(self, painter: QPainter, axes: Axes) -> None:
        """Draw the gain that the flow map shows: it lies near the largest values, not near the middle ones."""
        if not math.isfinite(self._rms):
            return
        y = axes.y(min(max(self._rms, axes.bottom), axes.top))
        painter.setPen(pen(self.theme.accent, 0.7 * self.theme.line_width, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(axes.frame.left(), y, axes.frame.right(), y))
        text = "‖P‖/√N = " + scientific(self._rms)
        width, half = painter.fontMetrics().horizontalAdvance(text), painter.fontMetrics().height() / 2
        # Bars that hang leave the lower left free, bars that stand the upper right.
        hang = axes.y(0.0) < axes.frame.center().y()
        x = axes.frame.left() + 28 if hang else axes.frame.right() - width
        y = axes.frame.bottom() - half if hang else _beside(y, axes.frame.top() + half, half)
        painter.drawLine(QLineF(x - 24, y, x - 6, y))
        label(painter, x, y, text, self.theme.accent, 0.0, 0.5)


def _beside(line: float, wanted: float, half: float) -> float:
    """Return ``wanted`` as the middle of a label of twice the height ``half``, or one below a ``line`` through it."""
    return line + half + 2 if abs(line - wanted) < half else wanted
