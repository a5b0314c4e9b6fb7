"""What the parameters of a network do: U takes in the input, W carries the state, b is added, V and c read out.

For the simple cell, LSTM and GRU these are the stacked arrays themselves. Of any other network each is a family, all weights
of one role together: a matrix that multiplies a state, or a weight with a role of its own, belongs to W; the table of an
embedding, and what multiplies features, to U.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.network.chain import Architecture
from explorer.engine.network.given import EMBEDDING, FEATURES
from explorer.engine.network.making import READOUT, STACKED
from explorer.engine.recurrence.recurrence import Recurrence, Weight
from explorer.engine.recurrence.weights.roles import BIAS, FROM_INPUT, OWN, RECURRENT

FAMILY_OF_ROLE = MappingProxyType({FROM_INPUT: "U", RECURRENT: "W", OWN: "W", BIAS: "b"})


@lru_cache(maxsize=64)
def families(architecture: Architecture) -> Mapping[str, str]:
    """Return the family of each parameter: "U", "W", "b", "b_rec", "V" or "c"."""
    if architecture.alone is not None:
        return MappingProxyType({name: name for name in (*STACKED, *READOUT)})
    layers = {name: FAMILY_OF_ROLE[weight.role] for name, weight in weights(architecture).items()}
    layers |= {name: "U" for name in (FEATURES, EMBEDDING) if name in architecture.weight_shapes()}
    return MappingProxyType(layers | {name: name for name in READOUT})


def learning(recurrence: Recurrence) -> Mapping[str, tuple[str, ...]]:
    """Return by family which weights of a cell training moves; a family that has none is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for weight in recurrence.weights:
        if weight.trained:
            family = FAMILY_OF_ROLE[weight.role]
            found[family] = (*found.get(family, ()), weight.name)
    return MappingProxyType(found)


def weights(architecture: Architecture) -> dict[str, Weight]:
    """Return what the equations say of each weight of the layers, by its name in the network."""
    halves = (half for chain in architecture.chains for half in chain.whole.halves)
    return {half.weights[weight.name]: weight for half in halves for weight in half.step.recurrence.weights}


@lru_cache(maxsize=64)
def still(architecture: Architecture) -> frozenset[str]:
    """Return the parameters that no training moves, because their cells, or a fixed embedding, say so."""
    if architecture.alone is not None:
        return frozenset()
    found = {name for name, weight in weights(architecture).items() if not weight.trained}
    fixed = architecture.embedding is not None and not architecture.embedding.trained
    return frozenset(found | {EMBEDDING} if fixed else found)
