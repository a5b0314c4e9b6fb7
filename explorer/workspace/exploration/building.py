"""Networks as recipes describe them: from their initial weights or from trained ones, edits made."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from explorer.engine import Input, Network, TooBig
from explorer.engine.errors import BadExploration, BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.given import EMBEDDING, Embedding
from explorer.workspace.exploration.cells import SIMPLE
from explorer.workspace.exploration.exploration import Recipe, replace

MOST_NUMBERS = 2**26
"""Of all weights of a network that is shown: half a gigabyte."""


def build(recipe: Recipe, inputs: int) -> Network:
    """Return the network of ``recipe`` for ``inputs`` input columns; edits of weights that are gone are passed over.

    Raises
    ------
    BadNetwork
        If the trained weights are for another number of inputs or don't fit the recipe.
    TooBig
        If the cell's own sizes make more weights than there is room for.
    """
    _check_numbers(recipe, inputs)
    net = _trained(recipe, inputs) if recipe.trained else _initial(recipe, inputs)
    edited = {edit.matrix for edit in recipe.edits} & set(net.parameters)
    if not edited:
        return net
    arrays = {name: np.array(net.parameters[name]) for name in edited}
    for edit in recipe.edits:
        array = arrays.get(edit.matrix)
        if array is None:
            continue
        # Rows of all steps under one another, where each has weights of its own.
        rows = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array
        place = (edit.row, edit.column)[: rows.ndim]
        if all(map(int.__lt__, place, rows.shape)):
            rows[place] = edit.value
    return net.with_parameters(arrays)


def _check_numbers(recipe: Recipe, inputs: int) -> None:
    numbers = sum(math.prod(shape) for shape in recipe.shapes(inputs).values())
    if numbers > MOST_NUMBERS:
        raise TooBig(
            "The cell {name} with {units} units has {got} weights; at most {most} can be shown: take fewer units.",
            name=recipe.cell_name, units=recipe.hidden, got=numbers, most=MOST_NUMBERS,
        )  # fmt: skip


def _trained(recipe: Recipe, inputs: int) -> Network:
    assert recipe.trained is not None
    weights = recipe.trained.weights
    check_trained(recipe, weights, inputs)
    ordered = {name: weights[name] for name in recipe.shapes(inputs)}
    return Network(recipe.architecture(inputs), recipe.readout, ordered)


def _initial(recipe: Recipe, inputs: int) -> Network:
    network = Network.random(
        layers=[layer.layer for layer in recipe.layers],
        decoder=[layer.layer for layer in recipe.decoder] or None,
        inputs=recipe.embedding or inputs,
        features=len(recipe.features),
        embedding=Embedding(inputs, recipe.embedding_trained) if recipe.embedding else None,
        outputs=recipe.outputs, readout=recipe.readout, seed=recipe.seed,
    )  # fmt: skip
    if recipe.vectors is None:
        return network
    if len(recipe.vectors.words) != inputs:
        raise BadExploration(
            "The vectors of “{file}” are those of {expected} words, and the vocabulary has {got}: choose the file again.",
            file=recipe.vectors.file, expected=len(recipe.vectors.words), got=inputs,
        )  # fmt: skip
    return network.with_parameters({EMBEDDING: recipe.vectors.over(np.array(network.parameters[EMBEDDING]))})


def with_layer_of(network: Network, recipe: Recipe, inputs: int) -> Network:
    """Return the network of ``recipe``, which has the weights of ``network``: they don't depend on the activation."""
    architecture = recipe.architecture(inputs)
    one, other = architecture.alone, network.architecture.alone
    # What a kernel runs has its weights stacked.
    stacked_alike = one is other or (one is not None and other is not None and one.places == other.places)
    return Network(architecture, network.readout, network.parameters) if stacked_alike else build(recipe, inputs)


def initial_state(recipe: Recipe, network: Network) -> Floats | Mapping[str, Floats]:
    """Return s_0 (N,), of several chains by name: the recipe's numbers, then what the equations start from, mostly zeros."""
    chains = network.architecture.chains
    s0 = np.concatenate([chain.step.start() for chain in chains])
    given = recipe.initial_state[: len(s0)]
    s0[: len(given)] = given
    if len(chains) == 1:
        return s0
    ends = np.cumsum([chain.step.N for chain in chains])[:-1]
    return {chain.name: part for chain, part in zip(chains, np.split(s0, ends), strict=True)}


def columns_of(network: Network) -> int:
    """Return how many columns a sequence has that the network reads: with an embedding as many as there are words."""
    embedding = network.architecture.embedding
    return network.inputs if embedding is None else embedding.vocabulary


def given(recipe: Recipe, x: Floats, symbolic: bool) -> Input:
    """Return what the network of ``recipe`` is given of a sequence x (T, m), one-hot where it is ``symbolic``.

    Symbols (T,) may stand for one-hot rows.

    Raises
    ------
    BadExploration
        If the network turns words into vectors, and there are no words.
    """
    if recipe.embedding and not symbolic:
        raise BadExploration(
            "An embedding turns words into vectors, and the sequence has none: take a text, or no embedding."
        )
    seam = min(recipe.seam, len(x)) if recipe.decoder else None
    if x.ndim == 1:
        return Input(x, seam, recipe.features or None, symbols=not recipe.embedding)
    return Input(x.argmax(axis=1) if recipe.embedding else x, seam, recipe.features or None)


def check_trained(recipe: Recipe, weights: Mapping[str, Floats], inputs: int) -> None:
    """Refuse trained ``weights`` that are none of the network of ``recipe`` with so many ``inputs``.

    Raises
    ------
    BadNetwork
        If one has another shape, the number of inputs in its own words.
    """
    reads = inputs_of(recipe, weights)
    if reads not in (None, inputs):
        raise BadNetwork(
            "The trained network reads {expected} inputs, but the sequence has {got}: "
            "feed it what it was trained on, or go back to the initial weights.",
            expected=reads, got=inputs,
        )  # fmt: skip
    shapes = recipe.shapes(inputs)
    if {name: array.shape for name, array in weights.items()} != dict(shapes):
        raise BadNetwork("The trained weights are those of another network.")


def inputs_of(recipe: Recipe, weights: Mapping[str, Floats]) -> int | None:
    """Return how many inputs the network of ``recipe`` with these ``weights`` reads; None where no weight tells."""
    one, two = recipe.shapes(1), recipe.shapes(2)
    for name, shape in one.items():
        if shape != two[name] and name in weights:
            axis = next(i for i, size in enumerate(shape) if size != two[name][i])
            return weights[name].shape[axis] if axis < weights[name].ndim else 0
    return None


def lasting_weights(recipe: Recipe) -> frozenset[str]:
    """Return the names of the parameters whose shapes other inputs and outputs leave as they are."""
    other = replace(recipe, outputs=1 if recipe.outputs > 1 else 2, trained=None, record=None).shapes(2)
    return frozenset(name for name, shape in recipe.shapes(1).items() if other[name] == shape)


def as_simple(recipe: Recipe, activation: str) -> Recipe:
    """Return the recipe of the simple cell that shares everything with ``recipe`` that a simple cell can have."""
    (chain,) = recipe.architecture(1).chains
    if chain.steepest is not None and recipe.recurrence.activation is not None:
        return replace(recipe, activation=activation)
    return replace(recipe, cell=SIMPLE, activation=activation, edits=(), initial_state=(), trained=None)
