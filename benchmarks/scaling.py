"""How long all pairs take over T and over n, as a picture: for `benchmarks.peers`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.turns import Contest

_WIDTH, _HEIGHT, _TOP, _FOOT, _LEFT, _NAMES = 900, 380, 44, 46, 64, 86
_INKS = ("#b3261e", "#3b5bab", "#7a5195", "#2f7d5b", "#8a6d1d")
_SIZE = re.compile(r"n = (\d+), T = (\d+)")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Panel:
    """A log-log plot between ``left`` and ``right`` pixels; spans of log10 across and up."""

    left: float
    right: float
    across: Point
    up: Point

    def at(self, point: Point) -> Point:
        """Return the pixels of a point."""
        x, y = (math.log10(value) for value in point)
        share = (x - self.across[0]) / (self.across[1] - self.across[0])
        height = (y - self.up[0]) / (self.up[1] - self.up[0])
        return self.left + share * (self.right - self.left), _HEIGHT - _FOOT - height * (_HEIGHT - _TOP - _FOOT)


def drawn(contest: Contest, names: Sequence[str]) -> str:
    """Return the picture as SVG: the least time of each contender over T at the middle n, and over n at the middle T."""
    sizes = {(int(found[1]), int(found[2])): piece for piece in contest.pieces if (found := _SIZE.fullmatch(piece))}
    n, T = _most_common(n for n, _ in sizes), _most_common(T for _, T in sizes)
    halves = (
        (f"T, at n = {n}", [(float(size[1]), piece) for size, piece in sorted(sizes.items()) if size[0] == n]),
        (f"n, at T = {T}", [(float(size[0]), piece) for size, piece in sorted(sizes.items()) if size[1] == T]),
    )
    times = [contest.least(name, piece).clock for name in names for piece in sizes.values()]
    up = (math.log10(min(times)) - 0.15, math.log10(max(times)) + 0.15)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        '<text x="12" y="22" font-weight="bold" fill="#222222">All pairs ‖∂sₜ/∂sₖ‖: milliseconds</text>',
    ]
    half = _WIDTH / 2
    for number, (title, points) in enumerate(halves):
        reach = [math.log10(size) for size, _ in points]
        left = number * half + _LEFT
        panel = _Panel(left, (number + 1) * half - _NAMES, (min(reach), max(reach)), up)
        parts += _axes(panel, title, [size for size, _ in points])
        ends: list[float] = []
        for name, ink in zip(names, _INKS, strict=False):
            line = [panel.at((size, contest.least(name, piece).clock)) for size, piece in points]
            parts += _curve(line, name, ink, ends)
    return "\n".join([*parts, "</svg>\n"])


def _axes(panel: _Panel, title: str, sizes: Sequence[float]) -> Iterator[str]:
    foot = _HEIGHT - _FOOT
    for power in range(math.ceil(panel.up[0]), math.floor(panel.up[1]) + 1):
        _, y = panel.at((10 ** panel.across[0], 10.0**power))
        yield f'<line x1="{panel.left}" x2="{panel.right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{panel.left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555555">{10.0**power:,.6g}</text>'
    for size in sizes:
        x, _ = panel.at((size, 10 ** panel.up[0]))
        yield f'<text x="{x:.1f}" y="{foot + 18}" text-anchor="middle" fill="#555555">{size:g}</text>'
    middle = (panel.left + panel.right) / 2
    yield f'<text x="{middle}" y="{foot + 38}" text-anchor="middle" fill="#222222">{title}</text>'


def _curve(line: Sequence[Point], name: str, ink: str, taken: list[float]) -> Iterator[str]:
    """Draw a contender's line with its name at the end, where none stands yet."""
    yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}" fill="none" stroke="{ink}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ink}"/>' for x, y in line)
    x, y = line[-1]
    while any(abs(y - other) < 14 for other in taken):
        y += 1
    taken.append(y)
    yield f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{ink}">{name}</text>'


def _most_common(values: Iterator[int]) -> int:
    every = list(values)
    return max(every, key=every.count)
