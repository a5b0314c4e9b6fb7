"""Lines of equal gain over a map of all pairs, at powers of ten: where they run, exactly, with no screen in mind.

A gain has its value at the middle of its cell. Each square between four middles is cut along its diagonal t − k = const, and
in either triangle the logarithm is linear; so lines are continuous, none is ambiguous, and on the map's own diagonal they
end where the last defined pair is. A corner that has no finite logarithm (not defined, exactly zero, no number) has no line
in the triangles it belongs to: what is on no scale has a pattern of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats

Ids: TypeAlias = NDArray[np.int64]
Range: TypeAlias = tuple[float, float]

MOST = 200
"""Points of the grid along either side: of more pairs only every second, third … is looked at."""

_BEYOND = 6
_LN10 = float(np.log(10.0))
_EDGES = 3
_ALONG, _UP, _ACROSS = range(_EDGES)


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One line of equal gain 10^``level``: ``points`` (number, 2) are k and t in steps, the last the first if ``closed``."""

    level: int
    points: Floats
    closed: bool


def powers(decades: int, lowest: float, highest: float) -> tuple[int, ...]:
    """Return the powers of ten that get a line on a scale of 10^±``decades``, ascending, between two logarithms.

    On the scale 1, the half and the whole of its span either way of 1, which itself gets none: where a gradient is
    preserved all is near it. Beyond the scale, where all has one colour, each line is twice as far out as the last.
    """
    inner = {1, decades // 2, decades} - {0}
    outer = (decades << i for i in range(1, _BEYOND + 1))
    return tuple(sorted(p for size in (*inner, *outer) for p in (-size, size) if lowest <= p <= highest))


def contours(
    log_gain: Floats, decades: int, columns: Range | None = None, rows: Range | None = None, most: int = MOST
) -> tuple[Contour, ...]:
    """Return the lines through natural log gains (T+1, T+1) as [t, k], NaN where not defined; of a level the longest first.

    Which powers of ten have a line follows from the scale, 10^±``decades``, and from what there is (see `powers`). Only what
    lies between two ``columns`` k and two ``rows`` t, and a little beyond, is looked at, and of that at most about
    ``most`` × ``most`` cells.
    """
    if log_gain.size == 0:
        return ()
    k, t = _places(log_gain.shape[1], columns, rows, most), _places(log_gain.shape[0], rows, columns, most)
    if len(k) < 2 or len(t) < 2:
        return ()
    values = log_gain[t[:, None], k] / _LN10
    levels = powers(decades, *_span(values))
    segments = _segments(values, levels)
    if not len(segments):
        return ()
    nodes, pairs = np.unique(segments, return_inverse=True)
    points, level = _crossings(nodes, values, levels, k, t)
    lines = [Contour(levels[level[chain[0]]], points[chain], closed) for chain, closed in _chains(pairs.reshape(-1, 2))]
    return tuple(sorted(lines, key=lambda line: (line.level, -len(line.points))))


def _places(count: int, own: Range | None, other: Range | None, most: int) -> Ids:
    """Return the cells along one side that are looked at; both sides take multiples of one stride, to keep the diagonal."""
    ranges = [(0.0, count - 1.0) if r is None else r for r in (own, other)]
    stride = max(1, *(int(np.ceil((high - low) / most)) for low, high in ranges))
    low, high = ranges[0]
    first, last = max(int(np.floor(low / stride)) * stride, 0), min(int(np.ceil(high / stride)) * stride, count - 1)
    found = np.arange(first, last + 1, stride)
    # The last row and column are there whatever the stride.
    return np.append(found, last) if len(found) and found[-1] != last else found


def _span(values: Floats) -> tuple[float, float]:
    """Return the least and the greatest finite value."""
    finite = values[np.isfinite(values)]
    return float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))


def _segments(values: Floats, levels: Sequence[int]) -> Ids:
    """Return the pairs of crossings (number, 2) that a line joins within a triangle.

    A crossing is (level · cells + cell) · 3 + edge, a cell's edges lead from its middle along k, up t, and to both.
    """
    height, width = values.shape
    passed = np.zeros(values.shape, np.int8)
    with np.errstate(invalid="ignore"):
        for level in levels:
            passed += values >= level
    finite = np.isfinite(values)
    corner, along, up, far = (
        (passed[rows, columns].ravel(), finite[rows, columns].ravel())
        for rows in (slice(None, -1), slice(1, None))
        for columns in (slice(None, -1), slice(1, None))
    )
    cell = (np.arange(height - 1)[:, None] * width + np.arange(width - 1)).ravel()
    found = []
    # The upper triangle turns at the cell above, the lower one at the cell beside.
    for turn, first, second in ((up, (0, _UP), (width, _ALONG)), (along, (0, _ALONG), (1, _UP))):
        low = np.minimum(np.minimum(corner[0], far[0]), turn[0])
        high = np.maximum(np.maximum(corner[0], far[0]), turn[0])
        crossed = np.flatnonzero((low < high) & corner[1] & turn[1] & far[1])
        a, b, c, base = corner[0][crossed], turn[0][crossed], far[0][crossed], cell[crossed]
        for index in range(int(low.min(initial=0)), len(levels)):
            from_a, from_b, from_c = a > index, b > index, c > index
            one, two, three = from_a != from_b, from_b != from_c, from_a != from_c
            here = np.flatnonzero(one | two)
            if not len(here):
                continue
            where = base[here] + index * height * width
            over, beside, across = where + first[0], where + second[0], where
            ids = (over * _EDGES + first[1], beside * _EDGES + second[1], across * _EDGES + _ACROSS)
            found.append(np.stack([np.where(one[here], ids[0], ids[1]), np.where(three[here], ids[2], ids[1])], axis=1))
    return np.concatenate(found) if found else np.zeros((0, 2), np.int64)


def _crossings(nodes: Ids, values: Floats, levels: Sequence[int], k: Ids, t: Ids) -> tuple[Floats, Ids]:
    """Return where crossings lie (number, 2), as k and t, and which of the levels each is of."""
    height, width = values.shape
    cell, edge = np.divmod(nodes, _EDGES)
    level, cell = np.divmod(cell, height * width)
    row, column = np.divmod(cell, width)
    right, above = column + (edge != _UP), row + (edge != _ALONG)
    near, far = values[row, column], values[above, right]
    share = (np.asarray(levels, float)[level] - near) / (far - near)
    places = (k[column] + share * (k[right] - k[column]), t[row] + share * (t[above] - t[row]))
    return np.stack(places, axis=1), level


def _chains(pairs: Ids) -> list[tuple[list[int], bool]]:
    """Return the lines that segments between crossings make: the crossings in order, and whether the last joins the first."""
    ends, partners = pairs.ravel(), pairs[:, ::-1].ravel()
    order = np.argsort(ends, kind="stable")
    degree = np.bincount(ends)
    start = np.cumsum(degree) - degree
    beside = partners[order]
    first = beside[start].tolist()
    second = np.where(degree == 2, beside[np.minimum(start + 1, len(beside) - 1)], -1).tolist()
    fresh = [True] * len(degree)
    found = []
    for begin in (*np.flatnonzero(degree == 1).tolist(), *range(len(degree))):
        if not fresh[begin]:
            continue
        chain, here = [begin], begin
        fresh[begin] = False
        while True:
            step = first[here]
            if not fresh[step]:
                step = second[here]
                if step < 0 or not fresh[step]:
                    break
            fresh[step] = False
            chain.append(step)
            here = step
        closed = len(chain) > 2 and begin in (first[here], second[here])
        found.append(([*chain, begin] if closed else chain, closed))
    return found
