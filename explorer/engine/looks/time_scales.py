"""How long each unit remembers by itself: the half-lives of what carries a state on past all weight matrices.

On the direct path, J with every product of a weight matrix and a state held fixed, units stand alone, or in small groups: a
number beside itself, the two numbers of a complex one, the column of a matrix state. What lies on a loop of that path
remembers, at the rate at which its factors multiply along the run; what does not, as an LSTM's h, has no time scale. The
first step is left out: it begins from a state that nothing has written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSequence, Refusal, Stopped, TooBig
from explorer.engine.floats import Floats
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.norms import norms
from explorer.engine.signed import Signed
from explorer.engine.values import Value
from explorer.engine.work import Stop, never

_MOST = 50_000_000
"""Entries of Jacobians that are gone through, at most."""
_LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TimeScales(Value):
    """The units that remember by themselves, each a group of entries of the state; arrays are read-only.

    ``first`` (U,) is the place of each one's first entry in the state, ``rate`` (U,) the mean over the steps of ln of what it
    keeps of itself, in nats a step; −inf where a factor is exactly zero. ``slope`` (U,) is ‖∂s_t/∂λ‖/‖s_t‖ over the steps,
    λ = e^rate being what each step keeps on the average: how much the unit's state hangs on how long it remembers. It is NaN
    where that is not at all.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, time_scales
    >>> net = Network.from_arrays(cell="lstm", U=np.zeros((8, 1)), W=np.zeros((8, 2)), b=[0, 0, 1, 3, 0, 0, 0, 0])
    >>> time_scales(net.forward(np.ones((9, 1)))).half_lives.round(2).tolist()  # ln ½ / ln σ(1) and ln ½ / ln σ(3)
    [2.21, 14.27]
    """

    first: NDArray[np.intp]
    rate: Floats
    slope: Floats

    @property
    def half_lives(self) -> Floats:
        """Return after how many steps (U,) half of it is left; +∞ where nothing is lost, 0 where all is at once."""
        with np.errstate(divide="ignore"):
            return np.where(self.rate < 0.0, _LN2 / np.abs(self.rate), np.inf)


@spelt
def time_scales(trace: Trace | Course, stop: Stop = never) -> TimeScales:
    """Return the units of ``trace`` that remember by themselves; none of a network that carries its state by W alone.

    Raises
    ------
    BadSequence
        If the cell reads older states: what it remembers is no product of steps.
    TooBig
        If there are too many steps of too wide a state.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, time_scales
    >>> len(time_scales(Network.random(inputs=1, hidden=4, outputs=1).forward(np.ones((5, 1)))).rate)
    0
    """
    course = course_of(trace)
    if (refused := not_scaled(course)) is not None:
        raise refused
    with np.errstate(all="ignore"):
        groups = _groups(course, stop)
        found = [_measured(course, places, stop) for places in groups]
    order = np.argsort(np.concatenate([places[:, 0] for places in groups] or [np.empty(0, np.intp)]))
    first, rate, slope = (
        np.concatenate([np.empty(0), *parts])[order]
        for parts in ([places[:, 0] for places in groups], [one for one, _ in found], [two for _, two in found])
    )
    for array in (first, rate, slope):
        array.setflags(write=False)
    return TimeScales(first.astype(np.intp), rate, slope)


def _groups(course: Course, stop: Stop) -> list[NDArray[np.intp]]:
    """Return the places (U, m) of the units that lie on loops of the direct path, those of each size m together."""
    lies = np.zeros((course.width, course.width), dtype=bool)
    for J in _direct(course, stop):
        lies |= np.abs(J.sign) > 0.0
    return loops(lies)


def loops(lies: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the places (U, m) of the entries that lie on loops together, where ``lies`` (N, N) says what leads where."""
    reach = lies.copy()
    while True:
        further = reach | ((reach.astype(np.float32) @ reach.astype(np.float32)) > 0.0)
        if (further == reach).all():
            break
        reach = further
    both = reach & reach.T
    heads = [i for i in range(len(lies)) if both[i, i] and not both[i, :i].any()]
    members = [np.flatnonzero(both[i]) for i in heads]
    return [np.array([one for one in members if len(one) == m]) for m in sorted({len(one) for one in members})]


def _measured(course: Course, places: NDArray[np.intp], stop: Stop) -> tuple[Floats, Floats]:
    """Return the rates and slopes (U,) of units of m entries each, ``places`` (U, m)."""
    count, m = places.shape
    counted = range(1, course.steps) if course.steps > 1 else range(1)
    P, log = np.tile(np.eye(m) / np.sqrt(m), (count, 1, 1)), np.zeros(count)
    p, size = np.zeros((count, m)), np.zeros(count)
    for t, J in zip(counted, _direct(course, stop), strict=True):
        rows, columns = places[:, :, None], places[:, None, :]
        top = J.log[rows, columns].max(axis=(1, 2))
        shift = np.where(np.isfinite(top), top, 0.0)
        A = J.sign[rows, columns] * np.exp(J.log[rows, columns] - shift[:, None, None])
        P = A @ P
        grown = norms(P.reshape(count, -1))
        log += shift + np.log(grown)
        P /= np.where(grown > 0.0, grown, 1.0)[:, None, None]
        p = np.exp(shift)[:, None] * (A @ (p + course.s[t][places])[..., None])[..., 0]
        size += np.square(p).sum(axis=1)
    rate = log / len(counted)
    state = np.square(course.s[1:][:, places]).sum(axis=(0, 2))
    return rate, np.where(np.isneginf(rate), np.nan, np.sqrt(size / state) / np.exp(rate))


def _direct(course: Course, stop: Stop) -> Iterator[Signed]:
    """Yield what of J_2..J_T lies on the direct path, or of J_1 where it is the only one, in logarithms."""
    for t in range(min(2, course.steps), course.steps + 1):
        if stop():
            raise Stopped
        yield course.log_jacobian(t, "direct")


def not_scaled(course: Course) -> Refusal | None:
    """Return why the time scales of a course are not counted; None where they are."""
    if course.motion.delays != (1,):
        return BadSequence("The cell reads states of several steps ago: what it keeps is no share of the last one.")
    if course.steps * course.width**2 > _MOST:
        return TooBig(
            "The time scales of {steps} steps of a state of width {N} take too long to be counted; take fewer of them.",
            steps=course.steps, N=course.width,
        )  # fmt: skip
    return None
