"""`Along`: a course as the flow sees it, with what its motion knows of the form of J."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from explorer.engine.floats import Floats
from explorer.engine.flow.steps import Steps, is_carrying, is_finding
from explorer.engine.network.course import Course
from explorer.engine.recurrence.readings.structure import DENSE, DIAGONAL, IDENTITY, ZERO, structure
from explorer.engine.signed import Signed
from explorer.engine.work import Stop


@dataclass(frozen=True, slots=True)
class Along:
    """The steps of a ``course``."""

    course: Course

    @property
    def steps(self) -> int:
        """Return T."""
        return self.course.steps

    @property
    def width(self) -> int:
        """Return N."""
        return self.course.width

    @property
    def delays(self) -> tuple[int, ...]:
        """Return of how many steps ago the states are that a step reads."""
        return self.course.motion.delays

    @property
    def structure(self) -> str:
        """Return the form of J; where older states are read too, that by the last one says nothing of the products."""
        return self.course.motion.form if self.delays == (1,) else DENSE

    @property
    def parts(self) -> Mapping[str, slice]:
        """Return where each part of the state stands."""
        return self.course.parts

    @property
    def links(self) -> frozenset[tuple[str, str]]:
        """Return the pairs (row, column) of parts whose block of J is not zero by the equations alone."""
        return frozenset((row, column) for row, column, kind in self._blocks if kind != ZERO)

    @property
    def entrywise(self) -> frozenset[str]:
        """Return the parts by which every block of J is diagonal, or zero, by the equations alone."""
        mixed = {column for _, column, kind in self._blocks if kind not in (ZERO, IDENTITY, DIAGONAL)}
        return frozenset(self.parts) - mixed

    @property
    def _blocks(self) -> Iterator[tuple[str, str, str]]:
        """Yield row, column and kind of the blocks of J in every half of the chain."""
        for half in self.course.chain.whole.halves:
            # A single layer's parts may have its number before their names in one half alone.
            called = dict(zip(half.step.parts, self.parts, strict=True))
            for (row, column, _), kind in structure(half.step).blocks.items():
                yield called[row], called[column], kind

    def jacobians(self) -> Floats:
        """Return J_1..J_T (T, N, N)."""
        return self.course.jacobians()

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield J_{after+1}..J_{until} (N, N)."""
        return self.course.walk(after, until)

    def walk_back(self, until: int, after: int = 0) -> Iterator[Floats]:
        """Yield J_{until}..J_{after+1} (N, N)."""
        return self.course.walk_back(until, after)

    def forward_product(self, t: int, V: Floats) -> Floats | None:
        """Return J_t V (N, r) of directions V (N, r), where a kernel carries them."""
        motion = self.course.motion
        return motion.forward_product(t, V) if is_carrying(motion) else None

    def log_jacobian(self, t: int, delay: int = 1) -> Signed:
        """Return ∂s_t/∂s_{t−delay} (N, N) in logarithms."""
        return self.course.motion.log_jacobian(t, delay=delay)

    def delayed_jacobians(self, delay: int) -> Floats:
        """Return ∂s_t/∂s_{t−delay} of all steps (T, N, N)."""
        return self.course.motion.jacobians(0, self.steps, delay=delay)

    def find_errors(self, stop: Stop) -> None:
        """Find what `log_errors` tells.

        Raises
        ------
        Stopped
            When ``stop()`` said so; it is asked after some steps.
        """
        motion = self.course.motion
        if is_finding(motion):
            motion.find_errors(stop)

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J is off by."""
        return self.course.log_errors()

    def log_block_errors(self) -> Floats | None:
        """Return the same of each block (T, P, P) of J, row part by column part; None where whole rows alone are known."""
        return self.course.log_block_errors()

    def log_error_entries(self, t: int, /) -> Floats | None:
        """Return ln of what each entry (N, N) of J_t is off by."""
        return self.course.log_error_entries(t)

    def log_compact(self) -> Signed:
        """Return J_1..J_T in the small form of their structure."""
        return cast(Signed, self.course.motion.log_compact())

    def least(self) -> float:
        """Return ln of the smallest factor of J_1..J_T that is not 0."""
        return self.course.motion.least(0, self.steps)


def along(steps: Steps) -> Steps:
    """Return a chain with what is known of the form of its J."""
    return Along(steps) if isinstance(steps, Course) else steps
