"""The pairs within short blocks of states, by plain products in order: halving these further costs more than it saves."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.table import AllPairs, rounding
from explorer.engine.work import Stop

# Products are brought back to norm one when they have strayed by this power of two.
_FARTHEST = 60
_LN2 = float(np.log(2.0))
# What a core keeps near itself.
_NEAR_BYTES = 2**21


def multiply_out(period: int, steps: ScaledSteps, seen: Seen, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs within blocks of ``period`` − 1 states by the plain products in order, some blocks together.

    Between two blocks lies one state. The last block may be cut short.
    """
    T, N, _ = steps.scaled.shape
    starts = range(0, T, period)
    together = max(1, _NEAR_BYTES // (8 * period * N * N))
    for i in range(0, len(starts), together):
        _multiply_blocks(starts[i : i + together], min(period - 2, T), steps, seen, result, stop)


def _multiply_blocks(starts: range, h: int, steps: ScaledSteps, seen: Seen, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs within the blocks of h + 1 states that begin at ``starts``, those of one lag at a time."""
    N, S = steps.scaled.shape[1], len(starts)
    J, log_scales, reach = (_apart(of, starts, h) for of in (steps.scaled, steps.exponent * _LN2, steps.reach))
    log = np.full((S, h + 1, h + 1), np.nan)
    log[:, range(h + 1), range(h + 1)] = 0.5 * np.log(N)
    of_seen = log if seen == EVERYTHING else log.copy()
    P, room, scale = J, np.empty((2, S, h, N, N)), np.zeros((S, h))
    for lag in range(1, h + 1):
        if stop():
            raise Stopped
        k = np.arange(h + 1 - lag)
        if lag > 1:
            last, P = P[:, : len(k)], room[lag % 2, :, : len(k)]
            steps.strips.multiply(J[:, lag - 1 :], last, P)
        scale = scale[:, : len(k)] + log_scales[:, lag - 1 :]
        norm = _norms(P)
        log[:, k + lag, k] = scale + np.log(norm)
        if of_seen is not log:
            of_seen[:, k + lag, k] = scale + np.log(_norms(P[:, :, seen.of_rows][..., seen.of_columns]))
        if (np.abs(np.log2(norm)) > _FARTHEST).any():
            shift = np.where(np.isfinite(norm) & (norm > 0), norm, 1.0)
            P = P / shift[:, :, None, None]
            scale += np.log(shift)
    _enter(starts, of_seen, _squares(log, of_seen, reach, rounding(N)), result)


def _apart(steps: Floats, starts: range, h: int) -> Floats:
    """Return the first h of the steps (T, …) of each block, (S, h, …); beyond the last there is nothing that counts."""
    whole = steps[starts[0] : starts[-1] + starts.step]
    if len(whole) == len(starts) * starts.step:
        return whole.reshape(len(starts), starts.step, *steps.shape[1:])[:, :h]
    return whole[np.minimum(np.add.outer(np.arange(len(starts)) * starts.step, np.arange(h)), len(whole) - 1)]


def _norms(matrices: Floats) -> Floats:
    """Return the Frobenius norms of matrices (S, h, ·, ·)."""
    flat = matrices.reshape(*matrices.shape[:2], -1)
    return np.asarray(np.sqrt(np.vecdot(flat, flat)))


def _squares(log: Floats, of_seen: Floats, reach: Floats, error: float) -> Floats:
    """Return the squares of what the roundings of plain products (S, h+1, h+1) do to what is seen of them, relative to it.

    ``reach`` (S, h) is `log_reach` of their steps, ``error`` `rounding` of their width; see `Joint`.
    """
    growth = np.zeros_like(log)
    for j in range(1, log.shape[1]):
        made = reach[:, j - 1, None] + log[:, j - 1, :]
        term = np.exp(2.0 * (log[:, :, j, None] + made[:, None, :] - of_seen))
        growth += np.where(np.isnan(term), 0.0, term)
    return np.where(of_seen == -np.inf, np.inf, growth * error**2)


def _enter(starts: range, log: Floats, squares: Floats, result: AllPairs) -> None:
    """Put the triangles of the blocks (S, h+1, h+1) where they belong."""
    lower, states = np.tri(log.shape[1], k=-1, dtype=bool), len(result.log_norm)
    for i, low in enumerate(starts):
        size = min(len(lower), states - low)
        block, inside = slice(low, low + size), lower[:size, :size]
        result.log_norm[block, block][inside] = log[i, :size, :size][inside]
        result.squares[block, block][inside] = squares[i, :size, :size][inside]
