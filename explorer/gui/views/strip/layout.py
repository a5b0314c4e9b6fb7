"""Where the rows of the unrolled network stand, from the pixels that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from explorer.gui.views.strip.chips import Chips

NARROWEST = 9.0
"""Pixels a step: with fewer there is no room for circles and the strip turns into bands."""

_MARGIN = 3.0
_MOST_OF_WORDS = 0.5
_LANE, _MOST_OF_LANES = 30.0, 0.56
"""Pixels of a lane, and the share of the height that all of them take at most."""


_SHORT = 0.45
"""Of a height in which not all lanes can be named, the share of those that are drawn."""


class Span(NamedTuple):
    """A row, in pixels from the top."""

    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """Return the row's middle."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """Return the row's height."""
        return self.bottom - self.top

    def part(self, start: float, stop: float) -> Span:
        """Return the part of the row between two fractions of its height."""
        return Span(self.top + start * self.height, self.top + stop * self.height)

    def holds(self, y: float, margin: float = 0.0) -> bool:
        """Return whether ``y`` lies in the row."""
        return self.top - margin <= y <= self.bottom + margin


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows from top to bottom, and the radii; ``spacing`` is the pixels from one step to the next.

    A state's circle has the radius ``inner``; its ring lies between ``inner`` and ``radius``. ``arrow``, ``band``
    and ``ring`` are the rows of J_t, s_t and ∂s_t/∂s_k where there is no room for circles. ``chips`` are the words
    in the row of the inputs, where they are shown. ``above`` and ``below`` are the rooms of the lanes. ``mark`` is
    the row of ‖∂L/∂x_t‖, empty where no loss is asked about.
    """

    spacing: float
    o: Span
    s: Span
    x: Span
    mark: Span
    label: Span
    above: Span
    below: Span
    chips: Chips | None = None

    @property
    def circles(self) -> bool:
        """Return whether there is room for circles."""
        return self.spacing >= NARROWEST

    @property
    def radius(self) -> float:
        """Return the outer radius of a ring: neighbours never touch, and an arrow fits between them."""
        return min(0.42 * self.spacing, 0.47 * self.s.height)

    @property
    def inner(self) -> float:
        """Return the radius of a state's circle."""
        return 0.52 * self.radius

    @property
    def full(self) -> float:
        """Return the width of the ring of a gradient that arrives as it left; an exploding one has room to grow."""
        return max((self.radius - self.inner - 1.0) / 1.7, 0.8)

    @property
    def arrow(self) -> Span:
        """Return the band of J_t."""
        return self.s.part(0.0, 0.2)

    @property
    def band(self) -> Span:
        """Return the band of s_t."""
        return self.s.part(0.26, 0.6)

    @property
    def ring(self) -> Span:
        """Return the band of what arrives of the gradient."""
        return self.s.part(0.66, 1.0)


def most_lanes(height: float, text_height: float) -> int:
    """Return how many lanes at most can stand in ``height`` pixels so that each has room for its name."""
    return max(int(_SHORT * (height - 2 * _MARGIN - text_height) / (0.9 * text_height)), 0)


def layout(
    height: float,
    spacing: float,
    text_height: float,
    chips: Chips | None = None,
    marks: float = 0.0,
    lanes: tuple[int, int] = (0, 0),
) -> Layout:
    """Return the rows in ``height`` pixels, ``marks`` for ‖∂L/∂x_t‖; words as ``chips`` need no labels below them.

    So many ``lanes`` stand above what is drawn large, and below it.
    """
    label = 0.0 if chips else text_height
    whole = max(height - 2 * _MARGIN - label - marks, 10.0)
    lane = min(_LANE, _MOST_OF_LANES * whole / max(sum(lanes), 1))
    above, below = (count * lane for count in lanes)
    room = max(whole - above - below, 10.0)
    x = min(chips.room / room, _MOST_OF_WORDS) if chips else 0.27
    o, s = 0.28 * (1 - x), 0.48 * (1 - x)
    gap = (1.0 - o - s - x) / 2 * room
    outputs = Span(_MARGIN, _MARGIN + o * room)
    over = Span(outputs.bottom + gap / 2, outputs.bottom + gap / 2 + above)
    states = Span(outputs.bottom + gap + above, outputs.bottom + gap + above + s * room)
    under = Span(states.bottom + gap / 2, states.bottom + gap / 2 + below)
    inputs = Span(states.bottom + gap + below, states.bottom + gap + below + x * room)
    mark = Span(inputs.bottom, inputs.bottom + marks)
    return Layout(spacing, outputs, states, inputs, mark, Span(mark.bottom, mark.bottom + label), over, under, chips)
