"""Products in order whose rows are scaled apart: no row underflows beside a larger one, and a zero is a true zero.

The fast kernel works in plain float64. Where its result is doubtful, the products are made again here, for many
starting steps k at once: first with each row of P kept as e^r times a row of norm one, fed with the Jacobians' entries
in logarithms, and where cancellation eats more digits than float64 has, in double-double arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import TOLERANCE, rounding
from explorer.engine.flow.extended import DoubleDouble
from explorer.engine.flow.factors import Steps
from explorer.engine.network.course import Course
from explorer.engine.norms import norms
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

_STACK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Graded:
    """K products as diag(e^scale) · rows: scale (K, N) nats, rows (K, N, N) of norm one.

    ``alive`` (K, N) says which rows are not zero by the pattern of zeros alone: a row of scale −inf that is alive
    has cancelled, one that is not is a true zero. ``error`` (K, N) is the expected square of each row's relative error by
    the products' rounding, the roundings of all entries taken as independent, and ``given`` (K, N) by what J is off.
    """

    scale: Floats
    rows: Floats
    alive: NDArray[np.bool_]
    error: Floats
    given: Floats

    @classmethod
    def identity(cls, count: int, N: int) -> Graded:
        """Return ``count`` empty products."""
        rows = np.tile(np.eye(N), (count, 1, 1))
        none = np.zeros((count, N))
        return cls(none, rows, np.ones((count, N), dtype=bool), none, none)

    def before(self, J: Signed, log_error: Floats | None = None) -> Graded:
        """Return J times each product; ``log_error`` (N, N) is ln of what the entries of J may be off by."""
        reach = J.log + self.scale[:, None, :]
        top = reach.max(axis=2)
        shift = np.where(np.isfinite(top), top, 0.0)
        weights = J.sign * np.exp(reach - shift[:, :, None])
        rows = weights @ self.rows
        norm = norms(rows)
        safe = np.where(norm > 0, norm, 1.0)
        rows /= safe[:, :, None]
        square = weights * weights
        error = np.einsum("kij,kj->ki", square, self.error + rounding(len(J.log)) ** 2) / safe**2
        given = np.einsum("kij,kj->ki", square, self.given) / safe**2
        if log_error is not None:
            off = log_error + self.scale[:, None, :] - (shift + np.log(safe))[:, :, None]
            given += np.exp(2.0 * off).sum(axis=2)
        reached = (self.alive[:, None, :] & (J.sign != 0)).any(axis=2)
        return Graded(shift + np.log(norm), rows, reached, error, given)

    def log_norm(self) -> Floats:
        """Return ln of the Frobenius norms (K,)."""
        shift, weight = self._weights()
        return shift + 0.5 * np.log(weight.sum(axis=1))

    def relative_error(self) -> Floats:
        """Return the expected relative errors of the norms (K,) by rounding."""
        return self._mean(self.error)

    def given_error(self) -> Floats:
        """Return the expected relative errors of the norms (K,) by what J is off."""
        return self._mean(self.given)

    def products(self) -> tuple[Floats, Floats]:
        """Return the products as (matrices of Frobenius norm one (K, N, N), ln of their norms (K,)); zeros for a zero."""
        log = self.log_norm()
        shift = np.where(np.isneginf(log), 0.0, log)
        return np.exp(self.scale - shift[:, None])[:, :, None] * self.rows, log

    def _mean(self, squares: Floats) -> Floats:
        """Return the root mean (K,) of relative errors, the rows weighted by their size."""
        _, weight = self._weights()
        # A row that is zero has no error to add, whatever came of 0/0.
        terms = np.where(weight > 0, weight * squares, 0.0)
        return np.sqrt(terms.sum(axis=1) / weight.sum(axis=1))

    def _weights(self) -> tuple[Floats, Floats]:
        """Return the largest scales (K,) and the squared norms of the rows relative to them (K, N)."""
        top = self.scale.max(axis=1)
        shift = np.where(np.isfinite(top), top, 0.0)
        return shift, np.exp(2.0 * (self.scale - shift[:, None]))


@dataclass(frozen=True, slots=True)
class Certified:
    """What became of the doubtful pairs: which needed more digits, and how many may still be wrong."""

    lost: NDArray[np.bool_]
    unsure: int


def certify(
    trace: Course,
    J: Floats,
    L: Floats,
    doubtful: NDArray[np.bool_],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Certified:
    """Replace the doubtful entries of L (T+1, T+1), in place, by norms right to `TOLERANCE`.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    if not doubtful.any():
        return Certified(np.zeros_like(doubtful), 0)
    with np.errstate(all="ignore"):
        error, given = np.zeros_like(L), np.zeros_like(L)
        for visit in passes(trace, doubtful, stop, report):
            _note(visit, L, error, given)
        open_ = doubtful & ~(error <= TOLERANCE)
        growth = _growth(L, Steps.of(J).reach, open_, stop) * rounding(trace.width)
        lost = open_ & ~(growth <= TOLERANCE)
        for visit in passes(trace, lost, stop, report, J):
            _note(visit, L, error, given)
        unsure = lost & ~(error <= TOLERANCE)
        unsure |= _off_with_steps(trace, L, doubtful & ~(given <= TOLERANCE), stop)
    return Certified(lost, int(unsure.sum()))


