"""Between what a value lies, whatever it is made of: arithmetic with intervals (Moore 1966), ends included."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``; an infinite end is none."""

    low: float = -math.inf
    high: float = math.inf

    def holds(self, other: Interval) -> bool:
        """Return whether the other lies in it."""
        return self.low <= other.low and other.high <= self.high

    @property
    def is_finite(self) -> bool:
        """Return whether both ends are numbers."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def __or__(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def __and__(self, other: Interval) -> Interval:
        """Return what both have; of two apart, the nearest end."""
        low = max(self.low, other.low)
        return Interval(low, max(low, min(self.high, other.high)))

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        # Of −∞ and +∞ either may win; an end that is none stays none.
        return Interval(_sum(self.low, other.low, -math.inf), _sum(self.high, other.high, math.inf))

    def __mul__(self, other: Interval) -> Interval:
        products = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(products), max(products))

    def squared(self) -> Interval:
        """Return where the squares lie."""
        ends = sorted((_product(self.low, self.low), _product(self.high, self.high)))
        return Interval(0.0 if self.low < 0.0 < self.high else ends[0], ends[1])

    def several(self) -> Interval:
        """Return where a sum of one or more such numbers lies."""
        return Interval(self.low if self.low >= 0.0 else -math.inf, self.high if self.high <= 0.0 else math.inf)


Reach = Callable[..., Interval]
"""From the intervals of a function's arguments to that of its value."""


def within(low: float = -math.inf, high: float = math.inf) -> Reach:
    """Return the reach of a function of which only its own bounds are known."""
    return lambda *_: Interval(low, high)


ANYWHERE = within()


def rising(value: Callable[..., object], low: float = -math.inf, high: float = math.inf) -> Reach:
    """Return the reach of a function that falls in no argument: its values at the ends."""

    def end(ends: tuple[float, ...], otherwise: float) -> float:
        with np.errstate(all="ignore"):
            found = float(np.asarray(value(*(np.float64(one) for one in ends))))
        return otherwise if math.isnan(found) else min(max(found, low), high)

    return lambda *args: Interval(end(tuple(arg.low for arg in args), low), end(tuple(arg.high for arg in args), high))


def size(a: Interval) -> Interval:
    """Return where |a| lies."""
    return a if a.low >= 0.0 else -a if a.high <= 0.0 else Interval(0.0, max(-a.low, a.high))


def quotient(a: Interval, b: Interval) -> Interval:
    """Return where a/b lies; anywhere if b may be zero."""
    if b.low <= 0.0 <= b.high:
        return Interval()
    return a * Interval(1.0 / b.high, 1.0 / b.low)


def remainder(_: Interval, b: Interval) -> Interval:
    """Return where a mod b lies: between zero and b, on b's side."""
    return Interval(min(b.low, 0.0), max(b.high, 0.0))


def power(a: Interval, b: Interval) -> Interval:
    """Return where a^b lies; of what is not negative, and a power that is one number, at the ends."""
    if a.low < 0.0 or b.low != b.high:
        return Interval(0.0 if a.low >= 0.0 else -math.inf)
    ends = [_power(end, b.low) for end in (a.low, a.high)]
    return Interval(min(ends), max(ends))


def either(_: Interval, a: Interval, b: Interval) -> Interval:
    """Return where a value lies that is one of two."""
    return a | b


def _sum(a: float, b: float, none: float) -> float:
    total = a + b
    return none if math.isnan(total) else total


def _product(a: float, b: float) -> float:
    # An end that is none is no number: however far it goes, zero times it is zero.
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _power(base: float, exponent: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.power(np.float64(base), exponent))
