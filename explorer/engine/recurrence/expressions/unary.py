"""Functions of one argument, one small rule each: value, slope, exact change, and the first two in logarithms.

Slopes come from the arguments, never from the value; a change f(a + d) − f(a) keeps all its digits however small d is; in
logarithms neither e^−800 nor a slope of e^−5000 is zero. At a kink the slope is the left side's (ReLU′(0) = 0), and |0|′ = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import ACTIVATIONS, sigmoid, tanh
from explorer.engine.recurrence.expressions import logs, silu
from explorer.engine.recurrence.expressions.function import Function
from explorer.engine.recurrence.expressions.interval import Reach, rising, size, within
from explorer.engine.recurrence.expressions.logs import FAINT, positive
from explorer.engine.signed import Signed

relu = ACTIVATIONS["relu"]
_LARGEST = float(np.log(np.finfo(np.float64).max))
# From here on every number of float64 is a whole one.
_WHOLE = 2.0**52
_LN2 = float(np.log(2.0))
# Beyond this 1 + e^{−z} is 1 to the last digit, and a sum of logarithms its largest.
_FAR = 40.0


def _unary(
    value: Callable[[Floats], Floats],
    slope: Callable[[Floats], Floats],
    change: Callable[[Floats, Floats], Floats],
    log_value: Callable[[Signed], Signed] | None = None,
    log_slope: Callable[[Signed], Signed] | None = None,
    log_change: Callable[[Floats, Signed], Signed] | None = None,
) -> Function:
    """Return a function of one argument; what is left out in logarithms needs no more than float64."""
    return Function(
        1,
        value,
        lambda z: (slope(z),),
        change,
        log_value or (lambda z: Signed.of(value(z.value()))),
        lambda z: (log_slope(z) if log_slope else Signed.of(slope(z.value())),),
        log_change,
    )


def _faint(z: Signed, otherwise: Callable[[Floats], Floats]) -> Signed:
    """Return f(z) of a function with f(0) = 0 and f'(0) = 1: of a tiny number it is that number."""
    return logs.chosen(z.log < FAINT, z, Signed.of(otherwise(z.value())))


