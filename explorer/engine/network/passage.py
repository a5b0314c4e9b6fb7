"""A batch on its way through a network: forward level by level, and back down again with the gradients.

Time comes first, (T, B, …). Sequences stand longest first, and all is zero behind their ends. A chain that runs backward
begins at each sequence's own end: every sequence is turned round within its length, and what the chain gives out is turned
back. A chain is run layer by layer, so that all that a layer reads is known ahead. Sequences whose decoders take over at
different steps go by themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.network.apart import Apart, Returned
from explorer.engine.network.chain import Chain
from explorer.engine.network.given import EMBEDDING, Words, beside, divided, on_table, vectors, words_of
from explorer.engine.network.network import Network
from explorer.engine.network.piece import Piece
from explorer.engine.network.running import Lengths, legs_of
from explorer.engine.recurrence.run.legs import Journey, travel


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """One chain's part: what each of its pieces made of what the chain read, ``x``, in the order in which it runs."""

    network: Network
    chain: Chain
    x: Floats
    lengths: Lengths
    seam: int | None
    journeys: tuple[Journey, ...]

    @property
    def s(self) -> Floats:
        """Return the states (T+1, B, N)."""
        return _beside([journey.s for journey in self.journeys])

    @property
    def out(self) -> Floats:
        """Return what the chain gives out (T, B, n), in the sequences' order."""
        return self.in_time(self.journeys[-1].out)

    def in_time(self, own: Floats) -> Floats:
        """Return what stands in the chain's order (T, B, …) in the sequences'."""
        return turned(own, self.lengths) if self.chain.backward else own

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return what was run at once."""
        return self.chain.pieces if len(self.journeys) == len(self.chain.pieces) else (self.chain.whole,)

    def back(
        self, g_out: Floats, detached: Collection[int], window: int | None, inputs: bool, g_s: Floats | None
    ) -> Returned:
        """Return the gradients from those on what the chain gives out, in the sequences' order, and on its states."""
        if window is not None and len(self.journeys) > 1:
            # A window counts from the loss to a step, through however many layers: not anew in each.
            return self.whole().back(g_out, detached, window, inputs, g_s)
        g = self.in_time(g_out)
        weights: dict[str, Floats] = {}
        states: list[Floats] = []
        for place, (piece, journey) in reversed(list(enumerate(zip(self.pieces, self.journeys, strict=True)))):
            own = None if g_s is None else g_s[..., piece.where]
            back = journey.back(g, own, detached, inputs or place > 0, window)
            weights |= self._by_name(piece, journey, back.weights)
            states.insert(0, back.s)
            g = back.x if back.x is not None else g
        x = self.in_time(g) if inputs else None
        s = _beside(states)
        return Returned(weights, x, {self.chain.name: s[0]}, {self.chain.name: s})

    def _by_name(self, piece: Piece, journey: Journey, found: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
        """Return the gradients on the weights by what they are called in the network, from those on each leg's."""
        firsts: dict[int, int] = {}
        for stretch in journey.stretches:
            firsts.setdefault(id(stretch.laid.weights), stretch.first)
        named: dict[str, Floats] = {}
        for first, some in zip(firsts.values(), found, strict=True):
            after = piece.then is not None and self.seam is not None and first >= self.seam
            half, t = (piece.halves[-1], first - (self.seam or 0)) if after else (piece, first)
            for own, g in some.items():
                name = half.weights[own]
                if own in half.steps:
                    named.setdefault(name, np.zeros((half.steps[own], *g.shape), g.dtype))[t] += g
                else:
                    named[name] = named[name] + g if name in named else g
        if piece.then is None:
            return named
        shapes = [half.weight_shapes() for half in piece.halves]
        unread = {
            name: np.zeros(shape, self.x.dtype) for some in shapes for name, shape in some.items() if name not in named
        }
        return named | unread

    def whole(self) -> Along:
        """Return the same run with all layers at once."""
        legs = legs_of(self.network, self.chain.whole, self.lengths, self.seam)
        return replace(self, journeys=(travel(legs, self.x, self.s[0]),))


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A batch that went through a network: ``out`` (T, B, n) of the last level, ``along`` each chain by its name.

    ``words`` (T, B) are those that an embedding turned into x.
    """

    network: Network
    out: Floats
    along: Mapping[str, Along]
    words: Words | None = None

    @property
    def states(self) -> dict[str, Floats]:
        """Return the states (T+1, B, N) by chain, each in the chain's own order."""
        return {name: one.s for name, one in self.along.items()}

    @property
    def bytes(self) -> int:
        """Return what is kept for the way back, in bytes."""
        return sum(journey.bytes for one in self.along.values() for journey in one.journeys)

    def back(
        self,
        g_out: Floats,
        detached: Collection[int] = (),
        window: int | None = None,
        inputs: bool = False,
        g_s: Mapping[str, Floats] | None = None,
        g_x: Mapping[str, Floats] | None = None,
    ) -> Returned:
        """Return the gradients from ``g_out`` (T, B, n) on what the last level gives out.

        ``g_s`` (T, B, N) by chain are those on s_1..s_T from elsewhere, ``g_x`` (T, B, m) those on what the chain read, in
        the chain's own order. x is left out unless ``inputs`` are asked for. Truncation is each chain's own: ``detached``
        are steps of its own after which nothing comes back into its state, and with a ``window`` τ what enters at its step t
        reaches the steps k with t − k < τ.
        """
        g, weights, s0, s = g_out, dict[str, Floats](), dict[str, Floats](), dict[str, Floats]()
        architecture, bottom = self.network.architecture, inputs or self.words is not None
        for place, level in reversed(list(enumerate(architecture.levels))):
            below: list[Floats] = []
            for chain, rows in zip(level, _columns(level), strict=True):
                own = None if g_s is None else g_s.get(chain.name)
                found = self.along[chain.name].back(g[..., rows], detached, window, bottom or place > 0, own)
                weights |= found.weights
                s0 |= found.s0
                s |= found.s
                if found.x is not None:
                    below.append(found.x if g_x is None else found.x + self.along[chain.name].in_time(g_x[chain.name]))
            g = sum(below[1:], below[0]) if below else g
        weights, g = divided(weights, architecture.rows, architecture.features), g[..., architecture.features :]
        if architecture.embedding is not None:
            E = self.network.weights[EMBEDDING]
            weights[EMBEDDING] = np.zeros_like(E) if self.words is None else on_table(len(E), self.words, g)
        return Returned(weights, g if inputs else None, s0, s)


def travelled(
    network: Network,
    x: Floats | Words,
    lengths: Lengths | Sequence[int],
    starts: Mapping[str, Floats] | None = None,
    seam: ArrayLike | None = None,
    features: Floats | None = None,
) -> Passage | Apart:
    """Return a batch's way through a network, by the equations of its chains.

    Nothing is checked. All is worked out in the precision of ``x``, float64 or float32.

    Parameters
    ----------
    x
        The inputs (T, B, m), longest sequence first; of a network with an embedding words (T, B), whole numbers, which are
        worked out in the precision of E.
    lengths
        The lengths (B,) of the sequences, descending, the first T.
    starts
        First states (N,) or (B, N) by chain; left out, they are what the equations start from.
    seam
        After how many steps a decoder takes over, one number or one for each sequence (B,); None where there is no decoder.
    features
        Those (k,) or (B, k) of the whole sequences that stand beside each x_t; None for a network that reads none.
    """
    lengths, starts = np.asarray(lengths), starts or {}
    if features is not None:
        features = np.broadcast_to(features, (len(lengths), features.shape[-1]))
    seams = np.zeros(lengths.shape) if seam is None else np.broadcast_to(np.asarray(seam), lengths.shape)
    if (seams == seams[0]).all():
        return _passage(network, x, lengths, starts, None if seam is None else int(seams[0]), features)
    rows = tuple(np.flatnonzero(seams == one) for one in np.unique(seams))
    made = []
    for some in rows:
        begun = {name: s0 if s0.ndim == 1 else s0[some] for name, s0 in starts.items()}
        own, a = lengths[some], None if features is None else features[some]
        made.append(_passage(network, x[: own[0], some], own, begun, int(seams[some[0]]), a))
    return Apart(network, (len(x), len(lengths)), rows, tuple(made))


def _passage(
    network: Network,
    x: Floats | Words,
    lengths: Lengths,
    starts: Mapping[str, Floats],
    seam: int | None,
    features: Floats | None,
) -> Passage:
    words = words_of(x)
    x = beside(features, vectors(network.weights.get(EMBEDDING), x))
    along = dict[str, Along]()
    for level in network.architecture.levels:
        made = [_along(network, chain, x, lengths, starts.get(chain.name), seam) for chain in level]
        along |= {one.chain.name: one for one in made}
        x = _beside([one.out for one in made])
    return Passage(network, x, along, words)


def _along(network: Network, chain: Chain, x: Floats, lengths: Lengths, s0: Floats | None, seam: int | None) -> Along:
    x = turned(x, lengths) if chain.backward else x
    journeys: list[Journey] = []
    for piece in chain.pieces:
        start = None if s0 is None else s0[..., piece.where]
        legs = legs_of(network, piece, lengths, seam)
        journeys.append(travel(legs, journeys[-1].out if journeys else x, start))
    return Along(network, chain, x, lengths, seam, tuple(journeys))


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
    return [slice(start, stop) for start, stop in pairwise(ends)]


def _beside(arrays: Sequence[Floats]) -> Floats:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=-1)
