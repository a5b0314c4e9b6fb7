"""`Way`: how the losses of all steps come down to one chain of a network, and back along it.

What enters a chain of the top level enters at the loss's own step. A chain below them is entered at every step that the
chains above read it at: one row then gathers what comes in at all of them (`below`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach
from explorer.engine.gradient.credit import credit
from explorer.engine.network.chain import Chain
from explorer.engine.network.course import Course
from explorer.engine.network.given import EMBEDDING, FEATURES
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.credit.fronts import Front, Steps, fronts
from explorer.engine.work import Report, Stop


@dataclass(frozen=True, slots=True)
class Rows:
    """δ of some losses: t (R,) counted from 0; e^scale · delta at [row, k], delta (R, T, D) and scale (R, T).

    What is truly zero, or has no part in the terms that are asked for, is zero with the scale −inf.
    """

    t: Steps
    delta: Floats
    scale: Floats


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
            yield Arrived(front, self.turned(front.t), int(self.turned(np.array(front.k))))

    def rows(self, losses: Steps, names: tuple[str, ...], stop: Stop, report: Report) -> Rows:
        """Return the rows of some losses, with all digits of what the weights ``names`` need of them."""
        T, row = self.reach.steps, np.empty(self.reach.steps, dtype=np.intp)
        row[losses] = np.arange(len(losses))
        delta, scale = np.zeros((len(losses), T, self.credit.size)), np.full((len(losses), T), -np.inf)
        for one in self.arrived(losses, names, stop, report):
            delta[row[one.t], one.k], scale[row[one.t], one.k] = one.front.delta, one.front.scale
        return Rows(losses, delta, scale)

    def turned(self, steps: Steps) -> Steps:
        """Return steps of the sequence as the chain counts them, or the other way round."""
        return self.reach.steps - 1 - steps if self.chain.backward else steps


def ways(trace: Trace, entering: Floats, reach: Reach) -> tuple[Way, ...]:
    """Return the ways to all chains; ``entering`` (T, n) is what each step's loss gives what the last level gives out."""
    architecture = trace.network.architecture
    if len(architecture.levels) > 1:
        raise BadNetwork(
            "The terms of a gradient through chains above one another are not told apart; ask for its sum."
        )
    found, first = list[Way](), 0
    for chain in architecture.levels[-1]:
        own = entering[:, first : first + chain.outputs]
        found.append(Way(trace.chains[chain.name], own[::-1] if chain.backward else own, reach))
        first += chain.outputs
    return tuple(found)
