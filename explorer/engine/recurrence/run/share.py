"""What the steps of a leg share of a gradient: weights, and what the input alone decides, summed in one product each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import NUMBER, ONCE, STEP, Graph, Leaf, Node
from explorer.engine.recurrence.readings.pull import Gradients, add, as_given, carry, enter, folded, hand_on
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.run.forward import Stretch
from explorer.engine.recurrence.run.laid import Laid
from explorer.engine.recurrence.run.plan import Ahead, Driven, Group, Key, Plan, plan
from explorer.engine.recurrence.run.track import whole


@dataclass(frozen=True, slots=True)
class Shared:
    """A leg with the gradients that its steps left.

    ``on`` holds those on nodes, ``delta`` those on the products of a group by its key, ``late`` what late nodes hand on;
    ``g_out`` (T, …, n) and ``g`` (T, …, N) are those on what the layer gives out and on the states that the steps made.
    """

    stretch: Stretch
    on: Mapping[int, Floats]
    delta: Mapping[Key, Floats]
    late: Gradients
    g_out: Floats
    g: Floats
    inputs: bool

    @property
    def _step(self) -> Step:
        return self.stretch.step

    @property
    def _graph(self) -> Graph:
        return self.stretch.step.recurrence.graph

    @property
    def _plan(self) -> Plan:
        return plan(self.stretch.step)

    def reached(self) -> Gradients:
        """Return the gradients on the nodes that no state moves; those of weights alone are not handed on yet."""
        reached = {place: g for place, g in self.late.items() if self._graph[place].stage < STEP}
        found = values_of(self.stretch)
        for group in self._plan.groups:
            if group.key in self.delta:
                self._share(group, reached, found)
        for place, g in self.on.items():
            self._hand_on(self._graph[place], found, reached, g)
        self._enter(reached, found)
        self._ahead(reached, found)
        return reached

    def _enter(self, reached: Gradients, found: list[Floats]) -> None:
        """Add what enters at nodes that are known before the state is."""
        ends = zip(self._step.recurrence.states, self._step.recurrence.next, strict=True)
        for state, place in ends:
            if self._graph[place].stage < STEP:
                enter(self._step, reached, place, self._step.part(self.g, state.name), found[place])
        if self._graph[self._step.recurrence.out].stage < STEP:
            enter(self._step, reached, self._step.recurrence.out, self.g_out, found[self._step.recurrence.out])

    def _ahead(self, reached: Gradients, found: list[Floats]) -> None:
        """Hand on the gradients of what the input alone decides."""
        for item in reversed(self.stretch.program.early):
            if isinstance(item, Ahead):
                self._share_ahead(item, reached, found)
            elif item in self._plan.folded:
                continue
            else:
                carry(self._step, found, reached, [item])

    def _hand_on(self, node: Node, found: list[Floats], reached: Gradients, g: Floats) -> None:
        for which, arg in enumerate(node.args):
            if self._graph[arg].stage in (NUMBER, STEP):
                continue
            handed = hand_on(self._step, node, which, found, g)
            if handed is not None:
                add(reached, arg, handed)

    def _share(self, group: Group, reached: Gradients, found: list[Floats]) -> None:
        """Add the gradients on a group's matrices and on what is added to their products."""
        delta, v, stacked = self.delta[group.key], found[group.operand], self.stretch.laid.stacked[group.key]
        by = products(delta, v, stacked.shape)
        for member, rows in zip(group.members, group.rows, strict=True):
            add(reached, member.matrix, by[..., rows, :])
        if group.key in self._plan.driven:
            self._drive(group, self._plan.driven[group.key], reached, found)
            return
        for member, rows in zip(group.members, group.rows, strict=True):
            if member.addend is not None:
                self._addend(member.addend, delta[..., rows], reached, found)

    def _addend(self, place: int, g: Floats, reached: Gradients, found: list[Floats]) -> None:
        """Add the gradient on what is added to a product."""
        stage = self._graph[place].stage
        if place in self._plan.folded:
            self._hand_on(self._graph[place], found, reached, g)
        elif stage > NUMBER:
            add(reached, place, folded(g, found[place].shape) if stage == ONCE else g)

    def _drive(self, group: Group, driven: Driven, reached: Gradients, found: list[Floats]) -> None:
        """Add the gradients on the matrices that drive a group, on its biases and on the vector that drives it."""
        delta, (matrix, bias) = self.delta[group.key], self.stretch.laid.driving[group.key]
        by, summed = products(delta, found[driven.operand], matrix.shape), folded(delta, bias.shape)
        for place, own, rows in zip(driven.matrices, driven.biases, group.rows, strict=True):
            add(reached, place, by[..., rows, :])
            add(reached, own, summed[..., rows])
        if self._asks(driven.operand):
            add(reached, driven.operand, _back(delta, matrix))

    def _share_ahead(self, ahead: Ahead, reached: Gradients, found: list[Floats]) -> None:
        """Add the gradients on matrices that multiply one vector which needs no state, and on that vector."""
        for place in ahead.products:
            if place not in reached:
                continue
            arg = self._graph[place].args[0]
            add(reached, arg, products(reached[place], found[ahead.operand], found[arg].shape))
            if self._asks(ahead.operand):
                add(reached, ahead.operand, _back(reached[place], found[arg]))

    def _asks(self, operand: int) -> bool:
        return self.inputs or not isinstance(self._graph[operand].operator, Leaf)

    def given(self, reached: Gradients, into: Floats) -> None:
        """Add the gradients on the inputs to those on x_1..x_T, (T, …, m); one that is read later gathers from there."""
        first, steps = self.stretch.first, self.stretch.steps
        rows = slice(self.stretch.lead[-1])
        for place, node in enumerate(self._graph):
            if isinstance(node.operator, Leaf) and node.operator.kind == "x" and place in reached:
                delay, g = node.operator.delay, reached[place]
                start = max(0, first - delay)
                late = start - (first - delay)
                if late < steps:
                    into[start : first - delay + steps, ..., rows, : self._step.inputs] += g[late:]


