"""`Examples` and `Generated`: where the batches of a training come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.engine.gradient.batch import Batch, read_examples
from explorer.engine.gradient.losses import Targets, find_loss, find_place
from explorer.engine.names import spelt_fields
from explorer.engine.network.chain import Architecture
from explorer.engine.network.given import Input, Read, as_input
from explorer.engine.network.network import Network
from explorer.engine.values import Value

MOST_KEPT = 64_000_000
"""Bytes of inputs that are kept when they have been checked; of more, each batch is checked by itself."""
Checked = list[tuple[Read, Targets]]


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
    """Given sequences x (T_i, m) with their targets, as `Batch.of` takes them; every epoch has an order of its own.

    Parameters
    ----------
    inputs
        Sequences (T_i, m), of any lengths, words (T_i,), or `Input` where more goes with them.
    targets
        For each sequence what `bptt` takes: classes (T_i,) or numbers (T_i, p) for a loss at every step; one class, or
        numbers (p,), for one at the last step or on the mean of the states.
    loss
        "cross_entropy", "binary_cross_entropy" or "squared_error".
    at
        "every", "last" or "mean".

    Raises
    ------
    BadTargets
        If there is no such loss or place. What does not fit the network is refused when it is trained or evaluated.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Examples
    >>> x = np.zeros((50, 3))
    >>> labels = Examples([x, x[:20]], [[0] * 50, [1] * 20])  # a class at every step
    >>> one_each = Examples([x, x[:20]], [0, 1], at="last")  # one class a sequence
    >>> numbers = Examples([x], [np.zeros((50, 2))], loss="squared_error")  # two outputs
    """

    inputs: Sequence[ArrayLike | Input]
    targets: Sequence[ArrayLike]
    loss: str = "cross_entropy"
    at: str = "every"
    _read: dict[tuple[Architecture, int], Checked] = field(default_factory=dict, init=False, repr=False)

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
        return int(np.asarray(as_input(self.inputs[0]).x).nbytes) if len(self) else 0

    @cached_property
    def longest(self) -> int:
        """Return T of the longest sequence."""
        return max(len(np.atleast_1d(np.asarray(as_input(one).x))) for one in self.inputs)

    def _checked(self, network: Network) -> Checked | None:
        """Return the examples checked, once for networks of the same inputs and outputs; None where they are too large."""
        if len(self) * self.bytes_each > MOST_KEPT:
            return None
        sizes = network.architecture, len(network.c)
        if sizes not in self._read:
            self._read[sizes] = read_examples(network, self.inputs, self.targets, self.loss, self.at)
        return self._read[sizes]

    def _joined(self, network: Network, kept: Checked | None, places: Sequence[int] | NDArray[np.intp]) -> Batch:
        if kept is None:
            inputs, targets = [self.inputs[i] for i in places], [self.targets[i] for i in places]
            return Batch.of(network, inputs, targets, self.loss, self.at)
        examples = [kept[i] for i in places]
        return Batch.joined([x for x, _ in examples], [wanted for _, wanted in examples], self.loss, self.at)


@spelt_fields
@dataclass(frozen=True, slots=True)
class Generated:
    """Examples without end: ``draw(rng, count)`` returns ``count`` sequences and their targets.

    ``rng`` is a NumPy generator, seeded anew for each update. The targets, ``loss`` and ``at`` are as in `Examples`;
    ``per_epoch`` examples count as an epoch.

    Raises
    ------
    BadTargets
        If there is no such loss or place.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Generated, Moment, Network, Settings, train
    >>> def draw(rng, count):
    ...     first = rng.integers(2, size=count)
    ...     return [np.eye(2)[[one, *rng.integers(2, size=9)]] for one in first], first
    >>> net = Network.random(inputs=2, hidden=8, outputs=2)
    >>> next(train(Moment.first(net), Generated(draw, at="last"), Settings())).step
    1
    """

    draw: Callable[[np.random.Generator, int], tuple[Sequence[ArrayLike | Input], Sequence[ArrayLike]]]
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
