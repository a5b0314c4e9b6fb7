"""Round numbers for axes and scales: the ladder 1, 2, 5, 10, the ticks that stand on it, and which labels have room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from explorer.workspace.words.numbers import power_of_ten

Tick = tuple[float, str]
"""Where a tick stands, and its label."""

LADDER = (1, 2, 5, 10)
_EXACT = 1.0 - 1e-9
_IN_A_DECADE = ((1, 2, 5), (1, 3), (1,))
_APART = 3.0
"""Pixels between the labels of neighbouring ticks, at least."""


def rounded_up(size: float, ladder: Sequence[float] = LADDER) -> float:
    """Return the least number of the ``ladder`` times a power of ten that is not below ``size`` > 0."""
    decade = 10.0 ** math.floor(math.log10(size))
    return next(decade * factor for factor in ladder if decade * factor >= size * _EXACT)


def rounded_down(size: float) -> float:
    """Return the greatest number of the ladder times a power of ten that is not above ``size``, 0 for 0."""
    if size <= 0.0:
        return 0.0
    decade = 10.0 ** math.floor(math.log10(size))
    return max(decade * factor for factor in LADDER if factor == 1 or decade * factor <= size)


def log_rounded_up(log10: float) -> float:
    """Return log10 of 10^``log10`` rounded up on the ladder, however far that is; 0 for what is not finite."""
    if not math.isfinite(log10):
        return 0.0
    whole = math.floor(log10)
    return whole + math.log10(rounded_up(10.0 ** (log10 - whole)))


def step(span: float, most: float, least: float = 0.0) -> float:
    """Return the number of the ladder, at least ``least``, that divides ``span`` into at most ``most`` parts."""
    return rounded_up(max(span / max(most, 1.0), least))


def stride(spacing: float, width: float) -> int:
    """Return every how many steps of ``spacing`` pixels a label of ``width`` pixels fits."""
    return int(rounded_up(max(width / max(spacing, 1e-3), 1.0)))


def ticks(low: float, high: float, most: float = 5, least: float = 0.0) -> list[float]:
    """Return at most ``most`` + 1 round numbers from ``low`` to ``high``, at least ``least`` apart."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low] if math.isfinite(low) else []
    apart = step(span, most, least)
    first, last = math.ceil(low / apart - 1e-9), math.floor(high / apart + 1e-9)
    return [i * apart for i in range(first, last + 1)]


def whole_ticks(low: float, high: float, most: float = 5) -> list[int]:
    """Return at most ``most`` + 1 whole numbers from ``low`` to ``high``, evenly spaced."""
    return [round(tick) for tick in ticks(low, high, most, least=1.0)]


def ticks_in_decades(low: float, high: float, fewest: int, most: int) -> list[float]:
    """Return log10 of 1, 2, 5 in each decade between two log10, of 1, 3 or of 1 where those are more than ``most``.

    Where all are more, or fewer than ``fewest``, there are none.
    """
    decades_ = range(math.floor(low), math.ceil(high) + 1)
    for factors in _IN_A_DECADE:
        places = [math.log10(factor) + decade for decade in decades_ for factor in factors]
        found = [place for place in places if low < place < high]
        if fewest <= len(found) <= most:
            return found
    return []


def number(value: float, digits: int = 6) -> str:
    """Return a tick's label, with a true minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of axes: from where to where it reaches, and its ticks."""

    low: float
    high: float
    ticks: Sequence[Tick]

    @classmethod
    def numbers(cls, low: float, high: float, most: float) -> Side:
        """Return a side with about ``most`` round numbers."""
        return cls(low, high, [(value, number(value)) for value in ticks(low, high, most)])

    @classmethod
    def steps(cls, low: float, high: float, most: float, told: Callable[[int], int] = lambda step: step) -> Side:
        """Return a side with about ``most`` whole numbers, each ``told`` as the step that it is of the sequence."""
        return cls(low, high, [(float(value), str(told(value))) for value in whole_ticks(low, high, most)])

    @classmethod
    def decades(cls, low: float, high: float, most: float = 4) -> Side:
        """Return a side between two log10 with about ``most`` whole decades, 10⁻³ … 1 … 10³."""
        return cls(low, high, [(float(value), power_of_ten(value)) for value in whole_ticks(low, high, most)])


def uncrowded(labels: Iterable[Tick], width: Callable[[str], float]) -> list[Tick]:
    """Return those of ``labels``, the first before others, that have room about their places, in pixels."""
    kept: list[Tick] = []
    for x, text in labels:
        if all(abs(x - other) >= (width(text) + width(said)) / 2 + _APART for other, said in kept):
            kept.append((x, text))
    return kept
