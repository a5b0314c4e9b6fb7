"""Is the gradient on the screen the gradient? Other ways to the same numbers, and how far apart they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.engine import rtrl
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.gradient.bptt import ItemisedGradient
from explorer.engine.gradient.check import Deviation, from_differences, from_tangents
from explorer.engine.gradient.gradient import CANCELLED, Gradient
from explorer.engine.gradient.items import Items
from explorer.engine.gradient.objective import Objective
from explorer.engine.network.making import READOUT
from explorer.engine.network.trace import Trace
from explorer.engine.work import Report, Stop, never
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.lags import LagPair, pair

Forward = Literal["pending", "done", "costly", "overflow"]
"""What became of the comparison with real-time recurrent learning: why it was not made, where it was not."""

Verdict = Literal["agrees", "doubtful", "differs", "no number"]

AGREES = {"tangents": 1e-9, "differences": 1e-6, "items": 1e-9, "forward": 1e-9}
"""Up to which relative deviation two ways agree: differences lose half the digits, the others rounding only."""
DIFFERS = {"tangents": 1e-4, "differences": 1e-3, "items": 1e-4, "forward": 1e-4}
"""Beyond which they differ; in between one may doubt."""

# Some minutes of real-time recurrent learning, which can be stopped at every step, and the memory that it may take.
_MOST_OPERATIONS = 1e12
_MOST_BYTES = 2**29


@dataclass(frozen=True, slots=True)
class Trust:
    """Relative deviations of backpropagation through time, along the whole sequence, from other ways.

    ``tangents`` from derivatives along directions, forward in time; ``differences`` from central differences of the loss, as
    far as these can measure; ``items`` of the sum of all its terms; ``cut`` the same of the truncated gradient, None without
    truncation: it is the derivative of no loss. ``forward`` from real-time recurrent learning, None where that was not
    ``made``, and ``parameter`` where it is largest.
    """

    tangents: Deviation
    differences: Deviation
    items: float
    cut: float | None = None
    made: Forward = "pending"
    forward: float | None = None
    parameter: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return the worst of what the comparisons say; where differences can't measure, they say nothing."""
        found = [("tangents", float(self.tangents)), ("items", self.items)]
        found += [("differences", float(self.differences))] if self.differences.tried else []
        found += [("items", self.cut)] if self.cut is not None else []
        found += [("forward", self.forward)] if self.forward is not None else []
        if not all(math.isfinite(value) for _, value in found):
            return "no number"
        if all(value <= AGREES[way] for way, value in found):
            return "agrees"
        return "doubtful" if all(value <= DIFFERS[way] for way, value in found) else "differs"


def trust(judged: Judged, stop: Stop, report: Report) -> Iterator[Trust]:
    """Yield how far the gradient is from tangents, differences and its terms, then from real-time recurrent learning too.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    trace, targets, loss, at = judged.trace, judged.targets, judged.loss, judged.at
    asked = Objective.of(trace, targets, loss, at)
    tangents = from_tangents(judged.full, asked, stop=stop)
    items = judged.full.items_deviation(stop)
    cut = judged.cut.items_deviation(stop) if judged.truncated else None
    if not (math.isfinite(tangents) and math.isfinite(items)):
        yield Trust(tangents, Deviation(0.0), items, cut, "overflow")
        return
    found = Trust(tangents, from_differences(judged.full, asked, stop=stop), items, cut, forward_is(trace))
    yield found
    if found.made == "pending":
        with one_blas_thread():
            forward = rtrl(trace, targets, loss, at, stop, report)
        value, parameter = deviation(judged.full, forward, stop)
        yield replace(found, made="done", forward=value, parameter=parameter)


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a gradient: its lags, and how far it can be trusted where that was asked."""

    judged: Judged
    lags: LagPair
    trust: Trust | None = None


def examined(judged: Judged, name: str, check: bool, stop: Stop, report: Report) -> Iterator[Examined]:
    """Yield the lags of ∂L/∂``name``, and after them, to ``check``, what `trust` yields.

    Raises
    ------
    TooBig
        If the sums by lag would not fit in memory.
    Stopped
        When ``stop()`` said so.
    """
    found = Examined(judged, pair(judged, name, stop))
    yield found
    for result in trust(judged, stop, report) if check else ():
        yield replace(found, trust=result)


def forward_is(trace: Trace) -> Forward:
    """Return "pending" where real-time recurrent learning can be done within minutes, else why it is not done."""
    net, T, N = trace.network, trace.steps, trace.width
    weights = sum(array.size for name, array in net.parameters.items() if name not in ("V", "c"))
    # ∂s_t/∂θ for all weights and s_0, and ∂s_t/∂x_k for all k.
    carried = N * (weights + N + T * net.inputs)
    return "costly" if N * T * carried > _MOST_OPERATIONS or 8 * carried > _MOST_BYTES else "pending"


def deviation(one: ItemisedGradient, other: Gradient, stop: Stop = never) -> tuple[float, str]:
    """Return the largest ‖a − b‖ / max(‖a‖, ‖b‖) over the families of weights, the inputs and s_0, and whose it is.

    Where the terms of a family cancel it is relative to no less than what `CANCELLED` says. NaN where one is no number.
    """
    worst, where = 0.0, ""
    for name in (*one.items.families, *READOUT, "x", "s0"):
        terms = name in one.items.families
        least = CANCELLED * math.exp(one.items.log_size(name, stop)) if terms else 0.0
        apart = _apart(_of(one, name, one.items), _of(other, name, one.items), least)
        if not apart <= worst:
            worst, where = apart, name
        if math.isnan(apart):
            break
    return worst, where


def _of(gradient: Gradient, name: str, items: Items) -> Floats:
    """Return the gradient on a family of weights, on the inputs, or on s_0."""
    if name == "x":
        return gradient.x
    if name == "s0":
        return np.concatenate([*gradient.s0.values()]) if isinstance(gradient.s0, Mapping) else gradient.s0
    return items.whole(gradient.weights, name) if name in items.families else gradient.parameters[name]


def _apart(a: Floats, b: Floats, least: float) -> float:
    size = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)))
    if size == 0.0:
        return 0.0
    # Squares of what is as small as 1e-200 would underflow.
    with np.errstate(invalid="ignore", under="ignore"):
        norms = [float(np.linalg.norm(array / size)) for array in (a - b, a, b)]
    return norms[0] / max(*norms[1:], least / size)
