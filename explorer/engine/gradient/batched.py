"""A batch run forward and back: its states, and the gradients summed over its sequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach, read_states, take_losses
from explorer.engine.gradient.batch import Batch
from explorer.engine.gradient.gradient import Stacked
from explorer.engine.gradient.losses import find_loss
from explorer.engine.gradient.passage import Passage, forward
from explorer.engine.names import spelt
from explorer.engine.network.given import Words, one_hot, words_of
from explorer.engine.network.network import Network
from explorer.engine.network.running import starts_of
from explorer.engine.network.trace import only_chain
from explorer.engine.values import Value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BatchTrace(Value):
    """A forward pass of a batch: out (T, B, n) of the last layer, and the ``states`` (T+1, B, N) of each chain by name.

    z (T, B, G·n) are the net inputs of a network that a kernel runs. All is zero after a sequence's end. `forward_batch`
    makes it of a ``network`` and a ``batch``.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Batch, Network, forward_batch
    >>> net = Network.random(inputs=2, hidden=4, outputs=3)
    >>> trace = forward_batch(net, Batch.of(net, [np.ones((5, 2)), np.ones((3, 2))], [[0] * 5, [1] * 3]))
    >>> trace.s.shape, trace.out.shape, bool(trace.out[4, 1].any())  # the second sequence has three steps
    ((6, 2, 4), (5, 2, 4), False)
    """

    network: Network
    batch: Batch
    out: Floats
    states: Mapping[str, Floats]
    z: Floats
    _passage: Passage | None = field(default=None, init=False, repr=False)

    @property
    def s(self) -> Floats:
        """Return the states (T+1, B, N) of the only chain.

        Raises
        ------
        BadNetwork
            If there are several.
        """
        only_chain(self.states, "trace.states")
        return next(iter(self.states.values()))

    @property
    def passage(self) -> Passage:
        """Return what knows the way back; a run made again where it was not kept."""
        if self._passage is None:
            starts = {name: states[0, 0] for name, states in self.states.items()}
            batch = self.batch
            return self.keep(
                forward(self.network, rows_of(self.network, batch), batch.lengths, starts, batch.seam, batch.features)
            )
        return self._passage

    def keep(self, passage: Passage) -> Passage:
        """Keep what a run left behind, and return it."""
        object.__setattr__(self, "_passage", passage)
        return passage

    def logits(self) -> Floats:
        """Return y (T, B, p) for every step; after a sequence's end it means nothing."""
        return self.out @ self.network.V.T + self.network.c

    def read(self) -> Floats:
        """Return the logits that the loss is taken of: y (T, B, p) at every step, or (B, p)."""
        return (
            read_states(self.network, self.out, self.batch.at, self.batch.lengths) @ self.network.V.T + self.network.c
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BatchGradient(Stacked, Value):
    """∂L/∂θ for L the sum over the sequences: loss, losses (T, B), and ``parameters`` by name in the shapes of the network's.

    U, W, b, V, c and b_rec are those of a network that a kernel runs, and delta (T, B, G·n) those on its net inputs. s0
    (B, N), or by chain where there are several; entering (T, B, n) is ∂L/∂h_t without the way through h_{t+1}. Rows of
    sequences are in the order of the batch. `bptt_batch` makes it of a ``trace``; ``reach`` says which terms it keeps.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Batch, Network, bptt_batch, forward_batch
    >>> net = Network.random(inputs=2, hidden=4, outputs=3)
    >>> gradient = bptt_batch(forward_batch(net, Batch.of(net, [np.ones((5, 2)), np.ones((3, 2))], [[0] * 5, [1] * 3])))
    >>> gradient.W.shape, gradient.losses.shape, bool(np.isclose(gradient.loss, gradient.losses.sum()))
    ((4, 4), (5, 2), True)
    """

    loss: float
    losses: Floats
    parameters: Mapping[str, Floats]
    s0: Floats | Mapping[str, Floats]
    delta: Floats
    entering: Floats
    trace: BatchTrace
    reach: Reach

    @property
    def x(self) -> Floats:
        """Return ∂L/∂x (T, B, m), worked out when asked for: no weight needs it."""
        return cast(Floats, self.trace.passage.back(self.entering, self.reach, inputs=True).x)


@spelt
def forward_batch(network: Network, batch: Batch, s0: ArrayLike | None = None) -> BatchTrace:
    """Return the trace of ``network`` over the batch from ``s0`` (N,), shared by all sequences; the batch's if left out.

    Raises
    ------
    BadSequence
        If ``s0`` does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Batch, Network, forward_batch
    >>> net = Network.random(inputs=2, hidden=4, outputs=3)
    >>> trace = forward_batch(net, Batch.of(net, [np.zeros((5, 2)), np.zeros((8, 2))], [0, 2], at="last"))
    >>> trace.s.shape, trace.read().shape  # states (T+1, B, N) and logits (B, p) where the loss is taken
    ((9, 2, 4), (2, 3))
    """
    network = _in(network, np.dtype(batch.precision))
    start = batch.s0 if s0 is None else s0
    passage = forward(
        network, rows_of(network, batch), batch.lengths, starts_of(network, start), batch.seam, batch.features
    )
    trace = BatchTrace(network, batch, passage.out, passage.states, passage.z)
    trace.keep(passage)
    return trace


@spelt
def bptt_batch(trace: BatchTrace, window: int | None = None, chunk: int | None = None) -> BatchGradient:
    """Return the gradients of the loss of the batch of ``trace``; ``window`` and ``chunk`` truncate as in `bptt`.

    They are sums over the sequences, not means: loss, losses, U, W, b, b_rec, V, c and s0, and x when it is asked for.

    Raises
    ------
    BadTargets
        If the truncation is none.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Batch, Network, bptt, bptt_batch, forward_batch
    >>> net = Network.random(inputs=2, hidden=4, outputs=3)
    >>> x = np.ones((5, 2))
    >>> gradient = bptt_batch(forward_batch(net, Batch.of(net, [x, x[:3]], [0, 2], at="last")))
    >>> alone = bptt(net.forward(x), 0, at="last").W + bptt(net.forward(x[:3]), 2, at="last").W
    >>> bool(np.allclose(gradient.W, alone))
    True
    """
    batch, net = trace.batch, trace.network
    reach = Reach(batch.steps, window, chunk)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        said = take_losses(net, trace.out, batch.targets, find_loss(batch.loss), batch.at, batch.lengths)
    back = trace.passage.back(said.entering, reach)
    parameters = {**back.parameters, "V": said.V, "c": said.c}
    s0 = next(iter(back.s0.values())) if len(back.s0) == 1 else back.s0
    return BatchGradient(
        float(said.losses.sum()), said.losses, parameters, s0, back.delta, said.entering, trace, reach
    )  # fmt: skip


def rows_of(network: Network, batch: Batch) -> Floats | Words:
    """Return what the network is given of a batch: symbols as one-hot rows, where no embedding reads them."""
    words = words_of(batch.x)
    if words is None or network.architecture.embedding is not None:
        return batch.x
    return one_hot(words, batch.lengths, network.architecture.columns, network.V.dtype)


def _in(network: Network, dtype: np.dtype[np.floating]) -> Network:
    """Return the network with its weights in another precision."""
    if network.V.dtype == dtype:
        return network
    return network.with_parameters({name: array.astype(dtype) for name, array in network.parameters.items()})
