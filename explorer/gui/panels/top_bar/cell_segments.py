"""The quick choices of a cell as segments, and a last one that opens the list of the others; in short that of all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from explorer.engine.recurrence.library import quick_choices
from explorer.gui.controls.plain import in_menu, teach
from explorer.gui.controls.room import forms
from explorer.gui.controls.segments import Segment, Segments
from explorer.gui.words.cell_words import cell_label, cell_tip
from explorer.gui.words.i18n import Phrases, mark, tr
from explorer.gui.words.joining import follow
from explorer.workspace.exploration.cells import SIMPLE, Cell

_LETTERS = 12
_LEFT_AIR = 7
_MORE = "…"
_OTHERS = mark("Other cells: those that ship, and own ones.")
_ALL = mark("All cells: those that ship, and own ones.")


class CellSegments(Segments):
    """The segments; a cell that is no quick choice is named by the last. ``more_wanted(menu)``: the menu is to offer them.

    In short there is the last one alone: it names any cell and offers all of them.
    """

    more_wanted = Signal(QMenu)

    def __init__(self) -> None:
        super().__init__({name: name for name in quick_choices()})
        self.phrases = Phrases()
        self.cell: Cell = SIMPLE
        self._tight, self.short = False, False
        # The arrow has its room anyway.
        self.more = more = Segment(_LEFT_AIR)
        more.setProperty("opens", True)
        menu = QMenu(more)
        menu.aboutToShow.connect(menu.clear)
        menu.aboutToShow.connect(partial(self.more_wanted.emit, menu))
        menu.aboutToHide.connect(self._show)
        more.setMenu(menu)
        self.row.addWidget(more)
        self.phrases.add(more.setAccessibleName, mark("Other cells"))

    def set_cell(self, cell: Cell) -> bool:
        """Show which cell the network has; return whether another room is needed for its name. Nobody is told."""
        self.cell, known = cell, self.more.text()
        self._show()
        return self.more.text() != known

    def set_tight(self, tight: bool) -> None:
        """Leave less room around the words, or as much as usual; then the last one is there only to name a cell."""
        super().set_tight(tight)
        self.more.set_tight(tight)
        self._tight = tight
        self._show()

    def set_short(self, short: bool) -> None:
        """Leave the last segment alone, or bring the quick choices back."""
        if self.short != short:
            self.short = short
            for button in self.buttons.values():
                button.setVisible(not short)
            self._show()

    def retranslate(self) -> None:
        """Say the buttons in the language that is now spoken."""
        for name in self.buttons:
            self.say(name, cell_label(name))
        self.phrases.retranslate()
        self._show()

    def _show(self) -> None:
        quick = self.cell if isinstance(self.cell, str) and self.cell in self.buttons else ""
        self.set_value(quick)
        named = self.short or not quick
        label = cell_label(self.cell) if named else ""
        self.more.setChecked(named)
        self.more.setText(in_menu(_short(label)) or _MORE)
        self.more.setVisible(named or not self._tight)
        teach(self.more, follow(f"{cell_tip(self.cell)}\n" if named else "", tr(_ALL if self.short else _OTHERS)))


def _short(label: str) -> str:
    """Return as many whole clauses of ``label`` as have room, or its beginning: "own cell" of "own cell, from LSTM"."""
    cut = f"{label[: _LETTERS - 1]}…"
    return next((form for form in forms(label) if len(form) <= _LETTERS), cut)