def _off_with_steps(trace: Course, L: Floats, pairs: NDArray[np.bool_], stop: Stop) -> NDArray[np.bool_]:
    """Return which of the ``pairs`` may be wrong because J itself has lost digits."""
    log_errors = trace.log_errors()
    if log_errors is None:
        return np.zeros_like(pairs)
    pairs = pairs & ~np.isneginf(L)
    return pairs & ~(_growth(L, log_errors, pairs, stop) <= TOLERANCE)


@dataclass(frozen=True, slots=True)
class Visit:
    """A moment of a pass: the products P_{t,k} for some columns k, and which of them were wanted."""

    t: int
    columns: NDArray[np.intp]
    wanted: NDArray[np.bool_]
    stack: Graded | DoubleDouble


def passes(
    trace: Course,
    wanted: NDArray[np.bool_],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    extended: Floats | None = None,
) -> Iterator[Visit]:
    """Yield the products of all columns with a wanted pair (T+1, T+1), step by step.

    With ``extended``, the Jacobians (T, N, N), in double-double arithmetic.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    if extended is None:

        def in_logs(stack: Graded, t: int) -> Graded:
            return stack.before(trace.log_jacobian(t), trace.log_error_entries(t))

        yield from _pass(Graded.identity, in_logs, trace.width, wanted, stop, report)
    else:

        def in_double_double(stack: DoubleDouble, t: int) -> DoubleDouble:
            return stack.before(extended[t - 1], trace.log_jacobian(t))

        yield from _pass(DoubleDouble.identity, in_double_double, trace.width, wanted, stop, report)


Stack = TypeVar("Stack", Graded, DoubleDouble)


def _pass(
    identity: Callable[[int, int], Stack],
    multiply: Callable[[Stack, int], Stack],
    N: int,
    wanted: NDArray[np.bool_],
    stop: Stop,
    report: Report,
) -> Iterator[Visit]:
    chunks = _chunks(wanted, N)
    for number, columns in enumerate(chunks):
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        stack = identity(0, N)
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            begun = int(np.searchsorted(columns, t))
            stack = _joined(stack, identity(begun - len(stack.error), N))
            stack = multiply(stack, t)
            chosen = wanted[t, columns[:begun]]
            if chosen.any():
                yield Visit(t, columns[:begun], chosen, stack)
        report((number + 1) / len(chunks))


def _note(visit: Visit, L: Floats, error: Floats, given: Floats) -> None:
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


def _chunks(wanted: NDArray[np.bool_], N: int) -> list[NDArray[np.intp]]:
    """Return the columns k with a wanted pair, in groups whose products fit in memory."""
    columns = np.flatnonzero(wanted.any(axis=0))
    size = max(1, _STACK_BYTES // (8 * N * N))
    return [columns[i : i + size] for i in range(0, len(columns), size)]


def _joined(stack: Stack, more: Stack) -> Stack:
    """Return two stacks as one."""
    if not len(more.error):
        return stack
    parts = (np.concatenate([getattr(s, f.name) for s in (stack, more)]) for f in fields(stack))
    return type(stack)(*parts)


def _growth(L: Floats, reach: Floats, wanted: NDArray[np.bool_], stop: Stop) -> Floats:
    """Return by how much errors e^reach (T,) of single steps reach the wanted pairs, relative to their norms.

    An error at step j, r_j ‖P_{j−1,k}‖, reaches P_{t,k} as ‖P_{t,j}‖ times that; independent ones add in squares.
    """
    growth = np.zeros_like(L)
    for k in np.flatnonzero(wanted.any(axis=0)):
        if stop():
            raise Stopped
        rows = np.flatnonzero(wanted[:, k])
        last = int(rows[-1])
        after = L[rows, k + 1 : last + 1]
        term = np.exp(2.0 * (after + reach[k:last] + L[k:last, k] - L[rows, k, None]))
        growth[rows, k] = np.sqrt(np.where(np.isnan(after), 0.0, term).sum(axis=1))
    return growth
