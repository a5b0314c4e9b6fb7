"""The product ∂s_t/∂s_k and its factors: what became of the gradient on its way, step by step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.network.course import Course
from explorer.engine.norms import log_norms
from explorer.engine.recurrence.typeset.summands import ways
from explorer.engine.signed import Signed
from explorer.engine.work import Stop
from explorer.workspace.looks.analysis import Inspection, entered, is_remembering
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.wide import is_light
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.shown import Mask, Shown, shown

MOST_FACTORS = 24
"""So many factors are drawn; of more, some between the first and the last."""
_SMALL = 48
_MOST_KNOWN = 512
"""Of a wider state it is not asked which entries the equations leave zero."""
_LOST = -745.0
"""Nats below the largest entry: float64 has nothing there, though it need not be zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """The Jacobian J_j of a ``step`` j, and what is ``carried`` that far: P_{t,j−1} of norm one, None where not made.

    Of a block of the product J_t has the rows of that, and J_{k+1} its columns.
    """

    step: int
    matrix: Shown
    carried: Shown | None


@dataclass(frozen=True, slots=True, eq=False)
class ProductLook:
    """The product at a ``place``, and ``factors`` of it by their steps; ``matrix`` None as the inspection's ``unshown`` says.

    ``worst`` is the step that changes the gain most, downward where the gradient gets smaller in all; 0 for none. ``rows``
    and ``columns`` are those of P that are shown, all of them but for a block.
    """

    inspection: Inspection
    place: Place
    matrix: Shown | None
    factors: tuple[Factor, ...]
    worst: int
    rows: slice
    columns: slice

    def alone(self, step: int) -> float:
        """Return ln of what J of a step does alone: in the norm of the map, of a block what counts of it."""
        inspection = self.inspection
        if inspection.analysis.run.block is None:
            return float(inspection.analysis.run.log_step[step - 1])
        J = next(iter(inspection.analysis.run.course.walk(step - 1, step)))
        return _log_gain(J[_counting(step, inspection)])

    @property
    def steps(self) -> int:
        """Return how many factors there are."""
        return self.inspection.t - self.inspection.k

    @property
    def is_sum(self) -> bool:
        """Return whether it is no product: a sum over the ways of a cell that reads older states."""
        return self.steps > 1 and is_remembering(self.inspection.analysis.run)


