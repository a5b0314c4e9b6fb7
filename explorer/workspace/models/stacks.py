"""`Stack`: recurrent layers as a file connects them; each layer in each direction is a `Strand`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.chain import Chain
from explorer.engine.network.layer import ARROWS, BACKWARD, BOTH, FORWARD, Layer
from explorer.engine.network.network import Network
from explorer.workspace.exploration.cells import Cell, told
from explorer.workspace.models.stored import Array

_NONE: Mapping[str, Array] = MappingProxyType({})
_NO_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One recurrent layer in one direction: a cell of ours, and the file's weights by the names in its equations.

    ``cell`` is the name of one that ships, or a text; ``weights`` may be views of the file's arrays, of any type.
    ``origins`` says which arrays of the file each weight comes of, none for one that the file lacks and that is zero.
    ``start`` has the parts of the state that do not start from what the equations say, each (n,). ``most`` is how many steps
    of a sequence are read where the file says so; what comes behind them is passed over.
    """

    name: str
    cell: Cell
    inputs: int
    width: int
    weights: Mapping[str, Array]
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_NAMES)
    activation: str = "tanh"
    backward: bool = False
    start: Mapping[str, Array] = field(default_factory=lambda: _NONE)
    most: int | None = None

    def layer(self, direction: str | None = None) -> Layer:
        """Return the layer of ours, in its own direction if none is said."""
        way = direction or (BACKWARD if self.backward else FORWARD)
        cell = self.cell if isinstance(self.cell, str) else told(self.cell, self.activation).recurrence
        return Layer(cell, self.width, way, activation=self.activation)

    def network(self) -> Network:
        """Return the layer alone, as a network of one chain that reads out the layer's own h.

        Raises
        ------
        BadNetwork
            If a weight has a wrong shape, or is not finite: by the file's name for it.
        """
        return Stack(self.name, ((self,),)).network()


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Layers of which each reads what the one before gives out; a level of two strands reads both ways, forward first.

    ``embedding`` is what the table is called in the file that turns words into what the first layer reads, if it has one.
    """

    name: str
    levels: tuple[tuple[Strand, ...], ...]
    embedding: str | None = None

    @property
    def strands(self) -> Iterator[Strand]:
        """Return all strands, level by level."""
        return (strand for level in self.levels for strand in level)

    @property
    def most(self) -> int | None:
        """Return how many steps of a sequence are read by all layers, None where the file sets no end."""
        return min((strand.most for strand in self.strands if strand.most is not None), default=None)

    def network(self) -> Network:
        """Return the layers as they are connected; the readout gives out the last layer's own h.

        Raises
        ------
        BadNetwork
            If a weight has a wrong shape, or is not finite: by the file's name for it.
        """
        layers = [_layer(level) for level in self.levels]
        weights = {
            f"{place}/{name}": _finite(strand, name, array)
            for place, strand in self.places().items()
            for name, array in strand.weights.items()
        }
        return Network.from_weights(layers=layers, weights=weights, readout="identity", inputs=self.levels[0][0].inputs)

    def places(self) -> dict[str, Strand]:
        """Return the strands by what stands before the names of their weights in the network: "1", "2→", "2←"."""
        found = {}
        for number, level in enumerate(self.levels, start=1):
            for strand in level:
                half = ARROWS[BACKWARD if strand.backward else FORWARD] if len(level) > 1 else ""
                found[f"{number}{half}"] = strand
        return found

    def starts(self) -> dict[str, Floats]:
        """Return s_0 (N,) by chain where the file has one, else nothing: what `Network.forward` takes as s0."""
        if not any(strand.start for strand in self.strands):
            return {}
        return {chain.name: self._start(chain) for chain in self.network().architecture.chains}

    def _start(self, chain: Chain) -> Floats:
        s0, read = chain.step.start(), {name.rpartition("/")[0] for name in chain.weights.values()}
        for place, strand in self.places().items():
            for part, array in strand.start.items() if place in read else ():
                number = place.rstrip("".join(ARROWS.values()))
                s0[chain.step.parts[part if part in chain.step.parts else f"{number}/{part}"]] = array
        return s0


def connected(levels: Sequence[Sequence[Strand]]) -> bool:
    """Return whether each level reads as many numbers as the one before gives out, and both halves of each are alike."""
    for level in levels:
        if len(level) == 2 and not _alike(*level):
            return False
    sizes = [(level[0].inputs, sum(strand.width for strand in level)) for level in levels]
    return all(after[0] == before[1] for before, after in pairwise(sizes))


def _alike(one: Strand, other: Strand) -> bool:
    return (one.cell, one.activation, one.width, one.inputs) == (
        other.cell, other.activation, other.width, other.inputs,
    )  # fmt: skip


def _layer(level: Sequence[Strand]) -> Layer:
    if len(level) > 1 and not _alike(*level):
        raise BadNetwork("The two directions of {name} differ; look at each alone.", name=level[0].name)
    return level[0].layer(BOTH if len(level) > 1 else None)


def _finite(strand: Strand, name: str, array: Array) -> Array:
    """Return a weight itself, refused by the file's own name if an entry is not finite."""
    with np.errstate(all="ignore"):
        # A weight of ours is float64: what that can't hold is not finite in it.
        if np.isfinite(array).all():
            return array
    origin = strand.origins.get(name) or (name,)
    raise BadNetwork("{name} has a value that is not finite.", name=" + ".join(origin))
