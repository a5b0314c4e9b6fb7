"""What is asked of a chain whose state is a matrix with all rows, or all columns, carried alike: J is I ⊗ B or A ⊗ I.

Products stay of that form, and everything is that of the small factor: ‖A ⊗ I_v‖_F = √v ‖A‖_F, ‖A ⊗ I‖₂ = ‖A‖₂, and each
singular value comes v times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.small import Small
from explorer.engine.flow.steps import Steps
from explorer.engine.work import Report, Stop, never


@dataclass(frozen=True, slots=True)
class Factor(Small):
    """The chain of the small factors (T, K, K) of ``whole``; ``rows_alike`` where they are B of I ⊗ B."""

    whole: Steps
    rows_alike: bool

    @property
    def copies(self) -> int:
        """Return how many rows, or columns, are carried so."""
        return self.whole.width // self.width

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what the factors are off by; it is that of a row of J."""
        return self.whole.log_errors()

    def log_error_entries(self, t: int, /) -> Floats | None:
        """Return ln of what each entry (K, K) is off by: the most that one of its copies is."""
        errors = self.whole.log_error_entries(t)
        if errors is None:
            return None
        K, v = self.width, self.copies
        if self.rows_alike:
            return _largest([errors[i * K : (i + 1) * K, i * K : (i + 1) * K] for i in range(v)])
        return _largest([errors[i::v, i::v] for i in range(v)])

    def enlarged(self, P: Floats) -> Floats:
        """Return the product (N, N) of a small one (K, K)."""
        same = np.eye(self.copies)
        whole = np.kron(same, P) if self.rows_alike else np.kron(P, same)
        return whole.astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Kronecker:
    """Products of the small factors."""

    factor: Factor

    def pairs(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs."""
        pairs = self._small.pairs(stop, report)
        return replace(pairs, log_norm=pairs.log_norm + self._log_root)

    def log_spectral_norm(self, pairs: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1)."""
        return self._small.log_spectral_norm(pairs, stop, report)

    def product(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return P_{t,k} (N, N), of norm one, and ln of its norm."""
        P, log = self._small.product(t, k, pairs)
        return self.factor.enlarged(P) / np.sqrt(self.factor.copies), log + self._log_root

    def log_singular_values(self, ends: Sequence[int], k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (E, N) for each t of ``ends``, descending."""
        return np.repeat(self._small.log_singular_values(ends, k, stop), self.factor.copies, axis=1)

    def row(self, t: int, spectral: bool) -> Floats:
        """Return ln ‖P_{t,k}‖ (t+1,) for k = 0..t."""
        return self._small.row(t, spectral) + (0.0 if spectral else self._log_root)

    def exponents(self, skip: int, ends: Sequence[int], stop: Stop = never) -> Floats:
        """Return the N Lyapunov exponents (E, N), descending."""
        return np.repeat(self._small.exponents(skip, ends, stop), self.factor.copies, axis=1)

    @property
    def _small(self) -> Dense:
        return Dense(self.factor)

    @property
    def _log_root(self) -> float:
        return 0.5 * float(np.log(self.factor.copies))


def _largest(matrices: list[Floats]) -> Floats:
    """Return the largest of each entry."""
    worst: Floats = np.max(np.stack(matrices), axis=0)
    return worst
