"""The unrolled network."""

from explorer.gui.views.strip.strip import NetworkStrip

__all__ = ["NetworkStrip"]
