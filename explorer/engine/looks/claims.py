"""What a cell's file claims of it, each measured on a run: does it hold here?

A claim is a name and a value in the file's ``[claims]``; nothing is believed that is not measured. What a claim is about are
the Jacobians of the run's own steps, J_t = ∂s_t/∂s_{t−1} of one layer, or its states.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.looks.stretch import Part, Stretch, part_of
from explorer.engine.network.matrices import largest_singular_value
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.cell_file import CellFile

_EXACT = 1e-9
_NEAR = 0.25


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the ``kind``, by what the file says, and what was ``measured``: a number, or two between which all lie.

    ``holds`` is None where it cannot be told: nothing in this run is what the claim is about. ``state`` is the one that it is
    about, "" for J. ``source`` is who says so.
    """

    kind: str
    claimed: float | tuple[float, float]
    measured: float | tuple[float, float] | None = None
    holds: bool | None = None
    state: str = ""
    source: str = ""


def claims(
    trace: Trace, chain: str, files: Mapping[int, CellFile], after_seam: bool = False
) -> Mapping[int, tuple[Claim, ...]]:
    """Return what the files of the cells of some layers of a chain claim, each measured on that layer of the trace.

    Layers are counted from 1 in the whole network; ``after_seam`` they are the decoder's. Claims of equations alone, which no
    run can gainsay, are left out.
    """
    stretch = Stretch(trace, trace.chains[chain], after_seam)
    return MappingProxyType({number: tuple(_of_file(stretch, number, file)) for number, file in files.items()})


def _of_file(stretch: Stretch, number: int, file: CellFile) -> Iterator[Claim]:
    part = part_of(stretch, number, tuple(state.name for state in file.recurrence.states))
    sources = file.claims.get("sources", {})
    for kind, value in file.claims.items():
        for claim in _told(part, kind, value, file):
            yield replace(claim, source=sources.get(kind, file.source))


def _told(at: Part, kind: str, value: Any, file: CellFile) -> Iterator[Claim]:
    if kind == "structure":
        kind = {"diagonal": "diagonal", "units": "units"}.get(value.split()[0], "")
    if kind == "within":
        for state, bounds in value.items():
            yield _within(at, state, (float(bounds[0]), float(bounds[1])))
    elif kind == "half_life":
        for state, steps in value.items() if isinstance(value, dict) else (("", value),):
            yield _half_life(at, state, float(steps))
    elif kind == "weights_bound":
        yield _weights_bound(at, value, file)
    elif kind in _KINDS:
        yield _KINDS[kind](at, value)


# ---- one kind each


def _diagonal(at: Part, _: Any) -> Claim:
    """Units don't mix: the largest entry of J beside its diagonal."""
    return _largest(at, "diagonal", np.ones((len(at.places),) * 2, dtype=bool) & ~np.eye(len(at.places), dtype=bool))


