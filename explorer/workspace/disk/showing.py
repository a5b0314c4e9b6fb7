"""Whether an exploration can be shown at all, and gone on with at every moment of its training.

A file says so before it takes the place of what is there; all pairs, which may take long, are not worked out for that.
"""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.errors import BadExploration
from explorer.engine.flow.fitting import chains_by_estimate
from explorer.workspace.exploration.building import build, check_trained
from explorer.workspace.exploration.changes import taken_back
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.feed.sequences import feed

_SLOTS = ("velocity", "square", "m", "v")
"""What the optimisers remember of a weight, in its shape; of Adam's ``t`` there is one number."""
_SQUARES = ("square", "v", "t")
"""What is never below zero."""


def check_showable(exploration: Exploration) -> None:
    """Refuse an exploration that can't be fed, built, shown in memory, or gone on with where its trainings were.

    Raises
    ------
    Refusal
        With what is wrong.
    """
    fed = feed(exploration.sequence)
    steps, inputs = fed.x.shape
    for recipe in exploration.networks:
        for snapshot in _snapshots(recipe):
            check_snapshot(snapshot, recipe, inputs)
        if recipe.record is not None:
            _check_changes(recipe.record)
        chains_by_estimate(steps, build(recipe, inputs).architecture)
    for bookmark in exploration.bookmarks:
        check_showable(bookmark.exploration)


def check_snapshot(snapshot: Snapshot, recipe: Recipe, inputs: int) -> None:
    """Refuse a moment of a training that is none of the network of ``recipe`` with so many ``inputs``.

    Raises
    ------
    BadNetwork
        If a weight has another shape, the number of inputs in its own words.
    BadExploration
        If the optimiser's memory is none, or the bytes are not what they should be.
    """
    check_trained(recipe, snapshot.weights, inputs)
    shapes = recipe.shapes(inputs)
    for name, array in snapshot.slots.items():
        slot, _, weight = name.partition(".")
        shape = (1,) if slot == "t" else shapes.get(weight) if slot in _SLOTS else None
        if weight not in shapes or array.shape != shape or (slot in _SQUARES and (array < 0.0).any()):
            raise BadExploration("The optimiser's memory “{name}” of the training is damaged.", name=name)


def _snapshots(recipe: Recipe) -> Iterator[Snapshot]:
    if recipe.trained is not None:
        yield recipe.trained
    if recipe.record is not None:
        yield from recipe.record.snapshots


def _check_changes(record: Record) -> None:
    """Refuse changes of the settings that can't have led to those that the record ends with."""
    for step in {change.step for change in record.changes}:
        if record.settings is not None:
            taken_back(record.settings, [change for change in record.changes if change.step >= step])
