"""Which way through the layers: what of a chosen product of a stack stayed in its layer, and where the rest went up."""

from __future__ import annotations

import math

from explorer.engine.looks.layers import LayerSplit, split_layers
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.numbers import scientific, state
from explorer.workspace.words.sentence import Sentence

_LN10 = math.log(10.0)


def layers_of(inspection: Inspection) -> LayerSplit | None:
    """Return the split of the chosen product by layers; None of one layer, and where it takes too long."""
    if inspection.layers is not None:
        return inspection.layers
    run, pair = inspection.analysis.run, inspection.selection
    if inspection.unsplit is not None or not run.is_stack:
        return None
    return split_layers(run.course, pair.t, pair.k)


def layers_sentence(inspection: Inspection) -> Sentence | None:
    """Return what stayed in its layer, and what went up first, last or in between; None where there is nothing to split."""
    split = layers_of(inspection)
    if split is None or inspection.t == inspection.k:
        return None
    parts = split.within, split.first, split.last, split.between
    within, first, last, between = (float(part[0] - split.total[-1]) for part in parts)
    if any(math.isnan(part) or part == math.inf for part in (within, first, last, between)):
        return None
    values = {
        "state": state(inspection.selection.t), "earlier": state(inspection.selection.k), "within": _gain(within),
        "first": _gain(first), "last": _gain(last), "between": _gain(between),
    }  # fmt: skip
    return Sentence(
        "from {state} to {earlier}: within its layer ×{within}; up first, then along time ×{first}; along time first, "
        "then up ×{last}; up in between ×{between}",
        values,
    )


def _gain(log: float) -> str:
    return scientific(log / _LN10)
