"""How the gradient of the chosen state goes back along time and down through the layers: a job of one result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.river import river
from explorer.engine.network.course import Course
from explorer.engine.work import Report, Stop
from explorer.workspace.looks.levels import parts_of
from explorer.workspace.looks.running import Run

_LIGHT, _SOON, _SOON_OF_WIDE = 2e10, 1e9, 1e8
"""Operations that are not worth waiting for longer, and as few as are done before a first answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """The river of s_t along a chain; arrays (T+1,) in the sequence's time, ln gains as `River`'s, NaN where it does not go.

    ``into`` is the layer or the part whose gradient it is, "" for the whole state.
    """

    course: Course
    t: int
    into: str
    arrives: Mapping[str, Floats]
    falls: Mapping[str, Floats]


def stream_of(run: Run, t: int, stop: Stop, report: Report) -> Iterator[Stream]:  # noqa: ARG001
    """Yield the river of the state of step ``t`` of the sequence, if the chain has several parts and it is soon made.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    into = into_of(run)
    if into is not None and _effort(run, t, into) <= _LIGHT:
        yield _made(run, t, into, stop)


def soon_of(run: Run, t: int, known: Stream | None, stop: Stop) -> Stream | None:
    """Return the river of step ``t`` where it keeps no first answer waiting, ``known`` if that is it; None if there is none.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    into = into_of(run)
    if into is None or _effort(run, t, into) > (_SOON_OF_WIDE if run.wide else _SOON):
        return None
    if known is not None and known.course is run.course and (known.t, known.into) == (t, into):
        return known
    return _made(run, t, into, stop)


def _made(run: Run, t: int, into: str, stop: Stop) -> Stream:
    with one_blas_thread():
        found = river(run.course, run.time(t), into, stop)
    arrives, falls = ({part: _placed(run, log) for part, log in some.items()} for some in (found.arrives, found.falls))
    return Stream(run.course, t, into, arrives, falls)


def _effort(run: Run, t: int, into: str) -> float:
    return 2.0 * run.course.width**2 * _rows(run, into) * run.time(t)


def into_of(run: Run) -> str | None:
    """Return whose gradient the river of a run is: the block's that is looked at, or the last layer's; None for no river."""
    chain, names = run.course.chain, parts_of(run.course.chain)
    if not names or run.course.motion.delays != (1,):
        return None
    if run.block is not None:
        return run.block[0]
    return names[-1] if "/" in next(iter(chain.step.parts)) else ""


def _rows(run: Run, into: str) -> int:
    parts = run.course.parts.items()
    return sum(one.stop - one.start for part, one in parts if into in ("", part, part.rpartition("/")[0]))


def _placed(run: Run, log: Floats) -> Floats:
    """Return a row in running order (t+1,) in the sequence's time (T+1,)."""
    whole = np.full(run.course.steps + 1, np.nan)
    whole[: len(log)] = log
    return whole[::-1] if run.backward else whole
