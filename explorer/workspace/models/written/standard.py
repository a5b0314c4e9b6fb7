"""The layers that other frameworks have too: simple cells, LSTMs and GRUs, with their weights gate by gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.layer import ARROWS, BACKWARD, BOTH, FORWARD, Layer
from explorer.engine.network.network import Network
from explorer.engine.recurrence.kernels.choice import choice

Gates = Mapping[str, Floats]
"""An array for each gate, by its letter in the kernel; "" is the one of a simple cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """One layer in one direction: its ``kernel`` by name, its ``activation``, and its weights by gate."""

    kernel: str
    activation: str
    backward: bool
    width: int
    inputs: int
    U: Gates
    W: Gates
    b: Gates
    b_rec: Gates


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One layer: its one or two halves, forward first, and whether it adds what it reads."""

    halves: tuple[Half, ...]
    residual: bool


def levels_of(network: Network, whose: str) -> tuple[Level, ...]:
    """Return the layers of ``network``.

    Raises
    ------
    BadNetwork
        If ``whose`` framework has no such layer.
    """
    architecture = network.architecture
    if architecture.decoder or architecture.features or architecture.embedding is not None:
        raise BadNetwork("{whose} has no layer for a decoder, an embedding or features.", whose=whose)
    return tuple(_level(network, number, layer, whose) for number, layer in enumerate(architecture.layers, start=1))


def _level(network: Network, number: int, layer: Layer, whose: str) -> Level:
    ways = (FORWARD, BACKWARD) if layer.direction == BOTH else (layer.direction,)
    names = [f"{number}{ARROWS[way] if layer.direction == BOTH else ''}/" for way in ways]
    halves = (_half(network, layer, way, name, whose) for way, name in zip(ways, names, strict=True))
    return Level(tuple(halves), layer.skip is not None)


def _half(network: Network, layer: Layer, way: str, prefix: str, whose: str) -> Half:
    found = choice(layer.recurrence)
    if found is None or layer.steps is not None:
        raise BadNetwork(
            "{whose} has no layer of the equations of {cell}; a module in Python, .py, has them.",
            whose=whose, cell=layer.recurrence.name,
        )  # fmt: skip
    arrays: dict[str, dict[str, Floats]] = {"U": {}, "W": {}, "b": {}, "b_rec": {}}
    for name, (array, gate) in found.places.items():
        arrays[array]["" if len(found.kernel.gates) == 1 else found.kernel.gates[gate]] = network.weights[prefix + name]
    U = next(iter(arrays["U"].values()))
    return Half(
        found.kernel.name, found.activation, way == BACKWARD, layer.width, U.shape[1],
        arrays["U"], arrays["W"], arrays["b"], arrays["b_rec"],
    )  # fmt: skip


def stacked(gates: Gates, order: str, zero: tuple[int, ...]) -> Floats:
    """Return the arrays of the gates in ``order``, one below the other; zeros of the shape ``zero`` where there is none."""
    return np.concatenate([gates.get(gate, np.zeros(zero)) for gate in order or ("",)])
