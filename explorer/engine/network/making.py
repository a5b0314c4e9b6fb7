"""What the parameters of a network are: drawn, stacked by gates where a kernel runs them, and told apart again by name."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine import limits
from explorer.engine.errors import BadNetwork, TooBig
from explorer.engine.floats import Floats
from explorer.engine.names import unknown
from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.network.checks import array_of, expect, matrix_of, vector_of
from explorer.engine.network.drawn import Beginning, drawn
from explorer.engine.network.given import EMBEDDING, FEATURES, Embedding
from explorer.engine.network.initialisation import normal
from explorer.engine.network.layer import ARROWS, BACKWARD, Layer
from explorer.engine.network.piece import DECODER
from explorer.engine.recurrence.kernels.choice import Choice
from explorer.engine.recurrence.readings.step import Step, sized

STACKED = ("U", "W", "b", "b_rec")
READOUT = ("V", "c")
_READOUT_STREAM = 3
_EMBEDDING_STREAM, _FEATURES_STREAM = (zlib.crc32(name.encode()) for name in (EMBEDDING, FEATURES))


def check_size(architecture: Architecture, outputs: int) -> None:
    """Refuse weights that would not fit in memory, before there are any.

    Raises
    ------
    TooBig
        With the largest of them.
    """
    shapes = architecture.weight_shapes() | {"V": (outputs, architecture.outputs), "c": (outputs,)}
    need, limit = 8 * sum(map(prod, shapes.values())), limits.most_bytes()
    if need > limit:
        name = max(shapes, key=lambda one: prod(shapes[one]))
        raise TooBig(
            "The weights would need {need:.1f} GB of memory, more than the {limit:.1f} GB allowed; the largest, {name}, has"
            " the shape {shape}.",
            need=need / 2**30, limit=limit / 2**30, name=name, shape=shapes[name],
        )  # fmt: skip


def random_parameters(
    architecture: Architecture,
    layers: Sequence[Layer],
    decoder: Sequence[Layer],
    embedding: Embedding | None,
    outputs: int,
    seed: int,
) -> dict[str, Floats]:
    """Return seeded random parameters of layers, and of an embedding, that begin as they say.

    Raises
    ------
    TooBig
        If they would not fit in memory.
    """
    check_size(architecture, outputs)
    found = _drawn(layers, architecture.inputs, seed, "")
    if decoder:
        found |= _drawn(decoder, architecture.fed or architecture.inputs, seed, DECODER)
    shapes, n = architecture.weight_shapes(), architecture.outputs
    if FEATURES in shapes:
        found[FEATURES] = layers[0].input_scale * _normal(shapes[FEATURES], seed, _FEATURES_STREAM)
    if embedding is not None and embedding.table is not None:
        found[EMBEDDING] = array_of(EMBEDDING, embedding.table, shapes[EMBEDDING])
    elif embedding is not None:
        found[EMBEDDING] = _normal(shapes[EMBEDDING], seed, _EMBEDDING_STREAM)
    readout = {"V": normal(outputs, n, seed, _READOUT_STREAM) / np.sqrt(n), "c": np.zeros(outputs)}
    return parameters_of(architecture, found) | readout


def _normal(shape: tuple[int, ...], seed: int, stream: int) -> Floats:
    rows, columns = shape
    return normal(rows, columns, seed, stream)


def _drawn(layers: Sequence[Layer], inputs: int, seed: int, prefix: str) -> dict[str, Floats]:
    """Return the weights of layers by name, each half of a layer by itself."""
    found: dict[str, Floats] = {}
    for number, layer in enumerate(layers, start=1):
        step = sized(layer.recurrence, inputs, layer.width)
        for way in layer.directions:
            half = ARROWS[way] if len(layer.directions) > 1 else ""
            # The half that runs backward draws numbers of its own; the other draws those of a layer with no such half.
            label = f"{prefix}{number}{half if way == BACKWARD else ''}"
            weights = _begun(step, layer, seed, label)
            found |= {f"{prefix}{number}{half}/{name}": weight for name, weight in weights.items()}
        inputs = layer_outputs(layer, inputs) * len(layer.directions)
    return found


def _begun(step: Step, layer: Layer, seed: int, label: str) -> dict[str, Floats]:
    """Return the weights of a layer by their own names; of each step by itself where they change, the first as if not."""

    def at(label: str) -> dict[str, Floats]:
        begin = Beginning(
            layer.init, layer.gain, layer.bias, layer.forget_bias, layer.input_scale, seed, label, layer.chrono
        )
        return drawn(step, begin)

    if layer.steps is None:
        return at(label)
    every = [at(label if t == 1 else f"{label}@{t}") for t in range(1, layer.steps + 1)]
    return {name: np.stack([weights[name] for weights in every]) for name in every[0]}


def layer_outputs(layer: Layer, inputs: int) -> int:
    """Return how many numbers one direction of a layer gives out."""
    step = sized(layer.recurrence, inputs, layer.width)
    return step.shapes[step.recurrence.out][0]


def parameters_of(architecture: Architecture, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the weights by name as they are stored: stacked by gates for a network that a kernel runs."""
    if architecture.alone is None:
        return dict(weights)
    return _stacked(architecture.chains[0], architecture.alone, weights)


