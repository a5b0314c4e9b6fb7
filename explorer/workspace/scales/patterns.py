"""What is on no scale has a pattern besides its colour: lines and dots are told apart whatever colours one can tell.

=========  ====================================
kind       pattern
=========  ====================================
``zero``   dots: exactly zero
``nan``    a lattice: no number
``below``  level lines: smaller than the scale, or −∞
``above``  upright lines: larger than the scale, or +∞
=========  ====================================

What is not defined is hatched aslant, on no colour at all. What has a colour and may be rounding and nothing else has lines
down to the right over it, light ones beside dark ones: ``unsure`` and its ``rim``.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.workspace.scales.themes import Theme

Kind = Literal["zero", "nan", "below", "above", "unsure", "rim"]
Cells = NDArray[np.bool_]

PITCH = 6
"""Pixels from one line or dot to the next, at ten points of type."""

_LIGHT = "#ffffff"


def ink(theme: Theme, kind: Kind) -> str:
    """Return the colour of the pattern: what is beyond an end of the scale has a shade from near that end."""
    below, above = theme.gains.vanish[1], theme.gains.explode[1]
    inks = {"zero": theme.rest, "nan": theme.ink, "below": below, "above": above, "unsure": _LIGHT, "rim": theme.ink}
    return inks[kind]


@cache
def marked(kind: Kind, side: int = PITCH) -> Cells:
    """Return which pixels of the square (side, side) that is repeated the pattern covers, the first row at the top."""
    row, column = np.indices((side, side)) * PITCH // side
    return {
        "zero": (row == 0) & (column == 0) | (row == PITCH // 2) & (column == PITCH // 2),
        "nan": (row == column) | (row + column == PITCH - 1),
        "below": row == PITCH // 2,
        "above": column == PITCH // 2,
        "unsure": row == column,
        "rim": row == (column + 1) % PITCH,
    }[kind]
