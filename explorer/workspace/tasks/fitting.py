"""What a task needs of a network besides its inputs and outputs, and what its text does not say of the one that is there."""

from __future__ import annotations

import itertools

import numpy as np

from explorer.engine.network.given import as_input
from explorer.engine.network.layer import FORWARD
from explorer.workspace.exploration.exploration import Exploration, Recipe, Text, replace
from explorer.workspace.exploration.layers import LayerRecipe, alone
from explorer.workspace.exploration.recipe import changed, with_layers
from explorer.workspace.feed.sequences import steps_of
from explorer.workspace.tasks.dataset import Dataset
from explorer.workspace.words.sentence import Sentence


def fitted(recipe: Recipe, learnt: Dataset) -> Recipe:
    """Return ``recipe`` as it can learn the task: what it is made of stays, as far as the examples have it.

    A decoder takes over where the examples do, weights of its own reach over the longest of them, features are as many as
    each has beside it, and numbers are no words that an embedding could turn into vectors.
    """
    changes: dict[str, object] = {}
    if learnt.seam and recipe.decoder:
        changes["seam"] = learnt.seam
    if recipe.embedding and not isinstance(learnt.shown, Text):
        changes |= {"embedding": 0, "vectors": None}
    if learnt.features and recipe.features and len(recipe.features) != len(learnt.features):
        changes["features"] = _first(learnt)
    found = changed(recipe, **changes) if changes else recipe
    return _with_steps(found, learnt) if any(layer.own_steps for layer in found.every_layer) else found


def with_network_fitted(exploration: Exploration, learnt: Dataset) -> Exploration:
    """Return ``exploration`` whose networks are `fitted`, and the active one has the features that the task tells it by."""
    networks = [fitted(recipe, learnt) for recipe in exploration.networks]
    if learnt.features and not exploration.recipe.features:
        networks[exploration.active] = changed(networks[exploration.active], features=_first(learnt))
    return replace(exploration, networks=tuple(networks))


def misfits(recipe: Recipe, learnt: Dataset) -> tuple[Sentence, ...]:
    """Return what `with_network_fitted` would mend of a network that the task was not chosen for."""
    found = []
    if learnt.seam and recipe.decoder and recipe.seam != learnt.seam:
        values = {"got": recipe.seam, "expected": learnt.seam}
        found.append(
            Sentence(
                "This network's seam is after {got} steps; the examples go over from reading to saying after {expected}.",
                values,
            )
        )
    if learnt.features and not recipe.features:
        found.append(Sentence("This network reads no features."))
    return tuple(found)


def remarks(recipe: Recipe, learnt: Dataset) -> tuple[Sentence, ...]:
    """Return what must be known of this network beside the text of the task, and is no fault that could be mended."""
    found = []
    if learnt.seam and not recipe.decoder:
        found.append(Sentence("This network has no decoder: the layers that read go on to say."))
    if learnt.ahead and any(layer.direction != FORWARD for layer in recipe.every_layer):
        found.append(
            Sentence(
                "A layer of this network reads from the end: what is asked for at a step, it has read at the next one."
            )
        )
    return tuple(found)


def _with_steps(recipe: Recipe, learnt: Dataset) -> Recipe:
    inputs = itertools.chain(learnt.seen.inputs, learnt.held_out.inputs)
    longest = max((len(np.asarray(as_input(one).x)) for one in inputs), default=0)
    longest = max(longest, steps_of(learnt.shown))
    return with_layers(recipe, *(_longer(half, longest) for half in (recipe.layers, recipe.decoder)))


def _longer(layers: tuple[LayerRecipe, ...], steps: int) -> list[LayerRecipe]:
    """Return ``layers`` whose weights, where each step has its own, reach over so many steps."""
    return [replace(one, own_steps=max(one.own_steps, steps)) if one.own_steps else one for one in map(alone, layers)]


def _first(learnt: Dataset) -> tuple[float, ...]:
    return tuple(float(i == 0) for i in range(len(learnt.features)))
