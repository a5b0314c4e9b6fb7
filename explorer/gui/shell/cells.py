"""Which cell the network has, as the window's menus and its files have it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.controls.plain import in_menu, set_tip
from explorer.gui.core.controller import Controller
from explorer.gui.panels.cells import ask_for_cell, choosing, offer, owned, shipped
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.appearance import Appearance
from explorer.gui.shell.preferences import Preferences
from explorer.workspace.disk.cells import cell_in
from explorer.workspace.exploration.cells import Cell

if TYPE_CHECKING:
    from explorer.gui.presets.gallery import Gallery
    from explorer.gui.presets.thumbnails import Thumbnails


class Cells(QObject):
    """Offers all cells in menus and in a gallery, opens those of files; what is refused is said where all of the window is.

    ``copy_wanted(cell)``: a person wants to go on from the equations of a cell.
    """

    copy_wanted = Signal(object)

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        actions: Actions,
        appearance: Appearance,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._open = window, controller, actions["open_cell"]
        self._all, self._appearance, self._preferences = actions["choose_cell"], appearance, preferences
        self._thumbnails: Thumbnails | None = None
        self.gallery: Gallery | None = None
        actions.let(open_cell=self.open_by_dialog, choose_cell=self.choose)

    def choose(self) -> None:
        """Show all cells to choose from."""
        # A start waits for none of it.
        from explorer.gui.presets.cell_pane import CellPane
        from explorer.gui.presets.gallery import CELLS, Gallery
        from explorer.gui.presets.thumbnails import Thumbnails
        from explorer.workspace.disk.cell_gallery import OWN, gallery_cells, gallery_groups

        if self.gallery is not None:
            return
        shown, present = gallery_cells(), self._controller.store.exploration.layer.cell
        cells = {preset.name: cell for preset, cell in shown}
        if self._thumbnails is not None:
            self._thumbnails.close()
        presets = [preset for preset, _ in shown]
        self._thumbnails = Thumbnails(presets, self._preferences.data_folder() / "cells")
        pane = CellPane(self._appearance.theme)
        self.gallery = gallery = Gallery(
            self._window, self._appearance.theme, presets, gallery_groups(), self._thumbnails,
            present if isinstance(present, str) else OWN + present.name, CELLS, pane,
        )  # fmt: skip
        gallery.looked.connect(lambda name: pane.show_cell(cells.get(name)))
        pane.show_cell(None if gallery.cards.current is None else cells[gallery.cards.current.preset.name])
        gallery.chosen.connect(lambda name: self._take(cells[name]))
        pane.copy_wanted.connect(self._copy)
        pane.use_wanted.connect(gallery.choose_current)
        gallery.finished.connect(self._forget)
        gallery.open()

    def close(self) -> None:
        """Work nothing out any more."""
        if self._thumbnails is not None:
            self._thumbnails.close()

    def _copy(self, cell: Cell) -> None:
        if self.gallery is not None:
            self.gallery.reject()
        self.copy_wanted.emit(cell)

    def _forget(self) -> None:
        if self.gallery is not None:
            self.gallery.deleteLater()
            self.gallery = None
            # Not every window manager gives the keyboard back to where it was.
            self._window.activateWindow()

    @Slot(QMenu)
    def fill(self, menu: QMenu) -> None:
        """Offer in ``menu`` the cells that are no quick choice; a file that tells none says why when it is chosen."""
        present = self._controller.store.exploration.layer.cell
        menu.setToolTipsVisible(True)
        for offers in (shipped()[len(quick_choices()) :], owned(present)):
            for one in offers:
                action = menu.addAction(in_menu(one.label), partial(self._take, one.cell))
                set_tip(action, one.tip)
                action.setCheckable(True)
                action.setChecked(one.key == offer(present).key)
            menu.addSeparator()
        menu.addActions([self._all, self._open])

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
