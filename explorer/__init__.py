"""Gradient Flow Explorer: watch the gradient of a recurrent network vanish, explode or survive."""

__version__ = "0.1.0"
