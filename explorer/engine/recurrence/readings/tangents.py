"""Forward mode: how the states of a course change along some directions, for any recurrence (Wengert 1964).

Each node's change follows from those of its arguments, in the order of the equations. A vector is carried for each direction,
not all of ∂s_t/∂θ. The rules are those of `partials` alone, so that no mistake of the other readings is repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

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

Changes = dict[int, Floats]
"""How a node changes (D, shape), by its number; what is not there stays."""


@dataclass(frozen=True, slots=True)
class Directions:
    """D directions: how far each weight (D, shape), the inputs (D, T, m) and s_0 (D, N) move; what is left out stays.

    At step t weights move ``signs`` as far, (T,) or each direction's own (D, T): with signs the parts of the steps do not
    cancel. ``older`` (D, ·, N) is how the states before s_0 move, ``earlier`` (D, ·, m) the inputs before x_1, the newest
    last: of a run that began before.
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


class Moving:
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
            if arg in moved and (part := self.by(place, node, which, moved[arg], t)) is not None
        ]
        if parts:
            moved[place] = sum(parts[1:], start=parts[0])

    def _partials(self, node: Node) -> Partials:
        args = [self.found[arg] for arg in node.args]
        if isinstance(node.operator, Reduction):
            return (OF_MEASURES[node.operator.name](*args),)
        assert isinstance(node.operator, Pointwise)
        return PARTIALS[node.operator.name](*args)

    def by(self, place: int, node: Node, which: int, change: Floats, t: int) -> Floats | None:
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


class _Forward(Moving):
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
            *after, out = self.moved(t, ends, self._once_at(t))
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

    def _once_at(self, t: int) -> Changes:
        """Return how what is made of weights alone changes, as far as weights move at a step."""
        signs = self.directions.signs
        if signs is None:
            return dict(self.once)
        return {place: signs[..., t].reshape(-1, *[1] * (by.ndim - 1)) * by for place, by in self.once.items()}

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


def put(step: Step, changes: Sequence[Floats | float], into: Floats) -> None:
    """Write how the states change, one after the other, into rows (D, N)."""
    for state, moved in zip(step.recurrence.states, changes, strict=True):
        part = into[:, step.parts[state.name]]
        part[...] = np.broadcast_to(moved, (len(part), *step.state_shape(state.name))).reshape(part.shape)


def _ago(now: Floats | None, before: Floats | None, t: int) -> Floats | None:
    """Return what stands at t, or so far before the first; None where nothing moves."""
    some = now if t >= 0 else before
    return None if some is None or -t > some.shape[1] else some[:, t]
