"""Networks to begin a comparison with, made of the present one: activations, cells, seeds, a remedy before and after."""

from __future__ import annotations

from typing import Any

from explorer.engine.errors import BadExploration
from explorer.engine.network.drawn import heeded
from explorer.engine.recurrence.library import quick_choices
from explorer.workspace.exploration.cells import SIMPLE
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration, Recipe, replace
from explorer.workspace.exploration.recipe import changed

ACTIVATIONS = ("tanh", "sigmoid", "relu")


def of_activations(exploration: Exploration) -> Exploration:
    """Return the present network with tanh, sigmoid and ReLU; a cell that leaves no choice gives way to the simple one."""
    cell = exploration.recipe.cell if exploration.recipe.recurrence.activation is not None else SIMPLE
    return _beside(exploration, *({"cell": cell, "activation": name} for name in ACTIVATIONS))


def of_cells(exploration: Exploration) -> Exploration:
    """Return the present network with each of the cells that are chosen most."""
    return _beside(exploration, *({"cell": name} for name in quick_choices()))


def of_seeds(exploration: Exploration) -> Exploration:
    """Return the present network with as many seeds as fit side by side."""
    first = exploration.recipe.seed
    return _beside(exploration, *({"seed": (first + i) % 2**32} for i in range(MOST_NETWORKS)))


def of_orthogonal_start(exploration: Exploration) -> Exploration:
    """Return the present network as it begins, beside one whose W begins orthogonal with the gain 1."""
    return _beside(exploration, {}, {"init": "orthogonal", "gain": 1.0})


def of_forget_bias(exploration: Exploration) -> Exploration:
    """Return a network whose forget gate begins half closed, beside one with the forget bias 1 and one with 5."""
    own = exploration.recipe
    cell = own.cell if _forgets(own) else next(name for name in quick_choices() if _forgets(replace(own, cell=name)))
    return _beside(exploration, *({"cell": cell, "forget_bias": bias} for bias in (0.0, 1.0, 5.0)))


def of_training(exploration: Exploration) -> Exploration:
    """Return the network before its training beside what it has learnt.

    Raises
    ------
    BadExploration
        If it has learnt nothing yet.
    """
    own = exploration.recipe
    if own.trained is None:
        raise BadExploration("The network has learnt nothing yet: train it first.")
    first = None if own.record is None else own.record.snapshots[0]
    untrained = replace(own, trained=first, record=None)
    return replace(exploration, networks=(untrained, own), active=1, stage="beside", together=False)


def _beside(exploration: Exploration, *changes: dict[str, Any]) -> Exploration:
    """Return the present network with each of ``changes`` made, which go on changing together."""
    networks = tuple(changed(exploration.recipe, **change) for change in changes)
    return replace(exploration, networks=networks, active=0, stage="beside", together=True)


def _forgets(recipe: Recipe) -> bool:
    return "forget_bias" in heeded(recipe.recurrence)
