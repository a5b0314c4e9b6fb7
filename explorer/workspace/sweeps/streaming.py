"""A sweep for who looks on: what is known of it already, and then what comes, in portions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.engine.errors import BadFile
from explorer.engine.work import Stop
from explorer.workspace.sweeps.opening import known_of
from explorer.workspace.sweeps.running import Course, sweep_into
from explorer.workspace.sweeps.sweep import Sweep
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.workers import gentle_workers

_PAUSE = 0.15
"""Seconds between two portions, at least."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sweep that a person asks for: into which file, and the ``address`` of a Dask scheduler, "" for this machine."""

    sweep: Sweep
    out: Path
    address: str = ""


def streamed(asked: Asked, stop: Stop) -> Iterator[Table | tuple[Course, ...]]:
    """Yield the table of what is known, and then what comes into it, in order; the last portion is there at any end.

    Raises
    ------
    Refusal
        As `sweep_into` and `workers` do, or the folder of the file can't be made.
    """
    yield known_of(asked.sweep, asked.out)
    try:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        folder = asked.out.parent
        raise BadFile("The points of a sweep can't be kept: “{folder}” may not be written.", folder=folder) from error
    with gentle_workers(asked.address or None) as measuring:
        portion: list[Course] = []
        due = time.monotonic()
        for course in sweep_into(asked.out, asked.sweep, measuring, stop):
            portion.append(course)
            if time.monotonic() >= due:
                yield tuple(portion)
                portion, due = [], time.monotonic() + _PAUSE
        yield tuple(portion)
