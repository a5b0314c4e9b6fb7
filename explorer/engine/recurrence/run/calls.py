"""Operators as calls that write into arrays laid out before: NumPy's own where it has one, and nothing is interpreted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.recurrence.expressions.expression import Contraction, Operator, Pointwise, Sum
from explorer.engine.recurrence.readings.value import applied
from explorer.engine.recurrence.run.track import Call, Into, Number, Own, Part, Rows, Spread

New = Callable[[Own | Rows | Part | Spread | Number], int]
"""Makes a slot for a room."""


def _maximum(a: Floats, b: Floats, out: Floats) -> None:
    np.maximum(a, b, out=out)


def _minimum(a: Floats, b: Floats, out: Floats) -> None:
    np.minimum(a, b, out=out)


_UFUNCS: dict[str, Into] = {
    "tanh": np.tanh, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "sin": np.sin,
    "cos": np.cos, "abs": np.abs, "maximum": _maximum, "minimum": _minimum, "/": np.divide, "**": np.power,
    "%": np.mod, "logaddexp": np.logaddexp, "round": np.rint,
}  # fmt: skip


def written(operator: Operator, args: tuple[int, ...], out: int, new: New) -> list[Call]:
    """Return the calls that write an operator's value from some slots into another."""
    match operator:
        case Pointwise(name="sigmoid"):
            # e^{−z} overflows to inf and the gate to zero, as it should.
            return [
                Call(np.negative, args, out),
                Call(np.exp, (out,), out),
                Call(np.add, (out, new(Number(1.0))), out),
                Call(np.reciprocal, (out,), out),
            ]
        case Pointwise(name="relu"):
            return [Call(_maximum, (*args, new(Number(0.0))), out)]
        case Pointwise(name=name) if name in _UFUNCS:
            return [Call(_UFUNCS[name], args, out)]
        case Sum(signs=signs):
            return _sum(signs, args, out)
        case Contraction() as rule:
            return [contraction(rule, args, out, new)]

    def write(*now: Floats) -> None:
        now[-1][...] = applied(operator, now[:-1])

    return [Call(write, args, out)]


def _sum(signs: tuple[int, ...], args: tuple[int, ...], out: int) -> list[Call]:
    if len(args) == 1:
        return [Call(np.positive if signs[0] > 0 else np.negative, args, out)]
    calls: list[Call] = []
    first = args[0]
    if signs[0] < 0:
        calls.append(Call(np.negative, (first,), out))
        first = out
    for sign, arg in zip(signs[1:], args[1:], strict=True):
        calls.append(Call(np.add if sign > 0 else np.subtract, (first, arg), out))
        first = out
    return calls


def contraction(rule: Contraction, args: tuple[int, ...], out: int, new: New) -> Call:
    """Return the call that writes a product: the axes of its arguments are laid out as the call wants them."""

    def over(slot: int, labels: str, order: str) -> int:
        return slot if labels == order else new(Spread(slot, labels, order))

    k = rule.summed
    match rule.labels:
        case (a,) if not k:
            return Call(np.positive, (over(args[0], a, rule.out),), out)
        case (a, b) if not k:
            return Call(np.multiply, (over(args[0], a, rule.out), over(args[1], b, rule.out)), out)
        case (a, b) if a == b == k and len(k) == 1:
            return Call(np.vecdot, args, out)
        case (a, b) if len(k) == 1 and set(a) & set(b) == {k} and max(len(a), len(b)) == 2:
            (first, second), (a, b) = (args, (a, b)) if rule.out[0] in a else (args[::-1], (b, a))
            # A vector is a matrix of one column; of two matrices the second has the columns that are left.
            column = rule.out[1:] or "z"
            ends = over(out, rule.out, rule.out[0] + column)
            return Call(np.matmul, (over(first, a, rule.out[0] + k), over(second, b, k + column)), ends)

    def write(*now: Floats) -> None:
        now[-1][...] = contract(rule, *now[:-1])

    return Call(write, args, out)
