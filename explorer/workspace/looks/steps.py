"""What the equations of a chain come to at one step of a run, node by node."""

from __future__ import annotations

import numpy as np

from explorer.engine.network.course import Course
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.readings.logvalue import LogValues, log_values
from explorer.engine.recurrence.readings.step import Given, Step, Values, Weights
from explorer.engine.recurrence.readings.value import values

SATURATED = 0.05
"""A unit is saturated, or inactive, where the slope of its function is less."""


def step_at(course: Course, t: int) -> Step:
    """Return the step that was run at t, 1..T: behind the seam that of the decoder."""
    return _half(course, t)[0].step


def values_at(course: Course, t: int) -> Values:
    """Return the value (shape) of each node of the equations at step t, 1..T."""
    half, weights = _weights(course, t)
    return values(half.step, weights, _given(course, half.step, t))


def log_values_at(course: Course, t: int) -> LogValues:
    """Return the same in logarithms."""
    half, weights = _weights(course, t)
    return log_values(half.step, weights, _given(course, half.step, t))


def _weights(course: Course, t: int) -> tuple[Piece, Weights]:
    """Return what was run at step t, and the weights that it had."""
    half, first = _half(course, t)
    return half, {
        name: weight[t - 1 - first] if name in half.steps else weight
        for name, weight in course.network.of(half).items()
    }


def _half(course: Course, t: int) -> tuple[Piece, int]:
    """Return what was run at step t, and after which step it began."""
    whole = course.chain.whole
    if whole.then is None or course.seam is None or t <= course.seam:
        return whole, 0
    return whole.then, course.seam


def _given(course: Course, step: Step, t: int) -> Given:
    """Return what a step was given: before s_0 are the states that the equations start from, before x_1 zeros."""
    recurrence = step.recurrence
    x, nothing = course.x[:, : step.inputs], np.zeros(step.inputs)
    return Given(
        course.s[t - 1],
        x[t - 1],
        float(t),
        {
            delay: course.s[t - delay] if delay <= t else step.start()
            for delay in range(2, recurrence.longest_delay + 1)
        },
        {delay: x[t - 1 - delay] if delay < t else nothing for delay in recurrence.input_delays},
    )
