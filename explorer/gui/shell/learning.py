"""What training adds to the window: the desk that trains, its panel, its cards, the time line and the keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from explorer.engine.learning.settings import Settings
from explorer.gui.core.controller import Controller
from explorer.gui.core.plan import Course
from explorer.gui.panels.train.train import TrainPanel
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.inspect_panel import CardColumn
from explorer.gui.training.desk import TrainingDesk
from explorer.gui.training.timeline import TimeLine
from explorer.gui.training.turns import InTurn
from explorer.gui.views.curves import CurvesView
from explorer.gui.views.lags import LagsView
from explorer.gui.views.surface import SurfaceView
from explorer.gui.views.tryout import TryView
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.sets import clipped_or_not, decayed_both_ways, flossed_or_not, regularised_or_not

_TURN = 300
"""Updates of each training that is compared: what clipping and Ω do shows in the first of them; Start goes on."""


class LearnPanel(CardColumn):
    """Holds what shows a training: its curves, what it is good for, what the optimiser sees, and the surface it walks on."""

    def __init__(self, theme: Theme) -> None:
        self.curves, self.lags = CurvesView(theme), LagsView(theme)
        super().__init__([self.curves, TryView(theme), self.lags, SurfaceView(theme)], "training")
        self.phrases.add(self.setAccessibleName, "Training")


class Learning(QObject):
    """Owns the training desk and keeps all that shows or steers a training in step with it.

    ``panel`` is for the left side of the window, ``cards`` for the right, ``timeline`` for the middle. ``noted(text)`` is
    a sentence to be seen for some seconds, ``task_wanted()`` that nothing can be learnt before a task is chosen,
    ``curves_wanted()`` that the curves are what to look at, ``check_wanted()`` what the check of the gradient says.
    """

    noted = Signal(str)
    task_wanted = Signal()
    curves_wanted = Signal()
    check_wanted = Signal()

    def __init__(self, theme: Theme, controller: Controller, actions: Actions) -> None:
        super().__init__()
        self._controller, self._actions = controller, actions
        self._running: bool | None = None
        self.panel, self.cards, self.timeline = TrainPanel(theme), LearnPanel(theme), TimeLine(theme)
        self.desk = TrainingDesk(controller)
        self._in_turn = InTurn(controller, self.desk)
        self._in_turn.under_way.connect(self.curves_wanted)
        run = self.panel.run
        run.start.connect(self._start)
        run.pause.connect(self.desk.pause)
        run.step_asked.connect(self.desk.step)
        run.epoch_asked.connect(self.desk.epoch)
        run.reset_asked.connect(self.desk.reset)
        run.seed_asked.connect(self.desk.new_seed)
        self.cards.curves.moment_chosen.connect(self.desk.go_to)
        self.timeline.moment_chosen.connect(self.desk.go_to)
        self.timeline.go_on.connect(self._start)
        actions.let(
            train=self._start_or_pause,
            train_step=self.desk.step,
            train_epoch=self.desk.epoch,
            untrain=self.desk.reset,
            check=self._check,
        )
        actions.let(
            clipping=partial(self._train_in_turn, clipped_or_not),
            omega=partial(self._train_in_turn, regularised_or_not),
            flossing=partial(self._train_in_turn, flossed_or_not),
            decays=partial(self._train_in_turn, decayed_both_ways),
        )
        self.desk.state_changed.connect(self._show_state)
        self.desk.gave_up.connect(self._note_loss)
        controller.changed.connect(self._show_record)
        self.timeline.released.connect(controller.seal)
        controller.cancelled.connect(self.desk.pause)
        self._show_state(self.desk.state, None, None, None)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self.cards.dress(theme)
        self.timeline.dress(theme)
        self._show_record()

    def close(self) -> None:
        """End all training and the film at once."""
        self.timeline.film.stop()
        self.desk.close()

    def _start_or_pause(self) -> None:
        if self.desk.running:
            self.desk.pause()
        else:
            self._start()

    def _check(self) -> None:
        self.check_wanted.emit()
        self.cards.lags.check()

    def _start(self) -> None:
        if self._controller.store.exploration.task is None:
            self.task_wanted.emit()
            return
        # Why the last training ended has been read.
        self._controller.refuse(None)
        self.desk.start(self.panel.goal or None)

    def _train_in_turn(self, ways: Callable[[Settings], tuple[Settings, ...]]) -> None:
        if self._controller.store.exploration.task is None:
            self.task_wanted.emit()
        else:
            self._controller.refuse(None)
            self._in_turn.begin(ways, _TURN)

    def _show_state(self, state: str, course: Course | None, left: float | None, rate: float | None) -> None:
        self.panel.show_state(state, course, left, rate)
        self.timeline.tell(course, self.desk.ending)
        # The record itself comes with the store's change.
        if self.desk.running != self._running:
            self._running = self.desk.running
            self.timeline.set_running(self._running)
            self._say_action()
            self._show_record()

    def _show_record(self) -> None:
        exploration = self._controller.store.exploration
        self.timeline.present(exploration)
        idle = exploration.task is not None and not self.desk.running
        for name in ("train_step", "train_epoch"):
            self._actions[name].setEnabled(idle)
        self._say_action()
        self._actions["untrain"].setEnabled(exploration.recipe.trained is not None)

    def _note_loss(self, file: str) -> None:
        said = tr("The training was given up: its weights don't fit any more. Undo brings it back.")
        if file:
            said = tr("The weights of “{file}” were given up: others are drawn now. Undo brings them back.")
        self.noted.emit(said.format(file=file))

    def _say_action(self) -> None:
        if self._controller.store.exploration.task is None:
            # Then it leads to the tasks.
            said = tr("Choose what to learn …")
        else:
            said = tr("Pause training") if self.desk.running else tr("Start training")
        if said != self._actions["train"].text():
            self._actions["train"].setText(said)
