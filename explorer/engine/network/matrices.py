"""The recurrent matrices of a network: those that carry a state to the next step, and how large they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import STEP, Contraction, Leaf, Sum, ancestors
from explorer.engine.recurrence.readings.curves import curve
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.recurrence import Recurrence

if TYPE_CHECKING:
    from explorer.engine.network.chain import Chain


@lru_cache(maxsize=64)
def recurrent_matrices(chains: tuple[Chain, ...], first: str | None) -> tuple[str, ...]:
    """Return the names of the square matrices by which a state is multiplied on its way to the next one.

    The one that the file of the first layer's cell says stands for W, there called ``first``, comes first, or else those of
    its candidates; then as they are read. A matrix that only reads the state out carries nothing; nor is one told of that
    changes at every step.
    """
    found: list[str] = []
    for chain in chains:
        for piece in chain.pieces:
            for half in piece.halves:
                own = [name for name in _carrying(half.step.recurrence) if name not in half.steps]
                found += (half.weights[name] for name in own if half.weights[name] not in found)
    standing = _names_of(chains[0], [first] if first is not None else _candidates(chains[0]))
    return tuple(sorted(found, key=lambda name: name not in standing))


def _names_of(chain: Chain, own: Iterable[str]) -> set[str]:
    """Return what weights of the first layer are called in the network."""
    weights = chain.pieces[0].weights
    return {weights[name] for one in own for name in (one, f"1/{one}") if name in weights}


def _candidates(chain: Chain) -> list[str]:
    """Return the weights that make what is put into a state, not how much of it: their function leaves 0..1.

    A gate's value is a share, that of a candidate is none. One of both signs says so best: an exponential gate has no
    upper bound, the logarithm of a gate no value above zero. The nearest matrices alone count: those of a gate that stands
    inside the net input are the gate's.
    """
    recurrence = chain.pieces[0].halves[0].step.recurrence
    found = [(gate, curve(gate.function).bounds) for gate in gates(recurrence)]
    signed = [gate for gate, bounds in found if bounds.low < 0.0 < bounds.high]
    some = signed or [gate for gate, bounds in found if bounds.high > 1.0]
    return [name for gate in some for name in sorted(_multiplying(recurrence, gate.node))]


def _multiplying(recurrence: Recurrence, place: int) -> set[str]:
    """Return the weights whose products are summed and scaled into a node, with no function between."""
    node = recurrence.graph[place]
    if isinstance(node.operator, Leaf):
        return {node.operator.name} if node.operator.kind == "weight" else set()
    inner = node.args if isinstance(node.operator, (Sum, Contraction)) else ()
    return {name for arg in inner for name in _multiplying(recurrence, arg)}


def _carrying(recurrence: Recurrence) -> Iterator[str]:
    """Yield the square matrices that the next states are made with; one that stands within another is none, as A in e^A."""
    multiplying = set(_multiplying_a_state(recurrence))
    for weight in recurrence.weights:
        square = len(weight.shape) == 2 and weight.shape[0] == weight.shape[1]
        if square and weight.name in multiplying:
            yield weight.name


def _multiplying_a_state(recurrence: Recurrence) -> Iterator[str]:
    """Yield the weights that multiply, as they stand, what depends on a state, on its way to the next states."""
    graph = recurrence.graph
    for place in ancestors(graph, recurrence.next):
        node = graph[place]
        if isinstance(node.operator, Contraction) and node.operator.summed and node.stage == STEP:
            leaves = (graph[arg].operator for arg in node.args)
            yield from (leaf.name for leaf in leaves if isinstance(leaf, Leaf) and leaf.kind == "weight")


def eigenvalues(matrix: Floats) -> np.ndarray:
    """Return the complex eigenvalues (n,) of a matrix (n, n), largest modulus first."""
    values = np.linalg.eigvals(matrix).astype(np.complex128)
    return values[np.argsort(-np.abs(values), kind="stable")]


def largest_singular_value(matrix: Floats) -> float:
    """Return σ₁, the 2-norm of a matrix."""
    return float(np.linalg.norm(matrix, 2))
