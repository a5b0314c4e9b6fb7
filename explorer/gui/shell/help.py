"""What the Help menu opens: the guide, and what program this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.words.i18n import tr
from explorer.version import __version__

if TYPE_CHECKING:
    from explorer.gui.shell.guide import Guide


class Help(QObject):
    """Opens the one ``guide`` of a window, which is made when it is first asked for, and says what program this is."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self.guide: Guide | None = None
        actions.let(guide=self._show_guide, about=self._tell_about)

    def dress(self, _: Theme) -> None:
        """Say everything in the language that is now spoken."""
        if self.guide is not None:
            self.guide.dress()

    def _show_guide(self) -> None:
        if self.guide is None:
            # It is not needed for the first picture.
            from explorer.gui.shell.guide import Guide

            self.guide = Guide(self._window)
        self.guide.come_forward()

    def _tell_about(self) -> None:
        QMessageBox.about(
            self._window,
            tr("Gradient Flow Explorer"),
            tr("Gradient Flow Explorer {version}. Free software under the MIT licence.").format(version=__version__),
        )
