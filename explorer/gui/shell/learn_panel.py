"""The second panel on the right: what a training has come to, and what the loss sees."""

from __future__ import annotations

from explorer.gui.plot.theme import Theme
from explorer.gui.shell.inspect_panel import CardColumn
from explorer.gui.views.curves import CurvesView
from explorer.gui.views.lags import LagsView
from explorer.gui.views.surface import SurfaceView
from explorer.gui.views.tryout import TryView


class LearnPanel(CardColumn):
    """Holds what shows a training: its curves, what it is good for, what the optimiser sees, and the surface it walks on."""

    def __init__(self, theme: Theme) -> None:
        self.curves = CurvesView(theme)
        super().__init__([self.curves, TryView(theme), LagsView(theme), SurfaceView(theme)], "training")
        self.phrases.add(self.setAccessibleName, "Training")
