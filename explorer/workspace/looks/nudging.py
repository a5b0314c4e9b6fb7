"""The nudge that an exploration asks for: its lens says by how much, its selection which unit of which state."""

from __future__ import annotations

import math
from collections.abc import Iterator

from explorer.engine.looks.nudge import Nudge, nudge
from explorer.engine.network.trace import Trace
from explorer.engine.work import Report, Stop
from explorer.workspace.looks.analysis import Inspection


def asked(inspection: Inspection) -> tuple[Trace, int, int, float]:
    """Return what `nudged` needs: the trace, k, the entry of the state, and the size.

    The entry is the chosen unit's, of a state that is a matrix the first of its row.
    """
    selection, lens = inspection.selection, inspection.analysis.exploration.lens
    trace = inspection.analysis.run.trace
    step = trace.only.chain.step
    columns = math.prod(step.state_shape(next(iter(step.parts)))[1:])
    return trace, selection.k, selection.unit * columns, lens.nudge


def nudged(trace: Trace, k: int, unit: int, size: float, stop: Stop, report: Report) -> Iterator[Nudge]:  # noqa: ARG001
    """Yield what becomes of a nudge of any size but none: a job of one result."""
    if size:
        yield nudge(trace, k, unit, size)
