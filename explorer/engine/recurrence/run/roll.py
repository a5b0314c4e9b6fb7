"""A recurrence run through time: the value over T steps, by the plan.

What weights alone decide is worked out once, what the input decides for all steps at once, and each step runs a flat list of
calls that write into arrays laid out before. Arrays are time-major, (T, …, shape), with any axes between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract, spread
from explorer.engine.recurrence.expressions.expression import AHEAD, Contraction, Leaf, Operator, Pointwise, Sum
from explorer.engine.recurrence.readings.step import Step, Weights
from explorer.engine.recurrence.readings.value import applied
from explorer.engine.recurrence.run.plan import MATRIX_VECTOR, Ahead, Group, Key, plan

Into = Callable[..., object]
"""Writes a value into its last argument."""


@dataclass(frozen=True, slots=True)
class Still:
    """An array that is the same at all steps, told as one that has them."""

    array: Floats

    def __getitem__(self, step: int) -> Floats:
        return self.array


Track = Any
"""What has an array for each step: an array (T, …), or `Still`."""


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """What came of a run: ``s`` (T+1, …, N) from s_0, ``out`` (T, …, n), and the ``tracks`` of the nodes.

    ``history`` holds s with the older states before s_0 that delays read, ``inputs`` x with the zeros before x_1.
    """

    step: Step
    weights: Weights
    s: Floats
    out: Floats
    tracks: Sequence[Track]
    stacked: dict[Key, Floats]
    history: Floats
    inputs: Floats

    @property
    def lead(self) -> tuple[int, ...]:
        """Return the axes between time and unit, (1,) for a single sequence."""
        return self.history.shape[1:-1]


def roll(step: Step, weights: Weights, x: Floats, s0: Floats | None = None) -> Roll:
    """Return the run over the inputs x (T, …, m) from s0 (…, N), by default what the equations start from.

    All is worked out in the precision of x, float64 or float32; the weights should have the same.
    """
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    with np.errstate(all="ignore"):
        if x.ndim > 2:
            return _Run(step, weights, x, s0).made()
        one = _Run(step, weights, x[:, None], None if s0 is None else s0[None]).made()
        return replace(one, s=one.s[:, 0], out=one.out[:, 0])


class _Run:
    """One run while it is made."""

    def __init__(self, step: Step, weights: Weights, x: Floats, s0: Floats | None) -> None:
        self.step, self.graph, self.plan = step, step.recurrence.graph, plan(step)
        self.weights, self.T = weights, len(x)
        self.lead, self.dtype = x.shape[1:-1], x.dtype
        self.past = step.recurrence.longest_delay - 1
        self.history = np.empty((self.past + self.T + 1, *self.lead, step.N), x.dtype)
        self.history[: self.past + 1] = step.start()
        if s0 is not None:
            self.history[self.past] = s0
        before = max([0, *step.recurrence.input_delays])
        self.inputs = np.concatenate([np.zeros((before, *x.shape[1:]), x.dtype), x])
        self.tracks: list[Track] = [None] * len(self.graph)
        self.stacked: dict[Key, Floats] = {}

    def made(self) -> Roll:
        """Return the run."""
        for place in [*self.step.early(), *self.step.order(AHEAD)]:
            if self.tracks[place] is None and place not in self.plan.folded:
                self.tracks[place] = self._early(place)
        calls = [call for item in self.plan.program for call in self._calls(item)]
        calls += self._ends()
        for t in range(self.T):
            for call in calls:
                call(t)
        out = self.tracks[self.step.recurrence.out]
        shape = (self.T, *self.lead, *self.step.shapes[self.step.recurrence.out])
        whole = np.broadcast_to(out.array if isinstance(out, Still) else out, shape)
        return Roll(
            self.step,
            self.weights,
            self.history[self.past :],
            whole,
            self.tracks,
            self.stacked,
            self.history,
            self.inputs,
        )

    # ---- before the first step

    def _early(self, place: int) -> Track:
        """Return the track of a node that needs no state."""
        node = self.graph[place]
        if isinstance(node.operator, Leaf):
            return self._leaf(place, node.operator)
        for ahead in self.plan.aheads:
            if place in ahead.products:
                self._ahead(ahead)
                return self.tracks[place]
        value = applied(node.operator, [whole(self.tracks[arg]) for arg in node.args])
        if node.shape:
            value = value.astype(self.dtype, copy=False)
        return value if node.stage == AHEAD else Still(value)

    def _ahead(self, ahead: Ahead) -> None:
        """Make all products of one vector with matrices as one."""
        matrices = [self.tracks[self.graph[place].args[0]].array for place in ahead.products]
        products = contract(MATRIX_VECTOR, np.concatenate(matrices, axis=-2), whole(self.tracks[ahead.operand]))
        for place, rows in zip(ahead.products, ahead.rows, strict=True):
            self.tracks[place] = products[..., rows]

    def _leaf(self, place: int, leaf: Leaf) -> Track:
        if leaf.kind == "x":
            before = len(self.inputs) - self.T
            return self.inputs[before - leaf.delay : before - leaf.delay + self.T]
        if leaf.kind == "t":
            return np.arange(1.0, self.T + 1.0, dtype=self.dtype).reshape(-1, *(1 for _ in self.lead))
        return Still(self.step.leaf(place, self.weights, cast(Any, None)))

    # ---- each step

    def _calls(self, item: int | Group) -> list[Callable[[int], object]]:
        if isinstance(item, Group):
            return self._group(item)
        node = self.graph[item]
        if isinstance(node.operator, Leaf):
            self.tracks[item] = self._state(node.operator)
            return []
        self.tracks[item] = self._room(item)
        return [call(into(node.operator), [self.tracks[arg] for arg in node.args], self.tracks[item])]

    def _state(self, leaf: Leaf) -> Track:
        """Return the states of some steps ago as a view of the history."""
        first = self.past + 1 - leaf.delay
        return self._part(leaf.name, first)

    def _part(self, name: str, first: int) -> Floats:
        """Return a part of the history from a row on, in its shape, as a view."""
        part = self.history[first : first + self.T, ..., self.step.parts[name]]
        return part.reshape(*part.shape[:-1], *self.step.state_shape(name))

    def _room(self, place: int) -> Floats:
        """Return where a node's values go: into the next state itself where it is one."""
        for state, end in zip(self.step.recurrence.states, self.step.recurrence.next, strict=True):
            if end == place:
                return self._part(state.name, self.past + 1)
        return np.empty((self.T, *self.lead, *self.step.shapes[place]), self.dtype)

    def _group(self, group: Group) -> list[Callable[[int], object]]:
        matrix = np.concatenate([self.tracks[member.matrix][0] for member in group.members], axis=-2)
        self.stacked[group.key] = matrix
        flat = Still(np.ascontiguousarray((matrix if matrix.ndim == 2 else matrix[..., 0, :, :]).mT))
        if group.added:
            sums = self._drive(group)
            product = Still(np.empty((*self.lead, group.size), self.dtype))
            calls = [call(np.matmul, [self.tracks[group.operand], flat], product), call(np.add, [sums, product], sums)]
        else:
            sums = np.empty((self.T, *self.lead, group.size), self.dtype)
            calls = [call(np.matmul, [self.tracks[group.operand], flat], sums)]
        for member, rows in zip(group.members, group.rows, strict=True):
            self.tracks[member.home] = sums[..., rows]
        return calls + self._bundles(group, sums)

    def _drive(self, group: Group) -> Floats:
        """Return what is added to the products, side by side, as an array of its own."""
        drive = np.empty((self.T, *self.lead, group.size), self.dtype)
        for member, rows in zip(group.members, group.rows, strict=True):
            addend = cast(int, member.addend)
            if addend in self.plan.folded:
                product, bias = (whole(self.tracks[arg]) for arg in self.graph[addend].args)
                np.add(product, bias, out=drive[..., rows])
            else:
                drive[..., rows] = whole(self.tracks[addend])
        return drive

    def _bundles(self, group: Group, sums: Floats) -> list[Callable[[int], object]]:
        calls = []
        for name, places in group.bundles(self.graph):
            rows = slice(group.rows[places[0]].start, group.rows[places[-1]].stop)
            made = np.empty((self.T, *self.lead, rows.stop - rows.start), self.dtype)
            calls.append(call(into(Pointwise(name)), [sums[..., rows]], made))
            for place in places:
                own = slice(group.rows[place].start - rows.start, group.rows[place].stop - rows.start)
                self.tracks[cast(int, group.members[place].function)] = made[..., own]
        return calls

    def _ends(self) -> list[Callable[[int], object]]:
        """Return the calls that write the next states which no node wrote itself."""
        calls = []
        for state, place in zip(self.step.recurrence.states, self.step.recurrence.next, strict=True):
            target, track = self._part(state.name, self.past + 1), self.tracks[place]
            if not (isinstance(track, np.ndarray) and _same(track, target)):
                calls.append(call(_copy, [track], target))
        return calls


