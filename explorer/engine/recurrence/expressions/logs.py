"""Arithmetic with logarithms and signs, over any leading axes: what `Signed` itself leaves open.

A true zero is −inf with sign 0 and stays one, whatever it is multiplied with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed

# Nats: a number so small is no other than its first term.
FAINT = -600.0
# Nats: what lies between needs no logarithms, nor do a few products of it.
NEAR = 150.0
# Where the summands' sizes add up to more than this, what float64 has lost of them is not seen in the sum.
_HELD = 1e-280
# Summands of entries that are worked out at once.
_MOST_AT_ONCE = 2**20


def positive(log: Floats) -> Signed:
    """Return the positive numbers (…) whose logarithms these are."""
    return Signed(log, np.where(np.isneginf(log), 0.0, 1.0))


def negative(a: Signed) -> Signed:
    """Return −a."""
    return Signed(a.log, -a.sign)


def size(a: Signed) -> Signed:
    """Return |a|."""
    return Signed(a.log, np.abs(a.sign))


def product(a: Signed, b: Signed) -> Signed:
    """Return a·b; zero times anything is zero, also what is infinite."""
    zero = (a.sign == 0) | (b.sign == 0)
    if zero.any():
        return Signed(np.where(zero, -np.inf, a.log + b.log), np.where(zero, 0.0, a.sign * b.sign))
    return Signed(a.log + b.log, a.sign * b.sign)


def quotient(a: Signed, b: Signed) -> Signed:
    """Return a/b."""
    return product(a, Signed(-b.log, np.where(np.isneginf(b.log), 1.0, b.sign)))


def total(summands: Sequence[Signed]) -> Signed:
    """Return the sum of numbers of shapes that go together."""
    shift, parts = _measured(summands)
    return Signed.of(reduce(np.add, parts)).times(shift)


def total_and_size(summands: Sequence[Signed]) -> tuple[Signed, Floats]:
    """Return the sum of numbers, and ln of the sum of their sizes, from one exponential of each."""
    shift, parts = _measured(summands)
    with np.errstate(divide="ignore"):
        sizes = np.log(reduce(np.add, (np.abs(one) for one in parts))) + shift
    return Signed.of(reduce(np.add, parts)).times(shift), sizes


def _measured(summands: Sequence[Signed]) -> tuple[Floats, list[Floats]]:
    """Return ln of the largest summands, 0 where it is not finite, and the plain summands measured by them."""
    top = reduce(np.maximum, (one.log for one in summands))
    shift = np.where(np.isfinite(top), top, 0.0)
    return shift, [one.sign * np.exp(one.log - shift) for one in summands]


def summed(a: Signed, axes: tuple[int, ...]) -> Signed:
    """Return the sums over some axes; each is measured by its largest summand."""
    top = a.log.max(axis=axes, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(top), top, 0.0)
    sums = Signed.of((a.sign * np.exp(a.log - shift)).sum(axis=axes))
    return sums.times(shift.reshape(sums.log.shape))


def matrix_product(a: Signed, b: Signed) -> Signed:
    """Return the product (…, p, q) of matrices (…, p, k) and (…, k, q).

    It is one of float64 where each row and column is measured by its largest; what is too small beside these is worked out
    entry by entry.
    """
    rows, columns = (np.where(np.isfinite(top), top, 0.0) for top in (_top(a, -1), _top(b, -2)))
    A, B = a.sign * np.exp(a.log - rows), b.sign * np.exp(b.log - columns)
    product_ = Signed.of(A @ B)
    log, sign = product_.log + rows + columns, product_.sign
    lost = ~(np.abs(A) @ np.abs(B) > _HELD) & (_top(a, -1) > -np.inf) & (_top(b, -2) > -np.inf)
    size = max(1, _MOST_AT_ONCE // a.log.shape[-1])
    places = np.argwhere(lost)
    for some in (tuple(places[first : first + size].T) for first in range(0, len(places), size)):
        entry = _entries(a, b, some, lost.shape)
        log[some], sign[some] = entry.log, entry.sign
    return Signed(log, sign)


def _top(a: Signed, axis: int) -> Floats:
    return a.log.max(axis=axis, keepdims=True, initial=-np.inf)


def _entries(a: Signed, b: Signed, places: tuple[NDArray[np.intp], ...], shape: tuple[int, ...]) -> Signed:
    """Return some entries of a b, whose whole shape is this."""
    *lead, row, column = places

    def some(array: Floats, which: NDArray[np.intp]) -> Floats:
        return np.broadcast_to(array, (*shape[:-2], *array.shape[-2:]))[(*lead, which)]

    of_a = Signed(some(a.log, row), some(a.sign, row))
    return summed(product(of_a, Signed(some(b.log.mT, column), some(b.sign.mT, column))), (-1,))


def chosen(where: np.ndarray, a: Signed, b: Signed) -> Signed:
    """Return a where it is so, b elsewhere."""
    return Signed(np.where(where, a.log, b.log), np.where(where, a.sign, b.sign))


def near(a: Signed) -> bool:
    """Return whether all entries are true zeros or lie in the middle of what float64 holds."""
    return bool((np.isneginf(a.log) | (np.abs(a.log) < NEAR)).all())


def there(a: Signed | None) -> Signed:
    """Return a number that is known to be there."""
    if a is None:
        raise TypeError("there is no number")
    return a
