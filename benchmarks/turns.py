"""Contenders take turns at the same work, each turn in a process of its own: A B C, A B C, …

What other work on the machine takes falls on all of them alike, so that a ratio within one round says more than the times of
two rounds. A `Contest` holds, of each round, the clock's and the processor's time; its ratios are medians with their spread.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_POOLS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
# Else it is the luck of the heap whether large arrays are given back to the system and faulted in again, page by page, at
# every step: that made the same training step take 2.9 ms in one script and 5.8 ms in another.
_KEPT_HEAP = {"MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_TOP_PAD_": str(2**26)}
_PROBE, _TOO_BUSY = 0.05, 1.25
"""Seconds of work that shows whether a core is free, and how much longer it may take by the clock."""


def pinned(threads: int) -> dict[str, str]:
    """Return the environment in which every library has so many threads, and the heap keeps what it was given."""
    of_xla = f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()} intra_op_parallelism_threads={threads}"
    return {**_KEPT_HEAP, **dict.fromkeys(_POOLS, str(threads)), "XLA_FLAGS": of_xla}


ONE_THREAD = pinned(1)
"""What a second thread brings depends on what else runs."""


def in_kept_heap() -> None:
    """Begin this program again in a heap that keeps what it was given, unless it is in one."""
    if any(os.environ.get(name) != value for name, value in _KEPT_HEAP.items()):
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **_KEPT_HEAP})


class Taken(NamedTuple):
    """The milliseconds of one piece of work by the clock and of the processor, and a number that all are to find alike."""

    clock: float
    processor: float
    found: float = math.nan


class Ratio(NamedTuple):
    """A median over rounds, with the least and the largest of them."""

    median: float
    least: float
    most: float

    def told(self) -> str:
        """Return it as it stands in a table."""
        return f"{self.median:.2f} ({self.least:.2f}–{self.most:.2f})"


@dataclass(frozen=True, slots=True)
class Contender:
    """Whose turn it is: a ``command`` that is given the subject, if there is one, and prints {piece: `Taken`} in the end."""

    name: str
    command: tuple[str, ...]
    tree: Path

    def turn(self, subject: str) -> dict[str, Taken]:
        """Return what each piece of the subject takes, at its best within this turn."""
        environment = {**os.environ, **ONE_THREAD, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(self.tree)}
        command = [*self.command, *filter(None, [subject])]
        done = subprocess.run(command, cwd=self.tree, env=environment, check=True, capture_output=True, text=True)
        return {piece: Taken(*times) for piece, times in json.loads(done.stdout.splitlines()[-1]).items()}


@dataclass(frozen=True, slots=True)
class Contest:
    """What each contender took for each piece, round after round; ``waits`` says how long the machine let us wait."""

    taken: Mapping[str, Mapping[str, Sequence[Taken]]]
    waits: Sequence[float]

    @property
    def pieces(self) -> list[str]:
        """Return the pieces in their order: those of the first contender, then what only others did."""
        return list(dict.fromkeys(piece for done in self.taken.values() for piece in done))

    def least(self, name: str, piece: str) -> Taken:
        """Return the least times of a contender."""
        done = self.taken[name][piece]
        return Taken(min(one.clock for one in done), min(one.processor for one in done), done[-1].found)

    def ratio(self, one: str, other: str, piece: str, of: str = "processor") -> Ratio:
        """Return by how many times ``one`` takes as long as the ``other``, within each round."""
        return ratio(self.taken[one][piece], self.taken[other][piece], of)


def in_turns(contenders: Sequence[Contender], subject: str, rounds: int) -> Contest:
    """Let the contenders take so many turns at a subject."""
    taken: dict[str, dict[str, list[Taken]]] = {one.name: {} for one in contenders}
    waits = []
    for _ in range(rounds):
        for one in contenders:
            waits.append(waiting())
            for piece, times in one.turn(subject).items():
                taken[one.name].setdefault(piece, []).append(times)
    return Contest(taken, waits)


def ratio(one: Sequence[Taken], other: Sequence[Taken], of: str = "processor") -> Ratio:
    """Return by how many times ``one`` takes as long as the ``other``, round by round."""
    ratios = [getattr(mine, of) / getattr(its, of) for mine, its in zip(one, other, strict=True)]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios))


def is_busy(waits: Sequence[float]) -> bool:
    """Return whether so much waiting means that times of the clock can't be judged."""
    return statistics.median(waits) > _TOO_BUSY


def tell_if_busy(waits: Sequence[float]) -> None:
    """Say so where times of the clock can't be judged."""
    if is_busy(waits):
        print("\nThe machine had other work to do: what the clock says can't be judged.\n", flush=True)


def waiting() -> float:
    """Return by how many times a piece of plain work takes longer by the clock than of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    while time.process_time() - processor < _PROBE:
        pass
    return (time.perf_counter() - clock) / (time.process_time() - processor)
