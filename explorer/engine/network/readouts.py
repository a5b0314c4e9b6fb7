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


READOUTS: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {"softmax": softmax, "sigmoid": sigmoid.value, "identity": np.copy}
)
