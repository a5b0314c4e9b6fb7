"""The map's axis of t, which counts decades while the map gives way to the bars of one row."""

from __future__ import annotations

from explorer.gui.plot.axes import StepAxis
from explorer.workspace.scales.ticks import whole_ticks
from explorer.workspace.words.numbers import power_of_ten

PIXELS_A_TICK = 30.0


class LevelAxis(StepAxis):
    """An axis of steps, or of powers of ten from its foot to its top, whatever steps the plot beside it thinks it shows."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._ends: tuple[float, float] | None = None

    def measure(self, ends: tuple[float, float] | None) -> None:
        """Write the powers of ten between two log10 at the foot and at the top; steps where there are none."""
        if ends != self._ends:
            self._ends = ends
            self._styled += 1
            self.picture = None
            self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Return where ticks are, in steps."""
        if self._ends is None:
            return super().tickValues(minVal, maxVal, size)
        foot, top = self._ends
        rise = (maxVal - minVal) / (top - foot)
        return [(rise, [minVal + (tick - foot) * rise for tick in whole_ticks(foot, top, size / PIXELS_A_TICK)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return steps or words, or 10⁻⁶ for −6."""
        if self._ends is None:
            return super().tickStrings(values, scale, spacing)
        low, foot = self.range[0], self._ends[0]
        return [power_of_ten(round(foot + (value - low) / spacing)) for value in values]