def late(stretch: Stretch, g_out: Floats) -> Gradients:
    """Return the gradients on all nodes that late ones are made of, from those on what the layer gives out (T, …, n)."""
    step = stretch.step
    if step.recurrence.out not in stretch.program.late:
        return {}
    reached: Gradients = {step.recurrence.out: g_out}
    carry(step, values_of(stretch), reached, reversed(stretch.program.late))
    return reached


def values_of(stretch: Stretch) -> Values:
    """Return the values of the nodes, and of the other slots, at all steps."""
    return [cast(Floats, None) if track is None else whole(track) for track in stretch.tracks]


def products(g: Floats, v: Floats, shape: tuple[int, ...]) -> Floats:
    """Return Σ g vᵀ over what the matrix of this shape is shared by: steps and sequences."""
    if len(shape) == 2:
        return g.reshape(-1, g.shape[-1]).T @ v.reshape(-1, v.shape[-1])
    v = np.broadcast_to(v, (*g.shape[:-1], v.shape[-1]))
    return folded(g[..., :, None] * v[..., None, :], shape)


def _back(g: Floats, matrix: Floats) -> Floats:
    """Return the gradient on the vector that a matrix multiplied."""
    return g @ (matrix if matrix.ndim == 2 else matrix[..., 0, :, :])


def on_weights(laid: Laid, reached: Gradients) -> dict[str, Floats]:
    """Return the gradients on the weights by name, from those on all nodes that weights alone decide."""
    step = laid.step
    found = [cast(Floats, None) if value is None else value.array for value in laid.values]
    carry(step, found, reached, reversed(step.order(ONCE)))
    gradients = {}
    for place, node in enumerate(step.recurrence.graph):
        if isinstance(node.operator, Leaf) and node.operator.kind == "weight":
            g = reached.get(place)
            g = np.zeros_like(found[place]) if g is None else g.astype(found[place].dtype, copy=False)
            gradients[node.operator.name] = as_given(g, len(node.shape))
    return gradients
