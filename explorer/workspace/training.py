"""Training an exploration's network on its task: what the window's trainer and the command line run."""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.allpairs import one_blas_thread
from explorer.engine.errors import BadSettings, Stopped
from explorer.engine.gradient import WEIGHTS
from explorer.engine.network import Network
from explorer.engine.settings import Settings
from explorer.engine.training import Moment, train
from explorer.engine.work import Stop
from explorer.workspace.analysis import build
from explorer.workspace.exploration import Exploration, replace
from explorer.workspace.measuring import Meter
from explorer.workspace.record import COLUMNS, MOST_POINTS, USUAL, Event, Record, Snapshot, packed, thinned
from explorer.workspace.tasks import Lesson, lesson

JUMP_MEMORY = 50
"""A jump is a loss that stands out of those of so many updates before it:"""
JUMP_OVER_GREATEST = 2.0
"""more than so many times the greatest of them,"""
JUMP_OVER_SPREAD = 3.0
"""above it by more than so many times what it is above their median, so that a hard batch among easy ones is none,"""
JUMP_OF_FIRST = 0.5
"""and by this share of the first loss besides: a jump gives up much of what was learnt, noise does not."""
JUMP_FEW = 10
JUMP_OVER_FEW = 5.0
"""While fewer are known than `JUMP_FEW`, nothing is known of their spread: so many times the greatest is a jump."""
DEAD_FOR = 10
"""Units that get no gradient in so many updates on end are dead, not merely unmoved by a batch."""


@dataclass(frozen=True)
class Progress:
    """How far a training has come: the newest moment, and the points of the curves since the last progress.

    points (K, len(COLUMNS)), one row an update, as in `Record.table`; the last of them carries the held-out scores and what
    is known about W, where there was time to measure them. ``events`` are the moments before an update that made the loss
    jump, be it to no number at all, or that killed all units. Where ``diverged``, the update after ``now`` had no finite
    loss; ``now`` says so too, and the last row is that update's. ``settings`` are those of all updates, ``seconds`` is the
    time since the training was begun or taken up again.
    """

    now: Snapshot
    points: Floats
    events: tuple[Snapshot, ...]
    diverged: bool
    settings: Settings
    seconds: float


def training(
    exploration: Exploration, stop: Stop = lambda: False, every: float = 0.1, updates: int | None = None
) -> Iterator[Progress]:
    """Yield how the training of the active network on the exploration's task goes on, about each ``every`` seconds.

    It goes on where the exploration is: from the initial weights, or from the moment that ``trained`` is, edits by hand
    included; for so many ``updates``, or without end. What is yielded when does not change the numbers.

    Raises
    ------
    BadSettings
        If there is no task.
    Stopped
        When ``stop()`` said so; all that was done until then has been yielded.
    Refusal
        If the network doesn't fit the task.
    """
    learnt = learnt_by(exploration)
    meter = Meter(exploration, learnt)
    course = _Course(_present(exploration, len(learnt.inputs)), exploration)
    moments = train(course.last, learnt.source, exploration.settings, stop)
    try:
        for moment in _on_one_core(islice(moments, updates)):
            course.take(moment)
            if course.idle >= every and course.done != updates and not moment.diverged:
                yield course.progress(meter.when_due(moment.network))
    except Stopped:
        if course.waiting:
            yield course.progress(meter.when_quick(course.last.network))
        raise
    if course.waiting:
        yield course.progress(meter.measure(course.last.network))


def learnt_by(exploration: Exploration) -> Lesson:
    """Return the lesson of the exploration's task.

    Raises
    ------
    BadSettings
        If there is no task.
    """
    if exploration.task is None:
        raise BadSettings("There is nothing to learn yet: choose a task first.")
    return lesson(exploration.task)


def merged(first: Progress, second: Progress) -> Progress:
    """Return one progress in the place of two that follow one another."""
    points = np.concatenate((first.points, second.points))
    if len(points) > MOST_POINTS:
        points = thinned(points)
    return dataclasses.replace(second, points=points, events=first.events + second.events)


def recorded(exploration: Exploration, progress: Progress) -> Exploration:
    """Return ``exploration`` at the moment of ``progress``, curves and snapshots up to it included; later ones go.

    After a divergence it is at the moment before the loss jumped, from which one can go on; the later ones stay to be seen.
    """
    record = _record_until_now(exploration, _inputs(progress.now))
    record = record.grown(progress.points, progress.now, progress.events, progress.settings)
    return exploration.with_recipe(trained=record.good, edits=(), record=record)


