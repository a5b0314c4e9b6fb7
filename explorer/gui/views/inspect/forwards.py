"""What is left of a gradient that is carried forwards from the start by inverted Jacobians, instead of backwards."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine import Forwards, Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.forwards import carried, uncarried
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import factor, scientific, signed

_ABOUT = mark(
    "What ∂L/∂sₖ would be if it were carried forwards from the start, by inverting each Jacobian: exact but for rounding, "
    "which is stretched by as much as a step forgets (Zucchet, Pourcel and Ernoult 2026)."
)
_LN10 = math.log(10.0)
_ROUNDING = math.log10(float(np.finfo(np.float64).eps))


class ForwardsView(RestingCard):
    """Shows log10 ‖ĝ_k − g_k‖/‖g_k‖ over k, and beside it the rounding times the condition number of the product."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Errors carried forwards"), "forwards", 140)
        self._found: Forwards | None = None
        self._rate = math.nan
        self._axes: Axes | None = None

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why nothing can be carried forwards here."""
        return uncarried(inspection)

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return by how much the deviation grows a step, or where it ends."""
        found = self._found
        if found is None:
            return ""
        if found.stuck is not None or math.isnan(self._rate):
            return self._outcome(found)
        return tr("×{factor} a step").format(factor=factor(self._rate))

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is not known yet, and show the old one meanwhile."""
        course, t = inspection.analysis.run.course, inspection.t
        self.ask_at_rest(partial(carried, course, t), course, t)

    def answer(self, result: object) -> None:
        """Show what was recovered."""
        assert isinstance(result, Forwards)
        # It is said at every gesture, and a straight line is fitted for it.
        self._found, self._rate = result, result.rate
        self.known()

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint the deviation, and what the condition number lets expect."""
        self._axes, found = None, self._found
        if found is None:
            page(painter, area, self.theme, "…")
            return
        if not np.isfinite(found.log_deviation).any():
            page(painter, area, self.theme, self._outcome(found))
            return
        line, t = painter.fontMetrics().height(), len(found.log_deviation) - 1
        steps = Side.steps(0, t, 5, self._told)
        up = _side(found)
        axes = self._axes = framed(painter, self.theme, area.adjusted(0, 1.2 * line, -8, 0), steps, up)
        self._paint_curves(painter, axes, found)
        label(painter, axes.frame.left(), area.top(), tr("share that is wrong, at step k"), self.theme.muted, 0.0, 0.0)

    def name_at(self, point: QPointF) -> str:
        """Return what is left at the step under the pointer, beside the axes what is meant."""
        if self._found is None or self._axes is None:
            return ""
        if not self._axes.holds(point):
            return tr(_ABOUT)
        last = len(self._found.log_deviation) - 1
        return self._at(self._found, int(np.clip(round(self._axes.at(point)[0]), 0, last)))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return what is recovered at the end, how fast that fails, and what the condition number lets expect."""
        found = self._found
        if found is None:
            return "…"
        told = [self._outcome(found)]
        if np.isfinite(found.log_deviation).any():
            told.append(self._at(found, int(np.flatnonzero(np.isfinite(found.log_deviation))[-1])))
        if math.isfinite(found.condition_rate):
            told.append(
                tr("the condition number of ∂sₜ/∂s₀ grows by {decades} decades a step").format(
                    decades=signed(found.condition_rate / _LN10)
                )
            )
        return "\n".join([*told, tr(_ABOUT)])

    def _paint_curves(self, painter: QPainter, axes: Axes, found: Forwards) -> None:
        """Draw the deviation, strong, what is expected of it, dashed, and where nothing is right any more."""
        k = np.arange(len(found.log_deviation), dtype=float)
        if axes.bottom < 0.0 < axes.top:
            painter.setPen(pen(self.theme.bound, 1.0))
            painter.drawLine(QLineF(axes.frame.left(), axes.y(0.0), axes.frame.right(), axes.y(0.0)))
        painter.save()
        painter.setClipRect(axes.frame)
        painter.setPen(pen(self.theme.fit, self.theme.line_width, Qt.PenStyle.DashLine))
        painter.drawPath(axes.curve(np.array(found.steps, dtype=float), _expected(found)))
        painter.setPen(pen(self.theme.curve, 1.6 * self.theme.line_width))
        painter.drawPath(axes.curve(k, found.log_deviation / _LN10))
        painter.restore()
        self._name_expected(painter, axes)

    def _name_expected(self, painter: QPainter, axes: Axes) -> None:
        text = tr("rounding × condition number")
        width, line = painter.fontMetrics().horizontalAdvance(text), painter.fontMetrics().height()
        ground = shade(self.theme.card, 190)
        if width + 30 <= axes.frame.width():
            label(painter, axes.frame.right(), axes.frame.bottom() - line, text, self.theme.fit, 1.0, 0.5, ground)

    def _outcome(self, found: Forwards) -> str:
        if found.stuck is not None:
            return tr("J at step {k} has no inverse: what is forgotten there cannot be had back").format(
                k=self._told_step(found.stuck)
            )
        if math.isnan(float(found.log_gradient[0])):
            return tr("Not a number: the network overflowed on the way.")
        if float(found.log_gradient[0]) == -math.inf:
            return tr("nothing of the gradient reaches the start: there is nothing to be carried forwards")
        return tr("the error grows by {decades} decades a step").format(decades=signed(self._rate / _LN10))

    def _at(self, found: Forwards, k: int) -> str:
        """Return how far off what is recovered is at step k."""
        log = float(found.log_deviation[k])
        if log == -math.inf:
            return tr("k = {k}: here it begins").format(k=self._told(k))
        if math.isnan(log):
            return tr("k = {k}: nothing is known").format(k=self._told(k))
        return tr("k = {k}: ∂L/∂sₖ is off by {share} of its size").format(
            k=self._told(k), share=scientific(log / _LN10)
        )

    def _told(self, k: int) -> int:
        """Return which state of the sequence a state of the chain is."""
        return k if self.inspection is None else self.inspection.time(k)

    def _told_step(self, k: int) -> int:
        return k if self.inspection is None else self.inspection.step(k)


def _expected(found: Forwards) -> Floats:
    return _ROUNDING + found.log_condition / _LN10


def _side(found: Forwards) -> Side:
    low, high = finite_range(np.append(found.log_deviation / _LN10, _expected(found)), 1.0)
    pad = 0.06 * (high - low)
    return Side.decades(low - pad, high + pad)
