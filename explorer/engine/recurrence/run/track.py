"""Where the values of a run stand: an array for each step, or one that is the same at all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import DTypeLike

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import spread
from explorer.engine.recurrence.readings.step import Step

Into = Callable[..., object]
"""Writes a value into its last argument."""


@dataclass(frozen=True, slots=True)
class Still:
    """An array that is the same at all steps, told as one that has them."""

    array: Floats


Track = Any
"""What has an array for each step: an array (T, …), or `Still`."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is done at each step: ``write`` from some slots into another, by the numbers of their tracks."""

    write: Into
    args: tuple[int, ...]
    out: int


@dataclass(frozen=True, slots=True)
class Own:
    """A slot with an array of its own: (T, …, shape) where it is ``kept``, else one for the step at hand."""

    shape: tuple[int, ...]
    kept: bool
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A slot that is some of the last axis of another."""

    of: int
    rows: slice


@dataclass(frozen=True, slots=True)
class Number:
    """A slot that holds a plain number."""

    value: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A slot that is another with its axes in another order, and with some of length one, by their labels."""

    of: int
    labels: str
    over: str


@dataclass(frozen=True, slots=True)
class Part:
    """A slot that is a part of the states of ``delay`` steps ago, 0 are those that the step makes: where, and its shape."""

    name: str
    delay: int
    where: slice
    shape: tuple[int, ...]

    @classmethod
    def of(cls, step: Step, name: str, delay: int = 0) -> Part:
        """Return a part of a step's states."""
        return cls(name, delay, step.parts[name], step.state_shape(name))

    def view(self, states: Floats) -> Floats:
        """Return the part of states (…, N) in its shape."""
        part = states[..., self.where]
        return part if len(self.shape) == 1 else part.reshape((*part.shape[:-1], *self.shape))


# What a run asked for and gave back, the next asks for again. The allocator of the GNU library hands it to the system between
# the two, and each page of it costs anew, unless it has once had a piece of some megabytes back: then it keeps as much.
np.empty(2**25 - 2**13, np.uint8)


class Buffer:
    """One array that many are cut from."""

    def __init__(self, size: int, dtype: DTypeLike) -> None:
        self._array = np.empty(size, dtype)
        self._used = 0

    def take(self, shape: tuple[int, ...]) -> Floats:
        """Return the next of it in this shape."""
        start = self._used
        self._used += prod(shape)
        return self._array[start : self._used].reshape(shape)


def whole(track: Track) -> Floats:
    """Return a track as one array, (T, …) or the same for all steps."""
    return track.array if isinstance(track, Still) else cast(Floats, track)


def rows_of(track: Track, rows: slice) -> Track:
    """Return some of the last axis of a track."""
    return Still(track.array[..., rows]) if isinstance(track, Still) else track[..., rows]


def spread_of(track: Track, room: Spread) -> Track:
    """Return a track with its axes in another order."""
    if isinstance(track, Still):
        return Still(spread(track.array, room.labels, room.over))
    return spread(track, room.labels, room.over)


def after(track: Track, steps: int) -> Track:
    """Return a track without its first steps."""
    return track[steps:] if isinstance(track, np.ndarray) else track


def onward(track: Track) -> Iterator[Floats]:
    """Return the arrays of a track, first step first."""
    return repeat(track.array) if isinstance(track, Still) else iter(track)


def steps_of(calls: Iterable[Iterator[object]]) -> Iterator[object]:
    """Return what makes a step each time it is asked for the next: all calls, one after the other.

    Nothing of it runs in the interpreter: a step costs what its calls cost.
    """
    return zip(*calls, strict=False)


def advance(steps: Iterator[object], count: int) -> None:
    """Make so many steps."""
    deque(islice(steps, count), maxlen=0)
