"""Many sequences of unequal length at once: what training stands on.

The sums are those of `bptt` over the sequences one by one; no mask is left to the reader, what lies behind a sequence's end
is never worked out and is zero in every array; targets are filled up with none. A batch may be worked out in float32,
faster and to about six digits; the weights stay float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach, read_states, take_losses
from explorer.engine.gradient.gradient import Stacked
from explorer.engine.gradient.losses import NO_CLASS, Targets, find_loss, find_place
from explorer.engine.gradient.passage import Passage, forward
from explorer.engine.names import spelt
from explorer.engine.network.given import Input, Read, Words, as_input
from explorer.engine.network.network import Network
from explorer.engine.network.running import read, starts_of
from explorer.engine.network.trace import only_chain
from explorer.engine.values import Value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Batch(Value):
    """B sequences with their targets, padded with zeros and time-major; arrays are read-only.

    x (T, B, m), lengths (B,) descending, order (B,): row i is the sequence number order[i] of those given. targets are
    classes (T, B) or real (T, B, p) for a loss at every step, none (−1 or NaN) behind a sequence's end; (B,) or (B, p) for
    one at the last state or on the mean.
    All sequences begin at ``s0`` (N,), zero where there is none; a decoder takes over after ``seam`` (B,) steps. Of a network
    with an embedding x are words (T, B); ``features`` (B, k) are those of the sequences. All is worked out in ``precision``.

    `Batch.of` makes one of sequences and targets, and refuses what does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Batch, Network
    >>> net = Network.random(inputs=2, hidden=4, outputs=3)
    >>> batch = Batch.of(net, [np.zeros((5, 2)), np.zeros((8, 2))], [0, 2], at="last")
    >>> batch.x.shape, batch.lengths.tolist(), batch.order.tolist(), batch.targets.tolist()
    ((8, 2, 2), [8, 5], [1, 0], [2, 0])
    """

    x: Floats | Words
    lengths: NDArray[np.intp]
    order: NDArray[np.intp]
    targets: Targets
    loss: str
    at: str
    s0: Floats | None = None
    seam: NDArray[np.intp] | None = None
    features: Floats | None = None
    precision: str = "float64"

    @classmethod
    @spelt
    def of(
        cls,
        network: Network,
        sequences: Sequence[ArrayLike | Input],
        targets: Sequence[ArrayLike],
        loss: str = "cross_entropy",
        at: str = "every",
        dtype: DTypeLike = np.float64,
    ) -> Batch:
        """Return a batch for networks with the inputs and outputs of ``network``; sequence by sequence as in `bptt`.

        ``sequences`` are arrays (T_i, m), or `Input`; ``targets``, ``loss`` and ``at`` are as in `Examples`. ``dtype`` is
        float64 or float32, in which all that follows is worked out.

        Raises
        ------
        BadSequence
            If a sequence does not fit the network.
        BadTargets
            If targets don't fit their sequence, there is not one for each, or there is no sequence.

        Examples
        --------
        >>> import numpy as np
        >>> from explorer.engine import Batch, Network
        >>> net = Network.random(inputs=2, hidden=4, outputs=1)
        >>> Batch.of(net, [np.ones((5, 2))], [0.5], loss="squared_error", at="mean").terms
        1
        """
        loss, at = find_loss(loss).name, find_place(at)
        read = read_examples(network, sequences, targets, loss, at)
        return cls.joined([x for x, _ in read], [wanted for _, wanted in read], loss, at, dtype)

    @classmethod
    def joined(
        cls, inputs: Sequence[Read], targets: Sequence[Targets], loss: str, at: str, dtype: DTypeLike = np.float64
    ) -> Batch:
        """Return a batch of examples that `read_examples` has checked."""
        order = np.argsort([-len(one) for one in inputs], kind="stable")
        rows, ordered = [inputs[i] for i in order], [targets[i] for i in order]
        lengths = np.array([len(one) for one in rows])
        nothing = NO_CLASS if ordered[0].dtype.kind == "i" else np.nan
        padded = _padded(ordered, nothing) if at == "every" else np.array(ordered)
        if padded.dtype.kind == "f":
            padded = padded.astype(dtype, copy=False)
        x = _padded([one.x for one in rows], 0.0)
        return cls(
            x.astype(dtype, copy=False) if x.dtype.kind == "f" else x, lengths, order, padded, loss, at,
            seam=_beside([one.seam for one in rows], np.intp), features=_beside([one.features for one in rows], dtype),
            precision=np.dtype(dtype).name,
        )  # fmt: skip

    @property
    def terms(self) -> int:
        """Return how many losses there are: steps with a target, or sequences."""
        return int(find_loss(self.loss).counted(self.targets).sum())

    @property
    def steps(self) -> int:
        """Return T, the length of the longest sequence."""
        return len(self.x)

    @property
    def size(self) -> int:
        """Return B, the number of sequences."""
        return len(self.lengths)


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
            return self.keep(forward(self.network, batch.x, batch.lengths, starts, batch.seam, batch.features))
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


def read_examples(
    network: Network, sequences: Sequence[ArrayLike | Input], targets: Sequence[ArrayLike], loss: str, at: str
) -> list[tuple[Read, Targets]]:
    """Return the sequences with their targets, checked against each other and against the network; as in `Batch.of`."""
    if len(sequences) == 0 or len(sequences) != len(targets):
        raise BadTargets(
            "There are {sequences} sequences and {targets} targets; as many of both are expected, at least one.",
            sequences=len(sequences), targets=len(targets),
        )  # fmt: skip
    kind, p = find_loss(loss), len(network.c)
    xs = [read(network.architecture, as_input(one)) for one in sequences]
    return [(x, kind.read(a, (len(x),) if at == "every" else (), p)) for x, a in zip(xs, targets, strict=True)]


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
    passage = forward(network, batch.x, batch.lengths, starts_of(network, start), batch.seam, batch.features)
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


def _beside(rows: Sequence[Any], dtype: DTypeLike) -> NDArray[Any] | None:
    """Return what goes with each sequence (B, …); None where nothing does."""
    return None if rows[0] is None else np.array(rows, dtype=dtype)


def _in(network: Network, dtype: np.dtype[np.floating]) -> Network:
    """Return the network with its weights in another precision."""
    if network.V.dtype == dtype:
        return network
    return network.with_parameters({name: array.astype(dtype) for name, array in network.parameters.items()})


def _padded(rows: list[Targets], with_: float) -> Targets:
    """Return the arrays (T_i, …) beside each other, (T, B, …), filled up behind their ends."""
    padded = np.full((max(map(len, rows)), len(rows), *rows[0].shape[1:]), with_, dtype=rows[0].dtype)
    for i, row in enumerate(rows):
        padded[: len(row), i] = row
    return padded
