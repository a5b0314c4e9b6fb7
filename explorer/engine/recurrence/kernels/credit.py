"""What a run of a hand-written kernel answers to `Credit`: its own pull, whose slopes have digits that equations lose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.credit.shares import Key, LogShares, Share, Shares
from explorer.engine.recurrence.expressions.contract import adjoint
from explorer.engine.recurrence.expressions.expression import Contraction
from explorer.engine.recurrence.kernels.kernel import Place
from explorer.engine.recurrence.kernels.motion import KernelMotion
from explorer.engine.signed import Signed

_MATRIX_VECTOR = Contraction(("ik", "k"), "i")
_OF_MATRIX, _OF_VECTOR = adjoint(_MATRIX_VECTOR, 0), adjoint(_MATRIX_VECTOR, 1)
# What a share is multiplied with: x, h' or the rows of U of a gate.
_X, _H = (0, -1), (1, -1)


@dataclass(frozen=True, eq=False)
class CreditOfKernel:
    """`Credit` of a run ``ran`` over the inputs x (T, m) with the input weights U (G·n, m); a `Choice` has the ``places``.

    δ is that on z (G·n) and, where the recurrent part of the candidate is let through by a gate, what passes it (n).
    """

    ran: KernelMotion
    x: Floats
    U: Floats
    places: Mapping[str, Place]
    layout: Layout

    @property
    def steps(self) -> int:
        return self.ran.steps

    @property
    def size(self) -> int:
        return (len(self.ran.kernel.gates) + self.ran.kernel.recurrent_bias) * self._n

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        kernel, slopes, wide = self.ran.kernel, self._slopes[k], self.ran.z.shape[1]
        delta = np.empty((len(g), wide))
        past = kernel.pull(self.ran.network, slopes, g, delta)
        if self.size == wide:
            return past, delta
        return past, np.concatenate([delta, kernel.recurrent(slopes, delta)[:, self._candidate]], axis=1)

    def log_pull(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        rows = [self._log_row(k, Signed(*row)) for row in zip(g.log, g.sign, strict=True)]
        return _stacked([past for past, _ in rows]), _stacked([delta for _, delta in rows])

    @cached_property
    def shares(self) -> Shares:
        return Shares(
            self._table, self._rights, frozenset(self._rights), frozenset(), _never, {"x": 0}, lambda: self.log_shares
        )

    @cached_property
    def log_shares(self) -> LogShares:
        with np.errstate(all="ignore"):
            rights = {key: Signed.of(right) for key, right in self._rights.items()}
        return LogShares(self._table, rights, frozenset(), _never)

    @cached_property
    def _log_slopes(self) -> Signed:
        with np.errstate(all="ignore"):
            return self.ran.kernel.log_slopes(self.ran)

    @cached_property
    def _slopes(self) -> Floats:
        with np.errstate(all="ignore"):
            return self._log_slopes.value()

    @cached_property
    def _log_W(self) -> Signed:
        return Signed.of(self.ran.network.W)

    def _log_row(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        kernel, slopes = self.ran.kernel, self._log_slopes[k]
        past, delta = kernel.log_pull(self._log_W, slopes, g)
        if self.size == len(delta.log):
            return past, delta
        return past, delta.beside(kernel.log_recurrent(slopes, delta)[self._candidate])

    @property
    def _n(self) -> int:
        return self.ran.network.hidden

    @property
    def _candidate(self) -> slice:
        kernel = self.ran.kernel
        first = kernel.gates.index(kernel.candidate) * self._n
        return slice(first, first + self._n)

    @cached_property
    def _rights(self) -> Mapping[Key, Floats]:
        n, T = self._n, self.steps
        blocks = {
            (2, gate): np.broadcast_to(self.U[gate * n : (gate + 1) * n], (T, n, self.U.shape[1]))
            for gate in range(len(self.ran.kernel.gates))
        }
        return {_X: self.x, _H: self.ran.s[:-1, :n], **blocks}

    @cached_property
    def _table(self) -> Mapping[str, tuple[Share, ...]]:
        kernel, n, m = self.ran.kernel, self._n, self.x.shape[1]
        behind = slice(self.size - n, self.size)

        def share(root: int, array: str, gate: int) -> Share:
            block = slice(gate * n, (gate + 1) * n)
            let = kernel.recurrent_bias and (array == "b_rec" or (array == "W" and block == self._candidate))
            columns = behind if let else block
            if array in ("U", "W"):
                key, wide = (_X, m) if array == "U" else (_H, n)
                return Share(root, columns, (n,), (n, wide), 1, _OF_MATRIX, key)
            return Share(root, columns, (n,), (n,), 1, None, None)

        table = {name: (share(root, *place),) for root, (name, place) in enumerate(self.places.items())}
        gates = range(len(kernel.gates))
        x = tuple(Share(-1, slice(g * n, (g + 1) * n), (n,), (m,), 1, _OF_VECTOR, (2, g)) for g in gates)
        return MappingProxyType({**table, "x": x})


def _stacked(rows: list[Signed]) -> Signed:
    return Signed(np.stack([row.log for row in rows]), np.stack([row.sign for row in rows]))


def _never(name: str, _: object) -> Any:
    raise TypeError(name)
