"""Several networks side by side: fed the same, on one scale, under one cursor."""

from explorer.gui.views.compare.compare import CompareView as CompareView

__all__ = ["CompareView"]
