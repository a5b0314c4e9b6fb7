"""Somebody's networks as the window has them: a file is chosen or dropped, and what is taken of it is explored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.gui.core.controller import Controller
from explorer.gui.core.file_dialog import file_to_open, of_kind
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.appearance import Appearance
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.disk.kinds import MODEL_SUFFIXES
from explorer.workspace.disk.referring import place_of
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.models.readers.records import is_run

if TYPE_CHECKING:
    from explorer.gui.models.sheet import ModelSheet
    from explorer.workspace.looks.trial import Wish


class Models(QObject):
    """Opens networks of other programs.

    ``opened()`` when one has taken the place of what was there, ``noted(text)`` in words what it hears;
    ``followed(path, layer, chosen)`` when another layer of a watched run is to be followed.
    """

    opened = Signal()
    noted = Signal(str)
    followed = Signal(Path, str, dict)

    def __init__(
        self,
        window: QWidget,
        appearance: Appearance,
        controller: Controller,
        actions: Actions,
        may_leave: Callable[[], bool],
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._preferences = preferences
        self._window, self._appearance, self._controller, self._may_leave = window, appearance, controller, may_leave
        self._path = self._folder = Path(QDir.homePath())
        self.sheet: ModelSheet | None = None
        actions.let(open_model=self.open_by_dialog)

    @Slot()
    def open_by_dialog(self) -> None:
        """Ask for a file and show what is in it."""
        kinds = f"{of_kind(tr('Networks'), MODEL_SUFFIXES)};;{tr('All files (*)')}"
        name = file_to_open(self._window, tr("Open a network"), self._folder, kinds)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Show what is in a file."""
        # A start waits for none of it.
        from explorer.workspace.looks.trial import Wish

        self._show(Wish(path)).chosen.connect(self._explore)

    @Slot()
    def choose_otherwise(self) -> None:
        """Show what is in the file that the active network is from, as it was chosen: another layer, or other choices."""
        imported = self._controller.store.exploration.recipe.imported
        if imported is None:
            return
        from explorer.workspace.looks.trial import Wish

        document = self._controller.store.document.path
        folder = self._folder if document is None else document.parent
        mapping = place_of(imported.mapping, folder) if imported.mapping else None
        path, chosen = place_of(imported.path, folder), tuple((one.key, one.value) for one in imported.chosen)
        kept = None if is_run(path) else self._controller.store.exploration.sequence
        wish = Wish(path, imported.network, chosen, mapping, kept=kept)
        self._show(wish).chosen.connect(self._change)

    def close(self) -> None:
        """Try nothing out any more."""
        if self.sheet is not None:
            self.sheet.reject()

    def _show(self, wish: Wish) -> ModelSheet:
        from explorer.gui.models.sheet import ModelSheet

        if self.sheet is not None:
            self.sheet.reject()
        self._path, self._folder = wish.path, wish.path.parent
        self.sheet = sheet = ModelSheet(wish, self._appearance.theme, self._window)
        sheet.finished.connect(self._forget)
        sheet.open()
        return sheet

    @Slot(object, str)
    def _explore(self, exploration: Exploration, heard: str) -> None:
        if self._may_leave():
            # It can be had again from where it comes.
            self._controller.replace(mark("Open a network"), exploration)
            self._preferences.add_recent(self._path)
            self.opened.emit()
            self.noted.emit(heard)

    @Slot(object, str)
    def _change(self, taken: Exploration, heard: str) -> None:
        from explorer.workspace.models.exploring import with_network_of

        imported = taken.recipe.imported
        if imported is not None and is_run(Path(imported.path)):
            self.followed.emit(Path(imported.path), imported.network, dict(imported.chosen))
        elif self._controller.commit(Gesture.of(mark("Take a network otherwise"), with_network_of, taken=taken)):
            self.noted.emit(heard)

    @Slot()
    def _forget(self) -> None:
        self.sheet = None
        # Not every window manager gives the keyboard back to where it was.
        self._window.activateWindow()
