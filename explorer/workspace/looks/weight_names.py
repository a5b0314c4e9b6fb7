"""What a single weight is called: W[3,5], and b_f[3] as the equations are printed, wherever it is stored."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine import Network
from explorer.engine.errors import BadNetwork, Names
from explorer.engine.floats import Floats
from explorer.engine.looks.plane import WeightPlace
from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.network.making import READOUT, parameter_shapes
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.workspace.exploration.exploration import Recipe

_NAME = re.compile(r"\s*([^\s\[\]]+)\s*(?:\[\s*(\d{1,9}(?:\s*,\s*\d{1,9}){0,2})\s*\])?\s*")


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a weight of some ``shape`` stands: from the row ``first`` on in the parameter ``matrix``."""

    matrix: str
    first: int
    shape: tuple[int, ...]

    def holds(self, weight: WeightPlace) -> bool:
        """Return whether an entry is one of this weight's."""
        row, (rows, columns) = weight.row - self.first, self._rows_and_columns
        return weight.matrix == self.matrix and 0 <= row < rows and 0 <= weight.column < columns

    def indices(self, weight: WeightPlace) -> tuple[int, ...]:
        """Return where in this weight an entry of it stands: the step first where the weight changes at every one."""
        flat = (weight.row - self.first) * self._rows_and_columns[1] + weight.column
        return tuple(int(index) for index in np.unravel_index(flat, self.shape))

    def at(self, indices: tuple[int, ...]) -> WeightPlace | None:
        """Return the entry at ``indices``; those left out are 0. None if there is none."""
        rank = len(self.shape)
        own = (*indices, *(0,) * rank)[:rank]
        if any(indices[rank:]) or any(index >= size for index, size in zip(own, self.shape, strict=True)):
            return None
        flat = int(np.ravel_multi_index(own, self.shape)) if rank else 0
        row, column = divmod(flat, self._rows_and_columns[1])
        return WeightPlace(self.matrix, self.first + row, column)

    @property
    def _rows_and_columns(self) -> tuple[int, int]:
        columns = self.shape[-1] if len(self.shape) > 1 else 1
        return math.prod(self.shape) // columns, columns


def stored(network: Network) -> Mapping[str, Stored]:
    """Return where the weights of ``network`` stand, by their names; a layer that is alone is not named before them."""
    return stored_in(network.architecture, len(network.c))


@lru_cache(maxsize=16)
def stored_in(architecture: Architecture, outputs: int) -> Mapping[str, Stored]:
    """Return where the weights of a network with so many outputs stand, by their names."""
    shapes, choice = parameter_shapes(architecture, outputs), architecture.alone
    readout = {name: Stored(name, 0, shapes[name]) for name in READOUT}
    if choice is not None:
        n, own = architecture.chains[0].step.width, architecture.chains[0].step.weight_shapes()
        blocks = {plain_name(name): Stored(array, i * n, own[name]) for name, (array, i) in choice.places.items()}
        return blocks | readout
    places = architecture.weight_shapes().items()
    return {shown_name(architecture, name): Stored(name, 0, shape) for name, shape in places} | readout


def shown_name(architecture: Architecture, name: str) -> str:
    """Return what a weight of the network is called on the screen, as the formula has it.

    "W₃" for "1/W_3" where one layer is alone, else "W¹₃".
    """
    alone = len(architecture.chains) == len(architecture.layers) == 1 and not architecture.decoder
    short = name.partition("/")[2]
    return plain_name(short if alone and short and short not in READOUT else name)


def name_in_file(recipe: Recipe, architecture: Architecture, shown: str) -> str | None:
    """Return the name that somebody's file has for a weight ``shown`` under another; None where it has none."""
    names = () if recipe.imported is None else recipe.imported.names
    return next((one.called for one in names if shown_name(architecture, one.weight) == shown), None)


def matrices(network: Network, chain: Chain | None = None) -> Mapping[str, Floats]:
    """Return the square matrices that carry a state to the next step, by what they are called; what stands for W is first.

    There are none where states are carried entry by entry. Of a ``chain`` there are its own alone.
    """
    halves = () if chain is None else chain.whole.halves
    own = {name for half in halves for name in half.weights.values()}
    return {
        shown_name(network.architecture, name): matrix
        for name, matrix in network.matrices.items()
        if chain is None or name in own
    }


def weight_name(network: Network, weight: WeightPlace) -> str:
    """Return a weight's name, W[3,5], b_f[3] counted from 0 within its gate; of a matrix of one entry just W."""
    name, place = next((pair for pair in stored(network).items() if pair[1].holds(weight)), (weight.matrix, None))
    if place is None or sum(place.shape) == len(place.shape):
        return name
    return f"{name}[{','.join(map(str, place.indices(weight)))}]"


def find_weight(network: Network, text: str) -> WeightPlace:
    """Return the weight whose name ``text`` is, as `weight_name` gives it or as it is typed in an equation.

    Capitals are as good as small letters where that leaves one; an index left out is 0.

    Raises
    ------
    BadNetwork
        If there is none.
    """
    found, known = _NAME.fullmatch(text), stored(network)
    if found is not None:
        typed = plain_name(found[1])
        alike = [name for name in known if name.lower() == typed.lower()]
        name = typed if typed in known else alike[0] if len(alike) == 1 else None
        indices = tuple(int(index) for index in found[2].split(",")) if found[2] else ()
        weight = known[name].at(indices) if name is not None else None
        if weight is not None:
            return weight
    raise BadNetwork("There is no weight “{text}”; type one like {examples}.", text=text, examples=examples(network))


def examples(network: Network) -> Names:
    """Return the first entry of each weight of ``network``, as a person types it."""
    return Names(_example(name, place) for name, place in stored(network).items())


def _example(name: str, place: Stored) -> str:
    return f"{name}[{','.join('0' for _ in place.shape)}]" if place.shape else name
