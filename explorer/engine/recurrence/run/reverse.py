"""The calls of a step on the way back, by the plan: written once for a step, whatever the weights and the sequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import adjoint
from explorer.engine.recurrence.expressions.expression import (
    STEP,
    Contraction,
    Leaf,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.run.calls import contraction
from explorer.engine.recurrence.run.gathering import Factor, Gathering, Given, Room, Slope, Stacked
from explorer.engine.recurrence.run.plan import Group, Key
from explorer.engine.recurrence.run.track import Call, Number, Own, Part, Rows, Spread


@dataclass(frozen=True, slots=True)
class Reverse:
    """Which arrays there are on the way back, the factors in order, and what is done at each step.

    ``early`` holds the slots of the gradients on nodes that are made of what is known earlier too, ``delta`` those on the
    products of the groups by key. ``adds_out`` tells the part of the state that is given out and is a node of the step: its
    gradient takes in the output's; ``equals_out`` one that is given out and takes it in afterwards. A step's factors are
    ``size`` numbers a sequence, what it keeps are ``kept``; ``used`` are the slots that calls and factors read or write.
    """

    rooms: tuple[tuple[int, Room], ...]
    factors: tuple[Slope | Factor, ...]
    calls: tuple[Call, ...]
    early: Mapping[int, int]
    delta: Mapping[Key, int]
    adds_out: Part | None
    equals_out: Part | None
    slots: int
    size: int
    kept: int
    used: tuple[int, ...]


@lru_cache(maxsize=128)
def reverse(step: Step, entering: bool) -> Reverse:
    """Return the calls of a step back; ``entering`` says whether gradients enter at the states from outside too."""
    with np.errstate(all="ignore"):
        return _Writing(step, entering).done()


class _Writing(Gathering):
    """The calls while they are written, last node first."""

    def done(self) -> Reverse:
        """Return the calls."""
        ends, out = self.step.recurrence.next, self.step.recurrence.out
        parts = dict(zip((state.name for state in self.step.recurrence.states), ends, strict=True))
        for name, place in parts.items():
            own = self.graph[place].stage == STEP and not isinstance(self.graph[place].operator, Leaf)
            if own and ends.count(place) == 1:
                self.seeds[place] = self._new(Part.of(self.step, name))
                self.begun.add(place)
        self.adds_out = next(
            (Part.of(self.step, name) for name, place in parts.items() if place == out and place in self.seeds), None
        )
        for name, place in parts.items():
            if place not in self.seeds:
                self._seed(place, self._new(Part.of(self.step, name)))
        if self.adds_out is None:
            for place in self.plan.read if out in self.plan.late else (out,):
                self._seed(place, self._new(Given(place)))
        for item in reversed(self.plan.program):
            self._group(item) if isinstance(item, Group) else self._node(item)
        return self._written()

    def _written(self) -> Reverse:
        reads = {slot for call in self.calls for slot in (*call.args, call.out)}
        for factor in self.factors:
            args = factor.args if isinstance(factor, Slope) else (factor.left, factor.right)
            reads.update(arg for arg in args if arg is not None)
        made = {factor.out for factor in self.factors}
        early = {
            place: slot
            for place, slot in self.on.items()
            if place not in self.covered and place in self.begun and self._reads_early(place)
        }
        kept = sum(prod(room.shape) for room in self.rooms.values() if isinstance(room, Own) and room.kept)
        return Reverse(
            tuple(self.rooms.items()),
            tuple(self.factors),
            tuple(self.calls),
            early,
            self.delta,
            self.adds_out,
            self._equals_out(),
            self.slots,
            self.size,
            kept,
            tuple(sorted(reads - made)),
        )

    def _equals_out(self) -> Part | None:
        """Return the part of the state that is given out, where the output's gradient goes to its node by itself."""
        states = zip(self.step.recurrence.states, self.step.recurrence.next, strict=True)
        named = next(
            (Part.of(self.step, state.name) for state, place in states if place == self.step.recurrence.out), None
        )
        return named if self.adds_out is None else None

    def _seed(self, place: int, g: int) -> None:
        if self.graph[place].stage == STEP:
            self._give(place, np.positive, [g])

    def _node(self, place: int) -> None:
        """Hand on the gradient on a node, if one reaches it; none reaches what a comparison reads."""
        self._settle(place)
        if place in self.begun and place not in self.covered:
            for which, arg in enumerate(self.graph[place].args):
                if self.graph[arg].stage == STEP:
                    self._argument(place, self.graph[place], which)

    def _argument(self, place: int, node: Node, which: int) -> None:
        arg = node.args[which]
        match node.operator:
            case Sum(signs=signs):
                self._pass(place, arg, signs[which])
            case Contraction(labels=(a, b), out=out) if a == b == out:
                self._times(place, arg, node.args[1 - which])
            case Contraction(labels=labels, out=out) as rule if (
                len(labels) == 2 and not rule.summed and labels[which] == out
            ):
                self._times(place, arg, self._new(Spread(node.args[1 - which], labels[1 - which], out)))
            case Contraction() as rule:
                self._contract(
                    adjoint(rule, which), place, arg, [other for spot, other in enumerate(node.args) if spot != which]
                )
            case Pointwise(name=name):
                if (slope := self._slope(name, node.args, which, place)) is not None:
                    self._times(place, arg, slope)
            case Reduction(name=name):
                slope = self._factor(lambda value: (MEASURES[name].slope(value),), (arg,), 0, self.step.shapes[arg])
                self._give(arg, _scaling, [self._plain(place), slope])
            case _:
                raise TypeError(node.operator)

    def _contract(self, rule: Contraction, place: int, arg: int, others: list[int]) -> None:
        """Hand an argument of a product the gradient on the product times the other one, over their axes."""
        args = (*others, self._plain(place))
        target = None if arg in self.seeds else self._target(arg)
        if target is not None and arg not in self.begun:
            self.begun.add(arg)
            self.calls.append(contraction(rule, args, target, self._new))
        else:
            made = self._new(Own(self.step.shapes[arg], False))
            self.calls.append(contraction(rule, args, made, self._new))
            self._give(arg, np.positive, [made])

    def _pass(self, place: int, arg: int, sign: int) -> None:
        """Hand on a gradient as it is; an argument that nothing else reads shares it."""
        if self._is_alone(place, arg) and place in self.lazy:
            g, factor = self.lazy[place]
            self.lazy[arg] = g, factor if sign > 0 else self._product(factor, self._new(Number(-1.0)), None, arg)
            self.begun.add(arg)
        elif self._is_alone(place, arg) and sign > 0:
            self.on[arg] = self._plain(place)
            self.begun.add(arg)
        elif self._is_alone(place, arg):
            self.lazy[arg] = self.on[place], self._new(Number(-1.0))
            self.begun.add(arg)
        else:
            self._give(arg, np.positive if sign > 0 else np.negative, [self._plain(place)])

    def _group(self, group: Group) -> None:
        """Carry a gradient through a group: its functions' slopes, and one product with all its matrices."""
        reached = [place for member in group.members for place in (member.home, member.function) if place in self.begun]
        if not reached:
            return
        delta = self._delta(group)
        for _, places in group.bundles(self.graph):
            self._bundle(group, places)
        for member, rows in zip(group.members, group.rows, strict=True):
            if member.home in self.seeds:
                self.calls.append(Call(np.positive, (self.seeds.pop(member.home),), self._new(Rows(delta, rows))))
        if all(member.home in self.begun for member in group.members):
            self.rooms[delta] = Own((group.size,), True)
        self._give(group.operand, np.matmul, [delta, self._new(Stacked(group.key))])

    def _bundle(self, group: Group, places: list[int]) -> None:
        """Hand the gradients on functions that stand side by side to their arguments; their slopes are one factor."""
        functions = [(place, cast(int, group.members[place].function)) for place in places]
        functions = [(place, function) for place, function in functions if function in self.begun]
        for _, function in functions:
            self._settle(function)
        if not functions:
            return
        span = group.span(places)
        z = self._new(Rows(self.forward.sums[group.key], span))
        name = cast(Pointwise, self.graph[functions[0][1]].operator).name
        slope = self._factor(FUNCTIONS[name].slopes, (z,), 0, (span.stop - span.start,))
        for place, function in functions:
            own = group.rows[place]
            rows = slice(own.start - span.start, own.stop - span.start)
            self._times(function, group.members[place].home, slope, None if len(places) == 1 else rows)


def _scaling(g: Floats, slope: Floats, out: Floats) -> None:
    np.multiply(g[..., None], slope, out)
