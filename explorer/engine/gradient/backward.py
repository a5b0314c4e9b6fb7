"""Backpropagation through time for many sequences at once: what enters at each state, and how it is carried back.

Arrays are time-major, (steps T, sequences B, …): what one step needs lies together. Sequences stand longest first, so that
those still running at a step are the first few, and nothing after a sequence's end is ever worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Loss, Targets
from explorer.engine.network.network import Network
from explorer.engine.recurrence.kernels.kernel import AtHand, Kernel

# The derivatives of so many bytes of net inputs are worked out together: few calls, and they stay in the cache.
_BLOCK_BYTES = 256 * 2**10


@dataclass(frozen=True, slots=True)
class Reach:
    """Which terms (t, k) of the gradient are kept; two kinds of truncation that give different numbers.

    ``window`` τ slides: it keeps the terms with t − k < τ. ``chunk`` τ detaches the state after steps τ, 2τ, …: it keeps
    the terms whose t and k lie in the same chunk.
    """

    steps: int
    window: int | None = None
    chunk: int | None = None

    def __post_init__(self) -> None:
        for name, length in (("window", self.window), ("chunk", self.chunk)):
            if length is not None and length < 1:
                raise BadTargets("The {name} is {length} steps; at least one is needed.", name=name, length=length)
        if self.window is not None and self.chunk is not None:
            raise BadTargets("A gradient is truncated by a window or by chunks, not by both.")

    @property
    def slides(self) -> bool:
        """Return whether a window cuts anything."""
        return self.window is not None and self.window < self.steps

    def last(self, k: int) -> int:
        """Return the last step t whose loss still reaches step k, both counted from 1."""
        if self.window is not None:
            return min(self.steps, k + self.window - 1)
        if self.chunk is not None:
            return min(self.steps, -(-k // self.chunk) * self.chunk)
        return self.steps

    def cuts(self) -> tuple[int, ...]:
        """Return the steps t at which nothing comes back into s_t from later ones."""
        return tuple(range(self.chunk, self.steps, self.chunk)) if self.chunk is not None else ()

    def detached(self, t: int) -> bool:
        """Return whether nothing comes back into s_t from later steps."""
        return self.chunk is not None and t % self.chunk == 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the loss says: losses (T, B), V (p, n), c (p,), entering (T, B, n): ∂L/∂h_t without the way through h_{t+1}."""

    losses: Floats
    V: Floats
    c: Floats
    entering: Floats


@dataclass(frozen=True, slots=True)
class Carried:
    """The gradients of what is shared by all steps, with delta (T, B, G·n) on z_1..z_T and s0 (B, N) on the initial state."""

    parameters: dict[str, Floats]
    delta: Floats
    s0: Floats


def take_losses(net: Network, h: Floats, targets: Targets, loss: Loss, at: str, lengths: NDArray[np.intp]) -> Judgement:
    """Return the losses of h_1..h_T (T, B, n) and where their gradients enter; zero after a sequence's end.

    Of losses at every step the targets say themselves where there is none: they are padded with no target.
    """
    T, B, n = h.shape
    read = read_states(net, h, at, lengths)
    y = read @ net.V.T + net.c
    value, dy = loss.both(y, targets)
    if at == "every":
        losses, entering = value, dy @ net.V
    else:
        losses, entering = np.zeros((T, B), h.dtype), np.zeros((T, B, n), h.dtype)
        losses[lengths - 1, np.arange(B)] = value
        if at == "last":
            np.put_along_axis(entering, net.architecture.last_steps(lengths)[None], (dy @ net.V)[None], axis=0)
        else:
            inside = np.arange(T)[:, None] < lengths
            entering[...] = np.where(inside[..., None], dy @ net.V / lengths[:, None].astype(h.dtype), 0.0)
    dy = dy.reshape(-1, len(net.c))
    return Judgement(losses, dy.T @ read.reshape(-1, n), dy.sum(axis=0), entering)


