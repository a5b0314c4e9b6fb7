"""Products in order whose rows are scaled apart: no row underflows beside a larger one, and a zero is a true zero.

The fast kernel works in plain float64. Where its result is doubtful, the products are made again here, for many
starting steps k at once: first with each row of P kept as e^r times a row of norm one, fed with the Jacobians' entries
in logarithms, and where cancellation eats more digits than float64 has, in double-double arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.engine.activations import Floats
from explorer.engine.allpairs import ROUNDING, TOLERANCE, Report, Stop
from explorer.engine.cells import Signed
from explorer.engine.errors import Stopped
from explorer.engine.extended import DoubleDouble
from explorer.engine.network import Trace

_STACK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Graded:
    """K products as diag(e^scale) · rows: scale (K, N) nats, rows (K, N, N) of norm one.

    ``alive`` (K, N) says which rows are not zero by the pattern of zeros alone: a row of scale −inf that is alive
    has cancelled, one that is not is a true zero. ``error`` (K, N) is the expected square of each row's relative error,
    the roundings of all entries taken as independent.
    """

    scale: Floats
    rows: Floats
    alive: NDArray[np.bool_]
    error: Floats

    @classmethod
    def identity(cls, count: int, N: int) -> Graded:
        """Return ``count`` empty products."""
        rows = np.tile(np.eye(N), (count, 1, 1))
        return cls(np.zeros((count, N)), rows, np.ones((count, N), dtype=bool), np.zeros((count, N)))

    def before(self, J: Signed) -> Graded:
        """Return J times each product."""
        reach = J.log + self.scale[:, None, :]
        top = reach.max(axis=2)
        shift = np.where(np.isfinite(top), top, 0.0)
        weights = J.sign * np.exp(reach - shift[:, :, None])
        rows = weights @ self.rows
        norm = np.sqrt(np.einsum("kij,kij->ki", rows, rows))
        safe = np.where(norm > 0, norm, 1.0)
        rows /= safe[:, :, None]
        error = np.einsum("kij,kj->ki", weights * weights, self.error + ROUNDING**2) / safe**2
        reached = (self.alive[:, None, :] & (J.sign != 0)).any(axis=2)
        return Graded(shift + np.log(norm), rows, reached, error)

    def log_norm(self) -> Floats:
        """Return ln of the Frobenius norms (K,)."""
        shift, weight = self._weights()
        return shift + 0.5 * np.log(weight.sum(axis=1))

    def relative_error(self) -> Floats:
        """Return the expected relative errors of the norms (K,)."""
        _, weight = self._weights()
        return np.sqrt((weight * self.error).sum(axis=1) / weight.sum(axis=1))

    def product(self) -> tuple[Floats, float]:
        """Return the first product as (matrix of Frobenius norm one, ln of its norm); zeros and −inf for a zero."""
        log = float(self.log_norm()[0])
        if log == -np.inf:
            return np.zeros_like(self.rows[0]), log
        return np.exp(self.scale[0] - log)[:, None] * self.rows[0], log

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
    trace: Trace,
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
    terms = trace.terms()

    def plain(t: int, stack: Graded) -> Graded:
        return stack.before(trace.log_jacobian(t, terms))

    def extended(t: int, stack: DoubleDouble) -> DoubleDouble:
        return stack.before(J[t - 1], trace.log_jacobian(t, terms))

    with np.errstate(all="ignore"):
        error = _multiply_again(Graded.identity, plain, L, doubtful, stop, report)
        open_ = doubtful & ~(error <= TOLERANCE)
        growth = _rounding_growth(L, open_, stop) * ROUNDING
        lost = open_ & ~(growth <= TOLERANCE)
        error = _multiply_again(DoubleDouble.identity, extended, L, lost, stop, report)
        unsure = lost & ~(error <= TOLERANCE)
    return Certified(lost, int(unsure.sum()))


Stack = TypeVar("Stack", Graded, DoubleDouble)


def _multiply_again(
    identity: Callable[[int, int], Stack],
    multiply: Callable[[int, Stack], Stack],
    L: Floats,
    wanted: NDArray[np.bool_],
    stop: Stop,
    report: Report,
) -> Floats:
    """Put the norms of products made in order into the wanted entries of L; return their expected relative errors.

    A zero that follows from the pattern of zeros has no error; one that came of cancellation is not known at all.
    """
    error = np.zeros_like(L)
    N = round(float(np.exp(2.0 * L[0, 0])))
    chunks = _chunks(wanted, N)
    for number, columns in enumerate(chunks):
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        stack = identity(0, N)
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            begun = int(np.searchsorted(columns, t))
            stack = multiply(t, _joined(stack, identity(begun - len(stack.error), N)))
            chosen = wanted[t, columns[:begun]]
            at = columns[:begun][chosen]
            log = stack.log_norm()
            L[t, at] = log[chosen]
            cancelled = stack.alive.any(axis=1) if isinstance(stack, Graded) else np.zeros(begun, dtype=bool)
            unknown = np.where(cancelled, np.inf, 0.0)
            error[t, at] = np.where(log > -np.inf, stack.relative_error(), unknown)[chosen]
        report((number + 1) / len(chunks))
    return error


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


def _rounding_growth(L: Floats, wanted: NDArray[np.bool_], stop: Stop) -> Floats:
    """Return by how much the roundings of a product in order reach the wanted pairs, relative to their norms.

    A rounding at step j is relative to ‖J_j‖‖P_{j−1,k}‖ and reaches P_{t,k} as ‖P_{t,j}‖ times that; independent
    roundings add in squares.
    """
    growth = np.zeros_like(L)
    step = np.diagonal(L, -1)
    for k in np.flatnonzero(wanted.any(axis=0)):
        if stop():
            raise Stopped
        rows = np.flatnonzero(wanted[:, k])
        last = int(rows[-1])
        after = L[rows, k + 1 : last + 1]
        term = np.exp(2.0 * (after + step[k:last] + L[k:last, k] - L[rows, k, None]))
        growth[rows, k] = np.sqrt(np.where(np.isnan(after), 0.0, term).sum(axis=1))
    return growth
