"""Who measures the points of a sweep, in general: tasks of several points, each about as long, and what one of them does."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from explorer.engine.work import Stop
from explorer.workspace.sweeps.measuring import Outcome, measure
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.words.sentence import Sentence

Found = tuple[Place, Outcome]

_TASK = 0.5
"""Seconds that a task takes about: sending it costs some hundredths."""
_MOST = 64


class Workers(Protocol):
    """Measures points; ``name`` says who they are, and how many."""

    @property
    def name(self) -> Sentence:
        """Return who they are and how many, for a person."""

    def measured(self, sweep: Sweep, places: Sequence[Place], stop: Stop) -> Iterator[Found]:
        """Yield what is found at the ``places``, in any order, each once; less where ``stop()`` says so."""


def measure_all(sweep: Sweep, places: Sequence[Place]) -> tuple[list[Found], float]:
    """Return what is found at the ``places``, and the seconds that it took: what one task does, wherever it runs."""
    begun = time.perf_counter()
    return [(place, measure(sweep, place)) for place in places], time.perf_counter() - begun


class Portions:
    """Cuts the ``places`` that are left into tasks of about `_TASK` seconds each, at most ``abreast`` at a time."""

    def __init__(self, places: Sequence[Place], workers: int) -> None:
        self._left = list(reversed(places))
        self._workers = workers
        self._size, self._suspects = 1, 0

    def __bool__(self) -> bool:
        return bool(self._left)

    @property
    def abreast(self) -> int:
        """Return how many tasks may run at a time: one, while it is sought which point ends its process."""
        return 1 if self._suspects else 2 * self._workers

    def take(self) -> list[Place]:
        """Return the next places; the last ones go to all workers alike."""
        size = max(1, min(self._size, len(self._left) // (2 * self._workers)))
        if self._suspects:
            size, self._suspects = 1, self._suspects - 1
        return [self._left.pop() for _ in range(min(size, len(self._left)))]

    def heed(self, count: int, seconds: float) -> None:
        """Learn how long so many points took."""
        self._size = max(1, min(_MOST, 2 * self._size, round(_TASK * count / max(seconds, 1e-6))))

    def suspect(self, places: Sequence[Place]) -> None:
        """Take ``places`` again, one by one: one of them ended the process that measured it."""
        self._left += reversed(places)
        self._suspects += len(places)
