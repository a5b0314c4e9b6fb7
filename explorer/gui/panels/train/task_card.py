"""The card that says what is to be learnt, and what the loss is compared with."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import Refusal
from explorer.gui.controls.composite import side_by_side
from explorer.gui.controls.names import NameChoice
from explorer.gui.controls.slider import STEPS, ValueSlider
from explorer.gui.controls.stillness import set_shown
from explorer.gui.panels.panel import Card, Field
from explorer.gui.panels.train.data_rows import DictionaryRow, FedRow, TargetRow, WordsRow, learning_fed
from explorer.gui.panels.train.fit_row import FitRow
from explorer.gui.panels.train.own_dialog import OwnDialog
from explorer.gui.panels.train.target_dialog import TargetDialog
from explorer.gui.panels.train.task_words import Classes, about_data, aimed_classes, came_from, in_this_language
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, say, tr
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.tables import read_table
from explorer.workspace.looks.analysis import Analysis
from explorer.workspace.tasks import TASKS, Kind, advised, dataset, taught
from explorer.workspace.tasks.own import fed_task, learns_fed, own_text

_NONE = ""
_LONGEST_LAG = 500
_AT_LABELS = {"every": mark("every step"), "last": mark("last step"), "mean": mark("mean state")}
_AT_NOTES = {
    "every": mark("Each step has a loss of its own: the shorter a lag, the more terms have it."),
    "last": mark("One loss at the end: it must travel the whole way back."),
    "mean": mark("One loss on the mean of the states: every step has a short way to it."),
}
_LOSS_NOTES = {
    "softmax": mark("The loss is the cross-entropy with this class."),
    "sigmoid": mark("The loss is the binary cross-entropy with this probability, for every output."),
    "identity": mark("The loss is half the squared distance of every output from this number."),
    "threshold": mark("The loss is the perceptron's: how far every output that is not this number, 0 or 1, must move."),
}


class TaskCard(Card):
    """Kind of task, its lag and data; where the loss is taken and what is aimed at."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Task"))
        self._exploration = Exploration()
        self.own_dialog: OwnDialog | None = None
        self.target_dialog: TargetDialog | None = None
        self._add_kind()
        self._add_data()
        self._add_aim()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the task, or the aim of an exploration without one."""
        before, self._exploration = self._exploration, exploration
        # While a network learns only its weights are others.
        if _shown(before) != _shown(exploration):
            self._show()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self.kind.offer({_NONE: tr("none"), **{name: in_this_language(kind.titles) for name, kind in TASKS.items()}})
        for dialog in (self.own_dialog, self.target_dialog):
            if dialog is not None:
                dialog.dress(theme)
        self._show()

    def choose_own(self, kind: str) -> None:
        """Say what a file for a task of ``kind`` must be like, and let a person choose one."""
        fed = partial(self._learn_fed, kind) if learns_fed(kind, self._exploration.sequence) else None
        self.own_dialog = OwnDialog(kind, partial(self._read_own, kind), self.theme, self.window(), fed)
        self.own_dialog.finished.connect(self._forget_own)
        self.own_dialog.open()

    def _add_kind(self) -> None:
        self.kind = NameChoice()
        self._kind = self.add_row(
            mark("to &learn"),
            mark("What the network is to learn. Without a task the loss below is only looked at."),
            self.kind,
            under=True,
        )
        self.kind.chosen.connect(self._choose)
        self.advise = QPushButton()
        self._advise = self.add_row(
            mark("advice"),
            mark("One network and settings that are known to learn this task; yours are given up."),
            self.advise,
        )
        self.phrases.add(self.advise.setText, mark("proven settings"))
        self.advise.clicked.connect(lambda: self.edit(self._advise, mark("Use the advised settings"), _as_advised))
        self.fit = FitRow(self)
        self.lag = ValueSlider(1, _LONGEST_LAG, 0, logarithmic=True, usual=Task(kind=_NONE).lag, unit=STEPS)
        self._lag = self.add_row(
            mark("la&g"),
            mark("Over how many steps something must be remembered: how far the gradient must travel back."),
            self.lag,
        )
        self.lag.changed.connect(
            lambda steps: self._change_task(self._lag, mark("Change the lag"), "lag", lag=int(steps))
        )

    def _add_data(self) -> None:
        self.own_button, self.shipped_button = QPushButton(), QPushButton()
        self.phrases.add(self.own_button.setText, mark("your own …"))
        self.phrases.add(self.shipped_button.setText, mark("shipped"))
        self.own_button.clicked.connect(lambda: self.choose_own(self.kind.value))
        self.shipped_button.clicked.connect(lambda: self._learn(Task(kind=self.kind.value, lag=int(self.lag.value))))
        self._data = self.add_row(
            mark("data"),
            mark("Learn from a file of your own, or from the data that come with the program."),
            side_by_side(self.own_button, self.shipped_button),
            under=True,
        )

        self.fed, self.predicted, self.words = FedRow(self), TargetRow(self), WordsRow(self)
        self.dictionary = DictionaryRow(self)

    def _add_aim(self) -> None:
        self.at = NameChoice()
        self._at = self.add_row(
            mark("loss ta&ken"), mark("Where the loss is taken: there every gradient begins its way back."), self.at
        )
        self.at.chosen.connect(self._choose_at)
        tip = mark("What the outputs should have been. The gradient is zero where they are it already.")
        self.target_class, self.target = NameChoice(), ValueSlider(-2, 2, 2, usual=1.0)
        self._target_class = self.add_row(mark("target"), tip, self.target_class)
        self._target = self.add_row(mark("target"), tip, self.target)
        name = mark("Change the target")
        self.target_class.chosen.connect(
            lambda value: self._change_aim(self._target_class, name, "", target=float(value))
        )
        self.target.changed.connect(lambda value: self._change_aim(self._target, name, "target", target=value))

    def _choose(self, kind: str) -> None:
        if kind == _NONE:
            self.edit(self._kind, mark("Put the task away"), _without_task)
        elif TASKS[kind].owned:
            self.choose_own(kind)
        else:
            self.edit(self._kind, mark("Choose a task"), taught, task=Task(kind=kind))

    def _learn(self, task: Task) -> None:
        field = self._kind if self._exploration.task is None else self._data
        self.edit(field, mark("Choose the data"), taught, task=task)

    def _learn_fed(self, kind: str) -> None:
        """Learn a task of ``kind`` from what is fed now.

        Raises
        ------
        Refusal
            If it can't be learnt from.
        """
        fed_task(kind, self._exploration.sequence)
        self.edit(self._kind, mark("Learn from what is fed"), learning_fed, kind=kind)

    def _read_own(self, kind: str, path: Path) -> None:
        """Learn a task of ``kind`` from a file: a text, or a table of which the target is chosen first.

        Raises
        ------
        Refusal
            If it can't be learnt from.
        """
        if "rows" not in TASKS[kind].uses:
            self._learn(own_text(path, kind))
            return
        read_table(path)
        self.target_dialog = TargetDialog(path, self.theme, self.window())
        self.target_dialog.taken.connect(self._learn)
        self.target_dialog.finished.connect(self._forget_target)

    def _forget_own(self) -> None:
        """Go on with the table that was chosen, or show the task in force again."""
        self.own_dialog = None
        if self.target_dialog is not None:
            self.target_dialog.open()
        else:
            self._show()

    def _forget_target(self) -> None:
        self.target_dialog = None
        self._show()

    def _choose_at(self, at: str) -> None:
        name = mark("Change where the loss is taken")
        if self._exploration.task is None:
            self._change_aim(self._at, name, "", at=at)
        else:
            self._change_task(self._at, name, "", at=at)

    def _change_task(self, field: Field, label: str, merge: str, **changes: Any) -> None:
        self.edit(field, label, _with_task, merge, **changes)

    def _change_aim(self, field: Field, label: str, merge: str, **changes: Any) -> None:
        self.edit(field, label, _with_aim, merge, **changes)

    def _show(self) -> None:
        task = self._exploration.task
        kind = None if task is None else TASKS.get(task.kind)
        self.kind.set_value(_NONE if task is None else task.kind)
        self._kind.explain("" if kind is None or task is None else in_this_language(kind.explained(task)))
        self._advise.show_only_if(kind is not None)
        self.fit.show(self._exploration)
        uses = () if kind is None else kind.uses
        self._lag.show_only_if("lag" in uses)
        if task is not None:
            self.lag.set_value(task.lag)
        self._show_data(task, kind)
        self.fed.show(self._exploration)
        self.predicted.show(task)
        self.words.show(task)
        self.dictionary.show(task)
        self._at.show_only_if(task is None or "at" in uses)
        self.at.offer({name: tr(label) for name, label in _AT_LABELS.items() if task is None or name != "every"})
        self._show_loss()

    def _show_data(self, task: Task | None, kind: Kind | None) -> None:
        self._data.show_only_if(kind is not None and bool({"text", "rows"} & set(kind.uses)))
        if task is None or kind is None:
            return
        own = bool(task.text or task.rows)
        set_shown(self.shipped_button, own and not kind.owned)
        self._data.explain("\n".join(filter(None, (came_from(task), about_data(task)))))

    def _show_loss(self) -> None:
        """Show where the loss is taken and what is aimed at; a file may hold a task that can't be made: say why."""
        exploration, task = self._exploration, self._exploration.task
        complaint = ""
        try:
            self.at.set_value(exploration.aim.at if task is None else dataset(task).source.at)
        except Refusal as refusal:
            complaint = say(refusal)
        self._kind.complain(complaint)
        self._show_target(exploration, _aimed_classes(exploration))
        self._at.explain(tr(_AT_NOTES.get(self.at.value, "")))

    def _show_target(self, exploration: Exploration, classes: Classes) -> None:
        """Show the target as one of the ``classes``, or as a number where there are none."""
        self._target_class.show_only_if(bool(classes))
        self._target.show_only_if(not classes and exploration.task is None)
        self.target_class.offer({f"{target:g}": name for target, name in classes.items()})
        self.target_class.set_value(f"{exploration.aim.target:g}")
        self.target.set_value(exploration.aim.target)
        readout, free = exploration.recipe.readout, exploration.task is None
        for field in (self._target_class, self._target):
            field.explain(tr(_LOSS_NOTES.get(readout, "")) if free else "")


def _shown(exploration: Exploration) -> tuple[object, ...]:
    """Return what the card's content follows from."""
    recipe = exploration.recipe
    fits = (
        tuple(layer.direction for layer in recipe.every_layer),
        recipe.seam,
        bool(recipe.decoder),
        bool(recipe.features),
    )
    return exploration.task, exploration.aim, exploration.sequence, recipe.readout, recipe.outputs, fits


def _aimed_classes(exploration: Exploration) -> Classes:
    """Return the classes to aim at; none for a sequence that is none of the task, which is told where its loss is shown."""
    try:
        return aimed_classes(exploration)
    except Refusal:
        return {}


def _without_task(exploration: Exploration) -> Exploration:
    return replace(exploration, task=None)


def _with_task(exploration: Exploration, **changes: Any) -> Exploration:
    task = exploration.task
    return exploration if task is None else taught(exploration, replace(task, **changes))


def _with_aim(exploration: Exploration, **changes: Any) -> Exploration:
    return replace(exploration, aim=replace(exploration.aim, **changes))


def _as_advised(exploration: Exploration) -> Exploration:
    return exploration if exploration.task is None else advised(exploration, exploration.task)
