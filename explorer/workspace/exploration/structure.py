"""What a person does to the structure of a network: layers are added, removed and moved, a decoder follows, steps part.

Layers are counted from 0, the decoder's after the others. An encoder and its decoder have one state, so that what is done to
a layer of the one is done to the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.engine.errors import BadExploration
from explorer.engine.network.making import layer_outputs
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, replace
from explorer.workspace.exploration.layers import alone
from explorer.workspace.exploration.recipe import changed, with_layers

SHARED_OVER_THE_SEAM = ("cell", "hidden")
"""What must be the same of a layer of the encoder and of the decoder's: it makes their state."""


def with_layer_chosen(exploration: Exploration, number: int) -> Exploration:
    """Return ``exploration`` with another layer as the one that is changed."""
    return exploration.with_selection(layer=number)


def with_chosen_changed(exploration: Exploration, **changes: Any) -> Exploration:
    """Return ``exploration`` with the chosen layer changed, and what makes its state in the other half, too.

    Raises
    ------
    Refusal
        If the layers would not fit each other.
    """
    recipe, shared = exploration.recipe, {name for name in changes if name in SHARED_OVER_THE_SEAM}
    if not recipe.decoder or not shared:
        return exploration.with_layer(**changes)
    number = _chosen(exploration)
    other = _across(recipe, number)
    layers = [alone(layer) for layer in recipe.every_layer]
    layers[number] = replace(layers[number], **changes)
    layers[other] = replace(layers[other], **{name: changes[name] for name in shared})
    found = with_layers(recipe, layers[: len(recipe.layers)], layers[len(recipe.layers) :])
    return _with_recipe(exploration, found, number)


def with_layer_added(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with a new layer above all others: forward, of the cell and the width of the chosen one."""
    chosen = replace(alone(exploration.layer), skip=False)
    if exploration.recipe.decoder or chosen.direction == "backward":
        chosen = replace(chosen, direction="forward")
    return _inserted(exploration, len(exploration.recipe.layers), chosen)


def with_layer_copied(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with a copy of the chosen layer above it."""
    return _inserted(exploration, _place(exploration) + 1, alone(exploration.layer))


def without_layer(exploration: Exploration) -> Exploration:
    """Return ``exploration`` without the chosen layer.

    Raises
    ------
    BadExploration
        If it is the only one.
    """
    recipe, place = exploration.recipe, _place(exploration)
    if len(recipe.layers) == 1:
        raise BadExploration("A network needs at least one layer.")
    halves = [[layer for i, layer in enumerate(half) if i != place] for half in (recipe.layers, recipe.decoder)]
    found = with_layers(recipe, *halves)
    return _with_recipe(exploration, found, max(0, place - 1))


def with_layer_moved(exploration: Exploration, number: int, to: int) -> Exploration:
    """Return ``exploration`` with the layer ``number`` where the layer ``to`` stands, in both halves; it is chosen then."""
    recipe = exploration.recipe
    count = len(recipe.layers)
    one, other = number % count, to % count
    found = with_layers(recipe, *(_moved(half, one, other) for half in (recipe.layers, recipe.decoder)))
    return _with_recipe(exploration, found, other + (count if number >= count else 0))


def with_decoder(exploration: Exploration, wanted: bool, steps: int) -> Exploration:
    """Return ``exploration`` with a decoder like its layers, which takes over after ``steps`` steps, or with none.

    Raises
    ------
    BadNetwork
        If a layer reads backward.
    """
    recipe = exploration.recipe
    layers = [replace(alone(layer), own_steps=0) for layer in recipe.layers]
    found = with_layers(recipe, layers, layers) if wanted else with_layers(recipe, recipe.layers, ())
    return _with_recipe(exploration, changed(found, seam=steps if wanted else 0), 0)


def with_own_steps(exploration: Exploration, steps: int) -> Exploration:
    """Return ``exploration`` whose layers have weights of their own at each of so many steps; 0: all steps share them."""
    recipe = exploration.recipe
    layers = [replace(alone(layer), own_steps=steps) for layer in recipe.layers]
    return _with_recipe(exploration, with_layers(recipe, layers), _chosen(exploration))


def read_by(exploration: Exploration, columns: int) -> int:
    """Return how many numbers the chosen layer reads at a step of a sequence of so many ``columns``."""
    recipe, place = exploration.recipe, _place(exploration)
    if place == 0:
        return (recipe.embedding or columns) + len(recipe.features)
    inputs = recipe.embedding or columns
    for layer in recipe.layers[:place]:
        made = layer.layer
        inputs = layer_outputs(made, inputs) * len(made.directions)
    return inputs


def _inserted(exploration: Exploration, place: int, layer: LayerRecipe) -> Exploration:
    recipe, made = exploration.recipe, []
    for half in (recipe.layers, recipe.decoder):
        layers = [alone(one) for one in half]
        if layers:
            layers.insert(place, layer)
        made.append(layers)
    return _with_recipe(exploration, with_layers(recipe, *made), place)


def _moved(layers: Sequence[LayerRecipe], one: int, to: int) -> list[LayerRecipe]:
    found = [alone(layer) for layer in layers]
    if found:
        found.insert(to, found.pop(one))
    return found


def _across(recipe: Recipe, number: int) -> int:
    """Return the number of the layer with the same place in the other half."""
    count = len(recipe.layers)
    return number + count if number < count else number - count


def _chosen(exploration: Exploration) -> int:
    return min(exploration.selection.layer, len(exploration.recipe.every_layer) - 1)


def _place(exploration: Exploration) -> int:
    """Return the place of the chosen layer in its half."""
    return _chosen(exploration) % len(exploration.recipe.layers)


def _with_recipe(exploration: Exploration, recipe: Recipe, chosen: int) -> Exploration:
    before = exploration.recipe
    changes = {name: getattr(recipe, name) for name in Recipe.__struct_fields__}
    changes = {name: value for name, value in changes.items() if value != getattr(before, name)}
    return exploration.with_recipe(**changes).with_selection(layer=chosen)
