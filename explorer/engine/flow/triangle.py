"""The upper triangle of symmetric matrices, packed in rows of blocks, so that inner products need not take entries twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.entrywise import Entrywise
from explorer.engine.flow.strips import Strips

# More rows of blocks, or of less than this, cost more to begin than they save.
_MOST, _LEAST_ROWS = 4, 16
# Matrices that are turned together stay near the core.
_NEAR_BYTES = 2**19


@dataclass(frozen=True, slots=True)
class Triangle:
    """Rows of blocks edges[i]..edges[i+1] of matrices (N, N), each from its diagonal block to the right."""

    edges: tuple[int, ...]

    @classmethod
    @cache
    def of(cls, N: int) -> Triangle:
        """Return the rows in which matrices of width N are packed."""
        count = min(max(1, N // _LEAST_ROWS), _MOST)
        return cls(tuple(N * i // count for i in range(count + 1)))

    @property
    def size(self) -> int:
        """Return how many entries are kept."""
        return sum((end - start) * (self.edges[-1] - start) for start, end in self._rows())

    def grams(self, X: Floats, out: Floats, doubled: bool, strips: Strips | Entrywise | None = None) -> None:
        """Put XᵀX of X (…, ·, N) into ``out`` (…, size), what lies beside the diagonal blocks ``doubled`` or not.

        The inner product of two Grams is that of what is packed of the one and, doubled, of the other. Of an X of ``strips``
        only what is not zero is multiplied.
        """
        for start, end, row in self._each(out):
            some = X if strips is None else X[..., strips.rows(start, end), :]
            right = some[..., start:]
            # A copy keeps NumPy from its syrk, which is slower than gemm at our sizes.
            np.matmul(some[..., start:end].swapaxes(-1, -2), right if end < self.edges[-1] else right.copy(), out=row)
            if doubled:
                row[..., end - start :] *= 2.0

    def diagonal(self, gram: Floats) -> Floats:
        """Return the diagonals (…, N) of packed matrices."""
        parts = [np.diagonal(row, axis1=-2, axis2=-1) for _, _, row in self._each(gram)]
        return np.concatenate(parts, axis=-1)

    def within(self, gram: Floats, C: Floats, doubled: bool) -> Floats:
        """Return packed Grams G (h, S, size) as those C G Cᵀ (h, S, ·) in other coordinates, C (S, v, N)."""
        smaller = Triangle.of(C.shape[1])
        found = np.empty((*gram.shape[:2], smaller.size))
        together = max(1, _NEAR_BYTES // (8 * gram.shape[1] * self.edges[-1] ** 2))
        for first in range(0, len(gram), together):
            some = slice(first, first + together)
            smaller.pack(C @ self.unpacked(gram[some], doubled) @ C.swapaxes(1, 2), found[some], doubled)
        return found

    def unpacked(self, gram: Floats, doubled: bool) -> Floats:
        """Return the whole matrices (…, N, N)."""
        N = self.edges[-1]
        whole = np.empty((*gram.shape[:-1], N, N))
        for start, end, row in self._each(gram):
            beside = row[..., end - start :] * (0.5 if doubled else 1.0)
            whole[..., start:end, start:end] = row[..., : end - start]
            whole[..., start:end, end:], whole[..., end:, start:end] = beside, beside.swapaxes(-1, -2)
        return whole

    def pack(self, whole: Floats, out: Floats, doubled: bool) -> None:
        """Put symmetric matrices (…, N, N) into ``out`` (…, size)."""
        for start, end, row in self._each(out):
            row[...] = whole[..., start:end, start:]
            if doubled:
                row[..., end - start :] *= 2.0

    def _each(self, gram: Floats) -> Iterator[tuple[int, int, Floats]]:
        """Yield where each row of blocks starts and ends, and the row itself (…, end − start, N − start)."""
        N, first = self.edges[-1], 0
        for start, end in self._rows():
            last = first + (end - start) * (N - start)
            yield start, end, gram[..., first:last].reshape(*gram.shape[:-1], end - start, N - start)
            first = last

    def _rows(self) -> Iterator[tuple[int, int]]:
        return zip(self.edges[:-1], self.edges[1:], strict=True)
