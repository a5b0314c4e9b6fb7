"""`Objective`: the loss along a trace as a function of everything that it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Loss, Targets, find_loss, find_place
from explorer.engine.gradient.meant import unused
from explorer.engine.network.course import Course
from explorer.engine.network.given import EMBEDDING
from explorer.engine.network.trace import Trace

GIVEN = ("x", "s0")
"""What a loss depends on beside the parameters: the inputs, and the states that all chains start from."""


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
        """Return the names of what the loss depends on: the network's parameters, "x" and "s0"."""
        none = unused(self.trace.network.architecture)
        return (*(name for name in self.trace.network.parameters if name not in none), *GIVEN)

    @property
    def courses(self) -> tuple[tuple[Course, ...], ...]:
        """Return the courses of the chains of each level."""
        chains = self.trace.chains
        return tuple(tuple(chains[chain.name] for chain in level) for level in self.trace.network.architecture.levels)

    @property
    def out(self) -> Floats:
        """Return what the last level gives out (T, n)."""
        return side_by_side([(course, course.out) for course in self.courses[-1]])

    def logits(self) -> Floats:
        """Return the logits y (R, p) that the loss is taken of."""
        return self.read(self.out) @ self.trace.network.V.T + self.trace.network.c

    def read(self, h: Floats) -> Floats:
        """Return what the readout reads (…, R, n) of what the last level gives out (…, T, n), rounded as `bptt` rounds it."""
        if self.at == "every":
            return h
        if self.at == "mean":
            return h.sum(axis=-2, keepdims=True) / float(h.shape[-2])
        last = self.trace.network.architecture.last_steps(np.array([h.shape[-2]]))[0]
        return h[..., last, np.arange(h.shape[-1])][..., None, :]

    def value(self) -> float:
        """Return the loss, by its definition."""
        return float(self.loss.value(self.logits(), self.targets).sum())

    def point(self, name: str) -> Floats:
        """Return the value of a parameter; of "s0" of all chains, one after the other."""
        if name == "s0":
            return np.concatenate([course.s[0] for course in self.trace.chains.values()])
        return self.trace.x if name == "x" else self.trace.network.parameters[name]

    def read_along(self, name: str, directions: Floats) -> Floats:
        """Return how what the first level reads (D, T, ·) changes along directions (D, …) of a parameter.

        The features of the sequence, which do not change, stand before x.
        """
        trace, features = self.trace, self.trace.network.architecture.features
        x = np.zeros((len(directions), trace.steps, features + trace.x.shape[1]))
        if name == "x":
            x[..., features:] = directions
        if name == EMBEDDING and trace.words is not None:
            x[..., features:] = directions[:, trace.words]
        return x

    def apart(self, s0: Floats) -> Mapping[str, Floats]:
        """Return states (…, ΣN) that all chains start from by chain, (…, N)."""
        ends = np.cumsum([course.width for course in self.trace.chains.values()])[:-1]
        return dict(zip(self.trace.chains, np.split(s0, ends, axis=-1), strict=True))


def side_by_side(outs: list[tuple[Course, Floats]]) -> Floats:
    """Return what the chains of a level give out (…, T, ·), each in its own order, beside each other in the sequence's."""
    turned = [out[..., ::-1, :] if course.chain.backward else out for course, out in outs]
    return turned[0] if len(turned) == 1 else np.concatenate(turned, axis=-1)
