"""From a cell of the map down to one number, and back."""

from explorer.gui.views.zoom.zoom import ZoomView

__all__ = ["ZoomView"]
