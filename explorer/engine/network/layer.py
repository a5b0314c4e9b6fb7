"""`Layer`: what a person says of one layer of a network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from explorer.engine.errors import BadNetwork
from explorer.engine.names import named, spelt_fields
from explorer.engine.network.checks import number_of, whole_of
from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.recurrence import library
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.recurrence import Recurrence

FORWARD, BACKWARD, BOTH = "forward", "backward", "both"
RESIDUAL = "residual"

ARROWS = {FORWARD: "→", BACKWARD: "←"}
SIGNS = {**ARROWS, BOTH: "⇄"}
"""How a layer's direction is shown wherever it is chosen or listed."""
"""What tells the two halves of a layer apart in the names of chains and weights."""


@spelt_fields
@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its cell, how wide it is, which way it reads the sequence, and how its weights begin.

    Parameters
    ----------
    cell
        The name of a cell that ships, or a `Recurrence`.
    width
        n, the number of units.
    direction
        "forward" in time, "backward", or "both": two halves that read the same, each with weights of its own. What a
        half that runs backward gives out last stands at the sequence's first step.
    skip
        "residual" adds what the layer reads to what it gives out; None adds nothing.
    activation
        "tanh", "sigmoid", "relu" or "identity": what f(…) stands for in the equations of a cell that ships.
    steps
        How many steps have weights of their own, for a layer whose weights change at every step: a deep feed-forward network
        is a layer of as many steps as it has layers. Each weight then has a first axis of that length. None: all steps share
        them.
    init, gain, bias, forget_bias, input_scale
        How random weights begin, as in `Network.random`.
    chrono
        T, the longest memory in steps that the gates begin for, at least 2: instead of the forget bias, a forget gate's bias
        has ln U[1, T − 1] added, and the input gate's the same with the other sign (Tallec and Ollivier 2018). 0: they begin
        by the forget bias.

    Raises
    ------
    BadNetwork
        If a name is unknown, or a number is out of range or none.

    Examples
    --------
    >>> from explorer.engine import Layer, Network
    >>> net = Network.random(layers=[Layer("lstm", 8), Layer("gru", 4, direction="both")], inputs=3, outputs=2)
    >>> net.forward([[0.0, 0.0, 1.0]] * 5).o.shape
    (5, 2)
    """

    cell: str | Recurrence = "rnn"
    width: int = 32
    direction: str = FORWARD
    skip: str | None = None
    activation: str = "tanh"
    init: str = "gaussian"
    gain: float = 1.0
    bias: float = 0.0
    forget_bias: float = 1.0
    input_scale: float = 1.0
    steps: int | None = None
    chrono: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.cell, Recurrence):
            self._set("cell", named("cell", self.cell, library.names(), BadNetwork))
        self._set("width", whole_of("width", self.width, least=1))
        self._set("direction", named("direction", self.direction, (FORWARD, BACKWARD, BOTH), BadNetwork))
        if self.skip is not None:
            self._set("skip", named("skip", self.skip, (RESIDUAL,), BadNetwork))
        if self.steps is not None:
            self._set("steps", whole_of("steps", self.steps, least=1))
        self._set("activation", named("activation", self.activation, ACTIVATIONS, BadNetwork))
        self._set("init", named("initialisation", self.init, INITIALISATIONS, BadNetwork))
        for name in ("gain", "bias", "forget_bias", "input_scale"):
            self._set(name, number_of(name, getattr(self, name)))
        if self.chrono:
            self._set("chrono", whole_of("chrono", self.chrono, least=2))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def recurrence(self) -> Recurrence:
        """Return the equations."""
        return library.cell(self.cell, self.activation).recurrence if isinstance(self.cell, str) else self.cell

    @property
    def name(self) -> str:
        """Return what the cell is called."""
        return self.cell if isinstance(self.cell, str) else self.cell.name

    @property
    def forget(self) -> tuple[str, ...]:
        """Return the biases that the forget bias is added to."""
        return self.recurrence.forget

    @property
    def admit(self) -> tuple[str, ...]:
        """Return the biases of the gates that let new things in."""
        return self.recurrence.admit

    @property
    def directions(self) -> tuple[str, ...]:
        """Return the ways in which it reads the sequence, one or two."""
        return (FORWARD, BACKWARD) if self.direction == BOTH else (self.direction,)

    def running(self) -> Layer:
        """Return what says how the layer runs, without how its weights began."""
        return _running(self.cell, self.width, self.direction, self.skip, self.activation, self.steps)


@lru_cache(maxsize=128)
def _running(
    cell: str | Recurrence, width: int, direction: str, skip: str | None, activation: str, steps: int | None
) -> Layer:
    return Layer(cell, width, direction, skip, activation, steps=steps)
