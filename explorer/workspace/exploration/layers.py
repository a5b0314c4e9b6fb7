"""`LayerRecipe`: how one layer of a network is made, as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.network.layer import BACKWARD, BOTH, FORWARD, RESIDUAL, Layer
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.workspace.exploration.cells import MOST_NAME, SIMPLE, Cell, name_of, settled, told
from explorer.workspace.exploration.checks import check_range, finite, one_of

MOST_UNITS = 2048
MOST_CONSTANTS = 200
MOST_MEMORY = 1_000_000
MOST_OWN_STEPS = 2000
"""Of a layer whose weights change at every step: no sequence is longer."""
GAIN_RANGE = (0.0, 50.0)
DIRECTIONS = (FORWARD, BACKWARD, BOTH)
_BEGUN = ("cell", "hidden", "direction", "init", "gain", "bias", "forget_bias", "input_scale", "own_steps", "chrono")


class Setting(NamedTuple):
    """Another value of a constant of the cell's equations."""

    name: Annotated[str, Meta(max_length=MOST_NAME)]
    value: float


class LayerRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one layer is made.

    ``cell`` is the name of one that ships, or a text; ``constants`` have other values than its equations say, as far as it
    has them. With a ``skip`` it adds what it reads to what it gives out. The first ``own_steps`` steps have
    weights of their own; 0: all share them. ``chrono`` is the longest memory in steps that the gates begin for, 0 where they
    begin by the ``forget_bias``.
    """

    cell: Cell = SIMPLE
    activation: str = "tanh"
    hidden: Annotated[int, Meta(ge=1, le=MOST_UNITS)] = 24
    direction: Literal["forward", "backward", "both"] = "forward"
    skip: bool = False
    own_steps: Annotated[int, Meta(ge=0, le=MOST_OWN_STEPS)] = 0
    init: str = "gaussian"
    gain: float = 1.6
    bias: float = 0.0
    forget_bias: float = 1.0
    input_scale: float = 1.0
    chrono: int = 0
    constants: tuple[Setting, ...] = ()

    def __post_init__(self) -> None:
        # However it was written: what ships is known by its name alone.
        msgspec.structs.force_setattr(self, "cell", settled(self.cell))
        one_of("activation", self.activation, ACTIVATIONS)
        one_of("direction", self.direction, DIRECTIONS)
        one_of("initialisation", self.init, INITIALISATIONS)
        check_range("hidden units", self.hidden, 1, MOST_UNITS)
        check_range("steps with weights of their own", self.own_steps, 0, MOST_OWN_STEPS)
        check_range("gain", self.gain, *GAIN_RANGE)
        check_range("longest memory", self.chrono, *((2, MOST_MEMORY) if self.chrono else (0, 0)))
        for name in ("bias", "forget_bias", "input_scale"):
            check_range(name, getattr(self, name), -1e6, 1e6)
        check_range("constants set by hand", len(self.constants), 0, MOST_CONSTANTS)
        for constant in self.constants:
            finite("a weight or an initial state", constant.value)

    @property
    def recurrence(self) -> Recurrence:
        """Return the equations, with the values that the constants have."""
        recurrence = told(self.cell, self.activation).recurrence
        own = {constant.name for constant in recurrence.constants}
        changed = {setting.name: setting.value for setting in self.constants if setting.name in own}
        return recurrence.with_constants(**changed) if changed else recurrence

    @property
    def layer(self) -> Layer:
        """Return the layer as the engine has it."""
        recurrence = self.recurrence
        as_told = recurrence is told(self.cell, self.activation).recurrence
        return Layer(
            self.cell if isinstance(self.cell, str) and as_told else recurrence, self.hidden, self.direction,
            RESIDUAL if self.skip else None, self.activation, self.init, self.gain, self.bias, self.forget_bias,
            self.input_scale, self.own_steps or None, chrono=self.chrono,
        )  # fmt: skip

    @property
    def cell_name(self) -> str:
        """Return what the cell is called."""
        return name_of(self.cell)

    def begun(self) -> tuple[object, ...]:
        """Return what the layer's initial weights, or their shapes, follow from."""
        return tuple(getattr(self, name) for name in _BEGUN)


OF_A_LAYER = LayerRecipe.__struct_fields__
"""The names of the fields."""


def of_layer(layer: LayerRecipe) -> dict[str, Any]:
    """Return the fields of a layer by name, of a whole network's recipe those of its first layer."""
    return {name: getattr(layer, name) for name in OF_A_LAYER}


def alone(layer: LayerRecipe) -> LayerRecipe:
    """Return a layer by itself, without what the recipe of a whole network says besides."""
    return layer if type(layer) is LayerRecipe else LayerRecipe(**of_layer(layer))


def begun_with(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``changes`` of a layer with those that go with them: who chooses a forget bias has the gates begin by it."""
    return {"chrono": 0, **changes} if "forget_bias" in changes else dict(changes)
