"""The functions that equations may apply, one small rule each: value, slopes, exact change, and the first two in logarithms.

Slopes come from the arguments, never from the value; a change f(a + d) − f(a) keeps all its digits however small d is; in
logarithms neither e^−800 nor a slope of e^−5000 is zero. At a kink the slope is the left side's (ReLU′(0) = 0), and |0|′ = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.norms import norm_of_logs, norms
from explorer.engine.recurrence.activations import ACTIVATIONS, sigmoid, tanh
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.logs import FAINT, positive
from explorer.engine.signed import Signed

relu = ACTIVATIONS["relu"]
_LARGEST = float(np.log(np.finfo(np.float64).max))
_LN2 = float(np.log(2.0))
# Beyond this 1 + e^{−z} is 1 to the last digit, and a sum of logarithms its largest.
_FAR = 40.0


@dataclass(frozen=True, slots=True)
class Function:
    """One function of ``arity`` arguments.

    ``slopes`` returns the partial derivatives, None where there is none; ``change`` takes the arguments and by how much
    each changes. ``log_value`` and ``log_slopes`` are the first two in logarithms, and ``log_change``, of a function whose
    change can be too small for float64 though the argument's is not, is the third.
    """

    arity: int
    value: Callable[..., Floats]
    slopes: Callable[..., tuple[Floats | None, ...]]
    change: Callable[..., Floats]
    log_value: Callable[..., Signed]
    log_slopes: Callable[..., tuple[Signed | None, ...]]
    log_change: Callable[[Floats, Signed], Signed] | None = None


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


def _exp_change(z: Floats, d: Floats) -> Floats:
    return np.exp(z) * np.expm1(d)


def _exp_log_change(z: Floats, d: Signed) -> Signed:
    return _faint(d, np.expm1).times(z)


def _expm1_log(z: Signed) -> Signed:
    plain = z.value()
    return logs.chosen(plain > _FAR, positive(plain), _faint(z, np.expm1))


def _log1p_log(z: Signed) -> Signed:
    return logs.chosen(z.log > _LARGEST, Signed.of(z.log), _faint(z, np.log1p))


def _softsign_change(z: Floats, d: Floats) -> Floats:
    end = z + d
    same = (np.sign(z) * np.sign(end) >= 0) | (np.abs(d) <= np.abs(z))
    return np.where(same, d / (1 + np.abs(z)) / (1 + np.abs(end)), end / (1 + np.abs(end)) - z / (1 + np.abs(z)))


def _softsign_slope(z: Floats) -> Floats:
    return np.square(1.0 / (1.0 + np.abs(z)))


def _yes(holds: np.ndarray) -> Floats:
    return np.asarray(holds, dtype=np.float64)


def _by_log(log: Callable[[Floats], Floats]) -> Callable[[Signed], Signed]:
    return lambda z: positive(log(z.value()))


UNARY: dict[str, Function] = {
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
    ),
    "softsign": _unary(
        lambda z: z / (1.0 + np.abs(z)), _softsign_slope, _softsign_change,
        lambda z: _faint(z, lambda plain: plain / (1.0 + np.abs(plain))),
        lambda z: positive(-2.0 * np.logaddexp(0.0, z.log)),
    ),
    "exp": _unary(np.exp, np.exp, _exp_change, _by_log(np.copy), _by_log(np.copy), _exp_log_change),
    "expm1": _unary(np.expm1, np.exp, _exp_change, _expm1_log, _by_log(np.copy)),
    "log": _unary(
        np.log, np.reciprocal, lambda z, d: np.log1p(d / z),
        lambda z: Signed.of(np.where(z.sign < 0, np.nan, z.log)), lambda z: Signed(-z.log, z.sign),
    ),
    "log1p": _unary(
        np.log1p, lambda z: 1.0 / (1.0 + z), lambda z, d: np.log1p(d / (1.0 + z)), _log1p_log,
        lambda z: Signed.of(1.0 / (1.0 + z.value())),
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
    "round": _unary(np.rint, np.ones_like, lambda z, d: np.rint(z + d) - np.rint(z)),
}  # fmt: skip


def _switch(a: Floats, b: Floats, first: np.ndarray, da: Floats, db: Floats, then: np.ndarray) -> Floats:
    """Return the change of what is a where ``first`` and a + da where ``then``, else b and b + db."""
    return np.where(first, np.where(then, da, (b - a) + db), np.where(then, (a - b) + da, db))


def _extreme(sign: float) -> Function:
    """Return the larger (sign 1) or the smaller (sign −1) of two; of two equal ones the second counts."""

    def first(a: Floats, b: Floats) -> np.ndarray:
        return np.asarray(sign * a > sign * b)

    def first_log(a: Signed, b: Signed) -> np.ndarray:
        return np.asarray(sign * (a - b).sign > 0)

    return Function(
        2,
        np.maximum if sign > 0 else np.minimum,
        lambda a, b: (first(a, b).astype(np.float64), (~first(a, b)).astype(np.float64)),
        lambda a, b, da, db: _switch(a, b, first(a, b), da, db, first(a + da, b + db)),
        lambda a, b: logs.chosen(first_log(a, b), a, b),
        lambda a, b: (Signed.of(1.0 * first_log(a, b)), Signed.of(1.0 * ~first_log(a, b))),
    )


def _divide_change(a: Floats, b: Floats, da: Floats, db: Floats) -> Floats:
    return (da - a / b * db) / (b + db)


def _divide_log_slopes(a: Signed, b: Signed) -> tuple[Signed, Signed]:
    one = logs.quotient(Signed(0.0 * b.sign, np.ones_like(b.sign)), b)
    return one, logs.negative(logs.quotient(logs.product(a, one), b))


def _power_change(a: Floats, b: Floats, da: Floats, db: Floats) -> Floats:
    y = np.power(a, b)
    # (a + da)^(b + db) = y e^w, and w has no cancelling part of its own.
    w = b * np.log1p(da / a) + db * np.log(np.abs(a + da))
    return np.where((a > 0) & (a + da > 0), y * np.expm1(w), np.power(a + da, b + db) - y)


def _power_log(a: Signed, b: Signed) -> Signed:
    exponent = b.value()
    odd = np.mod(exponent, 2.0) == 1.0
    whole = np.mod(exponent, 1.0) == 0.0
    sign = np.where(a.sign < 0, np.where(whole, np.where(odd, -1.0, 1.0), np.nan), 1.0)
    log = np.where(exponent == 0, 0.0, exponent * a.log)
    return Signed(np.where(np.isnan(sign), np.nan, log), np.where(np.isneginf(log), 0.0, sign))


def _power_log_slopes(a: Signed, b: Signed) -> tuple[Signed, Signed]:
    less = Signed.of(b.value() - 1.0)
    return logs.product(b, _power_log(a, less)), logs.product(_power_log(a, b), Signed.of(a.log))


def _shares(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return by how much logaddexp follows either argument; of two that are −∞ neither."""
    apart = np.where(np.isneginf(a) & np.isneginf(b), np.nan, a - b)
    nothing = np.isnan(apart) & ~(np.isnan(a) | np.isnan(b))
    return np.where(nothing, 0.0, sigmoid.value(apart)), np.where(nothing, 0.0, sigmoid.value(-apart))


