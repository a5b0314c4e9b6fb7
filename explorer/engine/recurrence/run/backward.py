"""Legs of a run carried back: factors for some steps at once, then the calls of each step, last first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat
from math import prod
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.run.fold import Fold, is_small
from explorer.engine.recurrence.run.forward import Stretch
from explorer.engine.recurrence.run.gathering import Factor, Given, Room, Slope, Stacked
from explorer.engine.recurrence.run.laid import one_for_all
from explorer.engine.recurrence.run.reverse import Reverse, reverse
from explorer.engine.recurrence.run.share import Shared, late
from explorer.engine.recurrence.run.track import (
    Buffer,
    Number,
    Own,
    Part,
    Rows,
    Spread,
    Still,
    Track,
    advance,
    rows_of,
    spread_of,
    steps_of,
    whole,
)
from explorer.engine.recurrence.run.window import Circle, Window

# Factors of so many bytes are worked out together: few calls, and they stay in the cache.
_BLOCK_BYTES = 2**20


class Return:
    """A run on its way back: ``g`` (past+T+1, …, N) is the gradient on all its states, older ones than s_0 too."""

    def __init__(
        self,
        stretches: Sequence[Stretch],
        g: Floats,
        g_out: Floats,
        g_s: Floats | None,
        detached: Collection[int],
        window: int | None,
    ) -> None:
        self.stretches, self.g, self.g_out, self.g_s = stretches, g, g_out, g_s
        self.past, self.detached = stretches[0].past if stretches else 0, frozenset(detached)
        self.window = None if window is None else Window(window, self.past, g, self.detached)

    def legs(self, inputs: bool) -> Iterator[tuple[Stretch, Shared]]:
        """Yield the legs, last first, with what their steps share of the gradient."""
        if self.window is None:
            for stretch in self.stretches:
                self.enter(stretch, self._rows(stretch, 0, stretch.steps), stretch.first)
        for stretch in reversed(self.stretches):
            yield stretch, _Leg(self, stretch).made(inputs)
        if self.window is not None:
            self.window.leave()
        for stretch in self.stretches:
            if (part := self.reverse(stretch).equals_out) is not None:
                own = part.view(self._rows(stretch, 0, stretch.steps))
                own += self.g_out[stretch.first : stretch.first + stretch.steps, ..., : stretch.lead[-1], :]

    def _rows(self, stretch: Stretch, start: int, stop: int) -> Floats:
        """Return the gradients on the states that some steps of a leg made, as a view."""
        before = self.past + 1 + stretch.first
        return self.g[before + start : before + stop, ..., : stretch.lead[-1], :]

    def enter(self, stretch: Stretch, g: Floats, first: int) -> None:
        """Add to ``g`` (k, …, N) what enters from outside at the states that k steps after the ``first`` made."""
        steps, rows, program = slice(first, first + len(g)), stretch.lead[-1], self.reverse(stretch)
        if self.g_s is not None:
            g += self.g_s[steps, ..., :rows, :]
        if program.adds_out is not None:
            own = program.adds_out.view(g)
            own += self.g_out[steps, ..., :rows, :]

    def reverse(self, stretch: Stretch) -> Reverse:
        """Return the calls of a leg's step."""
        return reverse(stretch.step, self.g_s is not None)

    def detach(self, t: int) -> None:
        """Let go what came back into s_t, and past it, from later steps."""
        self.g[t : t + self.past + 1] = 0.0
        for stretch in self.stretches:
            start, stop = max(stretch.first, t - self.past - 1), min(stretch.first + stretch.steps, t)
            if start < stop:
                self.enter(stretch, self._rows(stretch, start - stretch.first, stop - stretch.first), start)


