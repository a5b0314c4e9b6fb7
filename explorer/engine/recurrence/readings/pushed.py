"""Directions that are carried through one step after the other: J_t V of a course without its J_t.

What each node does with the change of an argument is looked up once for all steps; what is left of a step is the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import ONCE, Contraction, Leaf, Node, Pointwise, Reduction, Sum
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.readings.tangents import Moving, put

_MOVING = 2**18, 2**22
"""Of float64, that move within a step at a time: at least, and at most."""
_FAINTEST = 1e-150
_WITH_ZEROS = frozenset(
    {"relu", "abs", "round", "maximum", "minimum", "where", "%", "logaddexp", "**", "sin", "cos", "norm"}
)
"""Functions whose slope is nothing somewhere, and no small number that float64 has lost."""
_NEVER_ZERO = frozenset({"sigmoid", "exp"})
"""Functions whose value is nothing only where float64 has lost it."""

Way = Callable[[Floats, int], Floats]
"""How a node changes at a step by way of one argument that does."""
Move = tuple[int, slice | None, list[tuple[int, Way]]]
"""Which node moves: a state, of which a slice of all of them tells, or what does by way of some arguments."""


class Pushed(Moving):
    """Directions along a course that reads the last state alone."""

    def __init__(self, step: Step, found: Values) -> None:
        with np.errstate(all="ignore"):
            super().__init__(step, found)
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
            moved = self._made(np.ascontiguousarray(V[:, rows].T), t)
            if all(np.ndim(one) == 2 for one in moved) and len(moved) == len(self.step.parts):
                np.concatenate(cast(list[Floats], moved), axis=1, out=after[rows])
            else:
                put(self.step, moved, after[rows])
        return after.T

    def _made(self, states: Floats, t: int) -> list[Floats | float]:
        """Return how the states move at a step, from how they did (D, N)."""
        moved: list[Floats | float] = [0.0] * len(self.graph)
        for place, part, ways in self._moves:
            if part is not None:
                shape = self.step.shapes[place]
                moved[place] = states[:, part] if len(shape) == 1 else states[:, part].reshape(len(states), *shape)
                continue
            (arg, way), *others = ways
            change = way(cast(Floats, moved[arg]), t)
            for arg, way in others:
                change = change + way(cast(Floats, moved[arg]), t)
            moved[place] = change
        return [moved[end] for end in self.step.recurrence.next]

    @cached_property
    def _moves(self) -> list[Move]:
        """Return what moves with the states, in the order of the equations: the same at every step."""
        found: list[Move] = []
        moves = set[int]()
        for place, node in enumerate(self.graph):
            if node.stage <= ONCE:
                continue
            if isinstance(node.operator, Leaf):
                if node.operator.kind == "state":
                    found.append((place, self.step.parts[node.operator.name], []))
                    moves.add(place)
                continue
            ways = [(arg, self._way(place, node, which)) for which, arg in enumerate(node.args) if arg in moves]
            some = [(arg, way) for arg, way in ways if way is not None]
            if some:
                found.append((place, None, some))
                moves.add(place)
        return found

    def _way(self, place: int, node: Node, which: int) -> Way | None:
        """Return how a node changes by way of one argument; None where it does not."""
        rank, partials = len(node.shape), self.partials.get(place)
        rule, factor = node.operator, None
        if isinstance(rule, Sum) and rule.signs[which] > 0:
            return lambda change, _: change
        if isinstance(rule, Pointwise) and partials is not None:
            factor = partials[which]
            if factor is None:
                return None
        if isinstance(rule, Contraction) and len(node.args) == 2 and set(rule.labels) == {rule.out}:
            factor = self.found[node.args[1 - which]]
        if factor is not None and np.ndim(factor) > rank:
            each = np.asarray(factor)
            return lambda change, t: change * each[t]
        if isinstance(rule, Contraction) and (M := self._matrix(node, which)) is not None:
            return lambda change, _: change @ M
        return lambda change, t: cast(Floats, self.by(place, node, which, change, t))

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
