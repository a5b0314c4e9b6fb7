"""How the pairs over a middle come of the factors on both its sides, and what they may be wrong by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.factors import BLOCK_BYTES, Factors, Side, every_factor
from explorer.engine.flow.narrow import CUT
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import Seen
from explorer.engine.flow.table import TOLERANCE, AllPairs, rounding
from explorer.engine.flow.triangle import Triangle

_PAIR_BYTES = 8 * 2**20
# Rows of pairs that are entered together, so that what is made of them stays near the core.
_ROWS = 64
_LN_CUT = float(np.log(CUT))


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
    narrow: bool

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

    def enter(self, A: list[Factors], B: list[Factors], cuts: tuple[list[int], list[int]]) -> None:
        """Fill in the pairs t ≥ m ≥ k of the A_t at hand and all B_k; ``cuts`` says after which of them others are narrower.

        Of a side that is too large to be kept, some A_t are entered after the others.
        """
        for one in A:
            self._enter_norms(one, True)
        for one in B:
            self._enter_norms(one, False)
        for above in A:
            for below in B:
                self._enter_products(above, below)
        for i, m in enumerate(self.middles):
            rows, columns = self._rows(m, A), self._columns(m, B)
            if self.result.remade[rows, columns].any():
                self._multiply(i, m, A, B)
            self._doubt_factors(m, rows, columns, cuts)

    def _enter_norms(self, side: Factors, upward: bool) -> None:
        """Fill in the pairs (t, m) or (m, k)."""
        for i, m in enumerate(self.middles):
            states = self._rows(m, [side]) if upward else self._columns(m, [side])
            where = np.s_[states, m] if upward else np.s_[m, states]
            log = side.log_seen[: len(self.result.log_norm[where]), i]
            self.result.log_norm[where], self.result.squares[where] = log, np.where(np.isinf(log), np.inf, 0.0)

    def _enter_products(self, A: Factors, B: Factors) -> None:
        """Fill in the pairs t > m > k of some A_t and B_k, some rows at a time."""
        left, right = _met(A, B)
        for first in range(0, len(left), _ROWS):
            some = slice(first, first + _ROWS)
            sums = left[some].swapaxes(0, 1) @ right.transpose(1, 2, 0)
            apart = _squares(A, some).T[:, :, None] * _squares(B).T[:, None, :]
            # ‖A‖²‖B‖²/‖AB‖², times one rounding, is the relative error of the inner product. A factor that is zero makes a
            # product that is zero, multiplied out or not.
            cancelled = ~(apart * self._rounding <= TOLERANCE * sums) & (apart > 0)
            if cancelled.any():
                cancelled &= ~(_met_at_most(self._width(A, B), left[some], right) * rounding(1) <= TOLERANCE * sums)
            unsure = cancelled | (sums == 0) | (sums == np.inf)
            log = 0.5 * np.log(sums)
            log += A.log_scale[some].T[:, :, None] + B.log_scale.T[:, None, :]
            for i, m in enumerate(self.middles):
                t = m + 1 + A.first + first
                where = np.s_[t : t + log.shape[1], self._columns(m, [B])]
                live = np.s_[i, : len(self.result.log_norm[where])]
                self.result.log_norm[where] = log[live]
                self.result.remade[where] = cancelled[live]
                self.result.squares[where][unsure[live]] = np.inf

    def _rows(self, m: int, A: list[Factors]) -> slice:
        """Return the states t of consecutive factors."""
        first, end = (m + 1 + A[0].first, m + 1 + A[-1].first + len(A[-1].gram)) if A else (m + 1, m + 1)
        return slice(min(first, len(self.whole)), min(end, len(self.whole)))

    def _columns(self, m: int, B: list[Factors]) -> slice:
        """Return the states k of consecutive factors, descending."""
        end = m - 1 - B[-1].first - len(B[-1].gram)
        return slice(m - 1 - B[0].first, end if end >= 0 else None, -1)

    def _doubt_factors(self, m: int, rows: slice, columns: slice, cuts: tuple[list[int], list[int]]) -> None:
        """Note what the rounding of A_t or B_k itself may do to the pairs of a block.

        A rounding at step j, ε r_j ‖P_{j−1,m}‖, reaches P_{t,m} as ‖P_{t,j}‖ times that, relative to ‖P_{t,m}‖, and from
        there P_{t,k} by the cancellation of A_t with B_k. The roundings are independent: their squares add. So does what
        is left out of a factor that becomes narrower.
        """
        L, reach, squares, cut = self.whole, self.steps.reach, self.result.squares, _LN_CUT - np.log(self._rounding)
        t, k = slice(m + 1, rows.stop), slice(m - self.h, m)
        made_A = reach[m : rows.stop - 1] + L[m : rows.stop - 1, m]
        made_B = L[m, m - self.h + 1 : m + 1] + reach[k]
        for j in cuts[0]:
            if m + j < rows.stop:
                made_A[j - 1] = max(made_A[j - 1], cut + L[m + j, m])
        for j in cuts[1]:
            made_B[-j] = max(made_B[-j], cut + L[m, m - j])
        above = L[rows, t] + made_A - L[rows, m, None]
        below = made_B[:, None] + L[k, k] - L[m, k]
        of_A = _squared(above).sum(axis=1) * self._rounding**2
        of_B = _squared(below).sum(axis=0)[::-1] * self._rounding**2
        cancel = np.exp(2.0 * (L[rows, m, None] + L[m, columns] - self.result.log_norm[rows, columns]))
        for where, found in (
            (np.s_[rows, m], of_A), (np.s_[m, columns], of_B), (np.s_[rows, columns], cancel * (of_A[:, None] + of_B)),
        ):  # fmt: skip
            squares[where] = np.fmax(squares[where], found)

    def _multiply(self, i: int, m: int, A: list[Factors], B: list[Factors]) -> None:
        """Make the pairs of the i-th block whose inner product has cancelled by A_t B_k: the error is not squared then."""
        N, seen, rows, columns = self.steps.scaled.shape[1], self.seen, self._rows(m, A), self._columns(m, B)
        if A[0].first or 8 * self.h * N * N > BLOCK_BYTES:
            return
        up, scale_up = every_factor(Side(self.steps, 1, True, False), [_only(i, which) for which in self.above])
        down, scale_down = every_factor(Side(self.steps, 1, False, False), [_only(i, which) for which in self.below])
        t, k = np.nonzero(self.result.remade[rows, columns])
        apart = (
            np.concatenate([one.log_norm[:, i] for one in A])[t] + np.concatenate([one.log_norm[:, i] for one in B])[k]
        )
        size = max(1, _PAIR_BYTES // (8 * N * N))
        for first in range(0, len(t), size):
            some = slice(first, first + size)
            product = up[t[some]][:, seen.of_rows] @ down[k[some]][:, seen.of_columns].swapaxes(1, 2)
            flat = product.reshape(len(product), -1)
            log = 0.5 * np.log(np.vecdot(flat, flat)) + scale_up[t[some]] + scale_down[k[some]]
            where = rows.start + t[some], columns.start - k[some]
            self.result.log_norm[where] = log
            sure = np.exp(apart[some] - log) * self._rounding <= TOLERANCE
            self.result.squares[where] = np.where(sure, 0.0, np.inf)

    def _width(self, A: Factors, B: Factors) -> int:
        """Return in how many coordinates the Grams of both meet."""
        return min(self.steps.scaled.shape[1] if one.basis is None else one.basis.shape[2] for one in (A, B))

    @property
    def _rounding(self) -> float:
        return rounding(self.steps.scaled.shape[1])


def _met(A: Factors, B: Factors) -> tuple[Floats, Floats]:
    """Return the Grams of both in the coordinates of the one with fewer."""
    if A.basis is None and B.basis is None:
        return A.gram, B.gram
    if A.basis is None or B.basis is None:
        C = B.basis if A.basis is None else A.basis.swapaxes(1, 2)
    else:
        C = A.basis.swapaxes(1, 2) @ B.basis
    assert C is not None
    _, v, w = C.shape
    if v <= w:
        return A.gram, Triangle.of(w).within(B.gram, C, doubled=True)
    return Triangle.of(v).within(A.gram, C.swapaxes(1, 2), doubled=False), B.gram


def _squares(side: Factors, some: slice = slice(None)) -> Floats:
    """Return the squares (h, S) of the norms of some factors as they are in the Grams."""
    return np.asarray(np.exp(2.0 * (side.log_norm[some] - side.log_scale[some])))


def _met_at_most(width: int, left: Floats, right: Floats) -> Floats:
    """Return (Σ_m ‖column m of A‖‖row m of B‖)² (S, a, b) by their packed Grams (a, S, ·) and (b, S, ·).

    The terms of ⟨AᵀA, BBᵀ⟩ add up to no more, in size. ‖A‖‖B‖ changes with the scales of the coordinates in between, this
    does not.
    """
    a, b = (np.sqrt(Triangle.of(width).diagonal(gram)) for gram in (left, right))
    return np.asarray(np.square(a.swapaxes(0, 1) @ b.transpose(1, 2, 0)))


def _squared(logs: Floats) -> Floats:
    """Return the squares of what these are the logarithms of; what is no number counts for nothing."""
    found = np.exp(2.0 * logs)
    found[np.isnan(found)] = 0.0
    return found


def _only(i: int, which: slice) -> slice:
    """Return the slice of the i-th block alone."""
    start = which.start + i * (which.step or 1)
    return slice(start, start + 1)
