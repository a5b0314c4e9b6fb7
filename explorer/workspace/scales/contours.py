"""Lines of equal gain over a map of all pairs, at powers of ten: where they run, exactly, with no screen in mind.

A gain has its value at the middle of its cell. Each square between four middles is cut along its diagonal t − k = const, and
in either triangle the logarithm is linear; so lines are continuous, none is ambiguous, and on the map's own diagonal they
end where the last defined pair is. A corner that has no finite logarithm (not defined, exactly zero, no number) has no line
in the triangles it belongs to: what is on no scale has a pattern of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats

Ids: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
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
    found = _cut(log_gain, decades, columns, rows, most)
    if found is None:
        return ()
    nodes, pairs = np.unique(found.segments, return_inverse=True)
    places, level = _crossings(nodes, found)
    order, lengths, closed = _chains(pairs.reshape(-1, 2))
    along, of = places[:, order], level[order]
    lines = [
        Contour(found.levels[of[end - 1]], along[:, end - length : end].T, shut)
        for end, length, shut in zip(accumulate(lengths), lengths, closed, strict=True)
    ]
    return tuple(sorted(lines, key=lambda line: (line.level, -len(line.points))))


def pieces(
    log_gain: Floats, decades: int, columns: Range | None = None, rows: Range | None = None, most: int = MOST
) -> tuple[tuple[int, Floats], ...]:
    """Return the same lines in pieces that nothing joins, which takes a third of the time.

    They are those of each level, ascending, with the ends of all its pieces (2 · number, 2), two by two, as k and t.
    """
    found = _cut(log_gain, decades, columns, rows, most)
    if found is None:
        return ()
    places, level = _crossings(found.segments.ravel(), found)
    return tuple((power, places[:, level == index].T) for index, power in enumerate(found.levels))


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Decimal logarithms ``values`` at rows t and columns k, and the ``segments`` that lines at ``levels`` have there."""

    values: Floats
    k: Ids
    t: Ids
    levels: tuple[int, ...]
    segments: Ids


def _cut(log_gain: Floats, decades: int, columns: Range | None, rows: Range | None, most: int) -> _Cut | None:
    """Return all the segments; None where there are none."""
    if log_gain.size == 0:
        return None
    k, t = _places(log_gain.shape[1], columns, rows, most), _places(log_gain.shape[0], rows, columns, most)
    if len(k) < 2 or len(t) < 2:
        return None
    values = log_gain[_run(t)][:, _run(k)] / _LN10
    finite = np.isfinite(values)
    levels = powers(decades, *_span(values, finite))
    segments = _segments(values, finite, levels)
    return _Cut(values, k, t, levels, segments) if len(segments) else None


def _places(count: int, own: Range | None, other: Range | None, most: int) -> Ids:
    """Return the cells along one side that are looked at; both sides take multiples of one stride, to keep the diagonal."""
    ranges = [(0.0, count - 1.0) if r is None else r for r in (own, other)]
    stride = max(1, *(int(np.ceil((high - low) / most)) for low, high in ranges))
    low, high = ranges[0]
    first, last = max(int(np.floor(low / stride)) * stride, 0), min(int(np.ceil(high / stride)) * stride, count - 1)
    found = np.arange(first, last + 1, stride)
    # The last row and column are there whatever the stride.
    return np.append(found, last) if len(found) and found[-1] != last else found


def _run(places: Ids) -> Ids | slice:
    """Return ``places`` as a slice where they follow one another: no array is copied by it."""
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1) if last - first + 1 == len(places) else places


def _span(values: Floats, finite: Flags) -> tuple[float, float]:
    """Return the least and the greatest finite value."""
    return float(values.min(initial=np.inf, where=finite)), float(values.max(initial=-np.inf, where=finite))


def _segments(values: Floats, finite: Flags, levels: Sequence[int]) -> Ids:
    """Return the pairs of crossings (number, 2) that a line joins within a triangle.

    A crossing is (level · cells + cell) · 3 + edge, a cell's edges lead from its middle along k, up t, and to both.
    """
    height, width = values.shape
    cell, upper, a, b, c = _triangles(_passed(values, levels), finite)
    low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    # Through one triangle runs a line for every level between its lowest and its highest corner.
    lines = high - low
    several = np.repeat(np.arange(len(cell)), lines)
    index = np.arange(len(several)) - (np.cumsum(lines) - high)[several]
    from_a, from_b, from_c = a[several] > index, b[several] > index, c[several] > index
    here, above = cell[several] + index * (height * width), upper[several]
    # The upper triangle turns at the cell above, the lower one at the cell beside.
    over = here * _EDGES + np.where(above, _UP, _ALONG)
    beside = np.where(above, (here + width) * _EDGES + _ALONG, (here + 1) * _EDGES + _UP)
    across = here * _EDGES + _ACROSS
    return np.stack([np.where(from_a != from_b, over, beside), np.where(from_a != from_c, across, beside)], axis=1)


