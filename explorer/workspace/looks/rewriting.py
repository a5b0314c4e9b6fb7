"""Another cell for the chosen layer while its equations are edited: weights of the same name and shape stay, learnt too."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.engine import Network
from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.engine.looks.plane import WeightPlace as _Place
from explorer.engine.network.making import READOUT, parameters_of
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.cells import Cell
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, replace
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.exploration.structure import with_chosen_changed
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.weight_names import stored


def with_rewritten(exploration: Exploration, cell: Cell) -> Exploration:
    """Return ``exploration`` with another cell in its chosen layer, and with all weights that the new equations still have.

    Raises
    ------
    Refusal
        If the layers would not fit each other.
    """
    after = with_chosen_changed(exploration, cell=cell)
    before = exploration.recipe
    if before.trained is None and not before.edits:
        # Random numbers belong to a weight's name: they stay by themselves.
        return after
    try:
        inputs = feed(exploration.sequence).x.shape[1]
        old, new = build(before, inputs), build(replace(after.recipe, trained=None, edits=(), record=None), inputs)
    except Refusal:
        return after
    if before.trained is None:
        return after.with_recipe(edits=tuple(_moved(before, old, new)))
    return after.with_recipe(trained=Snapshot(step=before.trained.step, tensors=packed(_kept(old, new))), edits=())


def _kept(old: Network, new: Network) -> Mapping[str, Floats]:
    """Return the parameters of ``new`` with the weights of ``old`` that have the same name and shape."""
    weights = {
        name: old.weights[name] if name in old.weights and old.weights[name].shape == own.shape else own
        for name, own in new.weights.items()
    }
    layers = {name: np.array(weight) for name, weight in weights.items() if name not in READOUT}
    made = parameters_of(new.architecture, layers) | {name: np.array(weights[name]) for name in READOUT}
    return {name: made[name] for name in new.parameters}


def _moved(recipe: Recipe, old: Network, new: Network) -> list[Edit]:
    """Return the weights set by hand where they stand now; those of weights that are gone go."""
    before, after, found = stored(old), stored(new), []
    for edit in recipe.edits:
        place = _Place(edit.matrix, edit.row, edit.column)
        name = next((name for name, one in before.items() if one.holds(place)), None)
        if name is not None and name in after and before[name].shape == after[name].shape:
            there = after[name].at(before[name].indices(place))
            if there is not None:
                found.append(Edit(there.matrix, there.row, there.column, edit.value))
    return found
