"""Derivatives of a loss by central differences, where differences can measure them.

They ask for nothing but the loss. But a difference is a derivative only where the loss is smooth over its width and where
the width is not lost in the rounding of the loss: in chaos, and where a large W makes steps of the units, there may be no
such width. That is then the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.smooth import Near

# Widths of the differences, widest first: too wide bends, too narrow rounds; the two that agree best are believed.
_WIDTHS = tuple(10.0**-power for power in range(1, 9))
# Agreement that needs no narrower width.
_ENOUGH = 1e-10
# Central differences over five points (Abramowitz and Stegun 25.3.6): the error is of the fourth order.
_POINTS = ((-2.0, 1 / 12), (-1.0, -8 / 12), (1.0, 8 / 12), (2.0, -1 / 12))


@dataclass(frozen=True, slots=True)
class Difference:
    """A derivative by central differences, and the ``doubt`` that the next wider one and the rounding of the loss leave."""

    value: float
    doubt: float


def difference(near: Near, name: str, direction: Floats) -> Difference | None:
    """Return the derivative of the loss along a direction in one parameter, None where no two widths can be compared.

    The widths are those over which nothing goes over a kink or moves further than it bends: see `smooth`.
    """
    best, last = None, None
    for width in _WIDTHS:
        losses = _losses(near, name, width * direction)
        if losses is None:
            continue
        value = sum(weight * L for (_, weight), L in zip(_POINTS, losses, strict=True)) / width
        rounding = float(np.spacing(max(map(abs, losses)))) / width
        if last is not None and math.isfinite(value):
            found = Difference(value, max(abs(value - last), rounding))
            best = found if best is None or found.doubt < best.doubt else best
            if found.doubt <= max(_ENOUGH * abs(value), rounding):
                break
        last = value if math.isfinite(value) else None
    return best


def _losses(near: Near, name: str, by: Floats) -> list[float] | None:
    """Return the losses at the five points but the middle one, None as soon as one lies too far away."""
    losses = []
    for step, _ in _POINTS:
        other = near.asked.moved(name, step * by)
        if not near.holds(other):
            return None
        losses.append(other.value())
    return losses