def _units(at: Part, _: Any) -> Claim:
    """Each unit has its own small matrix: the largest entry of J between two units."""
    unit = np.arange(len(at.places)) % (len(at.places) // len(at.names))
    return _largest(at, "units", unit[:, None] != unit)


def _largest(at: Part, kind: str, entries: np.ndarray) -> Claim:
    if at.J is None:
        return Claim(kind, 0.0)
    found = float(np.abs(at.J[:, entries]).max(initial=0.0))
    return Claim(kind, 0.0, found, found == 0.0)


def _linear(at: Part, _: Any) -> Claim:
    """J is the same from whatever state a step is made: what of it differs, beside its largest entry."""
    if at.J is None or at.elsewhere is None:
        return Claim("linear", 0.0)
    size = float(np.abs(at.J).max(initial=0.0))
    found = float(np.abs(at.J - at.elsewhere).max(initial=0.0)) / size if size else 0.0
    return Claim("linear", 0.0, found, found <= _EXACT)


def _gain_at_most(at: Part, value: float) -> Claim:
    """No step lengthens a gradient: the largest singular value of J."""
    if at.J is None:
        return Claim("gain_at_most", value)
    found = _stretches(at.J)[1]
    return Claim("gain_at_most", value, found, found <= value + _EXACT)


def _weights_bound(at: Part, name: str, file: CellFile) -> Claim:
    """No step lengthens a gradient more than γσ₁ of the weight of this name: the largest singular value of J."""
    W, f = at.weights[name], file.recurrence.activation
    steepest = 1.0 if f is None else ACTIVATIONS[f].steepest
    bound = steepest * max(largest_singular_value(one) for one in (W if W.ndim > 2 else W[None]))
    if at.J is None or not math.isfinite(bound):
        return Claim("weights_bound", bound)
    found = _stretches(at.J)[1]
    return Claim("weights_bound", bound, found, found <= bound * (1.0 + _EXACT))


def _determinant_of_a_unit(at: Part, value: float) -> Claim:
    """A unit's step keeps, or loses, so much of an area: the determinant that lies furthest off."""
    if at.J is None:
        return Claim("determinant_of_a_unit", value)
    parts, n = len(at.names), len(at.places) // len(at.names)
    blocks = np.einsum("tpuqu->tupq", at.J.reshape(-1, parts, n, parts, n))
    found = np.linalg.det(blocks).ravel()
    furthest = float(found[np.argmax(np.abs(found - value))])
    return Claim("determinant_of_a_unit", value, furthest, abs(furthest - value) <= _EXACT)


def _isometry(at: Part, _: Any) -> Claim:
    """Where no unit is shut every length is kept: the singular values of such J."""
    J = None if at.J is None else at.J[np.abs(at.J).max(axis=2).min(axis=1) > 0.0]
    return _keeps("isometry", J)


def _direct_keeps(at: Part, _: Any) -> Claim:
    """The direct path carries a gradient as it is: the singular values of what of J lies on it."""
    return _keeps("direct_keeps", at.direct)


def _keeps(kind: str, J: Floats | None) -> Claim:
    if J is None or not len(J):
        return Claim(kind, 1.0)
    low, high = _stretches(J)
    return Claim(kind, 1.0, (low, high), max(1.0 - low, high - 1.0) <= _EXACT)


def _direct_alone(at: Part, state: str) -> Claim:
    """From a state to itself nothing goes but along the direct path: the share of ‖∂c_t/∂c_k‖ that another way brings."""
    if at.J is None or at.direct is None:
        return Claim("direct_alone", 0.0, state=state)
    own = at.inside(state)
    P, C = np.eye(len(at.places))[own], np.eye(own.stop - own.start)
    share = 0.0
    for J, D in zip(at.J[::-1], at.direct[::-1], strict=True):
        P, C = P @ J, C @ D[own, own]
        size = float(np.abs(P).max(initial=0.0))
        if not 0.0 < size < math.inf:
            return Claim("direct_alone", 0.0, state=state)
        P, C = P / size, C / size
        share = float(np.linalg.norm(P[:, own] - C) / np.linalg.norm(P[:, own])) if P[:, own].any() else math.inf
    return Claim("direct_alone", 0.0, share, share <= _EXACT, state)


def _half_life(at: Part, state: str, value: float) -> Claim:
    """A state forgets one half in so many steps: by the middle factor on the diagonal of J."""
    if at.J is None:
        return Claim("half_life", value, state=state)
    own = at.inside(state) if state else slice(None)
    factor = float(np.median(np.abs(np.einsum("tii->ti", at.J)[:, own])))
    with np.errstate(divide="ignore"):
        found = 0.0 if factor == 0.0 else float(np.log(0.5) / np.log(factor)) if factor < 1.0 else math.inf
    near = 0.0 < found < math.inf and abs(math.log(found / value)) <= _NEAR
    return Claim("half_life", value, found, near, state)


def _within(at: Part, state: str, bounds: tuple[float, float]) -> Claim:
    """A state stays between two numbers: those between which it lies."""
    found = at.state(state)
    if not found.size or np.isnan(found).any():
        return Claim("within", bounds, state=state)
    low, high = float(found.min()), float(found.max())
    return Claim("within", bounds, (low, high), bounds[0] <= low and high <= bounds[1], state)


def _stretches(J: Floats) -> tuple[float, float]:
    """Return the least and the largest singular value of some matrices (T, n, n)."""
    diagonal = np.abs(np.einsum("tii->ti", J))
    if np.count_nonzero(J) == np.count_nonzero(diagonal):
        return float(diagonal.min()), float(diagonal.max())
    found = np.linalg.svd(J, compute_uv=False)
    return float(found.min()), float(found.max())


_KINDS: Mapping[str, Callable[[Part, Any], Claim]] = MappingProxyType(
    {
        "diagonal": _diagonal, "units": _units, "linear": _linear, "gain_at_most": _gain_at_most,
        "determinant_of_a_unit": _determinant_of_a_unit, "isometry": _isometry, "direct_keeps": _direct_keeps,
        "direct_alone": _direct_alone,
    }
)  # fmt: skip
