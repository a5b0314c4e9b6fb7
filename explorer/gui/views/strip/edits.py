"""The changes that a hand makes to the inputs in the strip, each a function of the present exploration."""

from __future__ import annotations

from collections.abc import Iterable

from explorer.engine.errors import BadSequence
from explorer.workspace.exploration.exploration import Exploration, Numbers, Text
from explorer.workspace.exploration.scaling import ColumnScale
from explorer.workspace.feed.edits import with_step_added, with_step_removed, with_token, with_value
from explorer.workspace.feed.sequences import fed, feed


def set_values(exploration: Exploration, points: Iterable[tuple[int, float]], column: int) -> Exploration:
    """Return ``exploration`` with ``column`` of x_t set to each (t, value)."""
    sequence = exploration.sequence
    for t, value in points:
        sequence = with_value(sequence, t, column, value)
    return exploration.with_sequence(sequence)


def draw_values(exploration: Exploration, points: Iterable[tuple[int, float]], column: int) -> Exploration:
    """Return ``exploration`` with ``column`` of x_t, as it is fed, set to the height of each (t, height)."""
    scale = _scale(exploration, column)
    return set_values(exploration, [(t, height * scale.spread + scale.centre) for t, height in points], column)


def change_by(exploration: Exploration, t: int, column: int, by: float) -> Exploration:
    """Return ``exploration`` with ``by`` added to ``column`` of x_t, as it is fed, whatever it is by then."""
    values, spread = feed(exploration.sequence).values, _scale(exploration, column).spread
    # A step that has gone meanwhile is for `with_value` to refuse.
    before = float(values[t - 1, column]) if t <= len(values) and column < values.shape[1] else 0.0
    after = round(before / spread + by, 12) * spread
    return exploration.with_sequence(with_value(exploration.sequence, t, column, after))


def set_token(exploration: Exploration, t: int, text: str) -> Exploration:
    """Return ``exploration`` with ``text`` in the place of the word of step ``t``."""
    if not isinstance(exploration.sequence, Text):
        raise BadSequence("The input is no text any more: there is no word to change.")
    return fed(exploration, with_token(exploration.sequence, t, text))


def add_step(exploration: Exploration, t: int) -> Exploration:
    """Return ``exploration`` with step ``t`` repeated."""
    return fed(exploration, with_step_added(exploration.sequence, t))


def remove_step(exploration: Exploration, t: int) -> Exploration:
    """Return ``exploration`` without step ``t``."""
    return fed(exploration, with_step_removed(exploration.sequence, t))


def _scale(exploration: Exploration, column: int) -> ColumnScale:
    sequence = exploration.sequence
    scaling = sequence.scaling if isinstance(sequence, Numbers) else ()
    return scaling[column] if column < len(scaling) else ColumnScale(0.0, 1.0)


def stroke(start: tuple[float, float], end: tuple[float, float], steps: int) -> list[tuple[int, float]]:
    """Return (t, value) of the steps that a stroke from ``start`` to ``end``, each (time, value), goes over."""
    (time, value), (last_time, last_value) = start, end
    first, last = (min(max(round(at), 1), steps) for at in (time, last_time))
    if first == last:
        return [(last, last_value)]
    forward = 1 if last > first else -1
    slope = (last_value - value) / (last - first)
    return [(t, value + slope * (t - first)) for t in range(first + forward, last + forward, forward)]
