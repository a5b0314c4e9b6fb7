"""The vertical axes of the charts of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import finite_range
from explorer.gui.words.joining import per_cent
from explorer.workspace.scales.ticks import Side, Tick, number, ticks, ticks_in_decades
from explorer.workspace.words.numbers import scientific

_LEAST_DECADES = 0.1
_NEAR = 2.0
"""Decades: a value to compare with that is farther away from all curves does not widen the axis."""
_BURST = 6.0
"""Decades above where the curves began and mostly are: more belongs to a divergence and would flatten all the rest."""
_FEW = 10
"""Points: before there are so many, nothing is usual."""
_PAD = 0.06


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of values, or of their log10 where ``logarithmic``; ``beyond`` is the log10 of the largest if cut off."""

    low: float
    high: float
    logarithmic: bool = False
    unit: str = ""
    beyond: float = math.nan

    @classmethod
    def percent(cls) -> Scale:
        """Return the scale of shares, 0 to 100 %."""
        return cls(-4.0, 104.0, unit=per_cent(""))

    @classmethod
    def counts(cls, top: float) -> Scale:
        """Return the scale of numbers of steps from 0 to ``top``."""
        return cls(0.0, max(top, 1.0) * (1.0 + _PAD))

    @classmethod
    def decades(cls, curves: Sequence[Floats], levels: Sequence[float]) -> Scale:
        """Return the logarithmic scale that holds ``curves``, and the ``levels`` that are near them."""
        logs = [found for curve in curves if len(found := _logs(curve))]
        if not logs:
            return cls(-1.0, 1.0, True)
        everything = np.concatenate(logs)
        top = float(everything.max())
        usual = max(float(np.median(everything)), *(float(log[0]) for log in logs)) + _BURST
        usual = usual if len(everything) >= _FEW else top
        kept = everything[everything <= usual]
        low, high = float(kept.min()), float(kept.max())
        near = [log for log in map(math.log10, levels) if low - _NEAR <= log <= high + _NEAR]
        low, high = finite_range(np.array([low, high]), _LEAST_DECADES, *near)
        pad = _PAD * (high - low)
        return cls(low - pad, high + pad, True, beyond=top if top > usual else math.nan)

    def put(self, values: Floats) -> Floats:
        """Return where ``values`` stand on the axis; what is beyond its ends, ±∞ included, stands at them."""
        with np.errstate(divide="ignore", invalid="ignore"):
            places = np.log10(values) if self.logarithmic else values
        return np.clip(places, self.low, self.high)

    def place(self, value: float) -> float:
        """Return where one value stands, also outside."""
        if not self.logarithmic:
            return value
        return math.log10(value) if value > 0 else -math.inf

    def ticks(self, most: int) -> Sequence[Tick]:
        """Return about ``most`` ticks."""
        if not self.logarithmic:
            return [(value, text + self.unit) for value, text in Side.steps(max(self.low, 0.0), self.high, most).ticks]
        if self.high - self.low >= 2.0:
            return Side.decades(self.low, self.high, most).ticks
        found = ticks_in_decades(self.low, self.high, 2, most + 1)
        return [(place, _said(place)) for place in found] or self._even_ticks(most)

    def _even_ticks(self, most: int) -> list[Tick]:
        """Return evenly spaced numbers, in less than a decade."""
        ends = 10.0**self.low, 10.0**self.high
        # Round numbers may leave one tick alone, which tells no scale.
        values = next((found for count in (most, 2 * most) if len(found := ticks(*ends, count)) > 1), ticks(*ends))
        places = [math.log10(value) for value in values if value > 0]
        return [(place, _said(place, 3)) for place in places]


def _logs(curve: Floats) -> Floats:
    """Return the log10 of what is positive and finite."""
    kept: Floats = np.log10(curve[(curve > 0) & np.isfinite(curve)])
    return kept


def _said(log10: float, digits: int = 2) -> str:
    return number(float(f"{10.0**log10:.{digits}g}")) if -3 <= log10 < 5 else scientific(log10, digits)
