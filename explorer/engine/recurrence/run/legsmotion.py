"""What a run made of legs says about how its state moves: J_t is that of the leg in which step t lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.motion import NO_OLDER, NO_OLDER_LOGS, Motion, Path
from explorer.engine.recurrence.readings.structure import BLOCKS, DENSE, DIAGONAL, IDENTITY, SMALL, ZERO
from explorer.engine.recurrence.run.legs import Journey
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import Roll
from explorer.engine.signed import Signed
from explorer.engine.work import Stop


def motion_of(journey: Journey) -> Motion:
    """Return the motion of a run of a single sequence."""
    legs: list[MotionOfEquations] = []
    for leg in range(len(journey.stretches)):
        legs.append(MotionOfEquations(Roll(journey, leg), legs[-1] if legs else None))
    return legs[0] if len(legs) == 1 else MotionOfLegs(tuple(legs))


@dataclass(frozen=True, eq=False)
class MotionOfLegs:
    """`Motion` of several legs, one after the other, of one state."""

    legs: tuple[MotionOfEquations, ...]

    @property
    def steps(self) -> int:
        return sum(leg.steps for leg in self.legs)

    @property
    def width(self) -> int:
        return self.legs[0].width

    @property
    def delays(self) -> tuple[int, ...]:
        return tuple(sorted({delay for leg in self.legs for delay in leg.delays}))

    @property
    def form(self) -> str:
        forms = {leg.form for leg in self.legs}
        if len(forms) == 1:
            return forms.pop()
        if forms <= {ZERO, IDENTITY, DIAGONAL}:
            return DIAGONAL
        return DENSE if len(self.legs[0].step.parts) == 1 else BLOCKS

    @property
    def paths(self) -> frozenset[Path]:
        return frozenset(path for leg in self.legs for path in leg.paths)

    def jacobians(self, after: int, until: int, path: Path = "whole", delay: int = 1) -> Floats:
        made = [
            leg.jacobians(start, stop, path, delay)
            if delay in leg.delays
            else np.zeros((stop - start, *[self.width] * 2))
            for leg, start, stop in self._within(after, until)
        ]
        return np.concatenate(made) if made else np.zeros((0, self.width, self.width))

    def forward_product(self, t: int, V: Floats) -> Floats | None:
        """Return J_t V (N, r) of directions V (N, r), as the leg has it in which step t lies."""
        leg, own = self._of(t)
        return leg.forward_product(own, V)

    def log_jacobian(self, t: int, path: Path = "whole", delay: int = 1) -> Signed:
        leg, own = self._of(t)
        if delay not in leg.delays:
            return Signed.of(np.zeros((self.width, self.width)))
        return leg.log_jacobian(own, path, delay)

    def find_errors(self, stop: Stop) -> None:
        """Find what the legs are off by; see `MotionOfEquations.find_errors`.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        for leg in self.legs:
            leg.find_errors(stop)

    def log_errors(self) -> Floats | None:
        return self._joined([leg.log_errors() for leg in self.legs], (self.steps,))

    def log_block_errors(self) -> Floats | None:
        if any(leg.log_block_errors() is None and leg.log_errors() is not None for leg in self.legs):
            return None
        parts = len(self.legs[0].step.parts)
        return self._joined([leg.log_block_errors() for leg in self.legs], (self.steps, parts, parts))

    def log_error_entries(self, t: int) -> Floats | None:
        leg, own = self._of(t)
        return leg.log_error_entries(own)

    def least(self, after: int, until: int) -> float:
        return min([np.inf, *(leg.least(start, stop) for leg, start, stop in self._within(after, until))])

    def change(self, t: int, d: Floats, older: Mapping[int, Floats] = NO_OLDER) -> Floats:
        leg, own = self._of(t + 1)
        return leg.change(own - 1, d, older)

    def log_change(self, t: int, d: Signed, older: Mapping[int, Signed] = NO_OLDER_LOGS) -> Signed:
        leg, own = self._of(t + 1)
        return leg.log_change(own - 1, d, older)

    def slopes_and_weights(self) -> tuple[Signed, Sequence[Floats]] | None:
        found = [one for leg in self.legs if (one := leg.slopes_and_weights()) is not None]
        if len(found) < len(self.legs):
            return None
        log, sign = (np.concatenate([getattr(slopes, part) for slopes, _ in found]) for part in ("log", "sign"))
        return Signed(log, sign), [W for _, weights in found for W in weights]

    def compact(self) -> Floats | None:
        found = [leg.compact() for leg in self.legs]
        if self.form not in SMALL or any(one is None for one in found):
            return None
        return np.concatenate([one for one in found if one is not None])

    def log_compact(self) -> Signed | None:
        found = [one for leg in self.legs if (one := leg.log_compact()) is not None]
        if self.form not in SMALL or len(found) < len(self.legs):
            return None
        return Signed(np.concatenate([one.log for one in found]), np.concatenate([one.sign for one in found]))

    def _joined(self, found: Sequence[Floats | None], shape: tuple[int, ...]) -> Floats | None:
        """Return what the legs are off by one after the other, in logarithms (T, …); None where none is off."""
        if all(one is None for one in found):
            return None
        joined = np.full(shape, -np.inf)
        for one, leg, first in zip(found, self.legs, self._starts(), strict=True):
            if one is not None:
                joined[first : first + leg.steps] = one
        return joined

    # ---- where a step lies

    def _starts(self) -> Sequence[int]:
        return [leg.run.stretch.first for leg in self.legs]

    def _of(self, t: int) -> tuple[MotionOfEquations, int]:
        """Return the leg of step t, and which of its own steps that is."""
        place = int(np.searchsorted(self._starts(), t)) - 1
        return self.legs[place], t - self._starts()[place]

    def _within(self, after: int, until: int) -> list[tuple[MotionOfEquations, int, int]]:
        """Return the legs that have steps after+1..until, with which of their own these are."""
        some = [
            (leg, max(after - first, 0), min(until - first, leg.steps))
            for leg, first in zip(self.legs, self._starts(), strict=True)
        ]
        return [(leg, start, stop) for leg, start, stop in some if start < stop]
