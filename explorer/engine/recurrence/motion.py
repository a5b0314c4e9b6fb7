"""`Motion`: what one run of a recurrence can say about how its state moves with the states before.

It is asked by all that knows no cell: flow, Lyapunov exponents, attribution, nudges. A hand-written kernel answers, or the
equations (`run.motion`); the numbers are the same. A step t is counted from 1; J_t = ∂s_t/∂s_{t−1} (N, N), row = entry
of s_t, column = entry of s_{t−1}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, Protocol

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed

Path = Literal["whole", "direct", "gates"]
"""J itself; J with every product of a weight matrix and a state held fixed; and the rest of J, by those products."""

NO_OLDER: Mapping[int, Floats] = MappingProxyType({})
NO_OLDER_LOGS: Mapping[int, Signed] = MappingProxyType({})


class Motion(Protocol):
    """How the states s_0..s_T (T+1, N) of a single run hang together. Nothing is worked out before it is asked for."""

    @property
    def steps(self) -> int:
        """Return T."""

    @property
    def width(self) -> int:
        """Return N, the width of the state."""

    @property
    def delays(self) -> tuple[int, ...]:
        """Return of how many steps ago the states are that s_t depends on, ascending; (1,) but for cells with registers.

        With others, ∂s_t/∂s_k is no product of J's: see `recurrence.registers`.
        """

    @property
    def form(self) -> str:
        """Return how J by the last state is made, one of `readings.structure`: "diagonal", "units", "blocks", "dense" …."""

    @property
    def paths(self) -> frozenset[Path]:
        """Return on which of "direct" and "gates" the summands of J lie, by the equations alone."""

    def jacobians(self, after: int, until: int, path: Path = "whole", delay: int = 1) -> Floats:
        """Return J_{after+1}..J_{until} (until − after, N, N), a new array; ``delay`` d asks for ∂s_t/∂s_{t−d}.

        With the digits of what float64 can't hold on the way: a gate of e^−800 times a weight of e^300 is no zero.
        """

    def log_jacobian(self, t: int, path: Path = "whole", delay: int = 1) -> Signed:
        """Return J_t (N, N), entry by entry in logarithms, exact where the plain entry underflows.

        What all steps share is prepared at the first call; asking for t after t is cheap.
        """

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by, beyond rounding; None for nothing."""

    def log_block_errors(self) -> Floats | None:
        """Return the same of each block (T, P, P) of J, row part by column part; None where whole rows alone are known."""

    def log_error_entries(self, t: int) -> Floats | None:
        """Return ln of what each entry (N, N) of J_t is off by, −inf for no more than rounding; None for nothing."""

    def least(self, after: int, until: int) -> float:
        """Return ln of the smallest factor, of those that are not 0, in the summands of J_{after+1}..J_{until}.

        Weights don't count; it is +inf if there is none. Below about −700 float64 can't hold it.
        """

    def change(self, t: int, d: Floats, older: Mapping[int, Floats] = NO_OLDER) -> Floats:
        """Return by how much s_{t+1} (N,) changes when s_t changes by d (N,), t = 0..T−1; nothing cancels.

        ``older`` says by how much s_{t+1−delay} changes, by the delay, 2 and more.
        """

    def log_change(self, t: int, d: Signed, older: Mapping[int, Signed] = NO_OLDER_LOGS) -> Signed:
        """Return the same in logarithms, however small the changes are."""

    def slopes_and_weights(self) -> tuple[Signed, Sequence[Floats]] | None:
        """Return the slopes (T, N), in logarithms, and W_1..W_T (N, N) if every J_t is diag(slope_t) W_t; else None.

        W is the same array at all steps that share it.
        """

    def compact(self) -> Floats | None:
        """Return J_1..J_T in the small form of `readings.compact`, (T, N) of a diagonal …; None where there is none."""

    def log_compact(self) -> Signed | None:
        """Return the same in logarithms."""
