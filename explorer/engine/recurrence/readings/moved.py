"""How the nodes of a step move along a direction of its last state, to first order, for any leading axes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf, Node, Pointwise, Reduction, Sum
from explorer.engine.recurrence.readings.pull import slopes
from explorer.engine.recurrence.readings.step import Step, Values

Moved = dict[int, Floats]
"""How far each node moves (…, shape), by its number; what is not there stays."""


def moved(step: Step, found: Values, d: Floats, older: Mapping[int, Floats] = MappingProxyType({})) -> Moved:
    """Return how far the nodes move when s_{t−1} moves by ``d`` (…, N), and ``older`` states by delay by theirs."""
    far, by = Moved(), {1: d, **older}
    with np.errstate(all="ignore"):
        for place, node in enumerate(step.recurrence.graph):
            leaf = node.operator
            if isinstance(leaf, Leaf):
                if leaf.kind == "state" and leaf.delay in by:
                    far[place] = step.part(by[leaf.delay], leaf.name)
                continue
            parts = [
                part
                for which, arg in enumerate(node.args)
                if arg in far and (part := _by(node, which, found, far[arg])) is not None
            ]
            if parts:
                far[place] = sum(parts[1:], start=parts[0])
    return far


def _by(node: Node, which: int, found: Values, far: Floats) -> Floats | None:
    """Return how far a node moves by way of one argument."""
    args = [found[arg] for arg in node.args]
    match node.operator:
        case Sum(signs=signs):
            return far if signs[which] > 0 else np.negative(far)
        case Contraction() as rule:
            return contract(rule, *(far if spot == which else arg for spot, arg in enumerate(args)))
        case Pointwise():
            slope = slopes(node, args)[which]
            return None if slope is None else far * slope
        case Reduction():
            return np.asarray((far * np.asarray(slopes(node, args)[0])).sum(axis=-1))
    raise TypeError(node.operator)
