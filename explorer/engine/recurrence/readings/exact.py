"""J in float64 with the digits of what float64 can't hold on the way: the plain one, and from logarithms where it must be.

A gate of e^−800 before a weight of e^300 is no zero, and neither need two slopes be that meet with a large state between.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Pointwise, Reduction
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.derivative import Readings
from explorer.engine.recurrence.readings.jacobian import dense, lead
from explorer.engine.recurrence.readings.logjacobian import log_jacobian, readings
from explorer.engine.recurrence.readings.logvalue import LogValues, log_values
from explorer.engine.recurrence.readings.step import Given, Step, Weights
from explorer.engine.recurrence.readings.value import values
from explorer.engine.signed import Signed

# Nats: beyond this a factor is near the end of float64, where its product with another need not be.
_FAR = 700.0


def jacobian(step: Step, weights: Weights, given: Given, delay: int = 1, path: Path = "whole") -> Floats:
    """Return J (…, N, N) as `jacobian.dense` does; weights are those of one network."""
    J = dense(step, values(step, weights, given), delay, path)
    with np.errstate(all="ignore"):
        far = _far(step, log_values(step, weights, given))
        if far.any():
            some = log_values(step, weights, _some(given, far))
            J[far] = log_jacobian(step, some, delay, path).value()
    return J


def _some(given: Given, which: NDArray[np.bool_]) -> Given:
    """Return what some of the steps were given."""
    return replace(
        given,
        s=given.s[which],
        x=np.broadcast_to(given.x, (*which.shape, given.x.shape[-1]))[which],
        t=np.broadcast_to(given.t, which.shape)[which],
        older={delay: s[which] for delay, s in given.older.items()},
        earlier={delay: x[which] for delay, x in given.earlier.items()},
    )


def _far(step: Step, found: LogValues) -> NDArray[np.bool_]:
    """Return at which of the leading places (…) a value or a slope that depends on the state is far out."""
    leading = lead(step, [one.log for one in found])
    which = np.zeros(leading, dtype=bool)
    read = readings(step, found)
    for place in step.moving():
        rank = len(step.recurrence.graph[place].shape)
        for number in (found[place], *_slopes(step, place, read)):
            which |= _beyond(number, rank, leading)
    return which


def _slopes(step: Step, place: int, read: Readings) -> list[Signed]:
    operator = step.recurrence.graph[place].operator
    if isinstance(operator, (Pointwise, Reduction)):
        return [one for one in read.slopes(place) if one is not None]
    return []


def _beyond(number: Signed, rank: int, leading: tuple[int, ...]) -> NDArray[np.bool_]:
    far = np.isfinite(number.log) & (np.abs(number.log) > _FAR)
    own = tuple(range(len(leading), far.ndim)) if far.ndim >= len(leading) + rank else tuple(range(far.ndim))
    return np.broadcast_to(far.any(axis=own), leading)
