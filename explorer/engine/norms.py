"""Euclidean norms of what may lie anywhere in float64: squares leave its range below 1e-162 and above 1e154.

Everything here is first measured by its largest entry. Zeros have the norm 0, what is infinite inf, what is no number NaN.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats

# Squares between these have all their digits.
_SURE, _FULL = 1e-200, 1e200
# Beyond this exponent a power of two, or its reciprocal, is near the end of the range.
_FAR = 1000


def norm(array: Floats) -> float:
    """Return the norm of all entries of ``array`` (…) together."""
    # One vector of usual size, asked for at every step of a walk, needs no arrays of one number.
    square = float(np.vdot(array, array)) if array.dtype == np.float64 else 0.0
    return math.sqrt(square) if _SURE < square < _FULL else float(norms(np.ravel(array)))


def norms(vectors: Floats) -> Floats:
    """Return the norms (…) of vectors (…, ·), in their precision."""
    with np.errstate(all="ignore"):
        square = np.asarray(np.vecdot(vectors, vectors))
        size = np.asarray(np.sqrt(square))
        odd = _odd(square)
        if odd.any():
            top, rest = _measured(vectors[odd])
            size[odd] = top * np.sqrt(rest)
    return size


def log_norms(vectors: Floats) -> Floats:
    """Return ln of the norms (…) of vectors (…, ·), −inf for zeros."""
    with np.errstate(all="ignore"):
        square = np.asarray(np.vecdot(vectors, vectors))
        log = np.asarray(0.5 * np.log(square))
        odd = _odd(square)
        if odd.any():
            top, rest = _measured(vectors[odd])
            log[odd] = np.log(top) + 0.5 * np.log(rest)
    return log


def norm_of_logs(logs: Floats) -> Floats:
    """Return ln of the norms (…) of vectors (…, ·) whose entries are given by the logarithms of their moduli."""
    top = logs.max(axis=-1, initial=-np.inf)
    with np.errstate(all="ignore"):
        shift = np.where(np.isfinite(top), top, 0.0)
        return np.asarray(shift + 0.5 * np.log(np.exp(2.0 * (logs - shift[..., None])).sum(axis=-1)))


def unit(array: Floats) -> tuple[Floats, float]:
    """Return ``array`` as (norm one, in its shape; ln of its norm); zeros and −inf for zeros."""
    size = largest(array)
    if size == 0.0:
        return array, -np.inf
    with np.errstate(all="ignore"):
        # 1/size would overflow where size is below the normal numbers.
        near = array / size
        rest = float(np.sqrt(np.vdot(near, near)))
        return near / rest, float(log_norms(np.ravel(array)))


def largest(array: Floats) -> float:
    """Return the largest modulus of an entry, NaN where there is one."""
    return float(np.abs(array).max(initial=0.0))


def times_power_of_two(values: Floats, power: Floats) -> Floats:
    """Return values · 2^power for whole powers; 2^power itself may lie beyond float64."""
    if np.abs(power).max(initial=0.0) < _FAR:
        return values * np.exp2(power)
    return np.ldexp(values, power.astype(np.intp))


def _odd(square: Floats) -> NDArray[np.bool_]:
    """Return which squares may have lost digits."""
    low, full = (_SURE, _FULL) if square.dtype == np.float64 else (1e-25, 1e25)
    return np.asarray(~((square > low) & (square < full)))


def _measured(vectors: Floats) -> tuple[Floats, Floats]:
    """Return the largest entries (…) of vectors (…, ·) and the squared norms (…) relative to them."""
    top = np.abs(vectors).max(axis=-1, initial=0.0)
    usual = (top > 0) & np.isfinite(top)
    near = vectors / np.where(usual, top, 1.0)[..., None]
    return np.where(usual, top, 1.0), np.vecdot(near, near)
