"""The derivative of a loss along directions, forward in time (Wengert 1964).

No derivative written elsewhere takes part: how states change is worked out from the equations by `readings.partials`. A
mistake in backpropagation, in a kernel's products or in an activation's slope has nowhere to hide. One vector is carried for
each direction, not all of ∂s_t/∂θ as in real-time recurrent learning. Level by level: how what a chain gives out changes is
how the input of the next one does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.objective import Objective, side_by_side
from explorer.engine.gradient.stages import Stage, stages
from explorer.engine.network.course import Course
from explorer.engine.network.given import EMBEDDING
from explorer.engine.recurrence.readings.step import along
from explorer.engine.recurrence.readings.tangents import Directions, Tangents, tangents
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.work import Stop

_AT_ONCE = ("V", "c", "x", "s0")


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives ``value`` (D,) of a loss along D directions, and ``size`` (D,), that of the parts which add up to them."""

    value: Floats
    size: Floats


def slopes(asked: Objective, name: str, directions: Floats, stop: Stop = lambda: False) -> Slopes:
    """Return the derivatives of the loss along D ``directions`` (D, …) of one parameter, of "x" or of "s0".

    Raises
    ------
    Stopped
        When ``stop()`` said so; it is asked at every step.
    """
    D, T = len(directions), asked.trace.steps
    moved, signs = directions, np.ones((D, T))
    if name not in _AT_ONCE:
        # What the steps bring may cancel. Moved to and fro, in the same run, they bring as much, and do not.
        to_and_fro = np.random.default_rng(0).choice([-1.0, 1.0], T)
        moved, signs = np.concatenate([directions, directions]), np.concatenate([signs, signs * to_and_fro])
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        parts = _parts(asked, name, moved, signs, stop)
        size = np.abs(parts).sum(axis=(1, 2)).reshape(-1, D).max(axis=0)
        return Slopes(parts[:D].sum(axis=(1, 2)), size)


def _parts(asked: Objective, name: str, directions: Floats, signs: Floats, stop: Stop) -> Floats:
    """Return the derivatives of each loss by way of each logit (D, R, p); at step t weights move ``signs`` (D, T) as far."""
    if name == "V":
        change = asked.read(asked.out) @ directions.mT
    elif name == "c":
        change = directions[:, None]
    else:
        change = asked.read(_Moved(asked, name, directions, signs, stop).out()) @ asked.trace.network.V.T
    return np.asarray(asked.loss.error(asked.logits(), asked.targets) * change)


@dataclass(frozen=True, slots=True)
class _Moved:
    """How a run changes along the directions of one parameter.

    Along the trace as it is: in chaos a step that is rounded otherwise leads away from it.
    """

    asked: Objective
    name: str
    directions: Floats
    signs: Floats
    stop: Stop

    def out(self) -> Floats:
        """Return how what the last level gives out (D, T, n) changes."""
        x = self._inputs()
        for level in self.asked.courses:
            x = side_by_side([(course, self._along(course, x)) for course in level])
        return x

    def _inputs(self) -> Floats:
        """Return how what the first level reads (D, T, ·) changes."""
        x = self.asked.read_along(self.name, self.directions)
        return x * self.signs[..., None] if self.name == EMBEDDING else x

    def _along(self, course: Course, x: Floats) -> Floats:
        """Return how what a chain gives out (D, T, n) changes, stage by stage."""
        x, outs = x[:, ::-1] if course.chain.backward else x, []
        s = np.zeros((len(x), 1, course.width))
        if self.name == "s0":
            s[:, 0] = self.asked.apart(self.directions)[course.name]
        for stage in stages(course):
            found = _tangents(course, stage, self._directions(stage, x, s), self.stop)
            s = np.concatenate([s, found.s[:, 1:]], axis=1)
            outs.append(found.out)
        return np.concatenate(outs, axis=1)

    def _directions(self, stage: Stage, x: Floats, s: Floats) -> Directions:
        """Return the directions of a stage from those of the inputs (D, T, ·) and of the states so far (D, ·, N)."""
        x, steps = x[..., : stage.piece.step.inputs], slice(stage.first, stage.first + stage.steps)
        return Directions(
            stage.directions(self.asked.trace.network, self.name, self.directions),
            x[:, steps], s[:, -1], self.signs[:, steps], s[:, :-1], x[:, : stage.first],
        )  # fmt: skip


def _tangents(course: Course, stage: Stage, directions: Directions, stop: Stop) -> Tangents:
    if isinstance(stage.motion, MotionOfEquations):
        return stage.motion.tangents(directions, stop)
    step = stage.piece.step
    found = values(step, course.network.of(stage.piece), along(step, course.x, course.s))
    return tangents(step, found, stage.steps, directions, stop)
