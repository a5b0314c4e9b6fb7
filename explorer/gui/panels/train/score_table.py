"""How good the network is: loss and accuracy, on what it learns from and on what it never saw."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QWidget

from explorer.gui.controls.plain import Label, set_tone, teach
from explorer.gui.controls.quiet import Elastic
from explorer.gui.controls.stillness import set_shown
from explorer.gui.panels.train.run_words import Scores, accuracy_in_words, loss_in_words
from explorer.gui.words.i18n import Phrases, mark

_TITLES = (
    (0, 1, mark("train"), mark("On what the network learns from.")),
    (0, 2, mark("held out"), mark("On examples that it never learns from: what it has really understood.")),
    (1, 0, mark("loss"), mark("What gradient descent makes small, as a mean; in training, that of the last batch.")),
    (2, 0, mark("accuracy"), mark("The share of right answers.")),
)


class ScoreTable(QWidget):
    """Two rows, loss and accuracy; two columns, training and held out."""

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.values = {name: Label() for name in ("loss", "held_loss", "accuracy", "held_accuracy")}
        self._places = {name: Elastic(label) for name, label in self.values.items()}
        self._titles = [Label() for _ in _TITLES]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        for title, (row, column, label, tip) in zip(self._titles, _TITLES, strict=True):
            set_tone(title, "muted")
            self.phrases.add(title.setText, label)
            self.phrases.add(partial(teach, title), tip)
            grid.addWidget(title, row, column)
        for i, place in enumerate(self._places.values()):
            grid.addWidget(place, 1 + i // 2, 1 + i % 2)
            grid.setColumnStretch(1 + i % 2, 1)

    def present(self, scores: Scores) -> None:
        """Show ``scores``; the row of the accuracy is there where answers can be right."""
        for name, said in (
            ("loss", loss_in_words(scores.loss, scores.step > 0)),
            ("held_loss", loss_in_words(scores.held_loss, measured=False)),
            ("accuracy", accuracy_in_words(scores.accuracy)),
            ("held_accuracy", accuracy_in_words(scores.held_accuracy)),
        ):
            self._places[name].say(said)
        for part in (self._titles[-1], self._places["accuracy"], self._places["held_accuracy"]):
            set_shown(part, scores.graded)

    def dress(self) -> None:
        """Take on the type and the language that is now spoken."""
        self.phrases.retranslate()
        for place in self._places.values():
            place.refit()
