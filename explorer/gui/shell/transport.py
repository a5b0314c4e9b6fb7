"""The keys and buttons of the animation."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from explorer.gui.core.controller import Controller
from explorer.gui.core.player import PACES, Player
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.analysis import Inspection


class Transport(QObject):
    """Lets the actions move a player, and everything show what it has come to.

    ``noted(text)``: how it goes on from the start, or how fast it plays from now on, which is kept in the person's
    ``preferences``.
    """

    noted = Signal(str)

    def __init__(
        self, player: Player, controller: Controller, actions: Actions, theme: Theme, preferences: Preferences
    ) -> None:
        super().__init__()
        self._player, self._actions, self._theme, self._preferences = player, actions, theme, preferences
        player.set_pace(_kept(preferences))
        actions.let(slower=lambda: self._change_pace(-1), faster=lambda: self._change_pace(1))
        actions.let(first=self._begin, back=player.back, play=player.toggle, forward=player.forward, last=player.rest)
        player.moved.connect(controller.play)
        player.playing.connect(self._show)
        controller.answered.connect(self._follow)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self._theme = theme
        self._show(self._player.running)

    def _begin(self) -> None:
        """Go to the start, where there is little to see, and say how it goes on."""
        self._player.first()
        keys = {name: self._actions.key(name) for name in ("play", "last")}
        self.noted.emit(tr("Before the first step: {play} plays, {last} shows everything.").format(**keys))

    def _change_pace(self, by: int) -> None:
        """Take the next pace, where there is one, and say which it is."""
        place = min(max(PACES.index(self._player.pace) + by, 0), len(PACES) - 1)
        self._player.set_pace(PACES[place])
        self._preferences.set_text("pace", f"{PACES[place]:g}")
        self.noted.emit(tr("Play speed ×{pace}").format(pace=f"{PACES[place]:g}"))

    def _show(self, playing: bool) -> None:
        self._actions.show_playing(playing, self._theme)

    def _follow(self, inspection: Inspection) -> None:
        self._player.follow(inspection.selection, inspection.analysis.steps)


def _kept(preferences: Preferences) -> float:
    """Return the pace that was kept; anything else that stands there is the usual one."""
    return next((pace for pace in PACES if f"{pace:g}" == preferences.text("pace", "")), 1.0)
