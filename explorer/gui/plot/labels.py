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
    room, taken = _box(area), [] if mark is None else [_box(mark)]
    for label in labels:
        places = _places(label, room, far, None if mark is None else _box(mark))
        box = next((box for box in places if not _hit(box, taken) and not _crossed(box, *points)), None)
        if box is not None:
            placed.append(replace(label, box=QRectF(*box)))
            taken.append(box)
    return placed


_Box = tuple[float, float, float, float]
"""Left, top, width and height as numbers: dozens of places are tried for each name, and Qt's are asked by calls."""


def _box(place: QRectF) -> _Box:
    return place.x(), place.y(), place.width(), place.height()


def _places(label: Label, area: _Box, far: float, mark: _Box | None) -> Iterator[_Box]:
    """Yield where ``label`` may stand in ``area``, the best place first; behind the ``mark`` is better than off its line."""
    homes = [_inside(_box(box), area) for box in (label.box, label.other) if box is not None]
    homes = [box for box in homes if box[3] <= area[3] and box[2] <= area[2]]
    yield from homes
    if mark is not None:
        yield from (_inside((mark[0] + mark[2], *home[1:]), area) for home in homes if _meet(mark, home))
    if label.minor or not homes:
        return
    step = _SHIFT * label.box.height()
    for i in range(1, int(min(far, area[3]) / step) + 1):
        for left, top, width, height in homes:
            for shift in (-i * step, i * step):
                moved = _inside((left, top + shift, width, height), area)
                if abs(moved[1] - top) > (i - 1) * step:
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


def _hit(box: _Box, taken: list[_Box]) -> bool:
    return any(_meet(other, box) for other in taken)


def _meet(one: _Box, other: _Box) -> bool:
    return (
        one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
    )  # fmt: skip


def _crossed(box: _Box, x: list[float], y: list[float]) -> bool:
    """Return whether the line through the points (x, y), x ascending, comes into ``box``."""
    left, top, width, height = box
    inner = y[bisect_left(x, left) : bisect_left(x, left + width)]
    # A few points lie under a name: for so few, lists are ten times as fast as arrays.
    levels = [*filter(math.isfinite, (_level(x, y, left), *inner, _level(x, y, left + width)))]
    return bool(levels) and min(levels) < top + height and max(levels) > top


def _level(x: list[float], y: list[float], at: float) -> float:
    """Return where the line through the points is ``at``, NaN before its first and behind its last."""
    i = bisect_left(x, at)
    if i == len(x) or (i == 0 and x[0] > at):
        return math.nan
    if x[i] == at:
        return y[i]
    return y[i - 1] + (at - x[i - 1]) / (x[i] - x[i - 1]) * (y[i] - y[i - 1])


def _inside(box: _Box, area: _Box) -> _Box:
    """Return ``box`` moved into ``area`` where it stands over."""
    left, top, width, height = box
    # The far edge first, as what is too large keeps to it.
    return (
        min(max(left, area[0]), area[0] + area[2] - width),
        min(max(top, area[1]), area[1] + area[3] - height), width, height,
    )  # fmt: skip


def _faced(font: QFont, bold: bool) -> QFont:
    if not bold:
        return font
    faced = QFont(font)
    faced.setBold(True)
    return faced
