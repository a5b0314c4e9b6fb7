"""The row that says what the text of a task does not say of the network that is there, and mends what can be mended."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import Refusal
from explorer.gui.controls.stillness import set_shown
from explorer.gui.panels.panel import Card
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.tasks import dataset
from explorer.workspace.tasks.fitting import misfits, remarks, with_network_fitted
from explorer.workspace.words.sentence import Sentence


class FitRow:
    """A button that fits the networks to the task, with a line on each thing that does not fit; only lines where all does."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self.button = QPushButton()
        self.field = card.add_row(
            mark("network"),
            mark("Lets the network be as the examples of the task need it; its layers stay."),
            self.button,
        )
        card.phrases.add(self.button.setText, mark("fit it to the task"))
        self.button.clicked.connect(self._fit)

    def show(self, exploration: Exploration) -> None:
        """Say what does not fit the active network; nothing where there is no task, or it can't be made."""
        wrong, known = _found(exploration)
        self.field.explain("\n".join(sentence.said(tr) for sentence in (*wrong, *known)))
        self.field.show_only_if(bool(wrong or known))
        for part in (self.field.label, self.button):
            set_shown(part, bool(wrong))

    def _fit(self) -> None:
        self._card.edit(self.field, mark("Fit the network to the task"), _fitted)


def _found(exploration: Exploration) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """Return what can be mended of the active network, and what is only to be known."""
    if exploration.task is None:
        return (), ()
    try:
        learnt = dataset(exploration.task)
    except Refusal:
        return (), ()
    return misfits(exploration.recipe, learnt), remarks(exploration.recipe, learnt)


def _fitted(exploration: Exploration) -> Exploration:
    return exploration if exploration.task is None else with_network_fitted(exploration, dataset(exploration.task))
