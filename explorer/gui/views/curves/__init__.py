"""The curves of a training."""

from explorer.gui.views.curves.curves import CurvesView

__all__ = ["CurvesView"]
