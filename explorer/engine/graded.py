"""Products in order whose rows are scaled apart: no row underflows beside a larger one, and a zero is a true zero.

The fast kernel works in plain float64. Where its result is doubtful, the products are made again here, for many
starting steps k at once: first with each row of P kept as e^r times a row of norm one, fed with the Jacobians' entries
in logarithms, and where cancellation eats more digits than float64 has, in double-double arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.activations import Floats
from explorer.engine.allpairs import ROUNDING, TOLERANCE, Report, Stop
from explorer.engine.cells import Signed
from explorer.engine.errors import Stopped
from explorer.engine.extended import DoubleDouble
from explorer.engine.network import Trace

_STACK_BYTES = 64 * 2**20
# The relative rounding of a double-double product, with room for N = 512.
_EXTENDED_ROUNDING = 2.0**-98


@dataclass(frozen=True, slots=True)
class Graded:
    """K products as diag(e^scale) · rows: scale (K, N) nats, rows (K, N, N) of norm one.

    ``alive`` (K, N) says which rows are not zero by the pattern of zeros alone: a row of scale −inf that is alive
    has cancelled, one that is not is a true zero.
    """

    scale: Floats
    rows: Floats
    alive: NDArray[np.bool_]

    @classmethod
    def identity(cls, count: int, N: int) -> Graded:
        """Return ``count`` empty products."""
        return cls(np.zeros((count, N)), np.tile(np.eye(N), (count, 1, 1)), np.ones((count, N), dtype=bool))

    def before(self, J: Signed) -> Graded:
        """Return J times each product."""
        exponent = J.log + self.scale[:, None, :]
        top = exponent.max(axis=2)
        shift = np.where(np.isfinite(top), top, 0.0)
        rows = (J.sign * np.exp(exponent - shift[:, :, None])) @ self.rows
        norm = np.sqrt(np.einsum("kij,kij->ki", rows, rows))
        rows /= np.where(norm > 0, norm, 1.0)[:, :, None]
        reached = (self.alive[:, None, :] & (J.sign != 0)).any(axis=2)
        return Graded(shift + np.log(norm), rows, reached)

    def log_norm(self) -> Floats:
        """Return ln of the Frobenius norms (K,)."""
        top = self.scale.max(axis=1)
        shift = np.where(np.isfinite(top), top, 0.0)
        return shift + 0.5 * np.log(np.exp(2.0 * (self.scale - shift[:, None])).sum(axis=1))

    def product(self) -> tuple[Floats, float]:
        """Return the first product as (matrix of Frobenius norm one, ln of its norm); zeros and −inf for a zero."""
        log = float(self.log_norm()[0])
        if log == -np.inf:
            return np.zeros_like(self.rows[0]), log
        return np.exp(self.scale[0] - log)[:, None] * self.rows[0], log


@dataclass(frozen=True, slots=True)
class Certified:
    """What became of the doubtful pairs: which needed more digits, and how many are still not sure."""

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
    with np.errstate(all="ignore"):
        cancelled = _multiply_again(trace, L, doubtful, stop, report)
        suspect = np.where(doubtful & ((L > -np.inf) | cancelled), _rounding_growth(L, doubtful, stop), 0.0)
        lost = ~(suspect * ROUNDING <= TOLERANCE)
        _multiply_extended(J, L, lost, stop, report)
        unsure = ~(_rounding_growth(L, lost & (L > -np.inf), stop) * _EXTENDED_ROUNDING <= TOLERANCE)
    return Certified(lost, int(unsure.sum()))


def _chunks(wanted: NDArray[np.bool_], N: int) -> list[NDArray[np.intp]]:
    """Return the columns k with a wanted pair, in groups whose products fit in memory, latest last."""
    columns = np.flatnonzero(wanted.any(axis=0))
    size = max(1, _STACK_BYTES // (8 * N * N))
    return [columns[i : i + size] for i in range(0, len(columns), size)]


def _multiply_again(
    trace: Trace, L: Floats, wanted: NDArray[np.bool_], stop: Stop, report: Report
) -> NDArray[np.bool_]:
    """Put the graded norms into the wanted entries of L; return which zeros came of cancellation."""
    terms = trace.terms()
    cancelled = np.zeros_like(wanted)
    chunks = _chunks(wanted, trace.width)
    for number, columns in enumerate(chunks):
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        stack = Graded.identity(len(columns), trace.width)
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            begun = int(np.searchsorted(columns, t))
            now = Graded(stack.scale[:begun], stack.rows[:begun], stack.alive[:begun])
            now = now.before(trace.log_jacobian(t, terms))
            stack.scale[:begun], stack.rows[:begun], stack.alive[:begun] = now.scale, now.rows, now.alive
            log = now.log_norm()
            chosen = wanted[t, columns[:begun]]
            at = columns[:begun][chosen]
            L[t, at] = log[chosen]
            cancelled[t, at] = ((log == -np.inf) & now.alive.any(axis=1))[chosen]
        report((number + 1) / len(chunks))
    return cancelled


def _rounding_growth(L: Floats, wanted: NDArray[np.bool_], stop: Stop) -> Floats:
    """Return by how much the roundings of the plain product reach the wanted pairs, relative to their norms.

    A rounding at step j reaches P_{t,k} as ‖P_{t,j}‖‖P_{j,k}‖/‖P_{t,k}‖; independent roundings add in squares.
    """
    growth = np.zeros_like(L)
    for k in np.flatnonzero(wanted.any(axis=0)):
        if stop():
            raise Stopped
        rows = np.flatnonzero(wanted[:, k])
        between = slice(k, rows[-1] + 1)
        term = np.exp(2.0 * (L[rows, between] + L[between, k] - L[rows, k, None]))
        growth[rows, k] = np.sqrt(np.where(np.isnan(L[rows, between]), 0.0, term).sum(axis=1))
    return growth


def _multiply_extended(J: Floats, L: Floats, wanted: NDArray[np.bool_], stop: Stop, report: Report) -> None:
    """Put the double-double norms into the wanted entries of L."""
    N = J.shape[1]
    chunks = _chunks(wanted, 4 * N)
    for number, columns in enumerate(chunks):
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        stack = DoubleDouble.identity(len(columns), N)
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            begun = int(np.searchsorted(columns, t))
            stack = stack.multiplied(J[t - 1], begun)
            chosen = wanted[t, columns[:begun]]
            L[t, columns[:begun][chosen]] = stack.log_norm()[:begun][chosen]
        report((number + 1) / len(chunks))
