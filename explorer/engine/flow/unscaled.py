"""Products in order in plain float64, each with one scale and with what it is rounded by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.table import rounding

# A step that shrinks products of norm one below this may have lost entries that matter later.
_RISK = 1e-150


@dataclass(frozen=True, slots=True)
class Unscaled:
    """K products as e^log · matrix: log (K, 1), matrix (K, N, c) of norm one.

    ``error`` (K, N) is the expected square of what the rows are off by their rounding, infinite where more may be lost.
    """

    matrix: Floats
    log: Floats
    error: Floats

    @classmethod
    def start(cls, count: int, columns: Floats) -> Unscaled:
        """Return ``count`` empty products, some ``columns`` (N, c) of the identity; nothing where there are none."""
        size = np.linalg.norm(columns)
        matrix = np.tile(columns / (size or 1.0), (count, 1, 1))
        return cls(matrix, np.full((count, 1), np.log(size)), np.zeros((count, len(columns))))

    def before(self, J: Floats) -> Unscaled:
        """Return J (n, N) times each product, whose N rows are those of some of them with logs of their own."""
        top = self.log.max(axis=1, keepdims=True)
        top = np.where(np.isfinite(top), top, 0.0)
        scale = np.repeat(np.exp(self.log - top), self.matrix.shape[1] // self.log.shape[1], axis=1)
        past = scale[:, :, None] * self.matrix
        made = J @ past
        norm = np.sqrt(np.einsum("kij,kij->k", made, made))[:, None]
        size = np.einsum("kij,kij->ki", past, past)
        carried = scale**2 * self.error + rounding(len(J)) ** 2 * size
        error = np.where(norm > _RISK, carried @ (J * J).T / norm**2, np.inf)
        # What has not begun yet has lost nothing.
        error[~size.any(axis=1)] = 0.0
        return Unscaled(made / np.where(norm > 0, norm, 1.0)[:, :, None], top + np.log(norm), error)

    def relative_error(self) -> Floats:
        """Return the expected relative errors of the norms (K,)."""
        return np.sqrt(self.error.sum(axis=1))

    def log_norm(self) -> Floats:
        """Return ln of the Frobenius norms (K,)."""
        return self.log[:, 0]

    def products(self) -> tuple[Floats, Floats]:
        """Return the products as (matrices of Frobenius norm one (K, N, c), ln of their norms (K,)); zeros for a zero."""
        return self.matrix, self.log[:, 0]
