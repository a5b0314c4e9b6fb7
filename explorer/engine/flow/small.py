"""`Small`: a chain of small matrices that stand for the J of a wide one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed


@dataclass(frozen=True, slots=True)
class Small:
    """The chain of matrices (T, K, K) known by their logarithms."""

    matrices: Signed

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.matrices.log)

    @property
    def width(self) -> int:
        """Return K."""
        return self.matrices.log.shape[-1]

    def jacobians(self) -> Floats:
        """Return the matrices (T, K, K)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.matrices.value()

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield those of the steps after+1..until."""
        yield from self.jacobians()[after:until]

    def walk_back(self, until: int, after: int = 0) -> Iterator[Floats]:
        """Yield those of the steps until..after+1."""
        yield from self.jacobians()[after:until][::-1]

    def log_jacobian(self, t: int) -> Signed:
        """Return that of step t in logarithms."""
        return self.matrices[t - 1]

    def log_errors(self) -> Floats | None:
        """Return None: the matrices are taken as they are."""
        return None

    def log_error_entries(self, _: int, /) -> Floats | None:
        """Return None: the matrices are taken as they are."""
        return None
