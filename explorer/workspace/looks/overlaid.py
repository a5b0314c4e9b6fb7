"""Which trainings lie under the curves of the present one: those of the networks beside it, and those that are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.workspace.exploration.differences import Called, names
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.exploration.runs import MOST_RUNS, PastRun, is_alike, past_run, task_key
from explorer.workspace.words.sentence import Sentence

_SOMEWHERE = Snapshot(step=0, tensors=b"")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A training under the present one, called by what sets it apart from the others."""

    name: Sentence
    record: Record


def overlaid(exploration: Exploration, called: Called) -> tuple[Overlay, ...]:
    """Return the trainings of the same task that lie under the active network's, the nearest first, at most `MOST_RUNS`."""
    runs = tuple(_runs(exploration))[:MOST_RUNS]
    if not runs:
        return ()
    _, *said = names([_begun(recipe) for recipe in (exploration.recipe, *(run.recipe for run in runs))], called)
    return tuple(Overlay(name, run.record) for name, run in zip(said, runs, strict=True))


def _begun(recipe: Recipe) -> Recipe:
    """Return ``recipe`` however far it was trained: how far each went its curve shows."""
    return replace(recipe, trained=_SOMEWHERE)


def _runs(exploration: Exploration) -> Iterator[PastRun]:
    """Yield each run once, and none that is the present one's like."""
    if len(exploration.networks) == 1 and not exploration.runs:
        # To tell a task by all its data takes a while.
        return
    seen = [past_run(exploration.recipe, exploration.task)]
    beside = [past_run(recipe, exploration.task) for recipe in exploration.networks]
    key = task_key(exploration.task)
    for run in (*beside, *exploration.runs):
        if run is None or run.task != key or any(one is not None and is_alike(one, run) for one in seen):
            continue
        seen.append(run)
        yield run
