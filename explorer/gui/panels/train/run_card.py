"""The card that starts and stops the training, and says how far it has come."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPalette, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from explorer.gui.controls.bare import ProgressBar
from explorer.gui.controls.composite import side_by_side
from explorer.gui.controls.plain import Label, set_tone, teach
from explorer.gui.controls.quiet import Elastic
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.plan import Course
from explorer.gui.core.view import behind
from explorer.gui.panels.panel import Card
from explorer.gui.panels.train.goal_box import GoalBox
from explorer.gui.panels.train.run_words import (
    BUSY,
    advice_on,
    given_up,
    looks_back,
    pace_in_words,
    scores_of,
    state_in_words,
)
from explorer.gui.panels.train.score_table import ScoreTable
from explorer.gui.plot.theme import Theme, icon, icon_size, put_icon
from explorer.gui.words.i18n import mark, tr
from explorer.gui.words.joining import follow
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import Analysis

_USUAL_GOAL = 2000
_BAR = 6
_NO_TASK = mark("There is nothing to learn yet: choose a task first.")
_RUNNING = mark("Not while it runs: pause first.")
_UNTOUCHED = mark("The weights are the initial ones already.")


class RunCard(Card):
    """Start or pause, one step, one epoch, reset; progress, loss and accuracy.

    ``start()``, ``pause()``, ``step_asked()``, ``epoch_asked()``, ``reset_asked()``, ``seed_asked()``: what the person wants.
    """

    start = Signal()
    pause = Signal()
    step_asked = Signal()
    epoch_asked = Signal()
    reset_asked = Signal()
    seed_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Run"))
        self._state = "ready"
        self._course: Course | None = None
        self._pace: tuple[float | None, float | None] = (None, None)
        self._exploration = Exploration()
        self._add_buttons()
        self._add_goal()
        self._add_progress()
        self.dress(theme)

    @property
    def goal(self) -> int:
        """Return for how many steps Start is to train, 0 for without end."""
        return self.goal_box.value()

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show where the training stands; of one that goes on, `show_state` tells right afterwards."""
        self._exploration = exploration
        if self._state not in BUSY:
            self._follow()

    def show_state(self, state: str, course: Course | None, seconds_left: float | None, rate: float | None) -> None:
        """Show what the training does in its ``state``, one of those that the desk tells.

        ``course`` is how far it has come through what Start was asked for, ``rate`` the updates a second; None where there
        is none.
        """
        self._state, self._course, self._pace = state, course, (rate, seconds_left)
        self.progress.set_share(course.done / course.goal if course is not None else 0.0)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Say what there was to say while another tab was in front."""
        super().showEvent(event)
        self._say()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self.goal_box.retranslate()
        self.scores.dress()
        self._pace_line.refit()
        self._say()

    def _add_buttons(self) -> None:
        self.state = Label()
        self._grid.addWidget(self.state, 0, 1, Qt.AlignmentFlag.AlignRight)
        self.start_button = _button()
        self.start_button.setProperty("primary", True)
        self.start_button.clicked.connect(lambda: (self.pause if self._state in BUSY else self.start).emit())
        self.step_button, self.epoch_button, self.reset_button, self.seed_button = (_button() for _ in range(4))
        for button, text, name, signal in (
            (self.step_button, mark("Update"), mark("One update"), self.step_asked),
            (self.epoch_button, mark("Epo&ch"), mark("One epoch"), self.epoch_asked),
            (self.reset_button, mark("&Reset"), mark("Reset the weights"), self.reset_asked),
            (self.seed_button, mark("See&d"), mark("New initial weights"), self.seed_asked),
        ):
            self.phrases.add(button.setText, text)
            self.phrases.add(button.setAccessibleName, name)
            button.setProperty("segment", True)
            button.setProperty("tight", True)
            button.clicked.connect(signal)
        self._add_wide(self.start_button)
        self._add_wide(side_by_side(self.step_button, self.epoch_button, self.reset_button, self.seed_button))

    def _add_goal(self) -> None:
        self.goal_box = GoalBox()
        self.goal_box.setValue(_USUAL_GOAL)
        self.add_row(
            mark("for updates"),
            mark("For how many updates Start trains before it pauses. 0 or nothing: without end."),
            self.goal_box,
        )
        self.goal_box.valueChanged.connect(lambda _: self._say())

    def _add_progress(self) -> None:
        self.progress, self.pace, self.advice = ProgressBar(), Fitted(), Label()
        self.scores = ScoreTable()
        self.progress.setFixedHeight(_BAR)
        self.phrases.add(self.progress.setAccessibleName, mark("Progress of the training"))
        self.phrases.add(partial(teach, self.progress), mark("How much of what Start was asked for is done."))
        set_tone(self.pace, "muted")
        self.advice.setWordWrap(True)
        self._pace_line = Elastic(self.pace)
        for part in (self.progress, self._pace_line, self.scores, self.advice):
            self._add_wide(part)

    def _add_wide(self, widget: QWidget) -> None:
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def _follow(self) -> None:
        """Say what is new, behind another tab once that is left."""
        if not behind(self):
            self._say()

    def _say(self) -> None:
        """Say everything that follows from the exploration and the state."""
        exploration, scores = self._exploration, scores_of(self._exploration)
        self._write(self.state, state_in_words(self._state, exploration, self._course))
        self._write(self.advice, advice_on(self._state, exploration))
        set_shown(self.advice, bool(self.advice.text()))
        rate, left = self._pace
        record = exploration.record
        last = record.end if record is not None and looks_back(self._state, exploration) else None
        self._pace_line.say(pace_in_words(scores.step, rate, left, last))
        self.scores.present(scores)
        set_shown(self.scores, exploration.record is not None)
        self._say_start()
        self._allow()

    @property
    def _rest(self) -> int:
        """Return how many steps Start has to go, 0 where it begins with as many as are asked for."""
        course = self._course
        begun = course is not None and course.goal == self.goal and self._state not in {"ready", *BUSY}
        return course.rest if course is not None and begun else 0

    def _write(self, label: QLabel, text: str) -> None:
        """Write ``text``, in the colour of what is wrong after a divergence."""
        colours = QPalette(label.palette())
        wrong = self._state == "diverged" and self._exploration.task is not None
        colours.setColor(QPalette.ColorRole.WindowText, QColor(self.theme.bound if wrong else self.theme.muted))
        label.setPalette(colours)
        if label.text() != text:
            label.setText(text)

    def _say_start(self) -> None:
        running = self._state in BUSY
        self.start_button.setText(tr("Pau&se") if running else tr("Re&sume") if self._rest else tr("&Start"))
        drawn, side = icon("pause" if running else "play", self.theme), icon_size(self.theme)
        # The button has the colour of one that is down.
        sign = QIcon(drawn.pixmap(side, side, QIcon.Mode.Normal, QIcon.State.On))
        sign.addPixmap(drawn.pixmap(side, side, QIcon.Mode.Disabled), QIcon.Mode.Disabled)
        put_icon(self.start_button, sign, self.theme)

    def _allow(self) -> None:
        """Enable what can be done now; what can't says why."""
        running = self._state in BUSY
        without = "" if self._exploration.task is not None else _NO_TASK
        busy = without or (_RUNNING if running else "")
        untouched = "" if self._exploration.record is not None else _UNTOUCHED
        for button, reason, tip in (
            (self.step_button, busy, mark("One update of the weights, from one batch.")),
            (self.epoch_button, busy, mark("As many updates as it takes to see each example once.")),
            (
                self.reset_button,
                without or untouched,
                mark("Back to the same initial weights; the curves stay under those of the next training."),
            ),
            (self.seed_button, without, mark("Draw other initial weights, and begin again.")),
        ):
            button.setEnabled(not reason)
            teach(button, tr(reason or tip))
        self.start_button.setEnabled(not without)
        teach(self.start_button, tr(without) if without else self._start_tip())

    def _start_tip(self) -> str:
        if self._state in BUSY:
            return tr("Pause after the present update; Start goes on from there to the same numbers.")
        tip = tr("Train in the background; everything on the screen follows the weights.")
        if self._rest:
            one = tr("Train on for the update that is left of {goal}.")
            tip = one if self._rest == 1 else tr("Train on for the {rest} updates that are left of {goal}.")
            tip = tip.format(rest=f"{self._rest:,}", goal=f"{self.goal:,}")
        return follow(tip, given_up(self._exploration))


def _button() -> QPushButton:
    button = QPushButton()
    # A click leaves the focus alone, so that Space goes on playing.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
