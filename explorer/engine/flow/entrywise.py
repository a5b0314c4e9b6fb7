"""What a cell carries entry by entry: the columns of such parts of the state are diagonal blocks in every J.

A product with J takes those columns entry by entry too: of an LSTM's (h, c) half of the multiplications are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.steps import Steps, is_carried_apart

# Smaller products take less time than what it takes to spare half of one.
_PAYS_FROM = 96


@dataclass(frozen=True, slots=True)
class Entrywise:
    """Steps (…, N, N), all finite, of blocks (size, size); in the columns from ``dense`` on all of these are diagonal.

    ``turned`` are the transposed steps, with rows for columns.
    """

    size: int
    dense: int
    turned: bool = False

    @classmethod
    def of(cls, steps: Steps) -> Entrywise | None:
        """Return how the last parts of a chain's state are carried; None where none is, or it is not worth the while."""
        if steps.width < _PAYS_FROM or not is_carried_apart(steps):
            return None
        widths, mixed = {where.stop - where.start for where in steps.parts.values()}, set(steps.parts) - steps.entrywise
        dense = max((steps.parts[name].stop for name in mixed), default=0)
        return cls(widths.pop(), dense) if len(widths) == 1 and 0 < dense < steps.width else None

    @property
    def T(self) -> Entrywise:
        """Return that of the transposed steps."""
        return Entrywise(self.size, self.dense, not self.turned)

    def multiply(self, J: Floats, X: Floats, out: Floats) -> None:
        """Put steps, or transposed ones, times X (…, N, w) into ``out``."""
        d = self.dense
        if not self.turned:
            np.matmul(J[..., :d], X[..., :d, :], out=out)
            for part, carried in self._carried(J):
                by_rows = out.reshape(*out.shape[:-2], -1, self.size, out.shape[-1])
                by_rows += carried[..., None] * X[..., None, part, :]
            return
        np.matmul(J[..., :d, :], X, out=out[..., :d, :])
        by_rows = X.reshape(*X.shape[:-2], -1, self.size, X.shape[-1])
        for part, carried in self._carried(J.swapaxes(-1, -2)):
            np.einsum("...pi,...piw->...iw", carried, by_rows, out=out[..., part, :])

    def multiply_back(self, X: Floats, J: Floats, out: Floats) -> None:
        """Put X (…, w, N) times steps into ``out``."""
        np.matmul(X, J[..., : self.dense], out=out[..., : self.dense])
        by_columns = X.reshape(*X.shape[:-1], -1, self.size)
        for part, carried in self._carried(J):
            np.einsum("...wpi,...pi->...wi", by_columns, carried, out=out[..., part])

    @classmethod
    def diagonal(cls, J: Floats, size: int) -> Entrywise | None:
        """Return how one step (N, N) is carried that has nothing but diagonal blocks; None if it has."""
        found = cls(size, 0)
        held = sum(np.count_nonzero(carried) for _, carried in found._carried(J))
        return found if np.count_nonzero(J) == held else None

    def rows(self, start: int, end: int) -> slice:  # noqa: ARG002 - products of such steps are zero nowhere
        """Return the rows beside which columns start..end of a product are zero: none."""
        return slice(None)

    def _carried(self, J: Floats) -> list[tuple[slice, Floats]]:
        """Return each of the last parts with the diagonals (…, parts, size) of its column of blocks."""
        parts = (slice(first, first + self.size) for first in range(self.dense, J.shape[-1], self.size))
        blocks = J.reshape(*J.shape[:-2], -1, self.size, J.shape[-1])
        return [(part, np.einsum("...ii->...i", blocks[..., part])) for part in parts]


def times(X: Floats, J: Floats, entrywise: Entrywise | None) -> Floats:
    """Return X (w, N) times a step (N, N), by what of it is carried ``entrywise``."""
    if entrywise is None:
        return np.asarray(X @ J)
    out = np.empty_like(X)
    entrywise.multiply_back(X, J, out)
    return out
