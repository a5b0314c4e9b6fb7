"""What a lecturer has at hand over the views: one view enlarged, a pointer and a pen; one key puts all of it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.enlarging import Enlarging
from explorer.gui.shell.frame.frame import Frame
from explorer.gui.shell.marks import Marks
from explorer.gui.words.i18n import tr

_AT_HAND = (
    ("previous_step", "next_step", "presets", "lessons"),
    ("train", "slower", "faster"),
    ("pointer", "pen"),
    ("presentation",),
)


class Podium(QObject):
    """Holds ``marks`` and ``enlarging``."""

    def __init__(self, window: QWidget, frame: Frame, actions: Actions, views: Callable[[], Sequence[View]]) -> None:
        super().__init__(window)
        self._actions = actions
        self.marks, self.enlarging = Marks(window, actions), Enlarging(window, frame, actions, views)
        actions.let(leave=self.leave)

    def fill(self, menu: QMenu) -> None:
        """Offer by the mouse what the keys do: every view, the next step, training, pointer and pen, and the way back."""
        self.enlarging.fill(menu.addMenu(tr("Enlarge")))
        for names in _AT_HAND:
            menu.addSeparator()
            menu.addActions([self._actions[name] for name in names])

    def leave(self) -> None:
        """Put pointer and pen away, or bring back the view that is enlarged, or else end the animation."""
        if not (self.marks.end() or self.enlarging.end()):
            self._actions["last"].trigger()

    def dress(self, theme: Theme) -> None:
        """Take on a theme."""
        self.marks.dress(theme)
