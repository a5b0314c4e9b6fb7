"""What the flow map and the decay curve show, ∂s_t/∂s_k, δ_{t,k} or terms of the gradient: their numbers, names and words."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine.floats import Floats
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.spans import SPANS
from explorer.workspace.words.numbers import subscript

SYMBOLS = {"flow": "∂sₜ/∂sₖ", "delta": "δₜ,ₖ", "W": "∂L/∂W", "U": "∂L/∂U"}
"""How formulas write what can be shown."""

_LN10 = math.log(10.0)


def quantity(inspection: Inspection) -> str:
    """Return what is shown: a key of `SYMBOLS`."""
    return inspection.analysis.exploration.lens.quantity


def log_map(inspection: Inspection) -> Floats | None:
    """Return the natural logs (T+1, T+1) at [t, k] of what is shown; None where there is no loss to ask about."""
    shown = quantity(inspection)
    if shown == "flow":
        return inspection.analysis.run.log_gain
    return None if inspection.judged is None else inspection.judged.log_map(shown)


def decades(inspection: Inspection, shown: Floats) -> int:
    """Return the span of the colours of ``shown``: the chosen one, or while it follows the data the first that holds them."""
    lens = inspection.analysis.exploration.lens
    if lens.locked or lens.quantity == "flow":
        return inspection.analysis.decades
    widest = float(np.abs(shown).max(where=np.isfinite(shown), initial=0.0)) / _LN10
    return next((span for span in SPANS if span >= widest), SPANS[-1])


def truncation(exploration: Exploration, steps: int) -> tuple[str, int]:
    """Return how the gradient is truncated: by "window" or "chunk", and its length; T = ``steps`` where nothing is cut."""
    settings = exploration.settings
    if 0 < settings.chunk < steps:
        return "chunk", settings.chunk
    return "window", settings.window if 0 < settings.window < steps else steps


def place_text(judged: Judged) -> str:
    """Return where the loss enters, and so which rows of the map are filled."""
    if judged.at == "every":
        losses, steps = int(judged.full.entering.any(axis=1).sum()), judged.trace.steps
        if losses < steps:
            return tr("the loss enters at {losses} of {steps} steps").format(losses=losses, steps=steps)
        return tr("the loss enters at every step")
    if judged.at == "mean":
        return tr("the loss on the mean of the states enters at every step, by its share 1/T")
    return tr("the loss is taken at the last step, so only row T = {steps} is filled").format(steps=judged.trace.steps)


def item_name(shown: str, t: int, k: int) -> str:
    """Return what δ_{t,k} or a term of the gradient is called: δ₁₂,₅; the term (12, 5) of ∂L/∂W."""
    if shown == "delta":
        return f"δ{subscript(t)},{subscript(k)}"
    return tr("the term ({t}, {k}) of {gradient}").format(t=t, k=k, gradient=SYMBOLS[shown])
