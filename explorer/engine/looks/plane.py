"""`Plane`: the networks that two directions in the space of all weights reach from one network.

θ(a, b) = θ₀ + a u + b v. The axes are two weights, two random directions (Li, Xu, Taylor, Studer and Goldstein 2018,
"Visualizing the loss landscape of neural nets"), or the directions in which a training moved most (section 7 there).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.network.network import Network
from explorer.engine.norms import norm, norms, unit
from explorer.engine.values import Value


class WeightPlace(NamedTuple):
    """One weight: ``matrix`` is U, W, V, b, c or b_rec; a vector's column is 0."""

    matrix: str
    row: int
    column: int


@dataclass(frozen=True, eq=False, repr=False)
class Plane(Value):
    """The networks θ(a, b) = ``origin`` + a ``u`` + b ``v``; a direction holds arrays by the names of the weights it moves.

    Raises
    ------
    BadNetwork
        If the directions are parallel or one of them is zero.
    """

    origin: Network
    u: Mapping[str, Floats]
    v: Mapping[str, Floats]

    def __post_init__(self) -> None:
        Value.__post_init__(self)
        _, gram = self._sizes_and_gram
        if not 1.0 - gram[0, 1] ** 2 > 1e-18:
            raise BadNetwork("The two directions of an error surface must differ from each other and from zero.")

    @classmethod
    def of_weights(cls, network: Network, first: WeightPlace, second: WeightPlace) -> Plane:
        """Return the plane whose coordinates are the values of two weights; all others are those of ``network``.

        Raises
        ------
        BadNetwork
            If there is no such weight, or both are one.
        """
        u, v = _unit(network, first), _unit(network, second)
        return cls(_moved(_moved(network, u, -_value(network, first)), v, -_value(network, second)), u, v)

    @classmethod
    def random(cls, network: Network, seed: int) -> Plane:
        """Return a plane through ``network`` along two random directions, scaled as Li et al. 2018 scale filters.

        The weights that go into a unit, a row of U, of W or of V, move as far as they are long, so that 1 means the same for
        every network; a bias vector is one such row.
        """
        rng = np.random.default_rng(seed)
        return cls(network, _scaled(network, rng), _scaled(network, rng))

    @classmethod
    def through(cls, network: Network, others: Sequence[Network]) -> Plane:
        """Return the plane through ``network`` along the two directions of unit length in which ``others`` differ most.

        They are the first two principal components of the weights (Li et al. 2018, section 7).

        Raises
        ------
        BadNetwork
            If the others lie on a line.
        """
        rows = np.stack([_flat(other) for other in others])
        _, sizes, directions = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
        if len(sizes) < 3 or not sizes[1] > 1e-9 * sizes[0]:
            raise BadNetwork("The weights moved along a line, or hardly at all: that makes no plane. Train on first.")
        return cls(network, _shaped(network, directions[0]), _shaped(network, directions[1]))

    def at(self, a: float, b: float) -> Network:
        """Return the network at (a, b).

        Raises
        ------
        BadNetwork
            If a weight would not be finite.
        """
        return _moved(_moved(self.origin, self.u, a), self.v, b).checked()

    def coordinates(self, network: Network) -> tuple[float, float, float]:
        """Return (a, b, distance): the point of the plane nearest to ``network``, and how far off the plane that is.

        The distance is the Euclidean one over all weights.
        """
        sizes, gram = self._sizes_and_gram
        away = _flat(network) - _flat(self.origin)
        projected = [float(unit(self._whole(d))[0] @ away) for d in (self.u, self.v)]
        a, b = (np.linalg.solve(gram, projected) / sizes).tolist()
        nearest = _moved(_moved(self.origin, self.u, a), self.v, b)
        return a, b, norm(_flat(network) - _flat(nearest))

    def many(self, a: Floats, b: Floats) -> Network:
        """Return the networks at the points (a, b), each (P,), as one: what moves has the points as its first axis.

        A vector (G·n,) becomes (P, 1, G·n), to stand beside the sequences of a batch.
        """
        moved: dict[str, Any] = {}
        for name in {*self.u, *self.v}:
            base = getattr(self.origin, name)
            points = (len(a),) + (1,) * base.ndim
            stack = np.tile(base, points)
            for direction, steps in ((self.u, a), (self.v, b)):
                if name in direction:
                    stack += steps.reshape(points) * direction[name]
            moved[name] = stack if base.ndim == 2 else stack.reshape(len(a), 1, -1)
        return self.origin.with_parameters(moved)

    @cached_property
    def _sizes_and_gram(self) -> tuple[Floats, Floats]:
        """Return the lengths of the directions (2,) and the cosines between them (2, 2), NaN for one without length."""
        whole = [self._whole(direction) for direction in (self.u, self.v)]
        sizes = np.array([norm(direction) for direction in whole])
        units = np.array([unit(direction)[0] for direction in whole])
        return sizes, np.where(sizes > 0.0, units @ units.T, np.nan)

    def _whole(self, direction: Mapping[str, Floats]) -> Floats:
        """Return a direction as one vector over all weights."""
        still = {name: np.zeros_like(getattr(self.origin, name)) for name in WEIGHTS}
        return np.concatenate([(still | dict(direction))[name].ravel() for name in WEIGHTS])


def _moved(network: Network, direction: Mapping[str, Floats], by: float) -> Network:
    with np.errstate(over="ignore", invalid="ignore"):
        return network.with_parameters({name: getattr(network, name) + by * array for name, array in direction.items()})


def _value(network: Network, weight: WeightPlace) -> float:
    array = getattr(network, weight.matrix)
    return float(array[weight.row] if array.ndim == 1 else array[weight.row, weight.column])


def _unit(network: Network, weight: WeightPlace) -> Mapping[str, Floats]:
    """Return the direction that moves one weight by 1."""
    direction = np.zeros_like(getattr(network, weight.matrix)) if weight.matrix in WEIGHTS else np.empty(0)
    rows, columns = (*direction.shape, 1)[:2]
    if not (0 <= weight.row < rows and 0 <= weight.column < columns):
        raise BadNetwork(
            "There is no weight {name} at row {row}, column {column}.",
            name=weight.matrix, row=weight.row + 1, column=weight.column + 1,
        )  # fmt: skip
    direction.reshape(rows, columns)[weight.row, weight.column] = 1.0
    return {weight.matrix: direction}


def _scaled(network: Network, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Return a random direction in which every row moves as far as it is long."""
    direction = {}
    for name in WEIGHTS:
        weights = getattr(network, name)
        drawn = rng.standard_normal(weights.shape)
        direction[name] = drawn * (norms(weights) / norms(drawn))[..., None]
    return direction


def _flat(network: Network) -> Floats:
    return np.concatenate([getattr(network, name).ravel() for name in WEIGHTS])


def _shaped(network: Network, flat: Floats) -> Mapping[str, Floats]:
    """Return the entries of ``flat`` in the shapes of the weights."""
    sizes = [getattr(network, name).size for name in WEIGHTS]
    pieces = np.split(flat, np.cumsum(sizes)[:-1])
    return {name: piece.reshape(getattr(network, name).shape) for name, piece in zip(WEIGHTS, pieces, strict=True)}
