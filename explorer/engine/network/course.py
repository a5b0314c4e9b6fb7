"""`Course`: what happened along one chain, and the Jacobians of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.limits import at_a_time
from explorer.engine.network.chain import Chain
from explorer.engine.network.given import Words
from explorer.engine.recurrence.motion import Motion, Path
from explorer.engine.shown import States
from explorer.engine.signed import Signed
from explorer.engine.values import Value

if TYPE_CHECKING:
    from explorer.engine.network.network import Network


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Course(Value, States):
    """What happened along a chain in a forward pass; arrays are read-only.

    x (T, m) inputs, s (T+1, N) states, out (T, n) what the chain gives out, z (T, ·) net inputs, in the order in which it
    runs: a backward chain's first input is the sequence's last. (Its `Flow` and a gradient's items are in the sequence's
    time.) N is the width of the whole state; ``parts`` says where each part of it stands; ``seam`` is the encoder's last step
    where a decoder takes over. `Network.forward` makes a course of each chain of its ``network``, by its ``name``;
    ``words`` (T,) are those that x comes from, if it does.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Layer, Network, gradient_flow
    >>> net = Network.random(layers=[Layer("lstm", 8), Layer("rnn", 4)], inputs=3, outputs=2)
    >>> course = net.forward(np.zeros((10, 3))).chains["net"]
    >>> dict(course.parts)
    {'1/h': slice(0, 8, None), '1/c': slice(8, 16, None), '2/h': slice(16, 20, None)}
    >>> gradient_flow(course).log_norm.shape
    (11, 11)
    """

    network: Network
    name: str
    x: Floats
    s: Floats
    out: Floats
    z: Floats
    seam: int | None = None
    words: Words | None = None
    _motion: Motion | None = field(default=None, init=False, repr=False)

    @property
    def chain(self) -> Chain:
        """Return the chain."""
        return self.network.chain(self.name)

    @property
    def parts(self) -> Mapping[str, slice]:
        """Return where each part of the state stands."""
        return self.chain.step.parts

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.x)

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return self.s.shape[1]

    @property
    def motion(self) -> Motion:
        """Return what knows how the states hang together; made again where it was not kept."""
        if self._motion is None:
            return self.keep(self.network.motion(self))
        return self._motion

    def keep(self, motion: Motion) -> Motion:
        """Keep what a run left behind of how its states hang together, and return it."""
        object.__setattr__(self, "_motion", motion)
        return motion

    def check_pair(self, t: int, k: int) -> None:
        """Refuse a pair outside 0 ≤ k ≤ t ≤ T.

        Raises
        ------
        BadSequence
            Naming the pair.
        """
        check_pair(t, k, self.steps)

    def jacobians(self) -> Floats:
        """Return J_1..J_T (T, N, N), J_t = ∂s_t/∂s_{t−1}; row = unit of s_t, column = unit of s_{t−1}.

        They are made anew at every call: a thousand steps of 256 units are half a gigabyte.
        """
        return read_only(self.motion.jacobians(0, self.steps))

    def walk(self, after: int, until: int, delay: int = 1) -> Iterator[Floats]:
        """Yield J_{after+1}..J_{until} (N, N) one after the other, without ever holding all of them."""
        size = at_a_time(8 * self.width**2)
        for first in range(after, until, size):
            yield from read_only(self.motion.jacobians(first, min(first + size, until), delay=delay))

    def walk_back(self, until: int, after: int = 0, path: Path = "whole", delay: int = 1) -> Iterator[Floats]:
        """Yield J_{until}..J_{after+1} (N, N), or their part along a path, without ever holding all of them."""
        size = at_a_time(8 * self.width**2)
        for last in range(until, after, -size):
            yield from read_only(self.motion.jacobians(max(after, last - size), last, path, delay))[::-1]

    def log_jacobian(self, t: int, path: Path = "whole") -> Signed:
        """Return J_t, or its part along a path, as (ln|entry|, sign), exact where the plain entry underflows."""
        return self.motion.log_jacobian(t, path)

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by, beyond rounding; None for nothing."""
        return self.motion.log_errors()

    def log_block_errors(self) -> Floats | None:
        """Return the same of each block (T, P, P) of J, row part by column part; None where whole rows alone are known."""
        return self.motion.log_block_errors()

    def log_error_entries(self, t: int) -> Floats | None:
        """Return ln of what each entry of J_t is off by, beyond rounding; None for nothing."""
        return self.motion.log_error_entries(t)


def read_only(array: Floats) -> Floats:
    """Return ``array`` itself, which nobody can write into any more."""
    array.setflags(write=False)
    return array


def check_pair(t: int, k: int, T: int) -> None:
    """Refuse a pair outside 0 ≤ k ≤ t ≤ T.

    Raises
    ------
    BadSequence
        Naming the pair.
    """
    if not 0 <= k <= t <= T:
        raise BadSequence("There is no pair t = {t}, k = {k}; 0 ≤ k ≤ t ≤ {T} is expected.", t=t, k=k, T=T)
