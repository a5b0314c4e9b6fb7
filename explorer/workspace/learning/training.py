"""Training an exploration's network on its task: what the window's trainer and the command line run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import islice

import numpy as np

from explorer.engine.errors import BadSettings, Stopped
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.learning.forcing import refuse_forcing
from explorer.engine.learning.train import Moment, train
from explorer.engine.work import Stop
from explorer.workspace.exploration.bookmarks import bare
from explorer.workspace.exploration.building import build, inputs_of
from explorer.workspace.exploration.curves import JUMP_MEMORY, parted
from explorer.workspace.exploration.exploration import Exploration, Recipe, Text, replace
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.exploration.task import Task
from explorer.workspace.exploration.vectors import check_vocabulary
from explorer.workspace.feed.sequences import feed
from explorer.workspace.learning.chronicle import (
    Chronicle,
    Progress,
    is_newest,
    moment_of,
    packed_of,
    snapshot_of,
)
from explorer.workspace.learning.measuring import Meter
from explorer.workspace.tasks import Dataset, dataset, taught
from explorer.workspace.tasks.giving import given_to


def training(
    exploration: Exploration, stop: Stop = lambda: False, every: float = 0.1, updates: int | None = None
) -> Iterator[Progress]:
    """Yield how the training of the active network on the exploration's task goes on, about each ``every`` seconds.

    It goes on where the exploration is: from the initial weights, or from the moment that ``trained`` is, edits by hand
    included; for so many ``updates``, or without end. What is yielded when changes nothing of what is recorded, and neither
    does an end and a new beginning on the way.

    Raises
    ------
    BadSettings
        If there is no task.
    Stopped
        When ``stop()`` said so; all that was done until then has been yielded.
    Refusal
        If the network doesn't fit the task.
    """
    learnt = trainable(exploration)
    start = moment_of(exploration.recipe, len(learnt.inputs))
    meter = Meter(exploration, learnt, start.network)
    chronicle = Chronicle(start, exploration, meter.every)
    moments = train(start, learnt.source, exploration.settings, stop)
    try:
        for moment in _on_one_core(islice(moments, updates)):
            chronicle.take(moment)
            if moment.diverged or chronicle.done == updates:
                continue
            if moment.step % meter.every == 0:
                chronicle.measured(meter.measure(moment.network))
            if chronicle.idle >= every:
                yield chronicle.progress()
    except Stopped:
        if chronicle.waiting:
            yield _last(chronicle, meter, meter.is_quick)
        raise
    if chronicle.waiting:
        yield _last(chronicle, meter, True)


def _last(chronicle: Chronicle, meter: Meter, measured: bool) -> Progress:
    """Return the last progress of a run, the newest moment ``measured`` or as it is."""
    if measured:
        chronicle.measured(meter.measure(chronicle.last.network))
    return chronicle.progress()


def measured_every(exploration: Exploration) -> int:
    """Return after how many updates something is measured, as in `Progress`.

    Raises
    ------
    BadSettings
        If there is no task.
    """
    learnt = learnt_by(exploration)
    return Meter(exploration, learnt, moment_of(exploration.recipe, len(learnt.inputs)).network).every


def learnt_by(exploration: Exploration) -> Dataset:
    """Return the data set of the exploration's task.

    Raises
    ------
    BadSettings
        If there is no task.
    """
    if exploration.task is None:
        raise BadSettings("There is nothing to learn yet: choose a task first.")
    learnt = dataset(exploration.task)
    check_vocabulary(exploration.recipe.vectors, learnt.inputs)
    return given_to(exploration.recipe, learnt, isinstance(learnt.shown, Text))


def trainable(exploration: Exploration) -> Dataset:
    """Return the data set of the exploration's task, which its network can learn as the settings say.

    Raises
    ------
    BadSettings
        If there is no task, or the state is to be forced to what the task does not tell.
    """
    learnt = learnt_by(exploration)
    if exploration.settings.force:
        refuse_forcing(exploration.recipe.architecture(len(learnt.inputs)), learnt.source.loss, learnt.source.at)
    return learnt


def merged(first: Progress, second: Progress) -> Progress:
    """Return one progress in the place of two that follow one another."""
    return dataclasses.replace(
        second,
        points=np.concatenate((first.points, second.points)),
        events=first.events + second.events,
        passed=first.passed + second.passed,
    )


def recorded(exploration: Exploration, progress: Progress) -> Exploration:
    """Return ``exploration`` at the moment of ``progress``, curves and snapshots up to it included; later ones go.

    After a divergence it is at the moment before the loss jumped, from which one can go on; the later ones stay to be seen.
    """
    if _begins_otherwise(exploration, progress):
        exploration = exploration.with_run_kept()
    record = _record_until_now(exploration, _inputs(exploration, progress.now))
    record = record.grown(
        progress.points, progress.now, progress.events, progress.settings,
        passed=progress.passed, watch=progress.watch, measured_every=progress.measured_every,
    )  # fmt: skip
    return exploration.with_recipe(trained=record.good, edits=(), record=record)


def _begins_otherwise(exploration: Exploration, progress: Progress) -> bool:
    """Return whether what was learnt since the shown moment gives way to what other settings make of it."""
    record = exploration.record
    return record is not None and not is_newest(exploration) and record.settings != progress.settings


def untrained(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with its network's initial weights, those before all training, and no record.

    Edits by hand that were made before all training stay made.
    """
    recipe = exploration.recipe
    if recipe.trained is None:
        return exploration.with_recipe(record=None)
    initial = replace(recipe, trained=None, edits=())
    first = exploration.record.snapshots[0] if exploration.record is not None else recipe.trained
    same = first.step > 0 or first.tensors == packed_of(build(initial, _inputs(exploration, first)))
    return exploration.with_recipe(trained=None if same else first, edits=(), record=None)


