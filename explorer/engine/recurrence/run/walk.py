"""A run one step at a time, for a network that is fed what it has just said."""

from __future__ import annotations

from itertools import repeat
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.readings.step import Step, Weights
from explorer.engine.recurrence.run.forward import Stretch, part_of
from explorer.engine.recurrence.run.laid import lay
from explorer.engine.recurrence.run.legs import Journey
from explorer.engine.recurrence.run.plan import Ahead
from explorer.engine.recurrence.run.program import Drive
from explorer.engine.recurrence.run.track import Buffer, Still, Track, steps_of, whole


class Walk:
    """States (…, N) that go on by one step whenever they are given an input: prepared once, a step costs what its calls do.

    It begins at ``s0`` (…, N) before step 1, by default what the equations start from; `after` goes on where a run ended.
    """

    def __init__(self, step: Step, weights: Weights, s0: Floats) -> None:
        past = step.recurrence.longest_delay - 1
        history = np.empty((past + 1, *s0.shape), s0.dtype)
        history[...] = step.start()
        history[past] = s0
        before = max([0, *step.recurrence.input_delays])
        self._begin(step, weights, history, np.zeros((before, *s0.shape[:-1], step.inputs), s0.dtype), 0)

    @classmethod
    def after(cls, run: Journey) -> Walk:
        """Return the walk that goes on with the last leg's weights where a run of equally long sequences ended.

        States and inputs of some steps ago are the run's.
        """
        last, walk = run.stretches[-1], cls.__new__(cls)
        single = run.s.ndim == 2
        step, weights, done = last.step, last.laid.weights, last.first + last.steps
        past, before = step.recurrence.longest_delay, max([0, *step.recurrence.input_delays])
        history = last.history[len(last.history) - past :]
        inputs = last.inputs[len(last.inputs) - before :, ..., : step.inputs] if before else last.inputs[:0]
        if single:
            history, inputs = history[:, 0], inputs[:, 0]
        walk._begin(step, weights, history, inputs, done)
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
        program, graph = self._stretch.program, step.recurrence.graph
        with np.errstate(all="ignore"):
            self._stretch.prepared(Buffer(program.kept * int(np.prod(lead)), history.dtype)).begin()
        tracks = self._stretch.tracks
        self._times = [
            tracks[item] for item in program.early if isinstance(item, int) and _is(graph[item].operator, "t")
        ]
        self._early = [
            item for item in program.early if isinstance(item, Ahead) or not isinstance(graph[item].operator, Leaf)
        ]
        self._drives = [(room.group, tracks[slot]) for slot, room in program.rooms if isinstance(room, Drive)]
        for time in self._times:
            time[...] = done
        self._calls = steps_of(
            [
                map(call.write, *[repeat(_only(tracks[slot])) for slot in (*call.args, call.out)])
                for call in program.calls
            ]
        )
        out = step.recurrence.out
        self._out = part_of(step, self._history, program.out, len(history), 1)[0] if program.out else _only(tracks[out])

    @property
    def s(self) -> Floats:
        """Return the states (…, N)."""
        return cast(Floats, self._history[-1, 0] if self._single else self._history[-1]).copy()

    def on(self, x: Floats) -> Floats:
        """Take one step with the inputs x (…, m), and return what the layer gives out (…, n)."""
        self._history[:-1] = self._history[1:]
        if len(self._inputs) > 1:
            self._inputs[:-1] = self._inputs[1:]
        self._inputs[-1] = x
        with np.errstate(all="ignore"):
            self._ahead()
            next(self._calls, None)
        out = np.broadcast_to(self._out, (*self._history.shape[1:-1], self._out.shape[-1]))
        return cast(Floats, out[0] if self._single else out).copy()

    def _ahead(self) -> None:
        """Work out what needs no state, into the arrays that the calls know."""
        for time in self._times:
            time += 1.0
        for item in self._early:
            self._stretch.renew(item)
        for group, drive in self._drives:
            self._stretch.drive(group, drive)


def _is(operator: object, kind: str) -> bool:
    return isinstance(operator, Leaf) and operator.kind == kind


def _only(track: Track) -> Floats:
    """Return the array of the one step of a track."""
    return track.array if isinstance(track, Still) else whole(track)[0]
