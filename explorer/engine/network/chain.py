"""`Chain`: what has a flow. Layers that run one way in a row are one recurrence with a wide state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadNetwork
from explorer.engine.network.given import EMBEDDING, FEATURES, Embedding, rows_of_features
from explorer.engine.network.layer import ARROWS, BACKWARD, BOTH, FORWARD, SIGNS, Layer
from explorer.engine.network.matrices import recurrent_matrices
from explorer.engine.network.piece import DECODER, Piece, joined, piece_of, pieces_of
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import Choice, choice
from explorer.engine.recurrence.readings.step import Step

ONLY = "net"
"""What the chain of a network that has one is called."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A recurrence of one size that runs along a sequence, forward or ``backward``.

    ``whole`` is the recurrence, of which all readings are; ``pieces`` are its layers, each reading what the one before gives
    out: what training runs, as then all that a layer reads is known ahead. It is the whole itself where a layer looks back
    at what the one below gave out. ``choice`` is the hand-written kernel that has its equations, if there is one.
    An encoder with its decoder is one chain, each of whose pieces has another that takes its place after the seam.
    ``name`` is what it is called in `Trace.chains`.

    Examples
    --------
    >>> from explorer.engine import Layer, Network
    >>> net = Network.random(layers=[Layer("rnn", 4), Layer("gru", 3, direction="both")], inputs=2, outputs=1)
    >>> net.chain("2←").backward, net.chain("1").weights["W"]
    (True, '1/W')
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
        return self.whole.outputs

    @property
    def steepest(self) -> float | None:
        """Return γ = max f' where J_t = diag(f') W; None where J is made otherwise."""
        if self.choice is None or len(self.choice.kernel.gates) > 1:
            return None
        return ACTIVATIONS[self.choice.activation].steepest


