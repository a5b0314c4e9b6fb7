"""`Trace`: everything that happened in a forward pass, and the Jacobians of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.recurrence.kernels.terms import Term, dense, log_error, log_error_entries, logarithmic
from explorer.engine.signed import Signed
from explorer.engine.values import Value

if TYPE_CHECKING:
    from explorer.engine.network.network import Network

# Steps whose Jacobians are made together on a walk.
_AT_A_TIME = 64


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trace(Value):
    """What happened in a forward pass; arrays are read-only.

    x (T, m) inputs, s (T+1, N) states from s_0, z (T, ·) net inputs, y (T, p) logits, o (T, p) outputs.
    Row t−1 of x, z, y and o belongs to step t.

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
    s: Floats
    z: Floats
    y: Floats
    o: Floats
    # In a gated cell they cost as much as a small network's whole flow, and every question asks for them.
    _terms: tuple[Term, ...] | None = field(default=None, init=False, repr=False)

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.x)

    @property
    def width(self) -> int:
        """Return N, the width of the state."""
        return self.s.shape[1]

    def check_pair(self, t: int, k: int) -> None:
        """Refuse a pair outside 0 ≤ k ≤ t ≤ T.

        Raises
        ------
        BadSequence
            Naming the pair.
        """
        check_pair(t, k, self.steps)

    def terms(self) -> tuple[Term, ...]:
        """Return the summands of which each step's Jacobian consists; they are worked out once."""
        if self._terms is None:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                made = tuple(self.network.kind.terms(self.network, self.s, self.z))
            object.__setattr__(self, "_terms", made)
            return made
        return self._terms

    def jacobians(self) -> Floats:
        """Return J_1..J_T (T, N, N), J_t = ∂s_t/∂s_{t−1}; row = unit of s_t, column = unit of s_{t−1}.

        They are made anew at every call: a thousand steps of 256 units are half a gigabyte.
        """
        return self._sum(self.terms(), 0, self.steps)

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield J_{after+1}..J_{until} (N, N) one after the other, without ever holding all of them."""
        for first in range(after, until, _AT_A_TIME):
            yield from self._sum(self.terms(), first, min(first + _AT_A_TIME, until))

    def walk_back(self, until: int, after: int = 0, terms: Sequence[Term] | None = None) -> Iterator[Floats]:
        """Yield J_{until}..J_{after+1} (N, N), or what some ``terms`` make of them, without ever holding all of them."""
        chosen = self.terms() if terms is None else terms
        for last in range(until, after, -_AT_A_TIME):
            yield from self._sum(chosen, max(after, last - _AT_A_TIME), last)[::-1]

    def log_jacobian(self, t: int, terms: Sequence[Term] | None = None) -> Signed:
        """Return J_t, or what some ``terms`` make of it, as (ln|entry|, sign), exact where the plain entry underflows."""
        chosen = self.terms() if terms is None else terms
        with np.errstate(over="ignore", invalid="ignore"):
            return logarithmic(chosen, t, self.network.hidden, len(self.network.kind.parts))

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J_1..J_T are off by, beyond rounding; None for nothing."""
        with np.errstate(all="ignore"):
            return log_error(self.terms(), self.network.hidden, len(self.network.kind.parts))

    def log_error_entries(self, t: int) -> Floats | None:
        """Return ln of what each entry of J_t is off by, beyond rounding; None for nothing."""
        with np.errstate(all="ignore"):
            return log_error_entries(self.terms(), t, self.network.hidden, len(self.network.kind.parts))

    def _sum(self, terms: Sequence[Term], after: int, until: int) -> Floats:
        chosen = [term.during(slice(after, until)) for term in terms]
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return read_only(dense(chosen, until - after, self.network.hidden, len(self.network.kind.parts)))


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
