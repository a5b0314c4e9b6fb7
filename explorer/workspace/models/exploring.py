"""An exploration of a network that was found in somebody's file."""

from __future__ import annotations

import math
from collections.abc import Sequence as Listed
from typing import Literal

import numpy as np

from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.network.given import EMBEDDING
from explorer.engine.network.network import Network
from explorer.workspace.exploration.building import MOST_NUMBERS
from explorer.workspace.exploration.exploration import (
    MOST_SYMBOLS,
    Exploration,
    LayerRecipe,
    Numbers,
    Recipe,
    Selection,
    Sequence,
    Text,
    replace,
)
from explorer.workspace.exploration.imported import Choice, FileName, Imported, fingerprint
from explorer.workspace.exploration.layers import of_layer
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.feed.sequences import loaded
from explorer.workspace.models.feeding import columns_of, noise
from explorer.workspace.models.found import Found
from explorer.workspace.models.stacks import Stack, Strand

Level = Listed[Strand]
Way = Literal["forward", "backward", "both"]


def exploration_of(found: Found, name: str, sequence: Sequence | None = None) -> Exploration:
    """Return an exploration of one of the networks or layers in a file, fed with a sequence, or with noise as it expects.

    A text goes through the file's own embedding. What is looked at first is the whole way from the end to the start.

    Raises
    ------
    BadNetwork
        If there is none of this name, or a weight is not finite.
    BadExploration
        If it is wider than can be shown.
    TooBig
        If it has more weights than are shown.
    """
    recipe = recipe_of(found, name, isinstance(sequence, Text))
    fed = _within(sequence or noise(found, name), found.stack(name).most)
    return loaded(Exploration(networks=(recipe,), selection=Selection(k=0)), fed)


def _within(sequence: Sequence, most: int | None) -> Sequence:
    """Return the steps of a sequence that are read, where its network reads so many at most."""
    if most is None:
        return sequence
    if isinstance(sequence, Numbers):
        return replace(sequence, rows=sequence.rows[:most])
    return replace(sequence, text=" ".join(sequence.text.split()[:most])) if isinstance(sequence, Text) else sequence


def with_network_of(exploration: Exploration, taken: Exploration) -> Exploration:
    """Return an exploration whose active network is the one that was ``taken`` of a file, fed as that was; the rest stays."""
    networks = list(exploration.networks)
    networks[exploration.active] = replace(taken.recipe, title=exploration.recipe.title)
    changed = replace(exploration.with_run_kept(), networks=tuple(networks))
    return changed if changed.sequence == taken.sequence else loaded(changed, taken.sequence)


def recipe_of(found: Found, name: str, words: bool = False) -> Recipe:
    """Return the recipe of one of the networks or layers in a file: its cells' equations and its weights.

    With ``words`` it is given words, which the file's own embedding turns into vectors.

    Raises
    ------
    BadNetwork
        If there is none of this name, or a weight is not finite.
    TooBig
        If it has more weights than are shown.
    """
    stack = found.stack(name)
    _check_size(stack)
    network = stack.network()
    first, *above = (_layer(level) for level in stack.levels)
    recipe = Recipe(
        **of_layer(first), above=tuple(above), embedding=stack.levels[0][0].inputs if words else 0,
        readout="identity", outputs=min(network.architecture.outputs, MOST_SYMBOLS),
        initial_state=_start(stack, network),
    )  # fmt: skip
    tensors = packed(_parameters(recipe, network, columns_of(found, name) if words else None))
    imported = Imported(
        path="" if found.path is None else str(found.path),
        source=found.source,
        network=name,
        sha256=fingerprint(tensors),
        names=tuple(FileName(weight, " + ".join(called)) for weight, called in names_of(stack).items()),
        chosen=tuple(Choice(key, value) for key, value in found.chose.items()),
        mapping="" if found.map_file is None else str(found.map_file),
    )
    return replace(recipe, trained=Snapshot(step=0, tensors=tensors), imported=imported)


def _layer(level: Level) -> LayerRecipe:
    one = level[0]
    way: Way = "both" if len(level) > 1 else "backward" if one.backward else "forward"
    return LayerRecipe(cell=one.cell, activation=one.activation, hidden=one.width, direction=way)


def _check_size(stack: Stack) -> None:
    count = sum(math.prod(array.shape) for strand in stack.strands for array in strand.weights.values())
    if count > MOST_NUMBERS:
        raise TooBig("{name} has {count} weights; up to {most} are shown: choose a layer of it alone.",
                     name=stack.name, count=count, most=MOST_NUMBERS)  # fmt: skip


def names_of(stack: Stack) -> dict[str, tuple[str, ...]]:
    """Return what the file calls the arrays that each weight of a network is of, by the network's names for them."""
    return {
        f"{place}/{weight}": called
        for place, strand in stack.places().items()
        for weight, called in strand.origins.items()
        if called
    }


def _start(stack: Stack, network: Network) -> tuple[float, ...]:
    """Return s_0, one chain's after the other's, nothing where the file has none."""
    starts = stack.starts()
    if not starts:
        return ()
    return tuple(float(one) for chain in network.architecture.chains for one in starts[chain.name])


def _parameters(recipe: Recipe, network: Network, table: Floats | None) -> dict[str, Floats]:
    """Return the weights as the recipe names them; the readout gives out the first units themselves."""
    readout = {"V": np.eye(recipe.outputs, network.architecture.outputs), "c": np.zeros(recipe.outputs)}
    # A network with an embedding has no stacked arrays, and so the weights by name.
    held = dict(network.parameters) if table is None else {**network.weights, EMBEDDING: table}
    return {name: (held | readout)[name] for name in recipe.shapes(network.inputs if table is None else len(table))}
