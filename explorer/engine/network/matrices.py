"""The recurrent matrices of a network: those that carry a state to the next step, and how large they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.weights.roles import RECURRENT

if TYPE_CHECKING:
    from explorer.engine.network.chain import Chain


@lru_cache(maxsize=64)
def recurrent_matrices(chains: tuple[Chain, ...], first: str | None) -> tuple[str, ...]:
    """Return the names of the square matrices by which a state is multiplied on its way to the next one.

    The one that the file of the first layer's cell says stands for W, there called ``first``, comes first; then as they are
    read. A matrix that only reads the state out carries nothing; nor is one told of that changes at every step.
    """
    found: list[str] = []
    for chain in chains:
        for piece in chain.pieces:
            for half in piece.halves:
                own = [name for name in _carrying(half.step.recurrence) if name not in half.steps]
                found += (half.weights[name] for name in own if half.weights[name] not in found)
    return tuple(sorted(found, key=lambda name: name not in _names_of(chains[0], first)))


def _names_of(chain: Chain, own: str | None) -> set[str]:
    """Return what a weight of the first layer is called in the network."""
    weights = chain.pieces[0].weights
    return set() if own is None else {weights[name] for name in (own, f"1/{own}") if name in weights}


def _carrying(recurrence: Recurrence) -> Iterator[str]:
    """Yield the square matrices that the next states are made with."""
    leading = _leading(recurrence)
    for weight in recurrence.weights:
        square = len(weight.shape) == 2 and weight.shape[0] == weight.shape[1]
        if square and weight.role == RECURRENT and weight.name in leading:
            yield weight.name


def _leading(recurrence: Recurrence) -> set[str]:
    """Return the names of what the next states are made of."""
    reached, left = set[int](), list(recurrence.next)
    while left:
        place = left.pop()
        if place not in reached:
            reached.add(place)
            left += recurrence.graph[place].args
    operators = (recurrence.graph[place].operator for place in reached)
    return {operator.name for operator in operators if isinstance(operator, Leaf) and operator.kind == "weight"}


def eigenvalues(matrix: Floats) -> np.ndarray:
    """Return the complex eigenvalues (n,) of a matrix (n, n), largest modulus first."""
    values = np.linalg.eigvals(matrix).astype(np.complex128)
    return values[np.argsort(-np.abs(values), kind="stable")]


def largest_singular_value(matrix: Floats) -> float:
    """Return σ₁, the 2-norm of a matrix."""
    return float(np.linalg.norm(matrix, 2))
