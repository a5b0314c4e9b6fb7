"""`Sweep`: what is swept over what, and the points of it in the order in which a picture of them grows finer."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import msgspec

from explorer.workspace.disk.files import written
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.fields import with_values

Value = float | int | str | bool
MOST_AXES, MOST_VALUES = 8, 100_000
_EVEN = 1e-6
Place = tuple[int, ...]
"""The place of a point: which value of each axis it has, counted from 0."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One setting by its ``name`` as `fields` calls it, and its ``values``."""

    name: str
    values: tuple[Value, ...]

    @property
    def numbers(self) -> tuple[float, ...]:
        """Return the values where all are numbers and ascend, else none."""
        found = [float(one) for one in self.values if isinstance(one, int | float) and not isinstance(one, bool)]
        ascend = len(found) == len(self.values) and all(b > a for a, b in pairwise(found))
        return tuple(found) if ascend else ()

    @property
    def geometric(self) -> bool:
        """Return whether the values are three positive numbers or more at even ratios."""
        numbers = self.numbers
        if len(numbers) < 3 or numbers[0] <= 0.0:
            return False
        ratios = [b / a for a, b in pairwise(numbers)]
        return max(ratios) - min(ratios) <= _EVEN * max(ratios)


@dataclass(frozen=True, slots=True)
class Sweep:
    """The ``quantities`` of one network, ``base``, at every combination of the values of the ``axes``.

    A point is trained for ``updates`` updates before it is measured. The first ``skip`` steps are left out of Lyapunov
    exponents.
    """

    base: Exploration
    axes: tuple[Axis, ...]
    quantities: tuple[str, ...]
    updates: int = 0
    skip: int = 0

    @property
    def shape(self) -> Place:
        """Return how many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """Return the number of points."""
        return math.prod(self.shape)

    @property
    def mark(self) -> str:
        """Return what tells this sweep from any other, in 32 letters."""
        axes = [(axis.name, axis.values) for axis in self.axes]
        told = msgspec.json.encode((axes, self.quantities, self.updates, self.skip))
        return hashlib.sha256(written(self.base) + told).hexdigest()[:32]

    def at(self, place: Place) -> Exploration:
        """Return the exploration of a point; raises as `with_values` does where its settings don't go together."""
        return with_values(self.base, self.settings(place))

    def settings(self, place: Place) -> dict[str, Value]:
        """Return the values of the axes at a point."""
        return {axis.name: axis.values[i] for axis, i in zip(self.axes, place, strict=True)}

    def places(self) -> Iterator[Place]:
        """Yield every point once: first the corners, then between them, as evenly at any time as can be."""
        yield from sorted(product(*map(range, self.shape)), key=self._fineness)

    def _fineness(self, place: Place) -> tuple[int, Place]:
        """Return how late a point is: the finest of the grids that its values belong to."""
        return max(_level(i, count) for i, count in zip(place, self.shape, strict=True)), place


def _level(i: int, count: int) -> int:
    """Return the first of ever finer grids of ``count`` values to which the value ``i`` belongs: 0, 1, … from both ends."""
    if i in (0, count - 1):
        return 0
    level, low, high = 0, 0, count - 1
    while True:
        level += 1
        middle = (low + high) // 2
        if i == middle:
            return level
        low, high = (low, middle) if i < middle else (middle, high)
