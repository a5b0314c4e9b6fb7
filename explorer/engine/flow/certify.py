"""The doubtful pairs made again: in order, with rows scaled apart, and with more digits where these are lost.

The fast kernels work in plain float64 and say which of their results may be wrong by more than `TOLERANCE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.factors import ScaledSteps
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.passes import Visit, passes
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.steps import Steps
from explorer.engine.flow.table import TOLERANCE, rounding
from explorer.engine.work import Report, Stop


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
    with np.errstate(all="ignore"):
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

    An error at step j, r_j ‖P_{j−1,k}‖, reaches P_{t,k} as ‖P_{t,j}‖ times that; independent ones add in squares.
    """
    growth = np.zeros_like(L)
    for k in np.flatnonzero(wanted.any(axis=0)):
        if stop():
            raise Stopped
        rows = np.flatnonzero(wanted[:, k])
        last = int(rows[-1])
        after = whole[rows, k + 1 : last + 1]
        term = np.exp(2.0 * (after + reach[k:last] + whole[k:last, k] - L[rows, k, None]))
        growth[rows, k] = np.sqrt(np.where(np.isnan(after), 0.0, term).sum(axis=1))
    return growth
