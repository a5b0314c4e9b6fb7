"""Reading seven: the exact change in logarithms, however small it and what caused it are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import contract_logs
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf, Operator, Pointwise, Reduction, Sum
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.motion import NO_OLDER_LOGS
from explorer.engine.recurrence.readings.jacobian import unmoved
from explorer.engine.recurrence.readings.logvalue import Known, LogValues, at_infinity, starts_at_infinity
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.signed import Signed

_SMALLEST = float(np.finfo(np.float64).tiny)


def log_change(step: Step, found: LogValues, d: Signed, older: Mapping[int, Signed] = NO_OLDER_LOGS) -> Signed:
    """Return by how much s_t (…, N) changes when s_{t−1} changes by d (…, N) and older states as said, by delay."""
    moved: dict[int, Signed] = {}
    infinite = starts_at_infinity(step)
    with np.errstate(all="ignore"):
        for place in step.moving():
            node = step.recurrence.graph[place]
            if isinstance(node.operator, Leaf):
                by = {1: d, **older}.get(node.operator.delay)
                if by is not None:
                    part, mask = _part(step, by, node.operator.name), unmoved(step, place, found[place].plain)
                    moved[place] = part if mask is None else logs.product(part, Signed.of(mask))
                continue
            if any(arg in moved for arg in node.args):
                args, changes = [found[arg] for arg in node.args], [moved.get(arg) for arg in node.args]
                change = _changed(node.operator, args, changes)
                dies = infinite and isinstance(node.operator, Pointwise)
                moved[place] = at_infinity(change, args) if dies else change
        still = Signed(np.full_like(d.log, -np.inf), np.zeros_like(d.sign))
        parts = [
            moved.get(place, _part(step, still, state.name))
            for state, place in zip(step.recurrence.states, step.recurrence.next, strict=True)
        ]
        return Signed(step.joined([one.log for one in parts]), step.joined([one.sign for one in parts]))


def _part(step: Step, whole: Signed, name: str) -> Signed:
    return Signed(step.part(whole.log, name), step.part(whole.sign, name))


def _changed(operator: Operator, args: Sequence[Known], changes: Sequence[Signed | None]) -> Signed:
    """Return the change of an operator's value; None is an argument that stays."""
    match operator:
        case Sum(signs=signs):
            some = [(sign, d) for sign, d in zip(signs, changes, strict=True) if d is not None]
            return logs.total([d if sign > 0 else logs.negative(d) for sign, d in some])
        case Contraction():
            return _product(operator, args, changes)
        case Pointwise(name=name):
            return _function(name, args, changes)
        case Reduction(name=name):
            (d,) = changes
            slope = MEASURES[name].log_slope(args[0])
            first = contract_logs(Contraction(("k", "k"), ""), slope, logs.there(d))
            return _or_first(
                Signed.of(MEASURES[name].change(args[0].plain, logs.there(d).value())),
                first,
                logs.there(d).log.max(axis=-1),
            )
    raise TypeError(operator)


def _product(rule: Contraction, args: Sequence[Signed], changes: Sequence[Signed | None]) -> Signed:
    if len(args) == 1:
        return contract_logs(rule, logs.there(changes[0]))
    (a, b), (da, db) = args, changes
    if da is None:
        return contract_logs(rule, a, logs.there(db))
    if db is None:
        return contract_logs(rule, da, b)
    return logs.total([contract_logs(rule, da, b), contract_logs(rule, a, db), contract_logs(rule, da, db)])


def _function(name: str, args: Sequence[Known], changes: Sequence[Signed | None]) -> Signed:
    function = FUNCTIONS[name]
    if function.log_change is not None:
        nothing = [Signed(np.full_like(arg.log, -np.inf), np.zeros_like(arg.sign)) for arg in args]
        every = [none if d is None else d for none, d in zip(nothing, changes, strict=True)]
        return function.log_change(*(arg.plain for arg in args), *every)
    plain = [np.zeros_like(arg.plain) if d is None else d.value() for arg, d in zip(args, changes, strict=True)]
    exact = Signed.of(function.change(*(arg.plain for arg in args), *plain))
    slopes = zip(function.log_slopes(*args), changes, strict=True)
    terms = [logs.product(slope, d) for slope, d in slopes if slope is not None and d is not None]
    largest = reduce(np.maximum, [d.log for d in changes if d is not None])
    return _or_first(exact, logs.total(terms), largest) if terms else exact


def _or_first(exact: Signed, first: Signed, largest: Floats) -> Signed:
    """Return the exact change, and its first order where that is all: the change, or what caused it, is too small."""
    # No change at all can be the whole of a large step, but not where its first order is there and that small.
    gone = (np.abs(exact.value()) < _SMALLEST) & (first.log < np.log(_SMALLEST))
    small = gone | ((largest < logs.FAINT) & (largest > -np.inf))
    return logs.chosen(small, first, exact)
