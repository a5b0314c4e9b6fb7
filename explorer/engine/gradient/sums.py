"""Sums of the terms of a gradient by lag, by source step and by loss step.

Each sum has a scale of its own, the largest logarithm among its terms: none leaves the range of float64. No term is ever
formed: those of one lag, or of one loss step, are one matrix product, and those of one source step share their factors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.meant import Meant
from explorer.engine.gradient.ways import Rows, Way
from explorer.engine.names import named
from explorer.engine.recurrence.credit.fronts import Steps

Brought = Callable[[Steps, Floats, Floats], Floats]
"""What the weights get (P,) from rows e^log · δ of some steps k (R,): δ (R, D) and log (R,)."""


Add = Callable[[Rows, Brought, Steps, Floats, Floats], None]
"""Add the terms of some rows to the sums (·, P) of some groups, e^−log as large; log (T,) has the scales of all groups."""


def bringing(way: Way, names: tuple[str, ...], some: Meant) -> Brought:
    """Return what says what the weights get of rows of one chain, zero where they are not the chain's."""
    shares, places = way.credit.shares, some.places

    def brought(k: Steps, delta: Floats, log: Floats) -> Floats:
        flat, steps = np.zeros(some.size), way.turned(k)
        for name, sum_ in shares.each_summed(names, steps, delta, log):
            flat[places[name]] = sum_.ravel()
        return flat

    return brought


def by_lag(rows: Rows, brought: Brought, groups: Steps, log: Floats, sums: Floats) -> None:
    """Add the terms with |t − k| = lag to the sums of the lags ``groups``."""
    there = rows.scale > -np.inf
    ways = [way for way in (-1, 1) if (there & (way * (np.arange(there.shape[1]) - rows.t[:, None]) > 0)).any()]
    for sum_, lag in zip(sums, groups, strict=True):
        for way in (ways or [-1])[: 1 if lag == 0 else 2] if np.isfinite(log[lag]) else ():
            k = rows.t + way * lag
            row = np.flatnonzero((k >= 0) & (k < there.shape[1]))
            k = k[row]
            if len(row) and not (some := there[row, k]).all():
                row, k = row[some], k[some]
            if len(row):
                sum_ += brought(k, rows.delta[row, k], rows.scale[row, k] - log[lag])


def by_loss(rows: Rows, brought: Brought, groups: Steps, log: Floats, sums: Floats) -> None:
    """Add the terms of a loss step to the sums of the loss steps ``groups``, which ascend."""
    for row, t in enumerate(rows.t):
        place = int(np.searchsorted(groups, t))
        k = np.flatnonzero(rows.scale[row] > -np.inf)
        if place < len(groups) and groups[place] == t and np.isfinite(log[t]) and len(k):
            sums[place] += brought(k, rows.delta[row, k], rows.scale[row, k] - log[t])


def by_source(rows: Rows, brought: Brought, groups: Steps, log: Floats, sums: Floats) -> None:
    """Add the terms of a source step to the sums of the source steps ``groups``."""
    vectors, scale = source_vectors(rows)
    for sum_, k in zip(sums, groups, strict=True):
        if np.isfinite(log[k]) and scale[k] > -np.inf:
            sum_ += brought(np.array([k]), vectors[k : k + 1], scale[k : k + 1] - log[k])


def source_vectors(rows: Rows) -> tuple[Floats, Floats]:
    """Return Σ_t δ_{t,k} (T, D) over the rows, e^−scale as large, and scale (T,)."""
    scale = np.where(np.isfinite(rows.scale), rows.scale, -np.inf).max(axis=0, initial=-np.inf)
    shift = np.where(np.isfinite(scale), scale, 0.0)
    vectors = np.einsum("tk,tkd->kd", np.exp(rows.scale - shift), rows.delta)
    # What is no number has no scale either.
    scale[np.isneginf(scale) & (rows.scale != -np.inf).any(axis=0)] = 0.0
    return vectors, scale


def largest(terms: Floats, open_: NDArray[np.bool_], by: str) -> Floats:
    """Return the largest ln (T,) of the terms of each group; no number wins over every number."""
    log = np.where(open_, terms, -np.inf)
    if by == "lag":
        return np.array([np.maximum(np.diagonal(log, -lag), np.diagonal(log, lag)).max() for lag in range(len(log))])
    return np.asarray(log.max(axis=0 if by == "source" else 1))


SUMS: Mapping[str, Add] = MappingProxyType({"lag": by_lag, "source": by_source, "loss": by_loss})
"""What adds up the terms, by the name of the groups."""


def way_to_sum(by: str) -> str:
    """Return the name of a way to sum terms, whatever its capitals.

    Raises
    ------
    BadTargets
        If there is none of that name.
    """
    return named("way to sum terms", by, SUMS, BadTargets)
