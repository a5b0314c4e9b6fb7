"""A weight's share of a step's gradients, δ ⊗ r by a rule of labels, and all shares in logarithms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import contract_logs
from explorer.engine.recurrence.expressions.expression import Contraction
from explorer.engine.signed import Signed

Key = tuple[int, int]
"""Tells right factors apart."""
Steps = NDArray[np.intp]
Columns = slice | NDArray[np.intp]
"""Some columns of δ."""


@dataclass(frozen=True, slots=True)
class Share:
    """Some columns of δ, the shape of the gradient there, its sign, and by which ``rule`` which right factor multiplies it.

    ``root`` is what the share is a part of the gradient on, of the shape ``whole``: the weight, or what is made of it.
    """

    root: int
    columns: slice
    shape: tuple[int, ...]
    whole: tuple[int, ...]
    sign: int
    rule: Contraction | None
    key: Key | None

    @property
    def of_rank_one(self) -> bool:
        """Return whether the norm is that of δ times that of the right factor, if any."""
        if self.rule is None or self.key is None:
            return self.rule is None
        of_right, of_delta = self.rule.labels
        return not set(of_right) & set(of_delta)

    @property
    def axis(self) -> int:
        """Return along which axis of ``whole`` the columns of δ stand: the last where the right factor is told first."""
        return len(self.whole) - 1 if self.rule is not None and self.rule.out == "".join(self.rule.labels) else 0

    def with_neighbour(self, other: Share) -> Share | None:
        """Return both as one, where ``other`` stands next in δ and has the same right factor by the same rule; else None."""
        alike = (self.rule, self.key, self.sign) == (other.rule, other.key, other.sign)
        beside = self.columns.stop == other.columns.start and len(self.shape) == len(other.shape) == 1
        if not (alike and beside and self.of_rank_one):
            return None
        whole, axis = list(self.whole), self.axis
        whole[axis] += other.whole[axis]
        columns = slice(self.columns.start, other.columns.stop)
        return replace(self, columns=columns, shape=(columns.stop - columns.start,), whole=tuple(whole))


Onward = Callable[[str, Mapping[int, Floats]], Floats]
"""Carries gradients (R, …) on roots on to a weight by name."""
LogOnward = Callable[[str, Mapping[int, Signed]], Signed]


@dataclass(frozen=True)
class LogShares:
    """Shares in logarithms; ``rights`` are the right factors (T, …) by their key, ``onward`` is for weights ``beneath``."""

    shares: Mapping[str, tuple[Share, ...]]
    rights: Mapping[Key, Signed]
    beneath: frozenset[str]
    onward: LogOnward

    def part(self, name: str, k: int, delta: Signed) -> Signed:
        """Return step k's part (R, …) of the gradient on a weight from δ (R, D)."""
        by_root: dict[int, list[Signed]] = {}
        for share in self.shares[name]:
            by_root.setdefault(share.root, []).append(self._share(share, k, delta))
        sums = {root: some[0] if len(some) == 1 else logs.total(some) for root, some in by_root.items()}
        return self.onward(name, sums) if name in self.beneath else next(iter(sums.values()))

    def _share(self, share: Share, k: int, delta: Signed) -> Signed:
        part = delta[:, share.columns]
        part = Signed(part.log.reshape(-1, *share.shape), share.sign * part.sign.reshape(-1, *share.shape))
        if share.rule is not None:
            right = () if share.key is None else (self.rights[share.key][k],)
            part = contract_logs(share.rule, *right, part)
        shape = (len(delta.log), *share.whole)
        return Signed(np.broadcast_to(part.log, shape), np.broadcast_to(part.sign, shape))

    def renamed(self, names: Mapping[str, str]) -> LogShares:
        """Return the same of weights that are called otherwise."""
        own = {called: name for name, called in names.items()}
        return LogShares(
            {names.get(name, name): some for name, some in self.shares.items()},
            self.rights, frozenset(names.get(name, name) for name in self.beneath),
            lambda name, gradients: self.onward(own.get(name, name), gradients),
        )  # fmt: skip

    def log_norms(self, names: Iterable[str], k: int, delta: Signed) -> Floats:
        """Return ln of the norms (R,) of step k's parts of some weights together."""
        found = [norm_of_logs(self.part(name, k, delta).log.reshape(len(delta.log), -1)) for name in names]
        return norm_of_logs(np.stack(found, axis=-1))
