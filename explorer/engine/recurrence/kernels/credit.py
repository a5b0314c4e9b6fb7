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
from explorer.engine.recurrence.credit.logshares import Key, LogShares, Share
from explorer.engine.recurrence.credit.shares import Shares
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

    δ is that on z (G·n). Where the recurrent part of the candidate, the last gate, is let through by another, δ has the
    candidate first and what passes (n) behind the others: so what U and b get stands in a row, and what W gets.
    """

    ran: KernelMotion
    x: Floats
    U: Floats
    places: Mapping[str, Place]
    layout: Layout

    @property
    def steps(self) -> int:
        return self.ran.steps

    @cached_property
    def size(self) -> int:
        return (len(self.ran.kernel.gates) + self.ran.kernel.recurrent_bias) * self._n

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        return self.ran.kernel.pull_apart(self.ran.network, self._slopes[k], g)

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
        if not kernel.recurrent_bias:
            return past, delta
        n, let = self._n, kernel.log_recurrent(slopes, delta)
        return past, delta[-n:].beside(delta[:-n]).beside(let[-n:])

    @cached_property
    def _n(self) -> int:
        return self.ran.network.hidden

    def _block(self, gate: int) -> slice:
        """Return where in δ a gate stands."""
        kernel = self.ran.kernel
        first = (gate + kernel.recurrent_bias) % len(kernel.gates) * self._n
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
            last = array == "W" and gate == len(kernel.gates) - 1
            columns = behind if kernel.recurrent_bias and (array == "b_rec" or last) else self._block(gate)
            if array in ("U", "W"):
                key, wide = (_X, m) if array == "U" else (_H, n)
                return Share(root, columns, (n,), (n, wide), 1, _OF_MATRIX, key)
            return Share(root, columns, (n,), (n,), 1, None, None)

        table = {name: (share(root, *place),) for root, (name, place) in enumerate(self.places.items())}
        gates = range(len(kernel.gates))
        x = tuple(Share(-1, self._block(g), (n,), (m,), 1, _OF_VECTOR, (2, g)) for g in gates)
        return MappingProxyType({**table, "x": x})


def _stacked(rows: list[Signed]) -> Signed:
    return Signed(np.stack([row.log for row in rows]), np.stack([row.sign for row in rows]))


def _never(name: str, _: object) -> Any:
    raise TypeError(name)
