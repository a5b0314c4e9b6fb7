"""One leg of a run: the program of its step over some steps of the sequences that are running."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import cast

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.readings.affine import factors, is_affine
from explorer.engine.recurrence.readings.step import Given, Step, Values
from explorer.engine.recurrence.readings.value import applied
from explorer.engine.recurrence.run.fold import Fold, blocks_of, is_small
from explorer.engine.recurrence.run.laid import Laid
from explorer.engine.recurrence.run.plan import MATRIX_VECTOR, Ahead, Group, plan
from explorer.engine.recurrence.run.program import Drive, Matrix, Program, Room, program
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
    after,
    onward,
    rows_of,
    spread_of,
    steps_of,
    whole,
)


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """So many ``steps`` of a step with its weights, after ``first`` others.

    ``history`` (past+T+1, …, N) holds the states from some before s_0 on, ``inputs`` (before+T, …, m) likewise x_1..x_T, both
    of the sequences that are running; ``tracks`` the values of the program's slots; ``fold`` the blocks that were run side
    by side, if they were.
    """

    laid: Laid
    first: int
    steps: int
    history: Floats
    inputs: Floats
    past: int
    before: int
    tracks: list[Track]
    fold: Fold | None = None

    @property
    def step(self) -> Step:
        """Return the step."""
        return self.laid.step

    @property
    def program(self) -> Program:
        """Return the calls of the step."""
        return program(self.laid.step)

    @property
    def lead(self) -> tuple[int, ...]:
        """Return the axes between time and unit."""
        return self.history.shape[1:-1]

    def given(self, some: slice = slice(None)) -> Given:
        """Return what some of the steps were given."""
        graph, T, last, now = self.step.recurrence.graph, self.steps, self.past + self.first, self.before + self.first
        states, inputs = self.history, self.inputs[..., : self.step.inputs]
        leaves = [node.operator for node in graph if isinstance(node.operator, Leaf)]
        delays = {leaf.delay for leaf in leaves if leaf.kind == "state"}
        earlier = {leaf.delay for leaf in leaves if leaf.kind == "x"}
        t = np.arange(self.first + 1.0, self.first + T + 1.0)[some]
        return Given(
            states[last:][:T][some],
            inputs[now:][:T][some],
            t.reshape(-1, *(1 for _ in self.lead)),
            {delay: states[last + 1 - delay :][:T][some] for delay in delays - {1}},
            {delay: inputs[now - delay :][:T][some] for delay in earlier - {0}},
        )

    def prepared(self, buffer: Buffer) -> Stretch:
        """Return the stretch with an array for each slot, and what needs no state worked out for all steps at once."""
        self.tracks.extend(self.laid.values)
        self.tracks.extend([None] * (self.program.slots - len(self.tracks)))
        for item in self.program.early:
            if isinstance(item, Ahead):
                for place, track in zip(item.products, self._products(item), strict=True):
                    self.tracks[place] = track
            else:
                self.tracks[item] = self._of_all_steps(item)
        for slot, room in self.program.rooms:
            self.tracks[slot] = self._made(room, buffer)
        return self

    def run(self) -> Stretch:
        """Return the stretch after all its steps, made in blocks side by side where that is right and takes less."""
        fold = self._folded()
        done = fold.steps if fold is not None and self._made_in(fold) else 0
        slots = {slot: after(track, done) for slot, track in enumerate(self.tracks)}
        advance(self._calls(slots), self.steps - done)
        return replace(self, fold=fold if done else None).ended()

    def _folded(self) -> Fold | None:
        if not is_affine(self.step):
            return None
        some = blocks_of(self.steps, prod(self.lead) * self.step.N, len(self.program.calls))
        values = [None if track is None else whole(track) for track in self.tracks]
        return None if some is None else Fold.of(self.step, *some, factors(self.step, cast(Values, values)), self.lead)

    def _made_in(self, fold: Fold) -> bool:
        """Make the steps of some blocks, and return whether they are right."""
        start = self.past + self.first
        states = self.history[start : start + fold.steps + 1 : fold.length]
        slots = fold.tracks(dict(enumerate(self.tracks)), self.program.rooms, self.lead)
        states[1:-1] = 0.0
        advance(self._calls(slots), fold.length)
        ends = states.copy()
        fold.onward(ends)
        states[1:-1] = ends[1:-1]
        advance(self._calls(slots), fold.length)
        return is_small(states)

    def _calls(self, slots: Mapping[int, Track]) -> Iterator[object]:
        """Return what makes the next step."""
        return steps_of(
            [map(call.write, *[onward(slots[arg]) for arg in call.args], onward(slots[call.out]))
             for call in self.program.calls]
        )  # fmt: skip

    def ended(self) -> Stretch:
        """Return the stretch with what waits for the last step worked out for all of them at once."""
        for place in self.program.late:
            self.tracks[place] = self._of_all_steps(place)
        return self

    def _made(self, room: Room, buffer: Buffer) -> Track:
        match room:
            case Own(shape=shape, kept=True):
                return buffer.take((self.steps, *self.lead, *shape))
            case Own(shape=shape):
                return Still(np.empty((*self.lead, *shape), self.history.dtype))
            case Rows(of=of, rows=rows):
                return rows_of(self.tracks[of], rows)
            case Spread(of=of):
                return spread_of(self.tracks[of], room)
            case Part(delay=delay):
                start = self.first + self.past + 1 - delay
                return room.view(self.history[start : start + self.steps])
            case Matrix(key=key):
                return Still(self.laid.turned[key])
            case Number(value=value):
                return Still(np.asarray(value, self.history.dtype))
            case Drive(group=group):
                drive = buffer.take((self.steps, *self.lead, group.size))
                self.drive(group, drive)
                return drive

    # ---- before the first step

    def renew(self, item: int | Ahead) -> None:
        """Work out again what is made for all steps at once, into the same arrays."""
        if isinstance(item, Ahead):
            for place, track in zip(item.products, self._products(item), strict=True):
                self.tracks[place][...] = track
        else:
            self.tracks[item][...] = self._of_all_steps(item)

    def _of_all_steps(self, place: int) -> Floats:
        """Return the values of a node at all steps."""
        node = self.step.recurrence.graph[place]
        if isinstance(node.operator, Leaf):
            return self._leaf(node.operator)
        value = applied(node.operator, [whole(self.tracks[arg]) for arg in node.args])
        return value.astype(self.history.dtype, copy=False)

    def _leaf(self, leaf: Leaf) -> Floats:
        if leaf.kind == "t":
            t = np.arange(self.first + 1.0, self.first + self.steps + 1.0, dtype=self.history.dtype)
            return t.reshape(-1, *(1 for _ in self.lead))
        start = self.before - leaf.delay + self.first
        return self.inputs[start : start + self.steps, ..., : self.step.inputs]

    def _products(self, ahead: Ahead) -> list[Floats]:
        """Make all products of one vector with matrices as one."""
        graph = self.step.recurrence.graph
        matrices = [whole(self.tracks[graph[place].args[0]]) for place in ahead.products]
        products = contract(MATRIX_VECTOR, np.concatenate(matrices, axis=-2), whole(self.tracks[ahead.operand]))
        return [products[..., rows] for rows in ahead.rows]

    def drive(self, group: Group, drive: Floats) -> None:
        """Write what is added to the products of a group."""
        graph, found = self.step.recurrence.graph, plan(self.step)
        if group.key in found.driven:
            matrix, bias = self.laid.driving[group.key]
            multiply(whole(self.tracks[found.driven[group.key].operand]), matrix, drive)
            np.add(drive, bias, drive)
            return
        for member, rows in zip(group.members, group.rows, strict=True):
            if member.addend in found.folded:
                product, bias = (whole(self.tracks[arg]) for arg in graph[member.addend].args)
                np.add(product, bias, out=drive[..., rows])
            elif member.addend is not None:
                drive[..., rows] = whole(self.tracks[member.addend])


def multiply(v: Floats, matrix: Floats, out: Floats) -> None:
    """Write the products of a matrix with vectors (…, k), of one for all in one go."""
    if matrix.ndim == 2:
        count = prod(v.shape[:-1])
        np.matmul(v.reshape(count, v.shape[-1]), matrix.mT, out=out.reshape(count, out.shape[-1]))
    else:
        out[...] = contract(MATRIX_VECTOR, matrix, v)
