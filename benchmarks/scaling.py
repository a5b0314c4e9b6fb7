"""How long all pairs take over T and over n, as a picture: for `benchmarks.peers`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.players import Size

_WIDTH, _HEIGHT, _TOP, _FOOT, _LEFT, _NAMES, _LINE = 900, 380, 44, 46, 64, 86, 14
_INKS = ("#b3261e", "#3b5bab", "#7a5195", "#2f7d5b", "#8a6d1d")
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


def drawn(times: Mapping[str, Mapping[Size, float]]) -> str:
    """Return the picture as SVG: the milliseconds of each over T at the commonest n, and over n at the commonest T."""
    sizes = list(next(iter(times.values())))
    n, T = _most_common(size.n for size in sizes), _most_common(size.T for size in sizes)
    taken = [value for measured in times.values() for size, value in measured.items() if size.n == n or size.T == T]
    up = (math.log10(min(taken)) - 0.15, math.log10(max(taken)) + 0.15)
    over_T = {name: {size.T: ms for size, ms in measured.items() if size.n == n} for name, measured in times.items()}
    over_n = {name: {size.n: ms for size, ms in measured.items() if size.T == T} for name, measured in times.items()}
    title = "All pairs ‖∂sₜ/∂sₖ‖: milliseconds of the processor"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-weight="bold" fill="#222222">{title}</text>',
        *_half(0, f"T, at n = {n}", over_T, up),
        *_half(1, f"n, at T = {T}", over_n, up),
    ]
    return "\n".join([*parts, "</svg>\n"])


def _half(number: int, title: str, curves: Mapping[str, Mapping[int, float]], up: Point) -> Iterator[str]:
    """Draw the curves over one size."""
    sizes = sorted({size for curve in curves.values() for size in curve})
    half = _WIDTH / 2
    panel = _Panel(
        number * half + _LEFT, (number + 1) * half - _NAMES, (math.log10(sizes[0]), math.log10(sizes[-1])), up
    )
    yield from _axes(panel, title, sizes)
    ends: list[Point] = []
    for (name, curve), ink in zip(curves.items(), _INKS, strict=False):
        yield from _curve([panel.at(point) for point in sorted(curve.items())], name, ink, ends)


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


def _curve(line: Sequence[Point], name: str, ink: str, taken: list[Point]) -> Iterator[str]:
    """Draw a contender's line with its name at the end, where none stands yet."""
    yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}" fill="none" stroke="{ink}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ink}"/>' for x, y in line)
    x, y = line[-1]
    while any(abs(x - one) < _NAMES and abs(y - other) < _LINE for one, other in taken):
        y += 1
    taken.append((x, y))
    halo = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
    yield f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{ink}" {halo}>{name}</text>'


def _most_common(values: Iterator[int]) -> int:
    every = list(values)
    return max(every, key=every.count)
