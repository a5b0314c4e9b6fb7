"""`Step`: a recurrence of one size, and its readings for any leading axes (steps, sequences, networks).

The state is one vector (…, N), its parts laid side by side, matrices row by row. What a step was `Given` and the `Values`
that came of it are passed, never kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import cast

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import NUMBER, ONCE, STEP, Leaf, Shape
from explorer.engine.recurrence.recurrence import Recurrence

Weights = Mapping[str, Floats]
Values = list[Floats]
"""The value of each node of the graph, by its number."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a step is given: the last state s (…, N) and the input x (…, m) of step ``t``, counted from 1.

    ``older`` holds the states of two and more steps ago, ``earlier`` the inputs of one and more, by the delay.
    """

    s: Floats
    x: Floats
    t: Floats | float = 1.0
    older: Mapping[int, Floats] = field(default_factory=dict)
    earlier: Mapping[int, Floats] = field(default_factory=dict)

    def state(self, delay: int) -> Floats:
        """Return the state of some steps ago."""
        return self.s if delay == 1 else self.older[delay]

    def input(self, delay: int) -> Floats:
        """Return the input of some steps ago, 0 for this step's."""
        return self.x if delay == 0 else self.earlier[delay]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of a recurrence with m ``inputs`` and the width n.

    ``parts`` says where each part of the state stands, ``shapes`` the shape of each node without leading axes.
    """

    recurrence: Recurrence
    inputs: int
    width: int
    parts: Mapping[str, slice] = field(init=False)
    shapes: tuple[tuple[int, ...], ...] = field(init=False)
    _of_weights: Mapping[str, tuple[int, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sizes = {"m": self.inputs, "n": self.width, **dict(self.recurrence.sizes)}

        def bound(shape: Shape) -> tuple[int, ...]:
            return tuple(sizes[size] if isinstance(size, str) else size for size in shape)

        object.__setattr__(self, "shapes", tuple(bound(node.shape) for node in self.recurrence.graph))
        ends = np.cumsum([0, *(int(np.prod(bound(state.shape))) for state in self.recurrence.states)])
        parts = {state.name: slice(int(ends[i]), int(ends[i + 1])) for i, state in enumerate(self.recurrence.states)}
        object.__setattr__(self, "parts", MappingProxyType(parts))
        leaves = {
            node.operator.name: shape
            for node, shape in zip(self.recurrence.graph, self.shapes, strict=True)
            if isinstance(node.operator, Leaf) and node.operator.kind == "weight"
        }
        object.__setattr__(self, "_of_weights", {one.name: leaves[one.name] for one in self.recurrence.weights})

    @property
    def N(self) -> int:
        """Return the width of the whole state."""
        return max(part.stop for part in self.parts.values())

    def state_shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a part of the state."""
        place = [state.name for state in self.recurrence.states].index(name)
        return self.shapes[self.recurrence.next[place]]

    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each weight, in the order of the equations."""
        return dict(self._of_weights)

    def start(self) -> Floats:
        """Return the state (N,) that the equations start from."""
        s = np.empty(self.N)
        for state in self.recurrence.states:
            s[self.parts[state.name]] = state.start
        return s

    def part(self, s: Floats, name: str) -> Floats:
        """Return a part of states (…, N) in its shape."""
        return s[..., self.parts[name]].reshape((*s.shape[:-1], *self.state_shape(name)))

    def joined(self, parts: Sequence[Floats]) -> Floats:
        """Return states (…, N) from their parts in order."""
        ranks = [len(self.state_shape(state.name)) for state in self.recurrence.states]
        lead = np.broadcast_shapes(*(part.shape[: part.ndim - rank] for part, rank in zip(parts, ranks, strict=True)))
        flat = [
            np.broadcast_to(part, (*lead, *part.shape[part.ndim - rank :])).reshape(*lead, -1)
            for part, rank in zip(parts, ranks, strict=True)
        ]
        return np.concatenate(flat, axis=-1)

    def check(self, weights: Weights) -> None:
        """Refuse weights that are missing or of a wrong shape.

        Raises
        ------
        BadNetwork
            Naming the weight.
        """
        for name, shape in self.weight_shapes().items():
            found = np.shape(weights[name]) if name in weights else None
            if found is None or found[len(found) - len(shape) :] != shape:
                raise BadNetwork(
                    "{name} has the shape {shape}; {expected} is expected.", name=name, shape=found, expected=shape
                )

    def leaf(self, place: int, weights: Weights, given: Given) -> Floats:
        """Return the value of a leaf."""
        leaf = cast(Leaf, self.recurrence.graph[place].operator)
        match leaf.kind:
            case "number":
                return cast(Floats, leaf.number)
            case "constant":
                return cast(Floats, next(one.value for one in self.recurrence.constants if one.name == leaf.name))
            case "identity":
                return np.eye(self.shapes[place][0])
            case "weight":
                return aligned(weights[leaf.name], len(self.shapes[place]))
            case "x":
                return given.input(leaf.delay)
            case "t":
                return np.asarray(given.t, dtype=np.float64)
        return self.part(given.state(leaf.delay), leaf.name)

    def order(self, stage: int) -> list[int]:
        """Return the nodes of a stage, in order."""
        return [place for place, node in enumerate(self.recurrence.graph) if node.stage == stage]

    def early(self) -> list[int]:
        """Return the nodes that weights and numbers alone decide."""
        return [*self.order(NUMBER), *self.order(ONCE)]

    def moving(self) -> list[int]:
        """Return the nodes that depend on the state."""
        return self.order(STEP)


def aligned(weight: Floats, rank: int) -> Floats:
    """Return weights of many networks (R, …) with an axis for their sequences, (R, 1, …)."""
    return (
        weight
        if weight.ndim == rank
        else weight.reshape(*weight.shape[: weight.ndim - rank], 1, *weight.shape[weight.ndim - rank :])
    )


def along(step: Step, x: Floats, s: Floats) -> Given:
    """Return what the steps of one sequence were given, from its inputs x (T, m) and states s_0..s_T (T+1, N).

    Before s_0 are the states that the equations start from, before x_1 zeros.
    """
    T, recurrence = len(x), step.recurrence
    past, before = recurrence.longest_delay - 1, max([0, *recurrence.input_delays])
    states = np.concatenate([np.broadcast_to(step.start(), (past, step.N)), s[:-1]])
    inputs = np.concatenate([np.zeros((before, x.shape[1])), x])
    return Given(
        s[:-1], x, np.arange(1.0, T + 1.0),
        {delay: states[past + 1 - delay :][:T] for delay in range(2, past + 2)},
        {delay: inputs[before - delay :][:T] for delay in recurrence.input_delays},
    )  # fmt: skip


@lru_cache(maxsize=64)
def sized(recurrence: Recurrence, inputs: int, width: int) -> Step:
    """Return the step of a recurrence with so many inputs and this width."""
    return Step(recurrence, inputs, width)
