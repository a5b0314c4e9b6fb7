"""`AllPairs`: the table that the fast kernels fill in, and what their arithmetic may be wrong by."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats

TOLERANCE = 1e-9
"""Nats: what a norm that is not doubtful may be wrong by."""

_EPSILON = float(np.finfo(np.float64).eps)


def rounding(N: int) -> float:
    """Return what one product of matrices of width N is wrong by, relative to the norms of its factors.

    Roundings have no direction: of an error spread over N directions a later product sees 1/√N. Measured errors stay ten
    times below this at N = 128; at N = 2 it is a strict bound.
    """
    return 8.0 * _EPSILON / math.sqrt(N)


@dataclass(frozen=True, slots=True)
class AllPairs:
    """ln ‖P_{t,k}‖_F at [t, k] (T+1, T+1), NaN for k > t; which pairs are doubtful; which were multiplied out.

    ``squares`` are those of the relative errors that are expected of the kernel's roundings, +∞ where nothing is known.
    ``remade``: the inner product of the Grams had cancelled, and A_t B_k was multiplied out instead.
    """

    log_norm: Floats
    squares: Floats
    doubtful: NDArray[np.bool_]
    remade: NDArray[np.bool_]

    @classmethod
    def empty(cls, T: int, ones: int) -> AllPairs:
        """Return the table before anything is known but P_{t,t} = I, of which so many ``ones`` are seen."""
        log_norm = np.full((T + 1, T + 1), np.nan)
        np.fill_diagonal(log_norm, 0.5 * np.log(ones) if ones else -np.inf)
        flags = (np.zeros((T + 1, T + 1), dtype=bool) for _ in range(2))
        return cls(log_norm, np.zeros((T + 1, T + 1)), *flags)
