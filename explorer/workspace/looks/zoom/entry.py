"""One number: an entry of J_j as the equations make it, or an entry of the product by way of the states of the last step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.network.course import Course
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.typeset.summands import Entry, Summand, summands
from explorer.engine.signed import Signed
from explorer.engine.work import Stop
from explorer.workspace.looks.analysis import Inspection, is_remembering
from explorer.workspace.looks.steps import log_values_at, step_at
from explorer.workspace.looks.zoom.place import Place


@dataclass(frozen=True, slots=True, eq=False)
class EntryLook:
    """The ``value`` at a ``place``, in logarithms, exact however small it is.

    Of J: the ``parts`` of its block that have something at ``entry``, the largest first; ``plain`` says that the whole state
    is f(z). Of the product: ``last`` (N,) are the entries of J_t's row, ``before`` (N,) those of the column of ∂s_{t−1}/∂s_k
    that they multiply; None where the product is the identity, or no product.
    """

    inspection: Inspection
    place: Place
    value: Signed
    parts: tuple[Summand, ...] = ()
    entry: Entry = ((), ())
    plain: bool = False
    last: Signed | None = None
    before: Signed | None = None

    @property
    def course(self) -> Course:
        """Return what happened along the chain."""
        return self.inspection.analysis.run.course


def entry_look(inspection: Inspection, place: Place, stop: Stop) -> EntryLook:
    """Return one number, looked at closely.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    with np.errstate(all="ignore"):
        return _of_factor(inspection, place) if place.step else _of_product(inspection, place, stop)


def _of_factor(inspection: Inspection, place: Place) -> EntryLook:
    course = inspection.analysis.run.course
    step = step_at(course, place.step)
    (row, i), (column, j) = (_within(step, one) for one in place.entry)
    found = summands(step, log_values_at(course, place.step)).get((row, column), ())
    parts = [one for one in found if one.has((i, j))]
    value = course.log_jacobian(place.step)[place.entry]
    return EntryLook(
        inspection, place, value, tuple(sorted(parts, key=lambda one: -_size(one, place, step))), (i, j),
        is_plain(step.recurrence),
    )  # fmt: skip


def _size(one: Summand, place: Place, step: Step) -> float:
    """Return ln of what a summand is at the entry of a place; NaN before all."""
    row, column = (index - step.parts[_within(step, index)[0]].start for index in place.entry)
    log = float(one.entries.log[row, column])
    return np.inf if np.isnan(log) else log


def _within(step: Step, index: int) -> tuple[str, tuple[int, ...]]:
    """Return the part of the state that an entry belongs to, and where in the part's shape it stands."""
    name = next(name for name, place in step.parts.items() if index < place.stop)
    place = np.unravel_index(index - step.parts[name].start, step.state_shape(name))
    return name, tuple(int(one) for one in place)


def _of_product(inspection: Inspection, place: Place, stop: Stop) -> EntryLook:
    course, (t, k), (row, column) = inspection.analysis.run.course, (inspection.t, inspection.k), place.entry
    known = _known(inspection, place)
    if t == k or is_remembering(inspection.analysis.run):
        return EntryLook(inspection, place, known)
    before = Signed.of(np.eye(course.width)[column])
    for j in range(k + 1, t):
        if stop():
            raise Stopped
        before = before @ course.log_jacobian(j).T
    last = course.log_jacobian(t)[row]
    value = known if np.isfinite(known.log) else logs.summed(last * before, (-1,))
    return EntryLook(inspection, place, value, last=last, before=before)


def _known(inspection: Inspection, place: Place) -> Signed:
    """Return the entry as the product has it, which may be too small there."""
    if inspection.matrix is None:
        return Signed(np.array(np.nan), np.array(np.nan))
    return Signed.of(np.asarray(inspection.matrix[place.entry])).times(np.array(inspection.log_scale))
