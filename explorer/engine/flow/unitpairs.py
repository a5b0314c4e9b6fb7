"""The norms of all products where units don't mix: J is one number, or a small matrix, a unit.

Halving as in `allpairs`: of the pairs that straddle m, ‖P_{t,k}‖_F² = Σ_i ⟨A_iᵀA_i, B_iB_iᵀ⟩ over the units i, with
A_i = P_{t,m} and B_i = P_{m,k} of one unit, one product of the Grams laid side by side. Each A_i has a scale of its own, so
that no unit underflows beside another but in the product, where a sum of squares that has is made again in logarithms.
Numbers need no products in order: their cumulative logs, kept with the rounding of each sum, are the scales.

The roundings on all ways to a product of matrices are at most a few ε a step of Π‖J_j‖₂, and of the product of the |J_j|: the
first is close where units turn, the second where nothing cancels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.smallmatrices import counted, cumulative, largest_singular, multiplied, unit_matrices
from explorer.engine.flow.table import TOLERANCE, AllPairs
from explorer.engine.norms import norm_of_logs
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

_LEAF = 32
_EPSILON = float(np.finfo(np.float64).eps)
# A sum of squares above this has lost nothing that counts to underflow, whatever the number of units.
_FLOOR = 1e-280
_CHUNK = 2**18
# What a product of two small matrices, or the inner product of two Grams, is wrong by, relative to the norms of the factors.
_ROUNDING = 16.0 * _EPSILON


@dataclass(frozen=True, slots=True)
class Scaled:
    """Factors of one side, h of each of u units in each of S blocks, the identity first.

    scale (S, h, u) is ln of their norms, −inf for zeros, matrix (S, h, u, ·, ·) what is seen of what is left, None for
    numbers.
    """

    scale: Floats
    matrix: Floats | None

    def weights(self) -> tuple[Floats, Floats]:
        """Return the squares (S, h, u) of the norms relative to the largest of each factor, and ln of that (S, h)."""
        top = self.scale.max(axis=2)
        safe = np.where(np.isfinite(top), top, 0.0)
        return np.exp(2.0 * (self.scale - safe[:, :, None])), top

    def grams(self, weights: Floats, upward: bool) -> Floats:
        """Return AᵀA or BBᵀ of the units side by side (S, h, u·p²), by ``weights``; the weights of numbers."""
        if self.matrix is None:
            return weights
        turned = self.matrix.swapaxes(3, 4)
        gram = multiplied(turned, self.matrix) if upward else multiplied(self.matrix, turned)
        return (weights[..., None, None] * gram).reshape(*weights.shape[:2], -1)


class UnitSteps:
    """The steps of u units (T, u, p, p), in logarithms, ready for products of which some rows and columns are ``seen``."""

    def __init__(self, J: Signed, seen: Seen = EVERYTHING) -> None:
        self.seen = seen
        self.T, self.u, self.p, _ = J.log.shape
        self.ruined = np.asarray(~(J.log < np.inf).all(axis=(1, 2, 3)))
        top = J.log.max(axis=(2, 3))
        self.zero = top == -np.inf
        self.size = np.where(np.isfinite(top), top, 0.0)
        self.matrix = None if self.p == 1 else J.sign * np.exp(J.log - self.size[:, :, None, None])
        self.total, self.rest = cumulative(self.size)
        self.zeros = counted(self.zero)

    def between(self, t: NDArray[np.intp], k: NDArray[np.intp]) -> Floats:
        """Return the sums of the steps' logarithms (…, u) from k to t, −inf over a zero."""
        log = (self.total[t] - self.total[k]) + (self.rest[t] - self.rest[k])
        log[self.zeros[t] != self.zeros[k]] = -np.inf
        return log

    def sides(self, low: int, size: int, S: int) -> tuple[Scaled, Scaled]:
        """Return the factors P_{t,m} and P_{m,k}, t and k going away from the middles m of S blocks of ``size`` states."""
        m = low + size // 2 + size * np.arange(S)[:, None]
        t = np.minimum(m + np.arange(size // 2), self.T)
        k = m - np.arange(size // 2 + 1)
        if self.matrix is None:
            return Scaled(self.between(t, m), None), Scaled(self.between(m, k), None)
        return self._products(t, True), self._products(k, False)

    def _products(self, states: NDArray[np.intp], upward: bool) -> Scaled:
        assert self.matrix is not None
        S, h = states.shape
        here, log = (
            np.tile(np.eye(self.p) / np.sqrt(self.p), (S, self.u, 1, 1)),
            np.full((S, self.u), 0.5 * np.log(self.p)),
        )
        made, scale = [self._seen(here, upward)], [log]
        for j in range(1, h):
            step = states[:, j] - 1 if upward else states[:, j]
            J = self.matrix[step]
            here, near = unit_matrices(multiplied(J, here) if upward else multiplied(here, J))
            log = log + (near + self.size[step])
            made.append(self._seen(here, upward))
            scale.append(log)
        return Scaled(np.stack(scale, axis=1), np.stack(made, axis=1))

    def _seen(self, P: Floats, upward: bool) -> Floats:
        return P[..., self.seen.of_rows, :] if upward else P[..., self.seen.of_columns]


def unit_pairs(
    J: Signed, stop: Stop = lambda: False, report: Report = lambda _: None, seen: Seen = EVERYTHING
) -> AllPairs:
    """Return the log norms of all products of u units' steps J (T, u, p, p), right to `TOLERANCE` unless doubtful.

    They are those of what is ``seen`` of each unit's products. Where J is not finite, every product that it enters is NaN.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    with one_blas_thread(), np.errstate(all="ignore"):
        steps = UnitSteps(J, seen)
        result = _halved(steps, stop, report)
        if steps.p > 1:
            result.doubtful[...] |= _doubted(J, result.log_norm, stop)
            np.fill_diagonal(result.doubtful, False)
        ruined = counted(steps.ruined)
        if ruined[-1]:
            spoilt = ruined[:, None] > ruined
            result.log_norm[spoilt], result.doubtful[spoilt], result.remade[spoilt] = np.nan, False, False
    return result


def _halved(steps: UnitSteps, stop: Stop, report: Report = lambda _: None) -> AllPairs:
    """Return all pairs: within small blocks of numbers from the blocks' first states, the others by halves."""
    result = AllPairs.empty(steps.T, steps.u * steps.seen.ones(steps.p))
    leaf = _LEAF if steps.p == 1 else 1
    sizes = [leaf]
    while sizes[-1] <= steps.T:
        sizes.append(2 * sizes[-1])
    if steps.p == 1:
        _leaves(steps, result)
    for number, size in enumerate(sizes[:0:-1], start=1):
        _level(size, steps, result, stop)
        report(number / len(sizes))
    return result


def _level(size: int, steps: UnitSteps, result: AllPairs, stop: Stop) -> None:
    """Fill in the pairs that straddle the middles of the blocks of ``size`` states, some blocks together."""
    starts = range(0, steps.T + 1 - size // 2, size)
    together = max(1, _CHUNK // (size * steps.u * steps.p**2))
    for first in range(0, len(starts), together):
        if stop():
            raise Stopped
        _blocks(starts[first], size, len(starts[first : first + together]), steps, result)


def _blocks(low: int, size: int, S: int, steps: UnitSteps, result: AllPairs) -> None:
    """Fill in the pairs of S blocks of ``size`` states from ``low`` on."""
    A, B = steps.sides(low, size, S)
    sums, top = _sums(A, B)
    log, doubtful, remade = _certified(sums, top, A, B)
    for i in range(S):
        m = low + i * size + size // 2
        t, k = slice(m, min(m + size // 2, steps.T + 1)), slice(m, m - size // 2 - 1 if m > size // 2 else None, -1)
        where = np.s_[i, : t.stop - m, : min(size // 2, m) + 1]
        result.log_norm[t, k] = log[where]
        result.remade[t, k] = remade[where]
        if doubtful is not None:
            result.doubtful[t, k] = doubtful[where]


def _leaves(steps: UnitSteps, result: AllPairs) -> None:
    """Fill in the pairs of numbers within small blocks, e^{c_t − c_k} = e^{c_t − c_m} e^{c_m − c_k}, m their first state."""
    starts = np.arange(0, steps.T + 1, _LEAF)
    m, t = starts[:, None], np.minimum(starts[:, None] + np.arange(_LEAF), steps.T)
    up = (steps.total[t] - steps.total[m]) + (steps.rest[t] - steps.rest[m])
    A, B = Scaled(up, None), Scaled(-up, None)
    sums, top = _sums(A, B)
    pairs: Floats = 0.5 * np.log(sums) + top
    lower = np.tri(_LEAF, dtype=bool)
    zeros = (steps.zeros[t[:, -1]] != steps.zeros[starts]).any(axis=1)
    again = np.asarray(lower & ((sums < _FLOOR) | zeros[:, None, None]))
    block, a, b = np.nonzero(again)
    pairs[block, a, b] = _in_logs(steps, t[block, a], t[block, b])
    for i, low in enumerate(starts):
        size = min(_LEAF, steps.T + 1 - low)
        some, inside = slice(low, low + size), lower[:size, :size]
        result.log_norm[some, some][inside] = pairs[i, :size, :size][inside]
        result.remade[some, some] = again[i, :size, :size]


def _in_logs(steps: UnitSteps, t: NDArray[np.intp], k: NDArray[np.intp]) -> Floats:
    """Return ln of the norms of some products of numbers (K,), term by term."""
    size = max(1, _CHUNK // steps.u)
    found = [norm_of_logs(steps.between(t[i : i + size], k[i : i + size])) for i in range(0, len(t), size)]
    return np.concatenate([np.empty(0), *found])


def _sums(A: Scaled, B: Scaled) -> tuple[Floats, Floats]:
    """Return Σ ⟨AᵀA, BBᵀ⟩ (S, a, b) over the units, and ln of the scale (S, a, b) that is taken out of its root."""
    (left, of_left), (right, of_right) = A.weights(), B.weights()
    grams = [one.grams(weights, upward) for one, weights, upward in ((A, left, True), (B, right, False))]
    return grams[0] @ grams[1].swapaxes(1, 2), of_left[:, :, None] + of_right[:, None, :]


def _certified(
    sums: Floats, top: Floats, A: Scaled, B: Scaled
) -> tuple[Floats, NDArray[np.bool_] | None, NDArray[np.bool_]]:
    """Return ln of the norms (S, a, b), which of them are not sure, and which were made again in logarithms."""
    log = np.log(sums)
    log *= 0.5
    log += top
    again = sums < _FLOOR
    if A.matrix is not None:
        apart = A.weights()[0] @ B.weights()[0].swapaxes(1, 2)
        again |= ~(apart * _ROUNDING <= TOLERANCE * sums)
    again &= top > -np.inf
    if not again.any():
        return log, None if A.matrix is None else sums == 0, again
    wrong = np.zeros_like(log)
    for some in _together(again, A.scale.shape[-1]):
        log[some], wrong[some] = _multiplied_out(A, B, some)
    return log, None if A.matrix is None else ~(wrong <= TOLERANCE) | (log == -np.inf), again


def _together(which: NDArray[np.bool_], units: int) -> Iterator[tuple[NDArray[np.intp], ...]]:
    """Yield the places of what is true, some at a time."""
    places = np.nonzero(which)
    size = max(1, _CHUNK // units)
    for first in range(0, len(places[0]), size):
        yield tuple(axis[first : first + size] for axis in places)


def _multiplied_out(A: Scaled, B: Scaled, some: tuple[NDArray[np.intp], ...]) -> tuple[Floats, Floats]:
    """Return ln of the norms (K,) of some pairs (block, t, k), and the relative rounding of their products."""
    i, t, k = some
    log = A.scale[i, t] + B.scale[i, k]
    if A.matrix is None or B.matrix is None:
        return norm_of_logs(log), np.zeros(len(i))
    _, near = unit_matrices(multiplied(A.matrix[i, t], B.matrix[i, k]))
    whole = norm_of_logs(log + near)
    return whole, _ROUNDING * np.exp(norm_of_logs(log) - whole)


def _doubted(J: Signed, L: Floats, stop: Stop) -> NDArray[np.bool_]:
    """Return which products (T+1, T+1) of small matrices their own roundings, whatever their order, may have carried off."""
    p, lag = J.log.shape[-1], np.subtract.outer(np.arange(len(L)), np.arange(len(L)))
    wrong = np.log(2.0 * p * _EPSILON * np.maximum(lag + 2, 1)) - L
    steepest = log_steepest(J)[:, :, None, None]
    doubted = ~(
        wrong + _halved(UnitSteps(Signed(steepest, np.ones_like(steepest))), stop).log_norm <= np.log(TOLERANCE)
    )
    doubted &= lag > 0
    if doubted.any():
        bound = _halved(UnitSteps(Signed(J.log, np.abs(J.sign))), stop).log_norm
        doubted &= ~(wrong + bound <= np.log(TOLERANCE))
    return doubted


def log_steepest(J: Signed) -> Floats:
    """Return ln ‖J‖₂ (T, u) of small matrices, −inf for zeros."""
    top = J.log.max(axis=(2, 3))
    near = J.sign * np.exp(J.log - np.where(np.isfinite(top), top, 0.0)[:, :, None, None])
    return top + np.log(largest_singular(near))
