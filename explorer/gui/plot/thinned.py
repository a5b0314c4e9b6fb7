"""Long noisy lines made short enough to be painted at every frame, without losing a peak."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats


def envelope(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the lowest and highest of the pixels ``y`` (K,) in each column that ``x`` (K,), ascending, comes into.

    The result is (columns, lowest, highest), each (C,); a column in which nothing is known has NaN.
    """
    column = np.floor(x)
    starts = np.flatnonzero(np.diff(column, prepend=-np.inf))
    return x[starts], np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)


def thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the line of pixels ``x`` (K,), ascending, and ``y`` (K,) with two points a column: more would not be seen."""
    at, low, high = envelope(x, y)
    if 2 * len(at) >= len(x):
        return x, y
    return np.repeat(at, 2), np.stack([low, high], axis=-1).ravel()


def smoothed(values: Floats, width: int) -> Floats:
    """Return the running means of ``values`` (K,) over ``width`` neighbours, fewer at the ends; NaN stays NaN, uncounted.

    Infinities are to be cut before.
    """
    half = max(width, 1) // 2
    known = ~np.isnan(values)
    here = np.arange(len(values))
    first, last = np.maximum(here - half, 0), np.minimum(here + half + 1, len(values))
    counts, sums = (np.concatenate([[0.0], np.cumsum(part)]) for part in (known, np.where(known, values, 0.0)))
    means = np.full(len(values), np.nan)
    np.divide(sums[last] - sums[first], counts[last] - counts[first], out=means, where=known)
    return means