def whole(track: Track) -> Floats:
    """Return a track as one array, (T, …) or the same for all steps."""
    if isinstance(track, Still):
        return track.array
    return cast(Floats, track)


def _same(a: Floats, b: Floats) -> bool:
    return a.__array_interface__["data"] == b.__array_interface__["data"] and a.strides == b.strides


def call(write: Into, args: Sequence[Track], out: Track) -> Callable[[int], object]:
    """Return the call of one step."""
    if len(args) == 1:
        (a,) = args
        return lambda t: write(a[t], out[t])
    if len(args) == 2:
        a, b = args
        return lambda t: write(a[t], b[t], out[t])
    return lambda t: write(*[arg[t] for arg in args], out[t])


def _copy(value: Floats, out: Floats) -> None:
    out[...] = value


def sigmoid_into(z: Floats, out: Floats) -> None:
    """Write σ(z); e^{−z} overflows to inf and the gate to zero, as it should."""
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)


_UFUNCS: dict[str, Into] = {
    "tanh": np.tanh, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "sin": np.sin,
    "cos": np.cos, "abs": np.abs, "maximum": lambda a, b, out: np.maximum(a, b, out=out),
    "minimum": lambda a, b, out: np.minimum(a, b, out=out), "/": np.divide, "**": np.power,
    "%": np.mod, "logaddexp": np.logaddexp, "round": np.rint, "sigmoid": sigmoid_into,
    "relu": lambda z, out: np.maximum(z, 0.0, out=out),
}  # fmt: skip


def into(operator: Operator) -> Into:
    """Return what writes an operator's value, in one call where NumPy has one."""
    match operator:
        case Sum(signs=(1, 1)):
            return np.add
        case Sum(signs=(1, -1)):
            return np.subtract
        case Contraction(labels=(a, b), out=out) if a == b == out:
            return np.multiply
        case Contraction(labels=(a, b), out=out) if not operator.summed:
            return lambda left, right, into: np.multiply(spread(left, a, out), spread(right, b, out), into)
        case Pointwise(name=name) if name in _UFUNCS:
            return _UFUNCS[name]

    def write(*args: Floats) -> None:
        args[-1][...] = applied(operator, args[:-1])

    return write
