"""Which weights learn: a box for each family."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.network.families import learning
from explorer.engine.network.making import READOUT
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.setting import PLAIN
from explorer.gui.controls.plain import teach
from explorer.gui.words.i18n import listed, mark, tr
from explorer.gui.words.joining import told

_FAMILIES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "U": (("U",), mark("What multiplies the input.")),
    "W": (("W",), mark("What multiplies the state, and weights that do neither this nor that.")),
    "V": (("V",), mark("What the output reads the state with.")),
    "b": (("b", "b_rec"), mark("Biases: what is added to a net input.")),
    "c": (("c",), mark("What is added to the output.")),
}
"""What each box stands for, and what these weights do."""
_ABSENT = mark("The cell has none that learn.")
_COLUMNS = 3


class LearnBoxes(QWidget):
    """The boxes; ``ticked(families)`` when a person has ticked or unticked one."""

    ticked = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self.boxes = {name: QCheckBox(name) for name in _FAMILIES}
        for i, box in enumerate(self.boxes.values()):
            grid.addWidget(box, i // _COLUMNS, i % _COLUMNS)
            box.clicked.connect(self._tell)

    def show_families(self, learn: tuple[str, ...], recurrence: Recurrence) -> None:
        """Tick what learns of a cell; a box that stands for none of its weights can't be ticked, and says so."""
        members = learning(recurrence)
        for name, box in self.boxes.items():
            (first, *_), about = _FAMILIES[name]
            box.setChecked(first in learn)
            own = listed([PLAIN.notation.name(one, "") for one in members.get(name, ())])
            box.setEnabled(name in READOUT or bool(own))
            teach(box, told(own, tr(about)) if own else tr(about if box.isEnabled() else _ABSENT))

    def _tell(self) -> None:
        ticked = {weight for name, box in self.boxes.items() if box.isChecked() for weight in _FAMILIES[name][0]}
        self.ticked.emit(tuple(name for name in WEIGHTS if name in ticked))
