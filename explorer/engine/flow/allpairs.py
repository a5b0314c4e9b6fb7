"""The norms of all products P_{t,k} = J_t … J_{k+1} at the price of O(T log T · n³ + T² n²).

Split the steps at m. With A_t = P_{t,m} and B_k = P_{m,k}, every pair that straddles m is P_{t,k} = A_t B_k, and
‖A_t B_k‖_F² = ⟨A_tᵀA_t, B_kB_kᵀ⟩: one product of the stacked Grams gives all of their norms. Both halves
are then split in turn; the segments of one level are worked on together.

An inner product of positive semidefinite matrices can cancel, and so can a product. Each pair therefore comes with an
estimate of its error made from the norms themselves; where it passes `TOLERANCE`, the pair is reported as doubtful.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.factors import (
    BLOCK_BYTES,
    FARTHEST,
    STREAM_BYTES,
    Factors,
    Origin,
    ScaledSteps,
    Scratch,
    factors,
    rows_together,
)
from explorer.engine.work import Report, Stop

TOLERANCE = 1e-9
"""Nats: what a norm that is not doubtful may be wrong by."""

_EPSILON = float(np.finfo(np.float64).eps)
# Below this size the interpreter lock costs more than the second core brings.
_THREADS_PAY_FROM = 40
# Blocks of at most so many states are multiplied out: halving them further costs more than it saves.
_LEAF = 8
_PAIR_BYTES = 8 * 2**20
_LN2 = float(np.log(2.0))


def rounding(N: int) -> float:
    """Return what one product of matrices of width N is wrong by, relative to the norms of its factors.

    Roundings have no direction: of an error spread over N directions a later product sees 1/√N. Measured errors stay ten
    times below this at N = 128; at N = 2 it is a strict bound.
    """
    return 8.0 * _EPSILON / np.sqrt(N)


@dataclass(frozen=True, slots=True)
class AllPairs:
    """ln ‖P_{t,k}‖_F at [t, k] (T+1, T+1), NaN for k > t; which pairs are doubtful; which were multiplied out.

    ``remade``: the inner product of the Grams had cancelled, and A_t B_k was multiplied out instead.
    """

    log_norm: Floats
    doubtful: NDArray[np.bool_]
    remade: NDArray[np.bool_]

    @classmethod
    def empty(cls, T: int, N: int) -> AllPairs:
        """Return the table before anything is known but P_{t,t} = I."""
        log_norm = np.full((T + 1, T + 1), np.nan)
        np.fill_diagonal(log_norm, 0.5 * np.log(N))
        return cls(log_norm, np.zeros((T + 1, T + 1), dtype=bool), np.zeros((T + 1, T + 1), dtype=bool))


def all_pairs(
    J: Floats, stop: Stop = lambda: False, report: Report = lambda _: None, log_errors: Floats | None = None
) -> AllPairs:
    """Return the log norms of all products of J (T, N, N), each right to `TOLERANCE` unless marked doubtful.

    ``log_errors`` (T,) is ln of what the rows of J may be off by: pairs to which that may matter are doubtful too.
    A doubtful −inf is not known to be a zero. Where J is not finite, every product that it enters is NaN.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    T, N, _ = J.shape
    result = AllPairs.empty(T, N)
    halvings = max(0, int(np.ceil(np.log2((T + 1) / (_LEAF if N >= _THREADS_PAY_FROM else 4 * _LEAF)))))
    leaf = -(-(T + 1) // 2**halvings)
    sizes = [leaf * 2**i for i in range(halvings, 0, -1)]
    with one_blas_thread(), np.errstate(all="ignore"), Scratch.borrowed() as scratch:
        steps = ScaledSteps.of(J, log_errors)
        for number, size in enumerate(sizes, start=1):
            _straddle(size, steps, result, scratch, stop, _part(report, number - 1, len(sizes) + 1))
            report(number / (len(sizes) + 1))
        _multiply_out(leaf, steps, result, stop)
        for size in sizes:
            for low in range(0, T + 1, size):
                _doubt_factors(low, size, steps.reach, rounding(N), result)
    return result


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which each product stays on one core: ours are small, and waiting BLAS threads burn the other."""
    return _controller().limit(limits=1, user_api="blas")


def bytes_needed(T: int, N: int) -> int:
    """Return the most memory that the Jacobians, the Grams and the tables of T steps of width N take at a time."""
    half = 4 * (T + 2) * N * N
    # Both sides of a level: the Grams and the factors where these fit; else the Grams of one side, the other streamed.
    work = 4 * half if half <= BLOCK_BYTES else max(half + 5 * STREAM_BYTES, 4 * BLOCK_BYTES)
    return 2 * half + work + 48 * (T + 1) ** 2


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="all-pairs")


def _part(report: Report, number: int, count: int) -> Report:
    """Return what reports the fraction of one part of ``count`` equal ones."""
    return lambda fraction: report((number + fraction) / count)


def _straddle(size: int, steps: ScaledSteps, result: AllPairs, scratch: Scratch, stop: Stop, report: Report) -> None:
    """Fill in the pairs that straddle the middles of all blocks of ``size`` states, as many together as memory allows."""
    T, N, _ = steps.scaled.shape
    together = size * max(1, BLOCK_BYTES // (4 * size * N * N))
    for low in range(0, T + 1, together):
        _straddle_blocks(low, min(low + together, T + 1), size, steps, result, scratch, stop, report)


def _straddle_blocks(
    low: int, end: int, size: int, steps: ScaledSteps, result: AllPairs, scratch: Scratch, stop: Stop, report: Report
) -> None:
    """Fill in the pairs t ≥ m ≥ k of the blocks of states from ``low``; the one at ``end`` may be cut short.

    The middle of a block that begins at b is m = b + size/2.
    """
    T, N, _ = steps.scaled.shape
    m = low + size // 2
    S = len(range(m, end, size))
    if not S:
        return
    above = [slice(m + j, T, size) for j in range(min(size // 2 - 1, T - m))]
    below = [slice(m - 1 - j, T, size) for j in range(size // 2)]
    rows = rows_together(S, len(above), N)
    parts = [above[j : j + rows] for j in range(0, len(above), rows)] or [[]]
    start = Origin.identity(S, N)
    if N < _THREADS_PAY_FROM:
        B, _ = factors(start, steps, below, False, scratch, stop)
        A, last = factors(start, steps, parts[0], True, scratch, stop)
    else:
        other = _second_thread().submit(factors, start, steps, parts[0], True, scratch, stop)
        try:
            B, _ = factors(start, steps, below, False, scratch, stop, report)
        finally:
            other.exception()
        A, last = other.result()
    total = np.concatenate([[0.0], np.cumsum(steps.exponent)])
    for number, part in enumerate(parts):
        if number:
            A, last = factors(last, steps, part, True, scratch, stop)
        for i in range(S):
            _inner_products(m + i * size, size // 2, number * rows, A, B, i, total, result)


def _inner_products(
    m: int, below: int, offset: int, A: Factors, B: Factors, i: int, total: Floats, result: AllPairs
) -> None:
    """Fill in the pairs of the i-th block whose A_t are at hand, the first of them at t = m + offset."""
    rows = slice(m + offset, min(len(total), m + offset + A.gram.shape[1]))
    columns = slice(m, m - below - 1 if m > below else None, -1)
    a = rows.stop - rows.start
    if a <= 0:
        return
    log = 0.5 * np.log(A.gram[i, :a] @ B.gram[i].T)
    apart = A.log_norm[i, :a, None] + B.log_norm[i]
    error = rounding(round(float(np.sqrt(A.gram.shape[2]))))
    # ‖A‖²‖B‖²/‖AB‖², times one rounding, is the relative error of the inner product.
    sure = (np.exp(2.0 * (apart - log)) * error <= TOLERANCE) | np.isnan(apart)
    # A factor that is zero makes a product that is zero, multiplied out or not.
    cancelled = ~sure & (apart > -np.inf)
    result.remade[rows, columns] = cancelled
    if cancelled.any() and A.factor is not None and B.factor is not None:
        _multiply_pairs(A.factor[i], B.factor[i], cancelled, log)
        sure |= np.exp(apart - log) * error <= TOLERANCE
    shifts = A.exponent[i, :a, None] + B.exponent[i] + (total[rows, None] - total[None, columns])
    result.log_norm[rows, columns] = log + _LN2 * shifts
    result.doubtful[rows, columns] = ~sure


def _multiply_pairs(A: Floats, B: Floats, wanted: NDArray[np.bool_], log: Floats) -> None:
    """Put ln ‖A_t B_k‖_F into the wanted entries of ``log`` by multiplying out: the error is not squared then."""
    t, k = np.nonzero(wanted)
    size = max(1, _PAIR_BYTES // (8 * A.shape[1] ** 2))
    for first in range(0, len(t), size):
        some = slice(first, first + size)
        product = A[t[some]] @ B[k[some]]
        log[t[some], k[some]] = 0.5 * np.log(np.einsum("pij,pij->p", product, product))


def _doubt_factors(low: int, size: int, reach: Floats, error: float, result: AllPairs) -> None:
    """Mark the pairs of a block to which the rounding of A_t or B_k itself matters.

    A rounding at step j, ε r_j ‖P_{j−1,m}‖, reaches P_{t,m} as ‖P_{t,j}‖ times that, relative to ‖P_{t,m}‖, and from
    there P_{t,k} by the cancellation of A_t with B_k. The roundings are independent: their squares add.
    """
    L, m, end = result.log_norm, low + size // 2, min(low + size, len(result.log_norm))
    if m >= end:
        return
    up, down = slice(m, end), slice(low, m + 1)
    above = np.exp(2.0 * (L[up, m + 1 : end] + (reach[m : end - 1] + L[m : end - 1, m]) - L[up, m][:, None]))
    below = np.exp(2.0 * ((L[m, low + 1 : m + 1] + reach[low:m])[:, None] + L[low:m, down] - L[m, down]))
    cancel = np.exp(2.0 * (L[up, m][:, None] + L[m, down] - L[up, down]))
    growth = np.nansum(above, axis=1)[:, None] + np.nansum(below, axis=0)
    result.doubtful[up, down] |= cancel * growth * error**2 > TOLERANCE**2


def _multiply_out(leaf: int, steps: ScaledSteps, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs within blocks of ``leaf`` states by the plain products in order, many blocks together."""
    T, N, _ = steps.scaled.shape
    together = leaf * max(1, STREAM_BYTES // (8 * leaf * N * N))
    for low in range(0, T, together):
        _multiply_blocks(low, min(low + together, T), leaf, steps, result, stop)


def _multiply_blocks(low: int, end: int, leaf: int, steps: ScaledSteps, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs within the blocks that begin at low, low + leaf, … before ``end``."""
    T, N, _ = steps.scaled.shape
    S, h = len(range(low, end, leaf)), min(leaf - 1, T - low)
    log = np.full((S, h + 1, h + 1), np.nan)
    log[:, range(h + 1), range(h + 1)] = 0.5 * np.log(N)
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
        if (np.abs(np.log2(norm)) > FARTHEST).any():
            shift = np.where(np.isfinite(norm) & (norm > 0), norm, 1.0)
            product[:live, :t] /= shift[:, :, None, None]
            scale[:live, :t] += np.log(shift)
    _enter(low, log, _sure(log, reach, rounding(N)), leaf, result)


def _norms(matrices: Floats) -> Floats:
    """Return the Frobenius norms of matrices (S, h, N, N)."""
    flat = matrices.reshape(*matrices.shape[:2], -1)
    return np.sqrt(np.einsum("ski,ski->sk", flat, flat))


def _sure(log: Floats, reach: Floats, error: float) -> NDArray[np.bool_]:
    """Return which plain products (S, h+1, h+1) their own roundings leave within `TOLERANCE`.

    ``reach`` (S, h) is `log_reach` of their steps, ``error`` `rounding` of their width; see `_doubt_factors`.
    """
    growth = np.zeros_like(log)
    for j in range(1, log.shape[1]):
        made = reach[:, j - 1, None] + log[:, j - 1, :]
        term = np.exp(2.0 * (log[:, :, j, None] + made[:, None, :] - log))
        growth += np.where(np.isnan(term), 0.0, term)
    return (growth * error**2 <= TOLERANCE**2) & ~(log == -np.inf)


def _enter(first: int, log: Floats, sure: NDArray[np.bool_], leaf: int, result: AllPairs) -> None:
    """Put the triangles of the blocks (S, h+1, h+1) where they belong."""
    states = len(result.log_norm)
    for i, low in enumerate(range(first, states - 1, leaf)[: len(log)]):
        size = min(log.shape[1], states - low)
        block, lower = slice(low, low + size), np.tri(size, dtype=bool)
        result.log_norm[block, block][lower] = log[i, :size, :size][lower]
        result.doubtful[block, block][lower] = ~sure[i, :size, :size][lower]
