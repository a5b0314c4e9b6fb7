"""What is asked of a chain whose J is zero, or the identity: nothing needs to be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.pairs import Pairs
from explorer.engine.limits import check_size
from explorer.engine.work import Report, Stop, never


@dataclass(frozen=True, slots=True)
class Still:
    """T steps of a state of width N that all keep it, or all forget it."""

    T: int
    N: int
    kept: bool

    def pairs(self, stop: Stop = lambda: False, report: Report = lambda _: None) -> Pairs:
        """Return all pairs."""
        check_size(self.T, self.N, table_bytes)
        if stop():
            raise Stopped
        log = 0.5 * np.log(self.N)
        L = np.full((self.T + 1, self.T + 1), np.nan)
        L[np.tri(self.T + 1, dtype=bool)] = log if self.kept else -np.inf
        np.fill_diagonal(L, log)
        nothing = np.zeros(L.shape, dtype=bool)
        report(1.0)
        return Pairs(L, nothing, nothing.copy())

    def log_spectral_norm(self, pairs: Pairs, stop: Stop = lambda: False, report: Report = lambda _: None) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1)."""
        if stop():
            raise Stopped
        report(1.0)
        return pairs.log_norm - 0.5 * np.log(self.N)

    def product(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return P_{t,k} (N, N), of norm one, and ln of its norm."""
        log = float(pairs.log_norm[t, k])
        return np.eye(self.N) / np.sqrt(self.N) if log > -np.inf else np.zeros((self.N, self.N)), log

    def log_singular_values(self, ends: Sequence[int], k: int, stop: Stop = lambda: False) -> Floats:
        """Return ln σ_i(P_{t,k}) (E, N) for each t of ``ends``."""
        if stop():
            raise Stopped
        return np.stack([np.full(self.N, 0.0 if self.kept or t == k else -np.inf) for t in ends])

    def row(self, t: int, spectral: bool) -> Floats:
        """Return ln ‖P_{t,k}‖ (t+1,) for k = 0..t."""
        log = 0.0 if spectral else 0.5 * np.log(self.N)
        row = np.full(t + 1, log if self.kept else -np.inf)
        row[t] = log
        return row

    def exponents(self, _skip: int, ends: Sequence[int], _stop: Stop = never, /) -> Floats:
        """Return the N Lyapunov exponents (E, N)."""
        return np.full((len(ends), self.N), 0.0 if self.kept else -np.inf)


def table_bytes(T: int, _: int) -> int:
    """Return the memory that the tables of T steps alone take."""
    return 48 * (T + 1) ** 2
