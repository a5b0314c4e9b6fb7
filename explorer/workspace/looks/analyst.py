"""`Analyst`: works an exploration out and tells it in the order in which it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import (
    Analysis,
    Inspection,
    analyse,
    grown,
    inspect,
    looked_at,
    needs_analysis,
    seen_again,
    with_spectrum,
)
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.wide import AT_ONCE

_FAIR = 16
"""Directions that estimate well enough for the close look to be completed before there are more."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What was told already once more, now with its singular values, the slowest part of a close look."""

    inspection: Inspection


class Analyst:
    """Answers explorations one after another, and remembers the last analysis so that a mere look costs little.

    It belongs to one thread.
    """

    def __init__(self) -> None:
        self._last: Analysis | None = None
        self._judged: Judged | None = None

    def look(self, exploration: Exploration, stop: Stop, report: Report) -> Iterator[Inspection | Completed]:
        """Yield the inspection of ``exploration`` without its singular values, then what completes it.

        Where the flow is an estimate, inspections of better and better ones follow, until it is exact.
        """
        if self._last is None or needs_analysis(self._last.exploration, exploration):
            self._last = analyse(exploration, stop, report, AT_ONCE)
        else:
            self._last = looked_at(self._last, exploration)
        inspection = inspect(self._last, stop, self._judged)
        self._judged = inspection.judged
        yield inspection
        while self._last.estimated and self._last.run.probes < _FAIR:
            yield (inspection := self._grown(inspection, stop))
        yield Completed(inspection := with_spectrum(inspection, stop))
        while self._last.estimated:
            yield (inspection := self._grown(inspection, stop))

    def _grown(self, inspection: Inspection, stop: Stop) -> Inspection:
        """Return the same close look by a better estimate."""
        assert self._last is not None
        self._last = grown(self._last, stop)
        return seen_again(inspection, self._last)
