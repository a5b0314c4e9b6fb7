"""When which view shows what was worked out: what the eye is on at once, the others once that is painted, a few at a time.

Between two turns of its loop Qt takes what a hand does, and tells timers; whatever is posted, painting too, is done within
the turn, and so is all that is posted by that. So who has much to do waits for a timer, not for an event.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.gui.core.view import View
from explorer.workspace.looks.analysis import Inspection

_PAINTED, _LAST = (QEvent.Type(QEvent.registerEventType()) for _ in range(2))
_AT_A_TURN = 2
"""So many views in sight are painted before the hand has its turn again; each takes up to some milliseconds."""


class Turns(QObject):
    """Shows inspections in views, some at once and the others in turns once these are painted.

    ``slow``: all views wait, and only one has its turn at a time, for what goes on by itself and must leave room for a hand.
    A view waits for no more than one further answer, and is then shown the newest. ``painted()`` once all that is shown at
    once has been painted, the cards too, or what completes it.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.slow = False
        self._inspection: Inspection | None = None
        self._waiting: deque[View] = deque()
        self._unpainted: set[QWidget] = set()
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._go_on)

    def waits(self, view: View) -> bool:
        """Return whether ``view`` has yet to show the last inspection."""
        return view in self._waiting

    @property
    def over(self) -> bool:
        """Return whether every view shows the last inspection."""
        return not self._waiting

    def present(self, inspection: Inspection, views: Sequence[View]) -> None:
        """Let ``views`` show ``inspection``, each when it is its turn."""
        self._inspection = inspection
        if self.slow:
            # Those that still wait go first: on a slow machine each has its turn all the same.
            self._waiting.extend(view for view in views if view not in self._waiting)
            self._turn.start()
            self.painted.emit()
            return
        now = [view for view in views if view.leads or view in self._waiting]
        self._waiting = deque(view for view in views if view not in now)
        for view in now:
            view.present(inspection)
        self._keep_from_painting({view.window() for view in now})
        self._turn.start()

    def complete(self, inspection: Inspection, views: Sequence[View]) -> None:
        """Let ``views`` take what completes their picture; those whose turn is still to come will find it."""
        self._inspection = inspection
        for view in views:
            if view not in self._waiting:
                view.complete(inspection)
        if self.over:
            _post(self, _LAST)

    def catch_up(self) -> None:
        """Give every view that waits its turn now."""
        while self._waiting:
            self._show_next()

    def close(self) -> None:
        """Give nobody a turn any more."""
        self._turn.stop()
        self._waiting.clear()
        self._let_paint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt calls it by name
        """Keep a window from painting in the turn in which its views were drawn."""
        return event.type() == QEvent.Type.UpdateRequest

    def customEvent(self, event: QEvent) -> None:
        """Begin with those that wait once what leads is painted; say when all are."""
        if event.type() == _PAINTED:
            self._turn.start()
        else:
            self.painted.emit()

    def _keep_from_painting(self, windows: set[QWidget]) -> None:
        for window in windows - self._unpainted:
            window.installEventFilter(self)
        self._unpainted |= windows

    def _let_paint(self) -> None:
        for window in filter(shiboken6.isValid, self._unpainted):
            window.removeEventFilter(self)
            _post(window, QEvent.Type.UpdateRequest)
        self._unpainted.clear()

    @Slot()
    def _go_on(self) -> None:
        """Let what was drawn be painted; then show the newest inspection in a few of those that wait."""
        if self._unpainted:
            self._turn.stop()
            self._let_paint()
            _post(self, _PAINTED)
            return
        shown = 0
        while self._waiting and shown < (1 if self.slow else _AT_A_TURN):
            shown += self._show_next().in_sight or self.slow
        if self.over:
            self._turn.stop()
            _post(self, _LAST)

    def _show_next(self) -> View:
        view = self._waiting.popleft()
        if self._inspection is not None:
            view.present(self._inspection)
        return view


def _post(whom: QObject, kind: QEvent.Type) -> None:
    # Of events that have time, which the painting of what was just shown is too, the first posted comes first.
    QCoreApplication.postEvent(whom, QEvent(kind), Qt.EventPriority.LowEventPriority.value)
