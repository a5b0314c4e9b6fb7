"""Which way through the layers: the exact split of ∂s_t/∂s_k of a stack by where a path changes its layer.

A path leads from s_k to s_t along time, and now and then up. Let D_j be what of J_j stays within a layer and E_j what leads
from one into another. With C for the paths that never change their layer, A for those that do in the last step alone, U for
those that do in the first step alone, and M for all others,

    C ← C D,    A ← A D,    U ← C E,    M ← (U + M) D + (A + U + M) E

goes a step further back; at s_t, where there was no step yet, C E begins A. P = C + A + U + M, and none is a difference. U
went up first and then along time, A along time first and then up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.turning import running
from explorer.engine.looks.paths import added
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.signed import Signed
from explorer.engine.values import Value

# What takes more than this of a norm leaves too little of it in float64.
_RISK = 1e-100
_PARTS = 4
_KEPT, _LAST, _FIRST, _OTHERS = range(_PARTS)
_FEWEST = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LayerSplit(Value):
    """P_{t,j} of a stack by layers, j = k..t: entry j−k of each array (t−k+1,) is ln of a Frobenius norm.

    −inf is a true zero. total is of P; within of C, the paths that never change their layer; first of U, up in the first step
    and then along time; last of A, along time and up in the last step; between of M, all others. Over a single step first
    and last are the same, and stand in last.
    """

    total: Floats
    within: Floats
    first: Floats
    last: Floats
    between: Floats


def split_layers(trace: Trace | Course, t: int, k: int) -> LayerSplit:
    """Return how much of P_{t,j} of a stack, j = k..t, stayed in its layer, and where the rest went up.

    Raises
    ------
    BadNetwork
        If the chain has one layer, or remembers older states.
    BadSequence
        If not 0 ≤ k ≤ t ≤ T, or along a backward chain 0 ≤ t ≤ k ≤ T.
    """
    course = course_of(trace)
    t, k = running(course, t, k, course.steps)
    layer = layer_of_entries(course)
    if layer.max() == 0 or course.motion.delays != (1,):
        raise BadNetwork("Only the steps of several layers that read their last states are split by layers.")
    same = layer[:, None] == layer
    with np.errstate(all="ignore"):
        logs = _plainly(course, t, k, same, int(layer.max()) + 1)
        if logs is None:
            logs = _graded(course, t, k, same)
    return LayerSplit(*logs)


def layer_of_entries(course: Course) -> np.ndarray:
    """Return in which layer of the chain, from 0, each entry (N,) of the state stands."""
    names = [part.rpartition("/")[0] for part in course.parts]
    known, found = list(dict.fromkeys(names)), np.zeros(course.width, np.intp)
    for name, where in zip(names, course.parts.values(), strict=True):
        found[where] = known.index(name)
    return found


@dataclass(frozen=True, slots=True)
class _Ways:
    """The four parts (4, N, N), each e^log times a matrix of norm one, or −inf and zeros."""

    units: Floats
    logs: Floats

    @classmethod
    def start(cls, N: int) -> _Ways:
        units, logs = np.zeros((_PARTS, N, N)), np.full(_PARTS, -np.inf)
        units[_KEPT], logs[_KEPT] = np.eye(N) / np.sqrt(N), 0.5 * np.log(N)
        return cls(units, logs)

    def told(self) -> tuple[float, ...]:
        """Return ln of the norms of the whole and of the parts, as a `LayerSplit` has them."""
        top = float(self.logs.max())
        shift = top if top > -np.inf else 0.0
        whole = np.einsum("p,pij->ij", np.exp(self.logs - shift), self.units)
        total = top + float(np.log(np.linalg.norm(whole)))
        return total, *(float(self.logs[part]) for part in (_KEPT, _FIRST, _LAST, _OTHERS))

    def before(self, D: Floats, E: Floats, steps: int, layers: int) -> _Ways | None:
        """Return them a step further back, after so many ``steps``; None where float64 is too narrow for them."""
        C, A, _, _ = self.units
        crossed = self.logs[1:]
        top = float(crossed.max())
        shares = np.exp(crossed - top) if top > -np.inf else np.zeros(len(crossed))
        scaled = shares[:, None, None] * self.units[1:]
        later = scaled[1] + scaled[2]
        up = (C @ E, float(self.logs[_KEPT]))
        nothing = (np.zeros_like(D), -np.inf)
        made = [
            (C @ D, float(self.logs[_KEPT])),
            up if steps == 0 else (A @ D, float(self.logs[_LAST])),
            nothing if steps == 0 else up,
            # Up twice in two steps takes three layers.
            (later @ D + (scaled[0] + later) @ E, top) if steps + layers > _FEWEST else nothing,
        ]
        found = [_unit(matrix, log) for matrix, log in made]
        if any(unit is None for unit, _ in found):
            return None
        return _Ways(np.stack([unit for unit, _ in found if unit is not None]), np.array([log for _, log in found]))


def _unit(matrix: Floats, log: float) -> tuple[Floats | None, float]:
    """Return a matrix of norm one and ln of the norm of e^log times ``matrix``; zeros where it is empty, None for doubt."""
    norm = float(np.linalg.norm(matrix))
    if log == -np.inf:
        return np.zeros_like(matrix), -np.inf
    return (matrix / norm, log + float(np.log(norm))) if _RISK < norm < np.inf else (None, log)


def _plainly(course: Course, t: int, k: int, same: np.ndarray, layers: int) -> Floats | None:
    """Return ln of the norms (5, t−k+1), or None where float64 is too narrow for them."""
    ways, logs = _Ways.start(course.width), np.full((_PARTS + 1, t - k + 1), -np.inf)
    logs[:, -1] = ways.told()
    for j, J in zip(range(t, k, -1), course.walk_back(t, k), strict=True):
        there = ways.before(np.where(same, J, 0.0), np.where(same, 0.0, J), t - j, layers)
        if there is None:
            return None
        ways = there
        logs[:, j - 1 - k] = ways.told()
    return logs


def _graded(course: Course, t: int, k: int, same: np.ndarray) -> Floats:
    """Return the same with every column of every part on a scale of its own."""
    C = Graded.identity(1, course.width)
    nothing = replace(C, scale=np.full_like(C.scale, -np.inf), rows=np.zeros_like(C.rows))
    ways, logs = (C, nothing, nothing, nothing), np.full((_PARTS + 1, t - k + 1), -np.inf)
    logs[:, -1] = list(_told(ways))
    for j in range(t, k, -1):
        D, E = _apart(course.log_jacobian(j), same)
        C, A, U, M = ways
        up, later = C.before(E), added(U, M)
        others = added(later.before(D), added(A, later).before(E))
        ways = (C.before(D), up, nothing, others) if j == t else (C.before(D), A.before(D), up, others)
        logs[:, j - 1 - k] = list(_told(ways))
    return logs


def _apart(J: Signed, same: np.ndarray) -> tuple[Signed, Signed]:
    """Return transposed what of J stays within a layer, and what leads from one into another."""
    masks = (same, ~same)
    made = [Signed(np.where(mask, J.log, -np.inf), np.where(mask, J.sign, 0.0)) for mask in masks]
    return made[0].T, made[1].T


def _told(ways: tuple[Graded, Graded, Graded, Graded]) -> Iterator[float]:
    C, A, U, M = ways
    for part in (added(added(C, A), added(U, M)), C, U, A, M):
        yield float(part.log_norm()[0])
