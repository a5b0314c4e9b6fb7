"""A verdict on one row of the flow: does the gradient of s_t vanish, survive or explode on its way back?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.table import TOLERANCE
from explorer.engine.names import spelt
from explorer.engine.values import Value

Kind = Literal["gone", "fading", "preserved", "growing", "exploding", "dead", "undefined"]

PRESERVED = 0.5 * math.log(10.0)
"""Nats either way: within a factor of √10 a gradient is preserved."""
EXTREME = 6.0 * math.log(10.0)
"""Nats either way: beyond a factor of 10⁶ it is gone, or has exploded."""
# A hump or a dip on a row that changes much anyway is told from this share of the change on.
_OUTSTANDING = 0.1
# A rate describes a row that keeps to its line within this share of the whole change.
_STRAIGHT = 0.15
# Slopes of all pairs of so many points are taken for the fit; longer rows are thinned to that.
_FIT_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Point(Value):
    """A place on a row: the lag, and a logarithm of a gain in nats.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import verdict
    >>> hump = verdict(np.log(10.0) * np.array([0.0, 2.0, 4.0, 2.0, 0.0])).hump
    >>> hump.lag, round(hump.gain, 3)
    (2, 9.21)
    """

    lag: int
    gain: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Verdict(Value):
    """What becomes of the gradient of s_t, as a function of the lag t−k.

    kind: the word for the gain at the row's far end (`grade`); end: that gain's logarithm in nats.
    rate: nats a step, the median of the slopes between all pairs of points (Theil 1950, Sen 1968); offset: that line's ln
    gain at lag 0; double: the steps in which the gain doubles (rate > 0) or halves (rate < 0), inf for rate 0. They are
    None where the row does not keep to one line.
    horizon: the greatest lag up to which the gain stays at or above the threshold all the way; reaches_start: whether
    that is the whole row.
    hump, dip: where the row rises far above both its ends, or falls far below both. jump: where no rate describes the
    row, the lag after a single step that makes at least half of the change, and what that step does in nats.
    dead_lag: the lag from which on all of the row is exactly zero; a delay leaves zeros before it that mean no end. Each is
    None where there is none.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import verdict
    >>> said = verdict(np.log(0.5) * np.arange(10, -1, -1.0))  # halved at each of ten steps
    >>> said.kind, round(said.rate, 6), round(said.double, 6), said.horizon
    ('fading', -0.693147, 1.0, 10)
    """

    kind: Kind
    end: float
    rate: float | None
    offset: float | None
    double: float | None
    horizon: int
    reaches_start: bool
    hump: Point | None
    dip: Point | None
    jump: Point | None
    dead_lag: int | None


def grade(log_gain: float) -> Kind:
    """Return the word for the gain e^``log_gain``, one scale for every cell, length and norm.

    gone < 10⁻⁶ ≤ fading < 10^−½ ≤ preserved ≤ 10^½ < growing ≤ 10⁶ < exploding. A true zero is dead; what is no number, or
    beyond all numbers, is undefined. On a border, as exactly as gains are known, the milder word holds.
    """
    if math.isnan(log_gain) or log_gain == math.inf:
        return "undefined"
    if log_gain == -math.inf:
        return "dead"
    size = abs(log_gain) - TOLERANCE
    if size <= PRESERVED:
        return "preserved"
    if log_gain < 0:
        return "fading" if size <= EXTREME else "gone"
    return "growing" if size <= EXTREME else "exploding"


@spelt
def verdict(row: Floats, threshold: float = 1e-6) -> Verdict:
    """Return the verdict on a row of ln gains (t+1,), k = 0..t, the last entry belonging to k = t.

    ``threshold`` is a gain, not a logarithm.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, gradient_flow, verdict
    >>> net = Network.random(inputs=1, hidden=16, outputs=1, init="orthogonal", activation="identity")
    >>> verdict(gradient_flow(net.forward(np.zeros((30, 1)))).log_gain[30]).kind
    'preserved'
    """
    gain = row[::-1]
    end = float(gain[-1])
    alive = np.flatnonzero(gain != -np.inf)
    below = np.flatnonzero(~(gain >= np.log(threshold) - TOLERANCE))
    kind, finite = grade(end), bool(np.isfinite(gain).all())
    rate, offset = _line(gain) if finite else (None, None)
    hump, dip = (None, None) if kind == "undefined" else (_hump(gain, end), _dip(gain, end))
    abrupt = finite and kind != "preserved" and rate is None and not hump and not dip
    return Verdict(
        kind=kind,
        end=end,
        rate=rate,
        offset=offset,
        double=None if rate is None else math.log(2.0) / abs(rate) if rate else math.inf,
        horizon=max(0, int(below[0]) - 1) if len(below) else len(gain) - 1,
        reaches_start=not len(below),
        hump=hump,
        dip=dip,
        jump=_jump(gain, end) if abrupt else None,
        dead_lag=(int(alive[-1]) + 1 if len(alive) else 0) if kind == "dead" else None,
    )


def trend(gain: Floats) -> tuple[float, float]:
    """Return slope, nats a lag, and intercept of the robust line through finite ln gains by lag (lags,), two or more.

    The slope is the median of those between all pairs of points (Theil 1950, Sen 1968).
    """
    # As many places as there are gains, or fewer: all are different. np.unique would load numpy.ma.
    chosen = np.linspace(0, len(gain) - 1, min(len(gain), _FIT_POINTS)).astype(int)
    x, y = chosen.astype(np.float64), gain[chosen]
    i, j = np.triu_indices(len(x), 1)
    rate = _median((y[j] - y[i]) / (x[j] - x[i]))
    return rate, _median(y - rate * x)


def _median(values: Floats) -> float:
    """Return the median of finite ``values``; NumPy's own loads numpy.ma first, which a start would wait for."""
    middle = [(len(values) - 1) // 2, len(values) // 2]
    low, high = np.partition(values, middle)[middle]
    return float(0.5 * (low + high))


def _line(gain: Floats) -> tuple[float, float] | tuple[None, None]:
    """Return slope and intercept of the robust line through a finite row, None where the row leaves that line."""
    if len(gain) < 2:
        return None, None
    rate, offset = trend(gain)
    away = np.abs(gain - (offset + rate * np.arange(len(gain)))).max()
    return (rate, offset) if away <= _STRAIGHT * abs(gain[-1]) + TOLERANCE else (None, None)


def _hump(gain: Floats, end: float) -> Point | None:
    """Return the highest place of a row that rises above what its two ends are called, or None."""
    top = int(np.argmax(gain))
    usual = PRESERVED if end <= PRESERVED else end + max(PRESERVED, _OUTSTANDING * end)
    return Point(top, float(gain[top])) if gain[top] > usual + TOLERANCE else None


def _dip(gain: Floats, end: float) -> Point | None:
    """Return the lowest place of a row that falls below what its two ends are called, or None."""
    mirrored = _hump(-gain, -end)
    return None if mirrored is None else Point(mirrored.lag, -mirrored.gain)


def _jump(gain: Floats, end: float) -> Point | None:
    """Return the single step that makes at least half of the whole change, or None."""
    changes = np.diff(gain)
    largest = int(np.argmax(math.copysign(1.0, end) * changes))
    change = float(changes[largest])
    return Point(largest + 1, change) if change / end >= 0.5 else None
