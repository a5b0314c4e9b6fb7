"""`Taken`: an array that was taken from a file, and the file's names for what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.stored import Array


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """An ``array``, mostly a view, and the ``names`` that the file has for what it is made of."""

    array: Array
    names: tuple[str, ...]

    @property
    def T(self) -> Taken:
        """Return the transpose."""
        return Taken(self.array.T, self.names)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the array's shape."""
        return self.array.shape

    def gates(self, order: str, axis: int = 0) -> dict[str, Taken]:
        """Return the equal blocks along an axis by the letters of their gates.

        Raises
        ------
        BadNetwork
            If they are not equal.
        """
        size, rest = divmod(self.array.shape[axis], len(order))
        if rest or not size:
            raise BadNetwork(
                "{name} has the shape {shape}; {gates} equal gates are expected.",
                name=self.names[0], shape=self.array.shape, gates=len(order),
            )  # fmt: skip
        parts = np.split(self.array, len(order), axis=axis)
        return {gate: Taken(part, self.names) for gate, part in zip(order, parts, strict=True)}

    def row(self, index: int) -> Taken:
        """Return one of the first axis' entries."""
        return Taken(self.array[index], self.names)


def taken(arrays: Mapping[str, Array], name: str) -> Taken | None:
    """Return an array of a file, None where it has none of this name."""
    return Taken(arrays[name], (name,)) if name in arrays else None


def together(parts: Sequence[Taken | None]) -> Taken | None:
    """Return the sum in float64 of those that are there, None where none is.

    Raises
    ------
    BadNetwork
        If their shapes differ.
    """
    there = [part for part in parts if part is not None]
    if not there:
        return None
    for part in there[1:]:
        if part.shape != there[0].shape:
            raise BadNetwork(
                "{name} has the shape {shape}; {expected} is expected.",
                name=part.names[0], shape=part.shape, expected=there[0].shape,
            )  # fmt: skip
    total = np.sum([np.asarray(part.array, np.float64) for part in there], axis=0)
    return Taken(total, tuple(name for part in there for name in part.names))


def side_by_side(parts: Mapping[str, Taken | None], order: str) -> dict[str, Taken]:
    """Return by gate what a file holds gate by gate, without those that it lacks."""
    return {gate: part for gate in order if (part := parts.get(gate)) is not None}
