"""`ColumnScale`: columns of numbers of any size brought to mean 0 and standard deviation 1, and back to their units.

No sum or square leaves the range of float64: each column is first multiplied by a power of two, which rounds nothing. What
differs by rounding alone is constant: its spread is no scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats

Bools = NDArray[np.bool_]

_ROUNDING = 4 * np.finfo(np.float64).eps
_FARTHEST = 1e6
"""Standard deviations: an input beyond says only that the rows that are learnt from don't tell its scale."""
_USUAL = (0.1, 3.0)
"""Root mean squares of a column that a network can be fed as it is."""


class ColumnScale(NamedTuple):
    """How a column is fed: (value − centre)/spread; the spread is positive, both are in the column's units."""

    centre: float
    spread: float

    def back(self, x: Floats) -> Floats:
        """Return in the column's units what stands on this scale."""
        return x * self.spread + self.centre


def constant(x: Floats) -> Bools:
    """Return which columns of ``x`` (T, m) are one number, but for rounding."""
    found: Bools = np.ptp(_in_range(x, len(x)), axis=0) <= _ROUNDING
    return found


def scales_of(x: Floats, learnt: int | None = None) -> tuple[ColumnScale, ...]:
    """Return the scale of each column of ``x`` (T, m) by its first ``learnt`` rows, all of them by default.

    A column that is constant there is zero there, and what it changes later has a root mean square of 1 over all rows.
    """
    rows = len(x) if learnt is None else learnt
    power = _powers(x[:rows])
    with np.errstate(over="ignore", under="ignore"):
        first = np.ldexp(x[:rows], -power)
        centre, spread = np.ldexp(first.mean(axis=0), power), np.ldexp(first.std(axis=0), power)
    still = constant(x[:rows])
    centre[still], spread[still] = x[0, still], _later_spread(x[:, still])
    return tuple(ColumnScale(*pair) for pair in zip(centre.tolist(), np.maximum(spread, _LEAST).tolist(), strict=True))


def scaled(values: Floats, scales: Sequence[ColumnScale]) -> Floats:
    """Return the columns of ``values`` (T, m) on their ``scales``; what differs from a centre by rounding alone is 0.

    Raises
    ------
    BadSequence
        With the step and the column of a number that is none on its scale.
    """
    centre, spread = np.array(scales).T
    power = np.frexp(np.maximum(np.abs(centre), spread))[1]
    with np.errstate(over="ignore", under="ignore"):
        centre, spread = np.ldexp(centre, -power), np.ldexp(spread, -power)
        apart = np.ldexp(values, -power) - centre
        apart[np.abs(apart) <= 2 * _ROUNDING * np.abs(centre)] = 0.0
        result: Floats = apart / spread
    for row, column in np.argwhere(~np.isfinite(result)):
        raise BadSequence(
            "The number of step {step} in column {column} lies too far from the others to be scaled.",
            step=row + 1, column=column + 1,
        )  # fmt: skip
    return result


def standardised(x: Floats, learnt: int, names: tuple[str, ...]) -> tuple[Floats, tuple[ColumnScale, ...]]:
    """Return the columns of ``x`` (T, m), called ``names``, scaled by their first ``learnt`` rows, and their scales.

    Raises
    ------
    BadSequence
        With the column whose later rows lie so far from those learnt from that they have no common scale.
    """
    scales = scales_of(x, learnt)
    with np.errstate(over="ignore"):
        far = np.abs(np.ldexp(x, -_powers(x[:learnt])) - np.ldexp([s.centre for s in scales], -_powers(x[:learnt])))
        limit = _FARTHEST * np.ldexp([s.spread for s in scales], -_powers(x[:learnt]))
    for row, column in np.argwhere(far > limit):
        raise BadSequence(
            "The column “{column}” can't be scaled: its number {place} lies more than a million standard deviations from "
            "the mean of the first {learnt}, which are learnt from. Leave the column out.",
            column=names[column], place=row + 1, learnt=learnt,
        )  # fmt: skip
    return scaled(x, scales), scales


def is_far_from_one(x: Floats) -> bool:
    """Return whether a column of ``x`` (T, m) is too large or too small for a network to be fed with it as it is."""
    size = np.abs(x).max(axis=0)
    some = size > 0
    with np.errstate(over="ignore", under="ignore"):
        rms = size[some] * np.sqrt(np.mean(np.square(x[:, some] / size[some]), axis=0))
    return bool(((rms < _USUAL[0]) | (rms > _USUAL[1])).any())


_LEAST = 5e-324


def _later_spread(x: Floats) -> Floats:
    """Return the root mean square of what columns differ from their first numbers; where they don't, what is no rounding."""
    power = _powers(x)
    apart = np.ldexp(x, -power) - np.ldexp(x[:1], -power)
    apart[np.abs(apart) <= _ROUNDING] = 0.0
    size = np.sqrt(np.mean(apart**2, axis=0))
    with np.errstate(under="ignore"):
        spread: Floats = np.ldexp(np.where(size > 0, size, 1.0), np.where(size > 0, power, np.minimum(power, 1023)))
    return spread


def _powers(x: Floats) -> NDArray[np.int32]:
    """Return the powers of two that the largest of each column are the mantissas of, in 1/2 … 1."""
    found: NDArray[np.int32] = np.frexp(np.abs(x).max(axis=0))[1]
    return found


def _in_range(x: Floats, learnt: int) -> Floats:
    """Return columns times the powers of two that bring the largest of their first ``learnt`` numbers to 1/2 … 1."""
    with np.errstate(over="ignore"):
        return np.ldexp(x, -_powers(x[:learnt]))
