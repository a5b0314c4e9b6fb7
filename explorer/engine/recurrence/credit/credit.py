"""`Credit`: what the terms of a gradient, learning forward in time and exact checks ask of a single run of a recurrence.

A row of gradients belongs to one loss. It is pulled back a step at a time, many rows at once; with each step comes δ (R, D),
the gradients on the nodes where weights act, and `Shares` says what δ contributes to each weight. The equations answer
(`readings.credit`), or a kernel, with columns of δ in its own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.credit.logshares import Columns, Steps
from explorer.engine.signed import Signed


class Told(Protocol):
    """What a step's δ contributes to each weight by name: see `Shares`."""

    @property
    def inputs(self) -> Mapping[str, int]:
        """Return the inputs "x", "x[1]" …, which have shares as weights do, and how many steps ago each was."""

    def part(self, name: str, k: int, delta: Floats) -> Floats:
        """Return step k's part (R, …) of the gradient on a weight, in its shape, from δ (R, D)."""

    def summed(self, name: str, steps: Steps, delta: Floats, log: Floats) -> Floats:
        """Return the sum of the parts of some steps (P,), each from its own row e^log · δ, in the shape of the weight."""

    def each_summed(
        self, names: Sequence[str], steps: Steps, delta: Floats, log: Floats
    ) -> Iterator[tuple[str, Floats]]:
        """Yield the same of some weights, each with its name."""

    def log_norms(self, names: Sequence[str], k: int, delta: Floats, square: Floats | None = None) -> Floats:
        """Return ln of the norms (R,) of step k's parts of some weights together, from δ (R, D).

        ``square`` (R,) are the squares of the norms of the columns that count, where they are known already.
        """

    def asked(self, names: tuple[str, ...], k: int, size: int) -> Columns:
        """Return from which columns (D,) of δ, of which there are ``size``, step k's parts of some weights come."""


class ToldInLogs(Protocol):
    """The same in logarithms: see `LogShares`."""

    def part(self, name: str, k: int, delta: Signed) -> Signed:
        """Return step k's part (R, …) of the gradient on a weight from δ (R, D)."""

    def log_norms(self, names: Iterable[str], k: int, delta: Signed) -> Floats:
        """Return ln of the norms (R,) of step k's parts of some weights together."""


class Credit(Protocol):
    """The steps of a run as gradients go back through them; a step k is counted from 0."""

    @property
    def steps(self) -> int:
        """Return T."""

    @property
    def layout(self) -> Layout:
        """Return what stands where in a row (width,): s_k, states before it that are read later, what is given out."""

    @property
    def size(self) -> int:
        """Return D, the width of δ."""

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        """Return the rows (R, width) before step k and δ (R, D) on it, from the rows g after it; both are new arrays.

        What enters at step k is added to the columns ``layout.entry`` of g before. Whoever calls lets numbers overflow. What
        is lost below e^−700 of a row is lost without a word: see how the norms shrink.
        """

    def log_pull(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        """Return the same in logarithms, exact where slopes and gates have left the range of float64."""

    @property
    def shares(self) -> Told:
        """Return what a step's δ contributes to each weight by name."""

    @property
    def log_shares(self) -> ToldInLogs:
        """Return the same in logarithms."""
