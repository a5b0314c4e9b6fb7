"""The hidden states as a heat map."""

from explorer.gui.views.states.states import StatesView

__all__ = ["StatesView"]
