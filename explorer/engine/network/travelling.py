"""A network run over a batch by its equations, level by level, and back: sequences stand longest first, time-major.

A chain that runs backward reads each sequence from its own end; what it gives out is turned round again, so that all chains
of a level stand beside each other in the sequence's time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.network.chain import Chain
from explorer.engine.recurrence.run.legs import Journey, travel, uneven

if TYPE_CHECKING:
    from explorer.engine.network.network import Network


@dataclass(frozen=True, slots=True)
class Returned:
    """Gradients on the weights by name, on the states (B, N) that chains start from, and on x (T, B, m) if asked for."""

    weights: dict[str, Floats]
    s0: dict[str, Floats]
    x: Floats | None


@dataclass(frozen=True, slots=True)
class Travelled:
    """A run: ``journeys`` of each level's chains, in the order in which each chain runs; out (T, B, n) of the last level."""

    journeys: tuple[Mapping[str, Journey], ...]
    levels: tuple[tuple[Chain, ...], ...]
    lengths: NDArray[np.intp]
    out: Floats

    @property
    def states(self) -> dict[str, Floats]:
        """Return the states (T+1, B, N) of each chain, in the order in which it runs."""
        return {name: journey.s for level in self.journeys for name, journey in level.items()}

    @property
    def bytes(self) -> int:
        """Return what is kept for the way back, in bytes."""
        return sum(journey.bytes for level in self.journeys for journey in level.values())

    def back(
        self, g_out: Floats, detached: Collection[int] = (), window: int | None = None, inputs: bool = False
    ) -> Returned:
        """Return the gradients from ``g_out`` (T, B, n) on what the last level gives out.

        ``detached`` and ``window`` truncate each chain in its own order, as `Journey.back` says.
        """
        weights: dict[str, Floats] = {}
        s0: dict[str, Floats] = {}
        below: Floats | None = g_out
        for number in reversed(range(len(self.levels))):
            parts, first, above = [], 0, cast(Floats, below)
            for chain in self.levels[number]:
                size = chain.step.shapes[chain.step.recurrence.out][0]
                g = _turned(above[..., first : first + size], self.lengths, chain.backward)
                first += size
                back = self.journeys[number][chain.name].back(g, None, detached, inputs or number > 0, window)
                weights |= {chain.weights[name]: g_w for name, g_w in back.weights[0].items()}
                s0[chain.name] = back.s0
                parts += [] if back.x is None else [_turned(back.x, self.lengths, chain.backward)]
            below = sum(parts[1:], start=parts[0]) if parts else None
        return Returned(weights, s0, below)


def travelled(network: Network, x: Floats, lengths: NDArray[np.intp], starts: Mapping[str, Floats]) -> Travelled:
    """Return the run over x (T, B, m), sequences of these ``lengths``, longest first, from states (N,) or (B, N) by chain."""
    journeys: list[dict[str, Journey]] = []
    for level in network.architecture.levels:
        made, outs = {}, []
        for chain in level:
            s0 = starts.get(chain.name)
            begin = None if s0 is None else np.broadcast_to(s0, (x.shape[1], chain.step.N))
            legs = uneven(chain.step, network.of(chain), lengths)
            made[chain.name] = journey = travel(legs, _turned(x, lengths, chain.backward), begin)
            outs.append(_turned(journey.out, lengths, chain.backward))
        journeys.append(made)
        x = outs[0] if len(outs) == 1 else np.concatenate(outs, axis=-1)
    return Travelled(tuple(journeys), network.architecture.levels, lengths, x)


def _turned(x: Floats, lengths: NDArray[np.intp], backward: bool) -> Floats:
    """Return each sequence of x (T, B, ·) turned round within its length, if it is to be."""
    if not backward:
        return x
    t = np.arange(len(x))[:, None]
    return np.take_along_axis(x, np.where(t < lengths, lengths - 1 - t, t)[..., None], axis=0)
