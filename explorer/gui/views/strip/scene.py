"""What the painters of the unrolled network share: the moment to be drawn and how strong each part of it is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from explorer.engine.floats import Floats
from explorer.gui.core.view import Playhead
from explorer.gui.plot.theme import Theme
from explorer.gui.views.strip.layout import Layout
from explorer.gui.views.strip.picture import Picture
from explorer.workspace.looks.river import Stream

UNREACHED = 0.34
"""How strong is drawn what lies after t: the gradient of s_t does not go there."""
NOT_YET = 0.14
"""How strong is drawn what the forward pass has not reached."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of the strip: what, where, in which look, and from which to which step it is seen.

    ``metrics`` measure the ``font``; ``origin`` is where s_0 stands, ``width`` how much is seen, in pixels. ``stream`` is the
    gradient in the lanes, where there is one.
    """

    picture: Picture
    layout: Layout
    theme: Theme
    font: QFont
    metrics: QFontMetricsF
    playhead: Playhead
    t: int
    k: int
    origin: float
    first: int
    last: int
    width: float
    stream: Stream | None = None

    def at(self, step: float) -> float:
        """Return where ``step`` stands, in pixels."""
        return self.origin + step * self.layout.spacing

    @property
    def reached(self) -> int:
        """Return the last step that the forward pass has reached."""
        return self.playhead.step if self.playhead.phase == "forward" else self.picture.steps

    @property
    def arrived(self) -> int:
        """Return the earliest step that the gradient has come back to."""
        return self.playhead.step if self.playhead.phase == "backward" else 0

    @property
    def heard(self) -> tuple[int, int]:
        """Return the first and the last step at which what arrives of the gradient is shown by now.

        Until the forward pass is over there is none, and the last comes before the first.
        """
        low, high = self.picture.span
        if self.playhead.phase == "forward":
            return max(low, 0), max(low, 0) - 1
        if self.picture.backward:
            return max(low, 0), min(high, self.playhead.step if self.playhead.phase == "backward" else high)
        return max(low, self.arrived), high

    def parts(self) -> Iterator[tuple[int, int, float]]:
        """Yield (first, last, strength) of the steps that are seen: up to t, beyond t, not yet reached."""
        t, reached, steps = self.picture.t, self.reached, self.picture.steps
        if self.picture.backward:
            found = (0, t - 1, UNREACHED), (t, steps, 1.0), (steps + 1, steps, NOT_YET)
        else:
            found = (0, min(t, reached), 1.0), (t + 1, reached, UNREACHED), (reached + 1, steps, NOT_YET)
        for low, high, strength in found:
            low, high = max(low, self.first), min(high, self.last)
            if low <= high:
                yield low, high, strength

    @property
    def frame_key(self) -> Hashable:
        """Return what all that does not show a number depends on."""
        return (
            self.layout, self.theme, self.origin, self.first, self.last,
            self.picture.steps, self.picture.t, self.reached, self.t, self.k, self.picture.worded,
            self.picture.backward,
        )  # fmt: skip


def line_width(places: Floats, full: float) -> Floats:
    """Return how wide lines are for gains at ``places`` −1..1 of their scale: ``full`` for 1, a hairline below."""
    inside = np.clip(np.where(np.isnan(places), 0.0, places), -1.0, 1.0)
    return full * np.where(inside < 0.0, np.maximum(1.0 + inside, 0.9 / full), 1.0 + 0.7 * inside)


def rounded(colour: str | QColor, width: float = 1.0) -> QPen:
    """Return a pen with flat ends and round joins."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def with_alpha(colour: str, share: float) -> QColor:
    """Return ``colour``, let through by ``share`` 0..1."""
    result = QColor(colour)
    result.setAlphaF(share)
    return result


def cross(painter: QPainter, centre: QPointF, size: float) -> None:
    """Draw the cross of what is exactly zero."""
    x, y = centre.x(), centre.y()
    painter.drawLine(QPointF(x - size, y - size), QPointF(x + size, y + size))
    painter.drawLine(QPointF(x - size, y + size), QPointF(x + size, y - size))


def head(x: float, y: float, size: float) -> QPolygonF:
    """Return the head of an arrow that points right and ends at (x, y); a negative size points left."""
    return QPolygonF([QPointF(x, y), QPointF(x - size, y - abs(size) * 0.62), QPointF(x - size, y + abs(size) * 0.62)])


def box(centre: float, width: float, top: float, height: float) -> QRectF:
    """Return the rectangle about ``centre``."""
    return QRectF(centre - width / 2, top, width, height)
