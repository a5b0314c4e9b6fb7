"""One row of the pairs, ln ‖P_{t,k}‖ for k = 0..t, from its right end: P_{t,k} = P_{t,k+1} J_{k+1}, t products in all."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.entrywise import Entrywise, times
from explorer.engine.flow.extended import DoubleDouble
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.spectral import first_block, leading
from explorer.engine.flow.steps import Steps
from explorer.engine.flow.table import TOLERANCE

# A step that shrinks a product of norm one below this may have lost entries that matter later.
RISK = 1e-150
# A running product is brought back to norm one when it leaves this range.
SMALL, LARGE = 1e-20, 1e20


def row_of(steps: Steps, t: int, spectral: bool) -> Floats:
    """Return ln ‖P_{t,k}‖_F, or ln ‖P_{t,k}‖₂, (t+1,) for k = 0..t.

    Where a plain product leaves the range of float64 or cancels to zero, the columns of every product are scaled apart, and
    what still cancels is made with more digits.
    """
    row = np.empty(t + 1)
    row[t] = 0.0 if spectral else 0.5 * np.log(steps.width)
    with one_blas_thread(), np.errstate(all="ignore"):
        plain = _plainly(steps, t, spectral)
        if plain is not None:
            row[:t] = plain
            return row
        row[:t], error = _graded(steps, t, spectral)
        lost = ~(error <= TOLERANCE) & ~np.isnan(row[:t])
        if lost.any():
            row[:t][lost] = _in_double_double(steps, t, spectral)[lost]
    return row


def _plainly(steps: Steps, t: int, spectral: bool) -> Floats | None:
    """Return the row (t,) for k = 0..t−1 by plain products; None where they don't hold it."""
    P, log, row, entrywise = np.eye(steps.width), 0.0, np.empty(t), Entrywise.of(steps)
    left = first_block(steps.width)[None] if spectral else np.empty((1, 0, 0))
    for k, J in zip(range(t - 1, -1, -1), steps.walk_back(t), strict=True):
        P = times(P, J, entrywise)
        norm = float(np.sqrt(np.vdot(P, P)))
        # Also where a Jacobian overflows that its logarithms hold.
        if not RISK < norm < np.inf:
            return None
        row[k] = log + np.log(norm)
        if not SMALL < norm < LARGE:
            P, log, norm = P / norm, float(row[k]), 1.0
        if spectral:
            # The left singular vectors of P stay as its right end grows.
            left, top = leading(P.T[None] / norm, left)
            row[k] += np.log(top[0])
    return row


def _graded(steps: Steps, t: int, spectral: bool) -> tuple[Floats, Floats]:
    """Return the row (t,) for k = 0..t−1 by P_{t,k}ᵀ = J_{k+1}ᵀ P_{t,k+1}ᵀ, and what rounding may have made of each norm.

    A zero by the pattern of zeros has no error; one that came of cancellation is not known at all.
    """
    stack, row, error = Graded.identity(1, steps.width), np.empty(t), np.empty(t)
    for k in range(t - 1, -1, -1):
        stack = stack.before(steps.log_jacobian(k + 1).T)
        row[k] = _norm(stack, spectral)
        cancelled = np.inf if stack.alive.any() else 0.0
        error[k] = stack.relative_error()[0] if row[k] > -np.inf else cancelled
    return row, error


def _in_double_double(steps: Steps, t: int, spectral: bool) -> Floats:
    """Return the same row in double-double arithmetic."""
    stack, row = DoubleDouble.start(1, np.eye(steps.width)), np.empty(t)
    for k, J in zip(range(t - 1, -1, -1), steps.walk_back(t), strict=True):
        stack = stack.before(J.T, steps.log_jacobian(k + 1).T)
        row[k] = _norm(stack, spectral)
    return row


def _norm(stack: Graded | DoubleDouble, spectral: bool) -> float:
    if not spectral:
        return float(stack.log_norm()[0])
    matrices, log = stack.products()
    return float(log[0] + np.log(np.linalg.norm(matrices[0], 2))) if np.isfinite(log[0]) else float(log[0])
