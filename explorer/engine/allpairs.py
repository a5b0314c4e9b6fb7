"""The norms of all products P_{t,k} = J_t … J_{k+1} at the price of O(T log T · n³ + T² n²).

Split the steps at m. With A_t = P_{t,m} and B_k = P_{m,k}, every pair that straddles m is P_{t,k} = A_t B_k, and
‖A_t B_k‖_F² = ⟨A_tᵀA_t, B_kB_kᵀ⟩: one product of the stacked Grams gives all of their norms. Both halves
are then split in turn; the segments of one level are worked on together.

An inner product of positive semidefinite matrices can cancel, and so can a product. Each pair therefore comes with an
estimate of its error made from the norms themselves; where it passes `TOLERANCE`, the pair is reported as doubtful.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from explorer.engine.activations import Floats
from explorer.engine.errors import Stopped

TOLERANCE = 1e-9
"""Nats: what a norm that is not doubtful may be wrong by."""

_EPSILON = float(np.finfo(np.float64).eps)
# Below this size the interpreter lock costs more than the second core brings.
_THREADS_PAY_FROM = 40
# A factor is brought back to norm one when it has strayed by this power of two.
_FARTHEST = 100
# Steps whose largest entry lies within this power of two of one are multiplied as they are.
_FAR_STEP = 32
# Spans of so many steps are multiplied out: halving them further costs more than it saves.
_LEAF = 6
# The Grams of so many bytes are kept at a time on the upper side; those of the lower side are all kept.
_BLOCK_BYTES = 256 * 2**20
_PAIR_BYTES = 8 * 2**20
_LN2 = float(np.log(2.0))


def rounding(N: int) -> float:
    """Return what one product of matrices of width N is wrong by, relative to the norms of its factors.

    Roundings have no direction: of an error spread over N directions a later product sees 1/√N. Measured errors stay ten
    times below this at N = 128; at N = 2 it is a strict bound.
    """
    return 8.0 * _EPSILON / np.sqrt(N)


Stop = Callable[[], bool]
Report = Callable[[float], None]
Segment = tuple[int, int, int]
"""(low, middle, high): the states low..high, split into t ≥ middle ≥ k."""


@dataclass(frozen=True, slots=True)
class AllPairs:
    """ln ‖P_{t,k}‖_F at [t, k] (T+1, T+1), NaN for k > t; which pairs are doubtful; which were multiplied out.

    ``remade``: the inner product of the Grams had cancelled, and A_t B_k was multiplied out instead.
    """

    log_norm: Floats
    doubtful: NDArray[np.bool_]
    remade: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Factors:
    """The flattened Grams of A_t (or B_k) for S segments, h factors each, the identity first.

    gram (S, h, N²); log_norm (S, h) is ln ‖·‖_F of the stored factor; the true one is 2^exponent times it.
    factor (S, h, N, N) holds the factors themselves, or only the last of them where all would take too much memory.
    """

    gram: Floats
    log_norm: Floats
    exponent: Floats
    factor: Floats


def all_pairs(J: Floats, stop: Stop = lambda: False, report: Report = lambda _: None) -> AllPairs:
    """Return the log norms of all products of J (T, N, N), each right to `TOLERANCE` unless marked doubtful.

    A doubtful −inf is not known to be a zero. Where J is not finite, every product that it enters is NaN.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    T, N, _ = J.shape
    L = np.full((T + 1, T + 1), np.nan)
    doubtful, remade = (np.zeros((T + 1, T + 1), dtype=bool) for _ in range(2))
    np.fill_diagonal(L, 0.5 * np.log(N))
    exponents = _exponents(J)
    total = np.concatenate([[0.0], np.cumsum(exponents)])
    levels, leaves = _split(T, _LEAF if N >= _THREADS_PAY_FROM else 4 * _LEAF)
    with one_blas_thread(), np.errstate(all="ignore"):
        reach = log_reach(J)
        for depth, segments in enumerate(levels):
            _straddle(segments, J, exponents, total, AllPairs(L, doubtful, remade), stop)
            report((depth + 1) / (len(levels) + 1))
        _multiply_out(leaves, J, exponents, reach, L, doubtful, stop)
        for segments in levels:
            for segment in segments:
                _doubt_factors(segment, reach, rounding(N), L, doubtful)
    return AllPairs(L, doubtful, remade)


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which each matrix product stays on one core: ours are small, and we bring two threads."""
    return _controller().limit(limits=1, user_api="blas")


def bytes_needed(T: int, N: int) -> int:
    """Return the most memory that the Jacobians, the Grams and the tables of T steps of width N take at a time."""
    half = 4 * (T + 2) * N * N
    kept = 2 * half if half <= _BLOCK_BYTES else 0
    return 3 * half + min(half, _BLOCK_BYTES) + kept + 48 * (T + 1) ** 2


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="all-pairs")


def _exponents(J: Floats) -> Floats:
    """Return e (T,) such that 2^−e_t J_t is of a size that products of a few hundred steps can bear; mostly zero."""
    largest = np.abs(J).max(axis=(1, 2))
    exponent = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1].astype(np.float64)
    return np.where(np.abs(exponent) > _FAR_STEP, exponent, 0.0)


def _steps(J: Floats, exponents: Floats, steps: NDArray[np.intp]) -> Floats:
    """Return the Jacobians of some steps (S, N, N), scaled."""
    chosen = J[steps[0] : steps[0] + 1] if len(steps) == 1 else J[steps]
    return chosen * np.exp2(-exponents[steps])[:, None, None] if exponents[steps].any() else chosen


def _split(T: int, leaf: int) -> tuple[list[list[Segment]], list[tuple[int, int]]]:
    """Return the segments level by level, a middle belonging to neither child, and the spans too short to split."""
    levels: list[list[Segment]] = []
    leaves: list[tuple[int, int]] = []
    spans = [(0, T)]
    while spans:
        leaves += [(low, high) for low, high in spans if high - low <= leaf]
        segments = [(low, (low + high) // 2, high) for low, high in spans if high - low > leaf]
        if segments:
            levels.append(segments)
        spans = [span for low, m, high in segments for span in ((low, m - 1), (m + 1, high))]
    return levels, leaves


def _multiply_out(
    leaves: list[tuple[int, int]],
    J: Floats,
    exponents: Floats,
    reach: Floats,
    L: Floats,
    doubtful: NDArray[np.bool_],
    stop: Stop,
) -> None:
    """Fill in the pairs within short spans by the plain products in order, all spans together."""
    low = np.array([span[0] for span in leaves])
    length = np.array([span[1] - span[0] for span in leaves])
    S, N, h = len(leaves), J.shape[1], int(length.max())
    log = np.full((S, h + 1, h + 1), np.nan)
    log[:, range(h + 1), range(h + 1)] = 0.5 * np.log(N)
    product = np.empty((S, h, N, N))
    scale = np.zeros((S, h))
    for t in range(1, h + 1):
        if stop():
            raise Stopped
        index = np.minimum(low + t - 1, len(J) - 1)
        step = _steps(J, exponents, index)
        np.matmul(step[:, None], product[:, : t - 1], out=product[:, : t - 1])
        product[:, t - 1] = step
        live = product[:, :t].reshape(S, t, N * N)
        norm = np.sqrt(np.einsum("ski,ski->sk", live, live))
        scale[:, :t] += exponents[index, None] * _LN2
        log[:, t, :t] = scale[:, :t] + np.log(norm)
        far = np.abs(np.log2(norm)) > _FARTHEST
        if far.any():
            shift = np.where(far & (norm > 0), norm, 1.0)
            live /= shift[:, :, None]
            scale[:, :t] += np.log(shift)
    sure = _sure(log, reach[np.minimum(low[:, None] + np.arange(h), len(J) - 1)], rounding(N))
    for i, (lo, hi) in enumerate(leaves):
        size = hi - lo + 1
        block = slice(lo, hi + 1)
        lower = np.tril(np.ones((size, size), dtype=bool))
        L[block, block][lower] = log[i, :size, :size][lower]
        doubtful[block, block][lower] = ~sure[i, :size, :size][lower]


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


def log_reach(J: Floats) -> Floats:
    """Return ln r_j (T,): a product with J_j is rounded by about ε r_j times the norm of the other factor.

    The error of J·P, the roundings of its terms independent, is ε²Σ_i ‖column i of J‖²‖row i of P‖², squared; so r is the
    largest norm of a column, or of a row for P·J.
    """
    columns = np.einsum("tij,tij->tj", J, J).max(axis=1)
    rows = np.einsum("tij,tij->ti", J, J).max(axis=1)
    return 0.5 * np.log(np.maximum(columns, rows))


def _straddle(
    segments: list[Segment], J: Floats, exponents: Floats, total: Floats, result: AllPairs, stop: Stop
) -> None:
    """Fill in the pairs t ≥ middle ≥ k of all segments of one level."""
    S, N = len(segments), J.shape[1]
    low, middle, high = (np.array(column) for column in zip(*segments, strict=True))
    # A segment shorter than its neighbours works on past its end; nobody reads that.
    above = [np.minimum(middle + j, len(J) - 1) for j in range(int((high - middle).max()))]
    below = [np.maximum(middle - 1 - j, 0) for j in range(int((middle - low).max()))]
    start = _identity(S, N)
    rows = max(1, _BLOCK_BYTES // (8 * S * N * N))
    blocks = [above[j : j + rows] for j in range(0, len(above), rows)]
    if N < _THREADS_PAY_FROM:
        B = _factors(start, J, exponents, below, False, stop)
        A = _factors(start, J, exponents, blocks[0], True, stop)
    else:
        other = _second_thread().submit(_factors, start, J, exponents, below, False, stop)
        try:
            A = _factors(start, J, exponents, blocks[0], True, stop)
        finally:
            other.exception()
        B = other.result()
    for number in range(len(blocks)):
        if number:
            A = _factors(A, J, exponents, blocks[number], True, stop)
        for i, segment in enumerate(segments):
            _inner_products(segment, number * rows, A, B, i, total, result)


def _identity(S: int, N: int) -> Factors:
    """Return the empty product of S segments."""
    one = np.eye(N).reshape(1, 1, N * N)
    return Factors(
        np.broadcast_to(one, (S, 1, N * N)),
        np.full((S, 1), 0.5 * np.log(N)),
        np.zeros((S, 1)),
        np.broadcast_to(np.eye(N), (S, 1, N, N)),
    )


def _factors(
    start: Factors, J: Floats, exponents: Floats, steps: list[NDArray[np.intp]], upward: bool, stop: Stop
) -> Factors:
    """Return ``start``'s last factor and those that follow: J·A upward from the middle, B·J downward."""
    factor = start.factor[:, -1]
    S, N, _ = factor.shape
    h = len(steps) + 1
    keep = 8 * S * h * N * N <= _BLOCK_BYTES
    kept = np.empty((S, h if keep else 1, N, N))
    kept[:, 0] = factor
    gram, log_norm, exponent = np.empty((S, h, N, N)), np.empty((S, h)), np.empty((S, h))
    gram[:, 0] = start.gram[:, -1].reshape(S, N, N)
    log_norm[:, 0], exponent[:, 0] = start.log_norm[:, -1], start.exponent[:, -1]
    for j, index in enumerate(steps, start=1):
        if stop():
            raise Stopped
        step = _steps(J, exponents, index)
        factor = step @ factor if upward else factor @ step
        # A copy keeps NumPy from its syrk, which is slower than gemm at our sizes.
        turned = factor.swapaxes(1, 2).copy()
        np.matmul(*((turned, factor) if upward else (factor, turned)), out=gram[:, j])
        square = np.einsum("sii->s", gram[:, j])
        exponent[:, j] = exponent[:, j - 1]
        stray = np.round(0.5 * np.log2(square))
        far = np.isfinite(stray) & (np.abs(stray) > _FARTHEST)
        if far.any():
            shift = np.where(far, stray, 0.0)
            factor = factor * np.exp2(-shift)[:, None, None]
            gram[:, j] *= np.exp2(-2.0 * shift)[:, None, None]
            square = square * np.exp2(-2.0 * shift)
            exponent[:, j] += shift
        log_norm[:, j] = 0.5 * np.log(square)
        kept[:, j if keep else 0] = factor
    return Factors(gram.reshape(S, h, N * N), log_norm, exponent, kept)


