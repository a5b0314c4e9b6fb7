"""Sums of the terms δ_{t,k} ⊗ r_k of a gradient by lag, by source step and by loss step, r_k being x_k, h_{k−1} or one.

Each sum has a scale of its own, the largest logarithm among its terms: none leaves the range of float64. No term is ever
formed: those of one lag, or of one loss step, are one matrix product, and those of one source step share their r_k.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.sweep import Rows, Steps

Add = Callable[[Rows, Floats, Steps, Floats, Floats], None]
"""Add the terms of some rows, with r (T, ·), to the sums (·, G·n, ·) of some groups; log (T,) has the scales of all."""


def by_lag(rows: Rows, right: Floats, groups: Steps, log: Floats, sums: Floats) -> None:
    """Add the terms with t − k = lag to the sums of the lags ``groups``."""
    for sum_, lag in zip(sums, groups, strict=True):
        first = int(np.searchsorted(rows.steps, lag))
        if first < len(rows.steps) and np.isfinite(log[lag]):
            k = rows.steps[first:] - lag
            sum_ += rows.delta[first:, lag].T @ weighted(right[k], rows.scale[first:, lag] - log[lag])


def by_loss(rows: Rows, right: Floats, groups: Steps, log: Floats, sums: Floats) -> None:
    """Add the terms of a loss step to the sums of the loss steps ``groups``, which ascend."""
    for row, t in enumerate(rows.steps):
        place = int(np.searchsorted(groups, t))
        if place < len(groups) and groups[place] == t and np.isfinite(log[t]):
            scale = rows.scale[row, : t + 1] - log[t]
            sums[place] += rows.delta[row, : t + 1].T @ weighted(right[t::-1], scale)


def by_source(rows: Rows, right: Floats, groups: Steps, log: Floats, sums: Floats) -> None:
    """Add the terms of a source step to the sums of the source steps ``groups``."""
    vectors = source_vectors(rows, log)
    for sum_, k in zip(sums, groups, strict=True):
        if np.isfinite(log[k]):
            sum_ += np.outer(vectors[k], right[k])


def source_vectors(rows: Rows, log: Floats) -> Floats:
    """Return Σ_t δ_{t,k} (T, G·n) over the rows, e^−log as large."""
    shift = np.where(np.isfinite(log), log, 0.0)
    vectors = np.zeros((len(log), rows.delta.shape[-1]))
    for row, t in enumerate(rows.steps):
        # The last step first, as the row has it.
        vectors[t::-1] += weighted(rows.delta[row, : t + 1], rows.scale[row, : t + 1] - shift[t::-1])
    return vectors


def void(rows: Rows, right: Floats) -> None:
    """Make true zeros, in place, of what is no number but is multiplied with an r_k that is exactly zero."""
    k = rows.steps[:, None] - np.arange(rows.scale.shape[1])
    nothing = ~np.isfinite(rows.scale) & np.asarray(~right.any(axis=1))[k]
    rows.delta[nothing], rows.scale[nothing] = 0.0, -np.inf


def weighted(vectors: Floats, log: Floats) -> Floats:
    """Return e^log (R,) times vectors (R, ·); a true zero times anything is zero, also inf."""
    result = vectors * np.exp(log)[:, None]
    dead = np.isneginf(log)
    if dead.any():
        result[dead] = 0.0
    return np.asarray(result)


SUMS: Mapping[str, Add] = MappingProxyType({"lag": by_lag, "source": by_source, "loss": by_loss})
"""What adds up the terms, by the name of the groups."""
