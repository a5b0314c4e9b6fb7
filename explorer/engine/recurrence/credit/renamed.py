"""`Credit` of equations, the weights by the names that a network gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.credit.logshares import LogShares
from explorer.engine.recurrence.credit.shares import Shares
from explorer.engine.signed import Signed


class Own(Credit, Protocol):
    """`Credit` by the names in the equations."""

    @property
    def shares(self) -> Shares:
        """Return what a step's δ contributes to each weight by name."""

    @property
    def log_shares(self) -> LogShares:
        """Return the same in logarithms."""


@dataclass(frozen=True, eq=False)
class Renamed:
    """The credit ``own``; ``names`` has what each of its weights is called."""

    own: Own
    names: Mapping[str, str]

    @property
    def steps(self) -> int:
        return self.own.steps

    @property
    def layout(self) -> Layout:
        return self.own.layout

    @property
    def size(self) -> int:
        return self.own.size

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        return self.own.pull(k, g)

    def log_pull(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        return self.own.log_pull(k, g)

    @cached_property
    def shares(self) -> Shares:
        return self.own.shares.renamed(self.names)

    @cached_property
    def log_shares(self) -> LogShares:
        return self.own.log_shares.renamed(self.names)
