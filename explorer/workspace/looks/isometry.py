"""How evenly gradients are handed on by depth: the singular values of ∂s_k/∂s_0 as k grows, beside what theory expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.engine import Course, Fields, Refusal, TooBig, isometry
from explorer.engine.floats import Floats
from explorer.engine.flow.forms import form_of
from explorer.engine.theory.isometry import STARTS, Start
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.counted import counts_layers
from explorer.workspace.looks.expected import expected_fields, expected_start

_DEPTHS = 9
"""At so many depths they are worked out."""
LARGEST, UPPER, MEDIAN, LOWER = range(4)
"""The columns of what is known of all σ: the largest, and those above which a quarter, a half, three quarters lie."""

_MOST_KNOWN = 256
"""Depths whose theory is remembered."""
_known: dict[tuple[object, ...], Floats] = {}


@dataclass(frozen=True, slots=True, eq=False)
class ByDepth:
    """ln σ of ∂s_k/∂s_0 of a ``course`` at the ``depths`` (D,): ``measured`` (D, 4), see `LARGEST`; −inf for a true zero.

    ``expected`` are those of such a network of infinitely many units, by how W began; ``start`` is how it did here. Empty and
    None where no theory is known. Depths count layers where each step has ``layers``' own weights.
    """

    course: Course
    depths: tuple[int, ...]
    measured: Floats
    start: Start | None
    expected: Mapping[Start, Floats]
    layers: bool

    @property
    def uneven(self) -> float:
        """Return by how many nats the upper and the lower quartile differ at the end."""
        with np.errstate(invalid="ignore"):
            return float(self.measured[-1, UPPER] - self.measured[-1, LOWER])


def unspread(inspection: Inspection) -> Refusal | None:
    """Return why the singular values are not worked out by depth; None where they are."""
    run = inspection.analysis.run
    if not run.wide:
        return None
    return TooBig(
        "The singular values over {steps} steps of a state of width {N} take too long to be worked out; take fewer steps or "
        "units.",
        steps=run.course.steps, N=run.course.width,
    )  # fmt: skip


def asked(inspection: Inspection) -> tuple[Course, Exploration, bool]:
    """Return what `by_depth` needs."""
    run = inspection.analysis.run
    return run.course, inspection.analysis.exploration, counts_layers(run)


def by_depth(
    course: Course,
    exploration: Exploration,
    layers: bool,
    stop: Stop,
    report: Report,  # noqa: ARG001 - it is one step
) -> Iterator[ByDepth]:
    """Yield the singular values of ∂s_k/∂s_0 along a ``course``: a job of one result.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    depths = tuple(int(k) for k in np.unique(np.linspace(1, course.steps, _DEPTHS).round()))
    form, shares = form_of(course), np.array([0.5 / course.width, 0.25, 0.5, 0.75])
    with np.errstate(all="ignore"):
        measured = np.array([_quantiles(one, shares) for one in form.log_singular_values(depths, 0, stop)])
    fields = expected_fields(exploration)
    expected = {} if fields is None else {start: _expected(fields, depths, shares, start, stop) for start in STARTS}
    yield ByDepth(course, depths, measured, expected_start(exploration), expected, layers)


def _quantiles(log: Floats, shares: Floats) -> Floats:
    """Return which of the descending ``log`` stand at the ``shares``: without means, as −inf has none."""
    return log[np.clip(np.round(shares * len(log) - 0.5).astype(np.intp), 0, len(log) - 1)]


def _expected(fields: Fields, depths: tuple[int, ...], shares: Floats, start: Start, stop: Stop) -> Floats:
    return np.array([_theory(fields.between(0, k), shares, start, stop) for k in depths])


def _theory(fields: Fields, shares: Floats, start: Start, stop: Stop) -> Floats:
    """Return what is expected at one depth: the same whatever the seed, and with the others a tenth of a second's work."""
    about = fields.activation, fields.gain, fields.bias, fields.variances.tobytes(), tuple(shares), start
    if about not in _known:
        found = isometry(fields, shares, start, stop=stop)
        found.setflags(write=False)
        if len(_known) >= _MOST_KNOWN:
            del _known[next(iter(_known))]
        _known[about] = found
    return _known[about]
