"""How long each unit of the chain that is looked at remembers by itself, beside what its start lets expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine import Course, Refusal, TimeScales, time_scales
from explorer.engine.floats import Floats
from explorer.engine.looks.time_scales import not_scaled
from explorer.engine.theory.memory import chrono_shares, slopes_over
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Inspection

_BINS = 8
"""A decade of half-lives has so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """The time ``scales`` of a ``course``; ``chrono`` is the longest memory that untrained gates begin for, 0 for none."""

    course: Course
    scales: TimeScales
    chrono: int

    @property
    def half_lives(self) -> Floats:
        """Return those that are neither 0 nor without end, ascending, in steps."""
        found = np.sort(self.scales.half_lives)
        return np.asarray(found[np.isfinite(found) & (found > 0.0)])

    @property
    def lost(self) -> int:
        """Return how many units lose all at some step."""
        return int((self.scales.half_lives == 0.0).sum())

    @property
    def lasting(self) -> int:
        """Return how many lose nothing on the whole."""
        return int(np.isposinf(self.scales.half_lives).sum())

    def counted(self) -> tuple[Floats, Floats]:
        """Return log10 of the edges (B+1,) of even bins, and how many half-lives lie in each (B,)."""
        logs = np.log10(self.half_lives)
        if not len(logs):
            return np.empty(0), np.empty(0)
        first, last = np.floor(logs[0] * _BINS), np.floor(logs[-1] * _BINS) + 1
        edges = np.arange(first, last + 1) / _BINS
        return edges, np.histogram(logs, edges)[0].astype(np.float64)

    def expected(self, edges: Floats) -> Floats | None:
        """Return how many (B,) a chrono start lets expect between log10 of ``edges``; None where there was none."""
        return len(self.scales.rate) * chrono_shares(self.chrono, 10.0**edges) if self.chrono > 2 else None

    def slopes(self, half_lives: Floats) -> tuple[Floats, Floats]:
        """Return ‖∂s_t/∂λ‖/‖s_t‖ of linear units by theory, without correlation in their input and with a constant one."""
        return slopes_over(0.5 ** (1.0 / half_lives), self.course.steps)


def asked(inspection: Inspection) -> tuple[Course, Exploration]:
    """Return what `counted` needs."""
    return inspection.analysis.run.course, inspection.analysis.exploration


def uncounted(inspection: Inspection) -> Refusal | None:
    """Return why nothing is counted there; None where something is."""
    return not_scaled(inspection.analysis.run.course)


def counted(course: Course, exploration: Exploration, stop: Stop, report: Report) -> Iterator[Scales]:  # noqa: ARG001
    """Yield the time scales of a ``course``: a job of one result.

    Raises
    ------
    BadSequence
        If the cell reads older states.
    TooBig
        If they take too long.
    Stopped
        When ``stop()`` said so.
    """
    recipe = exploration.recipe
    begun = recipe.single and not (recipe.trained or recipe.edits or recipe.decoder)
    yield Scales(course, time_scales(course, stop), recipe.chrono if begun else 0)
