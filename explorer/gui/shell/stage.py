"""Which is in sight: the views of one network, or several networks side by side; each is one gesture from the other."""

from __future__ import annotations

from PySide6.QtCore import QObject

from explorer.gui.core.controller import Controller
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.frame.frame import Frame
from explorer.gui.shell.hint import Hint
from explorer.gui.shell.switcher import Switcher
from explorer.gui.views.compare import CompareView
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration
from explorer.workspace.looks.analysis import Inspection


class Stage(QObject):
    """Shows in ``frame`` what the exploration on the screen asks for; what it says of a preset the ``hint`` does not."""

    def __init__(self, frame: Frame, view: CompareView, hint: Hint, actions: Actions, controller: Controller) -> None:
        super().__init__()
        self._frame, self._view, self._hint, self._actions, self._controller = frame, view, hint, actions, controller
        self.switcher = Switcher(actions["beside"])
        frame.set_stage(view, above=self.switcher)
        hint.advised.connect(view.introduce)
        self.switcher.edited.connect(controller.commit)
        actions.let(rename=view.rename, many_seeds=self._open_decay)
        controller.answered.connect(self._follow)
        controller.changed.connect(self._offer)
        self._show(controller.store.exploration)
        self._offer()

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self.switcher.dress(theme)

    def _open_decay(self) -> None:
        """Open the decay, in which many seeds are shown, where they are asked for and it is folded; the stage has its own."""
        exploration = self._controller.store.exploration
        if not exploration.lens.seeds and exploration.stage == "alone":
            self._frame.rows.wish("decay", True)

    def _follow(self, inspection: Inspection) -> None:
        """Change the scene with the answer, so that nothing is seen that is not there yet."""
        self._show(inspection.analysis.exploration)

    def _show(self, exploration: Exploration) -> None:
        on, window = exploration.stage != "alone", self._frame.window()
        held = window.focusWidget()
        left = held is not None and self._view.isAncestorOf(held)
        self._frame.show_stage(on)
        if left and not on:
            # Space is to play, not to press what comes next in the ring of Tab.
            window.setFocus()
        # What is said of several networks is not about one of them.
        self._hint.put_away("stage", on or len(exploration.networks) > 1)
        self.switcher.present(exploration)

    def _offer(self) -> None:
        """Let the actions do what can be done."""
        exploration = self._controller.store.exploration
        several = len(exploration.networks) > 1
        self._actions["beside"].setChecked(exploration.stage != "alone")
        self._actions["pin"].setEnabled(len(exploration.networks) < MOST_NETWORKS)
        self._actions["rename"].setEnabled(exploration.stage != "alone")
        for name in ("difference", "swipe", "together", "unpin"):
            self._actions[name].setEnabled(several)
        self._actions["many_seeds"].setChecked(exploration.lens.seeds > 0)
        self._actions["together"].setChecked(exploration.together)
        for name in ("difference", "swipe"):
            self._actions[name].setChecked(exploration.stage == name)
