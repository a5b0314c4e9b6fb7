"""`Chain`: what has a flow. Layers that run one way in a row are one recurrence with a wide state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from explorer.engine.errors import BadNetwork
from explorer.engine.network.layer import ARROWS, BACKWARD, BOTH, Layer
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import Choice, choice
from explorer.engine.recurrence.readings.step import Step, sized
from explorer.engine.recurrence.stack import stacked

ONLY = "net"
"""What the chain of a network that has one is called."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What of a chain is run at once, all layers or one: a step, and what each weight of its equations is called.

    ``where`` says where its state stands in the chain's.
    """

    step: Step
    weights: Mapping[str, str]
    where: slice


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A recurrence of one size that runs along a sequence, forward or ``backward``.

    ``whole`` is the recurrence, of which all readings are; ``pieces`` are its layers, each reading what the one before gives
    out: what training runs, as then all that a layer reads is known ahead. It is the whole itself where a layer looks back
    at what the one below gave out. ``choice`` is the hand-written kernel that has its equations, if there is one.
    """

    name: str
    backward: bool
    whole: Piece
    pieces: tuple[Piece, ...]
    choice: Choice | None

    @property
    def step(self) -> Step:
        """Return its step."""
        return self.whole.step

    @property
    def weights(self) -> Mapping[str, str]:
        """Return what each weight of its equations is called in the network."""
        return self.whole.weights

    @property
    def outputs(self) -> int:
        """Return how many numbers it gives out."""
        return _outputs(self.step)

    @property
    def steepest(self) -> float | None:
        """Return γ = max f' where J_t = diag(f') W; None where J is made otherwise."""
        if self.choice is None or len(self.choice.kernel.gates) > 1:
            return None
        return ACTIVATIONS[self.choice.activation].steepest


@dataclass(frozen=True, slots=True)
class Architecture:
    """Which layers there are, and how many numbers they are given a step.

    ``levels`` are the chains, those that read the same side by side; each level reads what the one below gives out.
    """

    layers: tuple[Layer, ...]
    inputs: int
    levels: tuple[tuple[Chain, ...], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels(self.layers, self.inputs))

    def __reduce__(self) -> tuple[type[Architecture], tuple[tuple[Layer, ...], int]]:
        return Architecture, (self.layers, self.inputs)

    @property
    def chains(self) -> tuple[Chain, ...]:
        """Return the chains in order."""
        return tuple(chain for level in self.levels for chain in level)

    @property
    def alone(self) -> Choice | None:
        """Return the hand-written kernel that runs the whole network, if one does."""
        chains = self.chains
        return chains[0].choice if len(chains) == 1 and not chains[0].backward else None

    @property
    def outputs(self) -> int:
        """Return how many numbers the last layer gives out."""
        return sum(chain.outputs for chain in self.levels[-1])


def architecture_of(layers: Sequence[Layer], inputs: int) -> Architecture:
    """Return the architecture of layers, however their weights begin.

    Raises
    ------
    BadNetwork
        If there is no layer, or one does not fit the next.
    """
    if not layers:
        raise BadNetwork("A network needs at least one layer.")
    return Architecture(tuple(layer.running() for layer in layers), inputs)


@lru_cache(maxsize=64)
def _levels(layers: tuple[Layer, ...], inputs: int) -> tuple[tuple[Chain, ...], ...]:
    """Return the chains of each level."""
    runs = list(_runs(layers))
    alone = len(runs) == 1 and runs[0][1][0].direction != BOTH
    levels = []
    for first, some in runs:
        made = tuple(_chain(first, some, way, inputs, alone) for way in some[0].directions)
        levels.append(made)
        inputs = sum(chain.outputs for chain in made)
    return tuple(levels)


def _runs(layers: Sequence[Layer]) -> Iterable[tuple[int, tuple[Layer, ...]]]:
    """Yield the layers that are one chain each way, with the number of the first."""
    first = 1
    for direction, some in groupby(layers, key=lambda layer: layer.direction):
        row = tuple(some)
        for run in ((layer,) for layer in row) if direction == BOTH else (row,):
            yield first, run
            first += len(run)


def _chain(first: int, layers: tuple[Layer, ...], way: str, inputs: int, alone: bool) -> Chain:
    half = ARROWS[way] if layers[0].direction == BOTH else ""
    whole = _piece(first, layers, half, inputs, 0)
    return Chain(
        ONLY if alone else _name(first, len(layers), half or (ARROWS[way] if way == BACKWARD else "")),
        way == BACKWARD,
        whole,
        _pieces(whole, first, layers, half, inputs),
        choice(whole.step.recurrence) if len(layers) == 1 else None,
    )


def _pieces(whole: Piece, first: int, layers: tuple[Layer, ...], half: str, inputs: int) -> tuple[Piece, ...]:
    """Return the layers one by one, or the whole where one of them remembers what the one below gave out."""
    if any(layer.recurrence.input_delays for layer in layers[1:]):
        return (whole,)
    made: list[Piece] = []
    for number, layer in enumerate(layers, start=first):
        made.append(_piece(number, (layer,), half, inputs, made[-1].where.stop if made else 0))
        inputs = _outputs(made[-1].step)
    return tuple(made)


def _piece(first: int, layers: tuple[Layer, ...], half: str, inputs: int, start: int) -> Piece:
    widths, skips = [layer.width for layer in layers], [layer.skip is not None for layer in layers]
    recurrence = stacked([layer.recurrence for layer in layers], inputs, widths, skips, first)
    step = sized(recurrence, inputs, widths[-1])
    names = {weight.name: _weight(weight.name, first, half) for weight in recurrence.weights}
    return Piece(step, names, slice(start, start + step.N))


def _outputs(step: Step) -> int:
    return step.shapes[step.recurrence.out][0]


def _name(first: int, layers: int, arrow: str) -> str:
    return f"{first}{arrow}" if layers == 1 else f"{first}-{first + layers - 1}{arrow}"


def _weight(name: str, first: int, half: str) -> str:
    """Return what a weight is called in the network: "1/W_f", "2←/U_i"."""
    layer, _, own = name.rpartition("/")
    return f"{layer or first}{half}/{own}"
