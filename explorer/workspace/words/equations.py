"""Equations with their numbers put in: an equals sign stands only where the printed digits make both sides equal."""

from __future__ import annotations

import math
from collections.abc import Callable

from explorer.workspace.words.numbers import is_far, parts

_MOST_DIGITS = 6


def rounded(log10: float, digits: int) -> float:
    """Return log10 of the number that `scientific` writes for 10^``log10``."""
    if not math.isfinite(log10):
        return log10
    if is_far(log10):
        return round(log10, 1)
    number, exponent = parts(log10, digits)
    return math.log10(float(number)) + exponent


def as_shown(value: float, digits: int) -> float:
    """Return the number that `signed` writes for ``value``."""
    if value == 0.0 or not math.isfinite(value):
        return value
    return math.copysign(10.0 ** rounded(math.log10(abs(value)), digits), value)


def digits_that_hold(holds: Callable[[int], bool], fewest: int) -> int | None:
    """Return with how many digits an equation holds as it is printed, ``fewest`` or more; None if it never does."""
    return next((digits for digits in range(fewest, _MOST_DIGITS + 1) if holds(digits)), None)


def log_sum(one: float, other: float) -> float:
    """Return log10 of the sum of two numbers given by theirs."""
    top = max(one, other)
    return top + math.log10(1.0 + 10.0 ** (min(one, other) - top)) if math.isfinite(top) else top
