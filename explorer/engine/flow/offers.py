"""What of a network fits in memory where the flow of a chain does not: another chain, or the layers at the chain's bottom.

A layer does not come between those below it: the flow of the first layers alone is the leading block of the whole.
"""

from __future__ import annotations

from collections.abc import Callable

from explorer.engine.errors import TooBig
from explorer.engine.flow.blocks import layers_of
from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.recurrence.readings.step import Step

Fits = Callable[[Step], bool]
"""Whether the flow of a chain with this step would be worked out."""


def with_offers(refused: TooBig, architecture: Architecture, chain: Chain, fits: Fits) -> TooBig:
    """Return the refusal of a ``chain``, with the other chain, and the first layers, that would be accepted in its place."""
    other = next((one for one in architecture.chains if one.name != chain.name and fits(one.step)), None)
    if other is not None:
        refused = TooBig("{reason} The chain {chain} alone fits.", reason=refused, chain=other.name)
    layers = _leading(architecture, chain, fits)
    if layers == 1:
        return TooBig("{reason} The first layer alone fits.", reason=refused)
    if layers > 1:
        return TooBig("{reason} The first {layers} layers alone fit.", reason=refused, layers=layers)
    return refused


def _leading(architecture: Architecture, chain: Chain, fits: Fits) -> int:
    """Return how many layers, of which the last is one of the chain's, leave a beginning of it that fits; 0 for none."""
    numbers = sorted(layers_of(chain))
    for count in reversed(numbers[:-1]):
        rest = architecture.leading(count)
        if fits(next(one for one in rest.chains if numbers[0] in layers_of(one)).step):
            return count
    return 0
