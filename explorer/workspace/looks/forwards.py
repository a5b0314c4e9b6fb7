"""How far a gradient of the chosen row can be carried forwards from the start, along the chain that is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine import BadSequence, Course, Forwards, Refusal, TooBig, carried_forwards
from explorer.engine.work import Report, Stop
from explorer.workspace.looks.analysis import Inspection


def uncarried(inspection: Inspection) -> Refusal | None:
    """Return why nothing is carried forwards there; None where it is."""
    run = inspection.analysis.run
    if run.wide:
        return TooBig(
            "The Jacobians of {steps} steps of a state of width {N} take too long to be inverted; take fewer steps or units.",
            steps=run.course.steps, N=run.course.width,
        )  # fmt: skip
    if run.course.motion.delays != (1,):
        return BadSequence("The cell reads states of several steps ago: no Jacobian of one step can be inverted.")
    return BadSequence("There is no way back from step 0.") if inspection.t < 1 else None


def carried(course: Course, t: int, stop: Stop, report: Report) -> Iterator[Forwards]:  # noqa: ARG001 - it is one step
    """Yield a gradient at step t of a ``course``, carried back to the start and forwards again: a job of one result.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    yield carried_forwards(course, t, stop=stop)
