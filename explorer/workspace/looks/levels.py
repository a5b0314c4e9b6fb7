"""Which chain of a network is looked at, and which block of its state."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.network.layer import ARROWS, BACKWARD, FORWARD
from explorer.workspace.exploration.exploration import Exploration, Lens
from explorer.workspace.feed.sequences import feed

Level = tuple[Chain, ...]
"""A chain, or the two of a layer that reads both ways."""


def levels(architecture: Architecture) -> Mapping[str, Level]:
    """Return the chains by the names that a lens knows them by, two under one name where a layer reads both ways."""
    return {level_name(level): level for level in architecture.levels}


def level_name(level: Level) -> str:
    """Return what a lens calls a chain, or two that read the same."""
    return level[0].name if len(level) == 1 else level[0].name.rstrip("".join(ARROWS.values()))


def shown_level(architecture: Architecture, name: str) -> Level:
    """Return the chain of this ``name``, or both of such a layer; the last one where there is none."""
    return levels(architecture).get(name, architecture.levels[-1])


def chain_named(architecture: Architecture, chain: Chain) -> str:
    """Return the name of a chain, with its way where two read the same; "" where there is no other."""
    return chain.name if len(architecture.chains) > 1 else ""


def parts_of(chain: Chain) -> tuple[str, ...]:
    """Return what blocks of a chain are called: its layers, of a single one the parts of its state; () for one part."""
    parts = tuple(chain.step.parts)
    found = tuple(dict.fromkeys(part.partition("/")[0] for part in parts)) if "/" in parts[0] else parts
    return found if len(found) > 1 else ()


def block_of(chain: Chain, lens: Lens) -> tuple[str, str] | None:
    """Return the block of a chain's products that a lens shows, None for all of them."""
    known = {*parts_of(chain), *chain.step.parts}
    return (lens.into, lens.out_of) if lens.into in known and lens.out_of in known else None


def paired(exploration: Exploration, t: int, k: int) -> tuple[int, int]:
    """Return the pair (t, k), or the nearest with this t that lies on a chain that is looked at."""
    return on_a_way(ways_asked(exploration), t, k)


def on_a_way(ways: tuple[str, ...], t: int, k: int) -> tuple[int, int]:
    """Return the pair (t, k), or the nearest with this t that lies on a chain that goes in one of the ``ways``."""
    if len(ways) > 1:
        return t, k
    return (t, min(t, k)) if FORWARD in ways else (t, max(t, k))


def ways_asked(exploration: Exploration) -> tuple[str, ...]:
    """Return in which ways the chain goes that is looked at, or the two of a layer."""
    if not any(layer.direction != FORWARD for layer in exploration.recipe.layers):
        return (FORWARD,)
    level = level_of(exploration, feed(exploration.sequence).x.shape[1])
    return tuple(BACKWARD if chain.backward else FORWARD for chain in level)


def level_of(exploration: Exploration, inputs: int) -> Level:
    """Return the chain of the active network that is looked at, or both of a layer."""
    return shown_level(exploration.recipe.architecture(inputs), exploration.lens.chain)
