"""The processes of this machine, which measure the points of a sweep; one that dies costs none."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from explorer.engine.work import Stop
from explorer.workspace.sweeps.apart import without_script
from explorer.workspace.sweeps.measuring import Outcome, nothing
from explorer.workspace.sweeps.portions import Found, Portions, Workers, measure_all
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.words.sentence import Sentence

_PATIENCE = 0.1
"""Seconds between two looks at whether to stop."""
_GENTLE = 15
"""By how much a gentle process is nicer than the one that started it (POSIX, 0 to 19)."""
_DEATHS = 2
"""So often a process dies of a point, alone, before the point is given up."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def processes(count: int, gentle: bool = False) -> Iterator[Workers]:
    """Yield so many processes of this machine; ``gentle`` ones let everything else go first."""
    yield _Processes(count, gentle)


class _Processes:
    def __init__(self, count: int, gentle: bool) -> None:
        self._count, self._gentle = count, gentle
        self._deaths: dict[Place, int] = {}

    @property
    def name(self) -> Sentence:
        return Sentence("{count} processes of this machine", {"count": self._count})

    def measured(self, sweep: Sweep, places: Sequence[Place], stop: Stop) -> Iterator[Found]:
        portions = Portions(places, self._count)
        while portions and not stop():
            yield from self._until_one_dies(sweep, portions, stop)

    def _until_one_dies(self, sweep: Sweep, portions: Portions, stop: Stop) -> Iterator[Found]:
        """Yield what is found until nothing is left, or the pool has broken; what was not measured then is left."""
        running: dict[Future[Any], list[Place]] = {}
        with _pool(self._count, self._gentle) as pool:
            while (portions or running) and not stop():
                while portions and len(running) < portions.abreast:
                    # A task is counted before it is taken: what is suspected runs alone.
                    taken = portions.take()
                    with without_script():
                        running[pool.submit(measure_all, sweep, taken)] = taken
                done, _ = wait(running, _PATIENCE, FIRST_COMPLETED)
                for task in done:
                    if isinstance(task.exception(), BrokenProcessPool):
                        yield from self._bury(sweep, portions, [place for taken in running.values() for place in taken])
                        return
                    found, seconds = task.result()
                    del running[task]
                    portions.heed(len(found), seconds)
                    yield from found

    def _bury(self, sweep: Sweep, portions: Portions, lost: list[Place]) -> Iterator[Found]:
        """Suspect what was ``lost``; a place that was lost alone, and more than once, is what it was."""
        if len(lost) == 1:
            (place,) = lost
            self._deaths[place] = self._deaths.get(place, 0) + 1
            if self._deaths[place] == _DEATHS:
                yield place, Outcome(nothing(sweep), "The process that measured this point died.")
                return
        portions.suspect(lost)


@contextmanager
def _pool(count: int, gentle: bool) -> Iterator[ProcessPoolExecutor]:
    """Yield processes that begin afresh; what they have not done when it ends is given up, and they end at once."""
    pool = ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=_settle_in, initargs=(gentle,)
    )  # fmt: skip
    try:
        yield pool
    finally:
        _end(pool)


def _end(pool: ProcessPoolExecutor) -> None:
    """End ``pool``: who stops does not wait for a point that takes long, such as a training."""
    # Python 3.14 has a word for it; before, a pool waits for what is begun.
    children = [] if pool._processes is None else list(pool._processes.values())
    pool.shutdown(wait=False, cancel_futures=True)
    for child in children:
        child.terminate()
    for child in children:
        child.join()


def _settle_in(gentle: bool) -> None:
    """Leave Ctrl-C, which a terminal sends to all processes, to the one that was started there; be ``gentle`` if asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if gentle and hasattr(os, "nice"):
        os.nice(_GENTLE)
