"""Whether a loss can be smooth between two runs, read off what the equations made of both.

Where two runs lie on two sides of a kink (a ReLU that switches, the larger of two that changes) no width of a difference says
anything. Over so much of an argument everything that is curved is smooth; a step beyond jumps over a bend unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.gradient.objective import Objective
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
from explorer.engine.recurrence.run.motion import MotionOfEquations

_SMOOTH = 0.5
# What is curved the more the smaller it is.
_BY_SIZE = ("log", "sqrt", "/", "**", "norm")

_COMPARED = ("<", "<=", ">", ">=", "==", "!=")

SIDES: Mapping[str, Callable[..., NDArray[np.bool_] | Floats]] = MappingProxyType(
    {
        "relu": lambda z: z > 0,
        "abs": np.sign,
        "round": np.rint,
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

    def holds(self, other: Objective) -> bool:
        """Return whether the loss can be smooth between the run and another of the same chains."""
        courses = zip(self.asked.trace.chains.values(), other.trace.chains.values(), self._found, strict=True)
        with np.errstate(invalid="ignore"):
            return _within(self.asked.trace.y, other.trace.y) and all(_alike(*three) for three in courses)

    @cached_property
    def _found(self) -> list[list[_Found]]:
        """Return what is known of each stage of each course."""
        return [[_Found.of(course, stage) for stage in stages(course)] for course in self.asked.trace.chains.values()]


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


def _alike(one: Course, two: Course, found: list[_Found]) -> bool:
    """Return whether two courses of a chain lie on the same sides, and near where anything is curved."""
    for stage, known in zip(stages(two), found, strict=True):
        first, second = known.values, _values(two, stage)
        if not all(
            _near(node, [first[arg] for arg in node.args], [second[arg] for arg in node.args]) for node in known.watched
        ):
            return False
    return not any(known.bent for known in found) or _within(one.s, two.s)


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


def _is_curved(node: Node, graph: tuple[Node, ...]) -> bool:
    match node.operator:
        case Contraction():
            return len(node.args) > 1 and all(graph[arg].stage > ONCE for arg in node.args)
        case Pointwise(name=name):
            return name not in SIDES and name not in _COMPARED
    return isinstance(node.operator, (Reduction, MatrixExponential))


def _near(node: Node, one: list[Floats], two: list[Floats]) -> bool:
    """Return whether the arguments of a node lie on the same side of its kinks, and near each other where it is curved."""
    match node.operator:
        case Pointwise(name=name) if name in SIDES:
            return bool(np.array_equal(SIDES[name](*one), SIDES[name](*two), equal_nan=True))
        case Pointwise(name=name) | Reduction(name=name):
            return all(_within(*pair, by_size=name in _BY_SIZE) for pair in zip(one, two, strict=True))
        case MatrixExponential():
            return _within(one[0], two[0])
    return True


def _within(one: Floats, two: Floats, by_size: bool = False) -> bool:
    """Return whether nothing lies further apart than is smooth; infinite numbers are near themselves."""
    apart, size = np.abs(np.subtract(one, two)), np.abs(one) if by_size else 1.0
    near = apart <= _SMOOTH * size
    return bool(near.all() or (near | np.equal(one, two)).all())
