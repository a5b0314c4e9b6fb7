"""A recurrence run back through time: the pull over T steps, by the plan.

Slopes are worked out for all steps at once; each step then carries the gradient by products and additions alone, into arrays
laid out before. What reaches weights and inputs is kept for all steps and summed in one product at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import adjoint, contract
from explorer.engine.recurrence.expressions.expression import (
    AHEAD,
    ONCE,
    STEP,
    Contraction,
    Leaf,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.pull import full
from explorer.engine.recurrence.run.plan import Group, Key, plan
from explorer.engine.recurrence.run.roll import Roll, Still, Track, call, whole
from explorer.engine.recurrence.run.share import Shared

Call = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Unrolled:
    """The gradients on weights by name, on s_0 (…, N), on x (T, …, m) if asked for, and on s_0..s_T (T+1, …, N) in all."""

    weights: Mapping[str, Floats]
    s0: Floats
    x: Floats | None
    s: Floats


def unroll(
    run: Roll,
    g_out: Floats,
    g_s: Floats | None = None,
    detached: Collection[int] = (),
    inputs: bool = False,
) -> Unrolled:
    """Return the gradients from ``g_out`` (T, …, n) on what the layer gives out and ``g_s`` (T, …, N) on s_1..s_T.

    Nothing comes back into s_t, nor past it, from later steps where t is ``detached``.
    """
    single = run.s.ndim == 2
    if single:
        g_out, g_s = g_out[:, None], None if g_s is None else g_s[:, None]
    with np.errstate(all="ignore"):
        found = _Back(run, g_out, g_s, detached, inputs).made()
    if not single:
        return found
    return Unrolled(found.weights, found.s0[0], None if found.x is None else found.x[:, 0], found.s[:, 0])


class _Back:
    """One run back while it is made."""

    def __init__(self, run: Roll, g_out: Floats, g_s: Floats | None, detached: Collection[int], inputs: bool) -> None:
        self.run, self.step, self.graph = run, run.step, run.step.recurrence.graph
        self.plan, self.T, self.lead = plan(run.step), len(g_out), run.lead
        self.past = len(run.history) - self.T - 1
        self.detached, self.inputs = frozenset(detached), inputs
        self.g = np.zeros_like(run.history)
        self.on: dict[int, Track] = {}
        self.begun: set[int] = set()
        self.delta: dict[Key, Floats] = {}
        self.covered = self.plan.covered
        self._enter(g_out, g_s)
        self.entered = self.g.copy() if self.detached else self.g

    def made(self) -> Unrolled:
        """Return the gradients."""
        calls = self._seeds()
        for item in reversed(self.plan.program):
            calls += self._group(item) if isinstance(item, Group) else self._node(item)
        for t in reversed(range(self.T)):
            if t + 1 in self.detached:
                self.g[: self.past + t + 2] = self.entered[: self.past + t + 2]
            for one in calls:
                one(t)
        shared = Shared(self.run, self.on, self.delta, self.g_out, self.g[self.past + 1 :], self.inputs)
        reached = shared.reached()
        x = shared.given(reached) if self.inputs else None
        return Unrolled(shared.weights(reached), self.g[self.past], x, self.g[self.past :])

    # ---- where gradients enter

    def _enter(self, g_out: Floats, g_s: Floats | None) -> None:
        """Add what comes from outside, and let the vectors that become states gather it in the states' own rows."""
        if g_s is not None:
            self.g[self.past + 1 :] += g_s
        ends = self.step.recurrence.next
        for state, place in zip(self.step.recurrence.states, ends, strict=True):
            own = self.graph[place].stage == STEP and not isinstance(self.graph[place].operator, Leaf)
            if own and ends.count(place) == 1:
                self.on[place] = self._rows(state.name, self.past + 1)
                self.begun.add(place)
        out = self.step.recurrence.out
        if out in self.on:
            self.on[out][...] += g_out
        self.g_out = g_out

    def _seeds(self) -> list[Call]:
        """Return the calls that hand the gradients of states and output to the nodes which don't share their rows."""
        calls: list[Call] = []
        for state, place in zip(self.step.recurrence.states, self.step.recurrence.next, strict=True):
            if place not in self.on:
                calls += self._seed(place, self._rows(state.name, self.past + 1))
        out = self.step.recurrence.out
        if out not in self.on or out not in self.step.recurrence.next:
            calls += self._seed(out, self.g_out)
        return calls

    def _seed(self, place: int, g: Floats) -> list[Call]:
        return self._give(place, np.positive, [g]) if self.graph[place].stage == STEP else []

    def _rows(self, name: str, first: int) -> Floats:
        """Return the gradients on a part of the state from a row of the history on, in its shape, as a view."""
        part = self.g[first : first + self.T, ..., self.step.parts[name]]
        return part.reshape(*part.shape[:-1], *self.step.state_shape(name))

    # ---- one step, last node first

    def _target(self, place: int) -> Track:
        """Return where the gradient on a node is gathered."""
        if place in self.on:
            return self.on[place]
        node = self.graph[place]
        if isinstance(node.operator, Leaf):
            self.on[place] = self._rows(node.operator.name, self.past + 1 - node.operator.delay)
            self.begun.add(place)
        elif any(self.graph[arg].stage in (ONCE, AHEAD) for arg in node.args):
            self.on[place] = np.empty((self.T, *self.lead, *self.step.shapes[place]), self.g.dtype)
        else:
            self.on[place] = Still(np.empty((*self.lead, *self.step.shapes[place]), self.g.dtype))
        return self.on[place]

    def _give(self, place: int, make: Callable[..., Floats], args: Sequence[Track]) -> list[Call]:
        """Return the call that adds ``make(*args)`` to the gradient on a node, or writes it where it is the first."""
        target = self._target(place)
        if place in self.begun:
            return [call(lambda *now: _gather(make(*now[:-1]), now[-1]), args, target)]
        self.begun.add(place)
        return [call(lambda *now: _write(make(*now[:-1]), now[-1]), args, target)]

    def _multiply(self, place: int, g: Track, by: Track) -> list[Call]:
        target = self._target(place)
        if place in self.begun:
            return self._give(place, np.multiply, [g, by])
        self.begun.add(place)
        return [call(np.multiply, [g, by], target)]

    def _node(self, place: int) -> list[Call]:
        """Return the calls of a node, none where no gradient reaches it, as what a comparison reads."""
        node = self.graph[place]
        calls: list[Call] = []
        if place not in self.begun:
            return calls
        for which, arg in enumerate(node.args):
            if self.graph[arg].stage == STEP:
                calls += self._argument(place, node, which)
        return calls

    def _argument(self, place: int, node: Node, which: int) -> list[Call]:
        """Return the calls that hand a node's gradient to one of its arguments."""
        g, arg, tracks = self._target(place), node.args[which], self.run.tracks
        match node.operator:
            case Sum(signs=signs):
                return self._pass(place, arg, signs[which])
            case Contraction(labels=(a, b), out=out) if a == b == out:
                return self._multiply(arg, g, tracks[node.args[1 - which]])
            case Contraction() as rule:
                back = adjoint(rule, which)
                others = [tracks[other] for spot, other in enumerate(node.args) if spot != which]
                shape = self.step.shapes[arg]
                return self._give(arg, lambda *now: full(contract(back, *now), shape), [*others, g])
            case Pointwise(name=name):
                slope = FUNCTIONS[name].slopes(*(whole(tracks[one]) for one in node.args))[which]
                return [] if slope is None else self._multiply(arg, g, self._along(slope, len(node.shape)))
            case Reduction(name=name):
                slope = MEASURES[name].slope(whole(tracks[arg]))
                return self._give(arg, lambda now, by: now[..., None] * by, [g, slope])
        raise TypeError(node.operator)

    def _along(self, slope: Floats, rank: int) -> Track:
        """Return slopes as a track."""
        return slope if np.ndim(slope) == 1 + len(self.lead) + rank else Still(slope)

    def _pass(self, place: int, arg: int, sign: int) -> list[Call]:
        """Hand on a gradient as it is; an argument that nothing else reads shares the array."""
        if sign > 0 and arg not in self.on and self.plan.users[arg] == (place,) and not self._keeps(arg):
            self.on[arg] = self._target(place)
            self.begun.add(arg)
            return []
        if sign > 0 and arg in self.begun:
            target = self.on[arg]
            if not isinstance(self.graph[arg].operator, Leaf):
                return [call(lambda g, into: np.add(into, g, into), [self._target(place)], target)]
        return self._give(arg, np.positive if sign > 0 else np.negative, [self._target(place)])

    def _keeps(self, arg: int) -> bool:
        """Return whether the gradient on a node has a place of its own."""
        node = self.graph[arg]
        early = any(self.graph[one].stage in (ONCE, AHEAD) for one in node.args)
        return isinstance(node.operator, Leaf) or early or arg in self.covered

    def _group(self, group: Group) -> list[Call]:
        """Return the calls of a group: its functions' slopes, and one product with all its matrices."""
        delta = np.zeros((self.T, *self.lead, group.size), self.g.dtype)
        self.delta[group.key] = delta
        calls: list[Call] = []
        if not any(end in self.begun for member in group.members for end in (member.home, member.function)):
            return calls
        for name, places in group.bundles(self.graph):
            calls += self._bundle(group, name, places, delta)
        for member, rows in zip(group.members, group.rows, strict=True):
            if member.function is None and member.home in self.begun:
                calls.append(call(_write, [self._target(member.home)], delta[..., rows]))
        matrix = self.run.stacked[group.key]
        flat = Still(matrix if matrix.ndim == 2 else matrix[..., 0, :, :])
        return calls + self._give(group.operand, np.matmul, [delta, flat])

    def _bundle(self, group: Group, name: str, places: list[int], delta: Floats) -> list[Call]:
        calls: list[Call] = []
        for place in places:
            member, rows = group.members[place], group.rows[place]
            if member.function not in self.begun:
                continue
            (slope,) = FUNCTIONS[name].slopes(whole(self.run.tracks[member.home]))
            calls.append(call(np.multiply, [self._target(member.function), slope], delta[..., rows]))
        return calls


def _gather(g: Floats, into: Floats) -> None:
    into += g


def _write(g: Floats, into: Floats) -> None:
    into[...] = g
