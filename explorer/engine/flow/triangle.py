"""The upper triangle of symmetric matrices, packed in rows of blocks, so that inner products need not take entries twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from explorer.engine.floats import Floats

# Rows of blocks of less than this cost more to begin than they save.
_LEAST_ROWS = 24


@dataclass(frozen=True, slots=True)
class Triangle:
    """Rows of blocks edges[i]..edges[i+1] of matrices (N, N), each from its diagonal block to the right."""

    edges: tuple[int, ...]

    @classmethod
    @cache
    def of(cls, N: int) -> Triangle:
        """Return the rows in which matrices of width N are packed."""
        count = max(1, N // _LEAST_ROWS)
        return cls(tuple(N * i // count for i in range(count + 1)))

    @property
    def size(self) -> int:
        """Return how many entries are kept."""
        return sum((end - start) * (self.edges[-1] - start) for start, end in self._rows())

    def grams(self, X: Floats, out: Floats, doubled: bool) -> None:
        """Put XᵀX of X (…, ·, N) into ``out`` (…, size), what lies beside the diagonal blocks ``doubled`` or not.

        The inner product of two Grams is that of what is packed of the one and, doubled, of the other.
        """
        N, first = self.edges[-1], 0
        for start, end in self._rows():
            last = first + (end - start) * (N - start)
            row = out[..., first:last].reshape(*out.shape[:-1], end - start, N - start)
            right = X[..., start:]
            # A copy keeps NumPy from its syrk, which is slower than gemm at our sizes.
            np.matmul(X[..., start:end].swapaxes(-1, -2), right if end < N else right.copy(), out=row)
            if doubled:
                row[..., end - start :] *= 2.0
            first = last

    def _rows(self) -> Iterator[tuple[int, int]]:
        return zip(self.edges[:-1], self.edges[1:], strict=True)
