"""`PastRun`: a training that is over, kept without its weights so that its curves can lie under those of the next."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, structs

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.recipe import Recipe
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.exploration.task import Task

MOST_RUNS = 5
"""So many are kept, the newest ones: each is up to 4,000 points of its curves."""


class PastRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training of the network ``recipe``, whose record has the curves and the settings; ``task`` tells what it learnt.

    Its weights are gone: the moment that its recipe is trained to is empty.
    """

    recipe: Recipe
    task: Annotated[str, Meta(max_length=64)]

    def __post_init__(self) -> None:
        if self.recipe.record is None or not self.recipe.record.curves:
            raise BadExploration("The curves of the training are damaged.")

    @property
    def record(self) -> Record:
        """Return the curves, and how they came about."""
        assert self.recipe.record is not None
        return self.recipe.record


def task_key(task: Task | None) -> str:
    """Return what tells tasks apart; the vocabulary that one was found to have is none of what was asked."""
    if task is None:
        return ""
    asked = msgspec.structs.replace(task, vocabulary=())
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:32]


def past_run(recipe: Recipe, task: Task | None) -> PastRun | None:
    """Return what is kept of the training of ``recipe``, None where nothing was learnt."""
    record = recipe.record
    if record is None or not record.curves:
        return None
    end = Snapshot(step=record.end, tensors=b"")
    bare = structs.replace(record, snapshots=(end,), stride=1, watch=None)
    return PastRun(recipe=msgspec.structs.replace(recipe, trained=end, record=bare), task=task_key(task))


def kept(runs: tuple[PastRun, ...], recipe: Recipe, task: Task | None) -> tuple[PastRun, ...]:
    """Return ``runs`` with that of ``recipe`` as the newest; one that began and was trained alike gives way to it."""
    run = past_run(recipe, task)
    if run is None:
        return runs
    others = tuple(one for one in runs if not is_alike(one, run))
    return (run, *others)[:MOST_RUNS]


def is_alike(one: PastRun, other: PastRun) -> bool:
    """Return whether two runs are of the same network and the same settings, however long each went."""
    return one.task == other.task and _begun(one) == _begun(other)


def _begun(run: PastRun) -> tuple[object, ...]:
    bare = msgspec.structs.replace(run.recipe, trained=None, record=None, title="")
    return bare, run.record.settings, run.record.changes
