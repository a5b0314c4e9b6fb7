"""The error surface as pixels and lines: a colour for every loss on a logarithmic scale, and the lines of equal loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from explorer.engine.floats import Floats
from explorer.gui.plot.patterns import Patterns
from explorer.gui.plot.theme import Theme, state_table
from explorer.workspace.scales.patterns import Kind
from explorer.workspace.scales.ticks import ticks, ticks_in_decades

_PIXELS = 256
_MOST_DECADES = 8.0
_LEAST_DECADES = 0.02
_FEWEST_LEVELS, _MOST_LEVELS = 4, 9
_LOWEST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Scale:
    """The losses 10^``low`` to 10^``high`` that the colours span; ``unending`` and ``undefined`` say what else there is."""

    low: float
    high: float
    unending: bool = False
    undefined: bool = False

    @classmethod
    def of(cls, losses: Floats) -> Scale:
        """Return the scale of ``losses``: to the largest from what one in a hundred lies below, eight decades at most."""
        finite = losses[np.isfinite(losses) & (losses > 0.0)]
        odd = bool(np.isposinf(losses).any()), bool(np.isnan(losses).any())
        if not finite.size:
            return cls(-1.0, 0.0, *odd)
        high = math.log10(float(finite.max()))
        low = max(math.log10(float(np.quantile(finite, _LOWEST_SHARE, method="lower"))), high - _MOST_DECADES)
        lack = max(_LEAST_DECADES - (high - low), 0.0) / 2
        return cls(low - lack, high + lack, *odd)

    def levels(self) -> list[float]:
        """Return the losses of the contour lines: 1, 2, 5 in each decade, the decades where those are many, or even steps."""
        found = [10.0**place for place in ticks_in_decades(self.low, self.high, _FEWEST_LEVELS, _MOST_LEVELS)]
        return found or ticks(10.0**self.low, 10.0**self.high, 6)


def table(theme: Theme) -> NDArray[np.uint8]:
    """Return the colours (128, 4) from the lowest loss to the highest: the higher, the darker."""
    return state_table(theme)[127::-1]


ODD_KINDS: Mapping[str, Kind] = MappingProxyType({"∞": "above", "NaN": "nan"})
"""The patterns of what is no loss on the scale, by the word for it."""


def odd_colours(theme: Theme) -> tuple[str, str]:
    """Return the colours of a loss without end and of one that is no number."""
    return theme.gains.explode[0], theme.nan


def patterns(losses: Floats) -> Patterns:
    """Return the patterns of what is no loss on the scale in the `picture` of ``losses`` (B, A)."""
    nearest = _nearest(losses)[::-1]
    found = Patterns({1: "above", 2: "nan"})
    found.present(np.where(np.isposinf(nearest), 1, np.where(np.isnan(nearest), 2, 0)).astype(np.uint8))
    return found


def picture(losses: Floats, scale: Scale, theme: Theme) -> QImage:
    """Return the losses (B, A) as an image whose edges are the outer points, the last row on top.

    Between the points the logarithm is interpolated.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.clip((np.log10(losses) - scale.low) / (scale.high - scale.low), 0.0, 1.0)
    level = np.where(np.isfinite(losses), level, 1.0)
    rows, columns = (_places(count) for count in losses.shape)
    smooth = _between(_between(level, rows).T, columns).T
    pixels = table(theme)[np.rint(smooth * 127.0).astype(np.intp)]
    nearest = _nearest(losses)
    for odd, colour in zip((np.isposinf(nearest), np.isnan(nearest)), odd_colours(theme), strict=True):
        pixels[odd, :3] = QColor(colour).getRgb()[:3]  # type: ignore[index]
    shown = np.ascontiguousarray(pixels[::-1])
    return QImage(shown.tobytes(), _PIXELS, _PIXELS, 4 * _PIXELS, QImage.Format.Format_RGBA8888).copy()


def _places(count: int) -> Floats:
    """Return where the middles of the pixels lie among ``count`` points."""
    return (np.arange(_PIXELS) + 0.5) / _PIXELS * (count - 1)


def _nearest(losses: Floats) -> Floats:
    """Return at every pixel the loss of the nearest point."""
    rows, columns = (np.rint(_places(count)).astype(np.intp) for count in losses.shape)
    return losses[np.ix_(rows, columns)]


def _between(values: Floats, places: Floats) -> Floats:
    """Return the rows of ``values`` interpolated at ``places``."""
    low = np.minimum(places.astype(np.intp), len(values) - 2)
    share = (places - low)[:, None]
    return values[low] * (1.0 - share) + values[low + 1] * share
