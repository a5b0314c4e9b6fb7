"""Products in order whose rows are scaled apart: no row underflows beside a larger one, and a zero is a true zero.

The fast kernel works in plain float64. Where its result is doubtful, the products are made again here, for many
starting steps k at once: first with each row of P kept as e^r times a row of norm one, fed with the Jacobians' entries
in logarithms, and where cancellation eats more digits than float64 has, in double-double arithmetic. Where units don't
mix, a product is that of each of them, side by side; where only a block of P is asked for, its columns alone are carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import TOLERANCE, rounding
from explorer.engine.flow.extended import DoubleDouble
from explorer.engine.flow.factors import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.steps import Steps
from explorer.engine.norms import norms
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

_STACK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Graded:
    """K products as diag(e^scale) · rows: scale (K, N) nats, rows (K, N, c) of norm one.

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
    def start(cls, count: int, columns: Floats) -> Graded:
        """Return ``count`` empty products, some ``columns`` (N, c) of the identity."""
        alive = np.tile(columns.any(axis=1), (count, 1))
        none = np.zeros(alive.shape)
        return cls(np.where(alive, 0.0, -np.inf), np.tile(columns, (count, 1, 1)), alive, none, none)

    @classmethod
    def identity(cls, count: int, N: int) -> Graded:
        """Return ``count`` empty products."""
        return cls.start(count, np.eye(N))

    def before(self, J: Signed, log_error: Floats | None = None) -> Graded:
        """Return J (N, N), or one J a product, times each; ``log_error`` is ln of what the entries of J may be off by."""
        reach = J.log + self.scale[:, None, :]
        top = reach.max(axis=2)
        shift = np.where(np.isfinite(top), top, 0.0)
        weights = J.sign * np.exp(reach - shift[:, :, None])
        rows = weights @ self.rows
        norm = norms(rows)
        safe = np.where(norm > 0, norm, 1.0)
        rows /= safe[:, :, None]
        square = weights * weights
        error = np.einsum("kij,kj->ki", square, self.error + rounding(J.log.shape[-1]) ** 2) / safe**2
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
            _note(visit, L, error, given)
        open_ = doubtful & ~(error <= TOLERANCE)
        size = steps.width // seen.units
        growth = _growth(L, whole, _reach(J, size), open_, stop) * rounding(size)
        lost = open_ & ~(growth <= TOLERANCE)
        for visit in passes(steps, lost, stop, report, J, seen):
            _note(visit, L, error, given)
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


@dataclass(frozen=True, slots=True)
class Visit:
    """A moment of a pass: the products P_{t,k} for some columns k, and which of them were wanted."""

    t: int
    columns: NDArray[np.intp]
    wanted: NDArray[np.bool_]
    stack: Graded | DoubleDouble


def passes(
    steps: Steps,
    wanted: NDArray[np.bool_],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    extended: Floats | None = None,
    seen: Seen = EVERYTHING,
) -> Iterator[Visit]:
    """Yield what is ``seen`` of the products of all columns with a wanted pair (T+1, T+1), step by step.

    With ``extended``, the Jacobians (T, …), in double-double arithmetic.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    size = steps.width // seen.units

    def each(J: Floats, stack: Stack) -> Floats:
        return np.tile(J, (len(stack.error) // len(J), 1, 1)) if J.ndim > 2 else J

    def log_J(stack: Stack, t: int) -> Signed:
        J = steps.log_jacobian(t)
        return Signed(each(J.log, stack), each(J.sign, stack))

    if extended is None:

        def in_logs(stack: Graded, t: int) -> Graded:
            error = steps.log_error_entries(t)
            return stack.before(log_J(stack, t), None if error is None else each(error, stack))

        yield from _pass(Graded.start, in_logs, size, wanted, stop, report, seen)
    else:

        def in_double_double(stack: DoubleDouble, t: int) -> DoubleDouble:
            return stack.before(each(extended[t - 1], stack), log_J(stack, t))

        yield from _pass(DoubleDouble.start, in_double_double, size, wanted, stop, report, seen)


Stack = TypeVar("Stack", Graded, DoubleDouble)


def _pass(
    start: Callable[[int, Floats], Stack],
    multiply: Callable[[Stack, int], Stack],
    size: int,
    wanted: NDArray[np.bool_],
    stop: Stop,
    report: Report,
    seen: Seen,
) -> Iterator[Visit]:
    first = np.eye(size)[:, seen.of_columns]
    chunks = _chunks(wanted, first.size * seen.units)
    for number, columns in enumerate(chunks):
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        stack = start(0, first)
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            begun = int(np.searchsorted(columns, t))
            stack = _joined(stack, start(begun * seen.units - len(stack.error), first))
            stack = multiply(stack, t)
            chosen = wanted[t, columns[:begun]]
            if chosen.any():
                yield Visit(t, columns[:begun], chosen, _seen(stack, begun, seen))
        report((number + 1) / len(chunks))


def _seen(stack: Stack, count: int, seen: Seen) -> Stack:
    """Return the rows that are seen of ``count`` products, those of all units one below the other."""
    if seen == EVERYTHING:
        return stack

    def rows(array: NDArray[Any]) -> NDArray[Any]:
        some = array.reshape(count, seen.units, *array.shape[1:])[:, :, seen.of_rows]
        return some.reshape(count, -1, *array.shape[2:])

    return type(stack)(*(rows(getattr(stack, f.name)) for f in fields(stack)))


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


def _chunks(wanted: NDArray[np.bool_], entries: int) -> list[NDArray[np.intp]]:
    """Return the columns k with a wanted pair, in groups whose products fit in memory."""
    columns = np.flatnonzero(wanted.any(axis=0))
    size = max(1, _STACK_BYTES // (8 * entries))
    return [columns[i : i + size] for i in range(0, len(columns), size)]


def _joined(stack: Stack, more: Stack) -> Stack:
    """Return two stacks as one."""
    if not len(more.error):
        return stack
    parts = (np.concatenate([getattr(s, f.name) for s in (stack, more)]) for f in fields(stack))
    return type(stack)(*parts)


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
