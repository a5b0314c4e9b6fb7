"""`TrainingDesk`: lets the trainer work on the store's exploration, and puts what it reaches into the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.gui.controller import Controller
from explorer.gui.i18n import mark
from explorer.gui.trainer import Trainer
from explorer.workspace.exploration import Exploration
from explorer.workspace.tasks import lesson
from explorer.workspace.training import Progress, at_step, merged, recorded, untrained

_TRAIN = mark("Train")
_MERGE = "training"
_CALM = 150
"""Milliseconds: after so long without another change of the settings, training goes on with them."""
_WARM_UP = 1500
"""Milliseconds after a task was seen: the process that trains starts when nobody waits for a picture."""


@dataclass
class _Run:
    """A training that the person asked for; ``goal`` is its number of updates or None, ``done`` how many there were.

    ``begun`` is what the trainer works from, or what was committed of it last: the desk knows its own commits by it. ``held``
    is progress not yet committed while the settings are ``changing``; ``piece`` is where the last stretch without a change
    began, ``rate`` its updates a second. ``wanted`` is False once the run is to end.
    """

    goal: int | None
    begun: Exploration
    done: int = 0
    rate: float | None = None
    piece: int = 0
    changing: bool = False
    wanted: bool = True
    held: Progress | None = None

    @property
    def rest(self) -> int | None:
        """Return how many updates are to come, None for without end."""
        return None if self.goal is None else max(0, self.goal - self.done)

    def pace(self) -> tuple[float | None, float | None, float | None]:
        """Return the fraction done, the seconds left and the updates a second, each None where it isn't known."""
        if self.goal is None or self.rest is None:
            return None, None, self.rate
        return self.done / self.goal, self.rest / self.rate if self.rate else None, self.rate


