"""`LatestWins`: one thread that works on the newest request and drops what is stale."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from explorer.engine.errors import Stopped
from explorer.engine.work import Report, Stop

_PATIENCE = 0.6
"""Seconds: work that a newer request has overtaken may still finish within this, so that a drag is seen to move.

The first picture of a large network takes some tenths of one."""
_PAUSE = 0.06
"""Seconds after which an answer is taken to be painted. Both need the interpreter: who works on meanwhile holds up the
painting, which asks for it again after every stroke, for longer than it gains."""

Work = Callable[[Any, Stop, Report], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class _Message:
    generation: int
    kind: str
    content: object


class LatestWins(QObject):
    """Hands requests to ``work(request, stop, report)`` in a thread of its own and tells what it yields.

    Requests that wait while another is worked on replace one another. ``answered`` brings every result in order,
    ``failed`` an exception, ``progressed`` a fraction, ``idled`` the end of the newest request. Results that are older than
    one already told, or were cancelled, are dropped. One that is ``paced`` waits after each result until `go_on` says that it
    is painted, whatever was asked meanwhile; another only where nothing was.
    """

    answered = Signal(object)
    failed = Signal(object)
    progressed = Signal(float)
    idled = Signal()
    _posted = Signal(object)

    def __init__(self, work: Work, paced: bool = False) -> None:
        super().__init__()
        self._work, self._paced = work, paced
        self._wake = threading.Condition()
        self._request: object = None
        self._waiting = self._closing = False
        self._painted = True
        self._generation = self._urgent = 0
        self._oldest_wanted = 0
        self._posted.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)
        self._thread.start()
        # A program that ends without closing it must not leave a thread that speaks to what is gone.
        atexit.register(self.close)

    def submit(self, request: object, urgent: bool = True) -> None:
        """Work on ``request`` next; one that still waits is forgotten.

        An ``urgent`` one also ends what is under way if that takes long; one that isn't lets it come to its first answer.
        """
        with self._wake:
            self._generation += 1
            self._urgent = self._generation if urgent else self._urgent
            self._request, self._waiting = request, True
            self._wake.notify()

    @Slot()
    def go_on(self) -> None:
        """Wait for the last answer's painting no longer: it is done."""
        with self._wake:
            self._painted = True
            self._wake.notify()

    def cancel(self) -> None:
        """Stop what is under way and drop what comes of it."""
        with self._wake:
            self._generation += 1
            self._oldest_wanted = self._generation
            self._request, self._waiting = None, False

    def close(self) -> None:
        """Stop the thread and wait for its end; a second time changes nothing."""
        atexit.unregister(self.close)
        self.cancel()
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._waiting or self._closing)
                if self._closing:
                    return
                request, generation = self._request, self._generation
                self._request, self._waiting = None, False
            self._answer(request, generation)

    def _answer(self, request: object, generation: int) -> None:
        begun = time.monotonic()
        answered = False

        def stop() -> bool:
            overtaken = (self._generation if answered else self._urgent) > generation
            patient = not answered and time.monotonic() - begun < _PATIENCE
            return generation < self._oldest_wanted or (overtaken and not patient)

        def report(fraction: float) -> None:
            self._posted.emit(_Message(generation, "progress", fraction))

        try:
            for result in self._work(request, stop, report):
                answered, self._painted = True, False
                self._posted.emit(_Message(generation, "answer", result))
                self._let_paint()
            self._posted.emit(_Message(generation, "idle", None))
        except Stopped:
            pass
        except Exception as error:
            self._posted.emit(_Message(generation, "failure", error))

    def _let_paint(self) -> None:
        """Wait until the answer is painted before going into detail, or to what is asked next."""
        with self._wake:
            self._wake.wait_for(self._may_go_on, timeout=_PAUSE)

    def _may_go_on(self) -> bool:
        return self._closing or self._painted or (self._waiting and not self._paced)

    @Slot(object)
    def _receive(self, message: _Message) -> None:
        if message.generation < self._oldest_wanted or self._closing:
            return
        newest = message.generation == self._generation
        if message.kind == "answer":
            self.answered.emit(message.content)
        elif newest and message.kind == "progress":
            self.progressed.emit(message.content)
        elif newest and message.kind == "failure":
            self.failed.emit(message.content)
        elif newest and message.kind == "idle":
            self.idled.emit()
