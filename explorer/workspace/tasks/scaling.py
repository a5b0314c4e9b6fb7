"""Columns of numbers of any size brought to mean 0 and standard deviation 1 over the rows that are learnt from.

No sum or square leaves the range of float64: each column is taken relative to its first row, and both by powers of two, which
round nothing. What differs by rounding alone is constant: its spread is no scale.
"""

from __future__ import annotations

import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.errors import BadSequence

_ROUNDING = 4 * np.finfo(np.float64).eps
_FARTHEST = 1e6
"""Standard deviations: an input beyond says only that the rows that are learnt from don't tell its scale."""


def is_constant(x: Floats) -> bool:
    """Return whether the numbers ``x`` (T,) are one number, but for rounding."""
    return not _apart(_in_range(x, len(x)), len(x)).any()


def standardised(x: Floats, learnt: int, names: tuple[str, ...]) -> Floats:
    """Return the columns of ``x`` (T, m), called ``names``, scaled by their first ``learnt`` rows.

    A column that is constant there is zero there, and what it changes later has a root mean square of 1 over all rows.

    Raises
    ------
    BadSequence
        With the column whose later rows lie so far from those learnt from that they have no common scale.
    """
    result = np.empty_like(x)
    for i, name in enumerate(names):
        result[:, i] = _standardised(x[:, i], learnt)
        far = np.abs(result[:, i]) > _FARTHEST
        if far.any():
            raise BadSequence(
                "The column “{column}” can't be scaled: its number {place} lies more than a million standard deviations from "
                "the mean of the first {learnt}, which are learnt from. Leave the column out.",
                column=name, place=int(np.argmax(far)) + 1, learnt=learnt,
            )  # fmt: skip
    return result


def _standardised(x: Floats, learnt: int) -> Floats:
    apart = _apart(_in_range(x, learnt), learnt)
    if not apart[:learnt].any():
        apart = _apart(_in_range(x, len(x)), learnt)
        spread = np.sqrt(np.mean(apart**2))
        return apart / spread if spread > 0 else apart
    return (apart - apart[:learnt].mean()) / apart[:learnt].std()


def _in_range(x: Floats, learnt: int) -> Floats:
    """Return ``x`` times the power of two that brings the largest of the first ``learnt`` numbers to 1/2 … 1."""
    with np.errstate(over="ignore"):
        return np.ldexp(x, -np.frexp(np.abs(x[:learnt]).max())[1])


def _apart(x: Floats, learnt: int) -> Floats:
    """Return the distances from the first of numbers in range, brought in range in their turn; rounding is no distance."""
    apart = x - x[0]
    if np.ptp(apart[:learnt]) <= _ROUNDING:
        apart[np.abs(apart) <= _ROUNDING] = 0.0
        learnt = len(x)
    return _in_range(apart, learnt)