class _Leg:
    """One leg on its way back."""

    def __init__(self, back: Return, stretch: Stretch) -> None:
        self.back, self.stretch, self.program = back, stretch, back.reverse(stretch)
        self.window, self.dtype = back.window, back.g.dtype
        self.kept: dict[int, Floats] = {}
        self.late, self.given = late(stretch, self._g_out), dict[int, Floats]()
        self.tracks: list[Track] = [*stretch.tracks, *(None for _ in range(self.program.slots - len(stretch.tracks)))]
        buffer = Buffer(self.program.kept * stretch.steps * prod(stretch.lead), self.dtype)
        for slot, room in self.program.rooms:
            self.tracks[slot] = self._made(slot, room, buffer)

    def made(self, inputs: bool) -> Shared:
        """Return what the steps share, after they have been run back."""
        fold = None if self.window or self.back.detached else self.stretch.fold
        done = 0 if fold is None else fold.steps
        self._carry(done, self.stretch.steps)
        if fold is not None and not self._carried_in(fold):
            self._carry(0, done)
        return Shared(
            self.stretch,
            {place: self._whole(slot) for place, slot in self.program.early.items()},
            {key: self._whole(slot) for key, slot in self.program.delta.items()},
            self.late,
            self._g_out,
            self._states(0),
            inputs,
        )

    def _carry(self, after: int, until: int) -> None:
        """Carry the gradients back through some steps, one after the other."""
        first = self.stretch.first
        for start, stop in self._blocks(after, until):
            if self.window is None and first + stop in self.back.detached:
                self.back.detach(first + stop)
            advance(self._calls(self._slots(start, stop)), stop - start)

    def _carried_in(self, fold: Fold) -> bool:
        """Carry the gradients back through some blocks side by side; where that is not right, leave them as they were."""
        start = self.back.past + self.stretch.first
        g = self.back.g[start : start + fold.steps + 1, ..., : self.stretch.lead[-1], :]
        entered, begins = g.copy(), g[:: fold.length]
        slots = fold.tracks(self._slots(0, fold.steps), self.program.rooms, self.stretch.lead)
        # A block's last step reads what enters where the next one begins, whose first step then adds to it.
        steps = self._calls(slots)
        advance(steps, 1)
        begins[:-1] = 0.0
        advance(steps, fold.length - 1)
        local = begins[:-1].copy()
        fold.back(local)
        g[...] = entered
        begins[1:-1] += local[1:]
        steps = self._calls(slots)
        advance(steps, 1)
        begins[1:-1] = entered[fold.length : -1 : fold.length]
        advance(steps, fold.length - 1)
        if not (right := is_small(begins)):
            g[...] = entered
        return right

    def _whole(self, slot: int) -> Floats:
        """Return the gradients of all steps that stand in a slot."""
        if slot in self.kept:
            return self.kept[slot]
        track = self.tracks[slot]
        if isinstance(track, Circle):
            return cast(Part, dict(self.program.rooms)[slot]).view(self._states(0))
        return whole(track)

    @property
    def _g_out(self) -> Floats:
        """Return the gradients on what the steps give out."""
        first = self.stretch.first
        return self.back.g_out[first : first + self.stretch.steps, ..., : self.stretch.lead[-1], :]

    def _states(self, delay: int) -> Floats:
        """Return the gradients on the states of so many steps ago, or on those that the steps made."""
        start = self.stretch.first + self.back.past + 1 - delay
        return self.back.g[start : start + self.stretch.steps, ..., : self.stretch.lead[-1], :]

    # ---- arrays

    def _made(self, slot: int, room: Room, buffer: Buffer) -> Track:
        lead = self.stretch.lead
        match room:
            case Own(shape=shape, kept=True, zero=zero):
                self.kept[slot] = made = buffer.take((self.stretch.steps, *lead, *shape))
                if zero:
                    made[...] = 0.0
                return made if self.window is None else Still(np.zeros((self.window.length, *lead, *shape), self.dtype))
            case Own(shape=shape):
                apart = () if self.window is None else (self.window.length,)
                return Still(np.empty((*apart, *lead, *shape), self.dtype))
            case Rows(of=of, rows=rows):
                return rows_of(self.tracks[of], rows)
            case Part():
                return self._part(room)
            case Given(place=place):
                return self._given(slot, place)
            case Stacked(key=key):
                return Still(one_for_all(self.stretch.laid.stacked[key]))
            case Number(value=value):
                return Still(np.asarray(value, self.dtype))
            case Spread(of=of):
                return spread_of(self.tracks[of], room)

    def _part(self, part: Part) -> Track:
        """Return the gradients on a part of the states."""
        if self.window is None:
            return part.view(self._states(part.delay))
        last = self.stretch.first + self.back.past + self.stretch.steps - part.delay
        return self.window.rows(part, last, self.stretch.lead[-1])

    def _given(self, slot: int, place: int) -> Track:
        """Return the gradients with which what the layer gives out reaches a node."""
        shape = (self.stretch.steps, *self.stretch.lead, *self.stretch.step.shapes[place])
        given = self._g_out if place == self.stretch.step.recurrence.out else self.late.get(place, np.float64(0.0))
        self.given[slot] = given = np.broadcast_to(given, shape)
        return given if self.window is None else Still(np.zeros((self.window.length, *shape[1:]), self.dtype))

    # ---- steps

    def _blocks(self, after: int, until: int) -> Iterator[tuple[int, int]]:
        """Yield some steps, last first, so many that their factors stay in the cache; a block ends at a detached state.

        What a window carries is more than its factors, and it knows itself where a state is detached.
        """
        if self.window is not None:
            yield after, until
            return
        bytes_a_step = self.program.size * prod(self.stretch.lead) * self.dtype.itemsize
        size = max(1, _BLOCK_BYTES // max(1, bytes_a_step))
        ends = {t - self.stretch.first for t in self.back.detached}
        stop = until
        while stop > after:
            start = max([after, stop - size, *(end for end in ends if end < stop)])
            yield start, stop
            stop = start

    def _slots(self, start: int, stop: int) -> dict[int, Track]:
        """Return what the calls of some steps read and write, factors worked out."""
        now: dict[int, Track] = {}
        for slot in self.program.used:
            track = self.tracks[slot]
            now[slot] = track[start:stop] if isinstance(track, np.ndarray) else track
        for factor in self.program.factors:
            now[factor.out] = self._factor(factor, now)
        return now

    def _calls(self, slots: Mapping[int, Track]) -> Iterator[object]:
        """Return what carries the gradients back through the next step, the last first."""
        calls: list[Iterator[object]] = [
            map(call.write, *[_back(slots[arg]) for arg in call.args], _back(slots[call.out]))
            for call in self.program.calls
        ]
        return steps_of(calls if self.window is None else [self._entering(self.window), *calls, *self._summing()])

    def _factor(self, factor: Slope | Factor, now: Mapping[int, Track]) -> Track:
        """Return a factor for the steps of a block, or one for all of them."""
        if isinstance(factor, Slope):
            made = cast(Floats, factor.slopes(*(whole(now[arg]) for arg in factor.args))[factor.which])
        else:
            made = whole(now[factor.right])
            made = made if factor.rows is None else made[..., factor.rows]
            made = made if factor.left is None else np.multiply(whole(now[factor.left]), made)
        made = made.astype(self.dtype, copy=False)
        return made if made.ndim == 1 + len(self.stretch.lead) + factor.rank else Still(made)

    def _entering(self, window: Window) -> Iterator[object]:
        """Return what lets the loss of each step enter the window."""

        def enter(t: int) -> None:
            g = np.zeros((1, *self.stretch.lead, self.back.g.shape[-1]), self.dtype)
            self.back.enter(self.stretch, g, t)
            window.enter(t, g[0], [(one, g[t - first]) for one, g in given])

        given = [(self.tracks[slot].array, g) for slot, g in self.given.items()]
        first = self.stretch.first
        return map(enter, range(first + self.stretch.steps - 1, first - 1, -1))

    def _summing(self) -> list[Iterator[object]]:
        """Return the calls that sum what the steps keep over the window."""
        return [
            map(np.add.reduce, repeat(self.tracks[slot].array), repeat(0), repeat(None), iter(into[::-1]))
            for slot, into in self.kept.items()
        ]


def _back(track: Track) -> Iterator[Floats]:
    """Return the arrays of a track, last step first."""
    if isinstance(track, Still):
        return repeat(track.array)
    return iter(track) if isinstance(track, Circle) else iter(track[::-1])
