"""Arithmetic with logarithms and signs, over any leading axes: what `Signed` itself leaves open.

A true zero is −inf with sign 0 and stays one, whatever it is multiplied with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed

# Nats: a number so small is no other than its first term.
FAINT = -600.0
# Nats: what lies between needs no logarithms, nor do a few products of it.
NEAR = 150.0


def positive(log: Floats) -> Signed:
    """Return the positive numbers (…) whose logarithms these are."""
    return Signed(log, np.where(np.isneginf(log), 0.0, 1.0))


def negative(a: Signed) -> Signed:
    """Return −a."""
    return Signed(a.log, -a.sign)


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
    logs = np.stack(np.broadcast_arrays(*(one.log for one in summands)))
    signs = np.stack(np.broadcast_arrays(*(one.sign for one in summands)))
    return summed(Signed(logs, signs), (0,))


def summed(a: Signed, axes: tuple[int, ...]) -> Signed:
    """Return the sums over some axes; each is measured by its largest summand."""
    top = a.log.max(axis=axes, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(top), top, 0.0)
    sums = Signed.of((a.sign * np.exp(a.log - shift)).sum(axis=axes))
    return sums.times(shift.reshape(sums.log.shape))


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
