"""The changes that a hand makes to the inputs in the strip, as functions of the present exploration."""

from __future__ import annotations

from collections.abc import Iterable

from explorer.engine.errors import BadSequence
from explorer.gui.core.view import Change
from explorer.workspace.exploration.exploration import Exploration, Numbers, Text
from explorer.workspace.exploration.scaling import Scale
from explorer.workspace.feed.edits import with_step_added, with_step_removed, with_token, with_value
from explorer.workspace.feed.sequences import fed, feed


def set_values(points: Iterable[tuple[int, float]], column: int) -> Change:
    """Return the change that sets ``column`` of x_t to each (t, value)."""
    points = tuple(points)

    def change(exploration: Exploration) -> Exploration:
        sequence = exploration.sequence
        for t, value in points:
            sequence = with_value(sequence, t, column, value)
        return exploration.with_sequence(sequence)

    return change


def draw_values(points: Iterable[tuple[int, float]], column: int) -> Change:
    """Return the change that sets ``column`` of x_t, as it is fed, to the height of each (t, height)."""
    points = tuple(points)

    def change(exploration: Exploration) -> Exploration:
        scale = _scale(exploration, column)
        return set_values([(t, height * scale.spread + scale.centre) for t, height in points], column)(exploration)

    return change


def change_by(t: int, column: int, by: float) -> Change:
    """Return the change that adds ``by`` to ``column`` of x_t, as it is fed, whatever it is by then."""

    def change(exploration: Exploration) -> Exploration:
        values, spread = feed(exploration.sequence).values, _scale(exploration, column).spread
        # A step that has gone meanwhile is for `with_value` to refuse.
        before = float(values[t - 1, column]) if t <= len(values) and column < values.shape[1] else 0.0
        after = round(before / spread + by, 12) * spread
        return exploration.with_sequence(with_value(exploration.sequence, t, column, after))

    return change


def _scale(exploration: Exploration, column: int) -> Scale:
    sequence = exploration.sequence
    scaling = sequence.scaling if isinstance(sequence, Numbers) else ()
    return scaling[column] if column < len(scaling) else Scale(0.0, 1.0)


def set_token(t: int, text: str) -> Change:
    """Return the change that puts ``text`` in the place of the word of step ``t``."""

    def change(exploration: Exploration) -> Exploration:
        if not isinstance(exploration.sequence, Text):
            raise BadSequence("The input is no text any more: there is no word to change.")
        return fed(exploration, with_token(exploration.sequence, t, text))

    return change


def add_step(t: int) -> Change:
    """Return the change that repeats step ``t``."""
    return lambda exploration: fed(exploration, with_step_added(exploration.sequence, t))


def remove_step(t: int) -> Change:
    """Return the change that takes step ``t`` away."""
    return lambda exploration: fed(exploration, with_step_removed(exploration.sequence, t))


def stroke(start: tuple[float, float], end: tuple[float, float], steps: int) -> list[tuple[int, float]]:
    """Return (t, value) of the steps that a stroke from ``start`` to ``end``, each (time, value), goes over."""
    (time, value), (last_time, last_value) = start, end
    first, last = (min(max(round(at), 1), steps) for at in (time, last_time))
    if first == last:
        return [(last, last_value)]
    forward = 1 if last > first else -1
    slope = (last_value - value) / (last - first)
    return [(t, value + slope * (t - first)) for t in range(first + forward, last + forward, forward)]
