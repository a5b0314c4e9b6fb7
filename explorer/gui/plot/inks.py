"""Tables of colours as Qt paints with them."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtGui import QColor

from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.colours import bytes_of, linear, oklab
from explorer.workspace.scales.states import LARGEST, state_colours


@cache
def state_inks(theme: Theme) -> tuple[QColor, ...]:
    """Return the states' table as 256 colours."""
    return tuple(QColor(*row) for row in state_colours(theme).tolist())


@cache
def gain_inks(theme: Theme) -> tuple[QColor, ...]:
    """Return 256 colours for lines that carry a gain: the hues of the flow map, but 1 is dark on the card.

    Light would be lost on a white card: a preserved gradient is a full dark line, one that vanishes pales into blue.
    """
    neutral = _mixed(theme.text, theme.muted, 0.4)
    pale, dim = (_mixed(theme.shrink, theme.card, share) for share in (0.35, 0.65))
    hot = theme.grow
    stops = (pale, dim, theme.shrink, neutral, neutral, hot, hot)
    lab = oklab(linear(stops))
    at = np.linspace(-1.0, 1.0, LARGEST + 1)
    places = (-1.0, -0.6, -0.2, -0.02, 0.02, 0.25, 1.0)
    rgb = bytes_of(np.stack([np.interp(at, places, lab[:, i]) for i in range(3)], axis=-1))
    inks = [QColor(*map(int, row)) for row in rgb]
    return (*inks, QColor(theme.nan), QColor(hot), QColor(theme.text))


def _mixed(one: str, other: str, share: float) -> str:
    lab = oklab(linear([one, other]))
    r, g, b = bytes_of(share * lab[0] + (1 - share) * lab[1])
    return f"#{r:02x}{g:02x}{b:02x}"
