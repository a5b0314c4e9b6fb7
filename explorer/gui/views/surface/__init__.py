"""The error surface."""

from explorer.gui.views.surface.surface import SurfaceView

__all__ = ["SurfaceView"]
