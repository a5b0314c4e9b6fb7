"""What a run of a hand-written kernel says about how its state moves: `Motion` by the kernel's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.recurrence.kernels.kernel import Kernel, Weighted
from explorer.engine.recurrence.kernels.terms import FAR, Term, dense, log_error, log_error_entries, logarithmic
from explorer.engine.recurrence.motion import NO_OLDER, NO_OLDER_LOGS, Path
from explorer.engine.signed import Signed


@dataclass(frozen=True)
class KernelMotion:
    """A run: the weights, the states s (T+1, N) and the net inputs z (T, G·n); ``form`` is that of J by its equations."""

    kernel: Kernel
    network: Weighted
    s: Floats
    z: Floats
    form: str
    delays: tuple[int, ...] = (1,)

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.z)

    @property
    def width(self) -> int:
        """Return N."""
        return self.s.shape[1]

    @cached_property
    def _terms(self) -> tuple[Term, ...]:
        # In a gated cell they cost as much as a small network's whole flow, and every question asks for them.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return tuple(self.kernel.terms(self.network, self.s, self.z))

    def terms(self) -> tuple[Term, ...]:
        """Return the summands of which each step's Jacobian consists; they are worked out once."""
        return self._terms

    @property
    def paths(self) -> frozenset[Path]:
        """Return on which paths the summands lie."""
        return frozenset[Path]("direct" if term.direct else "gates" for term in self._terms)

    def jacobians(self, after: int, until: int, path: Path = "whole", delay: int = 1) -> Floats:  # noqa: ARG002
        """Return J_{after+1}..J_{until}."""
        chosen = [term.during(slice(after, until)) for term in self._on(path)]
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return dense(chosen, until - after, *self._sizes)

    def forward_product(self, t: int, V: Floats) -> Floats | None:
        """Return J_t V (N, r) of directions V (N, r) by the terms; None where float64 does not hold a coefficient."""
        held, coefficients = self._plain
        if not held[t - 1]:
            return None
        n = self.network.hidden
        moved, weighed = np.zeros_like(V, order="C"), dict[tuple[int, int], Floats]()
        for term, coefficient in zip(self._terms, coefficients, strict=True):
            part, place = V[term.column * n : term.column * n + n], (id(term.matrix), term.column)
            if place not in weighed:
                weighed[place] = part if term.matrix is None else term.matrix @ part
            moved[term.row * n : term.row * n + n] += coefficient[t - 1, :, None] * weighed[place]
        return moved

    @cached_property
    def _plain(self) -> tuple[NDArray[np.bool_], list[Floats]]:
        """Return at which steps (T,) float64 holds all coefficients, and these (T, n)."""
        held = np.ones(self.steps, dtype=bool)
        for term in self._terms:
            log = term.coefficient.log
            held &= ~(np.isfinite(log) & (np.abs(log) > FAR)).any(axis=1)
        with np.errstate(all="ignore"):
            return held, [term.coefficient.value() for term in self._terms]

    def log_jacobian(self, t: int, path: Path = "whole", delay: int = 1) -> Signed:  # noqa: ARG002 - no other delays
        """Return J_t in logarithms."""
        with np.errstate(over="ignore", invalid="ignore"):
            return logarithmic(self._on(path), t, *self._sizes)

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by, beyond rounding; None for nothing."""
        with np.errstate(all="ignore"):
            return log_error(self._terms, *self._sizes)

    def log_block_errors(self) -> Floats | None:
        """Return None: the kernels' parts are those of one layer."""
        return None

    def log_error_entries(self, t: int) -> Floats | None:
        """Return ln of what each entry of J_t is off by, beyond rounding; None for nothing."""
        with np.errstate(all="ignore"):
            return log_error_entries(self._terms, t, *self._sizes)

    def least(self, after: int, until: int) -> float:
        """Return ln of the smallest coefficient, of those that are not 0, of J_{after+1}..J_{until}."""
        logs = (term.coefficient.log[after:until] for term in self._terms)
        return min(float(log.min(initial=np.inf, where=np.isfinite(log))) for log in logs)

    def change(self, t: int, d: Floats, older: Mapping[int, Floats] = NO_OLDER) -> Floats:  # noqa: ARG002
        """Return by how much s_{t+1} (N,) changes when s_t changes by d (N,)."""
        with np.errstate(all="ignore"):
            return self.kernel.change(self.network, self.s[t], self.z[t], d)

    def log_change(self, t: int, d: Signed, older: Mapping[int, Signed] = NO_OLDER_LOGS) -> Signed:  # noqa: ARG002
        """Return the same in logarithms."""
        with np.errstate(all="ignore"):
            return self.kernel.log_change(self, t, d)

    def slopes_and_weights(self) -> tuple[Signed, Sequence[Floats]] | None:
        """Return the slopes (T, n) and W (n, n) of each step where J is one term."""
        term = self._terms[0]
        return (
            (term.coefficient, [term.matrix] * self.steps)
            if len(self._terms) == 1 and term.matrix is not None
            else None
        )

    def compact(self) -> Floats | None:
        """Return None: the kernels' J are dense."""
        return None

    def log_compact(self) -> Signed | None:
        """Return None."""
        return None

    @property
    def _sizes(self) -> tuple[int, int]:
        return self.network.hidden, len(self.kernel.parts)

    def _on(self, path: Path) -> Sequence[Term]:
        return self._terms if path == "whole" else [term for term in self._terms if term.direct == (path == "direct")]
