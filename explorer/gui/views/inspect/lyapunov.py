"""The Lyapunov exponents along the sequence, and beside them how they settle with its length."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.card_axes import Axes, columns, finite_range, framed, label, page, pen, rows, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.ticks import Side
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.lyapunov import Spectrum, asked, spectrum, unmeasured
from explorer.workspace.words.numbers import signed, subscript

_OVERFLOWED = mark("Not a number: the network overflowed on the way.")
_SHARE = 0.55
"""Of the width: the exponents, the rest how they settle."""
_GAP = 14.0
_LEAST = 0.02
"""Nats a step: what is drawn spans at least so much."""
_STRANDS = 24
"""So many exponents are followed over the length, the first ones and some of the others."""


class LyapunovView(InspectCard):
    """Shows λ_i as bars that stand on or hang from 0 nats a step; a new sequence or network is asked for when it is seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Lyapunov exponents"), "lyapunov", 150)
        self._found: Spectrum | None = None
        self._key: tuple[object, str] | None = None
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
        if self._key is None or self._key[0] is not key[0] or self._key[1] != key[1]:
            self._key = key
            self.asked.emit(partial(spectrum, *key))

    def finish(self) -> None:
        """Work them out at once: for pictures."""
        if self.inspection is not None and self.lacking(self.inspection) is None:
            for found in spectrum(*asked(self.inspection), lambda: False, lambda _: None):
                self.answer(found)

    def answer(self, result: object) -> None:
        """Show the exponents."""
        assert isinstance(result, Spectrum)
        self._found = result
        if self.inspection is not None:
            self.set_subtitle(self.summary(self.inspection))
        self.canvas.update()

    def paint(self, painter: QPainter, area: QRectF) -> None:
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
        low, high = finite_range(np.append(found.exponents, found.running[len(found.running) // 2 :, 0]), _LEAST, 0.0)
        pad = 0.08 * (high - low)
        up = Side.numbers(low - pad, high + pad, 4)
        left = area.adjusted(0, 1.2 * line, 0, 0)
        left.setWidth(_SHARE * area.width())
        self._axes = self._paint_spectrum(painter, left, up, found)
        self._settling = self._paint_settling(painter, self._axes, area.right() - 8, found)
        self._paint_heads(painter, self._axes, self._settling, area.top())

    def name_at(self, point: QPointF) -> str:
        """Return the exponent under the pointer, or what λ₁ was over a part of the sequence."""
        found = self._found
        if found is None:
            return ""
        if self._axes is not None and self._axes.holds(point):
            return _named(found, int(np.clip(round(self._axes.at(point)[0]), 1, len(found.exponents))))
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
        return "\n".join([_named(found, 1), _meaning(found), *_attractor(found), _over(found, len(found.ends) // 2)])

    def _paint_spectrum(self, painter: QPainter, area: QRectF, up: Side, found: Spectrum) -> Axes:
        values = found.exponents
        marks = [
            (1.0, "1"),
            *(tick for tick in Side.steps(1, len(values), 4).ticks if tick[0] > max(1, len(values) // 9)),
        ]
        foot = 8.0 if np.isneginf(values).any() else 0.0
        axes = framed(painter, self.theme, area, Side(0.5, len(values) + 0.5, marks), up, foot)
        self._paint_bars(painter, axes, values)
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

    def _paint_settling(self, painter: QPainter, beside: Axes, right: float, found: Spectrum) -> Axes:
        """Draw λ₁, strong, and some of the others over the steps that are counted."""
        frame = QRectF(beside.frame)
        frame.setLeft(beside.frame.right() + _GAP)
        frame.setRight(right)
        last = found.ends[-1]
        axes = Axes(frame, min(1.0, 0.5 * last), float(max(last, 2)), beside.bottom, beside.top)
        rows(painter, self.theme, axes, ())
        columns(painter, self.theme, axes, Side.steps(1, max(last, 2), 3).ticks)
        self._paint_base(painter, axes)
        ends, count = np.array(found.ends, dtype=float), len(found.exponents)
        painter.save()
        painter.setClipRect(frame)
        for i in np.unique(np.linspace(0, count - 1, min(count, _STRANDS)).round().astype(int))[::-1].tolist():
            width, alpha = (0.6, 110) if i else (1.6, 255)
            painter.setPen(pen(self.theme.curve, width * self.theme.line_width, alpha=alpha))
            painter.drawPath(axes.curve(ends, found.running[:, i]))
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
