"""`train`: gradient descent as a stream of frozen moments, each of which is all that is needed to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.activations import Floats
from explorer.engine.batch import Batch
from explorer.engine.network import Network
from explorer.engine.settings import Settings
from explorer.engine.work import Stop


class Source(Protocol):
    """Where batches come from; a batch depends on nothing but its arguments, so that training can begin again anywhere."""

    loss: str
    at: str

    def epoch(self, size: int) -> int:
        """Return how many batches of ``size`` examples make an epoch."""

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:
        """Return the batch of the update number ``step``, counted from 0."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Given sequences x (T_i, m) with their targets, as `Batch.of` takes them; every epoch has an order of its own."""

    inputs: Sequence[ArrayLike]
    targets: Sequence[ArrayLike]
    loss: str = "cross_entropy"
    at: str = "every"

    def __len__(self) -> int:
        return len(self.inputs)

    def epoch(self, size: int) -> int:
        """Return how many batches of ``size`` examples make an epoch."""
        raise NotImplementedError

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:
        """Return the batch of the update number ``step``, counted from 0; the last of an epoch may be smaller."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Generated:
    """Examples without end: ``draw(rng, count)`` returns ``count`` sequences and their targets."""

    draw: Callable[[np.random.Generator, int], tuple[Sequence[ArrayLike], Sequence[ArrayLike]]]
    loss: str = "cross_entropy"
    at: str = "every"
    per_epoch: int = 1000

    def epoch(self, size: int) -> int:
        """Return how many batches of ``size`` examples count as an epoch."""
        raise NotImplementedError

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:
        """Return the batch of the update number ``step``, counted from 0."""
        raise NotImplementedError


@dataclass(frozen=True)
class Moment:
    """Training after ``step`` updates; arrays are read-only.

    ``slots`` is the optimiser's memory by name: "m.W" and "v.W" have the shape of W. loss is the objective of the batch of
    the last update, before it; norm and clipped are ‖∂L/∂θ‖ before and after clipping; omega is Ω. They are NaN at step 0.
    Where ``diverged``, the loss or its gradient was no longer finite: network and slots are those before that update.
    """

    step: int
    network: Network
    slots: Mapping[str, Floats]
    loss: float
    norm: float
    clipped: float
    omega: float
    diverged: bool = False

    @classmethod
    def first(cls, network: Network) -> Moment:
        """Return the moment before all training."""
        nan = float("nan")
        return cls(0, network, {}, nan, nan, nan, nan)


@dataclass(frozen=True, slots=True)
class Score:
    """How good a network is: the mean loss, and the share of right answers in 0..1.

    An answer is right where the likeliest class is the target, for the binary cross-entropy on the same side of 1/2; for the
    squared error ``accuracy`` is NaN.
    """

    loss: float
    accuracy: float


def train(moment: Moment, source: Source, settings: Settings, stop: Stop = lambda: False) -> Iterator[Moment]:
    """Yield the moments after ``moment``, one an update, without end; after one that ``diverged`` there is none.

    It may be left off at any moment, and begun again at it with the same or with other settings.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    raise NotImplementedError


def evaluate(network: Network, examples: Examples, size: int = 100) -> Score:
    """Return the score of ``network`` on all ``examples``, worked out ``size`` at a time."""
    raise NotImplementedError
