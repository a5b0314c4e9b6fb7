"""Second derivatives of the functions: how a slope bends as its arguments move.

``BENDS[name](*args)`` has the second partial derivatives by two arguments, row by row; None where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import sigmoid, tanh
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES

Bends = tuple[tuple[Floats | None, ...], ...]


def _unary(bend: Callable[[Floats], Floats]) -> Callable[[Floats], Bends]:
    return lambda z: ((bend(z),),)


def _straight(*args: Floats) -> Bends:
    """Return those of what is made of straight pieces: none."""
    return ((None,) * len(args),) * len(args)


def _sigmoid(z: Floats) -> Floats:
    return sigmoid.slope(z) * (sigmoid.value(-z) - sigmoid.value(z))


def _silu(z: Floats) -> Floats:
    return 2.0 * sigmoid.slope(z) + z * _sigmoid(z)


def _divide(a: Floats, b: Floats) -> Bends:
    mixed = -1.0 / np.square(b)
    return (None, mixed), (mixed, -2.0 * a / b * mixed)


def _power(a: Floats, b: Floats) -> Bends:
    log = np.log(a)
    mixed = np.power(a, b - 1.0) * (1.0 + b * log)
    return (b * (b - 1.0) * np.power(a, b - 2.0), mixed), (mixed, np.power(a, b) * np.square(log))


def _logaddexp(a: Floats, b: Floats) -> Bends:
    one, other = FUNCTIONS["logaddexp"].slopes(a, b)
    both = np.multiply(one, other)  # type: ignore[arg-type]
    return (both, -both), (-both, both)


BENDS: Mapping[str, Callable[..., Bends]] = MappingProxyType(
    {
        "tanh": _unary(lambda z: -2.0 * np.tanh(z) * tanh.slope(z)),
        "sigmoid": _unary(_sigmoid),
        "logsigmoid": _unary(lambda z: -sigmoid.slope(z)),
        "silu": _unary(_silu),
        "softsign": _unary(lambda z: -2.0 * np.sign(z) / (1.0 + np.abs(z)) ** 3),
        "exp": _unary(np.exp),
        "expm1": _unary(np.exp),
        "log": _unary(lambda z: -1.0 / np.square(z)),
        "log1p": _unary(lambda z: -1.0 / np.square(1.0 + z)),
        "sqrt": _unary(lambda z: -0.25 / (z * np.sqrt(z))),
        "sin": _unary(lambda z: -np.sin(z)),
        "cos": _unary(lambda z: -np.cos(z)),
        "/": _divide,
        "**": _power,
        "logaddexp": _logaddexp,
        **dict.fromkeys(
            ("relu", "abs", "round", "maximum", "minimum", "where", "%", "<", "<=", ">", ">=", "==", "!="), _straight
        ),
    }
)
"""Of what makes an array of arrays entry by entry, by name."""


def _logsumexp(v: Floats, d: Floats) -> Floats:
    share = MEASURES["logsumexp"].slope(v)
    return share * (d - (share * d).sum(axis=-1, keepdims=True))


def _norm(v: Floats, d: Floats) -> Floats:
    size, u = MEASURES["norm"].value(v)[..., None], MEASURES["norm"].slope(v)
    return (d - u * (u * d).sum(axis=-1, keepdims=True)) / np.where(size > 0, size, 1.0)


TURNS: Mapping[str, Callable[[Floats, Floats], Floats]] = MappingProxyType({"logsumexp": _logsumexp, "norm": _norm})
"""How the gradient (…, n) of what makes a number of a vector turns as the vector moves by d (…, n), by name."""
