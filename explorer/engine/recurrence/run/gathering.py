"""Where gradients are gathered on the way back: the slots, factors and calls of a step while they are written.

A gradient that is handed on by products alone, through functions and gates, is not made at each: it is the gradient where
they begin times one factor, and factors are worked out for many steps at once. So a step carries its gradient by the few
products and additions that one would write by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import AHEAD, ONCE, Leaf
from explorer.engine.recurrence.expressions.functions import FUNCTIONS
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.run.plan import Group, Key, plan
from explorer.engine.recurrence.run.program import program
from explorer.engine.recurrence.run.track import Call, Into, Number, Own, Part, Rows, Spread

Slopes = Callable[..., tuple[Floats | None, ...]]
"""What returns the slopes of a function at its arguments."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A factor: the slope of a function (of its argument ``which``) or measure at the values of some slots."""

    slopes: Slopes
    args: tuple[int, ...]
    which: int
    rank: int
    out: int


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor that is the product of two, of the second some rows only; there may be no first."""

    left: int | None
    right: int
    rows: slice | None
    rank: int
    out: int


@dataclass(frozen=True, slots=True)
class Given:
    """A slot that holds the gradient with which what the layer gives out reaches a node of the step: that on it itself, or
    what late nodes hand on."""

    place: int


@dataclass(frozen=True, slots=True)
class Stacked:
    """A slot that holds the matrices of a group, side by side."""

    key: Key


Room = Own | Rows | Part | Spread | Number | Given | Stacked


class Gathering:
    """The gradients on the nodes of a step while their calls are written.

    ``on`` tells the slots of those that are made, ``lazy`` those that are a slot times a factor so far, and ``seeds`` the
    slots of what reaches a state as such, to which the step itself has added nothing yet.
    """

    def __init__(self, step: Step, entering: bool) -> None:
        self.step, self.graph, self.plan = step, step.recurrence.graph, plan(step)
        self.forward, self.entering = program(step), entering
        self.slots = self.forward.slots
        self.rooms: dict[int, Room] = {}
        self.factors: list[Slope | Factor] = []
        self.calls: list[Call] = []
        self.on: dict[int, int] = {}
        self.seeds: dict[int, int] = {}
        self.lazy: dict[int, tuple[int, int]] = {}
        self.begun: set[int] = set()
        self.delta: dict[Key, int] = {}
        self.covered = self.plan.covered
        self.adds_out: Part | None = None
        self.size = 0
        self.homes = {
            member.home: (group, rows)
            for group in self.plan.groups
            for member, rows in zip(group.members, group.rows, strict=True)
        }

    def _new(self, room: Room | None = None) -> int:
        self.slots += 1
        if room is not None:
            self.rooms[self.slots - 1] = room
        return self.slots - 1

    def _target(self, place: int) -> int:
        """Return the slot where the gradient on a node is gathered."""
        if place not in self.on:
            self.on[place] = self._room(place)
        return self.on[place]

    def _room(self, place: int) -> int:
        node = self.graph[place]
        if isinstance(node.operator, Leaf):
            if not self._is_first(node.operator):
                self.begun.add(place)
            return self._new(Part.of(self.step, node.operator.name, node.operator.delay))
        if place in self.homes:
            group, rows = self.homes[place]
            return self._new(Rows(self._delta(group), rows))
        return self._new(Own(self.step.shapes[place], self._reads_early(place)))

    def _delta(self, group: Group) -> int:
        """Return the slot of the gradient on the products of a group."""
        if group.key not in self.delta:
            self.delta[group.key] = self._new(Own((group.size,), True, zero=True))
        return self.delta[group.key]

    def _is_first(self, leaf: Leaf) -> bool:
        """Return whether nothing has reached the states of so long ago before this step does."""
        state = next(one for one in self.step.recurrence.states if one.name == leaf.name)
        is_out = self.adds_out is not None and self.adds_out.name == state.name
        alone = [node.operator for node in self.graph].count(leaf) == 1
        return alone and not self.entering and not is_out and leaf.delay == max(state.delays)

    def _reads_early(self, place: int) -> bool:
        return any(self.graph[one].stage in (ONCE, AHEAD) for one in self.graph[place].args)

    def _keeps(self, place: int) -> bool:
        """Return whether the gradient on a node has a place of its own."""
        return isinstance(self.graph[place].operator, Leaf) or self._reads_early(place) or place in self.homes

    def _is_alone(self, place: int, arg: int) -> bool:
        """Return whether nothing but a node hands an argument a gradient, which needs no place of its own."""
        fresh = arg not in self.on and arg not in self.begun
        return fresh and self.plan.users[arg] == (place,) and not self._keeps(arg)

    def _give(self, place: int, make: Into, args: list[int]) -> None:
        """Write ``make(*args)`` to the gradient on a node, or add it where it is not the first.

        The gradient on a state as such is left as it is: the step goes on from a copy.
        """
        seed = self.seeds.pop(place, None)
        target = self._target(place)
        before = seed if seed is not None else target
        if place not in self.begun:
            self.begun.add(place)
            self.calls.append(Call(make, tuple(args), target))
        elif make is np.positive:
            self.calls.append(Call(np.add, (before, *args), target))
        elif make is np.negative:
            self.calls.append(Call(np.subtract, (before, *args), target))
        else:
            made = self._new(Own(self.step.shapes[place], False))
            self.calls.append(Call(make, tuple(args), made))
            self.calls.append(Call(np.add, (before, made), target))

    def _plain(self, place: int) -> int:
        """Return the slot of the gradient on a node, made now if it was a factor's until here."""
        if place in self.lazy:
            g, factor = self.lazy.pop(place)
            self.on[place] = self._new(Own(self.step.shapes[place], False))
            self.calls.append(Call(np.multiply, (g, factor), self.on[place]))
        return self.on[place]

    def _times(self, place: int, arg: int, by: int, rows: slice | None = None) -> None:
        """Hand an argument the gradient on a node times a factor."""
        if place in self.lazy:
            g, earlier = self.lazy[place]
            by = self._product(earlier, by, rows, arg)
        else:
            g = self.on[place]
            by = by if rows is None else self._product(None, by, rows, arg)
        if self._is_alone(place, arg):
            self.lazy[arg] = g, by
            self.begun.add(arg)
        else:
            self._give(arg, np.multiply, [g, by])

    def _product(self, left: int | None, right: int, rows: slice | None, place: int) -> int:
        self.size += prod(self.step.shapes[place])
        out = self._new()
        self.factors.append(Factor(left, right, rows, len(self.step.shapes[place]), out))
        return out

    def _settle(self, place: int) -> None:
        """Let the gradient on a state be that on its node, where the step itself adds nothing to it."""
        if place in self.seeds:
            self.on[place] = self.seeds.pop(place)

    def _slope(self, name: str, args: tuple[int, ...], which: int, place: int) -> int | None:
        slopes = FUNCTIONS[name].slopes
        if slopes(*[np.ones(1) for _ in args])[which] is None:
            return None
        return self._factor(slopes, args, which, self.step.shapes[place])

    def _factor(
        self,
        slopes: Slopes,
        args: tuple[int, ...],
        which: int,
        shape: tuple[int, ...],
    ) -> int:
        self.size += prod(shape)
        out = self._new()
        self.factors.append(Slope(slopes, args, which, len(shape), out))
        return out
