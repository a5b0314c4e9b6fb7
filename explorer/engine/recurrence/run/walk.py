"""A run one step at a time, for a network that is fed what it has just said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from math import prod
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.readings.step import Step, Weights
from explorer.engine.recurrence.run.forward import Stretch
from explorer.engine.recurrence.run.laid import lay
from explorer.engine.recurrence.run.legs import Journey
from explorer.engine.recurrence.run.plan import Ahead, plan
from explorer.engine.recurrence.run.program import Drive
from explorer.engine.recurrence.run.track import Buffer, Still, Track, steps_of, whole


class Walk:
    """States (…, N) that go on by one step whenever they are given an input: prepared once, a step costs what its calls do.

    It begins at ``s0`` (…, N) before step 1, and works in its precision; `after` goes on where a run ended.
    """

    def __init__(self, step: Step, weights: Weights, s0: Floats) -> None:
        past = step.recurrence.longest_delay
        history = np.empty((past, *s0.shape), s0.dtype)
        history[...] = step.start()
        history[-1] = s0
        before = max([0, *step.recurrence.input_delays])
        self._begin(step, weights, history, np.zeros((before, *s0.shape[:-1], step.inputs), s0.dtype), 0)

    @classmethod
    def after(cls, run: Journey, step: Step, weights: Weights) -> Walk:
        """Return the walk that goes on where a run of equally long sequences ended, with its weights or others.

        States and inputs of some steps ago are the run's, as far as it knows them.
        """
        past, before = step.recurrence.longest_delay, max([0, *step.recurrence.input_delays])
        states, given = run.history, run.stretches[-1].inputs
        history = np.empty((past, *states.shape[1:]), states.dtype)
        history[...] = step.start()
        known = min(past, len(states))
        history[past - known :] = states[len(states) - known :]
        inputs = np.zeros((before, *states.shape[1:-1], step.inputs), states.dtype)
        known = min(before, len(given))
        inputs[before - known :] = given[len(given) - known :, ..., : step.inputs]
        walk = cls.__new__(cls)
        if run.s.ndim == 2:
            history, inputs = history[:, 0], inputs[:, 0]
        walk._begin(step, weights, history, inputs, len(run.out))
        return walk

    def _begin(self, step: Step, weights: Weights, history: Floats, inputs: Floats, done: int) -> None:
        """Lay out all arrays of one step, and its calls."""
        self._single, lead = history.ndim == 2, history.shape[1:-1] or (1,)
        self._history = np.empty((len(history) + 1, *lead, step.N), history.dtype)
        self._inputs = np.zeros((len(inputs) + 1, *lead, step.inputs), history.dtype)
        self._history[1:] = history[:, None] if self._single else history
        if len(inputs):
            self._inputs[1:] = inputs[:, None] if self._single else inputs
        laid = lay(step, weights, history.dtype)
        self._stretch = Stretch(laid, 0, 1, self._history, self._inputs, len(history) - 1, len(inputs), [])
        with np.errstate(all="ignore"):
            self._stretch.prepared(Buffer(self._stretch.program.kept * prod(lead), history.dtype)).ended()
        self._x = np.zeros((*lead, step.inputs), history.dtype) if len(inputs) else self._inputs[0]
        self._calls = steps_of([*self._moving_on(done), *self._driving(), *self._stepping()])
        tracks, out = self._stretch.tracks, self._stretch.program.out
        given = _only(tracks[step.recurrence.out]) if out is None else out.view(self._history[-1])
        self._out = np.broadcast_to(given, (*lead, given.shape[-1]))

    def _moving_on(self, done: int) -> Iterator[Iterator[object]]:
        """Yield the calls that make the last step's states and inputs those of one step ago, and let time go on."""
        yield map(np.copyto, repeat(self._history[:-1]), repeat(self._history[1:]))
        if len(self._inputs) > 1:
            yield map(np.copyto, repeat(self._inputs[:-1]), repeat(self._inputs[1:]))
            yield map(np.copyto, repeat(self._inputs[-1]), repeat(self._x))
        for item in self._stretch.program.early:
            if isinstance(item, int) and self._leaf(item) == "t":
                time = self._stretch.tracks[item]
                time[...] = done
                yield map(np.add, repeat(time), repeat(1.0), repeat(time))

    def _driving(self) -> Iterator[Iterator[object]]:
        """Yield the calls that work out what needs no state, into the arrays that the other calls know."""
        stretch, driven = self._stretch, plan(self._stretch.step).driven
        for item in stretch.program.early:
            if isinstance(item, Ahead) or self._leaf(item) is None:
                yield map(stretch.renew, repeat(item))
        for slot, room in stretch.program.rooms:
            if not isinstance(room, Drive):
                continue
            drive, key = stretch.tracks[slot], room.group.key
            if key not in driven or stretch.laid.driving[key][0].ndim > 2:
                yield map(stretch.drive, repeat(room.group), repeat(drive))
                continue
            matrix, bias = stretch.laid.driving[key]
            yield map(np.matmul, repeat(whole(stretch.tracks[driven[key].operand])), repeat(matrix.T), repeat(drive))
            yield map(np.add, repeat(drive), repeat(bias), repeat(drive))

    def _stepping(self) -> Iterator[Iterator[object]]:
        """Yield the calls of the step."""
        for call in self._stretch.program.calls:
            yield map(call.write, *[repeat(_only(self._stretch.tracks[slot])) for slot in (*call.args, call.out)])
        for place in self._stretch.program.late:
            yield map(self._stretch.renew, repeat(place))

    def _leaf(self, place: int) -> str | None:
        """Return the kind of a leaf, None for other nodes."""
        operator = self._stretch.step.recurrence.graph[place].operator
        return operator.kind if isinstance(operator, Leaf) else None

    @property
    def s(self) -> Floats:
        """Return the states (…, N)."""
        return cast(Floats, self._history[-1, 0] if self._single else self._history[-1]).copy()

    def on(self, x: Floats) -> Floats:
        """Take one step with the inputs x (…, m), and return what the layer gives out (…, n)."""
        self._x[...] = x
        with np.errstate(all="ignore"):
            next(self._calls)
        return cast(Floats, self._out[0] if self._single else self._out).copy()


def _only(track: Track) -> Floats:
    """Return the array of the one step of a track."""
    return track.array if isinstance(track, Still) else whole(track)[0]
