"""What all steps share of a gradient: weights, and what the input alone decides, summed in one product each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import AHEAD, NUMBER, ONCE, STEP, Graph, Leaf, Node
from explorer.engine.recurrence.readings.pull import Gradients, add, as_given, carry, enter, folded, hand_on
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.run.plan import Ahead, Group, Key, Plan, plan
from explorer.engine.recurrence.run.roll import Roll, Track, whole


@dataclass(frozen=True, slots=True)
class Shared:
    """A run with the gradients that its steps left.

    ``on`` holds those on nodes, ``delta`` those on the products of a group by its key; ``g_out`` (T, …, n) and ``g``
    (T, …, N) are those on what the layer gives out and on s_1..s_T.
    """

    run: Roll
    on: Mapping[int, Track]
    delta: Mapping[Key, Floats]
    g_out: Floats
    g: Floats
    inputs: bool

    @property
    def _step(self) -> Step:
        return self.run.step

    @property
    def _graph(self) -> Graph:
        return self.run.step.recurrence.graph

    @property
    def _plan(self) -> Plan:
        return plan(self.run.step)

    def reached(self) -> Gradients:
        """Return the gradients on the nodes that no state moves."""
        reached: Gradients = {}
        found = [cast(Floats, None) if track is None else whole(track) for track in self.run.tracks]
        for group in self._plan.groups:
            self._share(group, reached, found[group.operand])
        for place in self._step.moving():
            node = self._graph[place]
            if place in self.on and place not in self._plan.covered and not isinstance(node.operator, Leaf):
                self._hand_on(place, node, found, reached)
        self._enter(reached, found)
        self._ahead(reached, found)
        carry(self._step, found, reached, reversed(self._step.order(ONCE)))
        return reached

    def _enter(self, reached: Gradients, found: list[Floats]) -> None:
        """Add what enters at nodes that are known before the state is."""
        ends = zip(self._step.recurrence.states, self._step.recurrence.next, strict=True)
        entering = [(place, self._step.part(self.g, state.name)) for state, place in ends]
        for place, g in (*entering, (self._step.recurrence.out, self.g_out)):
            if self._graph[place].stage < STEP:
                enter(self._step, reached, place, g, found[place])

    def _ahead(self, reached: Gradients, found: list[Floats]) -> None:
        """Hand on the gradients of what the input alone decides."""
        firsts = {min(ahead.products): ahead for ahead in self._plan.aheads}
        products = {place for ahead in self._plan.aheads for place in ahead.products}
        for place in reversed(self._step.order(AHEAD)):
            if place not in products:
                carry(self._step, found, reached, [place])
            elif place in firsts:
                self._share_ahead(firsts[place], reached, found)

    def _hand_on(self, place: int, node: Node, found: list[Floats], reached: Gradients) -> None:
        for which, arg in enumerate(node.args):
            if self._graph[arg].stage in (NUMBER, STEP):
                continue
            handed = hand_on(self._step, node, which, found, whole(self.on[place]))
            if handed is not None:
                add(reached, arg, handed)

    def _share(self, group: Group, reached: Gradients, v: Floats) -> None:
        """Add the gradients on a group's matrices and on what is added to their products."""
        delta, matrix = self.delta[group.key], self.run.stacked[group.key]
        if matrix.ndim == 2:
            by = delta.reshape(-1, group.size).T @ v.reshape(-1, v.shape[-1])
        else:
            by = folded(delta[..., :, None] * v[..., None, :], matrix.shape)
        for member, rows in zip(group.members, group.rows, strict=True):
            add(reached, member.matrix, by[..., rows, :])
            if member.addend is not None and self._graph[member.addend].stage > NUMBER:
                g = delta[..., rows]
                once = self._graph[member.addend].stage == ONCE
                add(reached, member.addend, folded(g, whole(self.run.tracks[member.addend]).shape) if once else g)

    def _share_ahead(self, ahead: Ahead, reached: Gradients, found: list[Floats]) -> None:
        """Add the gradients on matrices that multiply one vector which needs no state, and on that vector."""
        graph, v = self._graph, found[ahead.operand]
        some = [place for place in ahead.products if place in reached]
        if not some:
            return
        matrices = [graph[place].args[0] for place in some]
        if any(found[matrix].ndim > 2 for matrix in matrices):
            carry(self._step, found, reached, some)
            return
        parts = [reached[place] for place in some]
        g = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
        by = g.reshape(-1, g.shape[-1]).T @ v.reshape(-1, v.shape[-1])
        ends = np.cumsum([found[matrix].shape[0] for matrix in matrices])[:-1]
        for matrix, part in zip(matrices, np.split(by, ends), strict=True):
            add(reached, matrix, part)
        if self.inputs or not isinstance(graph[ahead.operand].operator, Leaf):
            add(reached, ahead.operand, g @ np.concatenate([found[matrix] for matrix in matrices]))

    def weights(self, reached: Gradients) -> dict[str, Floats]:
        """Return the gradients on the weights by name."""
        found = {}
        for place, node in enumerate(self._graph):
            if isinstance(node.operator, Leaf) and node.operator.kind == "weight":
                g = reached.get(place)
                zero = np.zeros_like(self.run.tracks[place][0])
                found[node.operator.name] = as_given(zero if g is None else g, len(node.shape))
        return found

    def given(self, reached: Gradients) -> Floats:
        """Return the gradients on x_1..x_T; an input that is read later gathers from there."""
        T = len(self.g_out)
        x = np.zeros((T, *self.run.lead, self._step.inputs), self.g.dtype)
        for place, node in enumerate(self._graph):
            if isinstance(node.operator, Leaf) and node.operator.kind == "x" and place in reached:
                delay = node.operator.delay
                x[: T - delay] += reached[place][delay:]
        return x