def softplus(z: Floats) -> Floats:
    """Return ln(1 + e^z)."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def log_softplus(z: Floats) -> Floats:
    """Return ln ln(1 + e^z)."""
    return np.where(z < -_FAR, z, np.log(softplus(z)))


def _softplus_change(z: Floats, d: Floats) -> Floats:
    # ln(1 + σ(z)(e^d − 1)); a change downward is one upward from the other end.
    start, size = np.where(d < 0, z + d, z), np.abs(d)
    step = np.where(size > 1e-300, np.log(-np.expm1(-size)), np.log(size)) + size
    return np.sign(d) * softplus(sigmoid.log_value(start) + step)


def _softplus_log_change(z: Floats, d: Signed) -> Signed:
    size = np.abs(d.value())
    step = np.where(d.log < FAINT, d.log, np.log(-np.expm1(-size))) + size
    return Signed(log_softplus(sigmoid.log_value(np.where(d.sign < 0, z - size, z)) + step), d.sign)


def _exp_change(z: Floats, d: Floats) -> Floats:
    return np.where(d == 0.0, 0.0, np.exp(z) * np.expm1(d))


def _exp_log_change(z: Floats, d: Signed) -> Signed:
    return logs.product(_faint(d, np.expm1), positive(z))


def expm1_log(z: Signed) -> Signed:
    """Return e^z − 1 in logarithms."""
    plain = z.value()
    return logs.chosen(plain > _FAR, positive(plain), _faint(z, np.expm1))


def log1p_log(z: Signed) -> Signed:
    """Return ln(1 + z) in logarithms."""
    return logs.chosen(z.log > _LARGEST, Signed.of(z.log), _faint(z, np.log1p))


def _log1p_slope(z: Floats) -> Floats:
    return _where_defined(z >= -1.0, 1.0 / np.abs(1.0 + z))


def _softsign(z: Floats) -> Floats:
    return np.where(np.isinf(z), np.sign(z), z / (1.0 + np.abs(z)))


def _softsign_change(z: Floats, d: Floats) -> Floats:
    end = z + d
    same = (np.sign(z) * np.sign(end) >= 0) | (np.abs(d) <= np.abs(z))
    return np.where(same & np.isfinite(d), d / (1 + np.abs(z)) / (1 + np.abs(end)), _softsign(end) - _softsign(z))


def _softsign_slope(z: Floats) -> Floats:
    return np.square(1.0 / (1.0 + np.abs(z)))


def _where_defined(holds: np.ndarray, value: Floats) -> Floats:
    """Return a slope where the function itself is defined."""
    return np.where(holds | np.isnan(value), value, np.nan)


def _round_change(z: Floats, d: Floats) -> Floats:
    # All numbers that float64 has there are whole.
    return np.where(np.abs(z) < _WHOLE, np.rint(z + d) - np.rint(z), np.rint(d))


def _by_log(log: Callable[[Floats], Floats]) -> Callable[[Signed], Signed]:
    return lambda z: positive(log(z.value()))


_FUNCTIONS: dict[str, Function] = {
    "tanh": _unary(
        np.tanh, tanh.slope, tanh.change, lambda z: _faint(z, np.tanh), _by_log(tanh.log_slope), tanh.log_change
    ),
    "sigmoid": _unary(
        sigmoid.value, sigmoid.slope, sigmoid.change, _by_log(sigmoid.log_value), _by_log(sigmoid.log_slope),
        sigmoid.log_change,
    ),
    "relu": _unary(
        relu.value, relu.slope, relu.change,
        lambda z: logs.chosen(z.sign > 0, z, Signed(np.where(np.isnan(z.log), z.log, -np.inf), 0.0 * z.sign)),
        _by_log(relu.log_slope), relu.log_change,
    ),
    "logsigmoid": _unary(
        lambda z: -softplus(-z), lambda z: sigmoid.value(-z), lambda z, d: -_softplus_change(-z, -d),
        lambda z: logs.negative(positive(log_softplus(-z.value()))), _by_log(lambda z: sigmoid.log_value(-z)),
        lambda z, d: logs.negative(_softplus_log_change(-z, logs.negative(d))),
    ),
    "softsign": _unary(
        _softsign, _softsign_slope, _softsign_change, lambda z: _faint(z, _softsign),
        lambda z: positive(-2.0 * np.logaddexp(0.0, z.log)),
    ),
    "exp": _unary(np.exp, np.exp, _exp_change, _by_log(np.copy), _by_log(np.copy), _exp_log_change),
    "expm1": _unary(np.expm1, np.exp, _exp_change, expm1_log, _by_log(np.copy), _exp_log_change),
    "log": _unary(
        np.log, lambda z: _where_defined(z >= 0, 1.0 / np.abs(z)), lambda z, d: np.log1p(d / z),
        lambda z: Signed.of(np.where(z.sign < 0, np.nan, z.log)),
        lambda z: positive(np.where(z.sign < 0, np.nan, -z.log)),
    ),
    "log1p": _unary(
        np.log1p, _log1p_slope, lambda z, d: np.log1p(d / (1.0 + z)), log1p_log,
        lambda z: Signed.of(_log1p_slope(z.value())),
    ),
    "sqrt": _unary(
        np.sqrt, lambda z: 0.5 / np.sqrt(z), lambda z, d: d / (np.sqrt(z + d) + np.sqrt(z)),
        lambda z: Signed(np.where(z.sign < 0, np.nan, 0.5 * z.log), z.sign),
        lambda z: positive(np.where(z.sign < 0, np.nan, -_LN2 - 0.5 * z.log)),
    ),
    "sin": _unary(
        np.sin, np.cos, lambda z, d: 2.0 * np.cos(z + 0.5 * d) * np.sin(0.5 * d), lambda z: _faint(z, np.sin)
    ),
    "cos": _unary(
        np.cos, lambda z: -np.sin(z), lambda z, d: -2.0 * np.sin(z + 0.5 * d) * np.sin(0.5 * d),
        log_slope=lambda z: logs.negative(_faint(z, np.sin)),
    ),
    "abs": _unary(
        np.abs, np.sign, lambda z, d: relu.change(z, d) + relu.change(-z, -d),
        lambda z: Signed(z.log, np.abs(z.sign)), lambda z: Signed(np.where(z.sign == 0, -np.inf, 0.0), z.sign),
    ),
    # Straight through: the slope is that of the number which was rounded.
    "round": _unary(np.rint, np.ones_like, _round_change),
    "silu": _unary(
        silu.value, silu.slope, silu.change, silu.log_value, lambda z: silu.log_slope(z.value()), silu.log_change
    ),
}  # fmt: skip

_REACHES: Mapping[str, Reach] = {
    "tanh": rising(np.tanh, *tanh.bounds), "sigmoid": rising(sigmoid.value, *sigmoid.bounds),
    "relu": rising(relu.value, *relu.bounds), "logsigmoid": rising(lambda z: -softplus(-z), high=0.0),
    "softsign": rising(_softsign, -1.0, 1.0), "exp": rising(np.exp, low=0.0),
    "expm1": rising(np.expm1, low=-1.0), "log": rising(np.log), "log1p": rising(np.log1p), "sqrt": rising(np.sqrt, low=0.0),
    "sin": within(-1.0, 1.0), "cos": within(-1.0, 1.0), "abs": size, "round": rising(np.rint), "silu": silu.reach,
}  # fmt: skip

UNARY: Mapping[str, Function] = MappingProxyType(
    {name: replace(function, reach=_REACHES[name]) for name, function in _FUNCTIONS.items()}
)