def _logaddexp_log_slopes(a: Signed, b: Signed) -> tuple[Signed, Signed]:
    first, second = a.value(), b.value()

    def share(of: Floats, other: Floats) -> Signed:
        return positive(np.where(np.isneginf(of), -np.inf, sigmoid.log_value(of - other)))

    return share(first, second), share(second, first)


def _logaddexp_change(a: Floats, b: Floats, da: Floats, db: Floats) -> Floats:
    p, q = _shares(a, b)
    moved = np.where(p > 0, p * np.expm1(da), 0.0) + np.where(q > 0, q * np.expm1(db), 0.0)
    y = np.logaddexp(a, b)
    shift = np.where(np.isfinite(y), y, 0.0)
    return np.where(np.abs(moved) < 0.5, np.log1p(moved), np.logaddexp(a - shift + da, b - shift + db) - (y - shift))


def _comparison(compare: np.ufunc) -> Function:
    """Return 1 where it holds and 0 elsewhere; nothing follows it."""
    return Function(
        2,
        lambda a, b: compare(a, b).astype(np.float64),
        lambda _a, _b: (None, None),
        lambda a, b, da, db: compare(a + da, b + db).astype(np.float64) - compare(a, b),
        lambda a, b: Signed.of(compare(a.value(), b.value()).astype(np.float64)),
        lambda _a, _b: (None, None),
    )


