"""What a network that is tried out is fed: words, vectors from a file, or noise."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.choice import Choice
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import Label, teach
from explorer.gui.core.file_dialog import file_to_open
from explorer.gui.words.i18n import Phrases, mark, tr
from explorer.workspace.exploration.exploration import MOST_STEPS
from explorer.workspace.looks.trial import STEPS, Offered, ways
from explorer.workspace.models.feeding import vocabulary

_WAYS = {
    "kept": mark("what it is fed now"),
    "sample": mark("what it read of the sample"),
    "words": mark("words, through its own embedding"),
    "file": mark("a recording"),
    "noise": mark("noise"),
}
_FIRST_WORDS = slice(1, 13)


class Feeding(QWidget):
    """Ways to feed a network; ``asked(changes)`` for a wish, ``refused(why)`` where what was typed is no number of steps."""

    asked = Signal(dict)
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.way, self.typed, self.steps, self.file_button = Choice(_WAYS), QLineEdit(), NumberField(0), QPushButton()
        self._fed, self._steps = Label(), Label()
        self._folder, self._table = Path(), False
        self._build()
        self._say()
        self.way.chosen.connect(self._feed)
        self.typed.editingFinished.connect(self._type)
        self.steps.entered.connect(self._count)
        self.steps.refused.connect(self.refused)
        self.file_button.clicked.connect(self._choose_file)

    def retranslate(self) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()
        self.way.retranslate()

    def show_way(self, offered: Offered) -> None:
        """Show how the network that is offered is fed; where words are wanted and none is typed, type some."""
        known = vocabulary(offered.found, offered.stack.name)
        self._folder, self._table = offered.wish.path.parent, offered.wish.table is not None
        self.way.set_value(offered.way)
        self.way.allow(tuple(ways(offered.wish, offered.found, offered.stack.name)))
        self.typed.setVisible(offered.way == "words")
        self.file_button.setVisible(offered.way == "file")
        for part in (self._steps, self.steps):
            part.setVisible(offered.way == "noise")
        if offered.way == "words" and not offered.wish.typed:
            self.typed.setText(" ".join(known[_FIRST_WORDS]))
            self.asked.emit({"typed": self.typed.text()})

    def _build(self) -> None:
        self.steps.write(STEPS)
        self._steps.setBuddy(self.steps)
        self._fed.setBuddy(self.way)
        self.file_button.setAutoDefault(False)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._fed)
        row.addWidget(self.way, 1)
        for part in (self._steps, self.steps, self.file_button):
            row.addWidget(part)
        column.addLayout(row)
        column.addWidget(self.typed)
        for hidden in (self.typed, self.file_button):
            hidden.hide()

    def _say(self) -> None:
        add = self.phrases.add
        add(self._fed.setText, mark("&Feed it with"))
        add(self.way.setAccessibleName, mark("What the network is fed"))
        add(self._steps.setText, mark("&Steps"))
        add(self.steps.setAccessibleName, mark("Steps of the noise"))
        add(self.typed.setAccessibleName, mark("Words that the network is fed"))
        add(partial(teach, self.typed), mark("Words of its vocabulary, parted by spaces."))
        add(self.file_button.setText, mark("Choose a &file …"))
        add(
            partial(teach, self.file_button),
            mark(
                "A table, an array of NumPy, PyTorch or safetensors, or a watched run, with a row for each step and a column "
                "for each number that the network reads; or a .wav with a channel for each."
            ),
        )

    @Slot(str)
    def _feed(self, way: str) -> None:
        self.asked.emit({"way": way})
        if way == "file" and not self._table:
            self._choose_file()

    @Slot()
    def _type(self) -> None:
        self.asked.emit({"typed": self.typed.text()})

    @Slot(float)
    def _count(self, steps: float) -> None:
        self.steps.write(max(1, min(MOST_STEPS, int(steps))))
        self.asked.emit({"steps": int(self.steps.value)})

    @Slot()
    def _choose_file(self) -> None:
        kinds = tr("Recordings (*.csv *.tsv *.txt *.npy *.npz *.safetensors *.pt *.wav *.gflow);;All files (*)")
        name = file_to_open(self, tr("Open a recording"), self._folder, kinds)
        if name:
            self.asked.emit({"table": Path(name), "way": "file"})