class TrainingDesk(QObject):
    """Starts and ends trainings of what is in the store; each is one undo step.

    ``state_changed(state, fraction, seconds_left, rate)``: the state is "ready" (nothing was trained), "running", "paused" or
    "diverged"; the share of the goal, the time left and the updates a second are None where they aren't known. Refusals go
    to the controller.
    """

    state_changed = Signal(str, object, object, object)

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller, self._store = controller, controller.store
        self._run: _Run | None = None
        self._then: Callable[[], None] | None = None
        self._trainer = Trainer()
        self._trainer.progressed.connect(self._progressed)
        self._trainer.ended.connect(self._ended)
        self._trainer.failed.connect(self._failed)
        self._calm, self._warm_up = QTimer(self), QTimer(self)
        for timer, milliseconds, due in (
            (self._calm, _CALM, self._go_on),
            (self._warm_up, _WARM_UP, self._trainer.warm),
        ):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
            timer.timeout.connect(due)
        self._unsubscribe = self._store.subscribe(self._store_changed)
        self._expect_training(self._store.exploration)

    @property
    def running(self) -> bool:
        """Return whether a training is under way."""
        return self._run is not None

    @property
    def state(self) -> str:
        """Return what `state_changed` tells first."""
        if self._run is not None:
            return "running"
        trained = self._store.exploration.recipe.trained
        if trained is None:
            return "ready"
        return "diverged" if trained.event == "nan" else "paused"

    def start(self, updates: int | None = None) -> None:
        """Train on from the present weights, for so many updates or without end."""
        if self._run is None:
            self._run = _Run(updates or None, self._store.exploration)
            self._controller.held = True
            self._begin()

    @Slot()
    def pause(self) -> None:
        """End the training after the update that is under way."""
        if self._run is not None:
            self._run.wanted = False
            self._calm.stop()
            self._trainer.pause()
            self._go_on()

    def toggle(self, updates: int | None = None) -> None:
        """Start or pause."""
        if self.running:
            self.pause()
        else:
            self.start(updates)

    @Slot()
    def step(self) -> None:
        """Make one update."""
        self.start(1)

    @Slot()
    def epoch(self) -> None:
        """Make as many updates as an epoch has."""
        exploration = self._store.exploration
        try:
            updates = lesson(exploration.task).source.epoch(exploration.settings.batch) if exploration.task else None
        except Refusal as refusal:
            self._controller.refuse(refusal)
            return
        self.start(updates)

    @Slot()
    def reset(self) -> None:
        """Go back to the same initial weights; the curves and the snapshots are given up."""
        self._stop()
        self._controller.commit(mark("Back to the initial weights"), untrained, "")

    @Slot()
    def new_seed(self) -> None:
        """Draw other initial weights."""
        self._stop()
        self._controller.commit(mark("Other initial weights"), _reseeded, "")

    @Slot(int)
    def go_to(self, step: int) -> None:
        """Show the moment of the record that is nearest to ``step``; a training that runs is paused first."""
        self._then = partial(self._look_at, step)
        if self._run is None:
            self._do_then()
        else:
            self.pause()

    def close(self) -> None:
        """End all work at once."""
        self._unsubscribe()
        self._calm.stop()
        self._warm_up.stop()
        self._run = None
        self._trainer.close()

    def _begin(self) -> None:
        """Let the trainer work on the present, for what is left of the run."""
        assert self._run is not None
        self._run.begun, self._run.piece = self._store.exploration, self._run.done
        self._trainer.start(self._run.begun, self._run.rest)
        self._say()

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        run = self._run
        if run is None:
            return
        run.done += len(progress.points) - progress.diverged
        run.rate = (run.done - run.piece) / max(progress.seconds, 1e-3)
        if run.changing:
            # Committed between two settings of a drag, it would make many undo steps of one.
            run.held = progress if run.held is None else merged(run.held, progress)
        else:
            self._commit(progress)

    @Slot()
    def _ended(self) -> None:
        if self._run is not None and not self._run.changing:
            self._run.wanted = False
        self._go_on()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        if self._run is not None:
            self._run.wanted = False
        self._go_on()
        self._controller.refuse(error)

    @Slot()
    def _go_on(self) -> None:
        """Once the trainer rests and the settings too, take the training up again, or end it."""
        run = self._run
        if run is None or self._trainer.running or self._calm.isActive():
            return
        run.changing = False
        if run.held is not None:
            held, run.held = run.held, None
            self._commit(held)
        trained = self._store.exploration.recipe.trained
        if run.wanted and run.rest != 0 and not (trained is not None and trained.event == "nan"):
            self._begin()
        else:
            self._end()

    def _commit(self, progress: Progress) -> None:
        assert self._run is not None
        after = recorded(self._store.exploration, progress)
        self._run.begun = after
        self._controller.follow(_TRAIN, after, _MERGE)
        self._say()

    def _end(self) -> None:
        """Take the run as over; what waited for that is done."""
        pace = self._run.pace() if self._run is not None else (None, None, None)
        self._run = None
        self._controller.held = False
        self._controller.seal()
        self.state_changed.emit(self.state, pace[0], None, pace[2])
        self._do_then()

    def _stop(self) -> None:
        """Give the run up: what it goes on from is gone."""
        if self._run is not None:
            self._trainer.drop()
            self._calm.stop()
            self._run = None
            self._controller.held = False
            self._then = None
            self._say()

    def _do_then(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def _look_at(self, step: int) -> None:
        self._store.adjust(at_step(self._store.exploration, step))

    def _say(self) -> None:
        pace = self._run.pace() if self._run is not None else (None, None, None)
        self.state_changed.emit(self.state, *pace)

    def _store_changed(self, before: Exploration, after: Exploration) -> None:
        if before.task != after.task:
            self._expect_training(after)
        if self._run is None:
            if before.recipe.trained != after.recipe.trained:
                self._say()
        elif not _goes_on(self._run.begun, after):
            self._stop()
        elif self._run.begun.recipe != after.recipe:
            # What was made of the weights as they were is no longer wanted.
            self._trainer.drop()
            self._change(after)
            self._run.held = None
        elif (self._run.begun.settings, self._run.begun.sequence) != (after.settings, after.sequence):
            self._trainer.pause()
            self._change(after)

    def _change(self, after: Exploration) -> None:
        """Wait until the person has made up their mind, then go on with what is then."""
        assert self._run is not None
        self._run.changing, self._run.begun = True, after
        self._calm.start()

    def _expect_training(self, exploration: Exploration) -> None:
        if exploration.task is not None:
            self._warm_up.start()


def _goes_on(before: Exploration, after: Exploration) -> bool:
    """Return whether a training of ``before`` can go on from ``after``: the same task, from the same trained weights."""
    return (before.task, before.active, before.recipe.record, before.recipe.trained) == (
        after.task, after.active, after.recipe.record, after.recipe.trained,
    )  # fmt: skip


def _reseeded(exploration: Exploration) -> Exploration:
    return exploration.with_recipe(seed=(exploration.recipe.seed + 1) % 2**32)
