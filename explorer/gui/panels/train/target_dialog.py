"""What to learn from a CSV file: its columns, and the one that is to be predicted."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.gui.controls.names import NameChoice
from explorer.gui.controls.plain import Label, teach
from explorer.gui.panels.table.csv_dialog import CsvDialog
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Numbers
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import dataset
from explorer.workspace.tasks.own import column_names, series_task
from explorer.workspace.tasks.series import is_class


class TargetDialog(CsvDialog):
    """Lets a person choose columns and a target among them; ``taken(task)`` when they agree, a task that can be learnt."""

    taken = Signal(object)

    INTRO = mark("Tick the columns to learn from and the one to predict; each row is one step of time.")
    AGREE = mark("Learn from these numbers")

    def __init__(self, path: Path, theme: Theme, parent: QWidget | None = None) -> None:
        self._task: Task | None = None
        super().__init__(path, theme, parent)
        self.target.chosen.connect(self._read)
        self.chosen.connect(lambda: self.taken.emit(self._task))

    def more(self) -> QHBoxLayout:
        """Return the row in which the target is chosen."""
        self.target, label = NameChoice(), Label()
        label.setBuddy(self.target)
        self.phrases.add(label.setText, mark("&Predict"))
        self.phrases.add(self.target.setAccessibleName, mark("Column to predict"))
        self.phrases.add(
            partial(teach, self.target),
            mark("Its next value is to be predicted, or, if it holds a few whole numbers, the class at each step."),
        )
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.target, 1)
        return row

    def offer(self, numbers: Numbers) -> str:
        """Offer the columns that are ticked, the last one first chosen: tables end with what they are about.

        Return whether its next value is predicted, or its class at each step told.

        Raises
        ------
        BadSequence
            If the chosen one can't be learnt.
        """
        names = column_names(numbers)
        self.target.offer({name: name for name in names})
        if not self.target.value:
            self.target.set_value(names[-1])
        self._task = series_task(numbers, self.target.value)
        if is_class(self._task):
            said = tr("To be told: the class of “{column}” at the same step, one of {count}, from the other columns.")
            return said.format(column=self._task.target, count=len(dataset(self._task).classes))
        said = tr("To be predicted: the next value of “{column}”, from the ticked columns up to the present step.")
        return said.format(column=self._task.target)
