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
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from explorer.engine.floats import Floats
from explorer.engine.flow.factors import (
    BLOCK_BYTES,
    STREAM_BYTES,
    Factors,
    Origin,
    ScaledSteps,
    Scratch,
    factors,
    rows_together,
)
from explorer.engine.flow.inorder import multiply_out
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.table import TOLERANCE, AllPairs, rounding
from explorer.engine.work import Report, Stop

# Below this size the interpreter lock costs more than the second core brings.
_THREADS_PAY_FROM = 40
# Blocks of at most so many states are multiplied out: halving them further costs more than it saves.
_LEAF = 8
_PAIR_BYTES = 8 * 2**20
_LN2 = float(np.log(2.0))


def all_pairs(
    J: Floats,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    log_errors: Floats | None = None,
    seen: Seen = EVERYTHING,
    whole: Floats | None = None,
) -> AllPairs:
    """Return the log norms of all products of J (T, N, N), each right to `TOLERANCE` unless marked doubtful.

    Where only some rows and columns of the products are ``seen``, ``whole`` (T+1, T+1) holds the log norms of all of them.

    ``log_errors`` (T,) is ln of what the rows of J may be off by: pairs to which that may matter are doubtful too.
    A doubtful −inf is not known to be a zero. Where J is not finite, every product that it enters is NaN.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    T, N, _ = J.shape
    result = AllPairs.empty(T, seen.ones(N))
    whole = result.log_norm if whole is None else whole
    halvings = max(0, int(np.ceil(np.log2((T + 1) / (_LEAF if N >= _THREADS_PAY_FROM else 4 * _LEAF)))))
    leaf = -(-(T + 1) // 2**halvings)
    sizes = [leaf * 2**i for i in range(halvings, 0, -1)]
    with one_blas_thread(), np.errstate(all="ignore"), Scratch.borrowed() as scratch:
        steps = ScaledSteps.of(J, log_errors)
        for number, size in enumerate(sizes, start=1):
            _straddle(size, steps, seen, result, scratch, stop, _part(report, number - 1, len(sizes) + 1))
            report(number / (len(sizes) + 1))
        multiply_out(leaf, steps, seen, result, stop)
        for size in sizes:
            for low in range(0, T + 1, size):
                _doubt_factors(low, size, steps.reach, rounding(N), whole, result)
    np.fill_diagonal(result.doubtful, False)
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


def _straddle(
    size: int, steps: ScaledSteps, seen: Seen, result: AllPairs, scratch: Scratch, stop: Stop, report: Report
) -> None:
    """Fill in the pairs that straddle the middles of all blocks of ``size`` states, as many together as memory allows."""
    T, N, _ = steps.scaled.shape
    together = size * max(1, BLOCK_BYTES // (4 * size * N * N))
    for low in range(0, T + 1, together):
        _straddle_blocks(low, min(low + together, T + 1), size, steps, seen, result, scratch, stop, report)


def _straddle_blocks(
    low: int,
    end: int,
    size: int,
    steps: ScaledSteps,
    seen: Seen,
    result: AllPairs,
    scratch: Scratch,
    stop: Stop,
    report: Report,
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
        B, _ = factors(start, steps, below, False, scratch, stop, seen=seen.of_columns)
        A, last = factors(start, steps, parts[0], True, scratch, stop, seen=seen.of_rows)
    else:
        other = _second_thread().submit(factors, start, steps, parts[0], True, scratch, stop, seen=seen.of_rows)
        try:
            B, _ = factors(start, steps, below, False, scratch, stop, report, seen.of_columns)
        finally:
            other.exception()
        A, last = other.result()
    total = np.concatenate([[0.0], np.cumsum(steps.exponent)])
    for number, part in enumerate(parts):
        if number:
            A, last = factors(last, steps, part, True, scratch, stop, seen=seen.of_rows)
        for i in range(S):
            _inner_products(m + i * size, size // 2, number * rows, A, B, i, total, seen, result)


def _inner_products(
    m: int, below: int, offset: int, A: Factors, B: Factors, i: int, total: Floats, seen: Seen, result: AllPairs
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
        _multiply_pairs(A.factor[i], B.factor[i], cancelled, seen, log)
        sure |= np.exp(apart - log) * error <= TOLERANCE
    shifts = A.exponent[i, :a, None] + B.exponent[i] + (total[rows, None] - total[None, columns])
    result.log_norm[rows, columns] = log + _LN2 * shifts
    result.doubtful[rows, columns] = ~sure


def _multiply_pairs(A: Floats, B: Floats, wanted: NDArray[np.bool_], seen: Seen, log: Floats) -> None:
    """Put ln ‖A_t B_k‖_F into the wanted entries of ``log`` by multiplying out: the error is not squared then."""
    t, k = np.nonzero(wanted)
    size = max(1, _PAIR_BYTES // (8 * A.shape[1] ** 2))
    for first in range(0, len(t), size):
        some = slice(first, first + size)
        product = A[t[some]][:, seen.of_rows] @ B[k[some]][:, :, seen.of_columns]
        log[t[some], k[some]] = 0.5 * np.log(np.einsum("pij,pij->p", product, product))


def _doubt_factors(low: int, size: int, reach: Floats, error: float, whole: Floats, result: AllPairs) -> None:
    """Mark the pairs of a block to which the rounding of A_t or B_k itself matters.

    A rounding at step j, ε r_j ‖P_{j−1,m}‖, reaches P_{t,m} as ‖P_{t,j}‖ times that, relative to ‖P_{t,m}‖, and from
    there P_{t,k} by the cancellation of A_t with B_k. The roundings are independent: their squares add.
    """
    L, m, end = whole, low + size // 2, min(low + size, len(whole))
    if m >= end:
        return
    up, down = slice(m, end), slice(low, m + 1)
    above = np.exp(2.0 * (L[up, m + 1 : end] + (reach[m : end - 1] + L[m : end - 1, m]) - L[up, m][:, None]))
    below = np.exp(2.0 * ((L[m, low + 1 : m + 1] + reach[low:m])[:, None] + L[low:m, down] - L[m, down]))
    cancel = np.exp(2.0 * (L[up, m][:, None] + L[m, down] - result.log_norm[up, down]))
    growth = np.nansum(above, axis=1)[:, None] + np.nansum(below, axis=0)
    result.doubtful[up, down] |= cancel * growth * error**2 > TOLERANCE**2
