"""What a cell's file claims of it, each measured on a run: does it hold here?

A claim is a name and a value in the file's ``[claims]``; nothing is believed that is not measured. What a claim is about are
the Jacobians of the run's own steps, J_t = ∂s_t/∂s_{t−1} of one layer, or its states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.cell_file import CellFile

_EXACT = 1e-9
_NEAR = 0.25
# Of a longer run, or a wider state, the first steps are looked at, or nothing is told.
_MOST_STEPS, _MOST_WIDTH = 64, 600


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the ``kind``, by what the file says, and what was ``measured``: a number, or two between which all lie.

    ``holds`` is None where it cannot be told: nothing in this run is what the claim is about. ``state`` is the one that it is
    about, "" for J.
    """

    kind: str
    claimed: float | tuple[float, float]
    measured: float | tuple[float, float] | None = None
    holds: bool | None = None
    state: str = ""


@dataclass(frozen=True)
class Measured:
    """One layer's part of a run, of which claims are told: its Jacobians (T, N, N) and its states (T+1, N).

    ``other`` returns the same run from another start; ``names`` says what the states are called in the whole run, by their
    names in the layer's equations.
    """

    course: Course
    other: Callable[[], Course | None]
    names: Mapping[str, str]

    @cached_property
    def places(self) -> np.ndarray:
        """Return where the layer's state stands in that of the run."""
        parts = [self.course.parts[name] for name in self.names.values()]
        return np.concatenate([np.arange(part.start, part.stop) for part in parts])

    @cached_property
    def J(self) -> Floats | None:
        """Return the Jacobians, None where there is no room for them, or where older states are read as well."""
        return self._jacobians(self.course)

    @cached_property
    def elsewhere(self) -> Floats | None:
        """Return the Jacobians of the same steps from other states."""
        course = self.other()
        return None if course is None else self._jacobians(course)

    def _jacobians(self, course: Course) -> Floats | None:
        if course.width > _MOST_WIDTH or course.motion.delays != (1,) or not course.steps:
            return None
        with np.errstate(all="ignore"):
            J = course.motion.jacobians(0, min(course.steps, _MOST_STEPS))[:, self.places[:, None], self.places]
        return J if np.isfinite(J).all() else None

    def part(self, state: str) -> Floats:
        """Return a state (T, n) by its name in the layer's equations, without its start."""
        return self.course.s[1:, self.course.parts[self.names[state]]]


def claims(trace: Trace, chain: str, number: int, file: CellFile) -> tuple[Claim, ...]:
    """Return what the file of the cell of layer ``number`` of a chain claims, each measured on that layer of the trace.

    Layers are counted from 1 in the whole network. Claims of equations alone, which no run can gainsay, are left out.
    """
    course = trace.chains[chain]
    own = [state.name for state in file.recurrence.states]
    names = {state: state if state in course.parts else f"{number}/{state}" for state in own}
    at = Measured(course, lambda: _moved(trace, chain), MappingProxyType(names))
    return tuple(claim for kind, value in file.claims.items() for claim in _told(at, kind, value))


def _moved(trace: Trace, chain: str) -> Course | None:
    """Return the same run from another start, None where it can't be run again so."""
    starts = {name: course.s[0] + np.where(np.isfinite(course.s[0]), 0.5, 0.0) for name, course in trace.chains.items()}
    seam = trace.chains[chain].seam
    try:
        s0 = next(iter(starts.values())) if len(starts) == 1 else starts
        return trace.network.forward(trace.given, s0=s0, seam=seam, features=trace.features).chains[chain]
    except Refusal:
        return None


def _told(at: Measured, kind: str, value: Any) -> Iterator[Claim]:
    if kind == "structure":
        kind = {"diagonal": "diagonal", "units": "units"}.get(value.split()[0], "")
    if kind == "within":
        for state, bounds in value.items():
            yield _within(at, state, (float(bounds[0]), float(bounds[1])))
    elif kind in _KINDS:
        yield _KINDS[kind](at, value)


# ---- one kind each


