"""The partial derivatives by which numbers are carried forward: a table of its own, so that it may check every other one.

No slope, logarithm or pull that is written elsewhere takes part. Each line is worked out anew from the function's definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats

Partials = tuple[Floats | float | None, ...]


def _decay(z: Floats) -> Floats:
    return np.exp(-np.abs(z))


def _tanh(z: Floats) -> Floats:
    # cosh^−2, which keeps its digits where 1 − tanh² has none.
    decay = np.square(_decay(z))
    return 4.0 * decay / np.square(1.0 + decay)


def _sigmoid(z: Floats) -> Floats:
    return _decay(z) / np.square(1.0 + _decay(z))


def _logsigmoid(z: Floats) -> Floats:
    return np.where(z > 0, _decay(z), 1.0) / (1.0 + _decay(z))


def _silu(z: Floats) -> Floats:
    # (1 + e^−z + z e^−z)/(1 + e^−z)², of z < 0 with both multiplied by e^{2z}.
    decay = _decay(z)
    small = np.where(decay == 0.0, 0.0, z * decay)
    return np.where(z >= 0, 1.0 + decay + small, decay + np.square(decay) + small) / np.square(1.0 + decay)


def _larger(a: Floats, b: Floats) -> Partials:
    none = 0.0 * np.where(np.isnan(a) | np.isnan(b), np.nan, 0.0)
    return np.where(a > b, 1.0, 0.0) + none, np.where(a > b, 0.0, 1.0) + none


def _share(a: Floats, b: Floats) -> Floats:
    """Return e^a / (e^a + e^b); nothing of two that are −∞."""
    return np.where(np.isneginf(a), 0.0, np.exp(a - np.logaddexp(a, b)))


def _none(*_: Floats) -> Partials:
    return (None, None)


PARTIALS: Mapping[str, Callable[..., Partials]] = MappingProxyType(
    {
        "tanh": lambda z: (_tanh(z),),
        "sigmoid": lambda z: (_sigmoid(z),),
        # ReLU'(0) = 0.
        "relu": lambda z: (np.where(z > 0, 1.0, 0.0 * z),),
        "logsigmoid": lambda z: (_logsigmoid(z),),
        "softsign": lambda z: ((1.0 + np.abs(z)) ** -2.0,),
        "exp": lambda z: (np.exp(z),),
        "expm1": lambda z: (np.exp(z),),
        "log": lambda z: (np.where(z < 0, np.nan, 1.0 / np.abs(z)),),
        "log1p": lambda z: (np.where(z < -1.0, np.nan, 1.0 / np.abs(1.0 + z)),),
        "sqrt": lambda z: (0.5 / np.sqrt(z),),
        "sin": lambda z: (np.cos(z),),
        "cos": lambda z: (-np.sin(z),),
        "abs": lambda z: (np.where(z > 0, 1.0, np.where(z < 0, -1.0, 0.0 * z)),),
        # Straight through.
        "round": lambda _: (1.0,),
        "silu": lambda z: (_silu(z),),
        "maximum": lambda a, b: _larger(a, b),
        "minimum": lambda a, b: _larger(-a, -b),
        "/": lambda a, b: (1.0 / b, -a / (b * b)),
        "**": lambda a, b: (b * np.power(a, b - 1.0), np.log(a) * np.power(a, b)),
        "%": lambda a, b: (1.0, np.floor(a / b) * -1.0),
        "logaddexp": lambda a, b: (_share(a, b), _share(b, a)),
        "where": lambda c, _a, _b: (None, np.where(c != 0, 1.0, 0.0), np.where(c != 0, 0.0, 1.0)),
        "<": _none, "<=": _none, ">": _none, ">=": _none, "==": _none, "!=": _none,
    }
)  # fmt: skip
"""By each argument, entry by entry; None where nothing follows it."""


def _softmax(v: Floats) -> Floats:
    size = np.exp(v - v.max(axis=-1, keepdims=True))
    return size / size.sum(axis=-1, keepdims=True)


def _direction(v: Floats) -> Floats:
    top = np.abs(v).max(axis=-1, keepdims=True)
    near = v / np.where(top > 0, top, 1.0)
    size = np.sqrt(np.square(near).sum(axis=-1, keepdims=True))
    return near / np.where(size > 0, size, 1.0)


OF_MEASURES: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType({"logsumexp": _softmax, "norm": _direction})
"""The gradient (…, n) of what makes a number of a vector."""

# e^A by its series is right to the last digit where no row of A is larger than this.
_SMALL, _TERMS = 0.5, 18


def moved_exponential(A: Floats, by: Floats) -> Floats:
    """Return how e^A (n, n) moves when A moves ``by`` (D, n, n): its series and its squarings, by the rule for products."""
    size = float(np.abs(A).sum(axis=-1).max(initial=0.0))
    if not np.isfinite(size):
        return np.full_like(by, np.nan)
    halvings = max(0, int(np.ceil(np.log2(size / _SMALL)))) if size > _SMALL else 0
    A, by = A / 2.0**halvings, by / 2.0**halvings
    term, moved = np.eye(len(A)), np.zeros_like(by)
    whole, change = term.copy(), moved.copy()
    for number in range(1, _TERMS):
        term, moved = term @ A / number, (moved @ A + term @ by) / number
        whole, change = whole + term, change + moved
    for _ in range(halvings):
        whole, change = whole @ whole, change @ whole + whole @ change
    return change
