"""The readouts: what g makes of the logits, o_t = g(y_t)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import sigmoid


def softmax(y: Floats) -> Floats:
    """Return exp(y)/Σ exp(y) along the last axis."""
    e = np.exp(y - y.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def threshold(y: Floats) -> Floats:
    """Return 1 where y > 0, else 0: the perceptron's (Rosenblatt 1958)."""
    return np.heaviside(y, 0.0)


READOUTS: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {"softmax": softmax, "sigmoid": sigmoid.value, "identity": np.copy, "threshold": threshold}
)
