"""What a preset shows as it is, and after a change that its sentences propose."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import replace
from explorer.workspace.looks.analysis import Inspection, analyse, inspect


@cache
def look(name: str, **changes: Any) -> Inspection:
    return inspect(analyse(preset(name).exploration.with_recipe(**changes)))


@cache
def look_at(name: str, number: int, **changes: Any) -> Inspection:
    """Return what is seen of another of the preset's networks than the active one."""
    return inspect(analyse(replace(preset(name).exploration, active=number).with_recipe(**changes)))


def step_factor(inspection: Inspection) -> float:
    assert inspection.verdict.rate is not None
    return math.exp(inspection.verdict.rate)


def mean_factors(inspection: Inspection) -> tuple[float, float]:
    """Return what the weights and what the derivative do to the gradient in a step."""
    assert inspection.attribution is not None
    return math.exp(inspection.attribution.weights.mean()), math.exp(inspection.attribution.slopes.mean())
