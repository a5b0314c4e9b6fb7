"""`InTurn`: trains the same network in several ways, one after the other, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.engine.learning.settings import Settings
from explorer.gui.core.controller import Controller
from explorer.gui.core.plan import Course
from explorer.gui.training.desk import MERGE, TrainingDesk
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.looks.sets import before_training

_COMPARE = mark("Begin a comparison")
_OVER = ("done", "diverged")


@dataclass(frozen=True, slots=True)
class _Turns:
    """Networks that are trained each by its own of the ``ways``, for ``goal`` updates."""

    ways: tuple[Settings, ...]
    goal: int

    def hold(self, exploration: Exploration) -> bool:
        """Return whether it is these networks' turn still."""
        of_these = len(exploration.networks) == len(self.ways)
        return of_these and exploration.settings == self.ways[exploration.active]


class InTurn(QObject):
    """Lets the ``desk`` train one network after the other; what a person pauses goes on, and then the next.

    ``under_way()``: the first of them learns, and its curves are worth looking at.
    """

    under_way = Signal()

    def __init__(self, controller: Controller, desk: TrainingDesk) -> None:
        super().__init__()
        self._controller, self._desk = controller, desk
        self._turns: _Turns | None = None
        self._told = False
        desk.state_changed.connect(self._follow)

    def begin(self, ways: Callable[[Settings], tuple[Settings, ...]], goal: int) -> None:
        """Train the present network as often as there are ``ways``, each time from the same start."""
        exploration = self._controller.store.exploration
        try:
            begun = before_training(exploration)
        except Refusal as refusal:
            self._controller.refuse(refusal)
            return
        self._desk.drop()
        self._turns, self._told = _Turns(ways(exploration.settings), goal), False
        self._take(begun, 0)

    def _take(self, exploration: Exploration, index: int) -> None:
        turns = self._turns
        assert turns is not None
        self._controller.seal()
        begun = replace(exploration, active=index, settings=turns.ways[index])
        self._controller.follow(_COMPARE, begun, MERGE)
        self._desk.start(turns.goal)

    @Slot(str, object, object, object)
    def _follow(self, state: str, _: Course | None, __: float | None, ___: float | None) -> None:
        exploration = self._controller.store.exploration
        if self._turns is not None and state == "running" and not self._told:
            self._told = True
            self.under_way.emit()
        if self._turns is None or self._desk.running or state not in _OVER:
            return
        following = exploration.active + 1
        if not self._turns.hold(exploration) or following == len(self._turns.ways):
            self._turns = None
        else:
            self._take(exploration, following)
