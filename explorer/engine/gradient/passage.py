"""`Passage`: how a network has run over a batch, and how gradients go back through it, by its kernel or by its equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach, carry_back
from explorer.engine.network.given import Words, vectors
from explorer.engine.network.network import Network
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.kernels.kernel import AtHand

if TYPE_CHECKING:
    from explorer.engine.network import passage
    from explorer.engine.network.apart import Apart


@dataclass(frozen=True, slots=True)
class Back:
    """Gradients on the parameters but the readout's, on the states (B, N) that chains start from, and on x (T, B, m).

    That on x is None unless it was asked for. ``delta`` (T, B, G·n) are those on the net inputs of a network that a kernel
    runs.
    """

    parameters: dict[str, Floats]
    s0: dict[str, Floats]
    x: Floats | None
    delta: Floats


class Passage(Protocol):
    """A run over a batch, sequences longest first and time-major: out (T, B, n), and the states (T+1, B, N) of each chain."""

    @property
    def out(self) -> Floats:
        """Return what the last layer gives out."""

    @property
    def states(self) -> Mapping[str, Floats]:
        """Return the states of each chain, in the order in which it runs."""

    @property
    def z(self) -> Floats:
        """Return the net inputs (T, B, G·n) of a network that a kernel runs."""

    @property
    def bytes(self) -> int:
        """Return what is kept for the way back, in bytes."""

    def back(self, entering: Floats, reach: Reach, inputs: bool = False) -> Back:
        """Return the gradients from those that enter (T, B, n) at what the last layer gives out."""


@dataclass(frozen=True, slots=True)
class KernelPassage:
    """A run by the hand-written kernel: x (T, B, m), s (T+1, B, N), z (T, B, G·n)."""

    network: Network
    x: Floats
    s: Floats
    z: Floats
    lengths: NDArray[np.intp]

    @property
    def out(self) -> Floats:
        """Return h_1..h_T (T, B, n)."""
        return self.s[1:, :, : self.network.hidden]

    @property
    def states(self) -> Mapping[str, Floats]:
        """Return the states of the only chain."""
        return {self.network.architecture.chains[0].name: self.s}

    @property
    def bytes(self) -> int:
        """Return the bytes of states, net inputs and inputs."""
        return self.s.nbytes + self.z.nbytes + self.x.nbytes

    def back(self, entering: Floats, reach: Reach, inputs: bool = False) -> Back:
        """Return the gradients from those that enter (T, B, n) at h_1..h_T."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            found = carry_back(self.network, self.x, self.s, self.z, entering, self.lengths, reach)
            x = found.delta @ self.network.U if inputs else None
        return Back(found.parameters, {next(iter(self.states)): found.s0}, x, found.delta)


@dataclass(frozen=True, slots=True)
class EquationPassage:
    """A run by the equations."""

    ran: passage.Passage | Apart

    @property
    def out(self) -> Floats:
        """Return what the last level gives out."""
        return self.ran.out

    @property
    def states(self) -> Mapping[str, Floats]:
        """Return the states of each chain."""
        return self.ran.states

    @property
    def z(self) -> Floats:
        """Return nothing: no kernel, no net inputs apart."""
        return np.empty((*self.ran.out.shape[:2], 0), self.ran.out.dtype)

    @property
    def bytes(self) -> int:
        """Return the bytes of all values of all steps."""
        return self.ran.bytes

    def back(self, entering: Floats, reach: Reach, inputs: bool = False) -> Back:
        """Return the gradients from those that enter (T, B, n)."""
        found = self.ran.back(entering, reach.cuts(), reach.window, inputs)
        return Back(dict(found.weights), dict(found.s0), found.x, self.z)


def forward(
    network: Network,
    x: Floats | Words,
    lengths: NDArray[np.intp],
    starts: Mapping[str, Floats],
    seam: NDArray[np.intp] | int | None = None,
    features: Floats | None = None,
) -> Passage:
    """Return the run over x (T, B, m), sequences longest first, from states (N,) by chain; zero after a sequence's end.

    A decoder takes over after ``seam`` steps, the same for all sequences or one for each (B,). Of a network with an embedding
    x are words (T, B); ``features`` (B, k) are those of the sequences.
    """
    if network.architecture.alone is None:
        # A network that a kernel runs does not wait for what runs equations.
        from explorer.engine.network.passage import travelled

        return EquationPassage(travelled(network, x, lengths, starts, seam, features))
    x = vectors(None, x)
    T, B, m = x.shape
    chain, kernel = network.architecture.chains[0], network.kernel
    # W is read column by column on the way forward: turned once, it is read faster at every step.
    turned = AtHand(np.asfortranarray(network.W), network.b_rec, network.activation, network.hidden)
    s = np.zeros((T + 1, B, chain.step.N), x.dtype)
    if chain.name in starts:
        s[0] = starts[chain.name]
    # All that doesn't depend on a state, in one product.
    z = (x.reshape(-1, m) @ network.U.T).reshape(T, B, -1)
    z += network.b
    running = (lengths[:, None] > np.arange(T)).sum(axis=0)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for t, some in enumerate(running):
            kernel.advance(turned, z[t, :some], s[t, :some], s[t + 1, :some])
    return KernelPassage(network, x, s, z, lengths)


def passage_of(trace: Trace) -> Passage:
    """Return the run of a single sequence as one of a batch, along the states of the trace."""
    network, course, lengths = trace.network, next(iter(trace.chains.values())), np.array([trace.steps])
    if network.architecture.alone is not None:
        return KernelPassage(network, trace.x[:, None], course.s[:, None], course.z[:, None], lengths)
    starts = {name: course.s[0] for name, course in trace.chains.items()}
    from explorer.engine.network.passage import travelled

    return EquationPassage(travelled(network, trace.given[:, None], lengths, starts, course.seam, trace.features))
