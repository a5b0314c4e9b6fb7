"""How long the units remember by themselves, and how much their states hang on that."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine import Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.time_scales import Scales, asked, counted, uncounted
from explorer.workspace.scales.ticks import Side, number, ticks_in_decades
from explorer.workspace.words.numbers import signed

_NONE = mark("No unit keeps a share of its own state: all goes through W, and there is no time scale to be counted.")
_ABOUT = mark(
    "Half-lives of what each unit keeps of itself past all weight matrices, in the mean over the steps (chrono start: Tallec "
    "and Ollivier 2018). Beside them, how much its state hangs on the share λ that it keeps; dashed what theory says of an "
    "input without memory, dotted of a constant one: the curse of memory (Zucchet and Orvieto 2024)."
)
_SHARE, _GAP = 0.5, 12.0
"""Of the width: the histogram, the rest how the states hang on it; pixels between both."""
_LEAST = 0.5
"""Decades: what is drawn spans at least so much."""
_DOT = 2.2
_PLAIN = 4.0
"""Decades up to which a number is written in figures."""
_CURVE = 40
"""Points of a curve of theory."""


class TimeScalesView(RestingCard):
    """Shows a histogram of half-lives, and beside it ‖∂s_t/∂λ‖/‖s_t‖ of each unit between the two curves of theory."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Time scales"), "scales", 140)
        self._found: Scales | None = None
        self._histogram: Axes | None = None
        self._slopes: Axes | None = None

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why nothing is counted here."""
        return uncounted(inspection)

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return the median half-life."""
        found = self._found
        if found is None or not len(found.half_lives):
            return ""
        return tr("half of it is left after {steps} steps").format(steps=_steps(float(np.median(found.half_lives))))

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is not known yet, and show the old ones meanwhile."""
        course, exploration = asked(inspection)
        self.ask_at_rest(partial(counted, course, exploration), course)

    def answer(self, result: object) -> None:
        """Show what was counted."""
        assert isinstance(result, Scales)
        self._found = result
        self.known()

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint both halves."""
        self._histogram = self._slopes = None
        found = self._found
        if found is None:
            page(painter, area, self.theme, "…")
            return
        if not len(found.half_lives):
            page(painter, area, self.theme, "\n".join(self._told(found)))
            return
        line = painter.fontMetrics().height()
        left = area.adjusted(0, 1.2 * line, 0, 0)
        left.setWidth(_SHARE * area.width())
        right = area.adjusted(_SHARE * area.width() + _GAP, 1.2 * line, -8, 0)
        self._histogram = self._paint_histogram(painter, left, found)
        self._slopes = self._paint_slopes(painter, right, found)
        label(painter, self._histogram.frame.left(), area.top(), tr("units by half-life"), self.theme.muted, 0.0, 0.0)
        label(painter, self._slopes.frame.left(), area.top(), "‖∂sₜ/∂λ‖ ÷ ‖sₜ‖", self.theme.muted, 0.0, 0.0)

    def name_at(self, point: QPointF) -> str:
        """Return how many units a bar stands for, or what a dot says."""
        found = self._found
        if found is None:
            return ""
        if self._histogram is not None and self._histogram.holds(point):
            return _bar(found, self._histogram.at(point)[0])
        if self._slopes is not None and self._slopes.holds(point):
            return _dot(found, self._slopes.at(point)[0])
        return "" if self._slopes is None else tr(_ABOUT)

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return from where to where the half-lives reach, and how much the states hang on the longest."""
        return "…" if self._found is None else "\n".join([*self._told(self._found), tr(_ABOUT)])

    def _told(self, found: Scales) -> list[str]:
        if not len(found.scales.rate):
            return [tr(_NONE)]
        some, told = found.half_lives, []
        if len(some):
            told.append(
                tr("half-lives of {count} units: {first} to {last} steps").format(
                    count=len(some), first=_steps(float(some[0])), last=_steps(float(some[-1]))
                )
            )
            told.append(_dot(found, math.log10(float(some[-1]))))
        if found.lasting:
            told.append(tr("units that lose nothing: {count}").format(count=found.lasting))
        if found.lost:
            told.append(tr("units that lose all at some step: {count}").format(count=found.lost))
        return told

    def _paint_histogram(self, painter: QPainter, area: QRectF, found: Scales) -> Axes:
        edges, counts = found.counted()
        expected = found.expected(edges)
        tallest = max(float(counts.max()), 0.0 if expected is None else float(expected.max()))
        across = _across(found)
        axes = framed(painter, self.theme, area, across, Side.steps(0, tallest * 1.08, 3))
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
            x = axes.x(float(low))
            bar = QRectF(x, axes.y(float(count)), max(axes.x(float(high)) - x - 1.0, 1.0), 0.0)
            bar.setBottom(axes.frame.bottom())
            painter.fillRect(bar, shade(self.theme.curve, 200))
        if expected is not None:
            painter.setPen(pen(self.theme.fit, 1.4 * self.theme.line_width, Qt.PenStyle.DashLine))
            painter.drawPath(axes.curve((edges[:-1] + edges[1:]) / 2, expected))
        apart = [f"{end}: {count}" for end, count in (("0", found.lost), ("∞", found.lasting)) if count]
        label(painter, axes.frame.right(), axes.frame.top(), "   ".join(apart), self.theme.muted, 1.0, 0.0)
        return axes

    def _paint_slopes(self, painter: QPainter, area: QRectF, found: Scales) -> Axes:
        """Draw a dot for each unit, and what linear ones have: dashed of inputs without memory, dotted of a constant one."""
        across = _across(found)
        lives = np.logspace(across.low, across.high, _CURVE)
        curves = [np.log10(one) for one in found.slopes(lives)]
        half, slopes = found.scales.half_lives, found.scales.slope
        some = np.isfinite(half) & (half > 0.0) & np.isfinite(slopes) & (slopes > 0.0)
        x, y = np.log10(half[some]), np.log10(slopes[some])
        low, high = finite_range(np.concatenate([y, *curves]), _LEAST)
        pad = 0.08 * (high - low)
        axes = framed(painter, self.theme, area, across, _side(low - pad, high + pad))
        painter.save()
        painter.setClipRect(axes.frame)
        for curve, style in zip(curves, (Qt.PenStyle.DashLine, Qt.PenStyle.DotLine), strict=True):
            painter.setPen(pen(self.theme.fit, self.theme.line_width, style))
            painter.drawPath(axes.curve(np.log10(lives), curve))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(self.theme.curve, 190))
        for dot in zip(axes.xs(x).tolist(), axes.ys(y).tolist(), strict=True):
            painter.drawEllipse(QPointF(*dot), _DOT, _DOT)
        painter.restore()
        return axes


def _across(found: Scales) -> Side:
    """Return the side of log10 of half-lives, in steps."""
    edges, _ = found.counted()
    return _side(*finite_range(edges, _LEAST))


def _side(low: float, high: float) -> Side:
    """Return a side between two log10 with round numbers on it, whole decades where they are many."""
    marks = ticks_in_decades(low, high, 2, 4)
    plain = [(at, number(10.0**at, 3)) for at in marks]
    return Side(low, high, plain) if plain and abs(low) < _PLAIN > abs(high) else Side.decades(low, high, 3)


def _steps(value: float) -> str:
    return signed(value)


def _bar(found: Scales, log10: float) -> str:
    """Return what a bar of the histogram stands for."""
    edges, counts = found.counted()
    at = int(np.clip(np.searchsorted(edges, log10, side="right") - 1, 0, len(counts) - 1))
    told = tr("half-lives of {first} to {last} steps: {count} units").format(
        first=_steps(10.0 ** float(edges[at])), last=_steps(10.0 ** float(edges[at + 1])), count=int(counts[at])
    )
    expected = found.expected(edges)
    if expected is None:
        return told
    return told + "\n" + tr("a chrono start lets expect {count}").format(count=signed(float(expected[at])))


def _dot(found: Scales, log10: float) -> str:
    """Return how much the state of the unit nearest to a half-life hangs on it, beside theory."""
    half, slopes = found.scales.half_lives, found.scales.slope
    logs: Floats = np.where(np.isfinite(half) & (half > 0.0), np.log10(np.where(half > 0.0, half, 1.0)), np.nan)
    at = int(np.nanargmin(np.abs(logs - log10)))
    free, constant = found.slopes(half[at : at + 1])
    return tr(
        "half-life {steps}: ∂sₜ/∂λ is {slope} times sₜ; of a linear unit {free} where its input has no memory, {constant} "
        "where it is constant"
    ).format(
        steps=_steps(float(half[at])), slope=signed(float(slopes[at])), free=signed(float(free[0])),
        constant=signed(float(constant[0])),
    )  # fmt: skip
