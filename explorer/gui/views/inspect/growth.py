"""By how much each unit's state grows beyond what enters it as |λ| nears 1, with and without γ, beside theory."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine import Growth, Refusal
from explorer.engine.floats import Floats
from explorer.engine.theory.memory import forward_growth
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.growth import Grown, asked, grown, ungrown
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import signed

_ABOUT = mark(
    "How much larger each unit's state is than what enters it, as |λ| nears 1, where the network is fed with noise: full "
    "dots as if B x itself entered, rings with the γ by which the cell makes it smaller; pale dots for the sequence that is "
    "shown. Dashed what theory says of noise, dotted over so few steps (Orvieto et al. 2023)."
)
_NOTHING = mark("Nothing has entered the units: there is nothing that could grow.")
_SIZES = (0.0, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999)
"""|λ| that are marked on the axis."""
_DOT, _CURVE, _LEAST = 2.2, 60, 1.0
_FULL, _PALE = 200, 60
_FARTHEST = 12.0
"""Decades of growth: as far as |λ| can be told from 1."""


class GrowthView(RestingCard):
    """Shows log10 ‖s‖²/‖b‖² and log10 ‖s‖²/‖B x‖² of each unit over log10 1/(1 − |λ|²)."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Growth of the state"), "growth", 150)
        self._found: Grown | None = None
        self._axes: Axes | None = None

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why nothing is told here."""
        return ungrown(inspection)

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return by how much all states are larger than what they are given."""
        found = self._found
        if found is None or math.isnan(found.shown.with_normalisation):
            return ""
        return "‖s‖²/‖Bx‖² = " + signed(found.shown.with_normalisation)

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is not known yet, and show the old ones meanwhile."""
        course, exploration = asked(inspection)
        self.ask_at_rest(partial(grown, course, exploration), course)

    def answer(self, result: object) -> None:
        """Show what was found."""
        assert isinstance(result, Grown)
        self._found = result
        self.known()

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint a dot and a ring for each unit, and the curves of theory."""
        self._axes, found = None, self._found
        if found is None:
            page(painter, area, self.theme, "…")
            return
        x, plain, normal = _places(found.noise)
        if not np.isfinite(plain).any():
            page(painter, area, self.theme, tr(_NOTHING))
            return
        _, shown, _ = _places(found.shown)
        line = painter.fontMetrics().height()
        across = _across(x)
        low, high = finite_range(np.concatenate([plain, normal, shown, [across.high]]), _LEAST, 0.0)
        pad = 0.06 * (high - low)
        up = Side.decades(low - pad, high + pad)
        axes = self._axes = framed(painter, self.theme, area.adjusted(0, 1.2 * line, -8, 0), across, up)
        self._paint_curves(painter, axes, found.noise.steps)
        painter.save()
        painter.setClipRect(axes.frame)
        self._paint_dots(painter, axes, x, shown, _PALE)
        self._paint_dots(painter, axes, x, normal, 0)
        self._paint_dots(painter, axes, x, plain, _FULL)
        painter.restore()
        label(painter, axes.frame.left(), area.top(), tr("‖s‖²/‖b‖², by |λ|"), self.theme.muted, 0.0, 0.0)

    def name_at(self, point: QPointF) -> str:
        """Return the unit under the pointer, beside the axes what is meant."""
        if self._found is None or self._axes is None:
            return ""
        if not self._axes.holds(point):
            return tr(_ABOUT)
        x, plain, normal = _places(self._found.noise)
        at, up = self._axes.at(point)
        wide, high = self._axes.right - self._axes.left, self._axes.top - self._axes.bottom
        away = np.fmin(np.abs(plain - up), np.abs(normal - up)) / high
        nearest = np.hypot((x - at) / wide, away)
        return "" if np.isnan(nearest).all() else _named(self._found, int(np.nanargmin(nearest)))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return the growth of all units together, with γ and without, measured and by theory."""
        found = self._found
        if found is None:
            return "…"
        noise, shown = found.noise, found.shown
        if not (noise.entered > 0.0).any():
            return tr(_NOTHING)
        told = []
        if not math.isnan(shown.with_normalisation):
            told.append(tr("here ‖s‖² is {measured} times ‖Bx‖²").format(measured=signed(shown.with_normalisation)))
        if not math.isnan(noise.with_normalisation):
            told += [
                tr("fed with noise {measured} times; theory: {expected}").format(
                    measured=signed(noise.with_normalisation), expected=signed(noise.expected_with_normalisation)
                ),
                tr("without γ it would be {measured} times; theory: {expected}").format(
                    measured=signed(noise.without_normalisation), expected=signed(noise.expected_without_normalisation)
                ),
            ]
        if found.ring is not None and found.radii is not None:
            told.append(
                tr("of infinitely many units and steps, |λ| from {low} to {high}: {ring} without γ, 1 with it").format(
                    low=f"{found.radii[0]:g}", high=f"{found.radii[1]:g}", ring=signed(found.ring)
                )
            )
        return "\n".join([*told, _named(found, int(np.argmax(noise.size))), tr(_ABOUT)])

    def _paint_curves(self, painter: QPainter, axes: Axes, steps: int) -> None:
        """Draw what theory says in the long run, dashed, over so many steps, dotted, and with γ, at one."""
        x = np.linspace(axes.left, axes.right, _CURVE)
        sizes = np.sqrt(np.maximum(-np.expm1(-np.maximum(x, 0.0) * math.log(10.0)), 0.0))
        painter.save()
        painter.setClipRect(axes.frame)
        for y, style in (
            (x, Qt.PenStyle.DashLine), (np.log10(forward_growth(sizes, steps)), Qt.PenStyle.DotLine),
            (np.zeros(_CURVE), Qt.PenStyle.DashLine),
        ):  # fmt: skip
            painter.setPen(pen(self.theme.fit, self.theme.line_width, style))
            painter.drawPath(axes.curve(x, y))
        painter.restore()

    def _paint_dots(self, painter: QPainter, axes: Axes, x: Floats, y: Floats, alpha: int) -> None:
        """Draw a dot for each unit, a ring where it is transparent."""
        painter.setPen(Qt.PenStyle.NoPen if alpha else pen(self.theme.curve, 0.8))
        painter.setBrush(shade(self.theme.curve, alpha) if alpha else Qt.BrushStyle.NoBrush)
        known = np.isfinite(x) & np.isfinite(y)
        for dot in zip(axes.xs(x[known]).tolist(), axes.ys(y[known]).tolist(), strict=True):
            painter.drawEllipse(QPointF(*dot), _DOT, _DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _places(growth: Growth) -> tuple[Floats, Floats, Floats]:
    """Return log10 of 1/(1 − |λ|²), of the growth without γ and of that with it (U,); no number from |λ| = 1 on."""
    with np.errstate(all="ignore"):
        x = -np.log10((1.0 - growth.size) * (1.0 + growth.size))
        plain = np.log10(growth.growth)
        return x, plain, plain + np.log10(growth.normalisation)


def _across(x: Floats) -> Side:
    """Return the side of log10 1/(1 − |λ|²), marked by |λ|."""
    _, high = finite_range(x, 0.2, 0.0)
    high = min(1.05 * high, _FARTHEST)
    marks = [(-math.log10(1.0 - size**2), f"{size:g}") for size in _SIZES]
    return Side(0.0, high, [one for one in marks if one[0] <= high])


def _named(found: Grown, at: int) -> str:
    """Return what a unit does fed with noise, beside theory, and with the sequence that is shown."""
    noise = found.noise
    told = tr("|λ| = {size}: fed with noise {measured} times what enters; theory: {expected}; here {shown}").format(
        size=f"{noise.size[at]:.6g}", measured=signed(float(noise.growth[at])),
        expected=signed(float(noise.expected[at])), shown=signed(float(found.shown.growth[at])),
    )  # fmt: skip
    gamma = float(noise.normalisation[at])
    if math.isnan(gamma):
        return told
    product = signed(gamma * float(noise.growth[at]))
    return told + "\n" + tr("γ² = {gamma}: {product} times ‖Bx‖²").format(gamma=signed(gamma), product=product)
