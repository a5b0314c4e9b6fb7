"""Which way it went: the exact split of ∂s_t/∂s_k into the path that holds all gates fixed, and what goes through them.

The direct path of a cell is J with every product of a weight matrix and a state held fixed: the cell path of an LSTM, the
update gates of a GRU. Of a stack it is the layers' own direct paths side by side, and what a layer takes from its input
without a matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.along import along
from explorer.engine.flow.entrywise import Entrywise, times
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.turning import running
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import norms
from explorer.engine.recurrence.motion import Path
from explorer.engine.values import Value

# What takes more than this of a norm leaves too little of it in float64.
_RISK = 1e-100
_PATHS: tuple[Path, Path] = ("direct", "gates")
# Coefficients below this, in nats, are kept as logarithms: their squares would underflow.
_SMALLEST = -300.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PathSplit(Value):
    """P_{t,j} = C_{t,j} + R_{t,j} for j = k..t: along the direct path, and through the gates at least once.

    Entry j−k holds ln of the Frobenius norms: total (t−k+1,), direct of C, gates of R; −inf for a true zero.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, split_paths
    >>> net = Network.from_arrays(cell="lstm", U=np.ones((8, 1)), W=np.zeros((8, 2)))  # no gate reads the state
    >>> split_paths(net.forward(np.ones((5, 1))), 5, 0).gates.tolist()
    [-inf, -inf, -inf, -inf, -inf, -inf]
    """

    total: Floats
    direct: Floats
    gates: Floats


@spelt
def split_paths(trace: Trace | Course, t: int, k: int) -> PathSplit:
    """Return how much of P_{t,j} of ``trace``, j = k..t, went along the path with all gates fixed, and through gates.

    With J_j = D_j + E_j, the part with the gates fixed and the rest, C_{j−1} = C_j D_j and
    R_{j−1} = R_j D_j + (R_j + C_j) E_j: neither is ever had by subtraction. Each has a scale of its own: a path that has
    shrunk to e^-1000 beside the other is still a number. Where older states are read, too, each is the sum over the delays
    d of what goes from s_{j−d} straight to s_j.

    Raises
    ------
    BadSequence
        If not 0 ≤ k ≤ t ≤ T, or along a backward chain, whose pairs are in the sequence's time, 0 ≤ t ≤ k ≤ T.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, split_paths
    >>> paths = split_paths(Network.random(cell="gru", inputs=2, hidden=8, outputs=1).forward(np.ones((10, 2))), 10, 4)
    >>> paths.total.shape, bool((paths.total <= np.logaddexp(paths.direct, paths.gates) + 1e-9).all())
    ((7,), True)
    """
    course = course_of(trace)
    t, k = running(course, t, k, course.steps)
    if len(course.motion.paths) < len(_PATHS):
        return _unsplit(course, t, k)
    with np.errstate(all="ignore"):
        logs = _plain_paths(course, t, k)
        return PathSplit(*(_graded_paths(course, t, k) if logs is None else logs))


def _unsplit(course: Course, t: int, k: int) -> PathSplit:
    """Return how the product went where all steps lie on one path: its norms are those of the row, whatever J's structure."""
    total = form_of(course).row(t, False)[k:]
    nothing, start = np.full_like(total, -np.inf), np.arange(k, t + 1) == t
    direct = total if "direct" in course.motion.paths else np.where(start, total, nothing)
    return PathSplit(total, direct, np.where(start, nothing, total) if direct is not total else nothing)


_Together = tuple[float, Floats, Floats, Floats]
_Walked = Iterator[tuple[int, list[tuple[int, Floats, Floats]]]]


@dataclass(frozen=True, slots=True)
class _Parts:
    """C and R (N, N), each e^log times a matrix of norm one, or −inf and zeros."""

    C: Floats
    R: Floats
    log_C: float
    log_R: float

    @classmethod
    def identity(cls, N: int) -> _Parts:
        """Return those of P_{t,t}."""
        return cls(np.eye(N) / np.sqrt(N), np.zeros((N, N)), 0.5 * float(np.log(N)), -np.inf)

    def together(self) -> _Together:
        """Return the logarithm of the larger's scale, and C, R and their sum on it."""
        top = max(self.log_C, self.log_R)
        shift = top if top > -np.inf else 0.0
        C, R = np.exp(self.log_C - shift) * self.C, np.exp(self.log_R - shift) * self.R
        return top, C, R, C + R

    def before(self, D: Floats, E: Floats, together: _Together, entrywise: Entrywise | None) -> _Parts | None:
        """Return C D and R D + (R + C) E; None where float64 is too narrow for them."""
        top, _, R, both = together
        alone = None if entrywise is None else Entrywise.diagonal(D, entrywise.size)
        unit_C, log_C = _unit(times(self.C, D, alone), self.log_C)
        made = times(both, E, entrywise)
        made += times(R, D, alone)
        unit_R, log_R = _unit(made, top)
        if unit_C is None:
            if D.any() and self.log_C > -np.inf:
                return None
            unit_C = np.zeros_like(D)
        if unit_R is None:
            if E.any() or self.log_R > -np.inf:
                return None
            unit_R = np.zeros_like(E)
        return _Parts(unit_C, unit_R, log_C, log_R)

    def plus(self, other: _Parts) -> _Parts | None:
        """Return the sums; None where they cancel."""
        made = []
        for mine, log, its, other_log in (
            (self.C, self.log_C, other.C, other.log_C),
            (self.R, self.log_R, other.R, other.log_R),
        ):
            top = max(log, other_log)
            shift = top if top > -np.inf else 0.0
            unit, there = _unit(np.exp(log - shift) * mine + np.exp(other_log - shift) * its, top)
            if unit is None and top > -np.inf:
                return None
            made.append((mine if unit is None else unit, there))
        return _Parts(made[0][0], made[1][0], made[0][1], made[1][1])


