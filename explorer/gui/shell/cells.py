"""Which cell the network has, as the window's menus and its files have it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu, QWidget

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.controls.plain import in_menu, set_tip
from explorer.gui.core.controller import Controller
from explorer.gui.panels.cells import ask_for_cell, choosing, offer, owned, shipped
from explorer.gui.shell.actions import Actions
from explorer.workspace.disk.cells import cell_in
from explorer.workspace.exploration.cells import Cell


class Cells(QObject):
    """Offers all cells in menus and opens those of files; what is refused is said where all of the window is."""

    def __init__(self, window: QWidget, controller: Controller, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._controller, self._open = window, controller, actions["open_cell"]
        actions.let(open_cell=self.open_by_dialog)

    @Slot(QMenu)
    def fill(self, menu: QMenu) -> None:
        """Offer in ``menu`` the cells that are no quick choice; a file that tells none says why when it is chosen."""
        present = self._controller.store.exploration.recipe.cell
        menu.setToolTipsVisible(True)
        for offers in (shipped()[len(quick_choices()) :], owned(present)):
            for one in offers:
                action = menu.addAction(in_menu(one.label), partial(self._take, one.cell))
                set_tip(action, one.tip)
                action.setCheckable(True)
                action.setChecked(one.key == offer(present).key)
            menu.addSeparator()
        menu.addAction(self._open)

    def open_by_dialog(self) -> None:
        """Ask for a cell's file and open it."""
        path = ask_for_cell(self._window)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Give the active network the cell that a file tells; one that tells none changes nothing."""
        try:
            self._take(cell_in(path))
        except Refusal as refusal:
            self._take(refusal)

    def _take(self, cell: Cell | Refusal) -> None:
        if isinstance(cell, Refusal):
            self._controller.refuse(cell)
        else:
            self._controller.commit(choosing(cell))
