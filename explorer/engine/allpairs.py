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
# Blocks of at most so many states are multiplied out: halving them further costs more than it saves.
_LEAF = 8
# A factor is brought back to norm one when it has strayed by this power of two; that is looked at every so many steps.
_FARTHEST = 60
_LOOK_EVERY = 4
# Steps whose largest entry lies within this power of two of one are multiplied as they are.
_FAR_STEP = 12
# So many bytes of factors are worked on at a time, and kept only if all of a level's fit.
_BLOCK_BYTES = 160 * 2**20
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


@dataclass(frozen=True, slots=True)
class Steps:
    """The Jacobians, scaled: J_t = 2^exponent[t−1] · scaled[t−1]; reach[t−1] is ln r_t of `log_reach`."""

    scaled: Floats
    exponent: Floats
    reach: Floats

    @classmethod
    def of(cls, J: Floats) -> Steps:
        """Return the steps of J (T, N, N); where all are of a usual size, J itself."""
        largest = np.abs(J).max(axis=(1, 2))
        exponent = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1].astype(np.float64)
        exponent = np.where(np.abs(exponent) > _FAR_STEP, exponent, 0.0)
        scaled = J * np.exp2(-exponent)[:, None, None] if exponent.any() else J
        return cls(scaled, exponent, log_reach(J))


@dataclass(frozen=True, slots=True)
class Factors:
    """The flattened Grams of A_t (or B_k) for S blocks, h factors each, the identity first.

    gram (S, h, N²); log_norm (S, h) is ln ‖·‖_F of the stored factor; the true one is 2^exponent times it.
    factor (S, h, N, N) holds the factors themselves, or is None where they would take too much memory.
    """

    gram: Floats
    log_norm: Floats
    exponent: Floats
    factor: Floats | None


def all_pairs(J: Floats, stop: Stop = lambda: False, report: Report = lambda _: None) -> AllPairs:
    """Return the log norms of all products of J (T, N, N), each right to `TOLERANCE` unless marked doubtful.

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
    with one_blas_thread(), np.errstate(all="ignore"):
        steps = Steps.of(J)
        for number, size in enumerate(sizes, start=1):
            _straddle(size, steps, result, stop)
            report(number / (len(sizes) + 1))
        _multiply_out(leaf, steps, result, stop)
        for size in sizes:
            for low in range(0, T + 1, size):
                _doubt_factors(low, size, steps.reach, rounding(N), result)
    return result


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which each matrix product stays on one core: ours are small, and we bring two threads."""
    return _controller().limit(limits=1, user_api="blas")


def bytes_needed(T: int, N: int) -> int:
    """Return the most memory that the Jacobians, the Grams and the tables of T steps of width N take at a time."""
    half = 4 * (T + 2) * N * N
    kept = 2 * half if half <= _BLOCK_BYTES else 0
    return 3 * half + 2 * min(half, _BLOCK_BYTES) + kept + 48 * (T + 1) ** 2


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="all-pairs")


def log_reach(J: Floats) -> Floats:
    """Return ln r_j (T,): a product with J_j is rounded by about ε r_j times the norm of the other factor.

    The error of J·P, the roundings of its terms independent, is ε²Σ_i ‖column i of J‖²‖row i of P‖², squared; so r is the
    largest norm of a column, or of a row for P·J.
    """
    columns = np.einsum("tij,tij->tj", J, J).max(axis=1)
    rows = np.einsum("tij,tij->ti", J, J).max(axis=1)
    return 0.5 * np.log(np.maximum(columns, rows))


