"""One recurrence with one set of weights through time: the run of one leg."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.step import Step, Weights
from explorer.engine.recurrence.run.forward import Stretch
from explorer.engine.recurrence.run.legs import Journey, Leg, travel


@dataclass(frozen=True, slots=True)
class Roll:
    """What came of one leg of a `Journey`: one step with one set of weights."""

    journey: Journey
    leg: int = 0

    @property
    def stretch(self) -> Stretch:
        """Return the leg."""
        return self.journey.stretches[self.leg]

    @property
    def step(self) -> Step:
        """Return the step."""
        return self.stretch.step

    @property
    def weights(self) -> Weights:
        """Return the weights."""
        return self.stretch.laid.weights

    @property
    def s(self) -> Floats:
        """Return s_0..s_T (T+1, …, N), of the leg's own steps."""
        return self.journey.s[self.stretch.first :][: self.stretch.steps + 1]

    @property
    def out(self) -> Floats:
        """Return what the layer gives out (T, …, n) in these."""
        return self.journey.out[self.stretch.first :][: self.stretch.steps]

    @property
    def history(self) -> Floats:
        """Return s with the older states before s_0 that delays read, (…, 1, N) for a single sequence."""
        return self.journey.history

    @property
    def inputs(self) -> Floats:
        """Return x with the zeros before x_1 that delays read, likewise."""
        return self.stretch.inputs


def roll(step: Step, weights: Weights, x: Floats, s0: Floats | None = None) -> Roll:
    """Return the run over the inputs x (T, …, m) from s0 (…, N), by default what the equations start from."""
    return Roll(travel([Leg(step, weights, len(x))], x, s0))
