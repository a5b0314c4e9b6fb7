"""The row of the chosen step: how fast its gradient fades."""

from explorer.gui.views.decay.decay import DecayView

__all__ = ["DecayView"]