def _unit(matrix: Floats, log: float) -> tuple[Floats | None, float]:
    """Return a matrix of norm one and ln of the norm of e^log times ``matrix``; None and −inf for next to nothing."""
    norm = float(np.linalg.norm(matrix))
    return (None, -np.inf) if norm <= _RISK else (matrix / norm, log + float(np.log(norm)))


def _plain_paths(course: Course, t: int, k: int) -> Floats | None:
    """Return ln of the norms of P, C and R (3, t−k+1), or None where float64 is too narrow for them."""
    if course.motion.least(k, t) < _SMALLEST:
        return None
    logs, waiting = np.full((3, t - k + 1), -np.inf), {t: _Parts.identity(course.width)}
    entrywise = Entrywise.of(along(course))
    for j, steps in _walked(course, t, k):
        here = waiting.pop(j, None)
        if here is None:
            continue
        together = here.together()
        logs[:, j - k] = _logs(here, together)
        for delay, D, E in steps:
            there = here.before(D, E, together, entrywise)
            if there is not None and j - delay in waiting:
                there = waiting[j - delay].plus(there)
            if there is None:
                return None
            waiting[j - delay] = there
    if k in waiting:
        logs[:, 0] = _logs(waiting[k], waiting[k].together())
    return logs


def _logs(here: _Parts, together: _Together) -> tuple[float, float, float]:
    """Return ln of the norms of the sum, of C and of R."""
    top, _, _, both = together
    return top + float(np.log(np.linalg.norm(both))), here.log_C, here.log_R


def _walked(course: Course, t: int, k: int) -> _Walked:
    """Yield j = t..k+1 with what is read there: how many steps ago, and D_j and E_j by that state."""
    delays = [delay for delay in course.motion.delays if delay <= t - k]
    walks = [zip(course.walk_back(t, k, "direct", d), course.walk_back(t, k, "gates", d), strict=True) for d in delays]
    for j, found in zip(range(t, k, -1), zip(*walks, strict=True), strict=True):
        yield j, [(delay, D, E) for delay, (D, E) in zip(delays, found, strict=True) if j - delay >= k]


def _graded_paths(course: Course, t: int, k: int) -> Floats:
    """Return the same with every column of P, C and R on a scale of its own."""
    logs, CT = np.full((3, t - k + 1), -np.inf), Graded.identity(1, course.width)
    nothing = replace(CT, scale=np.full_like(CT.scale, -np.inf), rows=np.zeros_like(CT.rows))
    waiting = {t: (CT, nothing)}
    for j in range(t, k, -1):
        CT, RT = waiting.pop(j, (nothing, nothing))
        logs[:, j - k] = _log_norms(CT, RT)
        for delay in (delay for delay in course.motion.delays if j - delay >= k):
            D, E = (course.motion.log_jacobian(j, path, delay).T for path in _PATHS)
            C_there, R_there = waiting.get(j - delay, (nothing, nothing))
            R_now = added(RT.before(D), added(RT, CT).before(E))
            waiting[j - delay] = added(C_there, CT.before(D)), added(R_there, R_now)
    logs[:, 0] = _log_norms(*waiting.get(k, (nothing, nothing)))
    return logs


def _log_norms(CT: Graded, RT: Graded) -> list[float]:
    return [float(part.log_norm()[0]) for part in (added(CT, RT), CT, RT)]


def added(one: Graded, other: Graded) -> Graded:
    """Return the sum of two products; the errors are not followed."""
    top = np.maximum(one.scale, other.scale)
    shift = np.where(np.isfinite(top), top, 0.0)
    mine, theirs = (np.exp(part.scale - shift)[:, :, None] * part.rows for part in (one, other))
    rows = mine + theirs
    norm = norms(rows)
    rows = rows / np.where(norm > 0, norm, 1.0)[:, :, None]
    return replace(one, scale=shift + np.log(norm), rows=rows)
