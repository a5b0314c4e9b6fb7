"""The norms of all products P_{t,k} = J_t … J_{k+1} at the price of O(T log T · n³ + T² n²).

Split the steps at m. With A_t = P_{t,m} and B_k = P_{m,k}, every pair that straddles m is P_{t,k} = A_t B_k, and
‖A_t B_k‖_F² = ⟨A_tᵀA_t, B_kB_kᵀ⟩: one product of the stacked Grams gives all of their norms. The pairs of m itself are the
norms of the factors; what is left are two halves, which are split in turn. It is done from the smallest blocks upward, the
blocks of one length together.

An inner product of positive semidefinite matrices can cancel, and so can a product. Each pair therefore comes with an
estimate of its error made from the norms themselves; where it passes `TOLERANCE`, the pair is reported as doubtful.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from explorer.engine.floats import Floats
from explorer.engine.flow.entrywise import Entrywise
from explorer.engine.flow.factors import (
    BLOCK_BYTES,
    STREAM_BYTES,
    Factors,
    Scratch,
    Side,
    factors,
    rows_together,
    some_together,
)
from explorer.engine.flow.inorder import multiply_out
from explorer.engine.flow.joining import Joint
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.table import TOLERANCE, AllPairs
from explorer.engine.work import Report, Stop

# Below this size the interpreter lock costs more than the second core brings.
_THREADS_PAY_FROM = 56
# Blocks of at most so many states are multiplied out: halving them further costs more than it saves. Small matrices take
# less time than the calls that multiply them.
_LEAF, _LEAF_OF_SMALL = 8, 16


def all_pairs(
    J: Floats,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    log_errors: Floats | None = None,
    seen: Seen = EVERYTHING,
    whole: Floats | None = None,
    narrow: bool = True,
    entrywise: Entrywise | None = None,
) -> AllPairs:
    """Return the log norms of all products of J (T, N, N), each right to `TOLERANCE` unless marked doubtful.

    Where only some rows and columns of the products are ``seen``, ``whole`` (T+1, T+1) holds the log norms of all of them.

    Where its factors may become ``narrow`` they do, by what is little beside the whole of them; what J carries ``entrywise``
    is not multiplied.
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
    leaf = _LEAF if N >= _THREADS_PAY_FROM else _LEAF_OF_SMALL
    halvings = max(0, int(np.ceil(np.log2((T + 2) / (leaf + 1)))))
    period = -(-(T + 2) // 2**halvings)
    with one_blas_thread(), np.errstate(all="ignore"), Scratch.borrowed() as scratch:
        steps = ScaledSteps.of(J, log_errors, entrywise)
        multiply_out(period, steps, seen, result, stop)
        joints = [
            Joint(middles, 2**i * period - 1, steps, seen, whole, result, narrow)
            for i in range(halvings)
            for middles in some_together(range(2**i * period - 1, T + 1, 2 ** (i + 1) * period), N)
        ]
        for number, joint in enumerate(joints):
            _join(joint, scratch, stop, _part(report, number, len(joints)))
    np.greater(result.squares, TOLERANCE**2, out=result.doubtful)
    return result


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which each product stays on one core: ours are small, and waiting BLAS threads burn the other."""
    return _controller().limit(limits=1, user_api="blas")


def bytes_needed(T: int, N: int) -> int:
    """Return the most memory that the Jacobians, the Grams and the tables of T steps of width N take at a time."""
    half = 4 * (T + 2) * N * N
    # Both sides of a level; else the Grams of one, the other streamed. Before that, the products within a block.
    work = 4 * half if half <= BLOCK_BYTES else max(half + 5 * STREAM_BYTES, 4 * BLOCK_BYTES)
    return 2 * half + max(work, 16 * min(T, _LEAF) * N * N) + 56 * (T + 1) ** 2


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="all-pairs")


def _part(report: Report, number: int, count: int) -> Report:
    """Return what reports the fraction of one part of ``count`` equal ones."""
    return lambda fraction: report((number + fraction) / count)


def _join(joint: Joint, scratch: Scratch, stop: Stop, report: Report) -> None:
    """Fill in the pairs over the middles of a joint, A on the second core while B is made here."""
    S, N = len(joint.middles), joint.steps.scaled.shape[1]
    above = joint.above
    rows = rows_together(S, len(above), N)
    up, down = (Side(joint.steps, S, upward, joint.narrow) for upward in (True, False))

    def A(done: int) -> list[Factors]:
        return factors(up, above[done : done + rows], joint.seen, scratch, stop)

    def B() -> list[Factors]:
        return factors(down, joint.below, joint.seen, scratch, stop, report)

    if N < _THREADS_PAY_FROM:
        of_B, of_A = B(), A(0)
    else:
        other = _second_thread().submit(A, 0)
        try:
            of_B = B()
        finally:
            other.exception()
        of_A = other.result()
    joint.enter(of_A, of_B, (up.cuts, down.cuts))
    for done in range(rows, len(above), rows):
        joint.enter(A(done), of_B, (up.cuts, down.cuts))