@dataclass(frozen=True, slots=True)
class Architecture:
    """Which layers there are, and how many numbers they are given a step.

    ``levels`` are the ``chains``, those that read the same side by side; each level reads what the one below gives out, the
    last gives out ``outputs`` numbers. Where there is a ``decoder`` its layers take over at the seam, and are given ``fed``
    numbers a step. Beside each x_t the first layers read so many ``features`` of the whole sequence, and x_t may come from
    an ``embedding``. ``alone`` is the hand-written kernel that runs the whole network, if one does.
    """

    layers: tuple[Layer, ...]
    inputs: int
    decoder: tuple[Layer, ...] = ()
    fed: int | None = None
    features: int = 0
    embedding: Embedding | None = None
    levels: tuple[tuple[Chain, ...], ...] = field(init=False, compare=False, repr=False)
    chains: tuple[Chain, ...] = field(init=False, compare=False, repr=False)
    outputs: int = field(init=False, compare=False, repr=False)
    rows: Mapping[str, slice] = field(init=False, compare=False, repr=False)
    alone: Choice | None = field(init=False, compare=False, repr=False)
    _of_weights: Mapping[str, tuple[int, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        inputs, fed = self.inputs + self.features, (self.fed or self.inputs) + self.features
        levels = _levels(self.layers, inputs, self.decoder, fed)
        first = [half for chain in levels[0] for half in chain.pieces[0].halves]
        object.__setattr__(self, "levels", levels)
        # A run asks for these at every step.
        object.__setattr__(self, "chains", tuple(chain for level in levels for chain in level))
        object.__setattr__(self, "alone", self._kernel())
        object.__setattr__(self, "outputs", sum(chain.outputs for chain in levels[-1]))
        object.__setattr__(self, "rows", MappingProxyType(rows_of_features(first) if self.features else {}))
        object.__setattr__(self, "_of_weights", self._shaped())

    def __reduce__(self) -> tuple[type[Architecture], tuple[object, ...]]:
        return Architecture, (self.layers, self.inputs, self.decoder, self.fed, self.features, self.embedding)

    @property
    def columns(self) -> int:
        """Return how many numbers a step of a sequence has: a half that reads fewer reads the first."""
        return max(self.inputs, self.fed or 0)

    def _kernel(self) -> Choice | None:
        """Return the hand-written kernel that runs the whole network, if one does."""
        chains = self.chains
        if len(chains) > 1 or chains[0].backward or chains[0].whole.then is not None or chains[0].whole.steps:
            return None
        if self.features or self.embedding is not None:
            return None
        return chains[0].choice

    @property
    def matrices(self) -> tuple[str, ...]:
        """Return the names of the square matrices that carry a state to the next step; first what stands for W."""
        return recurrent_matrices(self.chains, self.layers[0].recurrence.candidate)

    def leading(self, layers: int) -> Architecture:
        """Return the first so many layers, of the decoder too, as a network of their own."""
        some, after = self.layers[:layers], self.decoder[:layers]
        return Architecture(some, self.inputs, after, self.fed, self.features, self.embedding)

    def last_steps(self, lengths: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return where in (T, B, n), along T, what each chain of the last level gives out last stands, (B, n).

        That is a sequence's end; of a chain that runs backward it is the sequence's first step.
        """
        first = np.concatenate([np.full(chain.outputs, chain.backward) for chain in self.levels[-1]])
        return np.where(first, 0, lengths[:, None] - 1)

    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights by name, without the readout's."""
        return dict(self._of_weights)

    def _shaped(self) -> dict[str, tuple[int, ...]]:
        halves = [half for chain in self.chains for half in chain.whole.halves]
        shapes = {name: shape for half in halves for name, shape in half.weight_shapes().items()}
        for name in self.rows:
            shapes[name] = (*shapes[name][:-1], shapes[name][-1] - self.features)
        if self.features:
            shapes[FEATURES] = max(rows.stop for rows in self.rows.values()), self.features
        if self.embedding is not None:
            shapes[EMBEDDING] = self.embedding.vocabulary, self.inputs
        return shapes


def architecture_of(
    layers: Sequence[Layer],
    inputs: int,
    decoder: Sequence[Layer] | None = None,
    fed: int | None = None,
    features: int = 0,
    embedding: Embedding | None = None,
) -> Architecture:
    """Return the architecture of layers, however their weights begin.

    Raises
    ------
    BadNetwork
        If there is no layer, or one does not fit the next, or the decoder not the encoder.
    """
    if not layers:
        raise BadNetwork("A network needs at least one layer.")
    if decoder is None and fed is not None:
        raise BadNetwork("The network has no decoder that could be fed.")
    _check_forward(layers, decoder or ())
    fed = inputs if decoder and fed is None else fed
    if embedding is not None:
        embedding = embedding.without_table()
        if fed is not None and fed != inputs:
            raise BadNetwork("The encoder reads {inputs} numbers a step and the decoder {fed}; one embedding gives both"
                             " as many.", inputs=inputs, fed=fed)  # fmt: skip
    return _architecture(_running(layers), inputs, _running(decoder or ()), fed, features, embedding)


@lru_cache(maxsize=64)
def _architecture(
    layers: tuple[Layer, ...],
    inputs: int,
    decoder: tuple[Layer, ...],
    fed: int | None,
    features: int,
    embedding: Embedding | None,
) -> Architecture:
    return Architecture(layers, inputs, decoder, fed, features, embedding)


def _check_forward(layers: Sequence[Layer], decoder: Sequence[Layer]) -> None:
    """Refuse layers of an encoder and a decoder that run backward."""
    for number, layer in enumerate(layers if decoder else (), start=1):
        if layer.direction != FORWARD:
            raise BadNetwork("Layer {number} of the encoder reads {direction}, and an encoder with its decoder runs forward: "
                             "choose → for it, or do without a decoder.",
                             number=number, direction=SIGNS[layer.direction])  # fmt: skip
    for number, layer in enumerate(decoder, start=1):
        if layer.direction != FORWARD:
            raise BadNetwork("Layer {number} of the decoder reads {direction}, and an encoder with its decoder runs forward: "
                             "choose → for it, or do without a decoder.",
                             number=number, direction=SIGNS[layer.direction])  # fmt: skip


def _running(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    return tuple(layer.running() for layer in layers)


@lru_cache(maxsize=64)
def _levels(
    layers: tuple[Layer, ...], inputs: int, decoder: tuple[Layer, ...], fed: int
) -> tuple[tuple[Chain, ...], ...]:
    """Return the chains of each level."""
    if decoder:
        return ((_seamed(layers, inputs, decoder, fed),),)
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
    whole = piece_of(layers, inputs, first, half)
    return Chain(
        ONLY if alone else _name(first, len(layers), half or (ARROWS[way] if way == BACKWARD else "")),
        way == BACKWARD,
        whole,
        pieces_of(whole, layers, inputs, first, half),
        choice(whole.step.recurrence) if len(layers) == 1 else None,
    )


def _seamed(layers: tuple[Layer, ...], inputs: int, decoder: tuple[Layer, ...], fed: int) -> Chain:
    """Return the chain of an encoder and its decoder."""
    before, after = piece_of(layers, inputs, 1), piece_of(decoder, fed, 1, prefix=DECODER)
    whole = joined(before, after)
    some = [pieces_of(before, layers, inputs, 1), pieces_of(after, decoder, fed, 1, prefix=DECODER)]
    apart = len(some[0]) == len(some[1])
    pieces = tuple(replace(one, then=other) for one, other in zip(*some, strict=True)) if apart else (whole,)
    return Chain(ONLY, False, whole, pieces, None)


def _name(first: int, layers: int, arrow: str) -> str:
    return f"{first}{arrow}" if layers == 1 else f"{first}-{first + layers - 1}{arrow}"
