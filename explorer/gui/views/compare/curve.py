"""One network's row as a curve: its line, where that leaves the axis, its zeros, its point and its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, pen, shade, stroke_pixels
from explorer.gui.plot.exits import BESIDE, draw_exits, draw_head, entry, exits
from explorer.gui.plot.labels import Label, beside, stacked
from explorer.gui.plot.patterns import fill
from explorer.gui.plot.theme import Theme

_ZERO, _DOT = 3.0, 4.5


@dataclass(frozen=True, slots=True)
class Curve:
    """One network's row: ``gains`` are log10 (t+1,) over k, −inf for a true zero."""

    name: str
    colour: str
    gains: Floats
    active: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A curve on axes: ``x`` and ``y`` (t+1,) are the pixels of its steps, NaN for what has none."""

    curve: Curve
    x: Floats
    y: Floats

    @classmethod
    def of(cls, curve: Curve, axes: Axes) -> Trace:
        """Return the pixels of ``curve`` on ``axes``."""
        return cls(curve, axes.xs(np.arange(len(curve.gains), dtype=np.float64)), axes.ys(curve.gains))

    def leftmost(self, frame: QRectF) -> tuple[int, QPointF] | None:
        """Return its first step in sight, and where its line comes into sight."""
        inside = np.flatnonzero((self.y >= frame.top()) & (self.y <= frame.bottom()))
        if not len(inside):
            return None
        first = int(inside[0])
        return first, entry(self.x, self.y, first, frame.top(), frame.bottom())

    def at(self, k: int) -> QPointF | None:
        """Return where step ``k`` is, None where that has no gain."""
        if k >= len(self.y) or not np.isfinite(self.y[k]):
            return None
        return QPointF(float(self.x[k]), float(self.y[k]))


def paint_curve(painter: QPainter, trace: Trace, frame: QRectF, theme: Theme) -> None:
    """Draw the line of a curve, and its zeros on the floor of the ``frame``."""
    colour = trace.curve.colour
    painter.setPen(pen(colour, theme.line_width * (1.5 if trace.curve.active else 1.1)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    stroke_pixels(painter, trace.x, trace.y)
    for x in trace.x[trace.curve.gains == -np.inf].tolist():
        place = QRectF(x - _ZERO, frame.bottom() - 2 * _ZERO - 1, 2 * _ZERO, 2 * _ZERO)
        fill(painter, place, theme.zero, "zero", theme)
        painter.setPen(pen(colour, 1.0))
        painter.drawRect(place)


def paint_points(painter: QPainter, traces: Sequence[Trace], frame: QRectF, k: int, theme: Theme) -> None:
    """Mark step ``k`` on each curve, and over that where curves leave the axis.

    A step beyond the axis is an arrow head at its end, of several one behind the other.
    """
    top, bottom = frame.top(), frame.bottom()
    there = [(trace.curve.colour, at) for trace in traces if (at := trace.at(k)) is not None]
    for colour, at in there:
        if top <= at.y() <= bottom:
            painter.setPen(pen(theme.card, 1.5))
            painter.setBrush(shade(colour, 255))
            painter.drawEllipse(at, _DOT, _DOT)
    for trace in traces:
        draw_exits(painter, exits(trace.x, trace.y, top, bottom), top, trace.curve.colour, theme.card)
    for upwards, edge, inwards in ((True, top, BESIDE), (False, bottom, -BESIDE)):
        beyond = [(colour, at.x()) for colour, at in there if (at.y() < top if upwards else at.y() > bottom)]
        for i, (colour, x) in enumerate(beyond):
            draw_head(painter, QPointF(x, edge + i * inwards), upwards, colour, theme.card)


def names_of(traces: Sequence[Trace], frame: QRectF, small: QFont, taken: QRectF | None) -> list[Label]:
    """Return the names of curves where they come into sight, none over another nor over what is ``taken``."""
    area = frame.adjusted(2, 1, -2, -1)

    def order(label: Label) -> tuple[float, float]:
        # Of two lines that leave at the foot the upper one leaves further left, at the top the lower one.
        return label.level, label.box.right() if label.level > area.center().y() else -label.box.right()

    found = sorted(_names(traces, frame, small), key=order)
    placed = stacked(found, area)
    if taken is None or not any(label.box.intersects(taken) for label in placed):
        return placed
    if taken.center().y() > area.center().y():
        area.setBottom(taken.top())
    else:
        area.setTop(taken.bottom())
    return stacked(found, area)


def _names(traces: Iterable[Trace], frame: QRectF, small: QFont) -> Iterator[Label]:
    for trace in traces:
        begun = trace.leftmost(frame)
        if begun is not None:
            first, end = begun
            ahead = min(first + max(len(trace.y) // 8, 1), len(trace.y) - 1)
            rising = float(end.y() - trace.y[ahead]) if np.isfinite(trace.y[ahead]) else 0.0
            yield beside(trace.curve.name, trace.curve.colour, True, end, rising, small)
