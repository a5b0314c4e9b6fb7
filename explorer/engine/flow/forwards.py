"""Errors carried forwards: what a gradient is at step k follows from what it is at the start, by inverting Jacobians.

``∂L/∂s_k = J_k⁻ᵀ ∂L/∂s_{k−1}`` needs no past to be stored (Zucchet, Pourcel and Ernoult 2026). It is exact, and fails
numerically where the network forgets: what a step shrinks its inverse stretches, the rounding with it. Relative to the true
gradient the deviation grows at most as the condition number κ(P_{k,0}) = σ₁/σ_N does, in the long run by e^{λ₁−λ_N} a step;
where a J_k has no inverse the way forward ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import BadSequence, Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.forms import form_of
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import norm
from explorer.engine.values import Value
from explorer.engine.work import Stop, never

_CONDITIONS = 12
"""At so many steps the condition number is worked out."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forwards(Value):
    """A gradient g_t at step t, carried back to the start and forwards again; arrays are read-only, all in nats.

    ``log_gradient`` (t+1,) is ln ‖g_k‖/‖g_t‖ on the way back, −inf where nothing is left. ``log_deviation`` (t+1,) is
    ln ‖ĝ_k − g_k‖/‖g_k‖ of the one recovered, NaN from step ``stuck`` on, whose J has no inverse in float64 (None if all
    have), and everywhere where g_0 is zero or no number. ``steps`` are those at which ``log_condition`` is ln κ(P_{k,0}),
    +inf where a direction has died.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, carried_forwards
    >>> net = Network.from_arrays(activation="relu", U=[[1.0]], W=[[1.0]])
    >>> carried_forwards(net.forward([[1.0], [-9.0], [1.0]]), 3).stuck is None  # nothing of g_3 is left to be carried
    True
    """

    log_gradient: Floats
    log_deviation: Floats
    stuck: int | None
    steps: tuple[int, ...]
    log_condition: Floats

    @property
    def rate(self) -> float:
        """Return by how many nats a step the deviation grows, over the steps on which it is known; NaN if it is not."""
        k = np.flatnonzero(np.isfinite(self.log_deviation))
        return float(np.polyfit(k, self.log_deviation[k], 1)[0]) if len(k) > 1 else math.nan

    @property
    def condition_rate(self) -> float:
        """Return by how many nats a step κ(P_{k,0}) grows on the whole; +inf where a direction has died."""
        return float(self.log_condition[-1] / self.steps[-1])


@spelt
def carried_forwards(trace: Trace | Course, t: int, seed: int = 0, stop: Stop = never) -> Forwards:
    """Return how a gradient of no particular direction at step ``t`` of ``trace``, drawn by ``seed``, is recovered.

    Steps are counted along the chain; ``stop`` is asked at each of them.

    Raises
    ------
    BadSequence
        If there is no step t from 1 on, or the chain's cell reads older states.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, carried_forwards
    >>> W = np.diag([0.9, 0.3])
    >>> net = Network.from_arrays(activation="identity", U=np.ones((2, 1)), W=W)
    >>> found = carried_forwards(net.forward(np.ones((20, 1))), 20)
    >>> round(found.condition_rate, 6)  # ln 0.9/0.3
    1.098612
    """
    course = course_of(trace)
    _check(course, t)
    with np.errstate(all="ignore"):
        g, log = _back(course, t, seed, stop)
        deviation, stuck = _forwards(course, g, log, stop)
        steps = tuple(int(k) for k in np.unique(np.linspace(1, t, min(t, _CONDITIONS)).round()))
        condition = _log_conditions(course, steps, stop)
    for array in (log, deviation, condition):
        array.setflags(write=False)
    return Forwards(log, deviation, stuck, steps, condition)


def _back(course: Course, t: int, seed: int, stop: Stop) -> tuple[Floats, Floats]:
    """Return g_0..g_t as vectors of norm one (t+1, N), and ln of their norms (t+1,)."""
    g, log = np.zeros((t + 1, course.width)), np.full(t + 1, -np.inf)
    g[t], log[t] = np.random.default_rng(seed).standard_normal(course.width), 0.0
    g[t] /= norm(g[t])
    for k, J in zip(range(t - 1, -1, -1), course.walk_back(t), strict=True):
        if stop():
            raise Stopped
        g[k], size = _scaled(J.T @ g[k + 1])
        log[k] = log[k + 1] + size
    return g, log


def _forwards(course: Course, g: Floats, log: Floats, stop: Stop) -> tuple[Floats, int | None]:
    """Return ln of the relative deviations (t+1,), and the first step that has no inverse."""
    deviation = np.full(len(log), np.nan)
    deviation[0] = -np.inf if np.isfinite(log[0]) else np.nan
    found, size = g[0], log[0]
    for k, J in enumerate(course.walk(0, len(log) - 1), start=1):
        if stop():
            raise Stopped
        if not math.isfinite(size):
            return deviation, None
        try:
            found, by = _scaled(np.linalg.solve(J.T, found))
        except np.linalg.LinAlgError:
            return deviation, k
        if not math.isfinite(by):
            return deviation, k
        size += by
        deviation[k] = _log_apart(found, size - log[k], g[k])
    return deviation, None


def _log_apart(found: Floats, ahead: float, g: Floats) -> float:
    """Return ln ‖e^ahead found − g‖ of two vectors of norm one."""
    if ahead > 0.0:
        return ahead + math.log(max(norm(found - math.exp(-ahead) * g), np.finfo(float).tiny))
    return math.log(max(norm(math.exp(ahead) * found - g), np.finfo(float).tiny))


def _scaled(g: Floats) -> tuple[Floats, float]:
    """Return a vector of norm one and ln of the norm; a zero stays, with −inf."""
    size = norm(g)
    return (g / size, math.log(size)) if size != 0.0 else (g, -math.inf)


def _log_conditions(course: Course, steps: tuple[int, ...], stop: Stop) -> Floats:
    log = form_of(course).log_singular_values(steps, 0, stop)
    least = log[:, -1]
    return np.where(np.isfinite(least), log[:, 0] - least, np.inf)


def _check(course: Course, t: int) -> None:
    course.check_pair(t, 0)
    if t < 1:
        raise BadSequence("There is no way back from step 0.")
    if course.motion.delays != (1,):
        raise BadSequence("The cell reads states of several steps ago: no Jacobian of one step can be inverted.")
