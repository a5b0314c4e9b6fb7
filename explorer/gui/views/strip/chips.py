"""Where the words of the unrolled network stand: long ones borrow room from short neighbours before any is cut."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIZES = (1.0, 0.92, 0.84, 0.76)
"""The sizes of type that are tried, the largest first."""

_GAP, _BETWEEN, _PADDING = 3.0, 3.0, 4.0
_FROM_EDGE = 3.0
_LEAST_TURNED, _MOST_TURNED = 60.0, 84.0


@dataclass(frozen=True, slots=True)
class Chips:
    """The words' boxes: ``lefts`` and ``widths`` in pixels, x_1 first, s_0 at 0; each is ``height`` high.

    They stand in one or two ``lines``, word by word in turn; ``upright`` ones are turned. ``size`` scales the type.
    """

    size: float
    lines: int
    upright: bool
    height: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]

    @property
    def room(self) -> float:
        """Return the height of all lines, in pixels."""
        return self.lines * self.height + (self.lines - 1) * _BETWEEN

    def line(self, step: int) -> int:
        """Return the line in which x_step stands, 0 at the top."""
        return (step - 1) % self.lines

    def top(self, step: int) -> float:
        """Return how far below the first line's top the box of x_step begins."""
        return self.line(step) * (self.height + _BETWEEN)

    def step_at(self, x: float, y: float) -> int | None:
        """Return which word lies at ``x`` pixels from s_0 and ``y`` below the first line's top, or None."""
        line = min(max(math.floor(y / (self.height + _BETWEEN)), 0), self.lines - 1)
        for i in range(line, len(self.lefts), self.lines):
            if self.lefts[i] - _GAP / 2 <= x <= self.lefts[i] + self.widths[i] + _GAP / 2:
                return i + 1
        return None


def arrange(words: Sequence[float], text_height: float, spacing: float) -> Chips:
    """Return the boxes of words that are ``words`` pixels wide at full size, ``spacing`` pixels a step.

    In this order: each over its step or pushed aside a little by a long neighbour, in smaller type, in two
    lines, turned. A box always reaches over its own step, so that one sees which it belongs to.
    """
    for lines in (1, 2):
        for size in SIZES:
            widths = [word * size + 2 * _PADDING + 1.0 for word in words]
            lefts = _side_by_side(widths, spacing, lines)
            if lefts is not None:
                return Chips(size, lines, False, text_height * size + 5.0, tuple(lefts), tuple(widths))
    return _turned(words, text_height, spacing)


def _turned(words: Sequence[float], text_height: float, spacing: float) -> Chips:
    thickest, longest = spacing - _GAP - 1.0, _LEAST_TURNED - 2 * _PADDING
    fitting = (size for size in SIZES if text_height * size <= thickest and max(words) * size <= longest)
    size = next(fitting, SIZES[-1])
    width = min(text_height * size + 2.0, spacing - 2.0)
    height = min(max(max(words) * size + 2 * _PADDING, _LEAST_TURNED), _MOST_TURNED)
    lefts = tuple(step * spacing - width / 2 for step in range(1, len(words) + 1))
    return Chips(size, 1, True, height, lefts, (width,) * len(words))


def _side_by_side(widths: Sequence[float], spacing: float, lines: int) -> list[float] | None:
    """Return the left ends of the boxes, or None where they don't fit."""
    lefts = [0.0] * len(widths)
    for line in range(lines):
        steps = range(line, len(widths), lines)
        edges = (-0.5 * spacing, (len(widths) + 0.5) * spacing)
        placed = _placed([widths[i] for i in steps], [(i + 1) * spacing for i in steps], edges)
        if placed is None:
            return None
        for i, left in zip(steps, placed, strict=True):
            lefts[i] = left
    return lefts


def _placed(widths: Sequence[float], steps: Sequence[float], edges: tuple[float, float]) -> list[float] | None:
    """Return left ends as near as can be to boxes centred on ``steps``, all between the ``edges``, or None."""
    if sum(widths) + _GAP * (len(widths) - 1) > edges[1] - edges[0]:
        return None
    offsets = [0.0]
    for width in widths[:-1]:
        offsets.append(offsets[-1] + width + _GAP)
    wanted = [step - width / 2 - offset for step, width, offset in zip(steps, widths, offsets, strict=True)]
    last = edges[1] - widths[-1] - offsets[-1] if widths else edges[1]
    lefts = [min(max(place, edges[0]), last) + offset for place, offset in zip(_rising(wanted), offsets, strict=True)]
    fits = all(
        left + _FROM_EDGE <= step <= left + width - _FROM_EDGE
        for left, width, step in zip(lefts, widths, steps, strict=True)
    )
    return lefts if fits else None


def _rising(values: Sequence[float]) -> list[float]:
    """Return the nearest numbers, in the sense of least squares, that never fall (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (a, m), (b, n) = pools.pop(-2), pools.pop()
            pools.append(((a * m + b * n) / (m + n), m + n))
    return [value for value, count in pools for _ in range(count)]
