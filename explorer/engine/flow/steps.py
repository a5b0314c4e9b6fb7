"""What the flow needs of a chain: its steps J_1..J_T, plain and in logarithms, and what it may know of their form.

What a chain knows is asked at every gesture, by `is_structured` and its siblings: by one name that tells, where `isinstance`
with a protocol looks up every member of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeGuard, cast

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed
from explorer.engine.work import Stop


class Steps(Protocol):
    """A chain of ``steps`` T steps of a state of ``width`` N."""

    @property
    def steps(self) -> int:
        """Return T."""
        ...

    @property
    def width(self) -> int:
        """Return N."""
        ...

    def jacobians(self) -> Floats:
        """Return J_1..J_T (T, N, N)."""
        ...

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield J_{after+1}..J_{until} (N, N) one after the other."""
        ...

    def walk_back(self, until: int, after: int = 0) -> Iterator[Floats]:
        """Yield J_{until}..J_{after+1} (N, N) one after the other."""
        ...

    def log_jacobian(self, t: int) -> Signed:
        """Return J_t (N, N) entry by entry in logarithms."""
        ...

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by, beyond rounding; None for nothing."""
        ...

    def log_error_entries(self, t: int, /) -> Floats | None:
        """Return ln of what each entry (N, N) of J_t is off by, beyond rounding; None for nothing."""
        ...


class Structured(Steps, Protocol):
    """A chain that knows what its J is made like, and makes it so."""

    @property
    def structure(self) -> str:
        """Return the form of J by the last state, a word of `recurrence.readings.structure`."""
        ...

    def log_compact(self) -> Signed:
        """Return J_1..J_T (T, …) in the small form of their structure, in logarithms; see `recurrence.readings.compact`."""
        ...


class Parted(Protocol):
    """A chain whose state has named parts."""

    @property
    def parts(self) -> Mapping[str, slice]:
        """Return where each part of the state stands."""
        ...

    @property
    def links(self) -> frozenset[tuple[str, str]]:
        """Return the pairs (row, column) of parts whose block of J is not zero by the equations alone."""
        ...

    def log_block_errors(self) -> Floats | None:
        """Return what `Steps.log_errors` does of each block (T, P, P) of J, row part by column part, in their order.

        None where whole rows alone are known.
        """
        ...


class PartedSteps(Steps, Parted, Protocol):
    """Such a chain with its steps."""


class CarriedApart(PartedSteps, Protocol):
    """Such a chain that knows which parts its J carries entry by entry."""

    @property
    def entrywise(self) -> frozenset[str]:
        """Return the parts by which every block of J is diagonal, or zero, by the equations alone."""
        ...


class Carrying(Protocol):
    """A chain that carries directions through a step without making its J."""

    def forward_product(self, t: int, V: Floats) -> Floats | None:
        """Return J_t V (N, r) of directions V (N, r); None where that takes J_t itself."""
        ...


class Finding(Protocol):
    """A chain of which what J is off by may take long to find."""

    def find_errors(self, stop: Stop) -> None:
        """Find what `Steps.log_errors` tells, once and for all.

        Raises
        ------
        Stopped
            When ``stop()`` said so; it is asked after some steps.
        """
        ...


class Bounded(Protocol):
    """A chain that knows how small its slopes are without a look at each J."""

    def least(self) -> float:
        """Return ln of the smallest factor, of those that are not 0, in the summands of J_1..J_T."""
        ...


class Remembering(Steps, Protocol):
    """A chain whose steps read older states too: its products are no products of J's by the last state."""

    @property
    def delays(self) -> tuple[int, ...]:
        """Return of how many steps ago the states are that a step reads, ascending; (1,) for the last alone."""
        ...

    def log_jacobian(self, t: int, delay: int = 1) -> Signed:
        """Return ∂s_t/∂s_{t−delay} (N, N), all other states held fixed, entry by entry in logarithms."""
        ...

    def delayed_jacobians(self, delay: int) -> Floats:
        """Return ∂s_t/∂s_{t−delay} of all steps (T, N, N)."""
        ...


def is_structured(chain: object) -> TypeGuard[Structured]:
    """Return whether a chain knows what its J is made like."""
    return hasattr(chain, "log_compact")


def is_parted(chain: object) -> TypeGuard[PartedSteps]:
    """Return whether the state of a chain has named parts."""
    return hasattr(chain, "links")


def is_carried_apart(chain: object) -> TypeGuard[CarriedApart]:
    """Return whether a chain knows which parts of its state are carried entry by entry."""
    return hasattr(chain, "entrywise")


def is_carrying(chain: object) -> TypeGuard[Carrying]:
    """Return whether a chain carries directions itself."""
    return hasattr(chain, "forward_product")


def is_finding(chain: object) -> TypeGuard[Finding]:
    """Return whether a chain finds what J is off by some steps at a time."""
    return hasattr(chain, "find_errors")


def is_bounded(chain: object) -> TypeGuard[Bounded]:
    """Return whether a chain knows how small its slopes are."""
    return hasattr(chain, "least")


def is_remembering(chain: object) -> TypeGuard[Remembering]:
    """Return whether the steps of a chain read older states than the last."""
    return hasattr(chain, "delayed_jacobians") and cast(Remembering, chain).delays != (1,)
