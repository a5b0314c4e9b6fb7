"""What the pictures of the card "Try it" have in common."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.gui.plot.card_axes import Axes, columns, label, pen
from explorer.gui.plot.theme import Theme
from explorer.gui.words.class_names import spoken
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import share
from explorer.workspace.looks.tryout import Tried
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import signed

_MOST_FLAGS, _MOST_TOLD = 6, 5
_MOST_OF_A_WORD = 5.0
"""Heights of a line that a word written upright may have."""


class Picture(Protocol):
    """One way to draw what a network says; ``height`` is in pixels at ten points of type."""

    height: int

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint everything into ``area``."""

    def summary(self) -> str:
        """Return the answer after the chosen step in few words."""

    def name_at(self, point: QPointF) -> str:
        """Return what is at a pixel, "" for nothing."""

    def step_at(self, point: QPointF) -> int:
        """Return the step at a pixel, 0 for none."""

    def symbol_at(self, point: QPointF) -> str:
        """Return the symbol at a pixel that can be gone on with, "" for none."""


def called(tried: Tried, output: int) -> str:
    """Return what an output is called in the language that is spoken."""
    return spoken(tried.names[output], tried.names)


def answers(tried: Tried) -> str:
    """Return the largest outputs after the chosen step, the largest first, and what is to be said where that is known."""
    said = tried.said[tried.t - 1]
    lines = [f"{called(tried, j)}: {_number(tried, float(said[j]))}" for j in (-said).argsort()[:_MOST_TOLD].tolist()]
    if tried.target >= 0:
        lines.append(tr("target: {name}").format(name=called(tried, tried.target)))
    return "\n".join([f"t = {tried.t}", *lines])


def _number(tried: Tried, value: float) -> str:
    return signed(value, 3) if tried.readout == "identity" else share(value)


def aimed(tried: Tried) -> str:
    """Return what a target is called that the loss takes though nobody knows the answer, "" for none."""
    if tried.aim is None:
        return ""
    if tried.readout == "softmax":
        return called(tried, round(tried.aim) - 1)
    names = {1.0: called(tried, 0), 0.0: tr("not {name}").format(name=called(tried, 0))}
    return names.get(tried.aim, share(tried.aim))


def after(tried: Tried, t: int) -> str:
    """Return the head of a sentence about the answer after step t: its word where there is one."""
    if tried.fed.symbolic:
        return tr("after “{word}”").format(word=tried.fed.shown[t - 1])
    return tr("after step {t}").format(t=t)


def ring(painter: QPainter, theme: Theme, at: QPointF, radius: float = 5.0) -> None:
    """Draw the circle that marks what is to be said."""
    painter.setPen(pen(theme.text, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, radius, radius)


def dot(painter: QPainter, colour: str, at: QPointF, radius: float) -> None:
    """Draw a filled point."""
    dab = QPen(pen(colour, 2 * radius))
    dab.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(dab)
    painter.drawPoint(at)


def chosen_step(painter: QPainter, theme: Theme, axes: Axes, t: float) -> None:
    """Draw the line at the chosen step."""
    painter.setPen(pen(theme.selection, 1.0, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(axes.x(t), axes.frame.top()), QPointF(axes.x(t), axes.frame.bottom()))


def room_for_steps(painter: QPainter, tried: Tried, width: float) -> float:
    """Return the height that the names of the steps need under axes ``width`` pixels wide."""
    if _stands(painter, tried, width):
        longest = max(map(painter.fontMetrics().horizontalAdvance, tried.fed.shown))
        return min(longest, _MOST_OF_A_WORD * painter.fontMetrics().height()) + 8.0
    return painter.fontMetrics().height() + 6.0


def name_steps(painter: QPainter, theme: Theme, axes: Axes, tried: Tried) -> None:
    """Write the words under their steps, upright where they are long; the steps' numbers where there are too many."""
    texts = tried.fed.shown
    if _lies(painter, tried, axes.frame.width()):
        for t, text in enumerate(texts, start=1):
            colour = theme.text if t == tried.t else theme.muted
            label(painter, axes.x(t), axes.frame.bottom() + 5, text, colour, 0.5, 0.0)
    elif _stands(painter, tried, axes.frame.width()):
        for t, text in enumerate(texts, start=1):
            _write_upright(
                painter, axes.x(t), axes.frame.bottom() + 6, text, theme.text if t == tried.t else theme.muted
            )
    else:
        columns(painter, theme, axes, Side.steps(1, max(axes.right, 2), 6).ticks)


def flagged(tried: Tried) -> list[int]:
    """Return the steps of the rare symbols among common ones: what is to be remembered stands out."""
    count = Counter(tried.fed.labels)
    rare = [t for t, symbol in enumerate(tried.fed.labels, start=1) if count[symbol] <= 2]
    return rare if tried.fed.symbolic and len(rare) <= min(_MOST_FLAGS, tried.steps // 4) else []


def flag_steps(painter: QPainter, theme: Theme, axes: Axes, tried: Tried) -> None:
    """Write the rare symbols above the axes, each over a line at its step."""
    for t in flagged(tried):
        painter.setPen(pen(theme.threshold, 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(axes.x(t), axes.frame.top()), QPointF(axes.x(t), axes.frame.bottom()))
        label(painter, axes.x(t), axes.frame.top() - 5, tried.fed.shown[t - 1], theme.text, 0.5, 1.0)


def _lies(painter: QPainter, tried: Tried, width: float) -> bool:
    """Return whether the words have room side by side."""
    widest = max(map(painter.fontMetrics().horizontalAdvance, tried.fed.shown))
    return tried.fed.symbolic and (widest + 3) * (tried.steps - 1) <= width


def _stands(painter: QPainter, tried: Tried, width: float) -> bool:
    """Return whether the words have room upright only."""
    fits = painter.fontMetrics().height() * 0.85 * (tried.steps - 1) <= width
    return tried.fed.symbolic and fits and not _lies(painter, tried, width)


def _write_upright(painter: QPainter, x: float, y: float, text: str, colour: str) -> None:
    """Write ``text`` so that it is read from below, its end at (x, y)."""
    most = int(_MOST_OF_A_WORD * painter.fontMetrics().height())
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, most)
    painter.save()
    painter.translate(x, y)
    painter.rotate(-90)
    label(painter, 0.0, 0.0, shown, colour, 1.0, 0.5)
    painter.restore()
