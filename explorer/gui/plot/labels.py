"""Names beside the ends of lines, placed so that none covers another, nor the row's own curve."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from explorer.engine.floats import Floats

_GAP = 6.0
_EDGE = 4.0
_SHIFT = 0.5
"""By which share of its height a name moves to find room."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name with its colour and its box in pixels; ``other`` is as good a place.

    A ``minor`` one is left out where neither has room.
    """

    text: str
    colour: str
    bold: bool
    box: QRectF
    other: QRectF | None = None
    minor: bool = False


def beside(text: str, colour: str, bold: bool, end: QPointF, rising: float, font: QFont, minor: bool = False) -> Label:
    """Return a label left of a line's ``end``, or above or below it where there is no room to the left.

    ``rising`` is by how many pixels the line rises to the right along the label: a label then goes below the line.
    """
    metrics = QFontMetricsF(_faced(font, bold))
    width, height = metrics.horizontalAdvance(text) + 4, metrics.height()
    if end.x() - _GAP - width >= _EDGE:
        box = QRectF(end.x() - _GAP - width, end.y() - height / 2, width, height)
        return Label(text, colour, bold, box, None, minor)
    above, below = (
        QRectF(max(end.x(), 0.0) + _EDGE, top, width, height) for top in (end.y() - height - 2, end.y() + 2)
    )
    return Label(text, colour, bold, *((below, above) if rising > 2 else (above, below)), minor)


def spread(
    labels: Iterable[Label],
    area: QRectF,
    curve: tuple[Floats, Floats] | None = None,
    far: float = np.inf,
    mark: QRectF | None = None,
) -> list[Label]:
    """Return ``labels``, the most important first, moved up and down as little as it takes, by ``far`` pixels at most.

    None leaves ``area``, none covers another, the ``curve`` of pixels (x, y), x ascending, or the ``mark``; what finds no
    room is left out.
    """
    placed: list[Label] = []
    points = ([], []) if curve is None else (curve[0].tolist(), curve[1].tolist())
    for label in labels:
        taken = [other.box for other in placed] + ([] if mark is None else [mark])
        free = (box for box in _places(label, area, far, mark) if not _hit(box, taken) and not _crossed(box, *points))
        box = next(free, None)
        if box is not None:
            placed.append(replace(label, box=box))
    return placed


def _places(label: Label, area: QRectF, far: float, mark: QRectF | None) -> Iterator[QRectF]:
    """Yield where ``label`` may stand in ``area``, the best place first; behind the ``mark`` is better than off its line."""
    homes = [_inside(box, area) for box in (label.box, label.other) if box is not None]
    homes = [box for box in homes if box.height() <= area.height() and box.width() <= area.width()]
    yield from homes
    if mark is not None:
        behind = (home.translated(mark.right() - home.left(), 0.0) for home in homes if mark.intersects(home))
        yield from (_inside(box, area) for box in behind)
    if label.minor or not homes:
        return
    step = _SHIFT * label.box.height()
    for i in range(1, int(min(far, area.height()) / step) + 1):
        for box in homes:
            for shift in (-i * step, i * step):
                moved = _inside(box.translated(0.0, shift), area)
                if abs(moved.top() - box.top()) > (i - 1) * step:
                    yield moved


def draw(painter: QPainter, labels: Iterable[Label], font: QFont, ground: str) -> None:
    """Write ``labels``, each on a patch of ``ground`` that keeps it readable over lines."""
    patch = QColor(ground)
    patch.setAlpha(215)
    for label in labels:
        painter.fillRect(label.box.adjusted(0, 1, 0, -1), patch)
        painter.setFont(_faced(font, label.bold))
        painter.setPen(QColor(label.colour))
        painter.drawText(label.box, Qt.AlignmentFlag.AlignCenter, label.text)


def _hit(box: QRectF, taken: list[QRectF]) -> bool:
    return any(other.intersects(box) for other in taken)


def _crossed(box: QRectF, x: list[float], y: list[float]) -> bool:
    """Return whether the line through the points (x, y), x ascending, comes into ``box``."""
    inner = y[bisect_left(x, box.left()) : bisect_left(x, box.right())]
    # A few points lie under a name: for so few, lists are ten times as fast as arrays.
    levels = [*filter(math.isfinite, (_level(x, y, box.left()), *inner, _level(x, y, box.right())))]
    return bool(levels) and min(levels) < box.bottom() and max(levels) > box.top()


def _level(x: list[float], y: list[float], at: float) -> float:
    """Return where the line through the points is ``at``, NaN before its first and behind its last."""
    i = bisect_left(x, at)
    if i == len(x) or (i == 0 and x[0] > at):
        return math.nan
    if x[i] == at:
        return y[i]
    return y[i - 1] + (at - x[i - 1]) / (x[i] - x[i - 1]) * (y[i] - y[i - 1])


def _inside(box: QRectF, area: QRectF) -> QRectF:
    """Return ``box`` moved into ``area`` where it stands over."""
    if area.contains(box):
        return box
    left = min(max(box.left(), area.left()), area.right() - box.width())
    top = min(max(box.top(), area.top()), area.bottom() - box.height())
    return QRectF(left, top, box.width(), box.height())


def _faced(font: QFont, bold: bool) -> QFont:
    if not bold:
        return font
    faced = QFont(font)
    faced.setBold(True)
    return faced
