"""Reading one: what a step makes of its weights, the last state and the input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.recurrence.expressions.exponential import expm
from explorer.engine.recurrence.expressions.expression import (
    Contraction,
    Leaf,
    MatrixExponential,
    Operator,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.step import Given, Step, Values, Weights


def values(step: Step, weights: Weights, given: Given) -> Values:
    """Return the value (…, shape) of each node; what overflows becomes inf or NaN and is a result."""
    found: Values = []
    with np.errstate(all="ignore"):
        for place, node in enumerate(step.recurrence.graph):
            if isinstance(node.operator, Leaf):
                found.append(step.leaf(place, weights, given))
            else:
                found.append(applied(node.operator, [found[arg] for arg in node.args]))
    return found


def after(step: Step, found: Values) -> Floats:
    """Return the state (…, N) that the values end in."""
    return step.joined([found[place] for place in step.recurrence.next])


def applied(operator: Operator, args: Sequence[Floats]) -> Floats:
    """Return the value of an operator."""
    match operator:
        case Sum(signs=signs):
            return added(signs, args)
        case Contraction():
            return contract(operator, *args)
        case Pointwise(name=name):
            return FUNCTIONS[name].value(*args)
        case Reduction(name=name):
            return MEASURES[name].value(*args)
        case MatrixExponential():
            return expm(*args)
    raise TypeError(operator)


def added(signs: Sequence[int], args: Sequence[Floats]) -> Floats:
    """Return the sum of arrays with their signs."""
    result = args[0] if signs[0] > 0 else np.negative(args[0])
    for sign, arg in zip(signs[1:], args[1:], strict=True):
        result = np.add(result, arg) if sign > 0 else np.subtract(result, arg)
    return result
