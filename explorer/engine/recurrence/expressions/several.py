"""Functions of two and three arguments, by the same rules as those of one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import sigmoid
from explorer.engine.recurrence.expressions import interval, logs
from explorer.engine.recurrence.expressions.function import Function
from explorer.engine.recurrence.expressions.logs import positive
from explorer.engine.recurrence.expressions.unary import expm1_log, log1p_log
from explorer.engine.signed import Signed

_HALF = float(np.log(0.5))


def _yes(holds: np.ndarray) -> Floats:
    return np.asarray(holds, dtype=np.float64)


def _switch(a: Floats, b: Floats, first: np.ndarray, da: Floats, db: Floats, then: np.ndarray) -> Floats:
    """Return the change of what is a where ``first`` and a + da where ``then``, else b and b + db."""
    return np.where(first, np.where(then, da, (b - a) + db), np.where(then, (a - b) + da, db))


def _share(a: Floats, b: Floats, chosen: np.ndarray) -> Floats:
    """Return 1 where one of two was chosen and 0 where it was not; NaN where one of them is none."""
    return np.where(np.isnan(a) | np.isnan(b), np.nan, chosen.astype(np.float64))


def _extreme(sign: float) -> Function:
    """Return the larger (sign 1) or the smaller (sign −1) of two; of two equal ones the second counts."""

    def first(a: Floats, b: Floats) -> np.ndarray:
        return np.asarray(sign * a > sign * b)

    def first_log(a: Signed, b: Signed) -> np.ndarray:
        return np.asarray(sign * (a - b).sign > 0)

    return Function(
        2,
        np.maximum if sign > 0 else np.minimum,
        lambda a, b: (_share(a, b, first(a, b)), _share(a, b, ~first(a, b))),
        lambda a, b, da, db: _switch(a, b, first(a, b), da, db, first(a + da, b + db)),
        lambda a, b: logs.chosen(first_log(a, b), a, b),
        lambda a, b: (
            Signed.of(_share(a.log, b.log, first_log(a, b))),
            Signed.of(_share(a.log, b.log, ~first_log(a, b))),
        ),
        reach=interval.rising(np.maximum if sign > 0 else np.minimum),
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


def _grown(share: Floats, own: Floats, other: Floats, d: Floats) -> Floats:
    """Return by how much a share of the sum of two exponentials grows, by (e^d − 1), also one that float64 takes for zero."""
    far = np.exp(np.where(np.isneginf(own), -np.inf, sigmoid.log_value(own - other)) + d) - share
    return np.where(d > 1.0, far, np.where(share > 0, share * np.expm1(d), 0.0))


def _logaddexp_change(a: Floats, b: Floats, da: Floats, db: Floats) -> Floats:
    p, q = _shares(a, b)
    moved = _grown(p, a, b, da) + _grown(q, b, a, db)
    y = np.logaddexp(a, b)
    shift = np.where(np.isfinite(y), y, 0.0)
    return np.where(np.abs(moved) < 0.5, np.log1p(moved), np.logaddexp(a - shift + da, b - shift + db) - (y - shift))


def _logaddexp_log_change(a: Floats, b: Floats, da: Signed, db: Signed) -> Signed:
    p, q = _logaddexp_log_slopes(Signed.of(a), Signed.of(b))
    moved = logs.total([logs.product(p, expm1_log(da)), logs.product(q, expm1_log(db))])
    exact = Signed.of(_logaddexp_change(a, b, da.value(), db.value()))
    return logs.chosen(moved.log < _HALF, log1p_log(moved), exact)


def _comparison(compare: np.ufunc) -> Function:
    """Return 1 where it holds and 0 elsewhere; nothing follows it."""
    return Function(
        2,
        lambda a, b: compare(a, b).astype(np.float64),
        lambda _a, _b: (None, None),
        lambda a, b, da, db: compare(a + da, b + db).astype(np.float64) - compare(a, b),
        lambda a, b: Signed.of(compare(a.value(), b.value()).astype(np.float64)),
        lambda _a, _b: (None, None),
        reach=interval.within(0.0, 1.0),
    )


COMPARISONS: Mapping[str, np.ufunc] = MappingProxyType(
    {
        "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    }
)  # fmt: skip


SEVERAL: Mapping[str, Function] = MappingProxyType(
    {
        **{sign: _comparison(compare) for sign, compare in COMPARISONS.items()},
        "maximum": _extreme(1.0),
        "minimum": _extreme(-1.0),
        "/": Function(
            2, np.divide, lambda a, b: (1.0 / b, -a / b / b), _divide_change, logs.quotient, _divide_log_slopes,
            reach=interval.quotient,
        ),
        "**": Function(
            2, np.power, lambda a, b: (b * np.power(a, b - 1.0), np.power(a, b) * np.log(a)), _power_change,
            _power_log, _power_log_slopes, reach=interval.power,
        ),
        "%": Function(
            2, np.mod, lambda a, b: (np.ones(np.shape(a)), -np.floor(a / b)),
            lambda a, b, da, db: np.mod(a + da, b + db) - np.mod(a, b),
            lambda a, b: Signed.of(np.mod(a.value(), b.value())),
            lambda a, b: (Signed.of(np.ones_like(a.sign)), Signed.of(-np.floor(a.value() / b.value()))),
            reach=interval.remainder,
        ),
        "logaddexp": Function(
            2, np.logaddexp, _shares, _logaddexp_change,
            lambda a, b: Signed.of(np.logaddexp(a.value(), b.value())), _logaddexp_log_slopes,
            log_change=_logaddexp_log_change, reach=interval.rising(np.logaddexp),
        ),
        "where": Function(
            3, lambda c, a, b: np.asarray(np.where(c != 0, a, b), dtype=np.float64),
            lambda c, _a, _b: (None, _yes(c != 0), _yes(c == 0)),
            lambda c, a, b, dc, da, db: _switch(a, b, c != 0, da, db, c + dc != 0),
            lambda c, a, b: logs.chosen(c.sign != 0, a, b),
            lambda c, _a, _b: (None, Signed.of(1.0 * (c.sign != 0)), Signed.of(1.0 * (c.sign == 0))),
            reach=interval.either,
        ),
    }
)  # fmt: skip
