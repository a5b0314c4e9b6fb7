"""A slider for a number that may lie anywhere within many powers of ten."""

from __future__ import annotations

from explorer.gui.controls.number_field import NumberField, format_rounded
from explorer.gui.controls.slider import ValueSlider

_DIGITS = 2
_STEPS_PER_DECADE = 40
"""A step of 6 per cent changes the second digit of every number."""


class ScaleField(NumberField):
    """A field for a number whose leading digits count: 0.01, 2.5e−5."""

    def __init__(self) -> None:
        # Any number behind the point may be typed; only the way it is shown differs.
        super().__init__(decimals=1, characters=6)

    def format(self, value: float) -> str:
        """Return ``value`` with as many digits as it has."""
        return format_scaled(value)


class ScaleSlider(ValueSlider):
    """A number from ``minimum`` to ``maximum`` in even steps of its logarithm, set to two leading digits.

    ``zero`` makes the left end 0: what the number weighs is then left out altogether.
    """

    def __init__(self, minimum: float, maximum: float, usual: float, zero: bool = False) -> None:
        self._zero = zero
        super().__init__(minimum, maximum, decimals=1, logarithmic=True, usual=usual)

    def make_field(self) -> NumberField:
        """Return a field for leading digits."""
        return ScaleField()

    def _value_at(self, position: int) -> float:
        if self._zero and position == 0:
            return 0.0
        return rounded(self._minimum * (self._maximum / self._minimum) ** (position / self.track.maximum()))

    def _position_of(self, value: float) -> int:
        if self._zero and value <= 0:
            return 0
        # A value near the left end must not look like zero.
        return max(super()._position_of(value), int(self._zero))

    def _notch(self) -> float:
        """Return by how much a key changes the value."""
        return max(self._value, self._minimum) * (10.0 ** (1 / _STEPS_PER_DECADE) - 1.0)

    def _step(self, count: int) -> None:
        """Change the value by ``count`` fortieths of a power of ten; below the smallest comes zero, where it is allowed."""
        value = rounded(self._value * 10.0 ** (count / _STEPS_PER_DECADE))
        if count > 0:
            value = min(max(value, self._minimum), max(self._maximum, self._value))
        elif value < self._minimum:
            value = 0.0 if self._zero else min(self._minimum, self._value)
        self._propose(value, keyed=True)


def rounded(value: float) -> float:
    """Return ``value`` with two significant digits."""
    return float(f"{value:.{_DIGITS - 1}e}")


def format_scaled(value: float) -> str:
    """Return ``value`` as short as can be: 0.01, 2.5e−5, 0."""
    return format_rounded(value, 10)
