"""A verdict on one row of the flow: does the gradient of s_t vanish, survive or explode on its way back?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.engine.activations import Floats

Kind = Literal["vanishing", "preserved", "exploding", "mixed", "dead", "undefined"]

# Preserved: within a factor of ten all the way, and slower than a factor of two in five steps; or within a factor of two,
# however short the row. What halves more slowly than that has not vanished before it is down to a tenth.
_PRESERVED_SPAN = float(np.log(10.0))
_PRESERVED_RATE = float(np.log(2.0)) / 5.0
_PRESERVED_ANYWAY = float(np.log(2.0))
# Mixed: rises or falls by a factor of ten and then turns back by as much.
_TURN = float(np.log(10.0))
# A row that has vanished is not mixed for rising a little again: it must win back a good part.
_RECOVERED = 0.25
# Slopes of all pairs of so many points are taken for the fit; longer rows are thinned to that.
_FIT_POINTS = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the gradient of s_t, as a function of the lag t−k.

    rate: nats a step, the median of the slopes between all pairs of points (Theil 1950, Sen 1968), NaN for fewer than
    two points; offset: the fitted line's ln gain at lag 0. double: the steps in which the gain doubles (rate > 0) or
    halves (rate < 0), inf for rate 0. horizon: the greatest lag up to which the gain stays at or above the threshold all
    the way; reaches_start: whether that is the whole row. extreme_lag, extreme: where a mixed row turns, and its ln gain
    there. dead_lag: the first lag that is exactly zero, or None. end: ln gain at the row's far end.
    """

    kind: Kind
    rate: float
    offset: float
    double: float
    horizon: int
    reaches_start: bool
    extreme_lag: int
    extreme: float
    dead_lag: int | None
    end: float


def verdict(row: Floats, threshold: float = 1e-6) -> Verdict:
    """Return the verdict on a row of ln gains (t+1,), k = 0..t, the last entry belonging to k = t.

    ``threshold`` is a gain, not a logarithm.
    """
    gain = row[::-1]
    zeros = np.flatnonzero(gain == -np.inf)
    dead_lag = int(zeros[0]) if len(zeros) else None
    lags = np.flatnonzero(np.isfinite(gain))
    rate, offset = _fit(lags, gain[lags])
    below = np.flatnonzero(~(gain >= np.log(threshold)))
    horizon = int(below[0]) - 1 if len(below) else len(gain) - 1
    turn = _turn(gain[lags])
    kind = _kind(gain, lags, rate, dead_lag, turn)
    return Verdict(
        kind=kind,
        rate=rate,
        offset=offset,
        double=float(np.log(2.0) / abs(rate)) if rate else np.inf,
        horizon=max(0, horizon),
        reaches_start=not len(below),
        extreme_lag=int(lags[turn]) if turn is not None else 0,
        extreme=float(gain[lags[turn]]) if turn is not None else 0.0,
        dead_lag=dead_lag,
        end=float(gain[-1]),
    )


def _fit(lags: np.ndarray, gain: Floats) -> tuple[float, float]:
    """Return the slope and intercept of the robust line through the points."""
    if len(lags) < 2:
        return float("nan"), float("nan")
    chosen = np.unique(np.linspace(0, len(lags) - 1, min(len(lags), _FIT_POINTS)).astype(int))
    x, y = lags[chosen].astype(np.float64), gain[chosen]
    i, j = np.triu_indices(len(x), 1)
    rate = float(np.median((y[j] - y[i]) / (x[j] - x[i])))
    return rate, float(np.median(y - rate * x))


def _turn(gain: Floats) -> int | None:
    """Return the index at which the curve turns back after a rise or fall of a factor of ten, or None."""
    if len(gain) < 3:
        return None
    top, bottom = int(gain.argmax()), int(gain.argmin())
    if gain[top] - gain[0] >= _TURN and gain[top] - gain[-1] >= _TURN:
        return top
    fall, rise = gain[0] - gain[bottom], gain[-1] - gain[bottom]
    if fall >= _TURN and rise >= max(_TURN, _RECOVERED * fall):
        return bottom
    return None


def _kind(gain: Floats, lags: np.ndarray, rate: float, dead_lag: int | None, turn: int | None) -> Kind:
    if np.isnan(gain).any():
        return "undefined"
    if dead_lag is not None:
        return "dead"
    if len(lags) < 2:
        return "preserved"
    if turn is not None:
        return "mixed"
    span = float(np.ptp(gain))
    if span < _PRESERVED_ANYWAY or (span <= _PRESERVED_SPAN and abs(rate) <= _PRESERVED_RATE):
        return "preserved"
    return "vanishing" if rate < 0 else "exploding"
