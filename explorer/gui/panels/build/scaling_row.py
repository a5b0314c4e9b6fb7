"""The row of the Sequence card that says whether columns are fed as they are or with mean 0 and deviation 1."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QCheckBox

from explorer.gui.panels.panel import Card
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration, Numbers, replace
from explorer.workspace.exploration.scaling import is_far_from_one
from explorer.workspace.feed.edits import standardised

ABOUT = mark("Feeds each column with mean 0 and standard deviation 1. What is shown stays as it stands in the column.")
FAR = mark("The numbers are far from one: as they are, they drive f into its flat ends or hardly move it.")


class ScalingRow:
    """A tick for the columns of numbers; a task that scales its own columns leaves nothing to choose."""

    def __init__(self, card: Card) -> None:
        self._card, self.box, self._far = card, QCheckBox(), False
        self._shown: tuple[object, bool] | None = None
        self._field = card.add_row(mark("scale"), ABOUT, self.box)
        card.phrases.add(self.box.setText, mark("standardise columns"))
        self.box.clicked.connect(self._choose)

    def show(self, exploration: Exploration) -> None:
        """Show how the numbers of ``exploration`` are fed, and whether that is wise."""
        numbers, task = exploration.sequence, exploration.task
        free = isinstance(numbers, Numbers) and not (task is not None and task.rows)
        if self._shown is not None and self._shown[0] is numbers and self._shown[1] == free:
            return
        self._shown = numbers, free
        self._field.show_only_if(free)
        if isinstance(numbers, Numbers):
            self.box.setChecked(bool(numbers.scaling))
            self._far = not numbers.scaling and is_far_from_one(np.array(numbers.rows))
            self.explain()

    def explain(self) -> None:
        """Say in the language that is now spoken whether the numbers are better scaled."""
        self._field.explain(tr(FAR) if self._far else "")

    def _choose(self, wanted: bool) -> None:
        name = mark("Standardise the columns") if wanted else mark("Feed the columns as they are")
        self._card.edit(self._field, name, _scaled if wanted else _unscaled)


def _scaled(exploration: Exploration) -> Exploration:
    numbers = exploration.sequence
    return exploration.with_sequence(standardised(numbers)) if isinstance(numbers, Numbers) else exploration


def _unscaled(exploration: Exploration) -> Exploration:
    numbers = exploration.sequence
    return exploration.with_sequence(replace(numbers, scaling=())) if isinstance(numbers, Numbers) else exploration
