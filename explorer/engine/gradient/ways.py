"""`Way`: how the losses of all steps come down to one chain of a network, and back along it.

What enters a chain of the top level enters at the loss's own step. A chain below them is entered at every step that the
chains above read it at: one row then gathers what comes in at all of them (`below`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach
from explorer.engine.gradient.credit import credit, shaken_credit
from explorer.engine.network.chain import Chain
from explorer.engine.network.course import Course
from explorer.engine.network.given import EMBEDDING, FEATURES
from explorer.engine.network.trace import Trace
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.credit.fronts import Front, Steps, fronts, settle
from explorer.engine.recurrence.credit.gathered import Coming, gathered
from explorer.engine.work import Report, Stop, never, silent

Time = TypeVar("Time", int, Steps)

# What comes in of some losses may take so much of memory, and so may their rows.
_ROWS_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Rows:
    """δ of some losses: t (R,) counted from 0; e^scale · delta at [row, k], delta (R, T, D) and scale (R, T).

    What is truly zero, or has no part in the terms that are asked for, is zero with the scale −inf.
    """

    t: Steps
    delta: Floats
    scale: Floats

    def take(self, one: Arrived) -> None:
        """Put in what has arrived at a step."""
        row = np.searchsorted(self.t, one.t)
        self.delta[row, one.k], self.scale[row, one.k] = one.front.delta, one.front.scale


@dataclass(frozen=True, slots=True)
class Arrived:
    """A front in the sequence's time: at step k are the losses of the steps t (R,), both counted from 0."""

    front: Front
    t: Steps
    k: int


