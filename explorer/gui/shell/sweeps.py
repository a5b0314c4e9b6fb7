"""Sweeps as the window has them: a sheet beside it, files that are opened in it, and points that are explored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.gui.core.controller import Controller
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.appearance import Appearance
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture

if TYPE_CHECKING:
    from explorer.gui.sweeps.sheet import SweepSheet


class Sweeps(QObject):
    """Shows the sheet of sweeps. ``noted(text)`` tells of a file that was written."""

    noted = Signal(str)

    def __init__(
        self,
        window: QWidget,
        appearance: Appearance,
        controller: Controller,
        actions: Actions,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._appearance, self._controller = window, appearance, controller
        self._preferences = preferences
        self.sheet: SweepSheet | None = None
        actions.let(sweep=self.show)

    @Slot()
    def show(self) -> SweepSheet:
        """Show the sheet; return it."""
        if self.sheet is None:
            # A start waits for none of it.
            from explorer.gui.sweeps.sheet import SweepSheet

            folder = self._preferences.data_folder() / "sweeps"
            self.sheet = SweepSheet(folder, self._present, self._appearance.theme, self._window)
            self.sheet.chosen.connect(self._explore)
            self.sheet.saved.connect(self._say_saved)
        self.sheet.come_forward()
        return self.sheet

    @Slot(Path)
    def open(self, path: Path) -> None:
        """Show the sweep that a file tells, or what came of one."""
        from explorer.workspace.sweeps.opening import opened
        from explorer.workspace.sweeps.reading import read_sweep

        def show() -> None:
            if path.suffix.lower() == ".toml":
                sweep = read_sweep(path)
                self.show().show_sweep(sweep)
            else:
                out = path if path.suffix.lower() == ".npz" else path.with_suffix("")
                table = opened(out)
                self.show().show_table(table, out)

        if self._controller.attempt(show):
            self._preferences.add_recent(path)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        if self.sheet is not None:
            self.sheet.dress(theme)

    def close(self) -> None:
        """Stop all work."""
        if self.sheet is not None:
            self.sheet.close_for_good()

    def _present(self) -> Exploration:
        return self._controller.store.exploration

    @Slot(object)
    def _explore(self, point: Exploration) -> None:
        from explorer.workspace.sweeps.exploring import explored

        self._controller.commit(Gesture.of(mark("Explore a point of the sweep"), explored, point=point))

    @Slot(object)
    def _say_saved(self, path: Path) -> None:
        self.noted.emit(tr("Written to “{name}”").format(name=path.name))
