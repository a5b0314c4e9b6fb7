"""One step's Jacobian as its cell writes it, a sum of terms ``diag(coefficient) @ matrix``: made dense, or in logarithms.

With it goes how far each coefficient may be off: J is made of states and net inputs, and they are rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.norms import log_norms
from explorer.engine.recurrence.scaled import sum_of_scaled
from explorer.engine.signed import Signed

# Nats: beyond this a coefficient is near the end of float64, where its product with a weight need not be.
FAR = 700.0
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
    J = np.empty((steps, parts * n, parts * n))
    for row, column in product(range(parts), repeat=2):
        block = J[:, row * n : row * n + n, column * n : column * n + n]
        here = [term for term in terms if (term.row, term.column) == (row, column)]
        _add_weighted(block, [(term.coefficient, term.matrix) for term in here if term.matrix is not None])
        for term in here:
            if term.matrix is None:
                np.einsum("tii->ti", block)[...] += term.coefficient.value()
    return J


def _add_weighted(block: Floats, terms: Sequence[tuple[Signed, Floats]]) -> None:
    """Write the sum of diag(coefficient_t) @ matrix, with the digits of coefficients that float64 can't hold."""
    if not terms:
        block[...] = 0.0
        return
    sum_of_scaled(block, [coefficient.value() for coefficient, _ in terms], [matrix for _, matrix in terms])
    far = [np.isfinite(one.log) & (np.abs(one.log) > FAR) for one, _ in terms]
    if any(some.any() for some in far):
        t, row = np.nonzero(np.any(far, axis=0))
        block[t, row] = sum(_row(coefficient, matrix, t, row) for coefficient, matrix in terms)


def _row(coefficient: Signed, matrix: Floats, t: NDArray[np.intp], row: NDArray[np.intp]) -> Floats:
    """Return some rows (·, n) of one term."""
    entry = Signed.of(matrix[row]).times(coefficient.log[t, row, None])
    return coefficient.sign[t, row, None] * entry.value()


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
