"""The Lyapunov exponents along the sequence, and beside them how they settle with its length."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.lyapunov import Spectrum, asked, spectrum, unmeasured
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import signed, subscript

_OVERFLOWED = mark("Not a number: the network overflowed on the way.")
_SHARE = 0.55
"""Of the width: the exponents, the rest how they settle."""
_GAP = 10.0
_LEAST = 0.02
"""Nats a step: what is drawn spans at least so much."""
_STRANDS = 4
"""So many of the first exponents are followed over the length."""


class LyapunovView(RestingCard):
    """Shows λ_i as bars that stand on or hang from 0 nats a step; when it is seen, those of a new network are asked for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Lyapunov exponents"), "lyapunov", 150)
        self._found: Spectrum | None = None
        self._axes: Axes | None = None
        self._settling: Axes | None = None

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why so wide a state has none here."""
        return unmeasured(inspection.analysis.run)

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return λ₁, and of which layer it is."""
        found = self._found
        if found is None:
            return ""
        told = tr("λ₁ = {rate} nats a step").format(rate=_rate(float(found.exponents[0])))
        return told if not found.part else tr("{told}, of layer {layer}").format(told=told, layer=found.part)

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is not known yet, and show the old ones meanwhile."""
        key = asked(inspection)
        self.ask_at_rest(partial(spectrum, *key), *key[:2])

    def answer(self, result: object) -> None:
        """Show the exponents."""
        assert isinstance(result, Spectrum)
        self._found = result
        self.known()

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bars, and the strands beside them at the same height."""
        self._axes = self._settling = None
        found = self._found
        if found is None:
            page(painter, area, self.theme, "…")
            return
        if np.isnan(found.exponents).all():
            page(painter, area, self.theme, tr(_OVERFLOWED))
            return
        line = painter.fontMetrics().height()
        left = area.adjusted(0, 1.2 * line, 0, 0)
        left.setWidth(_SHARE * area.width())
        right = area.adjusted(_SHARE * area.width() + _GAP, 1.2 * line, -8, 0)
        self._axes = self._paint_spectrum(painter, left, found)
        self._settling = self._paint_settling(painter, right, found)
        self._paint_heads(painter, self._axes, self._settling, area.top())
        self._name_expected(painter, self._settling, found)

    def name_at(self, point: QPointF) -> str:
        """Return the exponent under the pointer, or what λ₁ was over a part of the sequence."""
        found = self._found
        if found is None:
            return ""
        if self._axes is not None and self._axes.holds(point):
            return _beside(found, int(np.clip(round(self._axes.at(point)[0]), 1, len(found.exponents))))
        if self._settling is not None and self._settling.holds(point):
            at = int(np.argmin(np.abs(np.array(found.ends) - self._settling.at(point)[0])))
            return _over(found, at)
        return ""

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was found last stays until there is other
        """Return λ₁ with what it means, how many directions grow, the dimension, and what λ₁ was over the first half."""
        found = self._found
        if found is None:
            return "…"
        if np.isnan(found.exponents).all():
            return tr(_OVERFLOWED)
        told = [_named(found, 1), _meaning(found), *_attractor(found), _over(found, len(found.ends) // 2)]
        if found.expected is not None:
            rate = _rate(float(found.expected[-1]))
            told.append(tr("theory (mean field, N → ∞) expects λ₁ = {rate}").format(rate=rate))
        return "\n".join(told)

    def _paint_spectrum(self, painter: QPainter, area: QRectF, found: Spectrum) -> Axes:
        values = found.exponents
        marks = [
            (1.0, "1"),
            *(tick for tick in Side.steps(1, len(values), 4).ticks if tick[0] > max(1, len(values) // 9)),
        ]
        foot = 8.0 if np.isneginf(values).any() else 0.0
        axes = framed(painter, self.theme, area, Side(0.5, len(values) + 0.5, marks), _side(values), foot)
        self._paint_bars(painter, axes, values)
        if found.limit is not None:
            painter.save()
            painter.setClipRect(axes.frame)
            painter.setPen(pen(self.theme.fit, self.theme.line_width, Qt.PenStyle.DashLine))
            painter.drawPath(axes.curve(np.arange(1.0, len(values) + 1.0), found.limit))
            painter.restore()
        return axes

    def _paint_bars(self, painter: QPainter, axes: Axes, values: Floats) -> None:
        width = max(min(0.72 * axes.frame.width() / len(values), 12.0), 1.0)
        base = axes.y(0.0)
        for index, value in enumerate(values.tolist(), start=1):
            x = axes.x(index) - width / 2
            if value == -math.inf:
                painter.fillRect(QRectF(x, axes.frame.bottom() + 3, width, 5), shade(self.theme.zero, 255))
            elif math.isfinite(value):
                colour = self.theme.grow if value > 0 else self.theme.shrink
                painter.fillRect(QRectF(x, base, width, axes.y(value) - base), shade(colour, 255))
        self._paint_base(painter, axes)

    def _paint_settling(self, painter: QPainter, area: QRectF, found: Spectrum) -> Axes:
        """Draw λ₁, strong, the next ones, and what theory expects, over the steps counted: on a scale of their own."""
        ends, strands = np.array(found.ends, dtype=float), found.running[:, :_STRANDS]
        expected = np.empty(0) if found.expected is None else found.expected
        # The first steps go far off.
        late = len(ends) // 3
        up = _side(np.concatenate([strands[late:].ravel(), expected[late:]]))
        last = max(found.ends[-1], 2)
        axes = framed(painter, self.theme, area, Side(1.0, float(last), Side.steps(1, last, 3).ticks), up)
        self._paint_base(painter, axes)
        painter.save()
        painter.setClipRect(axes.frame)
        for i in range(strands.shape[1])[::-1]:
            width, alpha = (0.7, 120) if i else (1.6, 255)
            painter.setPen(pen(self.theme.curve, width * self.theme.line_width, alpha=alpha))
            painter.drawPath(axes.curve(ends, strands[:, i]))
        if len(expected):
            painter.setPen(pen(self.theme.fit, self.theme.line_width, Qt.PenStyle.DashLine))
            painter.drawPath(axes.curve(ends, expected))
        painter.restore()
        return axes

    def _paint_base(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(pen(self.theme.muted, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), axes.y(0.0), axes.frame.right(), axes.y(0.0)))

    def _paint_heads(self, painter: QPainter, axes: Axes, settling: Axes, top: float) -> None:
        """Say over both halves what stands on their axes."""
        label(painter, axes.frame.left(), top, tr("λᵢ in nats a step"), self.theme.muted, 0.0, 0.0)
        text = tr("over the first t steps")
        if painter.fontMetrics().horizontalAdvance(text) <= settling.frame.width():
            label(painter, settling.frame.right(), top, text, self.theme.muted, 1.0, 0.0)

    def _name_expected(self, painter: QPainter, axes: Axes, found: Spectrum) -> None:
        """Say below its line what theory expects of λ₁."""
        if found.expected is None or not math.isfinite(found.expected[-1]):
            return
        line = painter.fontMetrics().height()
        y = axes.y(float(found.expected[-1]))
        below = y + 1.2 * line < axes.frame.bottom()
        top = y + 3 if below else y - line - 3
        text = tr("λ₁ for N → ∞")
        width = painter.fontMetrics().horizontalAdvance(text)
        if width > axes.frame.width():
            return
        painter.fillRect(QRectF(axes.frame.right() - width - 2, top, width + 2, line), shade(self.theme.card, 190))
        label(painter, axes.frame.right(), top, text, self.theme.fit, 1.0, 0.0)


def _side(values: Floats) -> Side:
    """Return the side of nats a step on which the finite ``values`` and 0 are seen."""
    low, high = finite_range(values, _LEAST, 0.0)
    pad = 0.08 * (high - low)
    return Side.numbers(low - pad, high + pad, 4)


def _rate(value: float) -> str:
    return ("+" if value > 0 else "") + signed(value)


def _named(found: Spectrum, number: int) -> str:
    """Return the exponent ``number``, counted from 1."""
    value, name = float(found.exponents[number - 1]), f"λ{subscript(number)}"
    if value == -math.inf:
        return tr("{name} = −∞: this direction is lost exactly").format(name=name)
    return tr("{name} = {rate} nats a step: ×{factor} each step").format(
        name=name, rate=_rate(value), factor=signed(math.exp(min(value, 700.0)))
    )


def _beside(found: Spectrum, number: int) -> str:
    """Return the exponent ``number``, counted from 1, and what theory expects of it."""
    told = _named(found, number)
    if found.limit is None or math.isnan(found.limit[number - 1]):
        return told
    expected = tr("theory (N → ∞) expects {rate}").format(rate=_rate(float(found.limit[number - 1])))
    return f"{told}\n{expected}"


def _meaning(found: Spectrum) -> str:
    """Return what λ₁ says of a small error."""
    first = float(found.exponents[0])
    if first > 0:
        return tr("a small error doubles every {steps} steps").format(steps=signed(found.predictability))
    if first == 0:
        return tr("a small error stays as it is")
    return tr("a small error halves every {steps} steps").format(steps=signed(math.log(2.0) / -first))


def _attractor(found: Spectrum) -> list[str]:
    """Return what the exponents together say of where the states go."""
    growing = int((found.exponents > 0).sum())
    return [
        tr("directions that grow: {count} of {all}; entropy at most {rate} nats a step").format(
            count=growing, all=len(found.exponents), rate=signed(found.entropy)
        ),
        tr("dimension by Kaplan and Yorke: {dimension} of {all}").format(
            dimension=signed(found.dimension), all=len(found.exponents)
        ),
    ]


def _over(found: Spectrum, at: int) -> str:
    return tr("over the first {t} steps λ₁ is {rate}").format(t=found.ends[at], rate=_rate(float(found.running[at, 0])))
