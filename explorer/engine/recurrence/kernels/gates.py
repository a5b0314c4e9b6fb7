"""σ of net inputs, where a run or a training needs it fast."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats


def gates(z: Floats) -> Floats:
    """Return σ(z); e^{−z} overflows to inf and the gate to zero, as it should."""
    gate = np.negative(z)
    np.exp(gate, out=gate)
    gate += 1.0
    return np.reciprocal(gate, out=gate)


def gates_and_slopes(z: Floats, slopes: Floats) -> Floats:
    """Return σ(z) and put σ'(z) into ``slopes``, from one exponential, with full relative accuracy in both tails."""
    decay = np.negative(z)
    # Beyond this e^{−z} is inf, and inf · 0 no number; the slope is smaller than any that matters.
    np.minimum(decay, 0.99 * np.log(np.finfo(z.dtype).max), out=decay)
    np.exp(decay, out=decay)
    gate = decay + 1.0
    np.reciprocal(gate, out=gate)
    decay *= gate
    np.multiply(decay, gate, out=slopes)
    return gate