def product_look(inspection: Inspection, place: Place, stop: Stop) -> ProductLook:
    """Return the product of the chosen pair, looked at closely.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    course, t, k = inspection.analysis.run.course, inspection.t, inspection.k
    rows, columns = block_places(inspection)
    found = ProductLook(inspection, place, None, (), worst_step(inspection), rows, columns)
    matrix, factors, there = None, tuple[Factor, ...](), None if t > k else np.eye(course.width, dtype=bool)
    with one_blas_thread(), np.errstate(all="ignore"):
        if not found.is_sum and t > k:
            ways = list(_carried_ways(course, t, k))
            there = ways[-1]
            factors = tuple(_factors(inspection, course, drawn_steps(t, k, found.worst), ways, stop))[::-1]
        if inspection.matrix is not None:
            whole = Signed.of(inspection.matrix).times(np.array(inspection.log_scale))
            own = _with_lost(whole, inspection, stop)[rows, columns]
            matrix = shown(own, there=None if there is None else there[rows, columns])
    return replace(found, matrix=matrix, factors=factors)


def block_places(inspection: Inspection) -> tuple[slice, slice]:
    """Return which rows and columns of P the map shows: those of its block, or all."""
    run = inspection.analysis.run
    if run.block is None:
        return slice(0, run.course.width), slice(0, run.course.width)
    into, out_of = (_place(run.course.chain.step.parts, name) for name in run.block)
    return into, out_of


def _place(parts: Mapping[str, slice], name: str) -> slice:
    """Return where a part of the state, or all parts of a layer, stand."""
    own = [place for part, place in parts.items() if name in (part, part.partition("/")[0])]
    return slice(own[0].start, own[-1].stop)


def drawn_steps(t: int, k: int, worst: int) -> tuple[int, ...]:
    """Return the steps k + 1..t whose factors are drawn: all, or some evenly between, and the ``worst``."""
    if t - k <= MOST_FACTORS:
        return tuple(range(k + 1, t + 1))
    some = {round(step) for step in np.linspace(k + 1, t, MOST_FACTORS - 1)}
    return tuple(sorted({*some, *({worst} - {0})}))


def worst_step(inspection: Inspection) -> int:
    """Return the step at which the gain of the row changes most, downward where less than all arrives; 0 for none."""
    t, k, row = inspection.t, inspection.k, entered(inspection.row, inspection.analysis.run)
    if t == k or np.isnan(row[k]):
        return 0
    gone = np.flatnonzero(np.isneginf(row[k : t + 1]))
    if len(gone):
        # Where it died: the step that leads from what is left to nothing.
        return int(k + gone[-1] + 1)
    changes = row[k:t] - row[k + 1 : t + 1]
    if row[k] < 0.0 <= changes.min():
        # Into a block it is lost on the way in, at no step between.
        return 0
    return int(k + 1 + (np.argmin(changes) if row[k] < 0.0 else np.argmax(changes)))


def _carried_ways(course: Course, t: int, k: int) -> Iterator[Mask | None]:
    """Yield by the equations alone which entries of P_{t,j−1} need not be zero, j = t..k+1; None of a wide state."""
    if course.width > _MOST_KNOWN:
        yield from [None] * (t - k)
        return
    before: Mask | None = None
    reached, settled = np.eye(course.width, dtype=bool), False
    for j in range(t, k, -1):
        there = ways(step_at(course, j))
        if there is not before or not settled:
            further = (reached.astype(np.float32) @ there.astype(np.float32)) > 0.0
            # Where the same step adds no way, it never will.
            settled = there is before and bool((further == reached).all())
            reached, before = further, there
        yield reached


def _factors(
    inspection: Inspection, course: Course, steps: tuple[int, ...], carried_ways: Sequence[Mask | None], stop: Stop
) -> Iterator[Factor]:
    """Yield the factors of some steps from t down; on the way what is carried is kept at norm one."""
    t, k, (rows, _) = inspection.t, inspection.k, block_places(inspection)
    carries = inspection.matrix is not None and is_light(course.width, t - k, inspection.analysis.run.wide)
    carried: Floats | None = None
    for j, J, there in zip(range(t, k, -1), course.walk_back(t, k), carried_ways, strict=True):
        if stop():
            raise Stopped
        if carries:
            carried = J[rows] if carried is None else carried @ J
            carried = carried / (np.abs(carried).max() or 1.0)
        if j in steps:
            own = None if there is None else ways(step_at(course, j))
            part = _counting(j, inspection)
            so_far = None if carried is None else _small(carried[:, part[1]], _of(there, (rows, part[1])))
            yield Factor(j, _small(J[part], _of(own, part)), so_far)


def _counting(j: int, inspection: Inspection) -> tuple[slice, slice]:
    """Return which rows and columns of J_j count: of a block of the product at its ends not all of them."""
    (rows, columns), everything = block_places(inspection), slice(0, inspection.width)
    return rows if j == inspection.t else everything, columns if j == inspection.k + 1 else everything


def _log_gain(matrix: Floats) -> float:
    """Return ln of the root mean square gain of a matrix."""
    return float(log_norms(np.ascontiguousarray(matrix).reshape(1, -1))[0]) - 0.5 * math.log(matrix.shape[1])


def _of(there: Mask | None, part: tuple[slice, slice]) -> Mask | None:
    return None if there is None else there[part]


def _small(matrix: Floats, there: Mask | None) -> Shown:
    return shown(Signed.of(matrix), _SMALL, there)


def _with_lost(matrix: Signed, inspection: Inspection, stop: Stop) -> Signed:
    """Return a product in which only what no way leads to is zero: other entries may just be too small for float64."""
    gone, run = np.isneginf(matrix.log), inspection.analysis.run
    if not gone.any() or gone.all() or is_remembering(run):
        return matrix
    course, reached = run.course, np.eye(run.course.width, dtype=np.float32)
    for j in range(inspection.k + 1, inspection.t + 1):
        if stop():
            raise Stopped
        reached = np.minimum((course.log_jacobian(j).log > -np.inf).astype(np.float32) @ reached, 1.0)
    lost = gone & (reached > 0.0)
    peak = float(np.max(matrix.log, where=np.isfinite(matrix.log), initial=-np.inf))
    return Signed(np.where(lost, peak + _LOST, matrix.log), np.where(lost, 0.0, matrix.sign))
