"""What was read of the network's cell: its equations, and what each name in them was found to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.expressions.expression import Shape
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.equations import plain
from explorer.engine.recurrence.typeset.setting import PLAIN
from explorer.gui.controls.plain import Label
from explorer.gui.words.cell_words import cell_notes
from explorer.gui.words.i18n import listed, tr
from explorer.gui.words.joining import noted, told
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import feed
from explorer.workspace.words.numbers import signed

_SPACING = 4


class CellSheet(QWidget):
    """The equations of a cell, and below them the sizes, states, weights and constants that were read, to be looked over."""

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[tuple[str, bool], ...] = ()
        self._labels: list[Label] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_SPACING)

    def show_cell(self, exploration: Exploration) -> None:
        """Show what is known of the active network's cell."""
        recurrence = exploration.recipe.recurrence
        said = (
            *((line, False) for line in (*plain(recurrence), *_read(exploration, recurrence))),
            *((line, True) for line in cell_notes(exploration.recipe.cell)),
        )
        if said != self._said:
            self._said = said
            self._fill()

    def _fill(self) -> None:
        while len(self._labels) < len(self._said):
            label = Label()
            label.setWordWrap(True)
            self._labels.append(label)
            self._column.addWidget(label)
        spare = len(self._labels) - len(self._said)
        for label, (text, muted) in zip(self._labels, (*self._said, *[("", False)] * spare), strict=True):
            label.setText(text)
            label.setVisible(bool(text))
            if bool(label.property("muted")) != muted:
                label.setProperty("muted", muted)
                label.style().unpolish(label)
                label.style().polish(label)


def _read(exploration: Exploration, recurrence: Recurrence) -> Iterator[str]:
    """Yield what each name was found to be."""
    weights = recurrence.weights
    yield told(tr("Sizes"), listed([f"{name} = {size}" for name, size in _sizes(exploration, recurrence)]))
    yield told(tr("States"), _shaped([(state.name, state.shape) for state in recurrence.states]))
    starts = [f"{PLAIN.notation.name(one.name, '0')} = {signed(one.start)}" for one in recurrence.states if one.start]
    for kind, found in (
        (tr("They start from"), listed(starts)),
        (tr("Weights"), _shaped([(one.name, one.shape) for one in weights if one.trained])),
        (tr("Fixed weights"), _shaped([(one.name, one.shape) for one in weights if not one.trained])),
    ):
        if found:
            yield told(kind, found)


def _sizes(exploration: Exploration, recurrence: Recurrence) -> Iterator[tuple[str, int]]:
    yield "n", exploration.recipe.hidden
    # What can't be fed is said where it is typed.
    with suppress(Refusal):
        yield "m", feed(exploration.sequence).x.shape[1]
    yield from recurrence.sizes


def _shaped(named: Sequence[tuple[str, Shape]]) -> str:
    """Return names with their shapes, a line for those of one shape."""
    groups: dict[Shape, list[str]] = {}
    for name, shape in named:
        groups.setdefault(shape, []).append(PLAIN.notation.name(name, ""))
    shapes = {shape: "×".join(map(str, shape)) or tr("a number") for shape in groups}
    return "\n".join(noted(" ".join(names), shapes[shape]) for shape, names in groups.items())
