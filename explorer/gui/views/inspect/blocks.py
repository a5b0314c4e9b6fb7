"""The weights as a person sees and edits them: which of them is shown, and how edits are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine import Network
from explorer.engine.floats import Floats
from explorer.engine.network.chain import Architecture, architecture_of
from explorer.engine.network.families import families, weights
from explorer.engine.recurrence.weights.roles import RECURRENT
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe
from explorer.workspace.looks.weight_names import Stored, name_in_file, stored, stored_in
from explorer.workspace.words.numbers import signed

SHAPES = ("gaussian", "orthogonal", "identity", "rotation", "shift")
"""The initialisations that the gallery offers."""

Place = tuple[int, int]
_ORDER = ("W", "U", "V", "b", "c")
_TOGETHER = {"b_rec": "b"}


def kinds(network: Network) -> Mapping[str, tuple[str, ...]]:
    """Return the weights by name, those together that do the same: W carries the state, U takes in, b is added …"""
    return _kinds(network.architecture, len(network.c))


@lru_cache(maxsize=16)
def _kinds(architecture: Architecture, outputs: int) -> Mapping[str, tuple[str, ...]]:
    family, found = families(architecture), dict[str, list[str]]()
    for name, place in stored_in(architecture, outputs).items():
        kind = family.get(place.matrix, place.matrix)
        found.setdefault(_TOGETHER.get(kind, kind), []).append(name)
    order = [kind for kind in _ORDER if kind in found] + [kind for kind in found if kind not in _ORDER]
    return {kind: tuple(found[kind]) for kind in order}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One weight by its ``name``: a matrix, or a vector or a number, which is shown as one row.

    values (rows, columns) are what is shown; ``stored`` says where they stand, ``origin`` what the weight is called in the
    file that the network was in.
    """

    name: str
    values: Floats
    stored: Stored
    origin: str | None = None

    @classmethod
    def of(cls, network: Network, name: str, recipe: Recipe | None = None) -> Sheet:
        """Return the sheet of a weight of the network that a ``recipe`` made."""
        place = stored(network)[name]
        whole = network.parameters[place.matrix]
        block = whole[place.first : place.first + place.shape[0]] if place.shape else whole
        origin = None if recipe is None else name_in_file(recipe, network.architecture, name)
        return cls(name, block if block.ndim == 2 else block.reshape(1, -1), place, origin)

    def in_file(self) -> str:
        """Return what the weight is called in the file that the network was in, in words; "" where it was in none."""
        return "" if self.origin is None else tr("in the file: {name}").format(name=self.origin)

    @property
    def vector(self) -> bool:
        """Return whether it is no matrix."""
        return len(self.stored.shape) < 2

    def place(self, shown: Place) -> Place:
        """Return (row, column) in what is stored of what is shown at ``shown``; a vector's column is 0."""
        row, column = shown
        return (self.stored.first + column, 0) if self.vector else (self.stored.first + row, column)

    def entry(self, shown: Place) -> str:
        """Return an entry's name, W[3,5] or b_f[3], counted from 0 within its gate; of a single number that of all."""
        if not self.stored.shape:
            return self.name
        return f"{self.name}[{shown[1]}]" if self.vector else f"{self.name}[{shown[0]},{shown[1]}]"

    def shown(self, edit: Edit) -> Place | None:
        """Return where ``edit`` is shown, None where it isn't."""
        if edit.matrix != self.stored.matrix:
            return None
        rows, columns = self.values.shape
        row = edit.row - self.stored.first
        row, column = (0, row) if self.vector else (row, edit.column)
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def ends(self) -> str:
        """Return the least and the largest value, in words."""
        low, high = (signed(float(end), 4) for end in (self.values.min(), self.values.max()))
        return tr("{name}: from {low} to {high}").format(name=self.name, low=low, high=high)

    def largest(self) -> float:
        """Return the largest absolute value."""
        return float(np.abs(self.values).max(initial=0.0))


def with_weight(exploration: Exploration, matrix: str, place: Place, value: float | None) -> Exploration:
    """Return ``exploration`` with one weight of the active network set, or given back to the recipe for None."""
    row, column = place
    kept = [e for e in exploration.recipe.edits if (e.matrix, e.row, e.column) != (matrix, row, column)]
    if value is not None:
        kept.append(Edit(matrix, row, column, float(value)))
    return exploration.with_recipe(edits=tuple(kept))


def without_edits(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with all weights as the recipe makes them."""
    return exploration.with_recipe(edits=())


def shaped(recipe: Recipe) -> frozenset[str]:
    """Return the parameters that begin in the shape that the recipe says: none where the cell has a word of its own."""
    architecture = architecture_of([recipe.layer], 1)
    if architecture.alone is not None:
        return frozenset({"W"})
    found = weights(architecture).items()
    return frozenset(name for name, one in found if one.role == RECURRENT and one.start is None and one.fixed is None)


def with_shape(exploration: Exploration, init: str) -> Exploration:
    """Return ``exploration`` with W made anew in the shape ``init``; edits of other matrices stay."""
    made = shaped(exploration.recipe)
    edits = tuple(e for e in exploration.recipe.edits if e.matrix not in made)
    return exploration.with_recipe(init=init, edits=edits)
