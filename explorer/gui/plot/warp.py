"""The axis of net inputs: straight while they are near zero, logarithmic where one is far out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.workspace.scales.ticks import Side, whole_ticks
from explorer.workspace.words.numbers import power_of_ten

_LEAST, _LINEAR_MOST, _MOST = 4.0, 12.0, 1.7e308
_MOST_POWERS = 3


@dataclass(frozen=True, slots=True)
class Warp:
    """The horizontal axis: plain z, or sign(z)·log10(1 + |z|) where some z is far out."""

    reach: float
    logarithmic: bool

    @classmethod
    def of(cls, z: Floats) -> Warp:
        """Return the axis that shows all finite ``z``, and −4..4 at least, which also none give."""
        finite = np.abs(z[np.isfinite(z)])
        reach = min(max(1.08 * float(finite.max(initial=0.0)), _LEAST), _MOST)
        # In steps, so that the axis stands still while the network changes a little.
        step = 0.5 if reach <= _LINEAR_MOST else 10.0 ** (math.floor(math.log10(reach)) - 1)
        return cls(math.ceil(reach / step) * step, reach > _LINEAR_MOST)

    def put(self, z: Floats) -> Floats:
        """Return where ``z`` stands on the axis."""
        return np.sign(z) * np.log10(1.0 + np.abs(z)) if self.logarithmic else z

    def back(self, u: Floats) -> Floats:
        """Return the z that stands at ``u``."""
        return np.sign(u) * (10.0 ** np.abs(u) - 1.0) if self.logarithmic else u

    def side(self) -> Side:
        """Return the axis with its ticks, as far to the left of zero as to the right."""
        if not self.logarithmic:
            return Side.numbers(-self.reach, self.reach, 5)
        end = float(self.put(np.array(self.reach)))
        powers = [power for power in whole_ticks(0.0, end, _MOST_POWERS) if power]
        right = [(float(self.put(np.array(10.0**power))), power_of_ten(power)) for power in powers]
        return Side(-end, end, [*((-u, "−" + text) for u, text in reversed(right)), (0.0, "0"), *right])
