"""Reading two: the vector–Jacobian product, which carries a gradient from a step's end to all that it was made of.

Each node hands the gradient that reaches it to its arguments by one rule: a sum passes it on, a product multiplies it by the
other factor, a function by its slope. What is shared by all steps and sequences gathers their sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import adjoint, contract
from explorer.engine.recurrence.expressions.exponential import expm_pull
from explorer.engine.recurrence.expressions.expression import (
    NUMBER,
    ONCE,
    Contraction,
    Leaf,
    MatrixExponential,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.step import Step, Values

Gradients = dict[int, Floats]
"""The gradient on each node that one has reached."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The gradients on what a step was given: s and x, older states and earlier inputs by delay, weights by name."""

    s: Floats
    x: Floats
    older: Mapping[int, Floats]
    earlier: Mapping[int, Floats]
    weights: Mapping[str, Floats]


def pull(step: Step, found: Values, g: Floats, g_out: Floats | None = None) -> Pulled:
    """Return the gradients from ``g`` (…, N) on s_t and ``g_out`` (…, n) on what the layer gives out.

    The gradient on a weight is summed over the leading axes that the weight does not have.
    """
    return gathered(step, found, reach(step, found, g, g_out), g.shape[:-1])


def reach(step: Step, found: Values, g: Floats, g_out: Floats | None = None) -> Gradients:
    """Return the gradient on every node that one reaches, from the same; `uses` says which nodes a weight acts at."""
    with np.errstate(all="ignore"):
        reached = entering(step, found, g, g_out)
        carry(step, found, reached, reversed(range(len(found))))
        return reached


def entering(step: Step, found: Values, g: Floats, g_out: Floats | None) -> Gradients:
    """Return the gradients where they enter the graph: at what becomes the state, and at what is given out."""
    reached: Gradients = {}
    for state, place in zip(step.recurrence.states, step.recurrence.next, strict=True):
        enter(step, reached, place, step.part(g, state.name), found[place])
    if g_out is not None:
        enter(step, reached, step.recurrence.out, g_out, found[step.recurrence.out])
    return reached


def enter(step: Step, reached: Gradients, place: int, g: Floats, value: Floats) -> None:
    """Add a gradient to a node; to one that is the same for all steps and sequences, their sum."""
    shared = step.recurrence.graph[place].stage <= ONCE
    add(reached, place, folded(g, np.shape(value)) if shared else g)


def add(reached: Gradients, place: int, g: Floats) -> None:
    """Add a gradient to what has reached a node."""
    reached[place] = reached[place] + g if place in reached else g


def carry(step: Step, found: Values, reached: Gradients, order: Iterable[int]) -> None:
    """Hand on the gradients of some nodes, last first, to their arguments."""
    for place in order:
        node = step.recurrence.graph[place]
        if place not in reached or not node.args:
            continue
        for which, arg in enumerate(node.args):
            if step.recurrence.graph[arg].stage == NUMBER:
                continue
            handed = hand_on(step, node, which, found, reached[place])
            if handed is not None:
                add(reached, arg, handed)


def hand_on(step: Step, node: Node, which: int, found: Values, g: Floats) -> Floats | None:
    """Return what argument ``which`` of a node gets of the gradient on it, None for nothing.

    What is the same for all steps and sequences gets their sum.
    """
    arg = node.args[which]
    if step.recurrence.graph[arg].stage != ONCE:
        return handed(step, node, which, [found[one] for one in node.args], g)
    if isinstance(node.operator, Contraction) and len(node.args) == 2:
        other = found[node.args[1 - which]]
        if is_weight_product(node.operator, which, found[arg], other, g):
            return by_one_product(other, g)
    whole = handed(step, node, which, [found[one] for one in node.args], g)
    return None if whole is None else folded(whole, np.shape(found[arg]))


