"""One step's Jacobian as its cell writes it, a sum of terms ``diag(coefficient) @ matrix``: made dense, or in logarithms.

With it goes how far each coefficient may be off: J is made of states and net inputs, and they are rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.norms import log_norms
from explorer.engine.signed import Signed

_CHUNK_BYTES = 16 * 2**20
# Nats: beyond this a coefficient is near the end of float64, where its product with a weight need not be.
_FAR = 700.0
# A coefficient that has lost no more than three digits is as good as J is elsewhere.
_LOG_LOST = float(np.log(1024.0 * np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of every J_t: ``diag(coefficient_t) @ matrix`` at the block (row, column) of the state.

    ``matrix`` (n, n) is None for the identity. ``direct`` marks the path that holds all gates fixed. ``error`` (T, n) is ln
    of how far the coefficient may be off, None where it is no farther off than rounding.
    """

    coefficient: Signed
    matrix: Floats | None
    row: int = 0
    column: int = 0
    direct: bool = False
    error: Floats | None = None

    def log_error(self) -> Floats:
        """Return ln of how far the coefficient (T, n) may be off, −inf where that is not much more than its rounding."""
        if self.error is None:
            return np.full_like(self.coefficient.log, -np.inf)
        return np.where(self.error > self.coefficient.log + _LOG_LOST, self.error, -np.inf)

    def during(self, steps: slice) -> Term:
        """Return the term of some of the steps."""
        some = Signed(self.coefficient.log[steps], self.coefficient.sign[steps])
        return replace(self, coefficient=some, error=None if self.error is None else self.error[steps])


def dense(terms: Sequence[Term], steps: int, n: int, parts: int) -> Floats:
    """Return the sum of the terms as matrices (steps, parts·n, parts·n)."""
    if len(terms) == 1 and parts == 1 and terms[0].matrix is not None:
        return _product(terms[0].coefficient, terms[0].matrix)
    J = np.zeros((steps, parts * n, parts * n))
    unit = np.arange(n)
    # Some steps at a time: a term of all steps at once would double the memory.
    size = max(1, _CHUNK_BYTES // (8 * n * n))
    for term in terms:
        row, column = term.row * n, term.column * n
        if term.matrix is None:
            J[:, row + unit, column + unit] += term.coefficient.value()
            continue
        for t in range(0, steps, size):
            some = slice(t, t + size)
            J[some, row : row + n, column : column + n] += _product(term.during(some).coefficient, term.matrix)
    return J


def log_error(terms: Sequence[Term], n: int, parts: int) -> Floats | None:
    """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by, beyond rounding; None for nothing."""
    lossy = [term for term in terms if term.error is not None and not np.isneginf(term.log_error()).all()]
    if not lossy:
        return None
    rows = np.full((len(terms[0].coefficient.log), parts, n), -np.inf)
    for term in lossy:
        weights = 0.0 if term.matrix is None else log_norms(term.matrix)
        np.logaddexp(rows[:, term.row], term.log_error() + weights, out=rows[:, term.row])
    return rows.max(axis=(1, 2))


def log_error_entries(terms: Sequence[Term], t: int, n: int, parts: int) -> Floats | None:
    """Return ln of what each entry (N, N) of J_t is off by, beyond rounding; None for nothing."""
    total = np.full((parts * n, parts * n), -np.inf)
    for term in terms:
        error = term.log_error()
        if np.isneginf(error[t - 1]).all():
            continue
        rows, columns, entry = _placed(replace(term, coefficient=Signed(error, np.ones_like(error))), t, n)
        np.logaddexp(total[rows, columns], entry.log, out=total[rows, columns])
    return None if np.isneginf(total).all() else total


def _product(coefficient: Signed, matrix: Floats) -> Floats:
    """Return diag(coefficient_t) @ matrix (steps, n, n), with the digits of coefficients that float64 can't hold."""
    product = coefficient.value()[:, :, None] * matrix
    far = np.isfinite(coefficient.log) & (np.abs(coefficient.log) > _FAR)
    if far.any():
        t, row = np.nonzero(far)
        entry = Signed.of(matrix[row]).times(coefficient.log[t, row, None])
        product[t, row] = coefficient.sign[t, row, None] * entry.value()
    return product


def logarithmic(terms: Sequence[Term], t: int, n: int, parts: int) -> Signed:
    """Return J_t (t counted from 1) entry by entry in logarithms, exact where the plain entry underflows."""
    N = parts * n
    largest = np.full((N, N), -np.inf)
    placed = [_placed(term, t, n) for term in terms]
    for rows, columns, entry in placed:
        block = largest[rows, columns]
        np.maximum(block, entry.log, out=block)
    total = np.zeros((N, N))
    shift = np.where(np.isfinite(largest), largest, 0.0)
    for rows, columns, entry in placed:
        total[rows, columns] += entry.sign * np.exp(entry.log - shift[rows, columns])
    sum_ = Signed.of(total)
    return Signed(sum_.log + shift, sum_.sign)


def _placed(term: Term, t: int, n: int) -> tuple[slice, slice, Signed]:
    """Return where the term stands in J_t and its entries (n, n) there."""
    rows = slice(term.row * n, term.row * n + n)
    columns = slice(term.column * n, term.column * n + n)
    matrix = Signed.of(np.eye(n) if term.matrix is None else term.matrix)
    log, sign = term.coefficient.log[t - 1, :, None], term.coefficient.sign[t - 1, :, None]
    return rows, columns, Signed(matrix.log + log, matrix.sign * sign)
