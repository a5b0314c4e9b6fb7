"""Where the network of an exploration is read out for the loss: at every step, at the last, or on the mean of the states."""

from __future__ import annotations

from explorer.engine.errors import Refusal
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.tasks.kinds import TASKS, dataset, taught

EVERY, LAST, MEAN = "every", "last", "mean"


def places_of(exploration: Exploration) -> tuple[str, ...]:
    """Return the places to choose from; the one that there is, where the task says it."""
    if exploration.task is None:
        return EVERY, LAST, MEAN
    kind = TASKS.get(exploration.task.kind)
    return (LAST, MEAN) if kind is not None and "at" in kind.uses else (place_of(exploration),)


def place_of(exploration: Exploration) -> str:
    """Return the place."""
    if exploration.task is None:
        return exploration.aim.at
    try:
        return dataset(exploration.task).source.at
    except Refusal:
        return exploration.task.at or LAST


def with_place(exploration: Exploration, at: str) -> Exploration:
    """Return ``exploration`` read out in another place.

    Raises
    ------
    Refusal
        If its task can't be made.
    """
    if exploration.task is None:
        return replace(exploration, aim=replace(exploration.aim, at=at))
    return taught(exploration, replace(exploration.task, at=at))
