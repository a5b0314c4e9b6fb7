"""What really becomes of a small change of one state, beside what ∂s_t/∂s_k predicts.

The product of Jacobians is the derivative: it is right for changes without size. How far a change of some size follows it,
and where saturation or a kink ends that, is seen by running the network again from the changed state. The run is made in the
change itself, by differences that don't cancel, so that a change of 1e-300 is as true as one of 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.errors import BadSequence
from explorer.engine.network import Trace

# Changes below this are made larger and their logarithm kept: so small, they only scale.
_SMALL = 1e-100


@dataclass(frozen=True, slots=True)
class Nudge:
    """Unit ``unit`` of s_k moved by ``size``; entry j − k belongs to step j = k..T; arrays are read-only.

    log_true and log_predicted (T−k+1,): ln of the norms of the true change of s_j and of ∂s_j/∂s_k times the nudge, −inf for
    none at all. deviation (T−k+1,): ‖true − predicted‖ / ‖predicted‖. true and predicted (T−k+1, N): directions, of norm 1.
    """

    k: int
    unit: int
    size: float
    log_true: Floats
    log_predicted: Floats
    deviation: Floats
    true: Floats
    predicted: Floats

    def breaks(self, tolerance: float = 0.1) -> int | None:
        """Return the first step j from which on the prediction is off by more than ``tolerance``; None if it never is."""
        off = np.flatnonzero(~(self.deviation <= tolerance))
        return self.k + int(off[0]) if len(off) else None


def nudge(trace: Trace, k: int, unit: int, size: float) -> Nudge:
    """Return what becomes of s_k when its entry ``unit`` (0..N−1) is moved by ``size``.

    Raises
    ------
    BadSequence
        If there is no such step or unit, or the size is zero or not finite.
    """
    trace.check_pair(trace.steps, k)
    if not 0 <= unit < trace.width:
        raise BadSequence(
            "There is no unit {unit}; the state has the units 0 to {last}.", unit=unit, last=trace.width - 1
        )
    if not (np.isfinite(size) and size):
        raise BadSequence("A nudge of {size} shows nothing; it must be a finite number other than 0.", size=size)
    start = np.zeros(trace.width)
    start[unit] = size
    with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
        log_true, true = _true(trace, k, start)
        log_predicted, predicted = _predicted(trace, k, start)
        ratio = np.exp(log_true - log_predicted)
        deviation = np.linalg.norm(ratio[:, None] * true - predicted, axis=1)
        # Neither has anything left: they agree.
        deviation[np.isneginf(log_true) & np.isneginf(log_predicted)] = 0.0
    arrays = log_true, log_predicted, deviation, true, predicted
    for array in arrays:
        array.setflags(write=False)
    return Nudge(k, unit, size, *arrays)


def _true(trace: Trace, k: int, d: Floats) -> tuple[Floats, Floats]:
    """Return ln of the norms of the true changes of s_k..s_T and their directions."""
    net, scale, changes, scales = trace.network, 0.0, [d], [0.0]
    for t in range(k, trace.steps):
        d = net.kind.change(net, trace.s[t], trace.z[t], d)
        size = float(np.linalg.norm(d))
        if 0.0 < size < _SMALL:
            d = d * (_SMALL / size)
            scale += float(np.log(size / _SMALL))
        changes.append(d)
        scales.append(scale)
    return _apart(np.array(changes), np.array(scales))


def _predicted(trace: Trace, k: int, d: Floats) -> tuple[Floats, Floats]:
    """Return the same of ∂s_j/∂s_k d, each product renormalised."""
    scale, changes, scales = 0.0, [d], [0.0]
    for J in trace.walk(k, trace.steps):
        d = J @ d
        size = float(np.linalg.norm(d))
        if 0.0 < size < np.inf:
            d = d / size
            scale += float(np.log(size))
        changes.append(d)
        scales.append(scale)
    return _apart(np.array(changes), np.array(scales))


def _apart(vectors: Floats, scales: Floats) -> tuple[Floats, Floats]:
    sizes = np.linalg.norm(vectors, axis=1)
    return np.log(sizes) + scales, vectors / np.where(sizes > 0.0, sizes, 1.0)[:, None]