def _stacked(chain: Chain, choice: Choice, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    blocks: dict[str, dict[int, Floats]] = {}
    for name, (array, number) in choice.places.items():
        blocks.setdefault(array, {})[number] = weights[chain.weights[name]]
    stacked = {array: np.concatenate([some[number] for number in sorted(some)]) for array, some in blocks.items()}
    return {array: stacked.get(array, np.zeros(chain.step.width)) for array in STACKED}


def named_weights(architecture: Architecture, parameters: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the weights by name, as views of the parameters."""
    choice = architecture.alone
    if choice is None:
        return dict(parameters)
    (chain,) = architecture.chains
    n = chain.step.width
    blocks = {
        chain.weights[name]: parameters[array][number * n : number * n + n]
        for name, (array, number) in choice.places.items()
    }
    return blocks | {name: parameters[name] for name in READOUT}


def stacked_parameters(choice: Choice, given: Mapping[str, ArrayLike | None]) -> tuple[int, int, dict[str, Floats]]:
    """Return m, n and the parameters of a network that a kernel runs from its arrays.

    Raises
    ------
    BadNetwork
        If a shape does not fit, or a weight is not finite.
    """
    W, U = matrix_of("W", cast(ArrayLike, given["W"])), matrix_of("U", cast(ArrayLike, given["U"]))
    n, rows = W.shape[1], len(choice.kernel.gates) * W.shape[1]
    expect("W", W, (rows, n))
    V = np.eye(n) if given["V"] is None else matrix_of("V", given["V"])
    expect("U", U, (rows, U.shape[1]))
    expect("V", V, (V.shape[0], n))
    vectors = {name: vector_of(name, given[name], size) for name, size in (("b", rows), ("c", len(V)), ("b_rec", n))}
    return U.shape[1], n, {"U": U, "W": W, "b": vectors["b"], "b_rec": vectors["b_rec"], "V": V, "c": vectors["c"]}


def parameter_shapes(architecture: Architecture, outputs: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parameters of a network with so many outputs, in their order."""
    readout = {"V": (outputs, architecture.outputs), "c": (outputs,)}
    choice = architecture.alone
    if choice is None:
        return architecture.weight_shapes() | readout
    (chain,) = architecture.chains
    own, n = chain.step.weight_shapes(), chain.step.width
    rows = Counter(array for array, _ in choice.places.values())
    rests = {array: own[name][1:] for name, (array, _) in choice.places.items()}
    stacked = {array: (max(1, rows[array]) * n, *rests.get(array, ())) for array in STACKED}
    others = {name: shape for name, shape in architecture.weight_shapes().items() if name == EMBEDDING}
    return stacked | others | readout


def checked_weights(architecture: Architecture, weights: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    """Return weights by name as parameters, copied and checked; V left out reads the last layer itself, c is zero then.

    Raises
    ------
    BadNetwork
        If one is missing or unknown, has a wrong shape, or is not finite.
    """
    shapes = architecture.weight_shapes()
    for name in weights:
        if name not in shapes and name not in READOUT:
            raise unknown("weight", name, (*shapes, *READOUT), BadNetwork)
    for name in shapes:
        if name not in weights:
            raise BadNetwork("The weight {name} is missing.", name=name)
    found = {name: array_of(name, weights[name], shape) for name, shape in shapes.items()}
    n = architecture.outputs
    V = matrix_of("V", weights["V"]) if "V" in weights else np.eye(n)
    expect("V", V, (len(V), n))
    return parameters_of(architecture, found) | {"V": V, "c": vector_of("c", weights.get("c"), len(V))}


def inputs_of(layer: Layer, weights: Mapping[str, ArrayLike], prefix: str = "") -> int:
    """Return m, as the weights of the first layer have it.

    Raises
    ------
    BadNetwork
        If none of them tells.
    """
    if (told := columns_of(EMBEDDING, weights)) is not None:
        return told
    half = ARROWS[layer.directions[0]] if len(layer.directions) > 1 else ""
    # With sizes that no network has, a shape tells where m stands.
    unlikely, steps = 10_007, [] if layer.steps is None else [layer.steps]
    for name, own in sized(layer.recurrence, unlikely, layer.width).weight_shapes().items():
        given, shape = weights.get(f"{prefix}1{half}/{name}"), (*steps, *own)
        if unlikely in own and given is not None and np.ndim(given) == len(shape):
            return int(np.shape(given)[shape.index(unlikely)])
    raise BadNetwork("No weight of the first layer tells how many inputs there are; say it.")


def columns_of(name: str, weights: Mapping[str, ArrayLike]) -> int | None:
    """Return how many columns a matrix has, None if it is not there."""
    return matrix_of(name, weights[name]).shape[1] if name in weights else None
