"""What a press on an input of the unrolled network becomes: a pull up or down, or a stroke across that draws."""

from __future__ import annotations

from explorer.gui.views.strip.canvas import Element, StripCanvas
from explorer.gui.views.strip.edits import stroke

_CLICK = 3.0
"""Pixels: so far a click may slip."""


class Pull:
    """A press on x_t: up and down moves its value by as much as the pointer moves, across is a pen that draws."""

    def __init__(self, canvas: StripCanvas, held: Element, at: tuple[float, float]) -> None:
        """Begin ``at`` pixels, on the bar ``held``."""
        assert canvas.picture is not None
        self.column, self.begun = held.column, False
        self._canvas, self._step, self._at = canvas, held.step, at
        self._value = canvas.picture.value(held.step, held.column)
        self._pen: tuple[float, float] | None = None

    def to(self, x: float, y: float) -> list[tuple[int, float]]:
        """Return (t, value) of the inputs that change when the pointer comes to ``x``, ``y``; none while it is a click."""
        across, down = x - self._at[0], y - self._at[1]
        self.begun = self.begun or max(abs(across), abs(down)) >= _CLICK
        if not self.begun:
            return []
        if self._pen is None and not self._draws(across, down):
            return [(self._step, self._value + self._level(y) - self._level(self._at[1]))]
        return self._draw(x, y)

    def _draws(self, across: float, down: float) -> bool:
        """Return whether the pointer has left the bar sideways, and not by a slip of the hand that pulls."""
        return abs(across) > max(self._canvas.spacing() / 2, abs(down))

    def _draw(self, x: float, y: float) -> list[tuple[int, float]]:
        assert self._canvas.picture is not None
        points = [] if self._pen is not None else [(self._step, self._level(self._at[1]))]
        pen = self._pen or (float(self._step), self._level(self._at[1]))
        self._pen = (self._canvas.step_at(x), self._level(y))
        return points + stroke(pen, self._pen, self._canvas.picture.steps)

    def _level(self, y: float) -> float:
        return self._canvas.input_value(y)
