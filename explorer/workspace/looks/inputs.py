"""How much each input mattered to the loss: ‖∂L/∂x_k‖, also where it is too small for a float64."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.bptt import ItemisedGradient
from explorer.engine.norms import log_norms

# Below this a number of float64 has lost digits, or all of itself.
_SMALLEST = np.log(1e-290)


def log_inputs(gradient: ItemisedGradient) -> Floats:
    """Return ln ‖∂L/∂x_k‖ (T,) for k = 1..T; −inf for a true zero, NaN for no number.

    What underflowed on its way back is made again from δ on scales of its own: e^−5000 is a number.
    """
    log = log_norms(gradient.x)
    small = log < _SMALLEST
    if small.any() and gradient.entering.any():
        sums, scale = gradient.items.totals("b", "source")
        log[small] = np.where(np.isneginf(scale), -np.inf, scale + log_norms(sums @ gradient.trace.network.U))[small]
    log.setflags(write=False)
    return log
