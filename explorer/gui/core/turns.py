"""Which view shows an answer when: what the eye is on in the frame of the answer, the cards right after it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot

from explorer.gui.core.view import View
from explorer.workspace.looks.analysis import Inspection

_AFTER, _LAST = (QEvent.Type(QEvent.registerEventType()) for _ in range(2))


class Turns(QObject):
    """Shows inspections in views, some at once and the others when these are painted.

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
        else:
            now = [view for view in views if view.leads or view in self._waiting]
            self._waiting = deque(view for view in views if view not in now)
            for view in now:
                view.present(inspection)
        if self.slow:
            self._turn.start()
            self.painted.emit()
        else:
            self._post(_AFTER)

    def complete(self, inspection: Inspection, views: Sequence[View]) -> None:
        """Let ``views`` take what completes their picture; those whose turn is still to come will find it."""
        self._inspection = inspection
        for view in views:
            if view not in self._waiting:
                view.complete(inspection)
        self._post(_LAST)

    def catch_up(self) -> None:
        """Give every view that waits its turn now."""
        while self._waiting and self._inspection is not None:
            self._waiting.popleft().present(self._inspection)

    def close(self) -> None:
        """Give nobody a turn any more."""
        self._turn.stop()
        self._waiting.clear()

    def customEvent(self, event: QEvent) -> None:
        """Show the newest inspection in the views that waited until the others were painted; then wait for these."""
        if event.type() == _AFTER:
            self.catch_up()
            self._post(_LAST)
        else:
            self.painted.emit()

    def _post(self, kind: QEvent.Type) -> None:
        # Of events that have time, which the painting of what was just shown is too, the first posted comes first.
        QCoreApplication.postEvent(self, QEvent(kind), Qt.EventPriority.LowEventPriority.value)

    @Slot()
    def _go_on(self) -> None:
        """Show the newest inspection in the view whose turn it is: it is painted before the next has its."""
        if self._waiting and self._inspection is not None:
            self._waiting.popleft().present(self._inspection)
        else:
            self._turn.stop()