@dataclass(frozen=True, eq=False)
class Way:
    """Along one chain's course; ``entering`` (T, n) in the chain's own order."""

    course: Course
    entering: Floats
    reach: Reach

    @cached_property
    def chain(self) -> Chain:
        """Return the chain."""
        return self.course.chain

    @cached_property
    def credit(self) -> Credit:
        """Return what carries gradients back along the course, made once."""
        return credit(self.course)

    def shaken(self, seed: int) -> Way | None:
        """Return the way along the same states, each off by as much as rounding may be; None along a kernel's, or legs."""
        made = shaken_credit(self.course, seed)
        if made is None:
            return None
        other = replace(self)
        other.__dict__["credit"] = made
        return other

    @cached_property
    def weights(self) -> frozenset[str]:
        """Return the names of the weights that act along the chain."""
        architecture, halves = self.course.network.architecture, self.chain.whole.halves
        own = {name for half in halves for name in half.weights.values()}
        if self.chain in architecture.levels[0]:
            own |= {FEATURES} if architecture.features else set()
            own |= {EMBEDDING} if self.course.words is not None else set()
        return frozenset(own)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Return whether there is a path from step k to the loss of step t (T, T), at [t, k]."""
        lower = np.tri(self.reach.steps, dtype=bool)
        return lower.T if self.chain.backward else lower

    @property
    def losses(self) -> Steps:
        """Return the steps at which anything enters, in ascending order."""
        return np.sort(self.turned(np.flatnonzero(self.entering.any(axis=1))))

    def arrived(self, losses: Steps, names: tuple[str, ...], stop: Stop, report: Report) -> Iterator[Arrived]:
        """Yield the fronts of some losses; those of rows made again stand for what was told before.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        entering, some = np.zeros_like(self.entering), self.turned(losses)
        entering[some] = self.entering[some]
        for front in fronts(self.credit, entering, self.reach.last, names, stop, report):
            yield Arrived(front, self.turned(front.t), self.turned(front.k))

    def rows(self, losses: Steps, names: tuple[str, ...], stop: Stop, report: Report) -> Rows:
        """Return the rows of some losses, with all digits of what the weights ``names`` need of them."""
        rows = self.room(losses)
        for one in self.arrived(losses, names, stop, report):
            rows.take(one)
        return rows

    def row(self, names: tuple[str, ...], t: int) -> Rows:
        """Return the row of one loss; the last is kept, as one term of a loss after the other is asked for."""
        known = self._last.get((names, t))
        if known is None:
            known = self.rows(np.array([t]), names, never, silent)
            known.delta.setflags(write=False)
            known.scale.setflags(write=False)
            self.__dict__["_last"] = {(names, t): known}
        return known

    @cached_property
    def _last(self) -> dict[tuple[tuple[str, ...], int], Rows]:
        return {}

    def room(self, losses: Steps) -> Rows:
        """Return the rows of some losses, ascending, before anything is known of them."""
        T = self.reach.steps
        return Rows(losses, np.zeros((len(losses), T, self.credit.size)), np.full((len(losses), T), -np.inf))

    @property
    def together(self) -> int:
        """Return of how many losses memory holds the rows."""
        return max(1, _ROWS_BYTES // max(1, 8 * self.reach.steps * self.credit.size))

    def turned(self, steps: Time) -> Time:
        """Return steps of the sequence as the chain counts them, or the other way round."""
        return self.reach.steps - 1 - steps if self.chain.backward else steps


@dataclass(frozen=True, eq=False)
class Below(Way):
    """Along a chain that others ``above`` read: ``columns`` of their inputs are what it gives out.

    ``entering`` is that of the top. One row carries all that a loss brings, wherever it comes in.
    """

    above: tuple[Way, ...]
    columns: slice

    @property
    def open(self) -> NDArray[np.bool_]:
        """Return whether there is a path: back along a chain above to a step j, and from there back along this one."""
        own = super().open
        paths = [(way.open.astype(np.float64) @ own.astype(np.float64)) > 0 for way in self.above]
        return np.logical_or.reduce(paths)

    @property
    def losses(self) -> Steps:
        """Return the steps at which anything enters at the top, in ascending order."""
        return np.unique(np.concatenate([way.losses for way in self.above]))

    def arrived(self, losses: Steps, names: tuple[str, ...], stop: Stop, report: Report) -> Iterator[Arrived]:
        """Yield the fronts of some losses, some at a time."""
        if self.reach.slides:
            raise BadTargets(
                "Under a sliding window only the top level of a network has terms of its own; truncate by chunks, or not at"
                " all."
            )
        size = max(1, _ROWS_BYTES // max(1, 8 * self.reach.steps * self.credit.layout.width))
        for first in range(0, len(losses), size):
            some = losses[first : first + size]
            part = partial(_reported, report, first, len(some), len(losses))
            for front in gathered(self.credit, self._coming(some, stop), self.reach.detached, names, stop, part):
                yield Arrived(front, some[front.t], self.turned(front.k))

    def _coming(self, losses: Steps, stop: Stop) -> Coming:
        """Return what the losses bring to what the chain gives out, in its own order."""
        first, *others = [_brought_down(way, losses, self.columns, stop) for way in self.above]
        found = reduce(Coming.beside, others, first)
        return Coming(found.vectors[:, ::-1], found.scale[:, ::-1]) if self.chain.backward else found


def _brought_down(way: Way, losses: Steps, columns: slice, stop: Stop) -> Coming:
    """Return what some losses bring to some columns of what a chain reads, in the sequence's order."""
    T, shares, row = way.reach.steps, way.credit.shares, np.empty(way.reach.steps, dtype=np.intp)
    row[losses] = np.arange(len(losses))
    shape, found = (len(losses), T, columns.stop - columns.start), dict[tuple[str, bool], Coming]()
    again = np.zeros(len(losses), dtype=bool)
    for name, delay in shares.inputs.items():
        for one in way.arrived(losses, (name,), stop, lambda _: None):
            front, k = one.front, one.front.k - delay
            logs = front.logs is not None
            if (name, logs) not in found:
                found[name, logs] = Coming(np.zeros(shape), np.full(shape[:2], -np.inf))
            if k < 0:
                continue
            if front.logs is None:
                vectors, scale = shares.part(name, front.k, front.delta)[:, columns], front.scale.copy()
                settle(vectors, scale)
            else:
                again[row[one.t]] = True
                part = way.credit.log_shares.part(name, front.k, front.logs)[:, columns]
                scale = norm_of_logs(part.log)
                vectors = part.times(-np.where(np.isfinite(scale), scale, 0.0)[:, None]).value()
            at = way.turned(k)
            found[name, logs].vectors[row[one.t], at], found[name, logs].scale[row[one.t], at] = vectors, scale
        if (name, True) in found:
            made = found.pop((name, True))
            found[name, False].vectors[again], found[name, False].scale[again] = made.vectors[again], made.scale[again]
    return reduce(Coming.beside, list(found.values())[1:], next(iter(found.values())))


def ways(trace: Trace, entering: Floats, reach: Reach) -> tuple[Way, ...]:
    """Return the ways to all chains; ``entering`` (T, n) is what each step's loss gives what the last level gives out."""
    found, above = list[Way](), tuple[Way, ...]()
    for level in reversed(trace.network.architecture.levels):
        made, first = list[Way](), 0
        for chain in level:
            columns = slice(first, first + chain.outputs)
            course, own = trace.chains[chain.name], entering[:, columns]
            here = own[::-1] if chain.backward else own
            made.append(Below(course, entering, reach, above, columns) if above else Way(course, here, reach))
            first = columns.stop
        above = tuple(made)
        found = made + found
    return tuple(found)


def _reported(report: Report, first: int, count: int, whole: int, fraction: float) -> None:
    report((first + count * fraction) / whole)
