"""The slopes of functions in symbols: f′(z) where the function has a name of its own, else what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from explorer.engine.recurrence.equations.written import CALL, NUMBER, Written
from explorer.engine.recurrence.typeset.algebra import HOLDS, ONE, added, less, negative, number, times

SLOPE = "slope"
"""f′ of an argument; ``text`` is the function's name."""

Slopes = tuple[Written | None, ...]
"""By the arguments of a function, None where nothing follows one."""

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def slope(name: str, arg: Written) -> Written:
    """Return f′(arg), or what that is."""
    return _KNOWN[name](arg) if name in _KNOWN else Written(SLOPE, name, (arg,), arg.rank)


def by_f(part: Written) -> Written:
    """Return an expression with f′ for the slope of whatever function: where there is but one, it is f."""
    return replace(part, parts=tuple(map(by_f, part.parts)), text="f" if part.kind == SLOPE else part.text)


def fraction(a: Written, b: Written) -> Written:
    """Return a/b."""
    return Written("/", parts=(a, b), rank=_rank(a, b))


def _call(name: str, arg: Written) -> Written:
    return Written(CALL, name, (arg,), arg.rank)


def _rank(*args: Written) -> int:
    return max(arg.rank for arg in args)


def _holds(condition: Written, rank: int) -> Written:
    return Written(HOLDS, parts=(condition,), rank=rank)


def _where(c: Written, a: Written, b: Written) -> Slopes:
    condition = c if c.kind in _COMPARISONS else Written("!=", parts=(c, Written(NUMBER, "0")), rank=c.rank)
    one = _holds(condition, _rank(a, b, c))
    return None, one, less(ONE, one)


def _extreme(sign: str) -> Callable[..., Slopes]:
    def slopes(a: Written, b: Written) -> Slopes:
        one = _holds(Written(sign, parts=(a, b), rank=_rank(a, b)), _rank(a, b))
        return one, less(ONE, one)

    return slopes


def _quotient(a: Written, b: Written) -> Slopes:
    square = Written("**", parts=(b, number(2.0)), rank=b.rank)
    return fraction(ONE, b), negative(fraction(a, square))


def _power(a: Written, b: Written) -> Slopes:
    lower = number(float(b.text) - 1.0) if b.kind == NUMBER else less(b, ONE)
    first = times(b, Written("**", parts=(a, lower), rank=_rank(a, b)))
    return first, times(Written("**", parts=(a, b), rank=_rank(a, b)), _call("log", a))


def _shares(a: Written, b: Written) -> Slopes:
    first, second = less(a, b), less(b, a)
    return _call("sigmoid", first), _call("sigmoid", second)


def _remainder(a: Written, b: Written) -> Slopes:
    return ONE, negative(_call("floor", fraction(a, b)))


_KNOWN: Mapping[str, Callable[[Written], Written]] = MappingProxyType(
    {
        "expm1": lambda z: _call("exp", z), "sin": lambda z: _call("cos", z), "cos": lambda z: negative(_call("sin", z)),
        "log": lambda z: fraction(ONE, z), "log1p": lambda z: fraction(ONE, added([ONE, z])),
        "sqrt": lambda z: fraction(ONE, times(number(2.0), _call("sqrt", z))), "abs": lambda z: _call("sign", z),
        "round": lambda _: ONE,
    }
)  # fmt: skip
OF_SEVERAL: Mapping[str, Callable[..., Slopes]] = MappingProxyType(
    {
        "where": _where, "maximum": _extreme(">"), "minimum": _extreme("<"), "/": _quotient, "**": _power,
        "logaddexp": _shares, "%": _remainder, **{sign: lambda _a, _b: (None, None) for sign in _COMPARISONS},
    }
)  # fmt: skip
