"""Many sequences of unequal length at once: what training stands on.

The sums are those of `bptt` over the sequences one by one; no mask is left to the reader, what lies behind a sequence's end
is never worked out and is zero in every array. A batch may be worked out in float32, faster and to about
six digits; the weights stay float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from explorer.engine.activations import Floats
from explorer.engine.backward import Reach, carry_back, judge
from explorer.engine.errors import BadTargets
from explorer.engine.gradient import WEIGHTS
from explorer.engine.losses import Targets, check_place, find_loss
from explorer.engine.network import Network, check_sequence, check_state


@dataclass(frozen=True, slots=True)
class Batch:
    """B sequences with their targets, padded with zeros and time-major; arrays are read-only.

    x (T, B, m), lengths (B,) descending, order (B,): row i is the sequence number order[i] of those given. targets are
    classes (T, B) or real (T, B, p) for a loss at every step, (B,) or (B, p) for one at the last state or on the mean.
    """

    x: Floats
    lengths: NDArray[np.intp]
    order: NDArray[np.intp]
    targets: Targets
    loss: str
    at: str

    @classmethod
    def of(
        cls,
        network: Network,
        sequences: Sequence[ArrayLike],
        targets: Sequence[ArrayLike],
        loss: str = "cross_entropy",
        at: str = "every",
        dtype: DTypeLike = np.float64,
    ) -> Batch:
        """Return a batch for networks with the inputs and outputs of ``network``; sequence by sequence as in `bptt`.

        ``dtype`` is float64 or float32, in which all that follows is worked out.

        Raises
        ------
        BadSequence
            If a sequence does not fit the network.
        BadTargets
            If targets don't fit their sequence, there is not one for each, or there is no sequence.
        """
        check_place(at)
        if not sequences or len(sequences) != len(targets):
            raise BadTargets(
                "There are {sequences} sequences and {targets} targets; as many of both are expected, at least one.",
                sequences=len(sequences), targets=len(targets),
            )  # fmt: skip
        xs = [check_sequence(x, network.inputs) for x in sequences]
        kind, p = find_loss(loss), len(network.c)
        wanted = [kind.read(a, (len(x),) if at == "every" else (), p) for a, x in zip(targets, xs, strict=True)]
        order = np.argsort([-len(x) for x in xs], kind="stable")
        lengths = np.array([len(xs[i]) for i in order])
        ordered = [wanted[i] for i in order]
        padded = _padded(ordered) if at == "every" else np.array(ordered)
        if padded.dtype.kind == "f":
            padded = padded.astype(dtype)
        arrays = _padded([xs[i] for i in order]).astype(dtype), lengths, order, padded
        for array in arrays:
            array.setflags(write=False)
        return cls(*arrays, loss, at)

    @property
    def steps(self) -> int:
        """Return T, the length of the longest sequence."""
        return len(self.x)

    @property
    def size(self) -> int:
        """Return B, the number of sequences."""
        return len(self.lengths)


@dataclass(frozen=True, slots=True)
class BatchTrace:
    """A forward pass of a batch: s (T+1, B, N) from the initial states, z (T, B, G·n); zero after a sequence's end."""

    network: Network
    batch: Batch
    s: Floats
    z: Floats

    def logits(self) -> Floats:
        """Return y (T, B, p) for every step; after a sequence's end it means nothing."""
        return self.s[1:, :, : self.network.hidden] @ self.network.V.T + self.network.c


@dataclass(frozen=True, slots=True)
class BatchGradient:
    """∂L/∂θ for L the sum over the sequences: loss, losses (T, B), U, W, b, V, c, b_rec in the shapes of the weights.

    s0 (B, N); delta (T, B, G·n) on the net inputs. Rows of sequences are in the order of the batch.
    """

    loss: float
    losses: Floats
    U: Floats
    W: Floats
    b: Floats
    V: Floats
    c: Floats
    b_rec: Floats
    s0: Floats
    delta: Floats
    trace: BatchTrace

    @property
    def x(self) -> Floats:
        """Return ∂L/∂x (T, B, m), worked out when asked for: no weight needs it."""
        return self.delta @ self.trace.network.U


def forward_batch(network: Network, batch: Batch, s0: ArrayLike | None = None) -> BatchTrace:
    """Return the trace of ``network`` over the batch from ``s0`` (N,), shared by all sequences, zero if left out.

    Raises
    ------
    BadSequence
        If ``s0`` does not fit.
    """
    T, B, m = batch.x.shape
    network = _in(network, batch.x.dtype)
    s = np.zeros((T + 1, B, network.width), batch.x.dtype)
    if s0 is not None:
        s[0] = check_state(s0, network.width)
    # All that doesn't depend on a state, in one product.
    z = (batch.x.reshape(-1, m) @ network.U.T).reshape(T, B, -1)
    z += network.b
    running = (batch.lengths[:, None] > np.arange(T)).sum(axis=0)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for t, some in enumerate(running):
            network.kind.advance(network, z[t, :some], s[t, :some], s[t + 1, :some])
    for array in (s, z):
        array.setflags(write=False)
    return BatchTrace(network, batch, s, z)


def bptt_batch(trace: BatchTrace, window: int | None = None, chunk: int | None = None) -> BatchGradient:
    """Return the gradients of the batch's loss, truncated as in `bptt`.

    Raises
    ------
    BadTargets
        If the truncation is none.
    """
    batch, net = trace.batch, trace.network
    reach = Reach(batch.steps, window, chunk)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        h = trace.s[1:, :, : net.hidden]
        said = judge(net, h, batch.targets, find_loss(batch.loss), batch.at, batch.lengths)
        back = carry_back(net, batch.x, trace.s, trace.z, said.entering, batch.lengths, reach)
    return BatchGradient(
        float(said.losses.sum()),
        said.losses,
        back.U,
        back.W,
        back.b,
        said.V,
        said.c,
        back.b_rec,
        back.s0,
        back.delta,
        trace,
    )


def _in(network: Network, dtype: np.dtype[np.floating]) -> Network:
    """Return the network with its weights in another precision."""
    if network.W.dtype == dtype:
        return network
    weights = {name: getattr(network, name).astype(dtype) for name in WEIGHTS}
    return Network(network.cell, network.activation, network.readout, **weights)


def _padded(rows: list[Targets]) -> Targets:
    """Return the arrays (T_i, …) beside each other, (T, B, …), zeros behind their ends."""
    padded = np.zeros((max(map(len, rows)), len(rows), *rows[0].shape[1:]), dtype=rows[0].dtype)
    for i, row in enumerate(rows):
        padded[: len(row), i] = row
    return padded
