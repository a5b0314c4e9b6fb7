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
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.disk.kinds import MODEL_SUFFIXES
from explorer.workspace.exploration.exploration import Exploration

if TYPE_CHECKING:
    from explorer.gui.models.sheet import ModelSheet


class Models(QObject):
    """Opens networks of other programs.

    ``opened()`` when one has taken the place of what was there, ``noted(text)`` in words what it hears.
    """

    opened = Signal()
    noted = Signal(str)

    def __init__(
        self,
        window: QWidget,
        appearance: Appearance,
        controller: Controller,
        actions: Actions,
        may_leave: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._appearance, self._controller, self._may_leave = window, appearance, controller, may_leave
        self._folder = Path(QDir.homePath())
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
        from explorer.gui.models.sheet import ModelSheet

        if self.sheet is not None:
            self.sheet.reject()
        self._folder = path.parent
        self.sheet = sheet = ModelSheet(path, self._appearance.theme, self._window)
        sheet.chosen.connect(self._explore)
        sheet.finished.connect(self._forget)
        sheet.open()

    @Slot(object, str)
    def _explore(self, exploration: Exploration, heard: str) -> None:
        if self._may_leave():
            # It can be had again from where it comes.
            self._controller.replace(mark("Open a network"), exploration)
            self.opened.emit()
            self.noted.emit(heard)

    @Slot()
    def _forget(self) -> None:
        self.sheet = None
        # Not every window manager gives the keyboard back to where it was.
        self._window.activateWindow()
