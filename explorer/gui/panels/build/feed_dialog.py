"""What to feed a network of a CSV file, and whether on scales of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from explorer.gui.controls.plain import teach
from explorer.gui.panels.build.scaling_row import ABOUT, FAR
from explorer.gui.panels.table.csv_dialog import CsvDialog
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Numbers
from explorer.workspace.exploration.scaling import is_far_from_one
from explorer.workspace.feed.edits import standardised


class FeedDialog(CsvDialog):
    """Lets a person choose columns and their scale; ``fed(numbers)`` when they agree.

    Until it is ticked or unticked by hand, scaling is on where the numbers are far from one.
    """

    fed = Signal(object)

    def __init__(self, path: Path, theme: Theme, parent: QWidget | None = None) -> None:
        self._asked = False
        super().__init__(path, theme, parent)
        self.scale.clicked.connect(self._ask)
        self.chosen.connect(self._feed)

    def more(self) -> QHBoxLayout:
        """Return the row in which the scale is chosen."""
        self.scale = QCheckBox()
        self.phrases.add(self.scale.setText, mark("&Standardise the columns"))
        self.phrases.add(partial(teach, self.scale), ABOUT)
        row = QHBoxLayout()
        row.addWidget(self.scale)
        row.addStretch(1)
        return row

    def offer(self, numbers: Numbers) -> str:
        """Tick the scale where ``numbers`` need one, and say why."""
        far = is_far_from_one(np.array(numbers.rows))
        if not self._asked:
            self.scale.setChecked(far)
        return tr(FAR) if far else ""

    def _ask(self) -> None:
        self._asked = True

    def _feed(self, numbers: Numbers) -> None:
        self.fed.emit(standardised(numbers) if self.scale.isChecked() else numbers)