COMPARISONS: Mapping[str, np.ufunc] = MappingProxyType(
    {
        "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    }
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **UNARY,
        **{sign: _comparison(compare) for sign, compare in COMPARISONS.items()},
        "maximum": _extreme(1.0),
        "minimum": _extreme(-1.0),
        "/": Function(
            2, np.divide, lambda a, b: (1.0 / b, -a / b / b), _divide_change, logs.quotient, _divide_log_slopes
        ),
        "**": Function(
            2, np.power, lambda a, b: (b * np.power(a, b - 1.0), np.power(a, b) * np.log(a)), _power_change,
            _power_log, _power_log_slopes,
        ),
        "%": Function(
            2, np.mod, lambda a, b: (np.ones(np.shape(a)), -np.floor(a / b)),
            lambda a, b, da, db: np.mod(a + da, b + db) - np.mod(a, b),
            lambda a, b: Signed.of(np.mod(a.value(), b.value())),
            lambda a, b: (Signed.of(np.ones_like(a.sign)), Signed.of(-np.floor(a.value() / b.value()))),
        ),
        "logaddexp": Function(
            2, np.logaddexp, _shares, _logaddexp_change,
            lambda a, b: Signed.of(np.logaddexp(a.value(), b.value())), _logaddexp_log_slopes,
        ),
        "where": Function(
            3, lambda c, a, b: np.asarray(np.where(c != 0, a, b), dtype=np.float64),
            lambda c, _a, _b: (None, _yes(c != 0), _yes(c == 0)),
            lambda c, a, b, dc, da, db: _switch(a, b, c != 0, da, db, c + dc != 0),
            lambda c, a, b: logs.chosen(c.sign != 0, a, b),
            lambda c, _a, _b: (None, Signed.of(1.0 * (c.sign != 0)), Signed.of(1.0 * (c.sign == 0))),
        ),
    }
)  # fmt: skip
"""What makes an array of arrays entry by entry, by name."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A function (…, n) → (…) with its gradient (…, n), its exact change, and the first two in logarithms."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    change: Callable[[Floats, Floats], Floats]
    log_value: Callable[[Signed], Signed]
    log_slope: Callable[[Signed], Signed]


def _logsumexp(v: Floats) -> Floats:
    return np.asarray(np.logaddexp.reduce(v, axis=-1))


def _logsumexp_change(v: Floats, d: Floats) -> Floats:
    y = _logsumexp(v)[..., None]
    moved = (np.exp(v - y) * np.expm1(d)).sum(axis=-1)
    return np.where(np.abs(moved) < 0.5, np.log1p(moved), _logsumexp(v - y + d))


def _norm_change(v: Floats, d: Floats) -> Floats:
    # The difference of two squares, by what they add up to.
    before, after = norms(v), norms(v + d)
    size = (before + after)[..., None]
    return np.asarray((d * ((v + v + d) / np.where(size > 0, size, 1.0))).sum(axis=-1))


def _norm_slope(v: Floats) -> Floats:
    size = norms(v)[..., None]
    return v / np.where(size > 0, size, 1.0)


def _log_norm_slope(v: Signed) -> Signed:
    size = norm_of_logs(v.log)[..., None]
    return Signed(np.where(np.isneginf(size), -np.inf, v.log - np.where(np.isneginf(size), 0.0, size)), v.sign)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "logsumexp": Measure(
            _logsumexp, lambda v: np.exp(v - _logsumexp(v)[..., None]), _logsumexp_change,
            lambda v: Signed.of(_logsumexp(v.value())),
            lambda v: positive(v.value() - _logsumexp(v.value())[..., None]),
        ),
        "norm": Measure(
            norms, _norm_slope, _norm_change, lambda v: positive(norm_of_logs(v.log)), _log_norm_slope
        ),
    }
)  # fmt: skip
"""What makes a number of a vector, by name. The slope of a norm at zero is zero."""
