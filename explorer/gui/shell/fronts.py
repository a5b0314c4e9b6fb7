"""The two sides of the window: which of their panels is in front, and what of it is in sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.frame.side import Side
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.cells import Cell
from explorer.workspace.exploration.exploration import Exploration

if TYPE_CHECKING:
    from explorer.gui.panels.build.build import BuildPanel
    from explorer.gui.shell.inspect_panel import InspectPanel
    from explorer.gui.shell.learning import Learning


class Fronts:
    """Holds both sides, ``left`` and ``right``, and brings forward what a person is led to.

    What they show, ``build``, ``inspect`` and what ``learning`` adds, is made when it is first asked for.
    """

    def __init__(
        self, build: Callable[[], BuildPanel], inspect: Callable[[], InspectPanel], learning: Callable[[], Learning]
    ) -> None:
        self._build, self._inspect, self._learning = build, inspect, learning
        self.left = Side(
            [
                (mark("Build"), mark("The network, its input and its output.")),
                (mark("Train"), mark("What the network learns, and how.")),
            ]
        )
        self.right = Side(
            [
                (mark("Inspect"), mark("A close look at the chosen pair of steps.")),
                (mark("Training"), mark("What the training has come to, and what the loss sees.")),
            ]
        )

    def begin(self, exploration: Exploration, shows: str = "") -> None:
        """Show from the top what another exploration is about: the training of one with a task, else how it is made.

        ``shows`` is the name of the card that is to be in sight.
        """
        if exploration.task is not None:
            self.show_training()
        else:
            for side in (self.left, self.right):
                side.begin(0)
        if shows:
            self._bring_card(shows)

    def show_training(self) -> None:
        """Show what belongs to a training, from the top."""
        self._learning()
        for side in (self.left, self.right):
            side.begin(1)

    def show_left(self, panel: str) -> None:
        """Show the panel "build" or "train" of the left side, from the top unless it is in front already."""
        index = ("build", "train").index(panel)
        if index:
            self._learning()
        if self.left.tabs.currentIndex() != index:
            self.left.begin(index)

    def follow(self, before: Exploration, after: Exploration) -> None:
        """Show what belongs to a training when there is a new task."""
        if after.task is not None and (before.task is None or before.task.kind != after.task.kind):
            self.show_training()

    def ask_for_task(self) -> None:
        """Lead the person who wants to train to where a task is chosen."""
        self.left.wanted.emit()
        self.left.show_panel(self._learning().panel)
        self._learning().panel.task.kind.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit_copy(self, cell: Cell) -> None:
        """Lead the person to equations of their own, which begin with those of a cell."""
        self.left.wanted.emit()
        self.left.show_panel(self._build())
        self._build().edit_copy(cell)

    def bring_forward(self, view: View) -> None:
        """Bring the panel of ``view`` to the front of its side."""
        for side in (self.left, self.right):
            if side.isAncestorOf(view):
                side.wanted.emit()
                side.show_panel(view)

    def lead_to(self, card: View) -> None:
        """Bring a card of the right side into sight."""
        self.bring_forward(card)
        self._bring_card(card.objectName())

    def show_card(self, name: str) -> None:
        """Bring the card called ``name`` of the right side into sight, wherever that was put."""
        self.right.wanted.emit()
        self._bring_card(name)

    def dress(self, _: Theme) -> None:
        """Say the titles in the language that is now spoken."""
        self.left.dress()
        self.right.dress()

    def _bring_card(self, name: str) -> None:
        """Bring the card called ``name`` to the front, and into sight once it is laid out."""
        for column in (self._inspect(), self._learning().cards):
            for view in column.views:
                if view.objectName() == name:
                    self.right.show_panel(column)
                    QTimer.singleShot(0, view, partial(column.bring, view))
