"""What the optimiser sees: the gradient by lag."""

from explorer.gui.views.lags.lags import LagsView

__all__ = ["LagsView"]
