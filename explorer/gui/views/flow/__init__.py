"""The flow map: the gain of every pair (t, k)."""

from explorer.gui.views.flow.map import FlowMap

__all__ = ["FlowMap"]
