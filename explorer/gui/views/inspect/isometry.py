"""How the singular values of ∂s_k/∂s_0 spread as k grows, beside what theory expects of either start of W."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explorer.engine import Refusal
from explorer.engine.floats import Floats
from explorer.engine.theory.isometry import Start
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.isometry import LARGEST, LOWER, MEDIAN, UPPER, ByDepth, asked, by_depth, unspread
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import scientific, signed

_ABOUT = mark(
    "Singular values of ∂sₖ/∂s₀: the largest one, strong, the median and the band of the middle half. Dashed what theory "
    "expects of infinitely many units with this start, dotted with the other one (Saxe et al. 2013; Pennington et al. 2017; "
    "Chen et al. 2018). All at 1 is an isometry: every direction is handed on as it is."
)
_NAMES: Mapping[Start, str] = MappingProxyType(
    {"gaussian": mark("Gaussian start"), "orthogonal": mark("orthogonal start")}
)
_LN10 = math.log(10.0)
_ALIKE = 1e-9
"""Nats by which singular values that are all alike may differ."""
_BAND = 60
_FADED = 130


class IsometryView(RestingCard):
    """Shows log10 σ of ∂s_k/∂s_0 over k: the largest, the median, and between which the middle half lies."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Isometry by depth"), "isometry", 150)
        self._found: ByDepth | None = None
        self._axes: Axes | None = None

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why they are not worked out."""
        return unspread(inspection)

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return over how many decades the middle half spreads at the end."""
        found = self._found
        if found is None or not math.isfinite(found.uneven):
            return ""
        if found.uneven < _ALIKE:
            return tr("all alike")
        return tr("the middle half spans {decades} decades").format(decades=signed(found.uneven / _LN10))

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is not known yet, and show the old ones meanwhile."""
        key = asked(inspection)
        self.ask_at_rest(partial(by_depth, *key), key[0])

    def answer(self, result: object) -> None:
        """Show what was found."""
        assert isinstance(result, ByDepth)
        self._found = result
        self.known()

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint what was measured, and the lines of theory."""
        self._axes, found = None, self._found
        if found is None:
            page(painter, area, self.theme, "…")
            return
        if not np.isfinite(found.measured).any():
            page(painter, area, self.theme, self._nothing(found))
            return
        line = painter.fontMetrics().height()
        low, high = finite_range(np.array([found.measured, *found.expected.values()]) / _LN10, 0.5, 0.0)
        pad = 0.06 * (high - low)
        across = Side(0.0, float(found.depths[-1]), Side.steps(0, found.depths[-1], 5).ticks)
        inner = area.adjusted(0, 1.2 * line, -8, 0)
        axes = self._axes = framed(painter, self.theme, inner, across, Side.decades(low - pad, high + pad))
        self._paint_lines(painter, axes, found)
        head = tr("σ over the layers") if found.layers else tr("σ over the steps")
        label(painter, axes.frame.left(), area.top(), head, self.theme.muted, 0.0, 0.0)
        self._paint_key(painter, axes, found, area.top())

    def name_at(self, point: QPointF) -> str:
        """Return what stands at the depth under the pointer, beside the axes what is meant."""
        if self._found is None or self._axes is None:
            return ""
        if not self._axes.holds(point):
            return tr(_ABOUT)
        depths = np.array(self._found.depths)
        return "\n".join(self._at(self._found, int(np.argmin(np.abs(depths - self._axes.at(point)[0])))))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return what stands at the end, measured and by theory."""
        found = self._found
        if found is None:
            return "…"
        told = self._at(found, -1) if np.isfinite(found.measured).any() else [self._nothing(found)]
        return "\n".join([*told, tr(_ABOUT)])

    def _paint_lines(self, painter: QPainter, axes: Axes, found: ByDepth) -> None:
        painter.setPen(pen(self.theme.muted, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), axes.y(0.0), axes.frame.right(), axes.y(0.0)))
        painter.save()
        painter.setClipRect(axes.frame)
        depths, measured = np.array((0, *found.depths), dtype=float), _from_one(found.measured)
        self._paint_band(painter, axes, depths, measured)
        for start, expected in found.expected.items():
            own, values = start == found.start, _from_one(expected)
            style = Qt.PenStyle.DashLine if own else Qt.PenStyle.DotLine
            painter.setPen(pen(self.theme.fit, self.theme.line_width, style, 255 if own else _FADED))
            for column in (LARGEST, MEDIAN):
                painter.drawPath(axes.curve(depths, values[:, column]))
        for column, width in ((MEDIAN, 0.8), (LARGEST, 1.6)):
            painter.setPen(pen(self.theme.curve, width * self.theme.line_width))
            painter.drawPath(axes.curve(depths, measured[:, column]))
        painter.restore()

    def _paint_band(self, painter: QPainter, axes: Axes, depths: Floats, values: Floats) -> None:
        """Fill what lies between the quartiles; what has died goes down out of sight."""
        deep = 2.0 * axes.bottom - axes.top
        upper, lower = (axes.ys(np.maximum(values[:, column], deep)) for column in (UPPER, LOWER))
        known = np.isfinite(upper) & np.isfinite(lower)
        x = axes.xs(depths)[known]
        edge = [*zip(x, upper[known], strict=True), *zip(x[::-1], lower[known][::-1], strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(self.theme.curve, _BAND))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in edge]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_key(self, painter: QPainter, axes: Axes, found: ByDepth, top: float) -> None:
        """Say over the axes what is dashed, and where there is room what is dotted."""
        names = [(start, tr(_NAMES[start])) for start in found.expected]
        names.sort(key=lambda name: name[0] == found.start)
        right, line = axes.frame.right(), painter.fontMetrics().height()
        taken = axes.frame.left() + painter.fontMetrics().horizontalAdvance(tr("σ over the layers")) + 12
        for start, text in reversed(names):
            width = painter.fontMetrics().horizontalAdvance(text) + 28
            if right - width < taken:
                break
            label(painter, right, top, text, self.theme.fit, 1.0, 0.0)
            own = start == found.start
            painter.setPen(
                pen(self.theme.fit, self.theme.line_width, Qt.PenStyle.DashLine if own else Qt.PenStyle.DotLine)
            )
            painter.drawLine(QLineF(right - width + 4, top + line / 2, right - width + 24, top + line / 2))
            right -= width + 8

    def _at(self, found: ByDepth, at: int) -> list[str]:
        """Return the largest, the median and the middle half at a depth, measured and by theory."""
        depth = found.depths[at]
        template = tr("after {depth} layers: {values}") if found.layers else tr("after {depth} steps: {values}")
        told = [template.format(depth=depth, values=_spread(found.measured[at]))]
        template = tr("theory for N → ∞, {start}: {values}")
        own_first = sorted(found.expected, key=lambda one: one != found.start)
        return told + [
            template.format(start=tr(_NAMES[start]), values=_spread(found.expected[start][at])) for start in own_first
        ]

    def _nothing(self, found: ByDepth) -> str:
        if np.isnan(found.measured).any():
            return tr("Not a number: the network overflowed on the way.")
        return tr("all exactly zero")


def _from_one(log: Floats) -> Floats:
    """Return log10 of σ by depth, with those of the identity, at depth 0, before them."""
    return np.vstack([np.zeros(log.shape[1]), log / _LN10])


def _spread(values: Floats) -> str:
    largest, upper, median, lower = (scientific(float(value) / _LN10, 3) for value in values)
    return tr("largest {largest}, median {median}, middle half {lower} to {upper}").format(
        largest=largest, median=median, lower=lower, upper=upper
    )
