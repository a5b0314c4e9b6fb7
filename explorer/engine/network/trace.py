"""`Trace`: everything that happened in a forward pass, along one chain or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from explorer.engine.errors import BadNetwork, Names
from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.given import Words
from explorer.engine.shown import States
from explorer.engine.values import Value

Steps = TypeVar("Steps")

if TYPE_CHECKING:
    from explorer.engine.network.network import Network


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trace(Value, States):
    """What happened in a forward pass; arrays are read-only.

    x (T, m) inputs, y (T, p) logits, o (T, p) outputs, and the courses of the ``chains`` by name. Row t−1 of x, y and o
    belongs to step t. Where there is one chain, s (T+1, N) are its states from s_0 and z (T, ·) its net inputs, and a trace
    may be given wherever a course is asked for.

    ``words`` (T,) are those that an embedding turned into x, None where it was given x; ``features`` (k,) those of the whole
    sequence.

    N is the width of the state: n, or 2n for the LSTM's (h, c). `Network.forward` makes a trace of its ``network``; two are
    equal if their numbers are.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network
    >>> trace = Network.random(cell="lstm", inputs=3, hidden=8, outputs=4).forward(np.zeros((10, 3)))
    >>> trace.s.shape, trace.z.shape, trace.o.shape
    ((11, 16), (10, 32), (10, 4))
    >>> trace.jacobians().shape  # J_1..J_T
    (10, 16, 16)
    """

    network: Network
    x: Floats
    y: Floats
    o: Floats
    chains: Mapping[str, Course]
    words: Words | None = None
    features: Floats | None = None

    @property
    def given(self) -> Floats | Words:
        """Return what the network was given: words (T,), or x (T, m)."""
        return self.x if self.words is None else self.words

    @property
    def only(self) -> Course:
        """Return the course of the only chain.

        Raises
        ------
        BadNetwork
            If there are several, with their names.
        """
        only_chain(self.chains)
        return next(iter(self.chains.values()))

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.x)

    @property
    def width(self) -> int:
        """Return N, the width of the only chain's state."""
        return self.only.width

    @property
    def s(self) -> Floats:
        """Return the states s_0..s_T (T+1, N) of the only chain."""
        return self.only.s

    @property
    def z(self) -> Floats:
        """Return the net inputs z_1..z_T (T, ·) of the only chain."""
        return self.only.z

    def jacobians(self) -> Floats:
        """Return J_1..J_T (T, N, N) of the only chain, J_t = ∂s_t/∂s_{t−1}; row = unit of s_t, column = unit of s_{t−1}."""
        return self.only.jacobians()


def only_chain(names: Iterable[str], place: str = "trace.chains") -> None:
    """Refuse several chains, which are told apart in ``place``, where one is meant.

    Raises
    ------
    BadNetwork
        With their names.
    """
    if len(known := Names(names)) > 1:
        raise BadNetwork(
            'The network has several chains; say which is meant, as {place}["{first}"], of {choices}.',
            place=place, first=known[0], choices=known,
        )  # fmt: skip


def course_of(trace: Trace | Steps) -> Course | Steps:
    """Return the course itself, or that of a trace's only chain."""
    return trace.only if isinstance(trace, Trace) else trace
