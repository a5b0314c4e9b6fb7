"""The views of one network, under one another on the time axis."""

from __future__ import annotations

from typing import NamedTuple

from explorer.gui.plot.theme import Theme
from explorer.gui.views.decay import DecayView
from explorer.gui.views.flow import FlowMap
from explorer.gui.views.states import StatesView
from explorer.gui.views.strip import NetworkStrip


class TimeViews(NamedTuple):
    """From the highest to the lowest."""

    strip: NetworkStrip
    states: StatesView
    map: FlowMap
    decay: DecayView


def time_views(theme: Theme) -> TimeViews:
    """Return new ones."""
    return TimeViews(NetworkStrip(theme), StatesView(theme), FlowMap(theme), DecayView(theme))