def read_states(net: Network, h: Floats, at: str, lengths: NDArray[np.intp]) -> Floats:
    """Return what the readout reads of h_1..h_T (T, B, n): every one, the last ones or their means (B, n).

    The last one is each chain's own: of a chain that runs backward, what it gives out at the sequence's first step.
    """
    if at == "every":
        return h
    if at == "last":
        return np.take_along_axis(h, net.architecture.last_steps(lengths)[None], axis=0)[0]
    return h.sum(axis=0) / lengths[:, None].astype(h.dtype)


def carry_back(
    net: Network, x: Floats, s: Floats, z: Floats, entering: Floats, lengths: NDArray[np.intp], reach: Reach
) -> Carried:
    """Return the gradients from x (T, B, m), s (T+1, B, N), z (T, B, G·n) and what enters at each state.

    One vector–Jacobian product a step; with a sliding window one for each of its loss steps.
    """
    n, kernel, weights = net.hidden, net.kernel, AtHand(net.W, net.b_rec, net.activation, net.hidden)
    delta = np.zeros_like(z)
    # What reaches W h_{t−1} + b_rec: kept apart only where it is not δ itself.
    through = np.empty_like(z) if kernel.recurrent_bias else delta
    g = np.zeros((reach.window or 1, *s.shape[1:]) if reach.slides else s.shape[1:], s.dtype)
    running = (lengths[:, None] > np.arange(len(z))).sum(axis=0)
    for block in _blocks(z):
        slopes = kernel.slopes(weights, s[block], z[block], s[block.start + 1 : block.stop + 1])
        for t in reversed(range(block.start, block.stop)):
            slope = slopes[t - block.start]
            if reach.slides:
                g = _slide(kernel, weights, slope, g, entering[t], delta[t])
            else:
                g = np.zeros_like(g) if reach.detached(t + 1) else g
                g = _step(kernel, weights, slope, g, entering[t], delta[t], running[t])
        if through is not delta:
            through[block] = kernel.recurrent(slopes, delta[block])
    by_z, by_read = delta.reshape(-1, len(net.b)), through.reshape(-1, len(net.b))
    parameters = {
        "U": by_z.T @ x.reshape(-1, net.inputs),
        "W": by_read.T @ s[:-1, :, :n].reshape(-1, n),
        "b": by_z.sum(axis=0),
        "b_rec": net.gate_rows(by_read.sum(axis=0)) if kernel.recurrent_bias else np.zeros_like(net.b_rec),
    }
    return Carried(parameters, delta, g.sum(axis=0) if reach.slides else g)


def _blocks(z: Floats) -> Iterator[slice]:
    """Yield the steps, last first, some at a time."""
    size = max(1, _BLOCK_BYTES // z[0].nbytes)
    for stop in range(len(z), 0, -size):
        yield slice(max(0, stop - size), stop)


def _step(
    kernel: Kernel, weights: AtHand, slopes: Floats, g: Floats, entering: Floats, delta: Floats, running: int
) -> Floats:
    """Return the gradient on s_{t−1} (B, N) from that on s_t, ``g``, of the sequences still running at t."""
    g[:, : weights.hidden] += entering
    if running == len(g):
        return kernel.pull(weights, slopes, g, delta)
    g[:running] = kernel.pull(weights, slopes[:running], g[:running], delta[:running])
    return g


def _slide(kernel: Kernel, weights: AtHand, slopes: Floats, g: Floats, entering: Floats, delta: Floats) -> Floats:
    """Return the same with the loss steps of the window apart, g (τ, B, N): the oldest is dropped as a new one enters."""
    g = np.roll(g, 1, axis=0)
    g[0] = 0.0
    g[0, :, : weights.hidden] = entering
    apart = np.empty((len(g), *delta.shape), delta.dtype)
    g = kernel.pull(weights, slopes, g, apart)
    apart.sum(axis=0, out=delta)
    return g
