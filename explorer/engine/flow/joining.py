"""How the pairs over a middle come of the factors on both its sides, and what they may be wrong by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.flow.factors import BLOCK_BYTES, Factors, Side, every_factor
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import Seen
from explorer.engine.flow.table import TOLERANCE, AllPairs, rounding

_PAIR_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Joint:
    """Blocks of states m − h..m + h around their ``middles`` m, whose halves are known; the last may be cut short.

    ``whole`` (T+1, T+1) holds the log norms of whole products, ``result`` those of what is ``seen`` of them.
    """

    middles: range
    h: int
    steps: ScaledSteps
    seen: Seen
    whole: Floats
    result: AllPairs

    @property
    def above(self) -> list[slice]:
        """Return what picks the steps upward from all middles, J_{m+1}, J_{m+2}, …"""
        first, last, period = self.middles[0], self.middles[-1], self.middles.step
        return [slice(first + j, last + j + 1, period) for j in range(min(self.h, len(self.whole) - 1 - first))]

    @property
    def below(self) -> list[slice]:
        """Return what picks the steps downward, J_m, J_{m−1}, …"""
        first, last, period = self.middles[0], self.middles[-1], self.middles.step
        return [slice(first - 1 - j, last - j, period) for j in range(self.h)]

    def enter(self, done: int, A: Factors, B: Factors) -> None:
        """Fill in the pairs t ≥ m ≥ k of the A_t at hand, the first of them at t = m + 1 + ``done``; first those of m."""
        places = [self._place(m, done, len(A.gram)) for m in self.middles]
        for i, (m, rows, columns) in enumerate(places):
            self._enter_norms(m, rows, columns, A.log_seen[:, i], B.log_seen[:, i])
        log = 0.5 * np.log(A.gram.swapaxes(0, 1) @ B.gram.transpose(1, 2, 0)) + _outer(A.log_scale, B.log_scale)
        apart = _outer(A.log_norm, B.log_norm)
        # ‖A‖²‖B‖²/‖AB‖², times one rounding, is the relative error of the inner product.
        sure = (np.exp(2.0 * (apart - log)) * self._rounding <= TOLERANCE) | np.isnan(apart)
        # A factor that is zero makes a product that is zero, multiplied out or not.
        cancelled = ~sure & (apart > -np.inf)
        for i in map(int, np.flatnonzero(cancelled.any(axis=(1, 2)))):
            self._multiply(i, done, cancelled[i], log[i])
            sure[i] |= np.exp(apart[i] - log[i]) * self._rounding <= TOLERANCE
        for i, (m, rows, columns) in enumerate(places):
            some = np.s_[i, : rows.stop - rows.start]
            self.result.log_norm[rows, columns] = log[some]
            self.result.remade[rows, columns] = cancelled[some]
            self.result.doubtful[rows, columns] = ~sure[some]
            self._doubt_factors(m, rows, columns)

    def _place(self, m: int, done: int, count: int) -> tuple[int, slice, slice]:
        """Return m, the t of the A_t at hand and all k, descending."""
        t = m + 1 + done
        return (
            m,
            slice(t, max(t, min(t + count, len(self.whole)))),
            slice(m - 1, m - 1 - self.h if m > self.h else None, -1),
        )

    def _enter_norms(self, m: int, rows: slice, columns: slice, A: Floats, B: Floats) -> None:
        """Fill in the pairs (t, m) and (m, k)."""
        for where, log in ((np.s_[rows, m], A[: rows.stop - rows.start]), (np.s_[m, columns], B)):
            self.result.log_norm[where] = log
            self.result.doubtful[where] = np.isinf(log)

    def _doubt_factors(self, m: int, rows: slice, columns: slice) -> None:
        """Mark the pairs of a block to which the rounding of A_t or B_k itself matters.

        A rounding at step j, ε r_j ‖P_{j−1,m}‖, reaches P_{t,m} as ‖P_{t,j}‖ times that, relative to ‖P_{t,m}‖, and from
        there P_{t,k} by the cancellation of A_t with B_k. The roundings are independent: their squares add.
        """
        L, reach, doubtful = self.whole, self.steps.reach, self.result.doubtful
        t, k = slice(m + 1, rows.stop), slice(m - self.h, m)
        above = L[rows, t] + (reach[m : rows.stop - 1] + L[m : rows.stop - 1, m]) - L[rows, m, None]
        below = (L[m, m - self.h + 1 : m + 1] + reach[k])[:, None] + L[k, k] - L[m, k]
        of_A = np.nansum(np.exp(2.0 * above), axis=1) * self._rounding**2
        of_B = np.nansum(np.exp(2.0 * below), axis=0)[::-1] * self._rounding**2
        cancel = np.exp(2.0 * (L[rows, m, None] + L[m, columns] - self.result.log_norm[rows, columns]))
        doubtful[rows, m] |= of_A > TOLERANCE**2
        doubtful[m, columns] |= of_B > TOLERANCE**2
        doubtful[rows, columns] |= cancel * (of_A[:, None] + of_B) > TOLERANCE**2

    def _multiply(self, i: int, done: int, wanted: NDArray[np.bool_], log: Floats) -> None:
        """Put ln ‖A_t B_k‖_F into the wanted entries of ``log`` by multiplying out: the error is not squared then."""
        N = self.steps.scaled.shape[1]
        if done or 8 * len(wanted) * N * N > BLOCK_BYTES:
            return
        A, scale_A = every_factor(Side(self.steps, 1, True), [_only(i, which) for which in self.above])
        B, scale_B = every_factor(Side(self.steps, 1, False), [_only(i, which) for which in self.below])
        t, k = np.nonzero(wanted)
        size = max(1, _PAIR_BYTES // (8 * N * N))
        for first in range(0, len(t), size):
            some = slice(first, first + size)
            a, b = t[some], k[some]
            product = A[a][:, self.seen.of_rows] @ B[b][:, self.seen.of_columns].swapaxes(1, 2)
            flat = product.reshape(len(a), -1)
            log[a, b] = 0.5 * np.log(np.vecdot(flat, flat)) + scale_A[a] + scale_B[b]

    @property
    def _rounding(self) -> float:
        return rounding(self.steps.scaled.shape[1])


def _outer(A: Floats, B: Floats) -> Floats:
    """Return the sums (S, a, b) of what belongs to the factors A (a, S) and B (b, S)."""
    return A.T[:, :, None] + B.T[:, None, :]


def _only(i: int, which: slice) -> slice:
    """Return the slice of the i-th block alone."""
    start = which.start + i * (which.step or 1)
    return slice(start, start + 1)
