"""The doubtful pairs made again: in order, with rows scaled apart, and with more digits where these are lost.

The fast kernels work in plain float64 and say which of their results may be wrong by more than `TOLERANCE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.passes import Visit, passes
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.steps import Steps
from explorer.engine.flow.table import TOLERANCE, rounding
from explorer.engine.norms import norm_of_logs
from explorer.engine.work import Report, Stop

# Steps and states whose sums of errors are made by one product.
_TILE = 256
# Nats: twice as much is still in the range of float64.
_HELD = 340.0


@dataclass(frozen=True, slots=True)
class Certified:
    """What became of the doubtful pairs: which needed more digits, and how many may still be wrong."""

    lost: NDArray[np.bool_]
    unsure: int


def certify(
    steps: Steps,
    J: Floats,
    L: Floats,
    doubtful: NDArray[np.bool_],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    seen: Seen = EVERYTHING,
    whole: Floats | None = None,
) -> Certified:
    """Replace the doubtful entries of L (T+1, T+1), in place, by norms right to `TOLERANCE`.

    Where L is that of what is ``seen`` of each product, ``whole`` is that of all of it.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    if not doubtful.any():
        return Certified(np.zeros_like(doubtful), 0)
    whole = L if whole is None else whole
    with one_blas_thread(), np.errstate(all="ignore"):
        error, given = np.zeros_like(L), np.zeros_like(L)
        for visit in passes(steps, doubtful, stop, report, seen=seen):
            noted(visit, L, error, given)
        open_ = doubtful & ~(error <= TOLERANCE)
        size = steps.width // seen.units
        growth = _growth(L, whole, _reach(J, size), open_, stop) * rounding(size)
        lost = open_ & ~(growth <= TOLERANCE)
        for visit in passes(steps, lost, stop, report, J, seen):
            noted(visit, L, error, given)
        unsure = lost & ~(error <= TOLERANCE)
        unsure |= off_with_steps(steps, L, whole, doubtful & ~(given <= TOLERANCE), stop)
    return Certified(lost, int(unsure.sum()))


def _reach(J: Floats, size: int) -> Floats:
    """Return ln r_t (T,) of `log_reach`, the largest of any unit."""
    return ScaledSteps.of(J.reshape(-1, size, size)).reach.reshape(len(J), -1).max(axis=1)


def off_with_steps(steps: Steps, L: Floats, whole: Floats, pairs: NDArray[np.bool_], stop: Stop) -> NDArray[np.bool_]:
    """Return which of the ``pairs`` may be wrong because J itself has lost digits."""
    log_errors = steps.log_errors()
    if log_errors is None:
        return np.zeros_like(pairs)
    pairs = pairs & ~np.isneginf(L)
    return pairs & ~(_growth(L, whole, log_errors, pairs, stop) <= TOLERANCE)


def noted(visit: Visit, L: Floats, error: Floats, given: Floats) -> None:
    """Put the norms of a visit and their expected relative errors, by rounding and by what J is off, where they belong.

    A zero that follows from the pattern of zeros has no error; one that came of cancellation is not known at all.
    """
    stack, at = visit.stack, visit.columns[visit.wanted]
    log = stack.log_norm()
    if isinstance(stack, Graded):
        given[visit.t, at] = stack.given_error()[visit.wanted]
    cancelled = stack.alive.any(axis=1) if isinstance(stack, Graded) else np.zeros(len(log), dtype=bool)
    doubt = np.where(log > -np.inf, stack.relative_error(), np.where(cancelled, np.inf, 0.0))
    L[visit.t, at] = log[visit.wanted]
    error[visit.t, at] = doubt[visit.wanted]


def _growth(L: Floats, whole: Floats, reach: Floats, wanted: NDArray[np.bool_], stop: Stop) -> Floats:
    """Return by how much errors e^reach (T,) of single steps reach the wanted pairs, relative to their norms.

    An error at step j, r_j ‖P_{j−1,k}‖, reaches P_{t,k} as ‖P_{t,j}‖ times that; independent ones add in squares. Together
    these sums are products of tables ‖P_{t,j}‖² and r_j² ‖P_{j−1,k}‖², each measured by the way from the first state.
    """
    growth = np.zeros_like(L)
    way = _way(whole)
    after, before = whole - way[:, None] + way, np.full_like(whole, np.nan)
    before[1:] = reach[:, None] + whole[:-1] - way[1:, None] + way
    for first in range(0, len(L), _TILE):
        columns = slice(first, first + _TILE)
        for top in range(first, len(L), _TILE):
            rows = slice(top, top + _TILE)
            asked = wanted[rows, columns]
            if not asked.any():
                continue
            if stop():
                raise Stopped
            sums = _summed(after[rows, first : top + _TILE], before[first : top + _TILE, columns], asked)
            log = sums - 2.0 * (L[rows, columns] - way[rows, None] + way[columns])
            growth[rows, columns] = np.where(asked, np.exp(0.5 * log), 0.0)
    return growth


def _summed(after: Floats, before: Floats, asked: NDArray[np.bool_]) -> Floats:
    """Return ln Σ_j e^{2 (after_tj + before_jk)} of the pairs that are ``asked``; what is no number is passed over."""
    tables = [np.where(np.isnan(table), -np.inf, 2.0 * table) for table in (after, before)]
    if all(_holds(table) for table in tables):
        return np.asarray(np.log(np.exp(tables[0]) @ np.exp(tables[1])))
    sums = np.full(asked.shape, -np.inf)
    for k in np.flatnonzero(asked.any(axis=0)):
        sums[asked[:, k], k] = 2.0 * norm_of_logs(0.5 * (tables[0][asked[:, k]] + tables[1][:, k]))
    return sums


def _way(whole: Floats) -> Floats:
    """Return ln ‖P_{t,0}‖ (T+1,), and beyond a zero by how much the single steps grow."""
    way, steps = whole[:, 0].copy(), np.diagonal(whole, -1)
    for t in np.flatnonzero(~np.isfinite(way)):
        way[t] = way[t - 1] + steps[t - 1] if t and np.isfinite(steps[t - 1]) else way[t - 1] if t else 0.0
    return way


def _holds(log: Floats) -> bool:
    """Return whether float64 holds what these are the logarithms of, and products of two."""
    seen = log[np.isfinite(log)]
    return not (log == np.inf).any() and bool(np.abs(seen).max(initial=0.0) < _HELD)
