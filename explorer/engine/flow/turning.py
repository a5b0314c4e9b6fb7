"""The sequence's time: a backward chain runs from the sequence's end, so that what it reaches after r steps is s_{T−r}."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSequence
from explorer.engine.flow.steps import Steps
from explorer.engine.network.course import Course, check_pair

Number = TypeVar("Number", bound=np.generic)


def runs_backward(course: Course | Steps) -> bool:
    """Return whether the steps go from the sequence's end to its beginning."""
    return isinstance(course, Course) and course.chain.backward


def turned(course: Course | Steps, pairs: NDArray[Number]) -> NDArray[Number]:
    """Return what is known of all pairs (T+1, T+1), in running order, in the sequence's time; or the other way round."""
    if not runs_backward(course):
        return pairs
    other = pairs[::-1, ::-1].copy()
    other.setflags(write=pairs.flags.writeable)
    return other


def running(course: Course | Steps, t: int, k: int, T: int) -> tuple[int, int]:
    """Return a pair of the sequence's time in running order.

    Raises
    ------
    BadSequence
        If not 0 ≤ k ≤ t ≤ T, or along a backward chain 0 ≤ t ≤ k ≤ T.
    """
    if not runs_backward(course):
        check_pair(t, k, T)
        return t, k
    if not 0 <= t <= k <= T:
        raise BadSequence(
            "There is no pair t = {t}, k = {k} along a backward chain; 0 ≤ t ≤ k ≤ {T} is expected.", t=t, k=k, T=T
        )
    return T - t, T - k
