"""Networks as recipes describe them: from their initial weights or from trained ones, edits made."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.engine import Network
from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.workspace.exploration.exploration import Recipe, replace


def build(recipe: Recipe, inputs: int) -> Network:
    """Return the network of ``recipe`` for ``inputs`` input columns; edits of weights that are gone are passed over.

    Raises
    ------
    BadNetwork
        If the trained weights are for another number of inputs or don't fit the recipe.
    """
    net = _trained(recipe, inputs) if recipe.trained else _initial(recipe, inputs)
    if not recipe.edits:
        return net
    arrays = {name: np.array(getattr(net, name)) for name in WEIGHTS}
    for edit in recipe.edits:
        array = arrays[edit.matrix]
        if edit.row < len(array) and (array.ndim == 1 or edit.column < array.shape[1]):
            array[edit.row if array.ndim == 1 else (edit.row, edit.column)] = edit.value
    return Network.from_arrays(cell=net.cell, activation=net.activation, readout=net.readout, **arrays)


def _trained(recipe: Recipe, inputs: int) -> Network:
    assert recipe.trained is not None
    weights = recipe.trained.weights
    _check_inputs(weights, inputs)
    if len(weights["b_rec"]) != recipe.hidden:
        raise _foreign()
    return Network.from_arrays(cell=recipe.cell, activation=recipe.activation, readout=recipe.readout, **weights)


def _initial(recipe: Recipe, inputs: int) -> Network:
    return Network.random(
        cell=recipe.cell,
        activation=recipe.activation,
        inputs=inputs,
        hidden=recipe.hidden,
        outputs=recipe.outputs,
        init=recipe.init,
        gain=recipe.gain,
        bias=recipe.bias,
        forget_bias=recipe.forget_bias,
        input_scale=recipe.input_scale,
        readout=recipe.readout,
        seed=recipe.seed,
    )


def initial_state(recipe: Recipe, width: int) -> Floats:
    """Return s_0 (N,): the recipe's numbers, then zeros."""
    s0 = np.zeros(width)
    given = recipe.initial_state[:width]
    s0[: len(given)] = given
    return s0


def check_trained(recipe: Recipe, weights: Mapping[str, Floats], inputs: int) -> None:
    """Refuse trained ``weights`` that are none of the network of ``recipe`` with so many ``inputs``.

    Raises
    ------
    BadNetwork
        If one has another shape, the number of inputs in its own words.
    """
    _check_inputs(weights, inputs)
    shapes = shapes_of(recipe, inputs)
    if any(weights[name].shape != shapes[name] for name in WEIGHTS):
        raise _foreign()


def _check_inputs(weights: Mapping[str, Floats], inputs: int) -> None:
    reads = weights["U"].shape[-1:]
    if reads != (inputs,):
        raise BadNetwork(
            "The trained network reads {expected} inputs, but the sequence has {got}: "
            "feed it what it was trained on, or go back to the initial weights.",
            expected=reads[0] if reads else 0, got=inputs,
        )  # fmt: skip


def _foreign() -> BadNetwork:
    return BadNetwork("The trained weights are those of another network.")


def shapes_of(recipe: Recipe, inputs: int) -> Mapping[str, tuple[int, ...]]:
    """Return the shapes of the weights of the network of ``recipe`` with so many ``inputs``."""
    n, p, gates = recipe.hidden, recipe.outputs, len(KERNELS[recipe.cell].gates)
    return {"U": (gates * n, inputs), "W": (gates * n, n), "b": (gates * n,), "V": (p, n), "c": (p,), "b_rec": (n,)}


def as_simple(recipe: Recipe, activation: str) -> Recipe:
    """Return the recipe of the simple cell that shares everything with ``recipe`` that a simple cell can have."""
    if recipe.cell == "rnn":
        return replace(recipe, activation=activation)
    return replace(recipe, cell="rnn", activation=activation, edits=(), initial_state=(), trained=None)
