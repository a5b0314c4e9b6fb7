"""Reading five: each value as logarithm and sign, so that a gate of σ(−800) is a number as any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import contract_logs
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
from explorer.engine.recurrence.readings.step import Given, Step, Weights
from explorer.engine.recurrence.readings.value import applied
from explorer.engine.signed import Signed

# Nats: a plain number between has all its digits.
_WITHIN = 700.0


@dataclass(frozen=True, slots=True)
class Known(Signed):
    """A number in logarithms that also has its plain value, where that is one: e^{ln z} is not z to the last digit."""

    plain: Floats

    def value(self) -> Floats:
        """Return the plain number."""
        return self.plain


LogValues = list[Known]


def log_values(step: Step, weights: Weights, given: Given) -> LogValues:
    """Return the value (…, shape) of each node in logarithms."""
    found: LogValues = []
    infinite = starts_at_infinity(step)
    with np.errstate(all="ignore"):
        for place, node in enumerate(step.recurrence.graph):
            if isinstance(node.operator, Leaf):
                found.append(of_plain(np.asarray(step.leaf(place, weights, given), dtype=np.float64)))
                continue
            args = [found[arg] for arg in node.args]
            value = _applied(node.operator, args)
            if infinite and isinstance(node.operator, Pointwise):
                value = Known(*_parts(at_infinity(value, args)), value.plain)
            found.append(value)
    return found


def starts_at_infinity(step: Step) -> bool:
    """Return whether a state is declared to start from infinity; elsewhere an infinite number is one that overflowed."""
    return any(np.isinf(state.start) for state in step.recurrence.states)


def at_infinity(value: Signed, args: Sequence[Known]) -> Signed:
    """Return a function's value, or slope, with true zeros where an argument is infinite and it has died out."""
    gone = np.isinf(sum(np.abs(arg.plain) for arg in args)) & (value.log < -_WITHIN * 1e3)
    return Signed(np.where(gone, -np.inf, value.log), np.where(gone, 0.0, value.sign))


def _parts(number: Signed) -> tuple[Floats, Floats]:
    return number.log, number.sign


def of_plain(value: Floats) -> Known:
    """Return a number that float64 holds."""
    number = Signed.of(value)
    return Known(number.log, number.sign, value)


def _applied(operator: Operator, args: Sequence[Known]) -> Known:
    plain = applied(operator, [arg.plain for arg in args])
    if isinstance(operator, MatrixExponential) or _is_safe(operator, args):
        return of_plain(plain)
    number = _in_logs(operator, args)
    # Where the plain number has all its digits they are better than those of its logarithm.
    within = (np.abs(number.log) < _WITHIN) & np.isfinite(plain) & (plain != 0.0)
    return Known(
        np.where(within, np.log(np.abs(plain)), number.log), number.sign, np.where(within, plain, number.value())
    )


def _is_safe(operator: Operator, args: Sequence[Known]) -> bool:
    """Return whether sums and products can't leave the range of float64 on their way."""
    return isinstance(operator, (Sum, Contraction)) and all(logs.near(arg) for arg in args)


def _in_logs(operator: Operator, args: Sequence[Known]) -> Signed:
    match operator:
        case Sum(signs=signs):
            return logs.total([arg if sign > 0 else logs.negative(arg) for sign, arg in zip(signs, args, strict=True)])
        case Contraction():
            return contract_logs(operator, *args)
        case Pointwise(name=name):
            return FUNCTIONS[name].log_value(*args)
        case Reduction(name=name):
            return MEASURES[name].log_value(*args)
    raise TypeError(operator)
