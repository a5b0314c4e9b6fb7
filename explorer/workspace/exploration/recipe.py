"""`Recipe`: how one network is made, as a frozen value."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from explorer.engine.errors import BadExploration
from explorer.engine.network.chain import Architecture, architecture_of
from explorer.engine.network.given import Embedding
from explorer.engine.network.making import parameter_shapes
from explorer.engine.network.readouts import READOUTS
from explorer.workspace.exploration.cells import MOST_NAME
from explorer.workspace.exploration.checks import check_range, finite, one_of
from explorer.workspace.exploration.imported import Imported
from explorer.workspace.exploration.layers import (
    GAIN_RANGE,
    MOST_CONSTANTS,
    MOST_MEMORY,
    MOST_UNITS,
    LayerRecipe,
    Setting,
    alone,
    begun_with,
    of_layer,
)
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.exploration.vectors import Vectors

__all__ = ["GAIN_RANGE", "MOST_CONSTANTS", "MOST_MEMORY", "MOST_UNITS", "Edit", "LayerRecipe", "Recipe", "Setting"]

MOST_LAYERS = 64
"""Of an encoder, and as many of a decoder."""
MOST_FEATURES = 1000
MOST_SYMBOLS = 10_000
"""Of a vocabulary that is learnt, and so outputs of a network."""
MOST_WEIGHTS = 670_000
"""Of a network that learns a vocabulary: what must stay of its training fits into a file then."""
MOST_EDITS = 10_000
MOST_STATE = 2**16
_MOST_STEPS = 2000
MOST_TITLE = 60
OWN = frozenset({"trained", "record", "imported", "title"})
"""What a training or a file gives a network, and what it is called: its own, whatever it has in common with others."""


class Edit(NamedTuple):
    """One weight set by hand: ``matrix`` is one of `Network.parameters`; a vector's column is 0, a number's row too."""

    matrix: Annotated[str, Meta(max_length=MOST_NAME)]
    row: int
    column: int
    value: float


class Recipe(LayerRecipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one network is made: the same recipe always gives the same weights.

    The fields of a layer are those of the first one; ``above`` are the others. The number of inputs is not part of it: it
    follows from the sequence. Where there is a ``decoder`` its layers take over after ``seam`` steps. Words are turned into
    vectors of ``embedding`` numbers, 0 for none, which training moves if they are ``embedding_trained``, and which start as
    the ``vectors`` of a file where there are some; ``features`` are
    numbers of the whole sequence that the first layer reads beside each x_t.
    ``initial_state`` is s_0, one chain's after the other's, padded with zeros to the width of the state. ``trained`` are
    weights that were learnt; they stand in the place of the initial ones, and edits by hand are made on them; they are one
    moment of the ``record``. ``imported`` says which file of another framework they are from, or what they were learnt on
    from. ``title`` is what a person calls the network, "" what it is called by itself.
    """

    above: tuple[LayerRecipe, ...] = ()
    decoder: tuple[LayerRecipe, ...] = ()
    seam: Annotated[int, Meta(ge=0, le=_MOST_STEPS)] = 0
    embedding: Annotated[int, Meta(ge=0, le=MOST_UNITS)] = 0
    embedding_trained: bool = True
    vectors: Vectors | None = None
    features: tuple[float, ...] = ()
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 2
    readout: str = "softmax"
    outputs: Annotated[int, Meta(ge=1, le=MOST_SYMBOLS)] = 3
    edits: tuple[Edit, ...] = ()
    initial_state: tuple[float, ...] = ()
    title: Annotated[str, Meta(max_length=MOST_TITLE)] = ""
    trained: Snapshot | None = None
    record: Record | None = None
    imported: Imported | None = None

    def __post_init__(self) -> None:
        LayerRecipe.__post_init__(self)
        one_of("readout", self.readout, READOUTS)
        check_range("layers", len(self.layers), 1, MOST_LAYERS)
        check_range("layers of the decoder", len(self.decoder), 0, MOST_LAYERS)
        check_range("steps of the encoder", self.seam, 0, _MOST_STEPS)
        check_range("numbers of a word's vector", self.embedding, 0, MOST_UNITS)
        if self.vectors is not None and self.vectors.width != self.embedding:
            raise BadExploration("The vectors of the words are not those of the embedding: choose their file again.")
        check_range("features", len(self.features), 0, MOST_FEATURES)
        check_range("outputs", self.outputs, 1, MOST_SYMBOLS)
        check_range("seed", self.seed, 0, 2**32 - 1)
        check_range("weights set by hand", len(self.edits), 0, MOST_EDITS)
        check_range("numbers of the initial state", len(self.initial_state), 0, MOST_STATE)
        for value in (*self.initial_state, *(edit.value for edit in self.edits)):
            finite("a weight or an initial state", value)
        for value in self.features:
            finite("a feature", value)
        # NumPy would take a negative index for one from the end.
        if any(edit.row < 0 or edit.column < 0 for edit in self.edits):
            raise BadExploration("The row and the column of a weight are counted from 0, not below.")

    @property
    def layers(self) -> tuple[LayerRecipe, ...]:
        """Return the layers, the encoder's where there is a decoder; the first is the recipe itself."""
        return (self, *self.above)

    @property
    def every_layer(self) -> tuple[LayerRecipe, ...]:
        """Return the layers, and those of the decoder after them."""
        return (*self.layers, *self.decoder)

    @property
    def single(self) -> bool:
        """Return whether one layer that runs forward is all there is: the network that a kernel may run."""
        plain = self.direction == "forward" and not (self.skip or self.own_steps)
        return plain and not (self.above or self.decoder or self.embedding or self.features)

    def architecture(self, inputs: int) -> Architecture:
        """Return the architecture of the network if the sequence has so many columns.

        Raises
        ------
        BadNetwork
            If the layers don't fit each other.
        """
        embedding = Embedding(inputs, self.embedding_trained) if self.embedding else None
        return architecture_of(
            [layer.layer for layer in self.layers],
            self.embedding or inputs,
            [layer.layer for layer in self.decoder] or None,
            features=len(self.features),
            embedding=embedding,
        )

    def shapes(self, inputs: int) -> Mapping[str, tuple[int, ...]]:
        """Return the shapes of its parameters by name."""
        return parameter_shapes(self.architecture(inputs), self.outputs)

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return sum(chain.step.N for chain in self.architecture(1).chains)


