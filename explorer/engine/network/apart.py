"""Sequences of a batch that go by themselves, some at a time, told as one batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats

if TYPE_CHECKING:
    from explorer.engine.network.network import Network
    from explorer.engine.network.passage import Passage

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """Gradients: on the ``weights`` by name, on x (T, B, m) if asked for, on the first states ``s0`` (B, N) by chain.

    ``s`` (T+1, B, N) has those on s_0..s_T by chain, each in the chain's own order.
    """

    weights: Mapping[str, Floats]
    x: Floats | None
    s0: Mapping[str, Floats]
    s: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """Passages of some of the sequences of a batch each, ``rows`` by ``rows``, told as one."""

    network: Network
    shape: tuple[int, int]
    rows: tuple[Rows, ...]
    passages: tuple[Passage, ...]

    @property
    def out(self) -> Floats:
        """Return what the last level gives out (T, B, n)."""
        return self._together([one.out for one in self.passages], self.shape[0])

    @property
    def states(self) -> dict[str, Floats]:
        """Return the states (T+1, B, N) by chain."""
        found = [one.states for one in self.passages]
        return {name: self._together([one[name] for one in found], self.shape[0] + 1) for name in found[0]}

    @property
    def bytes(self) -> int:
        """Return what is kept for the way back, in bytes."""
        return sum(one.bytes for one in self.passages)

    def back(
        self,
        g_out: Floats,
        detached: Collection[int] = (),
        window: int | None = None,
        inputs: bool = False,
        g_s: Mapping[str, Floats] | None = None,
    ) -> Returned:
        """Return the gradients as `Passage.back` does."""
        found: list[Returned] = []
        for rows, one in zip(self.rows, self.passages, strict=True):
            T = len(one.out)
            own = None if g_s is None else {name: g[:T, rows] for name, g in g_s.items()}
            found.append(one.back(g_out[:T, rows], detached, window, inputs, own))
        T, names = self.shape[0], found[0].s
        return Returned(
            {name: sum((one.weights[name] for one in found[1:]), found[0].weights[name]) for name in found[0].weights},
            self._together([one.x for one in found if one.x is not None], T) if inputs else None,
            {name: self._together([one.s0[name][None] for one in found], 1)[0] for name in names},
            {name: self._together([one.s[name] for one in found], T + 1) for name in names},
        )

    def _together(self, arrays: Sequence[Floats], T: int) -> Floats:
        """Return arrays (T_i, B_i, …) as one (T, B, …), zero where there is none."""
        made = np.zeros((T, self.shape[1], *arrays[0].shape[2:]), arrays[0].dtype)
        for rows, one in zip(self.rows, arrays, strict=True):
            made[: len(one), rows] = one
        return made
