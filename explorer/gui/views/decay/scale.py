"""The decay view's vertical axis."""

from __future__ import annotations

from explorer.gui.plot.axes import Axis
from explorer.workspace.scales.ticks import step
from explorer.workspace.words.numbers import power_of_ten

PIXELS_A_TICK = 26.0


class DecadeAxis(Axis):
    """An axis of log10 whose ticks are written as powers of ten."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return whole decades apart, as many as have room."""
        return [(step(maxVal - minVal, size / PIXELS_A_TICK, least=1.0), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Return 10⁻⁶ for −6."""
        return [power_of_ten(round(value)) for value in values]
