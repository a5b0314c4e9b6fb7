"""Networks of one architecture side by side, run over a batch by their equations.

The points of a plane are an axis P between time and the sequences: (T, P, B, …). A weight of the layers has it first, or
behind the axis of its steps where it changes at every one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import Batch
from explorer.engine.network.chain import Chain
from explorer.engine.network.given import EMBEDDING, Words
from explorer.engine.network.given import beside as beside_features
from explorer.engine.network.making import READOUT
from explorer.engine.network.network import Network
from explorer.engine.network.passage import turned
from explorer.engine.network.running import Lengths, legs_of, starts_of
from explorer.engine.recurrence.run.legs import travel
from explorer.engine.recurrence.run.program import program


def beside(network: Network, moved: Mapping[str, Floats], points: int) -> Network:
    """Return ``points`` networks as one: the parameters that are ``moved`` (P, …) as they are, those of ``network`` P times.

    V and c stand beside the sequences: (P, p, n) and (P, 1, p), or once for all where they are not moved.
    """
    changing = {
        half.weights[own]
        for chain in network.architecture.chains
        for half in chain.whole.halves
        for own in half.steps
    }  # fmt: skip
    found: dict[str, Floats] = {}
    for name, weight in network.parameters.items():
        if name in READOUT:
            found[name] = moved[name] if name in moved else weight[None]
            continue
        many = moved[name] if name in moved else np.broadcast_to(weight, (points, *weight.shape))
        found[name] = many.swapaxes(0, 1) if name in changing else many
    return network.with_parameters(found | {"c": found["c"][:, None]})


def given_out(networks: Network, batch: Batch, points: int) -> Floats:
    """Return what the last level of networks that stand beside each other gives out (T, P, B, n), zero behind an end."""
    architecture, starts = networks.architecture, starts_of(networks, batch.s0)
    out = np.zeros((batch.steps, points, batch.size, architecture.outputs))
    for seam, rows in _by_seam(batch):
        lengths = batch.lengths[rows]
        x = np.broadcast_to(
            _read(networks, batch.x[: lengths[0], rows]), (lengths[0], points, len(rows), networks.inputs)
        )
        x = beside_features(None if batch.features is None else batch.features[rows], x)
        for level in architecture.levels:
            made = [_along(networks, chain, x, lengths, starts.get(chain.name), seam) for chain in level]
            x = made[0] if len(made) == 1 else np.concatenate(made, axis=-1)
        out[: len(x), :, rows] = x
    return out


def bytes_at_a_point(network: Network, batch: Batch) -> int:
    """Return about how many bytes one of the networks takes while it runs over a batch."""
    # Each weight is there itself, side by side with others, and turned.
    weights = 3 * sum(weight.size for weight in network.parameters.values())
    return batch.size * bytes_of_a_sequence(network, batch) + 8 * weights


def bytes_of_a_sequence(network: Network, batch: Batch) -> int:
    """Return about how many bytes the longest sequence of a batch takes while a network runs over it."""
    pieces = [piece for chain in network.architecture.chains for piece in chain.pieces]
    numbers = sum(program(piece.step).held + piece.step.N for piece in pieces)
    return 8 * batch.steps * (numbers + 2 * network.hidden + 4 * network.V.shape[-2])


def few_at_a_time(batch: Batch, size: int) -> Iterator[Batch]:
    """Yield the sequences of a batch, some at a time."""
    for first in range(0, batch.size, size):
        rows, T = slice(first, first + size), int(batch.lengths[first])
        yield replace(
            batch, x=batch.x[:T, rows], lengths=batch.lengths[rows], order=batch.order[rows],
            targets=batch.targets[:T, rows] if batch.at == "every" else batch.targets[rows],
            seam=None if batch.seam is None else batch.seam[rows],
            features=None if batch.features is None else batch.features[rows],
        )  # fmt: skip


def _along(networks: Network, chain: Chain, x: Floats, lengths: Lengths, s0: Floats | None, seam: int | None) -> Floats:
    """Return what a chain makes of x (T, P, B, m)."""
    x = _turned(x, lengths) if chain.backward else x
    for piece in chain.pieces:
        x = travel(legs_of(networks, piece, lengths, seam), x, None if s0 is None else s0[..., piece.where]).out
    return _turned(x, lengths) if chain.backward else x


def _turned(x: Floats, lengths: Lengths) -> Floats:
    return turned(x.swapaxes(1, 2), lengths).swapaxes(1, 2)


def _read(networks: Network, given: Floats | Words) -> Floats:
    """Return what is given (T, B, m) as it is, or words (T, B) as each network reads them, (T, P, B, m)."""
    if given.dtype.kind == "f":
        return given[:, None].astype(np.float64, copy=False)
    return np.moveaxis(networks.parameters[EMBEDDING][:, given], 0, 1)


def _by_seam(batch: Batch) -> Iterator[tuple[int | None, NDArray[np.intp]]]:
    """Yield the seams with the rows whose decoders take over there."""
    if batch.seam is None:
        yield None, np.arange(batch.size)
        return
    for seam in np.unique(batch.seam):
        yield int(seam), np.flatnonzero(batch.seam == seam)