def _inner_products(
    segment: Segment, offset: int, A: Factors, B: Factors, i: int, total: Floats, result: AllPairs
) -> None:
    """Fill in the pairs of the i-th segment whose A_t are at hand, the first of them at t = middle + offset."""
    low, m, high = segment
    rows = slice(m + offset, min(high + 1, m + offset + A.gram.shape[1]))
    columns = slice(m, low - 1 if low else None, -1)
    a, b = rows.stop - rows.start, m - low + 1
    if a <= 0:
        return
    log = 0.5 * np.log(A.gram[i, :a] @ B.gram[i, :b].T)
    factors = A.log_norm[i, :a, None] + B.log_norm[i, None, :b]
    # ‖A‖²‖B‖²/‖AB‖², times one rounding, is the relative error of the inner product.
    error = rounding(A.factor.shape[-1])
    sure = (np.exp(2.0 * (factors - log)) * error <= TOLERANCE) | np.isnan(factors)
    result.remade[rows, columns] = ~sure
    if not sure.all():
        _multiply_pairs(A.factor[i], B.factor[i], ~sure, log)
        sure |= np.exp(factors - log) * error <= TOLERANCE
    shifts = A.exponent[i, :a, None] + B.exponent[i, None, :b] + (total[rows, None] - total[None, columns])
    result.log_norm[rows, columns] = log + _LN2 * shifts
    result.doubtful[rows, columns] = ~sure


