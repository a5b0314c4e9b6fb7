"""The decay view's vertical scale: decades, in steps that stay while a slider is dragged."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg

from explorer.engine.activations import Floats
from explorer.workspace.numbers import power_of_ten

_TICKS = 6
_FLOOR = 0.09
_PIXELS_A_TICK = 26.0


def decade_step(span: float, ticks: float = _TICKS) -> int:
    """Return the whole number 1, 2, 5, 10, 20, 50, … that divides ``span`` into at most about ``ticks`` parts."""
    raw = max(span / max(ticks, 1.0), 1.0)
    decade = 10 ** math.floor(math.log10(raw))
    return int(next(decade * factor for factor in (1, 2, 5, 10) if decade * factor >= raw * (1 - 1e-9)))


def decade_range(rows: Iterable[Floats], threshold: float, floor: bool) -> tuple[float, float]:
    """Return the lowest and the highest log10 to show: all finite values of ``rows``, and at least ±1.

    The log10 ``threshold`` is shown too where it is not far below. ``floor`` leaves room for zeros underneath.
    """
    low, high = -1.0, 1.0
    for row in rows:
        finite = row[np.isfinite(row)]
        low, high = min(low, float(finite.min(initial=low))), max(high, float(finite.max(initial=high)))
    if threshold >= low - max(6.0, 0.5 * (high - low)):
        low = min(low, threshold - 1.0)
    step = decade_step(high - low)
    low, high = step * math.floor(low / step), step * math.ceil(high / step)
    return (low - _FLOOR * (high - low) if floor else low), high


class DecadeAxis(pg.AxisItem):
    """An axis of log10 whose ticks are written as powers of ten."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return whole decades apart, as many as have room."""
        return [(float(decade_step(maxVal - minVal, size / _PIXELS_A_TICK)), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Return 10⁻⁶ for −6."""
        return [power_of_ten(round(value)) for value in values]
