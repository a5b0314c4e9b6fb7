"""What really becomes of a small change of one state, beside what ∂s_t/∂s_k predicts.

The product of Jacobians is the derivative: it is right for changes without size. How far a change of some size follows it,
and where saturation or a kink ends that, is seen by running the network again from the changed state. The run is made in the
change itself, by differences that don't cancel, so that a change of 1e-300 is as true as one of 0.1. Where older states are
read, it is carried on through these as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import norm, norm_of_logs, norms
from explorer.engine.signed import Signed
from explorer.engine.values import Value

# Changes below this are made larger and their logarithm kept: so small, they only scale.
_SMALL = 1e-100
# Nats: of changes no smaller than that and factors above this float64 holds every product of two.
_CALM = -100.0

Changes = tuple[Floats, Floats]
"""ln of the norms (T−k+1,) of changes of s_k..s_T, −inf for none, and their directions (T−k+1, N)."""

Scaled = tuple[float, Floats]
"""ln of what a change (N,) is divided by, and the quotient."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Nudge(Value):
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


def nudge(trace: Trace | Course, k: int, unit: int, size: float) -> Nudge:
    """Return what becomes of s_k when its entry ``unit`` (0..N−1) is moved by ``size``.

    Raises
    ------
    BadSequence
        If there is no such step or unit, or the size is zero or not finite.
    """
    trace = course_of(trace)
    trace.check_pair(trace.steps, k)
    if not 0 <= unit < trace.width:
        raise BadSequence(
            "There is no unit {unit}; the state has the units 0 to {last}.", unit=unit, last=trace.width - 1
        )
    if not (np.isfinite(size) and size):
        raise BadSequence("A nudge of {size} shows nothing; it must be a finite number other than 0.", size=size)
    asked = np.zeros(trace.width)
    asked[unit] = size
    # What is infinite stays so, however it is moved.
    moved = np.where(np.isinf(trace.s[k]), 0.0, asked)
    with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
        way = _plain if _is_calm(trace, k) and abs(size) >= _SMALL else _in_logs
        (log_true, true), (log_predicted, predicted) = way(trace, k, moved, asked)
        ratio = np.exp(log_true - log_predicted)
        # Two directions of norm one: nothing here is small but what is nothing.
        deviation = np.linalg.norm(ratio[:, None] * true - predicted, axis=1)
        # Neither has anything left: they agree.
        deviation[np.isneginf(log_true) & np.isneginf(log_predicted)] = 0.0
    return Nudge(k, unit, size, log_true, log_predicted, deviation, true, predicted)


def _is_calm(trace: Course, k: int) -> bool:
    """Return whether no derivative after step k is so small that a product of two of them might leave float64."""
    return trace.motion.least(k, trace.steps) > _CALM


def _plain(trace: Course, k: int, moved: Floats, asked: Floats) -> tuple[Changes, Changes]:
    """Return the true changes and the predicted ones, each made larger when it has become small."""
    motion, true, predicted = trace.motion, [_seen(0.0, moved)], [_seen(0.0, asked)]
    walks = [trace.walk(k, trace.steps, delay) for delay in motion.delays]
    for t, J in zip(range(k, trace.steps), zip(*walks, strict=True), strict=True):
        scale, (last, *older) = _together(motion.delays, true)
        true.append(_seen(scale, motion.change(t, last, dict(zip(motion.delays[1:], older, strict=False)))))
        scale, read = _together(motion.delays, predicted)
        predicted.append(_seen(scale, reduce(np.add, map(np.matmul, J, read))))
    return _apart(true), _apart(predicted)


def _seen(scale: float, change: Floats) -> Scaled:
    """Return a change whose norm is `_SMALL` at least, and no larger than it is if that is more; none has no scale."""
    size = norm(change)
    if size == 0.0:
        return -math.inf, change
    if scale == 0.0 and not size < _SMALL:
        return scale, change
    # Infinite changes are what they are.
    common = min(0.0, scale + math.log(size) - math.log(_SMALL))
    return common, np.exp(scale - common) * change


def _together(delays: tuple[int, ...], changes: Sequence[Scaled]) -> tuple[float, list[Floats]]:
    """Return the changes that the next step reads, by delay as far as they reach back, on one scale."""
    if len(delays) == 1:
        return changes[-1][0], [changes[-1][1]]
    read = [changes[-delay] for delay in delays if delay <= len(changes)]
    common = max(scale for scale, _ in read)
    return common, [change if scale == common else np.exp(scale - common) * change for scale, change in read]


def _apart(changes: Sequence[Scaled]) -> Changes:
    scales, vectors = np.array([scale for scale, _ in changes]), np.array([vector for _, vector in changes])
    sizes = norms(vectors)
    return np.log(sizes) + scales, vectors / np.where(sizes > 0.0, sizes, 1.0)[:, None]


def _in_logs(trace: Course, k: int, moved: Floats, asked: Floats) -> tuple[Changes, Changes]:
    """Return the same with every entry in logarithms: a change behind a gate shut to e^−900 is none the less true."""
    motion, true, predicted = trace.motion, [Signed.of(moved)], [Signed.of(asked)]
    for t in range(k, trace.steps):
        read = [delay for delay in motion.delays if delay <= len(true)]
        true.append(motion.log_change(t, true[-1], {delay: true[-delay] for delay in read if delay > 1}))
        summands = [predicted[-delay] @ motion.log_jacobian(t + 1, delay=delay).T for delay in read]
        predicted.append(reduce(Signed.__add__, summands))
    return _sized(true), _sized(predicted)


def _sized(changes: list[Signed]) -> Changes:
    log, sign = np.array([change.log for change in changes]), np.array([change.sign for change in changes])
    sizes = norm_of_logs(log)
    return sizes, sign * np.exp(log - np.where(np.isneginf(sizes), 0.0, sizes)[:, None])
