"""Does the bias of a forget gate keep the state? It is measured: equations that are edited may turn the gate round."""

from __future__ import annotations

import numpy as np

from explorer.engine import Layer, Network
from explorer.engine.errors import Refusal
from explorer.engine.recurrence.recurrence import Recurrence

_SHUT, _OPEN = -8.0, 8.0
"""Biases at which a sigmoid passes next to nothing, and next to all."""
_UNITS, _STEPS = 2, 3


def keeps(recurrence: Recurrence, bias: str) -> bool:
    """Return whether ∂s_t/∂s_{t−1} is larger with a large bias than with a small one; all else that learns is zero.

    What can't be run tells nothing, and is believed.
    """
    try:
        shut, opened = (_gain(recurrence, bias, value) for value in (_SHUT, _OPEN))
    except Refusal:
        return True
    return opened > shut


def _gain(recurrence: Recurrence, bias: str, value: float) -> float:
    """Return the Frobenius norm of the last J of a network that is fed zeros."""
    layers = [Layer(recurrence, _UNITS)]
    weights = dict(Network.random(layers=layers, inputs=1, outputs=1).weights)
    for one in recurrence.weights:
        if one.trained:
            weights[f"1/{one.name}"] = np.full_like(weights[f"1/{one.name}"], value if one.name == bias else 0.0)
    J = Network.from_weights(layers=layers, weights=weights).forward(np.zeros((_STEPS, 1))).jacobians()[-1]
    return float(np.linalg.norm(np.nan_to_num(J)))
