"""The calls of a step on the way forward, by the plan: written once for a step, whatever the weights and the sequences.

Nodes have the slots of their numbers; other arrays have the slots after them. A value that nothing asks for on the way back
has no array for each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import cast

import numpy as np

from explorer.engine.recurrence.expressions.expression import (
    AHEAD,
    Contraction,
    Leaf,
    Operator,
    Pointwise,
    Reduction,
)
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.run.calls import written
from explorer.engine.recurrence.run.plan import Ahead, Group, Key, Plan, plan
from explorer.engine.recurrence.run.track import Call, Number, Own, Part, Rows, Spread


@dataclass(frozen=True, slots=True)
class Matrix:
    """A slot that holds the matrices of a group, turned."""

    key: Key


@dataclass(frozen=True, slots=True)
class Drive:
    """A slot that holds what is added to the products of a group, side by side."""

    group: Group


Room = Own | Rows | Part | Spread | Number | Matrix | Drive


@dataclass(frozen=True, slots=True)
class Program:
    """What is done before the first step (``early``, in order), which arrays there are, and what is done at each step.

    ``late`` are the nodes that are worked out after the last step, for all at once. ``sums`` holds the slots of what the
    groups make, by their key. ``kept`` is how many numbers a step of a sequence keeps, ``held`` with those of late nodes;
    ``out`` tells the part of the state that the layer gives out, None if it gives out something else.
    """

    early: tuple[int | Ahead, ...]
    rooms: tuple[tuple[int, Room], ...]
    calls: tuple[Call, ...]
    late: tuple[int, ...]
    sums: Mapping[Key, int]
    kept: int
    held: int
    slots: int
    out: Part | None


@lru_cache(maxsize=64)
def program(step: Step) -> Program:
    """Return the calls of a step."""
    return _Writing(step).done()


class _Writing:
    """A program while it is written."""

    def __init__(self, step: Step) -> None:
        self.step, self.graph, self.plan = step, step.recurrence.graph, plan(step)
        self.rooms: list[tuple[int, Room]] = []
        self.calls: list[Call] = []
        self.sums: dict[Key, int] = {}
        self.slots = len(self.graph)

    def done(self) -> Program:
        """Return the program."""
        for item in self.plan.program:
            self._group(item) if isinstance(item, Group) else self._node(item)
        rooms = dict(self.rooms)
        states = zip(self.step.recurrence.states, self.step.recurrence.next, strict=True)
        for end, place in ((Part.of(self.step, state.name), place) for state, place in states):
            if rooms.get(place) != end:
                self.calls.append(Call(np.positive, (place,), self._new(end)))
        kept = sum(prod(self._shape(room)) for _, room in self.rooms)
        out = rooms.get(self.step.recurrence.out)
        part = out if isinstance(out, Part) and out.delay == 0 else None
        return Program(
            _early(self.step, self.plan), tuple(self.rooms), tuple(self.calls), self.plan.late, self.sums, kept,
            kept + sum(prod(self.step.shapes[place]) for place in self.plan.late), self.slots, part,
        )  # fmt: skip

    @staticmethod
    def _shape(room: Room) -> tuple[int, ...]:
        """Return the shape of what a room keeps of each step."""
        if isinstance(room, Own) and room.kept:
            return room.shape
        return (room.group.size,) if isinstance(room, Drive) else (0,)

    def _new(self, room: Room) -> int:
        self.slots += 1
        self.rooms.append((self.slots - 1, room))
        return self.slots - 1

    def _node(self, place: int) -> None:
        node = self.graph[place]
        if isinstance(node.operator, Leaf):
            self.rooms.append((place, Part.of(self.step, node.operator.name, node.operator.delay)))
            return
        self.rooms.append((place, self._room(place)))
        self._apply(node.operator, node.args, place)

    def _room(self, place: int) -> Room:
        """Return where a node's values go: into the next state itself where it is one."""
        for state, end in zip(self.step.recurrence.states, self.step.recurrence.next, strict=True):
            if end == place:
                return Part.of(self.step, state.name)
        return Own(self.step.shapes[place], self._is_read_back(place))

    def _is_read_back(self, place: int) -> bool:
        """Return whether the way back asks for a node's value, a late node does, or the layer gives it out."""
        users = self.plan.users[place]
        readers = [self.graph[user].operator for user in users if user >= 0]
        return (
            place == self.step.recurrence.out
            or not set(users).isdisjoint(self.plan.late)
            or any(
                isinstance(one, (Pointwise, Reduction)) or (isinstance(one, Contraction) and len(one.labels) > 1)
                for one in readers
            )
        )

    def _apply(self, operator: Operator, args: tuple[int, ...], out: int) -> None:
        """Write the calls of an operator."""
        self.calls.extend(written(operator, args, out, self._new))

    def _group(self, group: Group) -> None:
        matrix = self._new(Matrix(group.key))
        if group.added:
            sums, product = self._new(Drive(group)), self._new(Own((group.size,), False))
            self.calls.append(Call(np.matmul, (group.operand, matrix), product))
            self.calls.append(Call(np.add, (sums, product), sums))
        else:
            sums = self._new(Own((group.size,), True))
            self.calls.append(Call(np.matmul, (group.operand, matrix), sums))
        self.sums[group.key] = sums
        for member, rows in zip(group.members, group.rows, strict=True):
            self.rooms.append((member.home, Rows(sums, rows)))
        for name, places in group.bundles(self.graph):
            self._bundle(group, name, places, sums)

    def _bundle(self, group: Group, name: str, places: list[int], sums: int) -> None:
        functions = [cast(int, group.members[place].function) for place in places]
        rows = group.span(places)
        if len(functions) == 1:
            made = functions[0]
            self.rooms.append((made, self._room(made)))
        else:
            made = self._new(Own((rows.stop - rows.start,), True))
        self._apply(Pointwise(name), (self._new(Rows(sums, rows)),), made)
        if len(functions) > 1:
            for place, function in zip(places, functions, strict=True):
                own = group.rows[place]
                self.rooms.append((function, Rows(made, slice(own.start - rows.start, own.stop - rows.start))))


def _early(step: Step, found: Plan) -> tuple[int | Ahead, ...]:
    """Return what is worked out for all steps at once, in order: nodes, and products that are one."""
    order: list[int | Ahead] = []
    driven = {product for one in found.driven.values() for product in one.products}
    by_product = {product: ahead for ahead in found.aheads for product in ahead.products}
    for place in step.order(AHEAD):
        if place in found.folded or place in driven:
            continue
        item = by_product.get(place, place)
        if item not in order:
            order.append(item)
    return tuple(order)