def check_weights(recipe: Recipe, inputs: int, symbolic: bool) -> None:
    """Refuse a network that learns from so many inputs, a vocabulary's where they are ``symbolic``, more than can be kept.

    Raises
    ------
    BadExploration
        With the number of its weights.
    """
    weights = weights_of(recipe, inputs)
    # A longer vocabulary is none of a task: it is looked at, and no training of it is kept.
    if weights <= MOST_WEIGHTS or (symbolic and inputs > MOST_SYMBOLS):
        return
    if symbolic:
        raise BadExploration(
            "{units} units over a vocabulary of {symbols} make {got} weights; at most {most} can be learnt and kept: take "
            "fewer units.",
            units=recipe.hidden, symbols=inputs, got=weights, most=MOST_WEIGHTS,
        )  # fmt: skip
    raise BadExploration(
        "{units} units make {got} weights; at most {most} can be learnt and kept: take fewer units, or a sequence without "
        "a task.",
        units=recipe.hidden, got=weights, most=MOST_WEIGHTS,
    )  # fmt: skip


def weights_of(recipe: Recipe, inputs: int) -> int:
    """Return how many entries the matrices of a network have that reads so many inputs."""
    return sum(math.prod(shape) for shape in recipe.shapes(inputs).values() if len(shape) > 1)


def first_weights(recipe: Recipe) -> tuple[object, ...]:
    """Return what the initial weights, or their shapes, follow from."""
    made = tuple(layer.begun() for layer in recipe.layers), tuple(layer.begun() for layer in recipe.decoder)
    return *made, recipe.embedding, recipe.vectors, len(recipe.features), recipe.seed, recipe.outputs


def changed(recipe: Recipe, **changes: Any) -> Recipe:
    """Return ``recipe`` with some fields changed, untrained where its initial weights become others.

    Raises
    ------
    BadNetwork
        If its layers would not fit each other.
    """
    changes = begun_with(changes)
    if changes.get("embedding", recipe.embedding) != recipe.embedding:
        # Vectors of another size are drawn.
        changes = {"vectors": None, **changes}
    found = msgspec.structs.replace(recipe, **changes)
    if found.above or found.decoder:
        # What does not fit is refused where it was changed.
        found.architecture(1)
    if "trained" in changes or first_weights(found) == first_weights(recipe):
        return found
    return msgspec.structs.replace(found, trained=None, record=None, imported=None)


def with_layer(recipe: Recipe, number: int, **changes: Any) -> Recipe:
    """Return ``recipe`` with some fields of a layer changed, counted from 0, the decoder's after the others."""
    if number == 0:
        return changed(recipe, **changes)
    layers = list(recipe.every_layer)
    layers[number] = msgspec.structs.replace(layers[number], **begun_with(changes))
    count = len(recipe.layers)
    return changed(recipe, above=tuple(layers[1:count]), decoder=tuple(layers[count:]))


def with_layers(recipe: Recipe, layers: Sequence[LayerRecipe], decoder: Sequence[LayerRecipe] | None = None) -> Recipe:
    """Return ``recipe`` made of other layers; the decoder's stay where none are given."""
    first, *above = map(alone, layers)
    after = recipe.decoder if decoder is None else tuple(map(alone, decoder))
    return changed(recipe, **of_layer(first), above=tuple(above), decoder=after)
