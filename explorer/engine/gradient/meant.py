"""`Meant`: which weights "W", "U", "b" or the name of one weight mean, and what is told of them together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from explorer.engine.errors import BadTargets, Names
from explorer.engine.floats import Floats
from explorer.engine.names import spelt_alike
from explorer.engine.network.chain import Architecture
from explorer.engine.network.families import families
from explorer.engine.network.given import EMBEDDING
from explorer.engine.network.making import STACKED

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """Some weights by name with their ``shapes``, and the ``shape`` in which what is told of them together stands.

    Of one weight that is its own; of a family of a network that a kernel runs that of the stacked array, whose blocks the
    weights are; of any other family of several weights they stand flat, one after the other.
    """

    name: str
    shapes: dict[str, Shape]
    shape: Shape

    @property
    def weights(self) -> tuple[str, ...]:
        """Return the names of the weights."""
        return tuple(self.shapes)

    @property
    def size(self) -> int:
        """Return how many numbers they have."""
        return sum(prod(shape) for shape in self.shapes.values())

    @property
    def places(self) -> dict[str, slice]:
        """Return where each weight stands in a flat vector of all."""
        ends = accumulate((prod(shape) for shape in self.shapes.values()), initial=0)
        return {name: slice(*pair) for name, pair in zip(self.shapes, pairwise(ends), strict=True)}

    def shaped(self, flat: Floats) -> Floats:
        """Return flat vectors (…, P) in the shape of what is meant."""
        if not self.shapes:
            return np.zeros((*flat.shape[:-1], *self.shape))
        return flat.reshape((*flat.shape[:-1], *self.shape))


def meant(architecture: Architecture, name: str) -> Meant:
    """Return what a name means, whatever its capitals.

    Raises
    ------
    BadTargets
        If the gradient of that has no terms.
    """
    shapes, told = architecture.weight_shapes(), by_family(architecture)
    known = [*told, *(one for some in told.values() for one in some)]
    found = name if name in known else spelt_alike(name, known)
    if found is None:
        raise BadTargets("The gradient of {name} has no terms to show; choose one of {choices}, or one weight by its name.",
                         name=name, choices=Names(told))  # fmt: skip
    weights = {one: shapes[one] for one in told.get(found, (found,))}
    return Meant(found, weights, _shape(architecture, found, weights))


def families_told(architecture: Architecture) -> tuple[str, ...]:
    """Return the families that have weights whose gradients have terms."""
    return tuple(family for family, weights in by_family(architecture).items() if weights)


def unused(architecture: Architecture) -> frozenset[str]:
    """Return the stacked arrays that a network has, but its cell does not read: the recurrent bias of most."""
    return frozenset(family for family, weights in by_family(architecture).items() if not weights)


def _shape(architecture: Architecture, name: str, shapes: dict[str, Shape]) -> Shape:
    if len(shapes) == 1:
        return next(iter(shapes.values()))
    if architecture.alone is None or name not in STACKED:
        return (sum(prod(shape) for shape in shapes.values()),)
    if not shapes:
        # The recurrent bias of a cell that has none.
        return (architecture.outputs,)
    first = next(iter(shapes.values()))
    return len(shapes) * first[0], *first[1:]


def by_family(architecture: Architecture) -> dict[str, tuple[str, ...]]:
    """Return the weights of each family, in the order in which they are stacked or run."""
    found: dict[str, list[str]] = {}
    if architecture.alone is None:
        shapes = architecture.weight_shapes()
        if len(architecture.levels[0]) > 1:
            # Both halves of a layer add to the same row of the table: their terms are not told apart.
            shapes.pop(EMBEDDING, None)
        for name, family in families(architecture).items():
            if name in shapes:
                found.setdefault(family, []).append(name)
        return {family: tuple(found[family]) for family in sorted(found)}
    called, places = architecture.chains[0].weights, architecture.alone.places
    for own, (array, _) in sorted(places.items(), key=lambda item: item[1][1]):
        found.setdefault(array, []).append(called[own])
    return {array: tuple(found.get(array, ())) for array in STACKED}
