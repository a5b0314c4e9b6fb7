"""Clipping: what keeps one step over a wall of the error surface from throwing the weights away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.learning.settings import Settings

Gradients = Mapping[str, Floats]


def norm(gradients: Gradients) -> float:
    """Return the Euclidean norm of all gradients together, right also where squares would overflow or underflow."""
    # NumPy's maximum, unlike Python's, does not lose a NaN.
    top = float(np.max([np.abs(g).max() for g in gradients.values()], initial=0.0))
    if top == 0.0 or not np.isfinite(top):
        return top
    return top * float(np.sqrt(sum(float(np.square(g / top).sum()) for g in gradients.values())))


def clipped(gradients: Gradients, settings: Settings) -> dict[str, Floats]:
    """Return finite gradients clipped as the settings say.

    By "norm" the length of all of them together is cut to the threshold and the direction stays (Pascanu, Mikolov and Bengio
    2013, algorithm 1); by "value" each entry is cut to ±threshold, which turns the direction.
    """
    limit = settings.threshold
    if settings.clip == "value":
        return {name: np.clip(g, -limit, limit) for name, g in gradients.items()}
    size = norm(gradients)
    if settings.clip == "none" or size <= limit:
        return dict(gradients)
    return {name: g * (limit / size) for name, g in gradients.items()}
