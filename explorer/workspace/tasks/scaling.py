"""Columns of numbers of any size brought to mean 0 and standard deviation 1 over the rows that are learnt from.

No sum or square leaves the range of float64: each column is first multiplied by a power of two, which rounds nothing. What
differs by rounding alone is constant: its spread is no scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats

Bools = NDArray[np.bool_]

_ROUNDING = 4 * np.finfo(np.float64).eps
_FARTHEST = 1e6
"""Standard deviations: an input beyond says only that the rows that are learnt from don't tell its scale."""


def constant(x: Floats) -> Bools:
    """Return which columns of ``x`` (T, m) are one number, but for rounding."""
    found: Bools = np.ptp(_in_range(x, len(x)), axis=0) <= _ROUNDING
    return found


def standardised(x: Floats, learnt: int, names: tuple[str, ...]) -> Floats:
    """Return the columns of ``x`` (T, m), called ``names``, scaled by their first ``learnt`` rows.

    A column that is constant there is zero there, and what it changes later has a root mean square of 1 over all rows.

    Raises
    ------
    BadSequence
        With the column whose later rows lie so far from those learnt from that they have no common scale.
    """
    near, still = _in_range(x, learnt), constant(x[:learnt])
    first = near[:learnt]
    result = (near - first.mean(axis=0)) / np.where(still, 1.0, first.std(axis=0))
    result[:, still] = _from_constant(_in_range(x[:, still], len(x)))
    for row, column in np.argwhere(np.abs(result) > _FARTHEST):
        raise BadSequence(
            "The column “{column}” can't be scaled: its number {place} lies more than a million standard deviations from "
            "the mean of the first {learnt}, which are learnt from. Leave the column out.",
            column=names[column], place=row + 1, learnt=learnt,
        )  # fmt: skip
    return result


def _from_constant(x: Floats) -> Floats:
    """Return by what columns differ from their first numbers, relative to the root mean square of that."""
    apart = x - x[:1]
    apart[np.abs(apart) <= _ROUNDING] = 0.0
    size = np.sqrt(np.mean(apart**2, axis=0))
    return apart / np.where(size > 0, size, 1.0)


def _in_range(x: Floats, learnt: int) -> Floats:
    """Return columns times the powers of two that bring the largest of their first ``learnt`` numbers to 1/2 … 1."""
    with np.errstate(over="ignore"):
        return np.ldexp(x, -np.frexp(np.abs(x[:learnt]).max(axis=0))[1])
