"""Whether a loss can be smooth between two runs, read off what the equations made of both.

Where two runs lie on two sides of a kink (a ReLU that switches, the larger of two that changes) no width of a difference says
anything. Over so much of an argument everything that is curved is smooth; a step beyond jumps over a bend unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.gradient.objective import Objective
from explorer.engine.gradient.reruns import Reruns
from explorer.engine.gradient.stages import Stage, stages
from explorer.engine.network.course import Course
from explorer.engine.recurrence.expressions.expression import (
    ONCE,
    Contraction,
    MatrixExponential,
    Node,
    Pointwise,
    Reduction,
)
from explorer.engine.recurrence.readings.step import Values, along
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.run.legs import Journey
from explorer.engine.recurrence.run.motion import MotionOfEquations

Flags = NDArray[np.bool_]

_SMOOTH = 0.5
# What is curved the more the smaller it is.
_BY_SIZE = ("log", "sqrt", "/", "**", "norm")

_COMPARED = ("<", "<=", ">", ">=", "==", "!=")

_STEPS = "round"

SIDES: Mapping[str, Callable[..., Flags | Floats]] = MappingProxyType(
    {
        "relu": lambda z: z > 0,
        "abs": np.sign,
        # Its slope is that of what was rounded, which is no derivative of the loss: differences know nothing of it.
        _STEPS: np.positive,
        "maximum": np.greater,
        "minimum": np.less,
        "where": lambda condition, *_: condition != 0,
        "%": lambda a, b: np.floor(a / b),
    }
)
"""On which side of its kinks a function's arguments lie."""


@dataclass(frozen=True)
class Near:
    """What lies near a run."""

    asked: Objective

    def holds(self, runs: Reruns) -> Flags:
        """Return for each of R runs of the same loss (R,) whether it can be smooth from the run to there."""
        with np.errstate(invalid="ignore"):
            near: Flags = np.asarray(_within(self.asked.trace.y, runs.y).all(axis=(1, 2)))
            for name, journey in runs.journeys.items():
                near = near & _alike(self.asked.trace.chains[name], journey, self._found[name])
        return near

    def by_steps(self, runs: Reruns) -> Flags:
        """Return for each of R runs (R,) whether a number that is rounded is another: the gradient knows of no step there."""
        still = np.ones(runs.y.shape[0], dtype=bool)
        for name, journey in runs.journeys.items() if self._steps else ():
            still &= _alike(self.asked.trace.chains[name], journey, self._steps[name])
        return ~still

    @cached_property
    def _steps(self) -> dict[str, list[_Found]]:
        """Return of each course's stages what is rounded in them; nothing where nothing is."""
        found = {
            name: [replace(stage, watched=tuple(filter(_is_rounded, stage.watched)), bent=False) for stage in course]
            for name, course in self._found.items()
        }
        return found if any(stage.watched for course in found.values() for stage in course) else {}

    @cached_property
    def _found(self) -> dict[str, list[_Found]]:
        """Return what is known of each stage of each course."""
        chains = self.asked.trace.chains
        return {name: [_Found.of(course, stage) for stage in stages(course)] for name, course in chains.items()}


@dataclass(frozen=True, slots=True)
class _Found:
    """What is looked up once for all runs that are compared with one: the ``values`` of a stage of it, and in its graph."""

    values: Values
    watched: tuple[Node, ...]
    bent: bool

    @classmethod
    def of(cls, course: Course, stage: Stage) -> _Found:
        """Return a stage's values, the nodes whose arguments may not move anywhere, and whether one is curved."""
        graph = stage.piece.step.recurrence.graph
        curved = any(_is_curved(node, graph) for node in graph)
        return cls(_values(course, stage), tuple(filter(_is_watched, graph)), curved)


def _alike(course: Course, journey: Journey, found: list[_Found]) -> Flags:
    """Return which runs of a chain (R,) lie on the same sides as its course, and near it where anything is curved."""
    alike = np.ones(journey.s.shape[1], dtype=bool)
    for stretch, known in zip(journey.stretches, found, strict=True):
        step = stretch.step
        moved = values(step, stretch.laid.weights, stretch.given())
        for node in known.watched:
            ranks = [len(step.shapes[arg]) for arg in node.args]
            one = [_beside(known.values[arg], rank) for arg, rank in zip(node.args, ranks, strict=True)]
            for near in _near(node, one, [moved[arg] for arg in node.args]):
                alike &= _throughout(near, max(ranks))
    if any(known.bent for known in found):
        alike &= _throughout(_within(_beside(course.s, 1), journey.s), 1)
    return alike


def _beside(value: Floats, rank: int) -> Floats:
    """Return values (T, shape) of one run as they stand beside those of several, (T, R, 1, shape)."""
    return value[:, None, None] if np.ndim(value) > rank else value


def _throughout(near: Flags, rank: int) -> Flags:
    """Return in which runs (R,) all of (T, R, 1, shape) holds; of fewer axes the first are left out."""
    lead = near.shape[: near.ndim - rank]
    shape = *(1 for _ in range(3 - len(lead))), *lead, prod(near.shape[len(lead) :])
    return np.asarray(near.reshape(shape).all(axis=(0, 2, 3)))


def _values(course: Course, stage: Stage) -> Values:
    """Return the values of all nodes of a stage."""
    motion, step = stage.motion, stage.piece.step
    given = motion.given() if isinstance(motion, MotionOfEquations) else along(step, course.x, course.s)
    with np.errstate(all="ignore"):
        return values(step, stage.of(course.network), given)


def _is_watched(node: Node) -> bool:
    """Return whether it matters how far the arguments of a node move."""
    match node.operator:
        case Pointwise(name=name):
            return name not in _COMPARED
    return isinstance(node.operator, (Reduction, MatrixExponential))


def _is_rounded(node: Node) -> bool:
    return node.operator == Pointwise(_STEPS)


def _is_curved(node: Node, graph: tuple[Node, ...]) -> bool:
    match node.operator:
        case Contraction():
            return len(node.args) > 1 and all(graph[arg].stage > ONCE for arg in node.args)
        case Pointwise(name=name):
            return name not in SIDES and name not in _COMPARED
    return isinstance(node.operator, (Reduction, MatrixExponential))


def _near(node: Node, one: list[Floats], two: list[Floats]) -> Iterator[Flags]:
    """Yield where the arguments of a node lie on the same side of its kinks, and near each other where it is curved."""
    match node.operator:
        case Pointwise(name=name) if name in SIDES:
            here, there = SIDES[name](*one), SIDES[name](*two)
            yield np.equal(here, there) | (np.isnan(here) & np.isnan(there))
        case Pointwise(name=name) | Reduction(name=name):
            yield from (_within(*pair, by_size=name in _BY_SIZE) for pair in zip(one, two, strict=True))
        case MatrixExponential():
            yield _within(one[0], two[0])


def _within(one: Floats, two: Floats, by_size: bool = False) -> Flags:
    """Return where things lie no further apart than is smooth; infinite numbers are near themselves."""
    apart, size = np.abs(np.subtract(one, two)), np.abs(one) if by_size else 1.0
    return np.asarray((apart <= _SMOOTH * size) | np.equal(one, two))
