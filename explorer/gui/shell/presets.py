"""Presets as a window has them: chosen in a gallery, whose pictures are made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.gui.panels.top_bar.top_bar import TopBar
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.appearance import Appearance
from explorer.gui.shell.preferences import Preferences
from explorer.workspace.disk.presets import groups, presets

if TYPE_CHECKING:
    from explorer.gui.presets.gallery import Gallery
    from explorer.gui.presets.thumbnails import Thumbnails


class Presets(QObject):
    """Offers the presets of a window; the ``top_bar`` says which is chosen."""

    def __init__(
        self, window: QWidget, appearance: Appearance, preferences: Preferences, actions: Actions, top_bar: TopBar
    ) -> None:
        super().__init__(window)
        self._window, self._appearance, self._preferences, self._top_bar = window, appearance, preferences, top_bar
        self._thumbnails: Thumbnails | None = None
        self.gallery: Gallery | None = None
        actions.let(presets=self.choose)

    def choose(self) -> None:
        """Show the presets to choose from."""
        # A start waits for none of it.
        from explorer.gui.presets.gallery import Gallery
        from explorer.gui.presets.thumbnails import Thumbnails

        if self.gallery is not None:
            return
        if self._thumbnails is None:
            self._thumbnails = Thumbnails(presets(), self._preferences.data_folder())
        self.gallery = gallery = Gallery(
            self._window, self._appearance.theme, presets(), groups(), self._thumbnails, self._top_bar.preset.value
        )
        gallery.chosen.connect(self._top_bar.preset_chosen)
        gallery.finished.connect(self._forget)
        gallery.open()

    def close(self) -> None:
        """Work nothing out any more."""
        if self._thumbnails is not None:
            self._thumbnails.close()

    def _forget(self) -> None:
        if self.gallery is not None:
            self.gallery.deleteLater()
            self.gallery = None
            # Not every window manager gives the keyboard back to where it was.
            self._window.activateWindow()
