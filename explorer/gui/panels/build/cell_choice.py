"""The list from which the network's cell is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.library import names
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.plain import plain
from explorer.gui.panels.cells import ALL, OPEN, Offer, offer, owned, shipped
from explorer.gui.words.i18n import language, tr
from explorer.workspace.exploration.cells import SIMPLE, Cell

_OPEN, _ALL = "open", "all"


class CellChoice(Choice):
    """All cells by their labels: those that ship, a person's own, and at last a file that is asked for.

    ``cell_chosen(cell)``, ``gallery_wanted()`` and ``file_wanted()``; ``refused(why)`` where the file of an own
    cell tells none. Own cells are read when the list opens.
    """

    cell_chosen = Signal(object)
    file_wanted = Signal()
    gallery_wanted = Signal()
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__({})
        self._present: Cell = SIMPLE
        self._offers: list[Offer] = []
        self._spoken = ""
        self._fill(shipped())
        self.chosen.connect(self._take)

    def set_cell(self, cell: Cell) -> None:
        """Show what the network's cell is; nobody is told."""
        self._present = cell
        self._show()

    def retranslate(self) -> None:
        """Say the entries in the language that is now spoken."""
        if self._spoken != language():
            self._fill(self._offers)

    def showPopup(self) -> None:
        """Open the list, a person's own cells in it as they are now."""
        self._fill([*shipped(), *owned(self._present)])
        super().showPopup()

    def _fill(self, offers: Sequence[Offer]) -> None:
        with QSignalBlocker(self):
            self._offers, self._spoken = list(offers), language()
            self.clear()
            for i, one in enumerate(offers):
                if i == len(names()):
                    self.insertSeparator(self.count())
                self.addItem(one.label, one.key)
                self.setItemData(self.count() - 1, plain(one.tip), Qt.ItemDataRole.ToolTipRole)
            self.insertSeparator(self.count())
            self.addItem(tr(ALL), _ALL)
            self.addItem(tr(OPEN), _OPEN)
        self._show()

    def _show(self) -> None:
        one = offer(self._present)
        if self.findData(one.key) < 0:
            self._fill([*self._offers, one])
        self.set_value(one.key)

    def _take(self, key: str) -> None:
        if key in (_OPEN, _ALL):
            self.set_cell(self._present)
            (self.file_wanted if key == _OPEN else self.gallery_wanted).emit()
            return
        cell = next(one.cell for one in self._offers if one.key == key)
        self.set_cell(self._present)
        if isinstance(cell, Refusal):
            self.refused.emit(cell)
        else:
            self.cell_chosen.emit(cell)
