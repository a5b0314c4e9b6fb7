"""`TrainingDesk`: lets the trainer work on the store's exploration, and puts what it reaches into the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.gui.core.controller import Controller
from explorer.gui.core.plan import Course, Ending, Plan
from explorer.gui.training.run import TrainingRun, ending, gives_up, goes_on
from explorer.gui.training.trainer import Trainer
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.learning.chronicle import Progress
from explorer.workspace.learning.training import at_step, merged, recorded, untrained
from explorer.workspace.tasks import dataset

_TRAIN = mark("Train")
MERGE = "training"
_CALM = 150
"""Milliseconds: after so long without another change of the settings, training goes on with them."""
_WARM_UP = 1500
"""Milliseconds after a task was seen: the process that trains starts when nobody waits for a picture."""


class TrainingDesk(QObject):
    """Starts and ends trainings of what is in the store; each is one undo step.

    ``state_changed(state, course, seconds_left, rate)``: the state is "ready" (nothing was trained), "starting", "running",
    "pausing", "paused", "done" or "diverged"; the `Course` through what Start was asked for, the time left and the updates a
    second are None where they aren't known. ``gave_up(file)``: a change of the network has taken a training away that doesn't
    fit it, or the weights of a file. Refusals go to the controller.
    """

    state_changed = Signal(str, object, object, object)
    gave_up = Signal(str)

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller, self._store = controller, controller.store
        self._run: TrainingRun | None = None
        self._plan: Plan | None = None
        self._ending: Ending | None = None
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
            return self._run.state
        exploration, course = self._store.exploration, self.course
        if exploration.recipe.trained is None:
            return "ready"
        if exploration.record is not None and exploration.record.diverged:
            return "diverged"
        return "done" if course is not None and course.done == course.goal else "paused"

    @property
    def course(self) -> Course | None:
        """Return how far the training has come that Start began; None where it was without end, or is gone."""
        exploration = self._store.exploration
        if self._plan is None or not self._plan.holds(exploration):
            return None
        return self._plan.course(exploration, self.running)

    @property
    def ending(self) -> Ending | None:
        """Return why the training rests that is in the store; None while it runs, and where nobody saw it end."""
        found = None if self.running else self._ending
        return found if found is not None and found.holds(self._store.exploration) else None

    def start(self, goal: int | None = None) -> None:
        """Train on from the present weights for ``goal`` updates, or what is left of as many, or without end."""
        if self._run is None:
            plan, exploration = self._plan, self._store.exploration
            if not goal:
                plan = None
            elif plan is None or plan.goal != goal or not plan.holds(exploration) or plan.rest(exploration) < 1:
                plan = Plan.of(exploration, goal)
            self._plan = plan
            self._train(plan.rest(exploration) if plan is not None else None)

    @Slot()
    def pause(self) -> None:
        """End the training after the update that is under way."""
        if self._run is not None:
            self._run.wanted, self._run.pausing = False, True
            self._calm.stop()
            self._say()
            self._trainer.pause()
            self._go_on()

    @Slot()
    def step(self) -> None:
        """Make one update."""
        self._train(1)

    @Slot()
    def epoch(self) -> None:
        """Make as many updates as an epoch has."""
        exploration = self._store.exploration
        try:
            updates = dataset(exploration.task).source.epoch(exploration.settings.batch) if exploration.task else None
        except Refusal as refusal:
            self._controller.refuse(refusal)
            return
        self._train(updates)

    @Slot()
    def reset(self) -> None:
        """Go back to the same initial weights; the curves and the snapshots are given up."""
        self.drop()
        self._controller.commit(Gesture(mark("Back to the initial weights"), untrained))

    @Slot()
    def new_seed(self) -> None:
        """Draw other initial weights."""
        self.drop()
        self._controller.commit(Gesture(mark("Other initial weights"), Exploration.with_new_seed))

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

    def _train(self, updates: int | None) -> None:
        if self._run is None:
            self._run = TrainingRun(updates, self._store.exploration)
            self._controller.held = True
            self._begin()

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
        run.wanted = run.wanted and not progress.diverged
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
            self._run.wanted, self._run.failed = False, True
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
        if run.wanted and run.rest != 0:
            self._begin()
        else:
            self._end()

    def _commit(self, progress: Progress) -> None:
        assert self._run is not None
        after = recorded(self._store.exploration, progress)
        self._run.begun = after
        self._plan = self._plan and self._plan.begins(after)
        self._controller.follow(_TRAIN, after, MERGE)
        self._say()

    def _end(self) -> None:
        """Take the run as over; what waited for that is done."""
        run, rate = self._run, None
        if run is not None:
            rate, self._ending = run.rate, ending(run, self._plan, self._store.exploration)
        self._run = None
        self._controller.held = False
        self._controller.seal()
        self.state_changed.emit(self.state, self.course, None, rate)
        self._do_then()

    def drop(self) -> None:
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
        pace = self._run.pace() if self._run is not None else (None, None)
        self.state_changed.emit(self.state, self.course, *pace)

    def _store_changed(self, before: Exploration, after: Exploration) -> None:
        if before.task != after.task:
            self._expect_training(after)
        # Another preset, or a lesson's next step, is what was asked for.
        if gives_up(before, after) and not self._store.clean:
            self.gave_up.emit(_file_of(before.recipe))
        if self._run is None:
            if before.recipe.trained != after.recipe.trained or before.record != after.record:
                self._say()
        elif not goes_on(self._run.begun, after):
            self.drop()
        elif self._run.begun.recipe != after.recipe:
            # What was made of the weights as they were is no longer wanted.
            self._trainer.drop()
            self._change(after)
            self._run.held = None
        elif self._run.begun.settings != after.settings:
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


def _file_of(recipe: Recipe) -> str:
    """Return the file that the weights of ``recipe`` are from, "" once they were trained here."""
    untrained = recipe.trained is None or not recipe.trained.step
    return recipe.imported.file_name if recipe.imported is not None and untrained else ""
