"""The derivative of a loss along directions, forward in time (Wengert 1964).

No derivative written elsewhere takes part: how states change is worked out from the equations by `readings.partials`. A
mistake in backpropagation, in a kernel's products or in an activation's slope has nowhere to hide. One vector is carried for
each direction, not all of ∂s_t/∂θ as in real-time recurrent learning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.objective import Objective
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.readings.step import along
from explorer.engine.recurrence.readings.tangents import Directions, tangents
from explorer.engine.recurrence.readings.value import values
from explorer.engine.work import Stop


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives ``value`` (D,) of a loss along D directions, and ``size`` (D,), that of the parts which add up to them."""

    value: Floats
    size: Floats


def slopes(asked: Objective, name: str, directions: Floats, stop: Stop = lambda: False) -> Slopes:
    """Return the derivatives of the loss along D ``directions`` (D, …) of one parameter, "U" … "c", "x" or "s0".

    Raises
    ------
    Stopped
        When ``stop()`` said so; it is asked at every step.
    """
    T = asked.trace.steps
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        parts = _parts(asked, name, directions, np.ones(T), stop)
        size = np.abs(parts).sum(axis=(1, 2))
        if name in ("U", "W", "b", "b_rec"):
            # What the steps bring may cancel. Moved to and fro they bring as much, and do not.
            mixed = np.random.default_rng(0).choice([-1.0, 1.0], T)
            size = np.maximum(size, np.abs(_parts(asked, name, directions, mixed, stop)).sum(axis=(1, 2)))
        return Slopes(parts.sum(axis=(1, 2)), size)


def _parts(asked: Objective, name: str, directions: Floats, signs: Floats, stop: Stop) -> Floats:
    """Return the derivatives of each loss by way of each logit (D, R, p); at step t a weight moves ``signs`` (T,) as far."""
    net, h = asked.trace.network, asked.trace.s[1:, : asked.trace.network.hidden]
    if name == "V":
        change = asked.read(h) @ directions.mT
    elif name == "c":
        change = directions[:, None]
    else:
        change = asked.read(_states(asked.trace, name, directions, signs, stop)) @ net.V.T
    return np.asarray(asked.loss.error(asked.logits(), asked.targets) * change)


def _states(trace: Trace, name: str, directions: Floats, signs: Floats, stop: Stop) -> Floats:
    """Return how h_1..h_T (D, T, n) change.

    Along the trace as it is: in chaos a step that is rounded otherwise leads away from it.
    """
    course, net = trace.only, trace.network
    step = course.chain.step
    found = values(step, net.of(course.chain), along(step, course.x, course.s))
    return tangents(step, found, course.steps, _moved(trace, name, directions, signs), stop).out


def _moved(trace: Trace, name: str, directions: Floats, signs: Floats) -> Directions:
    """Return the directions of a parameter as those of the weights that stand in it."""
    if name == "x":
        return Directions(x=directions)
    if name == "s0":
        return Directions(s0=directions)
    n, places = trace.network.hidden, trace.network.choice.places
    weights = {
        own: directions[:, block * n : (block + 1) * n] for own, (array, block) in places.items() if array == name
    }
    return Directions(weights, signs=signs)
