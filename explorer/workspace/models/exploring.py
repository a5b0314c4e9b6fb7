"""An exploration of a network that was found in somebody's file."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.network import Network
from explorer.workspace.exploration.exploration import MOST_SYMBOLS, Exploration, Recipe, Selection, Sequence, replace
from explorer.workspace.exploration.imported import Choice, FileName, Imported, fingerprint
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.feed.sequences import loaded
from explorer.workspace.models.feeding import noise
from explorer.workspace.models.found import Found
from explorer.workspace.models.stacks import Stack


def exploration_of(found: Found, name: str, sequence: Sequence | None = None) -> Exploration:
    """Return an exploration of one of the networks or layers in a file, fed with a sequence, or with noise as it expects.

    What is looked at first is the whole way from the end to the start.

    Raises
    ------
    BadNetwork
        If there is none of this name, or a weight is not finite.
    BadExploration
        If it is wider than can be shown.
    """
    recipe = recipe_of(found, name)
    return loaded(Exploration(networks=(recipe,), selection=Selection(k=0)), sequence or noise(found, name))


def recipe_of(found: Found, name: str) -> Recipe:
    """Return the recipe of one of the networks or layers in a file: its cell's equations and its weights.

    Raises
    ------
    BadNetwork
        If there is none of this name, or a weight is not finite.
    """
    stack = found.stack(name)
    if len(stack.levels) > 1 or len(stack.levels[0]) > 1 or stack.levels[0][0].backward:
        raise BadNetwork("{name} has several layers or directions; look at each alone.", name=name)
    strand = stack.levels[0][0]
    network = stack.network()
    recipe = Recipe(
        cell=strand.cell, activation=strand.activation, hidden=strand.width, readout="identity",
        outputs=min(network.hidden, MOST_SYMBOLS), initial_state=_start(stack, network),
    )  # fmt: skip
    tensors = packed(_parameters(recipe, network))
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


def _parameters(recipe: Recipe, network: Network) -> dict[str, Floats]:
    """Return the weights as the recipe names them; the readout gives out the first units themselves."""
    readout = {"V": np.eye(recipe.outputs, network.hidden), "c": np.zeros(recipe.outputs)}
    return {name: (dict(network.parameters) | readout)[name] for name in recipe.shapes(network.inputs)}
