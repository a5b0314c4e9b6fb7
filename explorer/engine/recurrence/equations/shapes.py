"""Shapes while they are being found: axes that stand for the same size are one (unification, Robinson 1965)."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.engine.recurrence.expressions.expression import Dimension, Shape

WIDTH = "n"

Axis = int
Axes = tuple[Axis, ...]


@dataclass
class Sizes:
    """The axes of all that was read; each belongs to a class of equal ones, which has a size or has none yet."""

    _parent: list[Axis] = field(default_factory=list)
    _size: dict[Axis, Dimension] = field(default_factory=dict)

    def axis(self, size: Dimension | None = None) -> Axis:
        """Return a new axis, of a size if one is given."""
        axis = len(self._parent)
        self._parent.append(axis)
        if size is not None:
            self._size[axis] = size
        return axis

    def axes(self, shape: Shape) -> Axes:
        """Return new axes of a known shape."""
        return tuple(self.axis(size) for size in shape)

    def join(self, a: Axis, b: Axis) -> bool:
        """Make two axes one; return whether their sizes allow it."""
        a, b = self._root(a), self._root(b)
        if a == b:
            return True
        if a in self._size and b in self._size and self._size[a] != self._size[b]:
            return False
        self._parent[a] = b
        if a in self._size:
            self._size[b] = self._size.pop(a)
        return True

    def join_all(self, a: Axes, b: Axes) -> bool:
        """Make the axes of two shapes one; return whether they go together."""
        return len(a) == len(b) and all(self.join(one, other) for one, other in zip(a, b, strict=True))

    def shape(self, axes: Axes) -> Shape:
        """Return the sizes; what nothing says is as wide as the layer."""
        return tuple(self._size.get(self._root(axis), WIDTH) for axis in axes)

    def _root(self, axis: Axis) -> Axis:
        while self._parent[axis] != axis:
            self._parent[axis] = self._parent[self._parent[axis]]
            axis = self._parent[axis]
        return axis


def shown(shape: Shape) -> str:
    """Return a shape as a person reads it: "n×m", "n", or "1" for a number."""
    return "×".join(str(size) for size in shape) or "1"
