"""`Objective`: the loss along a trace as a function of everything that it depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import read_states
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.gradient.losses import Loss, Targets, find_loss, find_place
from explorer.engine.network.trace import Trace


@dataclass(frozen=True, slots=True)
class Objective:
    """A loss of a trace; ``targets`` are checked, one for each loss that is taken (R,) or (R, p): R is T, or one."""

    trace: Trace
    targets: Targets
    loss: Loss
    at: str

    @classmethod
    def of(cls, trace: Trace, targets: ArrayLike, loss: str, at: str) -> Objective:
        """Return the loss that `bptt` takes, with the same words.

        Raises
        ------
        BadTargets
            If the targets don't fit, or there is no such loss or place.
        """
        at = find_place(at)
        kind = find_loss(loss)
        wanted = kind.read(targets, (trace.steps,) if at == "every" else (), len(trace.network.c))
        return cls(trace, wanted if at == "every" else wanted[None], kind, at)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of what the loss depends on: the weights that the cell has, "x" and "s0"."""
        weights = (name for name in WEIGHTS if name != "b_rec" or self.trace.network.kernel.recurrent_bias)
        return (*weights, "x", "s0")

    def logits(self) -> Floats:
        """Return the logits y (R, p) that the loss is taken of, rounded as `bptt` rounds them."""
        net, T = self.trace.network, self.trace.steps
        h = read_states(net, self.trace.s[1:, None, : net.hidden], self.at, np.array([T]))
        return (h @ net.V.T + net.c).reshape(-1, len(net.c))

    def read(self, h: Floats) -> Floats:
        """Return what the readout reads (…, R, n) of states h_1..h_T (…, T, n)."""
        if self.at == "every":
            return h
        return h[..., -1:, :] if self.at == "last" else h.mean(axis=-2, keepdims=True)

    def value(self) -> float:
        """Return the loss, by its definition."""
        return float(self.loss.value(self.logits(), self.targets).sum())

    def point(self, name: str) -> Floats:
        """Return the value of a parameter."""
        if name in ("x", "s0"):
            return self.trace.x if name == "x" else self.trace.s[0]
        return np.asarray(getattr(self.trace.network, name))

    def moved(self, name: str, by: Floats) -> Objective:
        """Return the loss of the trace run again with one parameter moved.

        Raises
        ------
        BadSequence
            If inputs or an initial state are moved out of the range of float64.
        """
        net, s0, value = self.trace.network, self.trace.s[0], self.point(name) + by
        if name == "x":
            return replace(self, trace=net.forward(value, s0=s0))
        if name == "s0":
            return replace(self, trace=net.forward(self.trace.x, s0=value))
        return replace(self, trace=net.with_parameters({name: value}).forward(self.trace.x, s0=s0))
