"""What the network has learnt, tried out."""

from explorer.gui.views.tryout.tryout import TryView

__all__ = ["TryView"]
