"""Forward mode: how the states of a course change along some directions, for any recurrence (Wengert 1964).

Each node's change follows from those of its arguments, in the order of the equations. A vector is carried for each direction,
not all of ∂s_t/∂θ. The rules are those of `partials` alone, so that no mistake of the other readings is repeated here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.recurrence.expressions.expression import (
    ONCE,
    Contraction,
    Leaf,
    MatrixExponential,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.readings.partials import OF_MEASURES, PARTIALS, Partials, moved_exponential
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.work import Stop

_MOVING = 2**16, 2**22
"""Of float64, that move within a step at a time: at least, and at most."""
_FAINTEST = 1e-150
_WITH_ZEROS = frozenset(
    {"relu", "abs", "round", "maximum", "minimum", "where", "%", "logaddexp", "**", "sin", "cos", "norm"}
)
"""Functions whose slope is nothing somewhere, and no small number that float64 has lost."""
_NEVER_ZERO = frozenset({"sigmoid", "exp"})
"""Functions whose value is nothing only where float64 has lost it."""

Way = Callable[[Floats, int], "Floats | None"]
"""How a node changes at a step by way of one argument that does."""
Changes = dict[int, Floats]
"""How a node changes (D, shape), by its number; what is not there stays."""


@dataclass(frozen=True, slots=True)
class Directions:
    """D directions: how far each weight (D, shape), the inputs (D, T, m) and s_0 (D, N) move; what is left out stays.

    At step t weights move ``signs`` (T,) as far: with signs the parts of the steps do not cancel. ``older`` (D, ·, N) is how
    the states before s_0 move, ``earlier`` (D, ·, m) the inputs before x_1, the newest last: of a run that began before.
    """

    weights: Mapping[str, Floats] = field(default_factory=dict)
    x: Floats | None = None
    s0: Floats | None = None
    signs: Floats | None = None
    older: Floats | None = None
    earlier: Floats | None = None

    @property
    def number(self) -> int:
        """Return D."""
        return max(len(one) for one in (*self.weights.values(), self.x, self.s0) if one is not None)


@dataclass(frozen=True, slots=True)
class Tangents:
    """How s_0..s_T (D, T+1, N) and what the layer gives out (D, T, n) change."""

    s: Floats
    out: Floats


def tangents(step: Step, found: Values, steps: int, directions: Directions, stop: Stop = lambda: False) -> Tangents:
    """Return the changes along a course of so many steps whose values are ``found`` (T, …).

    Raises
    ------
    Stopped
        When ``stop()`` said so; it is asked at every step.
    """
    with np.errstate(all="ignore"):
        return _Forward(step, found, steps, directions).made(stop)


class _Moving:
    """How the nodes of a step change when its states do, by the values that a course has ``found``."""

    def __init__(self, step: Step, found: Values) -> None:
        self.step, self.graph, self.found = step, step.recurrence.graph, found
        self.partials = {
            place: self._partials(node)
            for place, node in enumerate(self.graph)
            if isinstance(node.operator, (Pointwise, Reduction))
        }

    def moved(self, t: int, ends: Sequence[int], moved: Changes) -> list[Floats | float]:
        """Return how some nodes change at a step, from how those that are ``moved`` already do."""
        for place, node in enumerate(self.graph):
            if node.stage <= ONCE:
                continue
            if isinstance(node.operator, Leaf):
                change = self.leaf(node.operator, t)
                if change is not None:
                    moved[place] = change
            else:
                self.follow(place, node, moved, t)
        return [moved.get(end, 0.0) for end in ends]

    def leaf(self, leaf: Leaf, t: int) -> Floats | None:
        """Return how a state or an input changes, None where it stays."""
        raise NotImplementedError

    def follow(self, place: int, node: Node, moved: Changes, t: int) -> None:
        """Add how a node changes, if it does."""
        parts = [
            part
            for which, arg in enumerate(node.args)
            if arg in moved and (part := self._by(place, node, which, moved[arg], t)) is not None
        ]
        if parts:
            moved[place] = sum(parts[1:], start=parts[0])

    def _partials(self, node: Node) -> Partials:
        args = [self.found[arg] for arg in node.args]
        if isinstance(node.operator, Reduction):
            return (OF_MEASURES[node.operator.name](*args),)
        assert isinstance(node.operator, Pointwise)
        return PARTIALS[node.operator.name](*args)

    def _by(self, place: int, node: Node, which: int, change: Floats, t: int) -> Floats | None:
        """Return how a node changes by way of one argument."""
        match node.operator:
            case Sum(signs=signs):
                return change if signs[which] > 0 else -change
            case Contraction() as rule:
                args = [change if spot == which else self._now(arg, t) for spot, arg in enumerate(node.args)]
                return contract(rule, *args)
            case Pointwise():
                partial = self.partials[place][which]
                return None if partial is None else change * self._at(partial, len(node.shape), t)
            case Reduction():
                slope = self._at(self.partials[place][0], 1, t)
                return np.asarray((change * slope).sum(axis=-1))
            case MatrixExponential():
                return moved_exponential(self.found[node.args[which]], change)
        raise TypeError(node.operator)

    def _now(self, place: int, t: int) -> Floats:
        return self._at(self.found[place], len(self.graph[place].shape), t)

    def _at(self, value: Floats | float | None, rank: int, t: int) -> Floats:
        """Return a value at a step, or what is the same at all."""
        value = np.asarray(value)
        return value[t] if value.ndim > rank else value


class _Forward(_Moving):
    """One walk forward while it is made."""

    def __init__(self, step: Step, found: Values, steps: int, directions: Directions) -> None:
        super().__init__(step, found)
        self.T, self.directions, D = steps, directions, directions.number
        self.s = np.zeros((D, steps + 1, step.N))
        if directions.s0 is not None:
            self.s[:, 0] = directions.s0
        self.out = np.zeros((D, steps, *step.shapes[step.recurrence.out]))
        self.once = self._once()

    def made(self, stop: Stop) -> Tangents:
        """Return the changes at all steps."""
        ends = [*self.step.recurrence.next, self.step.recurrence.out]
        for t in range(self.T):
            if stop():
                raise Stopped
            sign = 1.0 if self.directions.signs is None else self.directions.signs[t]
            *after, out = self.moved(t, ends, {place: sign * by for place, by in self.once.items()})
            put(self.step, after, self.s[:, t + 1])
            self.out[:, t] = out
        return Tangents(self.s, self.out)

    def leaf(self, leaf: Leaf, t: int) -> Floats | None:
        if leaf.kind == "x":
            return _ago(self.directions.x, self.directions.earlier, t - leaf.delay)
        if leaf.kind != "state":
            return None
        s = _ago(self.s, self.directions.older, t + 1 - leaf.delay)
        return None if s is None else self.step.part(s, leaf.name)

    def _once(self) -> Changes:
        """Return how what is made of weights alone changes."""
        moved: Changes = {}
        for place, node in enumerate(self.graph):
            if node.stage != ONCE:
                continue
            if not isinstance(node.operator, Leaf):
                self.follow(place, node, moved, 0)
            elif node.operator.kind == "weight" and node.operator.name in self.directions.weights:
                moved[place] = self.directions.weights[node.operator.name]
        return moved


class Pushed(_Moving):
    """Directions that are carried through one step after the other, along a course that reads the last state alone."""

    def __init__(self, step: Step, found: Values) -> None:
        with np.errstate(all="ignore"):
            super().__init__(step, found)
        self._states: Floats = np.zeros((0, step.N))
        self._ways = dict[tuple[int, int], Way]()
        self._vectors = {state.name for state in step.recurrence.states if len(step.state_shape(state.name)) == 1}
        self._moving = sum(math.prod(step.shapes[place]) for place, node in enumerate(self.graph) if node.stage > ONCE)

    def push(self, t: int, V: Floats) -> Floats | None:
        """Return J_{t+1} V (N, r) of directions V (N, r); None where float64 does not hold a slope or a gate of the step."""
        if not (self._held if np.ndim(self._held) == 0 else self._held[t]):
            return None
        after = np.zeros((V.shape[1], self.step.N))
        # All that moves within a step is there at once.
        count = max(1, moving_at_a_time(V.size) // max(1, self._moving))
        for first in range(0, len(after), count):
            rows = slice(first, first + count)
            self._states = np.ascontiguousarray(V[:, rows].T)
            moved = self.moved(t, self.step.recurrence.next, {})
            if len(self._vectors) == len(moved) and all(np.ndim(one) == 2 for one in moved):
                np.concatenate(cast(list[Floats], moved), axis=1, out=after[rows])
            else:
                put(self.step, moved, after[rows])
        return after.T

    def leaf(self, leaf: Leaf, t: int) -> Floats | None:  # noqa: ARG002
        if leaf.kind != "state":
            return None
        found = self._states[:, self.step.parts[leaf.name]]
        return found if leaf.name in self._vectors else self.step.part(self._states, leaf.name)

    def _by(self, place: int, node: Node, which: int, change: Floats, t: int) -> Floats | None:
        way = self._ways.get((place, which))
        if way is None:
            way = self._ways[place, which] = self._way(place, node, which)
        return way(change, t)

    def _way(self, place: int, node: Node, which: int) -> Way:
        """Return what `_by` does of one argument, with all that is the same at every step looked up once."""
        rank, partials = len(node.shape), self.partials.get(place)
        if isinstance(node.operator, Sum) and node.operator.signs[which] > 0:
            return lambda change, _: change
        if isinstance(node.operator, Pointwise) and partials is not None:
            each = np.asarray(partials[which])
            if each.ndim > rank:
                return lambda change, t: change * each[t]
        if isinstance(node.operator, Contraction) and (M := self._matrix(node, which)) is not None:
            return lambda change, _: change @ M
        by = super()._by
        return lambda change, t: by(place, node, which, change, t)

    def _matrix(self, node: Node, which: int) -> Floats | None:
        """Return Mᵀ (k, p) where a node is M v by its argument v and M is the same at all steps; else None."""
        if len(node.args) != 2 or len(node.shape) != 1:
            return None
        rule, other = cast(Contraction, node.operator), np.asarray(self.found[node.args[1 - which]])
        own, its = rule.labels[which], rule.labels[1 - which]
        if other.ndim != 2 or len(own) != 1 or sorted(its) != sorted(rule.out + own):
            return None
        return other.T if its == rule.out + own else other

    @cached_property
    def _held(self) -> NDArray[np.bool_]:
        """Return at which steps (T,) each function's slope and value is a number or a zero of its own, none that was lost.

        It is the same at all (), where nothing changes from step to step.
        """
        held = np.asarray(True)
        for place, partials in self.partials.items():
            node = self.graph[place]
            name = cast(Pointwise | Reduction, node.operator).name
            own, values = name in _WITH_ZEROS, [one for one in partials if one is not None]
            for value in [*values, self.found[place]] if name in _NEVER_ZERO else values:
                size = np.abs(value)
                sure = np.where(size == 0.0, own, (size > _FAINTEST) & (size < 1.0 / _FAINTEST))
                held = held & sure.all(axis=tuple(range(sure.ndim > len(node.shape), sure.ndim)))
        return held


def moving_at_a_time(carried: int) -> int:
    """Return how many numbers move within a step at a time, where so many are carried through it."""
    least, most = _MOVING
    return min(most, max(least, carried))


def put(step: Step, changes: Sequence[Floats | float], into: Floats) -> None:
    """Write how the states change, one after the other, into rows (D, N)."""
    for state, moved in zip(step.recurrence.states, changes, strict=True):
        part = into[:, step.parts[state.name]]
        part[...] = np.broadcast_to(moved, (len(part), *step.state_shape(state.name))).reshape(part.shape)


def _ago(now: Floats | None, before: Floats | None, t: int) -> Floats | None:
    """Return what stands at t, or so far before the first; None where nothing moves."""
    some = now if t >= 0 else before
    return None if some is None or -t > some.shape[1] else some[:, t]
