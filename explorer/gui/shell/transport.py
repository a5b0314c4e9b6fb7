"""The keys and buttons of the animation."""

from __future__ import annotations

from PySide6.QtCore import QObject

from explorer.gui.core.controller import Controller
from explorer.gui.core.player import Player
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.workspace.looks.analysis import Inspection


class Transport(QObject):
    """Lets the actions move a player, and everything show what it has come to."""

    def __init__(self, player: Player, controller: Controller, actions: Actions, theme: Theme) -> None:
        super().__init__()
        self._player, self._actions, self._theme = player, actions, theme
        actions.let(first=player.first, back=player.back, play=player.toggle, forward=player.forward, last=player.rest)
        player.moved.connect(controller.play)
        player.playing.connect(self._show)
        controller.answered.connect(self._follow)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self._theme = theme
        self._show(self._player.running)

    def _show(self, playing: bool) -> None:
        self._actions.show_playing(playing, self._theme)

    def _follow(self, inspection: Inspection) -> None:
        self._player.follow(inspection.selection, inspection.analysis.steps)
