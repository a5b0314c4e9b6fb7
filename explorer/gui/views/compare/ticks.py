"""The axes of a column's map: steps t upwards, steps k to the right, the chosen pair with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter

from explorer.gui.plot.card_axes import Axes, label, pen
from explorer.gui.plot.steps import LEAST_FOR_WORDS, named_step
from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.ticks import whole_ticks

_LINES = 2.2
"""In lines of text: how far apart the numbers of t are at least."""


def paint_frame(painter: QPainter, axes: Axes, theme: Theme, marked: bool, focused: bool) -> None:
    """Draw the frame, a strong one around the active network, another around what has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.accent if marked else theme.border, 1.0 + marked))
    painter.drawRect(axes.frame)
    if focused:
        painter.setPen(pen(theme.text, 2.0))
        painter.drawRect(axes.frame.adjusted(-2, -2, 2, 2))


def paint_upwards(painter: QPainter, axes: Axes, theme: Theme, steps: int, t: int) -> None:
    """Number the rows at the left, the chosen one in its colour, and name the axis at its top, or under the chosen one there.

    Every other number gives way to both, as below the map.
    """
    high, frame = painter.fontMetrics().height(), axes.frame

    def place(step: int) -> float:
        return min(max(axes.y(step), frame.top() + high / 2 - 2), frame.bottom() - high / 2 + 2)

    top = place(steps)
    name = top if place(t) - top >= high else place(t) + high
    for step in map(int, whole_ticks(0, steps, min(frame.height() / (_LINES * high), 8.0))):
        if axes.bottom < step and all(abs(place(step) - one) >= high for one in (place(t), name)):
            label(painter, frame.left() - 4, place(step), str(step), theme.muted, 1.0, 0.5)
    label(painter, frame.left() - 4, place(t), str(t), theme.accent, 1.0, 0.5)
    if name + high / 2 <= frame.bottom():
        label(painter, frame.left() - 4, name, "t ↑", theme.muted, 1.0, 0.5)


def paint_across(
    painter: QPainter, axes: Axes, theme: Theme, steps: int, k: int, edge: float, words: Sequence[str]
) -> None:
    """Name the columns below, the chosen one in its colour, and the axis at its right end, before ``edge``.

    A step is called by its number, and by the word that is read there where ``words`` have room.
    """
    metrics, frame = painter.fontMetrics(), axes.frame
    wide = metrics.horizontalAdvance(str(steps)) + 2 * metrics.height()
    name = "k →"
    taken = edge - metrics.horizontalAdvance(name) - 6.0
    named = words if axes_step(axes, frame.width()) >= LEAST_FOR_WORDS else ()
    apart = _apart(steps, k, frame.width() / wide, 0.6 * wide / axes_step(axes, frame.width()))
    free = frame.left() - wide
    own = _extent(metrics, axes, named_step(k, named), k, edge)
    for step in range(steps + 1) if named else apart:
        text = named_step(step, named)
        left, right = _extent(metrics, axes, text, step, edge)
        if step != k and left >= free and right < taken and (right < own[0] or own[1] < left):
            label(painter, (left + right) / 2, frame.bottom() + 2, text, theme.muted, 0.5, 0.0)
            free = right + metrics.horizontalAdvance(" ")
    label(painter, sum(own) / 2, frame.bottom() + 2, named_step(k, named), theme.accent, 0.5, 0.0)
    if own[1] < taken:
        label(painter, edge, frame.bottom() + 2, name, theme.muted, 1.0, 0.0)


def _extent(metrics: QFontMetrics, axes: Axes, text: str, step: int, edge: float) -> tuple[float, float]:
    """Return from where to where a label under a step goes, before ``edge``."""
    half = metrics.horizontalAdvance(text) / 2
    middle = min(axes.x(step), edge - half)
    return middle - half, middle + half


def number_across(painter: QPainter, axes: Axes, theme: Theme, steps: int, own: tuple[int, ...]) -> None:
    """Number the steps below, those of the chosen pair, its own, in their colour; every other gives way to them."""
    metrics, frame = painter.fontMetrics(), axes.frame
    wide = metrics.horizontalAdvance(str(steps)) + 2 * metrics.height()
    least = 0.6 * wide / axes_step(axes, frame.width())
    for step in whole_ticks(0, steps, frame.width() / wide):
        inside = axes.x(step) + metrics.horizontalAdvance(str(int(step))) / 2 <= frame.right()
        if inside and all(abs(step - one) >= least for one in own):
            label(painter, axes.x(step), frame.bottom() + 1, str(int(step)), theme.muted, 0.5, 0.0)
    earlier, later = min(own), max(own)
    for one in (later, earlier) if later - earlier >= least else (later,):
        half = metrics.horizontalAdvance(str(one)) / 2
        label(painter, min(axes.x(one), frame.right() - half), frame.bottom() + 1, str(one), theme.accent, 0.5, 0.0)


def axes_step(axes: Axes, length: float) -> float:
    """Return how many pixels a step has on an axis so long."""
    return length / (axes.right - axes.left)


def _apart(steps: int, own: int, most: float, least: float) -> Iterator[int]:
    """Yield the steps to be numbered that are at least so many steps from the chosen one."""
    for step in whole_ticks(0, steps, most):
        if abs(step - own) >= least:
            yield int(step)
