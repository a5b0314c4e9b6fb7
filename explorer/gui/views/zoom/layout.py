"""Where the elements of a cell stand: in columns, each right of what it is made of, with few wires that cross.

Layers by longest ways, order by means of neighbours (K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of
hierarchical system structures", 1981); a wire over several columns has a place of its own in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """Of every element its column and its height, from 0 at the top; ``wires`` by (source, target, number) are ways there.

    ``columns`` and ``rows`` are how many of each there are.
    """

    column: tuple[int, ...]
    height: tuple[float, ...]
    wires: Mapping[tuple[int, int], tuple[tuple[int, float], ...]]
    columns: int
    rows: float


def laid(inputs: Sequence[Sequence[int]], ends: Sequence[int]) -> Layout:
    """Return where elements stand that are made of ``inputs``; the ``ends`` stand in the last column."""
    depth: list[int] = []
    for some in inputs:
        depth.append(1 + max(depth[one] for one in some) if some else 0)
    for end in ends:
        depth[end] = max(depth)
    column, links, ways = list(depth), list[tuple[int, int]](), dict[tuple[int, int], list[int]]()
    for target, some in enumerate(inputs):
        for source in dict.fromkeys(some):
            ways[source, target] = way = [source]
            for between in range(depth[source] + 1, depth[target]):
                column.append(between)
                links.append((way[-1], len(column) - 1))
                way.append(len(column) - 1)
            links.append((way[-1], target))
            way.append(target)
    height = _heights(column, links, len(inputs))
    least = min(height, default=0.0)
    height = [one - least for one in height]
    wires = {ends_: tuple((column[one], height[one]) for one in way) for ends_, way in ways.items()}
    count = len(inputs)
    return Layout(
        tuple(column[:count]), tuple(height[:count]), wires, max(column, default=0) + 1, max(height, default=0.0) + 1.0
    )


def _heights(column: Sequence[int], links: Sequence[tuple[int, int]], real: int) -> list[float]:
    """Return heights that are at least one apart within a column, half of that beside the place of a wire."""
    levels = [
        [one for one in range(len(column)) if column[one] == level] for level in range(max(column, default=0) + 1)
    ]
    before: list[list[int]] = [[] for _ in column]
    after: list[list[int]] = [[] for _ in column]
    for source, target in links:
        after[source].append(target)
        before[target].append(source)
    height = [0.0] * len(column)
    for level in levels:
        _spread(level, {one: float(i) for i, one in enumerate(level)}, height, real)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for level in levels if forward else levels[::-1]:
            near = before if forward else after
            wished = {one: _mean([height[other] for other in near[one]], height[one]) for one in level}
            _spread(level, wished, height, real)
    return height


def _mean(heights: Sequence[float], own: float) -> float:
    return sum(heights) / len(heights) if heights else own


def _spread(level: Sequence[int], wished: Mapping[int, float], height: list[float], real: int) -> None:
    """Put a column's places as near to where they are wished as the distances allow."""
    ordered = sorted(level, key=lambda one: wished[one])
    groups: list[tuple[list[int], float]] = []
    # Places that would be too near are one group, which stands about the mean of what is wished for its parts.
    for one in ordered:
        groups.append(([one], wished[one]))
        while len(groups) > 1 and _end(groups[-2], real) + _gap(groups[-2][0][-1], groups[-1][0][0], real) > _begin(
            groups[-1], real
        ):
            (first, _), (second, _) = groups[-2], groups[-1]
            members = [*first, *second]
            offsets = _offsets(members, real)
            centre = sum(wished[part] - offset for part, offset in zip(members, offsets, strict=True)) / len(members)
            groups[-2:] = [(members, centre)]
    for members, start in groups:
        for part, offset in zip(members, _offsets(members, real), strict=True):
            height[part] = start + offset


def _begin(group: tuple[list[int], float], real: int) -> float:  # noqa: ARG001 - as `_end`
    return group[1]


def _end(group: tuple[list[int], float], real: int) -> float:
    return group[1] + _offsets(group[0], real)[-1]


def _offsets(members: Sequence[int], real: int) -> list[float]:
    found = [0.0]
    for one, other in pairwise(members):
        found.append(found[-1] + _gap(one, other, real))
    return found


def _gap(one: int, other: int, real: int) -> float:
    """Return how far apart two places are at least: the wires among them need less."""
    return {0: 1.0, 1: 0.7, 2: 0.35}[(one >= real) + (other >= real)]
