"""The Lyapunov exponents along the chain that is looked at, and how they settle with the length of the sequence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine import (
    Course,
    entropy_rate,
    isometry,
    kaplan_yorke_dimension,
    predictability_time,
    running_lyapunov_exponents,
)
from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.along import along
from explorer.engine.flow.blocks import alone
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.expected import expected_fields, expected_rates, expected_start
from explorer.workspace.looks.running import Run

_MOMENTS = 24
"""Lengths at which it is seen how the exponents settle."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The exponents of a ``course``, ``running`` (E, N) over its first ``ends`` (E,) steps: nats a step, descending.

    ``part`` is the layer whose they are, "" for all of the state. ``expected`` (E,) is what λ₁ tends to as such a network
    grows, ``limit`` (N,) what all of them do over all steps; None where no theory of it is known.
    """

    course: Course
    part: str
    ends: tuple[int, ...]
    running: Floats
    expected: Floats | None
    limit: Floats | None

    @property
    def exponents(self) -> Floats:
        """Return those over all steps (N,)."""
        found: Floats = self.running[-1]
        return found

    @property
    def dimension(self) -> float:
        """Return the dimension by Kaplan and Yorke."""
        return kaplan_yorke_dimension(self.exponents)

    @property
    def entropy(self) -> float:
        """Return the sum of the exponents that grow, nats a step."""
        return entropy_rate(self.exponents)

    @property
    def predictability(self) -> float:
        """Return ln 2/λ₁ in steps, +∞ where nothing grows."""
        return predictability_time(self.exponents)


def part_of(run: Run) -> str:
    """Return the layer whose exponents are meant, where the map shows the flow from it into itself; "" for all."""
    if run.block is None or run.block[0] != run.block[1] or alone(along(run.course), run.block[0]) is None:
        return ""
    return run.block[0]


def unmeasured(run: Run) -> TooBig | None:
    """Return why the exponents of a run are not worked out; None where they are."""
    if not run.wide:
        return None
    return TooBig(
        "The Lyapunov exponents of {steps} steps of a state of width {N} take too long to be worked out; take fewer steps or "
        "units.",
        steps=run.course.steps, N=run.course.width,
    )  # fmt: skip


def asked(inspection: Inspection) -> tuple[Course, str, Exploration]:
    """Return what `spectrum` needs."""
    analysis = inspection.analysis
    return analysis.run.course, part_of(analysis.run), analysis.exploration


def spectrum(
    course: Course,
    part: str,
    exploration: Exploration,
    stop: Stop,
    report: Report,  # noqa: ARG001 - it is one step
) -> Iterator[Spectrum]:
    """Yield the exponents along a ``course``, of all of its state or of a ``part``: a job of one result.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    steps = along(course)
    chain = (alone(steps, part) or steps) if part else steps
    ends = tuple(int(end) for end in np.unique(np.linspace(1, course.steps, _MOMENTS).round()))
    running = running_lyapunov_exponents(chain, ends, stop=stop)
    yield Spectrum(
        course, part, ends, running, _expected(exploration, ends), _limit(exploration, running.shape[1], stop)
    )


def _expected(exploration: Exploration, ends: tuple[int, ...]) -> Floats | None:
    rates = expected_rates(exploration)
    if rates is None:
        return None
    last = np.array(ends)
    found: Floats = np.cumsum(rates)[last - 1] / last
    return found


def _limit(exploration: Exploration, count: int, stop: Stop) -> Floats | None:
    fields = expected_fields(exploration)
    start = expected_start(exploration)
    if fields is None or start is None:
        return None
    shares = (np.arange(count) + 0.5) / count
    found: Floats = isometry(fields, shares, start, stop=stop) / len(fields.variances)
    return found
