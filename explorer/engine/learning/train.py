"""`train`: gradient descent as a stream of frozen moments, each of which is all that is needed to go on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import Batch, BatchGradient, bptt_batch, forward_batch, read_examples
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.gradient.losses import Targets, find_loss, find_place
from explorer.engine.learning.clipping import clipped, norm
from explorer.engine.learning.optimisers import updated
from explorer.engine.learning.regulariser import omega as regulariser
from explorer.engine.learning.settings import Settings
from explorer.engine.names import spelt, spelt_fields
from explorer.engine.network.network import Network
from explorer.engine.values import Value
from explorer.engine.work import Stop

DECAYING = ("U", "W", "V")
"""The weights that decay: the matrices. A bias moves no gradient along the chain and is left alone."""
MOST_KEPT = 64_000_000
"""Bytes of inputs that are kept when they have been checked; of more, each batch is checked by itself."""
MOST_AT_ONCE = 32_000_000
"""Bytes of inputs that are scored together."""
Read = list[tuple[Floats, Targets]]


class Source(Protocol):
    """Where batches come from; a batch depends on nothing but its arguments, so that training can begin again anywhere."""

    @property
    def loss(self) -> str:
        """Return the name of the loss."""

    @property
    def at(self) -> str:
        """Return where the loss is taken."""

    def epoch(self, size: int) -> int:
        """Return how many batches of ``size`` examples make an epoch."""

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:
        """Return the batch of the update number ``step``, counted from 0."""


@spelt_fields
@dataclass(frozen=True, eq=False, repr=False)
class Examples(Value):
    """Given sequences x (T_i, m) with their targets, as `Batch.of` takes them; every epoch has an order of its own."""

    inputs: Sequence[ArrayLike]
    targets: Sequence[ArrayLike]
    loss: str = "cross_entropy"
    at: str = "every"
    _read: dict[tuple[int, int], Read] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        # The arrays are the person's own, and stay writable.
        _name(self)

    def __len__(self) -> int:
        return len(self.inputs)

    def epoch(self, size: int) -> int:
        """Return how many batches of ``size`` examples make an epoch."""
        return -(-len(self) // size)

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:
        """Return the batch of the update number ``step``, counted from 0; the last of an epoch may be smaller.

        Raises
        ------
        Refusal
            If the examples don't fit the network, as `Batch.of` says it.
        """
        kept = self._checked(network)
        epoch, place = divmod(step, self.epoch(size))
        order = np.random.default_rng((seed, epoch)).permutation(len(self))
        return self._joined(network, kept, order[place * size : (place + 1) * size])

    def batches(self, network: Network, size: int) -> Iterator[Batch]:
        """Yield all examples once, ``size`` at a time in the order in which they were given."""
        kept = self._checked(network)
        for first in range(0, len(self), size):
            yield self._joined(network, kept, range(first, min(first + size, len(self))))

    @cached_property
    def bytes_each(self) -> int:
        """Return about how many bytes the input of an example takes."""
        return int(np.asarray(self.inputs[0]).nbytes) if len(self) else 0

    def _checked(self, network: Network) -> Read | None:
        """Return the examples checked, once for networks of the same inputs and outputs; None where they are too large."""
        if len(self) * self.bytes_each > MOST_KEPT:
            return None
        sizes = network.inputs, len(network.c)
        if sizes not in self._read:
            self._read[sizes] = read_examples(network, self.inputs, self.targets, self.loss, self.at)
        return self._read[sizes]

    def _joined(self, network: Network, kept: Read | None, places: Sequence[int] | NDArray[np.intp]) -> Batch:
        if kept is None:
            inputs, targets = [self.inputs[i] for i in places], [self.targets[i] for i in places]
            return Batch.of(network, inputs, targets, self.loss, self.at)
        examples = [kept[i] for i in places]
        return Batch.joined([x for x, _ in examples], [wanted for _, wanted in examples], self.loss, self.at)


@spelt_fields
@dataclass(frozen=True, slots=True)
class Generated:
    """Examples without end: ``draw(rng, count)`` returns ``count`` sequences and their targets."""

    draw: Callable[[np.random.Generator, int], tuple[Sequence[ArrayLike], Sequence[ArrayLike]]]
    loss: str = "cross_entropy"
    at: str = "every"
    per_epoch: int = 1000

    def __post_init__(self) -> None:
        _name(self)

    def epoch(self, size: int) -> int:
        """Return how many batches of ``size`` examples count as an epoch."""
        return -(-self.per_epoch // size)

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:
        """Return the batch of the update number ``step``, counted from 0.

        Raises
        ------
        Refusal
            If what is drawn doesn't fit the network, as `Batch.of` says it.
        """
        inputs, targets = self.draw(np.random.default_rng((seed, step)), size)
        return Batch.of(network, inputs, targets, self.loss, self.at)


def _name(source: Examples | Generated) -> None:
    """Take the names of the loss and of its place whatever their capitals.

    Raises
    ------
    BadTargets
        If there is no such loss or place.
    """
    object.__setattr__(source, "loss", find_loss(source.loss).name)
    object.__setattr__(source, "at", find_place(source.at))


@spelt_fields
@dataclass(frozen=True, eq=False, repr=False)
class Moment(Value):
    """Training after ``step`` updates; arrays are read-only.

    ``slots`` is the optimiser's memory by name: "m.W", "v.W", "velocity.W" or "square.W" have the shape of W, "t.W" (1,) is
    Adam's count of its own updates. loss is the objective of the batch of the last update, before it; norm and clipped are
    ‖∂L/∂θ‖ before and after clipping; omega is Ω, NaN where it has no weight. They are NaN at step 0.

    Where ``diverged``, the loss, its gradient, or the weights and slots that would follow were no longer finite: step,
    network and slots are those before that update, the rest is what was found. Where ``dead``, no gradient at all reached
    U, W and b though the outputs were wrong: every unit was off or saturated.
    """

    step: int
    network: Network
    slots: Mapping[str, Floats]
    loss: float
    norm: float
    clipped: float
    omega: float
    diverged: bool = False
    dead: bool = False

    @classmethod
    def first(cls, network: Network) -> Moment:
        """Return the moment before all training."""
        nan = float("nan")
        return cls(0, network, {}, nan, nan, nan, nan)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Score(Value):
    """How good a network is: the mean loss, and the share of right answers in 0..1.

    An answer is right where the likeliest class is the target, for the binary cross-entropy on the same side of 1/2; for the
    squared error ``accuracy`` is NaN.
    """

    loss: float
    accuracy: float


@spelt
def train(moment: Moment, source: Source, settings: Settings, stop: Stop = lambda: False) -> Iterator[Moment]:
    """Yield the moments after ``moment``, one an update, without end; after one that ``diverged`` there is none.

    It may be left off at any moment, and begun again at it with the same or with other settings. The objective is the sum
    of a batch's losses over their number. To its gradient comes that of Ω, in its weight; this is clipped; then the decay is
    added, within the optimiser, as in PyTorch: what is clipped is the gradient alone.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    Refusal
        If the examples don't fit the network.
    """
    while not moment.diverged:
        if stop():
            raise Stopped
        batch = source.batch(moment.network, settings.batch, settings.seed, moment.step)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            moment = _after(moment, batch, settings)
        yield moment


def _after(moment: Moment, batch: Batch, settings: Settings) -> Moment:
    """Return the moment after one update on ``batch``."""
    network = moment.network
    loss, gradients, omega, dead = _objective(network, batch, settings)
    size = norm(gradients)
    if not (math.isfinite(loss) and math.isfinite(size)):
        return replace(moment, loss=loss, norm=size, clipped=float("nan"), omega=omega, diverged=True)
    cut = clipped(gradients, settings)
    theta = {name: getattr(network, name) for name in cut}
    weights, slots = updated(theta, decayed(theta, cut, settings), moment.slots, settings)
    length = norm(cut)
    arrays = *weights.values(), *slots.values()
    if not all(np.isfinite(array).all() for array in arrays):
        return replace(moment, loss=loss, norm=size, clipped=length, omega=omega, diverged=True)
    return Moment(moment.step + 1, _with(network, weights), slots, loss, size, length, omega, dead=dead)


def decayed(theta: Mapping[str, Floats], gradients: Mapping[str, Floats], settings: Settings) -> dict[str, Floats]:
    """Return the gradients with λθ added to those of the matrices: λ pulls every weight of U, W and V towards zero."""
    return {name: g + settings.decay * theta[name] if name in DECAYING else g for name, g in gradients.items()}


def _with(network: Network, weights: Mapping[str, Floats]) -> Network:
    """Return the network with some of its weights in the place of its own."""
    mine = {name: weights.get(name, getattr(network, name)) for name in WEIGHTS}
    return Network(network.cell, network.activation, network.readout, **mine)


def _objective(network: Network, batch: Batch, settings: Settings) -> tuple[float, dict[str, Floats], float, bool]:
    """Return the mean loss, the gradients of what learns, those of Ω with it, Ω, and whether the units are dead."""
    trace = forward_batch(network, batch)
    gradient = bptt_batch(trace, settings.window or None, settings.chunk or None)
    gradients = {name: getattr(gradient, name) / batch.terms for name in WEIGHTS if name in settings.learn}
    omega = float("nan")
    if settings.omega > 0.0:
        whole = bptt_batch(trace) if settings.window or settings.chunk else gradient
        omega, by_W = regulariser(whole, settings.omega_form)
        if "W" in gradients:
            gradients["W"] += settings.omega * by_W
    return gradient.loss / batch.terms, gradients, omega, _is_dead(network, gradient)


def _is_dead(network: Network, gradient: BatchGradient) -> bool:
    """Return whether nothing of what the outputs ask for comes to the units."""
    # With V = 0 nothing could come, whatever the units do.
    reached = any(getattr(gradient, name).any() for name in ("b", "U", "W"))
    return not reached and bool(gradient.c.any() and network.V.any())


@spelt
def evaluate(network: Network, examples: Examples, size: int = 100) -> Score:
    """Return the score of ``network`` on all ``examples``, worked out ``size`` at a time, or fewer where they are large."""
    loss, right, terms = 0.0, 0, 0
    kind = find_loss(examples.loss)
    for batch in examples.batches(network, max(1, min(size, MOST_AT_ONCE // max(1, examples.bytes_each)))):
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            y = forward_batch(network, batch).read()
            loss += float(kind.value(y, batch.targets).sum())
            right += int(kind.right(y, batch.targets).sum())
        terms += batch.terms
    return Score(loss / terms, right / terms if kind.answers else float("nan"))
