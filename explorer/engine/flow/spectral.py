"""The 2-norms of all products P_{t,k}: running products, and a block iteration that each step starts warm.

For a fixed k the leading right singular vectors of P_{t,k} settle as t grows (Oseledets 1968), so the vectors found
for one t nearly solve the next. What the block leaves over of ‖P‖_F² bounds every singular value that it may have
missed; where that does not settle the matter, an exact decomposition does.
"""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.work import Report, Stop

_LN2 = float(np.log(2.0))
_STACK_BYTES = 64 * 2**20
_BLOCK = 4
_ITERATIONS = 6
_ACCURACY = 1e-11


def log_spectral_norms(J: Floats, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
    """Return ln ‖P_{t,k}‖₂ (T+1, T+1) from the plain products, NaN for k > t.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    T, N, _ = J.shape
    L = np.full((T + 1, T + 1), np.nan)
    np.fill_diagonal(L, 0.0)
    size = max(1, _STACK_BYTES // (8 * N * N))
    with one_blas_thread(), np.errstate(all="ignore"):
        steps = ScaledSteps.of(J)
        for first in range(0, T, size):
            _columns(steps, first, min(first + size, T), L, stop)
            report(min(first + size, T) / T)
    return L


def _columns(steps: ScaledSteps, first: int, last: int, L: Floats, stop: Stop) -> None:
    """Fill in the columns k = first..last−1 of L."""
    T, N, _ = steps.scaled.shape
    count, block = last - first, min(_BLOCK, N)
    start = first_block(N)
    product, vectors, log = np.empty((count, N, N)), np.empty((count, N, block)), np.zeros(count)
    for t in range(first + 1, T + 1):
        if stop():
            raise Stopped
        begun = min(t - first, count)
        step = steps.scaled[t - 1]
        old = begun - (t <= last)
        np.matmul(step, product[:old], out=product[:old])
        product[old:begun], vectors[old:begun] = step, start
        live = product[:begun]
        norm = np.sqrt(np.einsum("kij,kij->k", live, live))
        live /= np.where(norm > 0, norm, 1.0)[:, None, None]
        log[:begun] += np.log(norm) + steps.exponent[t - 1] * _LN2
        vectors[:begun], top = leading(live, vectors[:begun])
        L[t, first : first + begun] = log[:begun] + np.log(top)


def first_block(N: int) -> Floats:
    """Return the block X (N, b) that the search for singular vectors starts from."""
    return np.linalg.qr(np.random.default_rng(0).standard_normal((N, min(_BLOCK, N))))[0]


def leading(M: Floats, X: Floats) -> tuple[Floats, Floats]:
    """Return the improved block X (K, N, b) and the largest singular values (K,) of M (K, N, N), ‖M‖_F = 1."""
    top = np.full(len(M), np.nan)
    open_ = np.flatnonzero(np.isfinite(M).all(axis=(1, 2)))
    X = X.copy()
    for _ in range(_ITERATIONS):
        if not len(open_):
            return X, top
        Y = M[open_] @ X[open_]
        values, turn = np.linalg.eigh(Y.swapaxes(1, 2) @ Y)
        best = values[:, -1]
        Z = M[open_].swapaxes(1, 2) @ Y
        lead = turn[:, :, -1:]
        residual = np.linalg.norm(Z @ lead - best[:, None, None] * (X[open_] @ lead), axis=(1, 2))
        missed = 1.0 - values.sum(axis=1)
        gap = best - np.maximum(missed, values[:, -2] if values.shape[1] > 1 else 0.0)
        done = (gap > 0) & (residual**2 <= _ACCURACY * gap * best)
        top[open_[done]] = np.sqrt(best[done])
        X[open_] = np.linalg.qr(Z)[0]
        open_ = open_[~done]
    if len(open_):
        top[open_] = np.linalg.svd(M[open_], compute_uv=False)[:, 0]
    return X, top
