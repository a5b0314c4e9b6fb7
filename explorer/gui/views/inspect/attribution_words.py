"""What is said of who killed a gradient, step by step."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine.floats import Floats
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.numbers import scientific

_LN10 = math.log(10.0)

UNCHANGED = mark("Nothing: s reaches itself unchanged, P = I.")


def step_sentence(inspection: Inspection, index: int) -> str:
    """Return what the step behind s_{k + ``index``} did alone, "" where J is not diag(f′) W, or there is none."""
    attribution, j = inspection.attribution, inspection.k + index
    if attribution is None or j >= inspection.t:
        return ""
    if np.isneginf(attribution.slopes[index + 1 :] + attribution.weights[index + 1 :]).any():
        return tr("step {j} alone: nothing is left to split").format(j=j + 1)
    slopes, weights = (times(float(part[index]) / _LN10) for part in (attribution.slopes, attribution.weights))
    return tr("step {j} alone: f′ {slopes}, weights {weights}").format(j=j + 1, slopes=slopes, weights=weights)


def worst_step(inspection: Inspection) -> str:
    """Return what the step did that took most of the gradient, "" where J is not diag(f′) W."""
    if inspection.attribution is None:
        return ""
    change = inspection.attribution.slopes + inspection.attribution.weights
    return step_sentence(inspection, int(np.argmin(np.nan_to_num(change, nan=np.inf)))) if len(change) else ""


def times(log10: float) -> str:
    return "×" + scientific(log10)


def zero_sentence(total: Floats, k: int) -> str:
    """Return which step made the product exactly zero or no number on the way back, "" where none did."""
    bad = np.flatnonzero(~np.isfinite(total))
    if not len(bad):
        return ""
    step = k + int(bad[-1]) + 1
    if np.isneginf(total[bad[-1]]):
        return tr("Step {j} killed it: exactly zero from there back.").format(j=step)
    return tr("Step {j} overflowed: no number from there back.").format(j=step)
