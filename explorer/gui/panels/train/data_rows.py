"""Rows of the Task card about data: what is fed now as what is learnt from, and the column that is predicted."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import Refusal
from explorer.gui.controls.names import NameChoice
from explorer.gui.controls.number_field import NumberField
from explorer.gui.panels.panel import Card
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration, Text, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.segmenting import can_part
from explorer.workspace.tasks import TASKS, dataset, taught
from explorer.workspace.tasks.own import ChineseWords, chinese_words, fed_task, learns_fed, with_words

FED_TIP = mark("Learn from what the network is fed now: drawn, typed, loaded or generated. It is copied into the task.")


class FedRow:
    """A button that makes what is fed now the task's data."""

    def __init__(self, card: Card) -> None:
        self._card, self._kind, self.button = card, "", QPushButton()
        self._field = card.add_row(mark("fed now"), FED_TIP, self.button)
        self.button.clicked.connect(self._learn)

    def show(self, exploration: Exploration) -> None:
        """Offer what ``exploration`` is fed, where its task can learn from that and has not given it itself."""
        task, sequence = exploration.task, exploration.sequence
        fits = task is not None and learns_fed(task.kind, sequence)
        self._field.show_only_if(fits and task is not None and sequence != _example(task))
        self._kind = task.kind if task is not None else ""
        self.button.setText(tr("learn this text") if isinstance(sequence, Text) else tr("learn these numbers"))

    def _learn(self) -> None:
        self._card.edit(self._field, mark("Learn from what is fed"), learning_fed, kind=self._kind)


class TargetRow:
    """A choice of the column that is predicted."""

    def __init__(self, card: Card) -> None:
        self._card, self.choice = card, NameChoice()
        self._field = card.add_row(
            mark("predict"),
            mark("Its next value is to be predicted, or, if it holds a few whole numbers, the class at each step."),
            self.choice,
        )
        self.choice.chosen.connect(self._choose)

    def show(self, task: Task | None) -> None:
        """Show the columns of ``task``, where it has several."""
        columns = task.columns if task is not None and task.rows else ()
        self._field.show_only_if(len(columns) > 1)
        if task is not None and columns:
            self.choice.offer({name: name for name in columns})
            self.choice.set_value(task.target)

    def _choose(self, target: str) -> None:
        self._card.edit(self._field, mark("Choose what is predicted"), _with_target, target=target)


class WordsRow:
    """A choice of what a word of a Chinese text is."""

    def __init__(self, card: Card) -> None:
        self._card, self.choice = card, NameChoice()
        self._field = card.add_row(
            mark("words"),
            mark(
                "What a step of a Chinese text is. Words that are found are parted by spaces, which can be corrected."
            ),
            self.choice,
        )
        self.choice.chosen.connect(self._choose)

    def show(self, task: Task | None) -> None:
        """Show what a word of ``task`` is, where its text is Chinese."""
        words = chinese_words(task) if task is not None and task.kind in TASKS else None
        self._field.show_only_if(words is not None)
        if words is None:
            return
        found = {"found": tr("found in it")} if can_part() else {}
        self.choice.offer({"character": tr("each character"), "spaced": tr("parted by spaces"), **found})
        self.choice.set_value(words)
        told = tr("A Chinese character is a word here.")
        how = "" if can_part() else tr("Words are found where a segmenter is installed: pip install rjieba.")
        self._field.explain("\n".join(filter(None, (told, how))) if words == "character" else "")

    def _choose(self, words: str) -> None:
        self._card.edit(self._field, mark("Choose what a word is"), _with_words, words=words)


class DictionaryRow:
    """A field for how many of a text's symbols the network knows."""

    def __init__(self, card: Card) -> None:
        self._card, self.size = card, NumberField(0, characters=6)
        self._field = card.add_row(
            mark("dictionary"),
            mark(
                "How many of the text's commonest words or characters the network knows; what is rarer is read as <unk>. "
                "Each is a column of U and, where the next is said, a row of V: more of them learn slower."
            ),
            self.size,
        )
        self.size.entered.connect(
            lambda value: card.edit(self._field, mark("Change the dictionary"), _with_dictionary, size=int(value))
        )

    def show(self, task: Task | None) -> None:
        """Show the dictionary of ``task``, where it learns from a text of a person's own."""
        self._field.show_only_if(task is not None and bool(task.text))
        if task is not None:
            self.size.set_value(task.dictionary)


def _with_dictionary(exploration: Exploration, size: int) -> Exploration:
    task = exploration.task
    return exploration if task is None else taught(exploration, replace(task, dictionary=size, vocabulary=()))


def learning_fed(exploration: Exploration, kind: str) -> Exploration:
    """Return ``exploration`` with what it is fed as the data of a task of ``kind``."""
    return taught(exploration, fed_task(kind, exploration.sequence))


def _with_target(exploration: Exploration, target: str) -> Exploration:
    task = exploration.task
    return exploration if task is None else taught(exploration, replace(task, target=target))


def _with_words(exploration: Exploration, words: str) -> Exploration:
    task = exploration.task
    return exploration if task is None else taught(exploration, with_words(task, cast(ChineseWords, words)))


def _example(task: Task) -> object:
    try:
        return dataset(task).shown
    except Refusal:
        return None
