"""The vector–Jacobian product of a tangent: how ⟨a, J_t q⟩ follows all that a step was given.

A tangent J_t q is worked out from the nodes' values; so what is asked of it reaches the directions q, by the rules of `pull`,
and the values themselves, where a slope bends or a product's other factor moves (Pearlmutter 1994, from the other end).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.bends import BENDS, TURNS
from explorer.engine.recurrence.expressions.contract import adjoint, contract
from explorer.engine.recurrence.expressions.expression import (
    NUMBER,
    ONCE,
    Contraction,
    Leaf,
    Node,
    Pointwise,
    Reduction,
)
from explorer.engine.recurrence.readings.moved import Moved
from explorer.engine.recurrence.readings.pull import (
    Gradients,
    Pulled,
    add,
    by_one_product,
    carry,
    folded,
    full,
    gathered,
    handed,
    is_weight_product,
)
from explorer.engine.recurrence.readings.step import Step, Values


@dataclass(frozen=True, slots=True)
class TangentPulled:
    """The gradients on the directions q (k, …, N) by delay, and on what the step was given."""

    directions: Mapping[int, Floats]
    given: Pulled


def pull_tangent(step: Step, found: Values, far: Moved, a: Floats) -> TangentPulled:
    """Return the gradient of Σ a · J q over k directions, ``a`` (k, …, N); ``far`` is what `moved` returned of q."""
    with np.errstate(all="ignore"):
        asked, bent = _on_directions(step, found, far, a)
        carry(step, found, bent, reversed(range(len(found))))
        return TangentPulled(_directions(step, asked, a), gathered(step, found, bent, a.shape[1:-1]))


def _on_directions(step: Step, found: Values, far: Moved, a: Floats) -> tuple[Gradients, Gradients]:
    """Return what is asked of how each node moves (k, …, shape), and what that asks of each node's value at once."""
    graph, asked, bent = step.recurrence.graph, Gradients(), Gradients()
    for state, place in zip(step.recurrence.states, step.recurrence.next, strict=True):
        if place in far:
            add(asked, place, step.part(a, state.name))
    for place in reversed(range(len(graph))):
        node = graph[place]
        if place not in asked or not node.args:
            continue
        args, moves = [found[arg] for arg in node.args], [far.get(arg) for arg in node.args]
        for which, arg in enumerate(node.args):
            if arg in far and (on := handed(step, node, which, args, asked[place])) is not None:
                add(asked, arg, on)
            if graph[arg].stage != NUMBER and (by := _bent(step, node, which, args, moves, asked[place])) is not None:
                shape = np.shape(found[arg])
                add(bent, arg, folded(by, shape) if graph[arg].stage == ONCE else np.asarray(by.sum(axis=0)))
    return asked, bent


def _bent(
    step: Step, node: Node, which: int, args: Sequence[Floats], moves: Sequence[Floats | None], a: Floats
) -> Floats | None:
    """Return what ⟨a, how the node moves⟩ asks of one argument's value (k, …, shape); None for nothing.

    That on a matrix of weights is one product, without the axes before its shape.
    """
    match node.operator:
        case Contraction() as rule:
            other = moves[1 - which] if len(args) == 2 else None
            if other is None:
                return None
            if step.recurrence.graph[node.args[which]].stage == ONCE and is_weight_product(
                rule, which, args[which], other, a
            ):
                return by_one_product(other, a)
            return full(contract(adjoint(rule, which), other, a), step.shapes[node.args[which]])
        case Pointwise(name=name):
            rows = BENDS[name](*args)[which]
            parts = [bend * d for bend, d in zip(rows, moves, strict=True) if bend is not None and d is not None]
            return a * sum(parts[1:], start=parts[0]) if parts else None
        case Reduction(name=name):
            return a[..., None] * TURNS[name](args[0], cast(Floats, moves[0]))
    return None


def _directions(step: Step, asked: Gradients, a: Floats) -> dict[int, Floats]:
    """Return what is asked of the directions of the states, by how long ago they were."""
    found: dict[int, Floats] = {}
    for place, node in enumerate(step.recurrence.graph):
        leaf = node.operator
        if isinstance(leaf, Leaf) and leaf.kind == "state" and place in asked:
            whole, g = found.setdefault(leaf.delay, np.zeros_like(a)), asked[place]
            whole[..., step.parts[leaf.name]] += g.reshape(*g.shape[: g.ndim - len(node.shape)], -1)
    return found