def _multiply_pairs(A: Floats, B: Floats, wanted: NDArray[np.bool_], log: Floats) -> None:
    """Put ln ‖A_t B_k‖_F into the wanted entries of ``log`` by multiplying out: the error is not squared then."""
    if len(A) < len(wanted) or len(B) < wanted.shape[1]:
        return
    t, k = np.nonzero(wanted)
    size = max(1, _PAIR_BYTES // (8 * A.shape[1] ** 2))
    for first in range(0, len(t), size):
        some = slice(first, first + size)
        product = A[t[some]] @ B[k[some]]
        log[t[some], k[some]] = 0.5 * np.log(np.einsum("pij,pij->p", product, product))


def _doubt_factors(segment: Segment, reach: Floats, error: float, L: Floats, doubtful: NDArray[np.bool_]) -> None:
    """Mark the pairs of a segment to which the rounding of A_t or B_k itself matters.

    A rounding at step j, ε r_j ‖P_{j−1,m}‖, reaches P_{t,m} as ‖P_{t,j}‖ times that, relative to ‖P_{t,m}‖, and from
    there P_{t,k} by the cancellation of A_t with B_k. The roundings are independent: their squares add.
    """
    low, m, high = segment
    up, down = slice(m, high + 1), slice(low, m + 1)
    above = np.exp(2.0 * (L[up, m + 1 : high + 1] + (reach[m:high] + L[m:high, m]) - L[up, m][:, None]))
    below = np.exp(2.0 * ((L[m, low + 1 : m + 1] + reach[low:m])[:, None] + L[low:m, down] - L[m, down]))
    cancel = np.exp(2.0 * (L[up, m][:, None] + L[m, down] - L[up, down]))
    growth = np.nansum(above, axis=1)[:, None] + np.nansum(below, axis=0)
    doubtful[up, down] |= cancel * growth * error**2 > TOLERANCE**2
