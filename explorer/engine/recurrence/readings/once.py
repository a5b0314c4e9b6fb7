"""What is made of weights alone: the gradients on it are carried on to the weights, the same way at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import ONCE, Leaf, Node, ancestors
from explorer.engine.recurrence.readings.logrows import log_handed, log_slopes
from explorer.engine.recurrence.readings.logvalue import LogValues
from explorer.engine.recurrence.readings.places import uses
from explorer.engine.recurrence.readings.pull import handed
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.signed import Signed

Number = TypeVar("Number", Floats, Signed)


@lru_cache(maxsize=64)
def roots(step: Step) -> Mapping[str, tuple[int, ...]]:
    """Return for each weight what acts for it: the weight itself, and what is made of it."""
    found: dict[str, list[int]] = {weight.name: [] for weight in step.recurrence.weights}
    for root in sorted({use.root for use in uses(step)}):
        for place in ancestors(step.recurrence.graph, (root,)):
            leaf = step.recurrence.graph[place].operator
            if isinstance(leaf, Leaf) and leaf.kind == "weight":
                found[leaf.name].append(root)
    return MappingProxyType({name: tuple(some) for name, some in found.items()})


@lru_cache(maxsize=64)
def inputs(step: Step) -> Mapping[str, tuple[int, int]]:
    """Return the nodes of the input, "x", and of earlier ones, "x[1]" …, and how many steps ago each was."""
    return MappingProxyType(
        {
            f"x[{node.operator.delay}]" if node.operator.delay else "x": (place, node.operator.delay)
            for place, node in enumerate(step.recurrence.graph)
            if isinstance(node.operator, Leaf) and node.operator.kind == "x"
        }
    )


def beneath(step: Step) -> frozenset[str]:
    """Return the weights that act by way of what is made of them."""
    leaves = {place for place, node in enumerate(step.recurrence.graph) if isinstance(node.operator, Leaf)}
    return frozenset(name for name, some in roots(step).items() if not set(some) <= leaves)


def onward(step: Step, found: Values, name: str, gradients: Mapping[int, Floats]) -> Floats:
    """Return the gradient (R, …) on a weight from those on its roots."""

    def hand(_: int, node: Node, which: int, g: Floats) -> Floats | None:
        return handed(step, node, which, [found[arg] for arg in node.args], g)

    reached = _carried(step, name, gradients, hand)
    lead = next(iter(gradients.values())).shape[:1]
    return reached if reached is not None else np.zeros((*lead, *step.weight_shapes()[name]))


def log_onward(step: Step, found: LogValues, name: str, gradients: Mapping[int, Signed]) -> Signed:
    """Return the same in logarithms."""

    def hand(place: int, node: Node, which: int, g: Signed) -> Signed | None:
        return log_handed(step, node, which, [found[arg] for arg in node.args], log_slopes(step, found, place), g)

    reached = _carried(step, name, gradients, hand)
    lead = next(iter(gradients.values())).log.shape[:1]
    return reached if reached is not None else Signed.of(np.zeros((*lead, *step.weight_shapes()[name])))


def _carried(
    step: Step,
    name: str,
    gradients: Mapping[int, Number],
    hand: Callable[[int, Node, int, Number], Number | None],
) -> Number | None:
    """Return what reaches a weight, None for nothing."""
    graph, reached = step.recurrence.graph, dict(gradients)
    for place in sorted(ancestors(graph, tuple(gradients)), reverse=True):
        node = graph[place]
        if isinstance(node.operator, Leaf):
            if node.operator.kind == "weight" and node.operator.name == name:
                return reached.get(place)
            continue
        if place not in reached:
            continue
        for which, arg in enumerate(node.args):
            got = hand(place, node, which, reached[place]) if graph[arg].stage == ONCE else None
            if got is not None:
                reached[arg] = reached[arg] + got if arg in reached else got
    return None
