"""A trace run again, many times at once, with one parameter of its loss moved: networks beside each other.

By the equations of the chains, whatever ran the trace: a mistake in a kernel is not made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.objective import Objective
from explorer.engine.gradient.stages import Stage, stages
from explorer.engine.network.course import Course
from explorer.engine.network.given import beside
from explorer.engine.network.making import READOUT
from explorer.engine.recurrence.expressions.expression import ONCE
from explorer.engine.recurrence.run.legs import Journey, Leg, travel


@dataclass(frozen=True, slots=True, eq=False)
class Reruns:
    """R runs side by side: the ``journeys`` of their chains, states (T+1, R, 1, N); none where only the readout moves.

    ``out`` (R, T, n) is what the last level gives out, ``V`` (R, p, n) and ``c`` (R, 1, p) are the readouts; what is the same
    in all of them is there once.
    """

    asked: Objective
    journeys: Mapping[str, Journey]
    out: Floats
    V: Floats
    c: Floats

    @property
    def y(self) -> Floats:
        """Return the logits (R, T, p) at every step."""
        return self._read(self.out)

    def losses(self) -> Floats:
        """Return the losses (R,)."""
        y, targets = self._read(self.asked.read(self.out)), self.asked.targets
        return np.asarray(self.asked.loss.value(y, np.broadcast_to(targets, (len(y), *targets.shape))).sum(axis=-1))

    def _read(self, h: Floats) -> Floats:
        return h @ self.V.mT + self.c


def rerun(asked: Objective, name: str, directions: Floats, steps: Floats) -> Reruns:
    """Return the R = D·S runs with a parameter moved along each of D ``directions`` (D, …) by each of S ``steps``."""
    moves, net = _Moves(asked, name, directions, steps), asked.trace.network
    V, c = (
        net.parameters[one] + moves.scaled(directions) if one == name else net.parameters[one][None] for one in READOUT
    )
    if name in READOUT:
        return Reruns(asked, {}, asked.out[None], V, c[:, None])
    journeys, out = moves.run()
    return Reruns(asked, journeys, out[:, :, 0].swapaxes(0, 1), V, c[:, None])


def bytes_of_a_run(asked: Objective) -> int:
    """Return about how many bytes one of the runs takes, with the values of all that its equations name."""
    return 8 * sum(_numbers(stage) for level in asked.courses for course in level for stage in stages(course))


def _numbers(stage: Stage) -> int:
    step = stage.piece.step
    sizes = [prod(shape) for node, shape in zip(step.recurrence.graph, step.shapes, strict=True) if node.stage > ONCE]
    # Each weight is there itself, side by side with others, and turned; a value as the run keeps it, and found again.
    return 3 * sum(prod(shape) for shape in step.weight_shapes().values()) + 2 * stage.steps * sum(sizes)


@dataclass(frozen=True, slots=True)
class _Moves:
    """How far a parameter of a loss is moved in each of the runs."""

    asked: Objective
    name: str
    directions: Floats
    steps: Floats

    def scaled(self, directions: Floats) -> Floats:
        """Return D directions (D, …) as those of all runs (R, …), as far as each goes."""
        steps = self.steps.reshape(-1, *(1 for _ in directions.shape[1:]))
        return (directions[:, None] * steps).reshape(-1, *directions.shape[1:])

    def run(self) -> tuple[dict[str, Journey], Floats]:
        """Return the journeys of all chains, and what the last level gives out (T, R, 1, n)."""
        journeys, x = dict[str, Journey](), self._inputs()
        for level in self.asked.courses:
            journeys |= {course.name: self._along(course, x) for course in level}
            outs = [_turned(course, journeys[course.name].out) for course in level]
            x = outs[0] if len(outs) == 1 else np.concatenate(outs, axis=-1)
        return journeys, x

    def _inputs(self) -> Floats:
        """Return what the first level reads (T, R, 1, ·)."""
        trace, R = self.asked.trace, len(self.directions) * len(self.steps)
        x = beside(trace.features, trace.x)
        by = self.asked.read_along(self.name, self.directions)
        return x[:, None, None] + self.scaled(by).swapaxes(0, 1)[:, :, None] if by.any() else _for_all(x, R)

    def _along(self, course: Course, x: Floats) -> Journey:
        legs = [Leg(stage.piece.step, self._weights(stage), stage.steps) for stage in stages(course)]
        s0 = course.s[0]
        if self.name == "s0":
            s0 = s0 + self.scaled(self.asked.apart(self.directions)[course.name])[:, None]
        return travel(legs, _turned(course, x), s0)

    def _weights(self, stage: Stage) -> dict[str, Floats]:
        """Return the weights of a stage, (R, …) all of them as soon as one moves."""
        network = self.asked.trace.network
        weights, moved = stage.of(network), stage.directions(network, self.name, self.directions)
        if not moved:
            return weights
        R = len(self.directions) * len(self.steps)
        many = {own: np.broadcast_to(weight, (R, *weight.shape)) for own, weight in weights.items()}
        return many | {own: weights[own] + self.scaled(by) for own, by in moved.items()}


def _for_all(x: Floats, R: int) -> Floats:
    """Return inputs (T, m) as those of R runs (T, R, 1, m)."""
    return np.broadcast_to(x[:, None, None], (len(x), R, 1, x.shape[-1]))


def _turned(course: Course, array: Floats) -> Floats:
    """Return what has the sequence's time in a chain's own, or back again."""
    return array[::-1] if course.chain.backward else array
