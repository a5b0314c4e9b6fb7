"""z σ(z), of which the limits, the minimum and a change need more than the product of its two factors."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import FARTHEST, sigmoid
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.interval import Interval
from explorer.engine.recurrence.expressions.logs import positive
from explorer.engine.signed import Signed

# −W(1/e) at −1 − W(1/e), of Lambert's W.
_LEAST, _LOWEST = -0.2784645427610738, -1.2784645427610738
_FAR = 1e16


def value(z: Floats) -> Floats:
    """Return z σ(z)."""
    return _shared(z, sigmoid.value(z))


def slope(z: Floats) -> Floats:
    """Return σ(z) (1 + z σ(−z))."""
    return _shared(1.0 + _shared(z, sigmoid.value(-z)), sigmoid.value(z))


def change(z: Floats, d: Floats) -> Floats:
    """Return (z + d) σ(z + d) − z σ(z) as d σ(z + d) + z (σ(z + d) − σ(z)), or as it stands where that is smaller."""
    end = z + d
    moved, opened = d * sigmoid.value(end), _shared(z, sigmoid.change(z, d))
    first, last = value(z), value(end)
    apart = np.maximum(np.abs(moved), np.abs(opened)) > np.maximum(np.abs(first), np.abs(last))
    return np.where(apart, last - first, moved + opened)


def log_value(z: Signed) -> Signed:
    """Return z σ(z) in logarithms."""
    plain = z.value()
    return logs.product(logs.chosen(plain < -FARTHEST, _farthest(plain), z), positive(sigmoid.log_value(plain)))


def log_slope(z: Floats) -> Signed:
    """Return σ(z) (1 + z σ(−z)) in logarithms."""
    inner = 1.0 + _shared(np.maximum(z, -FARTHEST), sigmoid.value(-z))
    return logs.product(positive(sigmoid.log_value(z)), Signed.of(inner))


def log_change(z: Floats, d: Signed) -> Signed:
    """Return the change in logarithms, as `change` does."""
    end, opened = z + d.value(), sigmoid.log_change(z, d)
    # Of a z so far down that it does not feel d the gate's part is all, and the digits of its logarithm hold no other.
    moved = np.where((end == z) & (z < -_FAR), -np.inf, sigmoid.log_value(end))
    parts = [logs.product(d, positive(moved)), logs.product(_farthest(z), opened)]
    ends = [log_value(Signed.of(end)), logs.negative(log_value(Signed.of(z)))]
    apart = np.maximum(parts[0].log, parts[1].log) > np.maximum(ends[0].log, ends[1].log)
    return logs.chosen(apart, logs.total(ends), logs.total(parts))


def reach(z: Interval) -> Interval:
    """Return where z σ(z) lies."""
    with np.errstate(invalid="ignore"):
        ends = [float(value(np.asarray(end))) for end in (z.low, z.high)]
    return Interval(_LEAST if z.low <= _LOWEST <= z.high else min(ends), max(ends))


def _shared(z: Floats, share: Floats) -> Floats:
    """Return so large a share of z: none of it is nothing, however large z is."""
    return np.where(share == 0.0, 0.0, z * share)


def _farthest(z: Floats) -> Signed:
    """Return z, where it is infinite as the farthest net input there is: its gate has died out faster."""
    return Signed.of(np.where(np.isnan(z), z, np.clip(z, -FARTHEST, FARTHEST)))
