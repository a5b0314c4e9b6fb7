"""What was read of the network's cell: its equations, and what each name in them was found to be."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.typeset.equations import plain
from explorer.gui.controls.plain import Label, Tone, set_tone
from explorer.gui.words.cell_words import cell_notes
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.structure import read_by
from explorer.workspace.feed.sequences import feed

_SPACING = 4
_NOTHING: tuple[str, Tone] = ("", "plain")


class CellSheet(QWidget):
    """The equations of a cell, and below them what can be doubted in them and the sizes, states, weights and constants that
    were read, to be looked over."""

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[tuple[str, Tone], ...] = ()
        self._labels: list[Label] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_SPACING)

    def show_cell(self, exploration: Exploration, behind: bool = False) -> None:
        """Show what is known of the chosen layer's cell; ``behind``: it is not the text that stands above."""
        # It is folded at first, and not loaded for the first picture.
        from explorer.workspace.words.cells import doubts, was_read

        recurrence = exploration.layer.recurrence
        read = was_read(recurrence, _sizes(exploration))
        said: tuple[tuple[str, Tone], ...] = (
            *([(tr("The last equations that could be read:"), "notice")] if behind else ()),
            *((line, "plain") for line in plain(recurrence)),
            *((one.said(tr), "notice") for one in doubts(recurrence)),
            *((one.said(tr), "plain") for one in read),
            *((line, "muted") for line in cell_notes(exploration.layer.cell)),
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
        for label, (text, tone) in zip(self._labels, (*self._said, *[_NOTHING] * spare), strict=True):
            label.setText(text)
            label.setVisible(bool(text))
            set_tone(label, tone)


def _sizes(exploration: Exploration) -> dict[str, int]:
    sizes = {"n": exploration.layer.hidden}
    # What can't be fed is said where it is typed.
    with suppress(Refusal):
        sizes["m"] = read_by(exploration, feed(exploration.sequence).x.shape[1])
    return sizes
