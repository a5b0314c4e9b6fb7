"""Products in order whose rows are scaled apart: no row underflows beside a larger one, and a zero is a true zero.

Each row of P is kept as e^r times a row of norm one, fed with the Jacobians' entries in logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.flow.table import rounding
from explorer.engine.norms import norms
from explorer.engine.signed import Signed


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
