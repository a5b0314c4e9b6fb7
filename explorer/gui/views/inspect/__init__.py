"""The chosen pair, looked at closely: one card a question. Here are the causes; what stands below them is in `below`."""

from explorer.gui.views.inspect.attribution import AttributionView
from explorer.gui.views.inspect.eigenvalues import EigenvaluesView
from explorer.gui.views.inspect.slopes import SlopesView

__all__ = ["AttributionView", "EigenvaluesView", "SlopesView"]
