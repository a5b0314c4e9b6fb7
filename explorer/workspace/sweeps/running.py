"""A sweep into a file: gone on with after any interruption, point by point."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from explorer.engine.work import Stop, never
from explorer.workspace.disk.locks import alone
from explorer.workspace.disk.writing import check_writable
from explorer.workspace.sweeps.journal import Journal
from explorer.workspace.sweeps.measuring import Outcome
from explorer.workspace.sweeps.portions import Workers
from explorer.workspace.sweeps.result import is_result_of, save_sweep
from explorer.workspace.sweeps.sweep import Place, Sweep


@dataclass(frozen=True, slots=True)
class Course:
    """How far a sweep has come: ``done`` points of ``size``, ``failed`` ones among them, and the seconds ``left``, if known.

    ``place`` and ``outcome`` are the newest; None at the beginning.
    """

    size: int
    done: int
    failed: int
    left: float | None = None
    place: Place | None = None
    outcome: Outcome | None = None


def sweep_into(out: Path, sweep: Sweep, workers: Workers, stop: Stop = never) -> Iterator[Course]:
    """Yield how the sweep goes on; once every point is there, ``out`` holds the result, else what is found is kept beside it.

    The same sweep into the same file again goes on where it was, and comes to the same bytes.

    Raises
    ------
    Refusal
        If the file holds something else, can't be written, or another program sweeps into it.
    """
    with alone(out):
        check_writable(out)
        if is_result_of(sweep, out):
            yield Course(sweep.size, sweep.size, 0, 0.0)
            return
        with closing(Journal(sweep, out)) as journal:
            yield from _found(sweep, workers, journal, stop)
            if len(journal.found) == sweep.size:
                save_sweep(out, sweep, journal.found)
                journal.remove()


def _found(sweep: Sweep, workers: Workers, journal: Journal, stop: Stop) -> Iterator[Course]:
    places = [place for place in sweep.places() if place not in journal.found]
    failed = sum(bool(outcome.reason) for outcome in journal.found.values())
    yield Course(sweep.size, len(journal.found), failed)
    begun = time.perf_counter()
    for new, (place, outcome) in enumerate(workers.measured(sweep, places, stop), start=1):
        journal.add(place, outcome)
        failed += bool(outcome.reason)
        left = (time.perf_counter() - begun) / new * (len(places) - new)
        yield Course(sweep.size, len(journal.found), failed, left, place, outcome)
