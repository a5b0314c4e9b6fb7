"""At which step the gates are shown, and how many units pass little on there."""

from __future__ import annotations

from functools import cache

import numpy as np

from explorer.engine.recurrence.readings.curves import Curve
from explorer.gui.core.netinputs import NetInput
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import SATURATED
from explorer.workspace.words.numbers import subscript


def where_worked(inspection: Inspection) -> str:
    """Return at which step the gates worked; of a chain that runs backward sₜ comes from xₜ₊₁ and sₜ₊₁."""
    t, step = inspection.selection.t, inspection.step(inspection.t)
    if not inspection.analysis.run.backward:
        return tr("the gates at step {t}").format(t=step)
    return tr("the gates from s{step} to s{t}").format(step=subscript(step), t=subscript(t))


def passing(inspection: Inspection, gate: NetInput) -> str:
    """Return the step and the share of units that pass little or nothing on: f′ below 0.05, or exactly zero."""
    t, step = inspection.selection.t, inspection.step(inspection.t)
    share, inactive = round(100.0 * float(np.mean(gate.slopes < SATURATED))), _can_be_inactive(gate.function)
    if not inspection.analysis.run.backward:
        said = tr("step {t}, inactive: {share} %") if inactive else tr("step {t}, saturated: {share} %")
        return said.format(t=step, share=share)
    said = tr("from s{step} to s{t}, saturated: {share} %")
    if inactive:
        said = tr("from s{step} to s{t}, inactive: {share} %")
    return said.format(t=subscript(t), step=subscript(step), share=share)


@cache
def _can_be_inactive(f: Curve) -> bool:
    """Return whether a unit that is off passes exactly nothing on; one that saturates always passes something."""
    return bool(np.isneginf(f.log_slope(np.array([-1.0]))[0]))
