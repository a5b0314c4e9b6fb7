"""The nudge that an exploration asks for: its lens says by how much, its selection which unit of which state."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.looks.nudge import Nudge, nudge
from explorer.engine.network.course import Course
from explorer.engine.work import Report, Stop
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.scales.states import given_out


def asked(inspection: Inspection) -> tuple[Course, int, int, float]:
    """Return what `nudged` needs: the course, k, the entry of the state, and the size.

    The entry is the chosen unit's, of a state that is a matrix the first of its row.
    """
    selection, lens = inspection.selection, inspection.analysis.exploration.lens
    course = inspection.analysis.run.course
    block = given_out(course.chain)
    return course, inspection.k, block.start + selection.unit * block.columns, lens.nudge


def nudged(course: Course, k: int, unit: int, size: float, stop: Stop, report: Report) -> Iterator[Nudge]:  # noqa: ARG001
    """Yield what becomes of a nudge of any size but none: a job of one result."""
    if size:
        yield nudge(course, k, unit, size)
