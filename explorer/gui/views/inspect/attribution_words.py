"""What is said of who did to a gradient what became of it, step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.looks.verdict import Kind, grade
from explorer.engine.network.course import Course
from explorer.gui.core.netinputs import net_inputs_at
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.numbers import scientific, signed, subscript

_LN10 = math.log(10.0)

UNCHANGED = mark("s reaches itself unchanged, P = I.")
SUBJECT = mark("What each step did")
_TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        "dead": mark("Who killed it"),
        "gone": mark("Who killed it"),
        "fading": mark("Who weakened it"),
        "preserved": mark("Who kept it alive"),
        "growing": mark("Who made it grow"),
        "exploding": mark("Who blew it up"),
        "undefined": mark("Where it overflowed"),
    }
)
"""What is asked of a product, by the word for its gain."""


def question(inspection: Inspection) -> str:
    """Return in English what the split answers: it follows what became of the gradient between the chosen states."""
    gain = _log_gain(inspection)
    return SUBJECT if gain is None else _TITLES[grade(gain)]


def _log_gain(inspection: Inspection) -> float | None:
    """Return ln of the RMS gain of the chosen product as it was split, None where it was not."""
    if inspection.t == inspection.k:
        return 0.0
    if inspection.attribution is not None:
        steps = inspection.attribution.slopes + inspection.attribution.weights
        return -math.inf if np.isneginf(steps).any() else float(steps.sum())
    if inspection.paths is not None:
        return float(inspection.paths.total[0]) - 0.5 * math.log(inspection.width)
    return None


def step_sentence(inspection: Inspection, index: int) -> str:
    """Return what the step behind s_{k + ``index``} did alone, "" where J is not diag(f′) W, or there is none."""
    attribution, j = inspection.attribution, inspection.k + index
    if attribution is None or j >= inspection.t:
        return ""
    if np.isneginf(attribution.slopes[index + 1 :] + attribution.weights[index + 1 :]).any():
        return tr("step {j} alone: nothing is left to split").format(j=inspection.step(j + 1))
    slopes, weights = (times(float(part[index]) / _LN10) for part in (attribution.slopes, attribution.weights))
    return tr("step {j} alone: f′ {slopes}, weights {weights}").format(
        j=inspection.step(j + 1), slopes=slopes, weights=weights
    )


def greatest_step(inspection: Inspection) -> str:
    """Return what the step did that did most of what became of the gradient, "" where J is not diag(f′) W.

    Of a gradient that grew it is the step that added most, of any other that which took most.
    """
    if inspection.attribution is None or not len(inspection.attribution.slopes):
        return ""
    change = np.nan_to_num(inspection.attribution.slopes + inspection.attribution.weights, nan=0.0)
    gain = _log_gain(inspection)
    grew = gain is not None and gain > 0.0
    return step_sentence(inspection, int(np.argmax(change) if grew else np.argmin(change)))


def of_unit(course: Course, j: int, unit: int) -> list[str]:
    """Return z and f′(z) of a unit at a step, where the cell has one net input that they can be of."""
    some = net_inputs_at(course, j)
    if len(some) != 1:
        return []
    (gate,) = some
    z, slope = signed(float(gate.z[unit])), signed(gate.slope(unit))
    return [f"{gate.label}{subscript(j)}[{unit}] = {z},  {gate.prime}(z) = {slope}"]


def times(log10: float) -> str:
    return "×" + scientific(log10)


def zero_sentence(total: Floats, inspection: Inspection) -> str:
    """Return which step made the product exactly zero or no number on the way back, "" where none did."""
    # Where older states are read, a zero may have a number behind it: not all of the way is dead for it.
    lost = int(np.logical_and.accumulate(~np.isfinite(total)).sum())
    if not lost:
        return ""
    step = inspection.step(inspection.k + lost)
    if np.isneginf(total[lost - 1]):
        return tr("Step {j} killed it: exactly zero from there back.").format(j=step)
    return tr("Step {j} overflowed: no number from there back.").format(j=step)
