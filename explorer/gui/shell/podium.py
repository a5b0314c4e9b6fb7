"""What a lecturer has at hand over the views: one enlarged, one looked into, a pointer and a pen; one key puts it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from explorer.gui.core.controller import Controller
from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.enlarging import Enlarging
from explorer.gui.shell.frame.frame import Frame
from explorer.gui.shell.inside import Inside
from explorer.gui.shell.marks import Marks
from explorer.gui.views.zoom import ZoomView
from explorer.gui.words.i18n import tr

_AT_HAND = (
    ("inspect", "inside", "pointer", "pen"),
    ("previous_step", "next_step", "presets", "lessons"),
    ("train", "slower", "faster"),
    ("pin", "seed", "many_seeds"),
    ("presentation",),
)
_KEPT = ("note", "step_note", "keep", "snapshots", "hand_out")


class Podium(QObject):
    """Holds ``marks``, ``enlarging`` and ``inside``."""

    def __init__(
        self,
        window: QWidget,
        frame: Frame,
        actions: Actions,
        views: Callable[[], Sequence[View]],
        controller: Controller,
        zoom: ZoomView,
    ) -> None:
        super().__init__(window)
        self._actions, self._frame = actions, frame
        self.marks, self.enlarging = Marks(window, actions), Enlarging(window, frame, actions, views)
        self.inside = Inside(window, frame, actions, controller, zoom)
        actions.let(leave=self.leave)

    def fill(self, menu: QMenu) -> None:
        """Offer by the mouse what the keys do: every view, every control, the next step, training, and the way back."""
        self.enlarging.fill(menu.addMenu(tr("Enlarge")))
        # In one column the list is no higher than a projector.
        menu.addMenu(tr("Keep and hand out")).addActions([self._actions[name] for name in _KEPT])
        for names in _AT_HAND:
            menu.addSeparator()
            menu.addActions([self._actions[name] for name in names])

    def leave(self) -> None:
        """Put pointer and pen away, or a side in a presentation, or bring an enlarged view back, or go up, or end playing."""
        if not (self.marks.end() or self._frame.dismiss() or self.enlarging.end() or self.inside.go_back()):
            self._actions["last"].trigger()

    def dress(self, theme: Theme) -> None:
        """Take on a theme."""
        self.marks.dress(theme)
