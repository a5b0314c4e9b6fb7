"""Training on one-hot symbols of a large dictionary, of which a batch has few: only the columns that it reads are run.

A one-hot x_t reads a column of each matrix that it is multiplied with. What multiplies columns that no step of the batch
reads has the gradient 0, exactly; the others come out as if all were there, for no sum of theirs has another term.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import Batch
from explorer.engine.network.chain import Architecture, architecture_of
from explorer.engine.network.given import Words, rows_of_features, words_of
from explorer.engine.network.making import parameter_shapes
from explorer.engine.network.network import Network

_LEAST = 64
"""Columns: batches of few symbols share one narrow network, whose steps are prepared once."""


@dataclass(frozen=True, slots=True, eq=False)
class Narrow:
    """A network of the columns ``read`` (k,) of the ``whole`` one, and the batch in places among them."""

    whole: Network
    network: Network
    batch: Batch
    read: Words

    def widened(self, gradients: Mapping[str, Floats]) -> dict[str, Floats]:
        """Return gradients by the weights of the whole network, 0 in the columns that were not read."""
        found = dict(gradients)
        for name, g in gradients.items():
            shape = self.whole.parameters[name].shape
            if g.shape != shape:
                found[name] = np.zeros(shape, g.dtype)
                found[name][..., self.read] = g[..., : len(self.read)]
        return found


def narrowed(network: Network, batch: Batch) -> Narrow | None:
    """Return the part of ``network`` that a batch of symbols reads; None where that is no smaller, or reads more."""
    words, m = words_of(batch.x), network.architecture.columns
    if words is None or network.architecture.embedding is not None:
        return None
    inside = np.arange(len(words))[:, None] < batch.lengths
    read = np.unique(words[inside])
    k = max(_LEAST, 1 << (len(read) - 1).bit_length())
    small = _of_columns(network.architecture, k) if k < m else None
    if small is None:
        return None
    shapes, weights = parameter_shapes(small, len(network.c)), dict(network.parameters)
    for name, shape in shapes.items():
        if weights[name].shape != shape:
            weights[name], own = np.zeros(shape), weights[name]
            weights[name][..., : len(read)] = own[..., read]
    places = np.where(inside, np.searchsorted(read, words).clip(max=len(read) - 1), 0)
    return Narrow(network, Network(small, network.readout, weights), replace(batch, x=places), read)


def _of_columns(whole: Architecture, columns: int) -> Architecture | None:
    """Return the same architecture for fewer columns; None where x is read otherwise than by matrices."""
    if whole.fed not in (None, whole.inputs):
        return None
    try:
        rows_of_features([half for chain in whole.levels[0] for half in chain.pieces[0].halves])
    except BadNetwork:
        return None
    decoder = whole.decoder or None
    return architecture_of(whole.layers, columns, decoder, whole.fed and columns, whole.features)
