"""What the flow map and the decay curve show, ∂s_t/∂s_k, δ_{t,k} or terms of the gradient: their numbers, names and words."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.gradient.meant import by_family
from explorer.engine.network.chain import Architecture
from explorer.engine.network.layer import BACKWARD, FORWARD
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.looking import SHOWN
from explorer.workspace.looks.analysis import Inspection, ways_of
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.spans import SPANS
from explorer.workspace.words.numbers import subscript, superscript

SYMBOLS = {"flow": "∂sₜ/∂sₖ", "delta": "δₜ,ₖ", "W": "∂L/∂W", "U": "∂L/∂U"}
"""How formulas write what is shown most."""

_LN10 = math.log(10.0)


def quantity(inspection: Inspection) -> str:
    """Return what is shown: a key of `SYMBOLS`, another family of weights, or one weight by its name."""
    return inspection.analysis.exploration.lens.quantity


def weights_asked(inspection: Inspection) -> str:
    """Return the weights of which the gradient is told: those shown on the map, or else W, or U where there is none."""
    shown = quantity(inspection)
    if shown not in ("flow", "delta"):
        return shown
    there = by_family(inspection.analysis.run.network.architecture)
    return next((family for family in SYMBOLS if there.get(family)), "W")


def symbol(shown: str) -> str:
    """Return how a formula writes what is shown: ∂sₜ/∂sₖ, ∂L/∂W, ∂L/∂W_f."""
    return SYMBOLS.get(shown, f"∂L/∂{weights_called(shown)}")


def weights_called(shown: str) -> str:
    """Return what weights are called of which the gradient is shown: a family, or one as the formula prints it."""
    return plain_name(shown.removeprefix("1/"))


def others(architecture: Architecture) -> Mapping[str, tuple[str, ...]]:
    """Return by family what can be shown beside `SYMBOLS`: the family itself, and each weight where it has several."""
    found = {}
    for family, weights in by_family(architecture).items():
        whole = () if family in SYMBOLS or family not in SHOWN or not weights else (family,)
        found[family] = (*whole, *(weights if len(weights) > 1 else ()))
    return {family: names for family, names in found.items() if names}


def multiplied_with(architecture: Architecture, shown: str) -> str:
    """Return what the weights shown multiply: the state "s", the input "x", or "" where they are added."""
    family = next((family for family, weights in by_family(architecture).items() if shown in weights), shown)
    return {"W": "s", "U": "x"}.get(family, "")


def log_map(inspection: Inspection) -> Floats | None:
    """Return the natural logs (T+1, T+1) at [t, k] of what is shown; None where there is no loss to ask about."""
    shown = quantity(inspection)
    if shown == "flow":
        return inspection.analysis.run.square
    return None if inspection.judged is None else inspection.judged.log_map(shown)


def unsure(inspection: Inspection) -> NDArray[np.bool_] | None:
    """Return which numbers (T+1, T+1) of what is shown may be rounding and nothing else; None where none is known to be."""
    shown, judged = quantity(inspection), inspection.judged
    found = None if judged is None or shown == "flow" else judged.known_unsure(shown)
    return found if found is not None and found.any() else None


def doubted(judged: Judged, shown: str, t: int, k: int, said: str) -> str:
    """Return what is ``said`` of the item (t, k), with a doubt where it may be rounding and nothing else."""
    if not judged.known_unsure(shown)[t, k]:
        return said
    return said + "\n" + tr("? It may be rounding and nothing else: what the equations subtract there cancels.")


def decades(inspection: Inspection, shown: Floats) -> int:
    """Return the span of the colours of ``shown``: the chosen one, or while it follows the data the first that holds them."""
    lens = inspection.analysis.exploration.lens
    if lens.locked or lens.quantity == "flow":
        return inspection.analysis.decades
    widest = float(np.abs(shown).max(where=np.isfinite(shown), initial=0.0)) / _LN10
    return next((span for span in SPANS if span >= widest), SPANS[-1])


def fills_square(inspection: Inspection) -> bool:
    """Return whether what the loss sends back goes both ways along the sequence, so that k may lie behind t, too."""
    return any(chain.backward for chain in inspection.analysis.run.network.architecture.chains)


def part_name(part: str) -> str:
    """Return what the state of a layer, or a part of the state, is called: s², c."""
    layer, _, own = part.partition("/")
    return (own or "s") + superscript(int(layer)) if layer.isdigit() else part


def block_name(into: str, out_of: str) -> str:
    """Return what a block of the products is called: ∂s²ₜ/∂s¹ₖ."""
    return f"∂{part_name(into)}ₜ/∂{part_name(out_of)}ₖ"


def ways_shown(inspection: Inspection) -> tuple[str, ...]:
    """Return the ways along the sequence in which what is shown goes: k ≤ t, t ≤ k, or both."""
    if quantity(inspection) == "flow":
        return ways_of(inspection.analysis.run)
    return (FORWARD, BACKWARD) if fills_square(inspection) else (FORWARD,)


def fills_one_row(inspection: Inspection) -> bool:
    """Return whether what is shown is of a loss that is taken at the last step alone, so that only row T has numbers."""
    judged = inspection.judged
    return quantity(inspection) != "flow" and judged is not None and judged.at == "last"


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
    return tr("the term ({t}, {k}) of {gradient}").format(t=t, k=k, gradient=symbol(shown))
