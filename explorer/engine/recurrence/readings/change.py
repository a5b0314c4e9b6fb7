"""Reading three: by how much a step's values change when the last state does, exactly, however small the change is.

Nothing is subtracted that was not there to subtract: a product's change is da·b + a·db + da·db, a function's its own rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf, Operator, Pointwise, Reduction, Sum
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.motion import NO_OLDER
from explorer.engine.recurrence.readings.jacobian import unmoved
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.recurrence.readings.value import added


def change(step: Step, found: Values, d: Floats, older: Mapping[int, Floats] = NO_OLDER) -> Floats:
    """Return by how much s_t (…, N) changes when s_{t−1} changes by d (…, N) and older states as said, by delay."""
    moved: dict[int, Floats] = {}
    with np.errstate(all="ignore"):
        for place in step.moving():
            node = step.recurrence.graph[place]
            if isinstance(node.operator, Leaf):
                by = d if node.operator.delay == 1 else older.get(node.operator.delay, np.zeros_like(d))
                part, mask = step.part(by, node.operator.name), unmoved(step, place, found[place])
                moved[place] = part if mask is None else np.where(mask > 0, part, 0.0)
                continue
            args = [found[arg] for arg in node.args]
            changes = [moved.get(arg) for arg in node.args]
            moved[place] = _changed(node.operator, args, changes)
    parts = [
        moved[place] if place in moved else np.zeros_like(step.part(d, state.name))
        for state, place in zip(step.recurrence.states, step.recurrence.next, strict=True)
    ]
    return step.joined(parts)


def _changed(operator: Operator, args: Sequence[Floats], changes: Sequence[Floats | None]) -> Floats:
    """Return the change of an operator's value; None is an argument that stays."""
    match operator:
        case Sum(signs=signs):
            some = [(sign, d) for sign, d in zip(signs, changes, strict=True) if d is not None]
            return added(*zip(*some, strict=True))
        case Contraction():
            return _product(operator, args, changes)
        case Pointwise(name=name):
            every = [np.zeros_like(arg) if d is None else d for arg, d in zip(args, changes, strict=True)]
            return FUNCTIONS[name].change(*args, *every)
        case Reduction(name=name):
            return MEASURES[name].change(args[0], _there(changes[0]))
    raise TypeError(operator)


def _product(rule: Contraction, args: Sequence[Floats], changes: Sequence[Floats | None]) -> Floats:
    if len(args) == 1:
        return contract(rule, _there(changes[0]))
    (a, b), (da, db) = args, changes
    if da is None:
        return contract(rule, a, _there(db))
    if db is None:
        return contract(rule, da, b)
    return contract(rule, da, b) + contract(rule, a, db) + contract(rule, da, db)


def _there(d: Floats | None) -> Floats:
    """Return a change that is known to be there: the node depends on the state."""
    if d is None:
        raise TypeError("nothing of this node's arguments changes")
    return d
