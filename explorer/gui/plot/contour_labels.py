"""Where the names of contours stand: along their lines, few, and none over another; in pixels, with no screen in mind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from explorer.engine.floats import Floats

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels, y downward."""

_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
_STRAIGHT = 0.88
_GAP = 3.0
_LONG = 2.5
_MOST = 2
_APART = 220.0


@dataclass(frozen=True, slots=True)
class Label:
    """The name of line ``line`` about (``x``, ``y``), turned clockwise by ``angle`` degrees, −90..90.

    The line leaves room for it from ``start`` to ``end``, in pixels along it.
    """

    line: int
    x: float
    y: float
    angle: float
    start: float
    end: float


def labels(
    lines: Sequence[tuple[int, Floats]],
    widths: Mapping[int, float],
    height: float,
    area: Box,
    taken: Iterable[Box] = (),
) -> tuple[Label, ...]:
    """Return where lines, each a level and its points (number, 2), are named, at most two of a level.

    ``widths`` are those of the levels' names. A name lies within ``area``, clear of the others and of what is
    ``taken``, where its line is long and straight enough.
    """
    full = [*taken]
    named: dict[int, list[Label]] = {}
    for index, (level, points) in enumerate(lines):
        others = named.setdefault(level, [])
        if len(others) == _MOST or len(points) < 2:
            continue
        for label in _candidates(index, points, widths[level]):
            box = box_of(label, widths[level], height)
            near = any(math.hypot(label.x - other.x, label.y - other.y) < _APART for other in others)
            if not near and _within(box, area) and not any(meet(box, other) for other in full):
                full.append(box)
                others.append(label)
                break
    return tuple(label for found in named.values() for label in found)


def without(points: Floats, start: float, end: float) -> tuple[Floats, Floats]:
    """Return the parts of a line before ``start`` and after ``end``, in lengths along it."""
    along = _lengths(points)
    before, after = int(np.searchsorted(along, start)), int(np.searchsorted(along, end, "right"))
    ends = _at(start, along, points), _at(end, along, points)
    return np.concatenate([points[:before], [ends[0]]]), np.concatenate([[ends[1]], points[after:]])


def between(start: float, end: float, at: float, boxes: Iterable[Box], upright: bool) -> list[tuple[float, float]]:
    """Return the pieces from ``start`` to ``end`` of a level or an ``upright`` line through ``at`` that no box lies over."""
    side = 0 if upright else 1
    over = sorted((box[1 - side], box[3 - side]) for box in boxes if box[side] < at < box[2 + side])
    pieces, free = [], start
    for first, last in [*over, (end, end)]:
        if min(first, end) > free:
            pieces.append((free, min(first, end)))
        free = max(free, last)
    return pieces


def inside(points: Floats, area: Box) -> list[Floats]:
    """Return the parts of a line that lie in ``area``: a drawing in SVG knows no clipping."""
    low, high = np.array(area[:2]), np.array(area[2:])
    if ((points >= low) & (points <= high)).all():
        return [points]
    begin, step = points[:-1], np.diff(points, axis=0)
    enter, leave = _clipped(begin, step, low, high)
    seen = enter <= leave
    # A part goes on where a piece that is left at its very end is followed by one that is entered at its very beginning.
    fresh = np.ones(len(seen), bool)
    fresh[1:] = ~(seen[:-1] & (leave[:-1] == 1.0) & (enter[1:] == 0.0))
    firsts = np.flatnonzero(seen & fresh)
    ends = begin + leave[:, None] * step
    found = []
    for first, after in pairwise([*firsts.tolist(), len(seen)]):
        start = begin[first] + enter[first] * step[first]
        found.append(np.concatenate([start[None], ends[first:after][seen[first:after]]]))
    return found


def _clipped(begin: Floats, step: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return from which share of itself to which each piece of a line lies between two corners; no piece of it, if less.

    Y.-D. Liang and B. A. Barsky, "A new concept and method for line clipping", 1984.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(low - begin) / step, (high - begin) / step])
    outside = (begin < low) | (begin > high)
    # A piece along an edge of the screen is within all of its length, or nowhere.
    never, always = np.array([[2.0]]), np.array([[-1.0]])
    ends[0] = np.where(step == 0, np.where(outside, never, always), ends[0])
    ends[1] = np.where(step == 0, 2.0, ends[1])
    enter = np.maximum(ends.min(axis=0).max(axis=1), 0.0)
    return enter, np.minimum(ends.max(axis=0).min(axis=1), 1.0)


def _lengths(points: Floats) -> Floats:
    found = np.zeros(len(points))
    np.cumsum(np.hypot(*(points[1:] - points[:-1]).T), out=found[1:])
    return found


def _at(length: float, along: Floats, points: Floats) -> tuple[float, float]:
    """Return where a line is after ``length`` of it."""
    after = int(np.searchsorted(along, length, "right"))
    if after in (0, len(along)):
        x, y = points[min(after, len(along) - 1)].tolist()
        return x, y
    (x1, y1), (x2, y2) = points[after - 1 : after + 1].tolist()
    begin, end = along[after - 1 : after + 1].tolist()
    return (x2 - x1) / (end - begin) * (length - begin) + x1, (y2 - y1) / (end - begin) * (length - begin) + y1


def _candidates(index: int, points: Floats, width: float) -> Iterator[Label]:
    """Yield where a name of ``width`` can stand on a line, the best first."""
    along, room = _lengths(points), width / 2 + _GAP
    if along[-1] < _LONG * width:
        return
    for share in _SHARES:
        start, end = share * float(along[-1]) - room, share * float(along[-1]) + room
        (x1, y1), (x2, y2) = _at(start, along, points), _at(end, along, points)
        if math.hypot(x2 - x1, y2 - y1) >= _STRAIGHT * 2 * room:
            angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
            upright = angle - 180.0 * round(angle / 180.0)
            yield Label(index, (x1 + x2) / 2, (y1 + y2) / 2, upright, start, end)


def box_of(label: Label, width: float, height: float) -> Box:
    """Return the upright box about a turned name."""
    turn = math.radians(label.angle)
    across = (abs(math.cos(turn)) * width + abs(math.sin(turn)) * height) / 2
    down = (abs(math.sin(turn)) * width + abs(math.cos(turn)) * height) / 2
    return label.x - across, label.y - down, label.x + across, label.y + down


def _within(box: Box, area: Box) -> bool:
    return area[0] <= box[0] and area[1] <= box[1] and box[2] <= area[2] and box[3] <= area[3]


def meet(one: Box, other: Box) -> bool:
    """Return whether two boxes have more than an edge in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
