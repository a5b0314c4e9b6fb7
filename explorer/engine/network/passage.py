"""A batch on its way through a network: forward level by level, and back down again with the gradients.

Time comes first, (T, B, …). Sequences stand longest first, and all is zero behind their ends. A chain that runs backward
begins at each sequence's own end: every sequence is turned round within its length, and what the chain gives out is turned
back. A chain is run layer by layer, so that all that a layer reads is known ahead.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.network.chain import Chain, Piece
from explorer.engine.network.network import Network
from explorer.engine.recurrence.run.legs import Journey, Leg, travel, uneven

Lengths = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """Gradients: on the ``weights`` by name, on x (T, B, m) if asked for, on the ``starts`` (B, N) by chain.

    ``states`` (T+1, B, N) has those on s_0..s_T by chain, each in the chain's own order.
    """

    weights: Mapping[str, Floats]
    x: Floats | None
    starts: Mapping[str, Floats]
    states: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """One chain's part: what each of its pieces made of what the chain read, ``x``, in the order in which it runs."""

    network: Network
    chain: Chain
    x: Floats
    lengths: Lengths
    journeys: tuple[Journey, ...]

    @property
    def s(self) -> Floats:
        """Return the states (T+1, B, N)."""
        return _beside([journey.s for journey in self.journeys])

    @property
    def out(self) -> Floats:
        """Return what the chain gives out (T, B, n), in the sequences' order."""
        return turned(self.journeys[-1].out, self.lengths) if self.chain.backward else self.journeys[-1].out

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return what was run at once."""
        return self.chain.pieces if len(self.journeys) == len(self.chain.pieces) else (self.chain.whole,)

    def back(
        self, g_out: Floats, g_s: Floats | None, detached: Collection[int], inputs: bool, window: int | None
    ) -> Returned:
        """Return the gradients from those on what the chain gives out, in the sequences' order, and on its states."""
        if window is not None and len(self.journeys) > 1:
            # A window counts from the loss to a step, through however many layers: not anew in each.
            return self._whole().back(g_out, g_s, detached, inputs, window)
        g = turned(g_out, self.lengths) if self.chain.backward else g_out
        weights: dict[str, Floats] = {}
        states: list[Floats] = []
        for place, (piece, journey) in reversed(list(enumerate(zip(self.pieces, self.journeys, strict=True)))):
            own = None if g_s is None else g_s[..., piece.where]
            back = journey.back(g, own, detached, inputs or place > 0, window)
            weights |= {piece.weights[name]: one for some in back.weights for name, one in some.items()}
            states.insert(0, back.s)
            g = back.x if back.x is not None else g
        x = (turned(g, self.lengths) if self.chain.backward else g) if inputs else None
        s = _beside(states)
        return Returned(weights, x, {self.chain.name: s[0]}, {self.chain.name: s})

    def _whole(self) -> Along:
        """Return the same run with all layers at once."""
        legs = legs_of(self.network, self.chain.whole, self.lengths)
        return replace(self, journeys=(travel(legs, self.x, self.s[0]),))


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A batch that went through a network: ``out`` (T, B, n) of the last level, ``along`` each chain by its name."""

    network: Network
    out: Floats
    along: Mapping[str, Along]

    def back(
        self,
        g_out: Floats,
        g_s: Mapping[str, Floats] | None = None,
        detached: Collection[int] = (),
        inputs: bool = False,
        window: int | None = None,
    ) -> Returned:
        """Return the gradients from ``g_out`` (T, B, n) on what the last level gives out.

        ``g_s`` (T, B, N) by chain are those on s_1..s_T from elsewhere, in the chain's own order. x is left out unless
        ``inputs`` are asked for. Truncation is each chain's own: ``detached`` are steps of its own after which nothing comes
        back into its state, and with a ``window`` τ what enters at its step t reaches the steps k with t − k < τ.
        """
        g, weights, starts, states = g_out, dict[str, Floats](), dict[str, Floats](), dict[str, Floats]()
        for place, level in reversed(list(enumerate(self.network.architecture.levels))):
            below: list[Floats] = []
            for chain, rows in zip(level, _columns(level), strict=True):
                own = None if g_s is None else g_s.get(chain.name)
                found = self.along[chain.name].back(g[..., rows], own, detached, inputs or place > 0, window)
                weights |= found.weights
                starts |= found.starts
                states |= found.states
                below += [] if found.x is None else [found.x]
            g = sum(below[1:], below[0]) if below else g
        return Returned(weights, g if inputs else None, starts, states)


def travelled(
    network: Network,
    x: Floats,
    lengths: Lengths | Sequence[int],
    starts: Mapping[str, Floats] | None = None,
) -> Passage:
    """Return a batch's way through a network, by the equations of its chains.

    Nothing is checked. All is worked out in the precision of ``x``, float64 or float32.

    Parameters
    ----------
    x
        The inputs (T, B, m), longest sequence first.
    lengths
        The lengths (B,) of the sequences, descending, the first T.
    starts
        First states (N,) or (B, N) by chain; left out, they are what the equations start from.
    """
    lengths, along = np.asarray(lengths), dict[str, Along]()
    for level in network.architecture.levels:
        made = [_along(network, chain, x, lengths, (starts or {}).get(chain.name)) for chain in level]
        along |= {one.chain.name: one for one in made}
        x = _beside([one.out for one in made])
    return Passage(network, x, along)


def _along(network: Network, chain: Chain, x: Floats, lengths: Lengths, s0: Floats | None) -> Along:
    x = turned(x, lengths) if chain.backward else x
    journeys: list[Journey] = []
    for piece in chain.pieces:
        start = None if s0 is None else s0[..., piece.where]
        journeys.append(travel(legs_of(network, piece, lengths), journeys[-1].out if journeys else x, start))
    return Along(network, chain, x, lengths, tuple(journeys))


def legs_of(network: Network, piece: Piece, lengths: Lengths | Sequence[int]) -> list[Leg]:
    """Return how a piece of a chain runs along sequences of these lengths, longest first."""
    return uneven(piece.step, network.of(piece), lengths)


def turned(x: Floats, lengths: Lengths) -> Floats:
    """Return sequences (T, B, …) turned round, each within its length; twice is once more the same."""
    T = len(x)
    if (lengths == T).all():
        return x[::-1]
    t = np.arange(T)[:, None]
    return x[np.where(t < lengths, lengths - 1 - t, t), np.arange(len(lengths))]


def _columns(level: Sequence[Chain]) -> list[slice]:
    """Return which columns of what a level gives out are each chain's."""
    ends = np.cumsum([0, *(chain.outputs for chain in level)]).tolist()
    return [slice(start, stop) for start, stop in itertools.pairwise(ends)]


def _beside(arrays: Sequence[Floats]) -> Floats:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=-1)
