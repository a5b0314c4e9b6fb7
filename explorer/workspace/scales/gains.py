"""Log gains as pixels: night vanishes, light is preserved, fire explodes, and what is no gain looks like none.

Every gain becomes a code of one byte, every code a colour of the `palette`:

====== ==========================================
code   meaning
====== ==========================================
0      not defined (k > t): transparent
1      exactly zero
2      overflow, no number
3      smaller than the scale reaches
4–252  the scale, 128 a gain of exactly one
253    larger than the scale reaches
====== ==========================================
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.network.layer import FORWARD
from explorer.workspace.scales.colours import bytes_of, linear, oklab
from explorer.workspace.scales.patterns import Kind
from explorer.workspace.scales.themes import Theme, diverging_table

UNDEFINED, ZERO, NAN, BELOW, FIRST, ONE, LAST, ABOVE = 0, 1, 2, 3, 4, 128, 252, 253
"""Codes, see above; FIRST to LAST is the scale."""

PATTERNS: Mapping[int, Kind] = MappingProxyType({ZERO: "zero", NAN: "nan", BELOW: "below", ABOVE: "above"})
"""The codes that are told by a pattern, too."""

_LN10 = float(np.log(10.0))
_BLOCK = 64
_ABOVE_DIAGONAL = ~np.tri(_BLOCK, dtype=bool)
# What lies beyond an end looks deeper than the end, and bluer towards violet or redder towards brown.
_BEYOND = {BELOW: (0.6, 0.055, 0.0), ABOVE: (0.58, -0.012, 0.022)}


def codes(log_gain: Floats, decades: float) -> NDArray[np.uint8]:
    """Return the codes of natural log gains of any shape on a scale of 10^±``decades``."""
    out = np.empty(log_gain.shape, dtype=np.uint8)
    _encode(log_gain, (ONE - FIRST) / (decades * _LN10), out)
    return out


def flow_codes(log_gain: Floats, decades: float, ways: tuple[str, ...] = (FORWARD,)) -> NDArray[np.uint8]:
    """Return the codes of all pairs, (T+1, T+1) as [t, k]: not defined above the diagonal, where k > t.

    Of what reads the sequence backward nothing is defined where k < t; of what reads it in both ``ways`` everything is.
    """
    if len(ways) > 1:
        return codes(log_gain, decades)
    if FORWARD not in ways:
        return flow_codes(log_gain.T, decades).T
    size = len(log_gain)
    out = np.zeros((size, size), dtype=np.uint8)
    scale = (ONE - FIRST) / (decades * _LN10)
    for low in range(0, size, _BLOCK):
        high = min(low + _BLOCK, size)
        block = out[low:high, :high]
        _encode(log_gain[low:high, :high], scale, block)
        block[:, low:][_ABOVE_DIAGONAL[: high - low, : high - low]] = UNDEFINED
    return out


@cache
def palette(theme: Theme) -> NDArray[np.uint8]:
    """Return the colour of every code, (256, 4) RGBA, read-only."""
    table = np.zeros((256, 4), dtype=np.uint8)
    scale = diverging_table(theme)
    table[FIRST : LAST + 1] = scale[np.linspace(0, len(scale) - 1, LAST - FIRST + 1).round().astype(int)]
    table[BELOW] = _deeper(scale[0], BELOW)
    table[ABOVE] = _deeper(scale[-1], ABOVE)
    table[ZERO] = _rgba(theme.zero)
    table[NAN] = _rgba(theme.nan)
    table.flags.writeable = False
    return table


def pixels(log_gain: Floats, decades: float, theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of natural log gains, (…, 4) RGBA, of any shape on a scale of 10^±``decades``."""
    return palette(theme)[codes(log_gain, decades)]


def _encode(log_gain: Floats, scale: float, out: NDArray[np.uint8]) -> None:
    """Write the codes of ``log_gain`` into ``out``, a few passes over what fits in the cache."""
    # A logarithm itself may be near the end of float64: what overflows is beyond the scale.
    with np.errstate(over="ignore"):
        level = np.multiply(log_gain, scale, out=np.empty_like(log_gain))
    level += ONE
    np.rint(level, out=level)
    # Rounding first lets a gain at the very end keep the colour of the end.
    np.fmin(level, ABOVE, out=level)
    np.fmax(level, BELOW, out=level)
    out[...] = level
    odd = ~np.isfinite(log_gain)
    if odd.any():
        out[odd] = NAN
        out[log_gain == -np.inf] = ZERO


def _deeper(end: NDArray[np.uint8], code: int) -> tuple[int, int, int, int]:
    lightness, green_red, blue_yellow = _BEYOND[code]
    lab = oklab(linear(["#{:02x}{:02x}{:02x}".format(*end[:3].tolist())]))[0]
    red, green, blue = bytes_of(np.array([lab[0] * lightness, lab[1] + green_red, lab[2] + blue_yellow]))
    return int(red), int(green), int(blue), 255


def _rgba(colour: str) -> tuple[int, int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), 255
