"""Names beside the ends of lines, placed so that none covers another, nor the row's own curve, and in the lines' order."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from explorer.engine.floats import Floats

Curve: TypeAlias = tuple[Floats, Floats]
"""The pixels x, ascending, and y of a line."""

_GAP = 6.0
_EDGE = 4.0
_SHIFT = 0.5
"""By which share of its height a name moves to find room."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name with its colour and its box in pixels; ``other`` is as good a place.

    A ``minor`` one is left out where neither has room. ``level`` is where its line ends: of two names one over the other the
    upper one is that of the upper line. A ``shy`` one is of no line, and covers none where there is room beside all of them.
    """

    text: str
    colour: str
    bold: bool
    box: QRectF
    other: QRectF | None = None
    minor: bool = False
    level: float = math.nan
    shy: bool = False


def beside(text: str, colour: str, bold: bool, end: QPointF, rising: float, font: QFont, minor: bool = False) -> Label:
    """Return a label left of a line's ``end``, or above or below it where there is no room to the left.

    ``rising`` is by how many pixels the line rises to the right along the label: a label then goes below the line.
    """
    metrics = QFontMetricsF(_faced(font, bold))
    width, height = metrics.horizontalAdvance(text) + 4, metrics.height()
    if end.x() - _GAP - width >= _EDGE:
        box = QRectF(end.x() - _GAP - width, end.y() - height / 2, width, height)
        return Label(text, colour, bold, box, None, minor, end.y())
    above, below = (
        QRectF(max(end.x(), 0.0) + _EDGE, top, width, height) for top in (end.y() - height - 2, end.y() + 2)
    )
    return Label(text, colour, bold, *((below, above) if rising > 2 else (above, below)), minor, end.y())


def spread(
    labels: Iterable[Label],
    area: QRectF,
    curve: Curve | None = None,
    far: float = np.inf,
    mark: QRectF | None = None,
    others: Sequence[Curve] = (),
) -> list[Label]:
    """Return ``labels``, the most important first, moved up and down as little as it takes, by ``far`` pixels at most.

    None leaves ``area``, none covers another, the ``curve`` of pixels (x, y), x ascending, or the ``mark``; what finds no
    room is left out. ``others`` are more curves, off which a shy one keeps if it can.
    """
    placed: list[Label] = []
    points = ([], []) if curve is None else (curve[0].tolist(), curve[1].tolist())
    room, taken = _box(area), [] if mark is None else [_box(mark)]
    lines = [(x.tolist(), y.tolist()) for x, y in others]
    for label in labels:
        places = _places(label, room, far, None if mark is None else _box(mark))
        free = (box for box in places if not _hit(box, taken) and not _crossed(box, *points))
        box = _clearest(list(free), lines) if label.shy else next(free, None)
        if box is not None:
            placed.append(replace(label, box=QRectF(*box)))
            taken.append(box)
    return _put_in_order(
        placed, lambda box: not _crossed(box, *points) and (mark is None or not _meet(box, _box(mark)))
    )


def _clearest(places: list[_Box], lines: Sequence[tuple[list[float], list[float]]]) -> _Box | None:
    """Return the first of ``places`` that none of the ``lines`` comes into, else the first of all."""
    return next((box for box in places if not any(_crossed(box, *line) for line in lines)), next(iter(places), None))


def _put_in_order(placed: list[Label], is_free: Callable[[_Box], bool]) -> list[Label]:
    """Return ``placed``, where two whose order is not that of their lines change heights; the later goes if they can't."""
    # The sum of heights times levels grows with every change: it comes to an end.
    wrong = next((pair for pair in itertools.combinations(range(len(placed)), 2) if _is_wrong(*pair, placed)), None)
    if wrong is None:
        return placed
    i, j = wrong
    one, other = _box(placed[i].box), _box(placed[j].box)
    changed = (one[0], other[1], *one[2:]), (other[0], one[1], *other[2:])
    rest = [_box(label.box) for k, label in enumerate(placed) if k not in wrong]
    if any(_hit(box, rest) or not is_free(box) for box in changed):
        return _put_in_order([*placed[:j], *placed[j + 1 :]], is_free)
    moved = [*placed]
    for k, box in zip(wrong, changed, strict=True):
        moved[k] = replace(placed[k], box=QRectF(*box))
    return _put_in_order(moved, is_free)


def _is_wrong(i: int, j: int, placed: list[Label]) -> bool:
    """Return whether one of two names stands over the other, though its line ends under the other's."""
    one, other = placed[i], placed[j]
    beside = one.box.left() >= other.box.right() or other.box.left() >= one.box.right()
    return not beside and (one.level - other.level) * (one.box.top() - other.box.top()) < 0.0


def stacked(labels: Iterable[Label], area: QRectF) -> list[Label]:
    """Return all ``labels`` of equal height in ``area``, moved as little as it takes for none to cover another.

    Those over one another are in the order of their lines; where there are too many they go on beside one another.
    """
    found: list[Label] = []
    kept = (replace(label, box=QRectF(*_inside(_box(label.box), _box(area)))) for label in labels)
    for group in _over_one_another(kept):
        ordered = sorted(group, key=lambda label: label.level)
        high, wide = group[0].box.height(), max(label.box.width() for label in group)
        columns = math.ceil(len(group) / max(int(area.height() / high), 1))
        for i in range(columns):
            column = ordered[i::columns]
            tops = apart([label.box.top() for label in column], high, area.top(), area.bottom() - high)
            for label, top in zip(column, tops, strict=True):
                left = label.box.left() if columns == 1 else group[0].box.left() + i * (wide + _GAP)
                found.append(replace(label, box=QRectF(left, top, label.box.width(), high)))
    return found


def apart(places: Sequence[float], distance: float, top: float, bottom: float) -> list[float]:
    """Return ``places``, the topmost first, moved as little as it takes, in squares, for a ``distance`` between neighbours.

    All are between ``top`` and ``bottom`` if there is room.
    """
    # Without the distances the places must not descend: neighbours that do share their mean.
    shared: list[tuple[float, int]] = []
    for i, place in enumerate(places):
        mean, count = place - i * distance, 1
        while shared and shared[-1][0] > mean:
            other, many = shared.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        shared.append((mean, count))
    last = bottom - (len(places) - 1) * distance
    means = [mean for mean, count in shared for _ in range(count)]
    return [max(min(mean, last), top) + i * distance for i, mean in enumerate(means)]


def _over_one_another(labels: Iterable[Label]) -> list[list[Label]]:
    """Return ``labels`` in groups, each of which is beside all others."""
    groups: list[list[Label]] = []
    right = -math.inf
    for label in sorted(labels, key=lambda label: label.box.left()):
        if label.box.left() >= right:
            groups.append([])
        groups[-1].append(label)
        right = max(right, label.box.right())
    return groups


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


def crosses(place: QRectF, x: Floats, y: Floats) -> bool:
    """Return whether the line through the points (pixels), x ascending, comes into ``place``."""
    return _crossed(_box(place), x.tolist(), y.tolist())


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
