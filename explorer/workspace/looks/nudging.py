"""The nudge that an exploration asks for: its lens says by how much, its selection which unit of which state."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.looks.nudge import Nudge, nudge
from explorer.engine.network.trace import Trace
from explorer.engine.work import Report, Stop
from explorer.workspace.looks.analysis import Inspection


def asked(inspection: Inspection) -> tuple[Trace, int, int, float]:
    """Return what `nudged` needs: the trace, k, the unit, and the size."""
    selection, lens = inspection.selection, inspection.analysis.exploration.lens
    return inspection.analysis.run.trace, selection.k, selection.unit, lens.nudge


def nudged(trace: Trace, k: int, unit: int, size: float, stop: Stop, report: Report) -> Iterator[Nudge]:  # noqa: ARG001
    """Yield what becomes of a nudge of any size but none: a job of one result."""
    if size:
        yield nudge(trace, k, unit, size)
