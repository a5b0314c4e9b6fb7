"""States that are carried on entry by entry, by numbers that no state moves: s_t = Σ a_t ∘ s_{t−1} + b_t.

It is read off the equations: on the way from the last state to the next there are sums, and products and quotients entry by
entry with what the input and the weights decide. Then a_t is known for all steps before the first is made.
"""

from __future__ import annotations

from functools import lru_cache

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import (
    STEP,
    Contraction,
    Graph,
    Leaf,
    Node,
    Pointwise,
    Sum,
    ancestors,
)
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.readings.value import applied

Factors = dict[tuple[str, str], Floats | float]
"""What a part of the last state is multiplied by on its way into a part of the next, by (row, column)."""


@lru_cache(maxsize=64)
def is_affine(step: Step) -> bool:
    """Return whether all states are carried on in this way, each into ones of its own shape."""
    graph = step.recurrence.graph
    ways = _onward(step)
    if not ways or not all(_is_by_entry(graph, graph[place]) for place in ways):
        return False
    return all(step.state_shape(row) == step.state_shape(column) for row, column in _factors(step, None))


def factors(step: Step, found: Values) -> Factors:
    """Return a_t of all steps, where the step `is_affine`; those that the weights alone decide are the same for all."""
    return _factors(step, found)


def _onward(step: Step) -> list[int]:
    graph = step.recurrence.graph
    return [place for place in ancestors(graph, step.recurrence.next) if graph[place].stage == STEP]


def _is_by_entry(graph: Graph, node: Node) -> bool:
    moving = [which for which, arg in enumerate(node.args) if graph[arg].stage == STEP]
    match node.operator:
        case Leaf(delay=delay):
            return delay == 1
        case Sum():
            return True
        case Contraction(labels=labels, out=out):
            return len(moving) == 1 and labels[moving[0]] == out
        case Pointwise(name="/"):
            return moving == [0]
    return False


def _factors(step: Step, found: Values | None) -> Factors:
    """Return the factors; without values, in the place of each a plain number."""
    graph = step.recurrence.graph
    by: dict[int, dict[str, Floats | float]] = {}
    for place in _onward(step):
        by[place] = _carried(graph[place], by, found)
    return {
        (state.name, column): factor
        for state, place in zip(step.recurrence.states, step.recurrence.next, strict=True)
        for column, factor in by.get(place, {}).items()
    }


def _carried(node: Node, by: dict[int, dict[str, Floats | float]], found: Values | None) -> dict[str, Floats | float]:
    """Return by what a node has each part of the last state, from that of its arguments."""
    match node.operator:
        case Leaf(name=name):
            return {name: 1.0}
        case Sum(signs=signs):
            whole: dict[str, Floats | float] = {}
            for sign, arg in zip(signs, node.args, strict=True):
                for name, factor in by.get(arg, {}).items():
                    whole[name] = whole.get(name, 0.0) + sign * factor
            return whole
    ((which, moving),) = [(which, by[arg]) for which, arg in enumerate(node.args) if arg in by]
    if found is None:
        return moving
    others = [found[arg] if place != which else None for place, arg in enumerate(node.args)]

    def times(factor: Floats | float) -> Floats:
        return applied(node.operator, [factor if other is None else other for other in others])  # type: ignore[misc]

    return {name: times(factor) for name, factor in moving.items()}
