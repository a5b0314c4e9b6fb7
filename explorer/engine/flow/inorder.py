"""The pairs within short blocks of states, by plain products in order: halving these further costs more than it saves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.factors import FARTHEST, STREAM_BYTES, ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.table import TOLERANCE, AllPairs, rounding
from explorer.engine.work import Stop

_LN2 = float(np.log(2.0))


def multiply_out(leaf: int, steps: ScaledSteps, seen: Seen, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs within blocks of ``leaf`` states by the plain products in order, many blocks together."""
    T, N, _ = steps.scaled.shape
    together = leaf * max(1, STREAM_BYTES // (8 * leaf * N * N))
    for low in range(0, T, together):
        _multiply_blocks(low, min(low + together, T), leaf, steps, seen, result, stop)


def _multiply_blocks(
    low: int, end: int, leaf: int, steps: ScaledSteps, seen: Seen, result: AllPairs, stop: Stop
) -> None:
    """Fill in the pairs within the blocks that begin at low, low + leaf, … before ``end``."""
    T, N, _ = steps.scaled.shape
    S, h = len(range(low, end, leaf)), min(leaf - 1, T - low)
    log = np.full((S, h + 1, h + 1), np.nan)
    log[:, range(h + 1), range(h + 1)] = 0.5 * np.log(N)
    of_seen = log if seen == EVERYTHING else log.copy()
    product, scale, reach = np.empty((S, h, N, N)), np.zeros((S, h)), np.full((S, h), np.nan)
    for t in range(1, h + 1):
        if stop():
            raise Stopped
        same = slice(low + t - 1, min(end + leaf, T), leaf)
        step = steps.scaled[same][:S]
        live = len(step)
        np.matmul(step[:, None], product[:live, : t - 1], out=product[:live, : t - 1])
        product[:live, t - 1] = step
        reach[:live, t - 1] = steps.reach[same][:S]
        scale[:live, :t] += steps.exponent[same][:S, None] * _LN2
        norm = _norms(product[:live, :t])
        log[:live, t, :t] = scale[:live, :t] + np.log(norm)
        if of_seen is not log:
            some = product[:live, :t, seen.of_rows][..., seen.of_columns]
            of_seen[:live, t, :t] = scale[:live, :t] + np.log(_norms(some))
        if (np.abs(np.log2(norm)) > FARTHEST).any():
            shift = np.where(np.isfinite(norm) & (norm > 0), norm, 1.0)
            product[:live, :t] /= shift[:, :, None, None]
            scale[:live, :t] += np.log(shift)
    _enter(low, of_seen, _sure(log, of_seen, reach, rounding(N)), leaf, result)


def _norms(matrices: Floats) -> Floats:
    """Return the Frobenius norms of matrices (S, h, ·, ·)."""
    flat = matrices.reshape(*matrices.shape[:2], -1)
    return np.sqrt(np.einsum("ski,ski->sk", flat, flat))


def _sure(log: Floats, of_seen: Floats, reach: Floats, error: float) -> NDArray[np.bool_]:
    """Return of which plain products (S, h+1, h+1) their own roundings leave what is seen within `TOLERANCE`.

    ``reach`` (S, h) is `log_reach` of their steps, ``error`` `rounding` of their width; see `_doubt_factors`.
    """
    growth = np.zeros_like(log)
    for j in range(1, log.shape[1]):
        made = reach[:, j - 1, None] + log[:, j - 1, :]
        term = np.exp(2.0 * (log[:, :, j, None] + made[:, None, :] - of_seen))
        growth += np.where(np.isnan(term), 0.0, term)
    return (growth * error**2 <= TOLERANCE**2) & ~(of_seen == -np.inf)


def _enter(first: int, log: Floats, sure: NDArray[np.bool_], leaf: int, result: AllPairs) -> None:
    """Put the triangles of the blocks (S, h+1, h+1) where they belong."""
    states = len(result.log_norm)
    for i, low in enumerate(range(first, states - 1, leaf)[: len(log)]):
        size = min(log.shape[1], states - low)
        block, lower = slice(low, low + size), np.tri(size, k=-1, dtype=bool)
        result.log_norm[block, block][lower] = log[i, :size, :size][lower]
        result.doubtful[block, block][lower] = ~sure[i, :size, :size][lower]
