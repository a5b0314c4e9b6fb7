"""Products of the steps of a stack: what lies beside its layers is zero on one side, and need not be multiplied."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from explorer.engine.floats import Floats

# More strips, or narrower ones, cost more to begin than they save.
_MOST, _NARROWEST = 4, 48


@dataclass(frozen=True, slots=True)
class Strips:
    """Matrices (…, N, N) that are zero on one side of the blocks edges[i]..edges[i+1] of their diagonal.

    To the right of these where they are ``lower`` ones, else to the left.
    """

    edges: tuple[int, ...]
    lower: bool

    @classmethod
    def of(cls, J: Floats) -> Strips:
        """Return the strips of the lower ones J (T, N, N), all finite; a single one where there are none."""
        N = J.shape[1]
        count = min(_MOST, N // _NARROWEST)
        if count < 2 or J[0, 0, -1] != 0:
            return cls.whole(N)
        farthest = np.maximum.accumulate(np.where(J.any(axis=0), np.arange(N), 0).max(axis=1))
        between = np.append(np.flatnonzero(farthest[:-1] < np.arange(1, N)) + 1, N)
        wanted = N * np.arange(1, count) / count
        near = between[np.abs(between - wanted[:, None]).argmin(axis=1)]
        kept = near[np.abs(near - wanted) <= N / (2 * count)]
        return cls(tuple(sorted({0, *kept.tolist(), N})), lower=True)

    @classmethod
    def whole(cls, N: int) -> Strips:
        """Return the single strip of matrices that may be zero nowhere."""
        return cls((0, N), lower=True)

    @property
    def T(self) -> Strips:
        """Return those of the transposed matrices."""
        return Strips(self.edges, not self.lower)

    def multiply(self, A: Floats, B: Floats, out: Floats) -> None:
        """Put the product of two such matrices into ``out``."""
        if len(self.edges) == 2:
            np.matmul(A, B, out=out)
            return
        for start, end in pairwise(self.edges):
            here = slice(0, end) if self.lower else slice(start, None)
            beside = slice(end, None) if self.lower else slice(0, start)
            np.matmul(A[..., start:end, here], B[..., here, here], out=out[..., start:end, here])
            out[..., start:end, beside] = 0.0

    def rows(self, start: int, end: int) -> slice:
        """Return the rows beside which columns start..end are zero."""
        if self.lower:
            return slice(max(edge for edge in self.edges if edge <= start), None)
        return slice(0, min(edge for edge in self.edges if edge >= end))
