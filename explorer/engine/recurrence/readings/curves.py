"""The curve of a gate's function: values, slopes and bounds over its net input, whatever the equations call it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.interval import Interval
from explorer.engine.recurrence.readings.bounds import reach
from explorer.engine.recurrence.readings.compact import compact, log_compact
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, Step, sized
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.recurrence import Recurrence


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of one argument as the step of a recurrence of one unit, z ← f(z): its slope is J."""

    name: str
    step: Step

    @property
    def bounds(self) -> Interval:
        """Return between what the function stays."""
        return _bounds(self.step.recurrence)

    def value(self, z: Floats) -> Floats:
        """Return f(z), the shape of z."""
        return after(self.step, values(self.step, {}, self._at(z)))[..., 0]

    def slope(self, z: Floats) -> Floats:
        """Return f′(z), the shape of z."""
        found = values(self.step, {}, self._at(z))
        return np.broadcast_to(compact(self.step, found)[..., 0], z.shape)

    def log_slope(self, z: Floats) -> Floats:
        """Return ln |f′(z)|, the shape of z, in nats; −inf only where f′ is exactly zero."""
        found = log_values(self.step, {}, self._at(z))
        return np.broadcast_to(log_compact(self.step, found).log[..., 0], z.shape)

    def _at(self, z: Floats) -> Given:
        return Given(z[..., None], np.zeros(1))


@cache
def _bounds(recurrence: Recurrence) -> Interval:
    return reach(recurrence, {recurrence.output: Interval()})


@cache
def curve(function: str) -> Curve:
    """Return the curve of a function of one argument that equations have; "identity" is the straight line.

    Raises
    ------
    BadEquations
        If there is no such function.
    """
    return Curve(function, sized(Recurrence.parse("z = f(z)" if function == "identity" else f"z = {function}(z)",
                                                  activation="identity"), 1, 1))  # fmt: skip
