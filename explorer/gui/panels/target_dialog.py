"""What to learn from a CSV file: its columns, and the one that is to be predicted."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.gui.i18n import mark
from explorer.gui.panels.csv_dialog import CsvDialog
from explorer.gui.panels.names import NameChoice
from explorer.gui.panels.panel import teach
from explorer.gui.theme import Theme
from explorer.workspace.exploration import Numbers


class TargetDialog(CsvDialog):
    """Lets a person choose columns and a target among them; ``taken(numbers, target)`` when they agree.

    The numbers always name their columns.
    """

    taken = Signal(object, str)

    INTRO = mark("Tick the columns to learn from and the one to predict; each row is one step of time.")
    AGREE = mark("Learn from these numbers")

    def __init__(self, path: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(path, theme, parent)
        self.chosen.connect(self._take)

    def more(self) -> QHBoxLayout:
        """Return the row in which the target is chosen."""
        self.target, label = NameChoice(), QLabel()
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

    def offer(self, numbers: Numbers) -> None:
        """Offer the columns that are ticked, the last one first chosen: tables end with what they are about."""
        names = column_names(numbers)
        self.target.offer({name: name for name in names})
        if not self.target.value:
            self.target.set_value(names[-1])

    def _take(self, numbers: Numbers) -> None:
        named = Numbers(rows=numbers.rows, columns=column_names(numbers), source=numbers.source)
        self.taken.emit(named, self.target.value)


def column_names(numbers: Numbers) -> tuple[str, ...]:
    """Return the names of the columns, made up where the file has none."""
    return numbers.columns or tuple(f"x{i}" for i in range(1, len(numbers.rows[0]) + 1))