def _straddle(size: int, steps: Steps, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs t ≥ m ≥ k of all blocks low..low+size−1, m = low + size/2; the last block may be cut short."""
    T, N, _ = steps.scaled.shape
    m = size // 2
    S = len(range(m, T + 1, size))
    above = [slice(m + j, T, size) for j in range(min(m - 1, T - m))]
    below = [slice(m - 1 - j, T, size) for j in range(m)]
    start = _identity(S, N)
    rows = max(1, _BLOCK_BYTES // (8 * S * N * N))
    blocks = [above[j : j + rows] for j in range(0, len(above), rows)] or [[]]
    if N < _THREADS_PAY_FROM:
        B = _factors(start, steps, below, False, stop)[0]
        A, last = _factors(start, steps, blocks[0], True, stop)
    else:
        other = _second_thread().submit(_factors, start, steps, below, False, stop)
        try:
            A, last = _factors(start, steps, blocks[0], True, stop)
        finally:
            other.exception()
        B = other.result()[0]
    total = np.concatenate([[0.0], np.cumsum(steps.exponent)])
    for number, block in enumerate(blocks):
        if number:
            A, last = _factors(last, steps, block, True, stop)
        for i in range(S):
            _inner_products(i * size + m, m, number * rows, A, B, i, total, result)


@dataclass(frozen=True, slots=True)
class _Start:
    """The factors (S, N, N) from which the next go on, and their exponents (S,)."""

    factor: Floats
    exponent: Floats


def _identity(S: int, N: int) -> _Start:
    return _Start(np.broadcast_to(np.eye(N), (S, N, N)), np.zeros(S))


def _factors(start: _Start, steps: Steps, slices: list[slice], upward: bool, stop: Stop) -> tuple[Factors, _Start]:
    """Return ``start`` and the factors that follow: J·A upward from the middle, B·J downward; and where they end.

    Each slice picks the same step of all blocks; a block that the sequence's end cuts short takes part no longer.
    """
    S, N, _ = start.factor.shape
    h = len(slices) + 1
    rows = max(1, min(h, _BLOCK_BYTES // (8 * S * N * N)))
    gram, exponent = np.empty((S, h, N, N)), np.empty((S, h))
    kept = np.empty((S, rows, N, N))
    factor, power = start.factor, start.exponent
    for first in range(0, h, rows):
        for j in range(first, min(first + rows, h)):
            if stop():
                raise Stopped
            here = kept[:, j - first]
            if j == 0:
                here[:] = factor
            else:
                step = steps.scaled[slices[j - 1]][:S]
                live = len(step)
                np.matmul(*((step, factor[:live]) if upward else (factor[:live], step)), out=here[:live])
                here[live:] = 0.0
                if j % _LOOK_EVERY == 0:
                    power = power + _brought_back(here)
            factor = here
            exponent[:, j] = power
        done = min(first + rows, h) - first
        factor = factor.copy() if done < h else factor
        _grams(kept[:, :done], gram[:, first : first + done], upward)
    square = np.einsum("shii->sh", gram)
    whole = kept if rows == h else None
    return Factors(gram.reshape(S, h, N * N), 0.5 * np.log(square), exponent, whole), _Start(factor, power)


def _brought_back(factor: Floats) -> Floats:
    """Scale factors (S, N, N) that have strayed back to norm one, in place; return the powers of two taken out (S,)."""
    stray = np.round(0.5 * np.log2(np.einsum("sij,sij->s", factor, factor)))
    far = np.isfinite(stray) & (np.abs(stray) > _FARTHEST)
    if not far.any():
        return np.zeros(len(factor))
    power = np.where(far, stray, 0.0)
    factor *= np.exp2(-power)[:, None, None]
    return power


def _grams(factor: Floats, out: Floats, upward: bool) -> None:
    """Put AᵀA or BBᵀ of the factors (S, h, N, N) into ``out``, some at a time."""
    size = max(1, 2**20 // (8 * factor.shape[-1] ** 2 * len(factor)))
    for j in range(0, factor.shape[1], size):
        some = factor[:, j : j + size]
        # A copy keeps NumPy from its syrk, which is slower than gemm at our sizes.
        turned, again = some.swapaxes(2, 3), some.copy()
        np.matmul(*((turned, again) if upward else (again, turned)), out=out[:, j : j + size])


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
    factors = A.log_norm[i, :a, None] + B.log_norm[i]
    error = rounding(round(float(np.sqrt(A.gram.shape[2]))))
    # ‖A‖²‖B‖²/‖AB‖², times one rounding, is the relative error of the inner product.
    sure = (np.exp(2.0 * (factors - log)) * error <= TOLERANCE) | np.isnan(factors)
    result.remade[rows, columns] = ~sure
    if not sure.all() and A.factor is not None and B.factor is not None:
        _multiply_pairs(A.factor[i], B.factor[i], ~sure, log)
        sure |= np.exp(factors - log) * error <= TOLERANCE
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


def _multiply_out(leaf: int, steps: Steps, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs within blocks of ``leaf`` states by the plain products in order, all blocks together."""
    T, N, _ = steps.scaled.shape
    S, h = len(range(0, T, leaf)), min(leaf - 1, T)
    log = np.full((S, h + 1, h + 1), np.nan)
    log[:, range(h + 1), range(h + 1)] = 0.5 * np.log(N)
    product, scale, reach = np.empty((S, h, N, N)), np.zeros((S, h)), np.full((S, h), np.nan)
    for t in range(1, h + 1):
        if stop():
            raise Stopped
        step = steps.scaled[t - 1 : T : leaf]
        live = len(step)
        np.matmul(step[:, None], product[:live, : t - 1], out=product[:live, : t - 1])
        product[:live, t - 1] = step
        reach[:live, t - 1] = steps.reach[t - 1 : T : leaf]
        scale[:live, :t] += steps.exponent[t - 1 : T : leaf, None] * _LN2
        norm = _norms(product[:live, :t])
        log[:live, t, :t] = scale[:live, :t] + np.log(norm)
        if (np.abs(np.log2(norm)) > _FARTHEST).any():
            shift = np.where(np.isfinite(norm) & (norm > 0), norm, 1.0)
            product[:live, :t] /= shift[:, :, None, None]
            scale[:live, :t] += np.log(shift)
    _enter(log, _sure(log, reach, rounding(N)), leaf, result)


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


def _enter(log: Floats, sure: NDArray[np.bool_], leaf: int, result: AllPairs) -> None:
    """Put the triangles of the blocks (S, h+1, h+1) where they belong."""
    states = len(result.log_norm)
    for i, low in enumerate(range(0, states - 1, leaf)):
        size = min(log.shape[1], states - low)
        block, lower = slice(low, low + size), np.tri(size, dtype=bool)
        result.log_norm[block, block][lower] = log[i, :size, :size][lower]
        result.doubtful[block, block][lower] = ~sure[i, :size, :size][lower]