def untrained(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with its network's initial weights, those before all training, and no record.

    Edits by hand that were made before all training stay made.
    """
    recipe = exploration.recipe
    if recipe.trained is None:
        return exploration.with_recipe(record=None)
    initial = replace(recipe, trained=None, edits=())
    first = exploration.record.snapshots[0] if exploration.record is not None else recipe.trained
    same = first.step > 0 or first.tensors == _packed(build(initial, _inputs(first)))
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
    mine, theirs = exploration.recipe, other.recipe
    return (
        (exploration.task, exploration.settings) == (other.task, other.settings)
        and (mine.cell, mine.activation, mine.readout) == (theirs.cell, theirs.activation, theirs.readout)
        and _initial(exploration) == _initial(other)
    )


def lean(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with as much of its record as `training` needs, for a journey to another process."""
    record = exploration.record
    if record is None:
        return exploration
    trained = exploration.recipe.trained
    table = record.table[record.table[:, 0] <= (trained.step if trained is not None else 0)]
    needed = np.concatenate((table[:1], table[1:][-JUMP_MEMORY:]))
    shortened = replace(record, snapshots=record.snapshots[-1:], curves=needed.tobytes())
    return exploration.with_recipe(record=shortened)


class _Course:
    """Collects the moments of a training until they are told.

    ``_good`` is the newest moment whose loss is known to be of usual size, ``_alive`` the newest that a gradient reached,
    ``_thrown`` the last good one that was noted: what jumps on from it is the same event.
    """

    def __init__(self, start: Moment, exploration: Exploration) -> None:
        self.last, self.done = start, 0
        self._settings, record = exploration.settings, exploration.record
        self._good, self._alive, self._silent = start, start, 0
        self._thrown: Moment | None = None
        self._begun = self._told = time.perf_counter()
        self._points: list[list[float]] = []
        self._events: list[Snapshot] = []
        table = record.table[record.table[:, 0] <= start.step] if record is not None else np.empty((0, len(COLUMNS)))
        losses = table[:, COLUMNS.index("loss")].tolist()
        self._first = losses[0] if losses else np.nan
        self._losses = deque(losses[-JUMP_MEMORY:], maxlen=JUMP_MEMORY)

    @property
    def idle(self) -> float:
        """Return the seconds since something was told."""
        return time.perf_counter() - self._told

    @property
    def waiting(self) -> bool:
        """Return whether there is something to tell."""
        return bool(self._points)

    def take(self, moment: Moment) -> None:
        """Take the moment after the last one."""
        if np.isnan(self._first):
            self._first = moment.loss
        self._watch_loss(moment)
        self._watch_units(moment)
        self._losses.append(moment.loss)
        self._points.append(_point(moment))
        self.last = moment
        self.done += 1

    def _watch_loss(self, moment: Moment) -> None:
        """Note a jump; the loss is that of the weights that the update began with."""
        jumped = not moment.diverged and is_jump(moment.loss, self._losses, self._first)
        if moment.loss <= USUAL * self._first and not jumped:
            self._good = self.last
        elif (jumped or moment.diverged) and self._good.step < self.last.step and self._good is not self._thrown:
            self._thrown = self._good
            self._events.append(_snapshot(self._good, "jump"))

    def _watch_units(self, moment: Moment) -> None:
        """Note that all units have died."""
        self._silent = self._silent + 1 if moment.dead else 0
        if not moment.dead:
            self._alive = self.last
        if self._silent == DEAD_FOR and self._alive.step + DEAD_FOR == self.last.step:
            self._events.append(_snapshot(self._alive, "dead"))

    def progress(self, measured: dict[str, float]) -> Progress:
        """Return what came since it was last asked for; what was ``measured`` belongs to the last point."""
        points = np.array(self._points)
        for name, value in measured.items():
            points[-1, COLUMNS.index(name)] = value
        points.setflags(write=False)
        now = _snapshot(self.last, "nan" if self.last.diverged else "")
        self._told = time.perf_counter()
        seconds = self._told - self._begun
        told = Progress(now, points, tuple(self._events), self.last.diverged, self._settings, seconds)
        self._points, self._events = [], []
        return told


def is_jump(loss: float, earlier: deque[float], first: float) -> bool:
    """Return whether ``loss`` stands out of the ``earlier`` ones: see `JUMP_MEMORY`. What is not finite is no jump."""
    if not earlier or not loss < np.inf:
        return False
    greatest = max(earlier)
    if len(earlier) < JUMP_FEW:
        return loss > JUMP_OVER_FEW * greatest and loss > JUMP_OF_FIRST * first
    spread = greatest - float(np.median(earlier))
    return loss > max(JUMP_OVER_GREATEST * greatest, greatest + JUMP_OVER_SPREAD * spread + JUMP_OF_FIRST * first)


def _on_one_core(moments: Iterator[Moment]) -> Iterator[Moment]:
    """Yield the ``moments``, each worked out with one BLAS thread: how many there are changes the last digits."""
    while True:
        with one_blas_thread():
            moment = next(moments, None)
        if moment is None:
            return
        yield moment


def _point(moment: Moment) -> list[float]:
    """Return the row of a moment; an update that failed is the one after those that were made."""
    known = {name: getattr(moment, name) for name in ("loss", "norm", "clipped", "omega")}
    known["step"] = moment.step + moment.diverged
    return [float(known.get(name, np.nan)) for name in COLUMNS]


def _present(exploration: Exploration, inputs: int) -> Moment:
    trained = exploration.recipe.trained
    first = Moment.first(build(exploration.recipe, inputs))
    return first if trained is None else dataclasses.replace(first, step=trained.step, slots=trained.slots)


def _record_until_now(exploration: Exploration, inputs: int) -> Record:
    """Return the record that ends at the present weights; a new one where they are none of the record's."""
    recipe, record = exploration.recipe, exploration.record
    # What failed once after a divergence is not to stand beside what comes now.
    newest = record is not None and recipe.trained == record.snapshots[-1] and not record.diverged
    if record is not None and newest and not recipe.edits:
        return record
    now = _snapshot(_present(exploration, inputs))
    if record is None or recipe.trained not in record.snapshots:
        return Record(snapshots=(now,))
    return record.begun_at(now)


def _snapshot(moment: Moment, event: Event = "") -> Snapshot:
    return Snapshot(step=moment.step, tensors=_packed(moment.network, moment.slots), event=event)


def _packed(network: Network, slots: Mapping[str, Floats] | None = None) -> bytes:
    return packed({name: getattr(network, name) for name in WEIGHTS} | dict(slots or {}))


def _inputs(snapshot: Snapshot) -> int:
    return int(snapshot.weights["U"].shape[1])


def _initial(exploration: Exploration) -> dict[str, bytes]:
    """Return the weights that an exploration's training began with, or is to begin with."""
    network = build(untrained(exploration).recipe, len(learnt_by(exploration).inputs))
    return {name: getattr(network, name).tobytes() for name in WEIGHTS}
