"""A window that slides: gradients of so many loss steps are carried apart, and the oldest is let go as a new one enters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.run.track import Part


@dataclass(frozen=True, slots=True)
class Circle:
    """The arrays of a track that come round: those of the last states only."""

    arrays: tuple[Floats, ...]

    def __iter__(self) -> Iterator[Floats]:
        return cycle(self.arrays)


class Window:
    """The gradients (past+2, τ, …, N) on the states that one step touches, each loss step of a window apart."""

    def __init__(self, length: int, past: int, g: Floats, detached: Collection[int]) -> None:
        self.length, self.past, self.total, self.detached = length, past, g, detached
        self._near = np.zeros((past + 2, length, *g.shape[1:]), g.dtype)

    def rows(self, part: Part, index: int, rows: int) -> Circle:
        """Return a part of the gradients on the state ``index`` of the history, and on those before it one by one."""
        near = part.view(self._near[..., :rows, :])
        return Circle(tuple(near[(index - back) % len(near)] for back in range(len(near))))

    def enter(self, t: int, g: Floats, given: Iterable[tuple[Floats, Floats]]) -> None:
        """Let the loss of a step enter: ``g`` (…, N) at its state, and others (…) at arrays (τ, …) that are ``given``."""
        if t + 1 in self.detached:
            self._near[...] = 0.0
        index, slot, rows = self.past + 1 + t, t % self.length, slice(g.shape[-2])
        self._near[t % len(self._near)] = 0.0
        self._near[:, slot] = 0.0
        own = self._near[index % len(self._near)]
        own[slot, ..., rows, :] += g
        for near, entering in given:
            near[...] = 0.0
            near[slot] = entering
        own.sum(axis=0, out=self.total[index])

    def leave(self) -> None:
        """Write the gradients on s_0 and on the states before it."""
        for index in range(self.past + 1):
            self._near[index % len(self._near)].sum(axis=0, out=self.total[index])