def at_step(exploration: Exploration, step: int) -> Exploration:
    """Return ``exploration`` at the snapshot nearest to ``step`` of its record, which stays whole.

    Edits by hand were made on the weights that are left, and stay behind with them.
    """
    if exploration.record is None:
        return exploration
    return exploration.with_recipe(trained=exploration.record.nearest(step), edits=())


def is_same_training(exploration: Exploration, other: Exploration) -> bool:
    """Return whether two explorations learn the same from the same weights: where one is, the other comes or came by.

    Raises
    ------
    BadSettings
        If there is no task.
    """
    if _asked(exploration) != _asked(other):
        return False
    if exploration.task != other.task and other.task is not None:
        exploration = taught(exploration, other.task)
    inputs = len(learnt_by(exploration).inputs)
    mine, theirs = (_made(one.recipe, inputs) for one in (exploration, other))
    return exploration.settings == other.settings and mine == theirs and _initial(exploration) == _initial(other)


def lean(exploration: Exploration) -> Exploration:
    """Return as much of ``exploration`` as `training` needs, for a journey to another process: one network, no more of its
    record than what is gone on with, and nothing that is kept besides.
    """
    exploration = replace(bare(exploration), networks=(exploration.recipe,), active=0, against=None)
    record = exploration.record
    if record is None:
        return exploration
    table = record.table[record.table[:, 0] <= exploration.updates]
    needed = np.concatenate((table[:1], table[1:][-JUMP_MEMORY:]))
    watched = {record.watch.good, record.watch.alive} if record.watch is not None else set()
    snapshots = tuple(one for one in record.snapshots if one.step in watched or one is record.snapshots[-1])
    shortened = replace(record, snapshots=snapshots, **parted(needed))
    return exploration.with_recipe(record=shortened)


def _on_one_core(moments: Iterator[Moment]) -> Iterator[Moment]:
    """Yield the ``moments``, each worked out with one BLAS thread: how many there are changes the last digits."""
    while True:
        with one_blas_thread():
            moment = next(moments, None)
        if moment is None:
            return
        yield moment


def _record_until_now(exploration: Exploration, inputs: int) -> Record:
    """Return the record that ends at the present weights; a new one where they are none of the record's."""
    recipe, record = exploration.recipe, exploration.record
    if record is not None and is_newest(exploration):
        return record
    now = snapshot_of(moment_of(exploration.recipe, inputs))
    if record is None or recipe.trained not in record.snapshots:
        return Record(snapshots=(now,))
    return record.begun_at(now)


def _asked(exploration: Exploration) -> Task | None:
    """Return the task but for a vocabulary that an earlier version found in the same text."""
    return None if exploration.task is None else replace(exploration.task, vocabulary=())


def _made(recipe: Recipe, inputs: int) -> tuple[object, ...]:
    """Return what a network is, whatever its weights."""
    layers = [layer.recurrence for layer in recipe.every_layer]
    return layers, recipe.architecture(inputs), recipe.readout, recipe.decoder and recipe.seam, recipe.features


def _initial(exploration: Exploration) -> dict[str, bytes]:
    """Return the weights that an exploration's training began with, or is to begin with."""
    network = build(untrained(exploration).recipe, len(learnt_by(exploration).inputs))
    return {name: array.tobytes() for name, array in network.parameters.items()}


def _inputs(exploration: Exploration, snapshot: Snapshot) -> int:
    """Return how many inputs the network of a moment of the training reads."""
    read = inputs_of(exploration.recipe, snapshot.weights)
    return len(feed(exploration.sequence).columns) if read is None else read