def _diagonal(at: Measured, _: Any) -> Claim:
    """Units don't mix: the largest entry of J beside its diagonal."""
    return _largest(at, "diagonal", np.ones((len(at.places),) * 2, dtype=bool) & ~np.eye(len(at.places), dtype=bool))


def _units(at: Measured, _: Any) -> Claim:
    """Each unit has its own small matrix: the largest entry of J between two units."""
    unit = np.arange(len(at.places)) % (len(at.places) // len(at.names))
    return _largest(at, "units", unit[:, None] != unit)


def _largest(at: Measured, kind: str, entries: np.ndarray) -> Claim:
    if at.J is None:
        return Claim(kind, 0.0)
    found = float(np.abs(at.J[:, entries]).max(initial=0.0))
    return Claim(kind, 0.0, found, found == 0.0)


def _linear(at: Measured, _: Any) -> Claim:
    """J is the same from whatever state a step is made: what of it differs, beside its largest entry."""
    if at.J is None or at.elsewhere is None:
        return Claim("linear", 0.0)
    size = float(np.abs(at.J).max(initial=0.0))
    found = float(np.abs(at.J - at.elsewhere).max(initial=0.0)) / size if size else 0.0
    return Claim("linear", 0.0, found, found <= _EXACT)


def _gain_at_most(at: Measured, value: float) -> Claim:
    """No step lengthens a gradient: the largest singular value of J."""
    if at.J is None:
        return Claim("gain_at_most", value)
    found = float(np.linalg.norm(at.J, 2, axis=(1, 2)).max())
    return Claim("gain_at_most", value, found, found <= value + _EXACT)


def _determinant_of_a_unit(at: Measured, value: float) -> Claim:
    """A unit's step keeps, or loses, so much of an area: the determinant that lies furthest off."""
    if at.J is None:
        return Claim("determinant_of_a_unit", value)
    parts, n = len(at.names), len(at.places) // len(at.names)
    blocks = np.einsum("tpuqu->tupq", at.J.reshape(-1, parts, n, parts, n))
    found = np.linalg.det(blocks).ravel()
    furthest = float(found[np.argmax(np.abs(found - value))])
    return Claim("determinant_of_a_unit", value, furthest, abs(furthest - value) <= _EXACT)


def _isometry(at: Measured, _: Any) -> Claim:
    """Where no unit is shut every length is kept: the singular values of such J."""
    J = () if at.J is None else at.J[np.abs(at.J).max(axis=2).min(axis=1) > 0.0]
    if not len(J):
        return Claim("isometry", 1.0)
    found = np.linalg.svd(J, compute_uv=False)
    low, high = float(found.min()), float(found.max())
    return Claim("isometry", 1.0, (low, high), max(1.0 - low, high - 1.0) <= _EXACT)


def _half_life(at: Measured, value: float) -> Claim:
    """A state forgets one half in so many steps: by the middle factor on the diagonal of J."""
    if at.J is None:
        return Claim("half_life", value)
    factor = float(np.median(np.abs(np.einsum("tii->ti", at.J))))
    if not 0.0 < factor < 1.0:
        return Claim("half_life", value, None, False)
    found = float(np.log(0.5) / np.log(factor))
    return Claim("half_life", value, found, bool(abs(np.log(found / value)) <= _NEAR))


def _within(at: Measured, state: str, bounds: tuple[float, float]) -> Claim:
    """A state stays between two numbers: those between which it lies."""
    found = at.part(state)
    if not found.size or np.isnan(found).any():
        return Claim("within", bounds, state=state)
    low, high = float(found.min()), float(found.max())
    return Claim("within", bounds, (low, high), bounds[0] <= low and high <= bounds[1], state)


_KINDS: Mapping[str, Callable[[Measured, Any], Claim]] = MappingProxyType(
    {
        "diagonal": _diagonal, "units": _units, "linear": _linear, "gain_at_most": _gain_at_most,
        "determinant_of_a_unit": _determinant_of_a_unit, "isometry": _isometry, "half_life": _half_life,
    }
)  # fmt: skip
