"""`Recipe`: how one network is made, as a frozen value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.engine.network.chain import Architecture, architecture_of
from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.network.layer import Layer
from explorer.engine.network.making import parameter_shapes
from explorer.engine.network.readouts import READOUTS
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.workspace.exploration.cells import MOST_NAME, SIMPLE, Cell, name_of, settled, told
from explorer.workspace.exploration.checks import check_range, finite, one_of
from explorer.workspace.exploration.imported import Imported
from explorer.workspace.exploration.record import Record, Snapshot

MOST_UNITS = 2048
MOST_SYMBOLS = 1000
"""Of a vocabulary that is learnt, and so outputs of a network."""
MOST_WEIGHTS = 670_000
"""Of a network that learns a vocabulary: what must stay of its training fits into a file then."""
MOST_EDITS = 10_000
MOST_CONSTANTS = 200
MOST_STATE = 2**16
MOST_MEMORY = 1_000_000
MOST_TITLE = 60
GAIN_RANGE = (0.0, 50.0)
OWN = frozenset({"trained", "record", "imported", "title"})
"""What a training or a file gives a network, and what it is called: its own, whatever it has in common with others."""
_FIRST = ("cell", "hidden", "init", "gain", "bias", "forget_bias", "input_scale", "seed", "outputs", "chrono")


class Edit(NamedTuple):
    """One weight set by hand: ``matrix`` is one of `Network.parameters`; a vector's column is 0, a number's row too."""

    matrix: Annotated[str, Meta(max_length=MOST_NAME)]
    row: int
    column: int
    value: float


class Setting(NamedTuple):
    """Another value of a constant of the cell's equations."""

    name: Annotated[str, Meta(max_length=MOST_NAME)]
    value: float


class Recipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one network is made: the same recipe always gives the same weights.

    The number of inputs is not part of it: it follows from the sequence. ``cell`` is the name of one that ships, or a text;
    ``constants`` have other values than its equations say, as far as it has them.
    ``initial_state`` is s_0, padded with zeros to the width of the state. ``trained`` are weights that were learnt; they
    stand in the place of the initial ones, and edits by hand are made on them; they are one moment of the ``record``.
    ``imported`` says which file of another framework they are from, or what they were learnt on from.
    ``title`` is what a person calls it, "" what it is called by itself.
    ``chrono`` is the longest memory in steps that the gates begin for, 0 where they begin by the ``forget_bias``.
    """

    cell: Cell = SIMPLE
    activation: str = "tanh"
    hidden: Annotated[int, Meta(ge=1, le=MOST_UNITS)] = 24
    init: str = "gaussian"
    gain: float = 1.6
    bias: float = 0.0
    forget_bias: float = 1.0
    input_scale: float = 1.0
    chrono: int = 0
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 2
    readout: str = "softmax"
    outputs: Annotated[int, Meta(ge=1, le=MOST_SYMBOLS)] = 3
    edits: tuple[Edit, ...] = ()
    initial_state: tuple[float, ...] = ()
    constants: tuple[Setting, ...] = ()
    title: Annotated[str, Meta(max_length=MOST_TITLE)] = ""
    trained: Snapshot | None = None
    record: Record | None = None
    imported: Imported | None = None

    def __post_init__(self) -> None:
        # However it was written: what ships is known by its name alone.
        msgspec.structs.force_setattr(self, "cell", settled(self.cell))
        one_of("activation", self.activation, ACTIVATIONS)
        one_of("initialisation", self.init, INITIALISATIONS)
        one_of("readout", self.readout, READOUTS)
        check_range("hidden units", self.hidden, 1, MOST_UNITS)
        check_range("outputs", self.outputs, 1, MOST_SYMBOLS)
        check_range("gain", self.gain, *GAIN_RANGE)
        check_range("longest memory", self.chrono, *((2, MOST_MEMORY) if self.chrono else (0, 0)))
        check_range("seed", self.seed, 0, 2**32 - 1)
        for name in ("bias", "forget_bias", "input_scale"):
            check_range(name, getattr(self, name), -1e6, 1e6)
        check_range("weights set by hand", len(self.edits), 0, MOST_EDITS)
        check_range("numbers of the initial state", len(self.initial_state), 0, MOST_STATE)
        check_range("constants set by hand", len(self.constants), 0, MOST_CONSTANTS)
        set_by_hand = (*(edit.value for edit in self.edits), *(constant.value for constant in self.constants))
        for value in (*self.initial_state, *set_by_hand):
            finite("a weight or an initial state", value)
        # NumPy would take a negative index for one from the end.
        if any(edit.row < 0 or edit.column < 0 for edit in self.edits):
            raise BadExploration("The row and the column of a weight are counted from 0, not below.")

    @property
    def recurrence(self) -> Recurrence:
        """Return the equations, with the values that the constants have."""
        recurrence = told(self.cell, self.activation).recurrence
        own = {constant.name for constant in recurrence.constants}
        changed = {setting.name: setting.value for setting in self.constants if setting.name in own}
        return recurrence.with_constants(**changed) if changed else recurrence

    @property
    def layer(self) -> Layer:
        """Return the layer that the network has."""
        recurrence = self.recurrence
        as_told = recurrence is told(self.cell, self.activation).recurrence
        return Layer(
            self.cell if isinstance(self.cell, str) and as_told else recurrence, self.hidden,
            activation=self.activation, init=self.init, gain=self.gain, bias=self.bias, forget_bias=self.forget_bias,
            input_scale=self.input_scale, chrono=self.chrono,
        )  # fmt: skip

    def architecture(self, inputs: int) -> Architecture:
        """Return the architecture of the network if it has so many inputs."""
        return architecture_of([self.layer], inputs)

    def shapes(self, inputs: int) -> Mapping[str, tuple[int, ...]]:
        """Return the shapes of its parameters by name."""
        return parameter_shapes(self.architecture(inputs), self.outputs)

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return sum(chain.step.N for chain in self.architecture(1).chains)

    @property
    def cell_name(self) -> str:
        """Return what the cell is called."""
        return name_of(self.cell)


def check_weights(recipe: Recipe, inputs: int, symbolic: bool) -> None:
    """Refuse a network that learns from so many inputs, a vocabulary's where they are ``symbolic``, more than can be kept.

    Raises
    ------
    BadExploration
        With the number of its weights.
    """
    weights = sum(math.prod(shape) for shape in recipe.shapes(inputs).values() if len(shape) > 1)
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


def first_weights(recipe: Recipe) -> tuple[object, ...]:
    """Return what the initial weights, or their shapes, follow from."""
    return tuple(getattr(recipe, name) for name in _FIRST)


def changed(recipe: Recipe, **changes: Any) -> Recipe:
    """Return ``recipe`` with some fields changed, untrained where its initial weights become others."""
    if "forget_bias" in changes:
        # Who chooses it has the gates begin by it.
        changes = {"chrono": 0, **changes}
    found = msgspec.structs.replace(recipe, **changes)
    if "trained" in changes or first_weights(found) == first_weights(recipe):
        return found
    return msgspec.structs.replace(found, trained=None, record=None, imported=None)