def _passed(values: Floats, levels: Sequence[int]) -> NDArray[np.int8]:
    """Return how many levels each value has reached."""
    passed = np.zeros(values.shape, np.int8)
    with np.errstate(invalid="ignore"):
        for level in levels:
            passed += values >= level
    return passed


def _triangles(passed: NDArray[np.int8], finite: Flags) -> tuple[Ids, Flags, Ids, Ids, Ids]:
    """Return the triangles that a line runs through: cell, whether the upper one, and what its corners have passed.

    The corners are the cell, the one where the triangle turns, and the one across.
    """
    corners = slice(None, -1), slice(1, None)
    corner, along, up, far = (passed[rows, columns] for rows in corners for columns in corners)
    known, beside, above, beyond = (finite[rows, columns] for rows in corners for columns in corners)
    both = known & beyond
    uneven = corner != far
    upper = np.flatnonzero((uneven | (corner != up)) & both & above)
    lower = np.flatnonzero((uneven | (corner != along)) & both & beside)
    row, column = np.divmod(np.concatenate([upper, lower]), passed.shape[1] - 1)
    is_upper = np.arange(len(row)) < len(upper)
    turn = passed[row + is_upper, column + ~is_upper]
    a, c = passed[row, column], passed[row + 1, column + 1]
    cell = row * passed.shape[1] + column
    return cell, is_upper, a.astype(np.int64), turn.astype(np.int64), c.astype(np.int64)


def _crossings(nodes: Ids, cut: _Cut) -> tuple[Floats, Ids]:
    """Return where crossings lie (2, number), as k and t, and which of the levels each is of."""
    height, width = cut.values.shape
    cell, edge = np.divmod(nodes, _EDGES)
    level, cell = np.divmod(cell, height * width)
    row, column = np.divmod(cell, width)
    right, above = column + (edge != _UP), row + (edge != _ALONG)
    near, far = cut.values[row, column], cut.values[above, right]
    share = (np.asarray(cut.levels, float)[level] - near) / (far - near)
    k, t = cut.k, cut.t
    places = (k[column] + share * (k[right] - k[column]), t[row] + share * (t[above] - t[row]))
    return np.stack(places), level


def _chains(pairs: Ids) -> tuple[Ids, list[int], list[bool]]:
    """Return the lines that segments between crossings make.

    All their crossings in order, how many each line has of them, and whether its last is its first again.
    """
    first, second, alone = _neighbours(pairs)
    fresh = [True] * len(first)
    order: list[int] = []
    lengths = []
    for begin in alone:
        if fresh[begin]:
            lengths.append(_walk(begin, first, second, order))
            fresh[order[-1]] = False
    closed = [False] * len(lengths)
    for here in order:
        fresh[here] = False
    for begin in compress(range(len(fresh)), fresh[:]):
        if fresh[begin]:
            lengths.append(_walk(begin, first, second, order))
            closed.append(True)
            for here in order[-lengths[-1] :]:
                fresh[here] = False
    return np.array(order), lengths, closed


def _walk(begin: int, first: list[int], second: list[int], order: list[int]) -> int:
    """Add the crossings of a line to ``order`` until it ends or comes back to ``begin``; return how many."""
    count = len(order)
    order.append(begin)
    before, here = begin, first[begin]
    while here >= 0:
        order.append(here)
        if here == begin:
            break
        step = first[here]
        before, here = here, second[here] if step == before else step
    return len(order) - count


def _neighbours(pairs: Ids) -> tuple[list[int], list[int], list[int]]:
    """Return to which crossings each one leads, −1 for no second, and those that have one neighbour alone."""
    ends, partners = pairs.ravel(), pairs[:, ::-1].ravel()
    beside = partners[np.argsort(ends, kind="stable")]
    degree = np.bincount(ends)
    start = np.cumsum(degree) - degree
    second = np.where(degree == 2, beside[np.minimum(start + 1, len(beside) - 1)], -1)
    return beside[start].tolist(), second.tolist(), np.flatnonzero(degree == 1).tolist()
