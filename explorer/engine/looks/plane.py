"""`Plane`: the networks that two directions in the space of all weights reach from one network.

θ(a, b) = θ₀ + a u + b v. The axes are two weights, two random directions (Li, Xu, Taylor, Studer and Goldstein 2018,
"Visualizing the loss landscape of neural nets"), or the directions in which a training moved most (section 7 there).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.families import still
from explorer.engine.network.network import Network
from explorer.engine.norms import norm, norms, unit
from explorer.engine.values import Value


class WeightPlace(NamedTuple):
    """One entry of a parameter of the network: ``matrix`` is its name, "W" or "1/W_f"; of a vector the column is 0.

    Of a matrix that changes at every step the rows are counted on through all steps; of such a vector each step is a row.
    """

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
        every network; a vector is one such row. What no training moves stays where it is.
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

        For a network that a kernel runs a vector (G·n,) becomes (P, 1, G·n), to stand beside the sequences of a batch; for
        others see `beside`.
        """
        moved: dict[str, Floats] = {}
        for name in {*self.u, *self.v}:
            base = self.origin.parameters[name]
            points = (len(a),) + (1,) * base.ndim
            stack = np.tile(base, points)
            for direction, steps in ((self.u, a), (self.v, b)):
                if name in direction:
                    stack += steps.reshape(points) * direction[name]
            moved[name] = stack
        if self.origin.architecture.alone is None:
            # What batches need is not loaded by who only names a weight, as every window does.
            from explorer.engine.looks.beside import beside

            return beside(self.origin, moved, len(a))
        return self.origin.with_parameters(
            {name: stack[:, None] if stack.ndim == 2 else stack for name, stack in moved.items()}
        )

    @cached_property
    def _sizes_and_gram(self) -> tuple[Floats, Floats]:
        """Return the lengths of the directions (2,) and the cosines between them (2, 2), NaN for one without length."""
        whole = [self._whole(direction) for direction in (self.u, self.v)]
        sizes = np.array([norm(direction) for direction in whole])
        units = np.array([unit(direction)[0] for direction in whole])
        return sizes, np.where(sizes > 0.0, units @ units.T, np.nan)

    def _whole(self, direction: Mapping[str, Floats]) -> Floats:
        """Return a direction as one vector over all weights."""
        every = self.origin.parameters.items()
        return np.concatenate([np.ravel(direction.get(name, np.zeros_like(weight))) for name, weight in every])


def _moved(network: Network, direction: Mapping[str, Floats], by: float) -> Network:
    with np.errstate(over="ignore", invalid="ignore"):
        return network.with_parameters(
            {name: network.parameters[name] + by * array for name, array in direction.items()}
        )


def _rows(weights: Floats) -> Floats:
    """Return weights row by row: the entries of a vector are rows, and so are those of all steps of a matrix."""
    return weights.reshape(-1, weights.shape[-1] if weights.ndim > 1 else 1)


def _value(network: Network, weight: WeightPlace) -> float:
    return float(_rows(network.parameters[weight.matrix])[weight.row, weight.column])


def _unit(network: Network, weight: WeightPlace) -> Mapping[str, Floats]:
    """Return the direction that moves one weight by 1."""
    direction = np.zeros_like(network.parameters.get(weight.matrix, np.empty(0)))
    entries = _rows(direction)
    if not (0 <= weight.row < entries.shape[0] and 0 <= weight.column < entries.shape[1]):
        raise BadNetwork(
            "There is no weight {name} at row {row}, column {column}.",
            name=weight.matrix, row=weight.row + 1, column=weight.column + 1,
        )  # fmt: skip
    entries[weight.row, weight.column] = 1.0
    return {weight.matrix: direction}


def _scaled(network: Network, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Return a random direction in which every row moves as far as it is long; what no training moves stays."""
    direction, kept = {}, still(network.architecture)
    for name, weights in network.parameters.items():
        drawn = rng.standard_normal(weights.shape)
        if name not in kept:
            sizes = norms(np.atleast_1d(weights)) / norms(np.atleast_1d(drawn))
            direction[name] = drawn * sizes[..., None] if weights.ndim > 1 else drawn * sizes
    return direction


def _flat(network: Network) -> Floats:
    return np.concatenate([np.ravel(weights) for weights in network.parameters.values()])


def _shaped(network: Network, flat: Floats) -> Mapping[str, Floats]:
    """Return the entries of ``flat`` in the shapes of the weights."""
    every = network.parameters
    pieces = np.split(flat, np.cumsum([weights.size for weights in every.values()])[:-1])
    return {name: piece.reshape(every[name].shape) for name, piece in zip(every, pieces, strict=True)}