def handed(step: Step, node: Node, which: int, args: Sequence[Floats], g: Floats) -> Floats | None:
    """Return what one argument gets, with all leading axes of the gradient, from the values of the node's arguments."""
    match node.operator:
        case Sum(signs=signs):
            return g if signs[which] > 0 else np.negative(g)
        case Contraction() as rule:
            others = [other for place, other in enumerate(args) if place != which]
            return full(contract(adjoint(rule, which), *others, g), step.shapes[node.args[which]])
        case Pointwise():
            slope = slopes(node, args)[which]
            return None if slope is None else g * slope
        case Reduction():
            return g[..., None] * np.asarray(slopes(node, args)[0])
        case MatrixExponential():
            return expm_pull(args[0], g)
    raise TypeError(node.operator)


def slopes(node: Node, args: Sequence[Floats]) -> tuple[Floats | None, ...]:
    """Return the slopes of a function by its arguments, None where it has none, or of a measure by its vector."""
    if isinstance(node.operator, Reduction):
        return (MEASURES[node.operator.name].slope(*args),)
    return FUNCTIONS[cast(Pointwise, node.operator).name].slopes(*args)


def is_weight_product(rule: Contraction, which: int, M: Floats, other: Floats, g: Floats) -> bool:
    """Return whether the gradient on a matrix is one product of matrices: of its sequences' vectors."""
    one = len(rule.labels[which]) == 2 and len(rule.labels[1 - which]) == len(rule.out) == 1
    return (
        one
        and M.ndim == 2
        and bool(rule.summed)
        and rule.labels[which][0] == rule.out
        and other.shape[:-1] == g.shape[:-1]
    )


def by_one_product(v: Floats, g: Floats) -> Floats:
    """Return Σ g vᵀ over all leading axes."""
    return g.reshape(-1, g.shape[-1]).T @ v.reshape(-1, v.shape[-1])


def full(g: Floats, shape: tuple[int, ...]) -> Floats:
    """Return a gradient with axes of length one made as long as the shape's."""
    lead = g.shape[: g.ndim - len(shape)]
    return g if g.shape[len(lead) :] == shape else np.broadcast_to(g, (*lead, *shape))


def folded(g: Floats, shape: tuple[int, ...]) -> Floats:
    """Return a gradient summed over the leading axes that the array of this shape does not have."""
    extra = tuple(range(g.ndim - len(shape)))
    summed = np.asarray(g.sum(axis=extra)) if extra else g
    single = tuple(axis for axis, size in enumerate(shape) if size == 1 and summed.shape[axis] > 1)
    return np.asarray(summed.sum(axis=single, keepdims=True)) if single else summed


def gathered(step: Step, found: Values, reached: Gradients, lead: tuple[int, ...]) -> Pulled:
    """Return the gradients on the leaves."""
    past: dict[int, Floats] = {}
    inputs: dict[int, Floats] = {0: np.zeros((*lead, step.inputs))}
    weights: dict[str, Floats] = {}
    for place, node in enumerate(step.recurrence.graph):
        leaf = node.operator
        if not isinstance(leaf, Leaf) or leaf.kind in ("number", "constant", "identity", "t"):
            continue
        g = reached.get(place)
        if leaf.kind == "weight":
            weights[leaf.name] = as_given(np.zeros_like(found[place]) if g is None else g, len(node.shape))
        elif leaf.kind == "x" and g is not None:
            inputs[leaf.delay] = np.broadcast_to(g, (*lead, step.inputs))
        elif leaf.kind == "state" and g is not None:
            whole = past.setdefault(leaf.delay, np.zeros((*lead, step.N)))
            whole[..., step.parts[leaf.name]] += g.reshape(*g.shape[: g.ndim - len(node.shape)], -1)
    s = past.pop(1, np.zeros((*lead, step.N)))
    return Pulled(s, inputs.pop(0), past, inputs, weights)


def as_given(g: Floats, rank: int) -> Floats:
    """Return the gradient on a weight in the weight's own shape, without the axis for sequences."""
    return g.squeeze(axis=-rank - 1) if g.ndim > rank else g
