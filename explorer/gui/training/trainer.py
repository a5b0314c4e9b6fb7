"""`Trainer`: training in another process, told in the thread of the window."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.learning.serving import Answer, Begin, Command, Pause, Taken, serve
from explorer.workspace.learning.training import lean

_PATIENCE = 5.0
_KILLED = mark(
    "The process that trains was ended from outside, perhaps for want of memory; what was reached before is kept."
)
_ENDED = mark("The process that trains has ended by itself (exit code {code}); what was reached before is kept.")
_UNBEGUN = mark("The process that trains could not be begun ({error}); what was reached before is kept.")
_BROKEN = mark("The process that trains has failed ({error}); what was reached before is kept.")


class TrainerLost(Refusal):
    """The process that trains has ended by itself."""


class Trainer(QObject):
    """Trains explorations one after another in a process that lives on between them.

    ``progressed(Progress)`` tells every update that was made, in order; ``ended()`` the end of a run, after its last
    progress: it was paused, it made the updates that were asked for, or it diverged. ``failed(error)`` ends a run as well. A
    window that is slow gets fewer, larger progresses.
    """

    progressed = Signal(object)
    ended = Signal()
    failed = Signal(object)
    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._running = False
        self._closing = False
        self._gate = threading.Lock()
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._child: _Child | None = None
        self._writer: threading.Thread | None = None
        self._posted.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        # A program that ends without closing it must not leave threads that speak to what is gone.
        atexit.register(self.close)

    @property
    def running(self) -> bool:
        """Return whether a run is under way, or has not told its last progress yet."""
        return self._running

    def warm(self) -> None:
        """Start the process, so that the first training need not wait for it."""
        if self._writer is None:
            self._writer = threading.Thread(target=self._write, name="trainer", daemon=True)
            self._writer.start()

    def start(self, exploration: Exploration, updates: int | None = None) -> None:
        """Train ``exploration`` for so many ``updates`` or without end; of a run under way nothing more is told."""
        self.warm()
        self._number += 1
        self._running = True
        self._commands.put(Begin(self._number, lean(exploration), updates))

    def pause(self) -> None:
        """End the run after the update that is under way; all that was made is told first."""
        if self._running:
            self._commands.put(Pause())

    def drop(self) -> None:
        """End the run and tell nothing more of it."""
        if self._running:
            self._number += 1
            self._running = False
            self._commands.put(Pause())

    def close(self) -> None:
        """End the process and the threads at once; a second time changes nothing."""
        with self._gate:
            self._closing, self._running = True, False
        atexit.unregister(self.close)
        self._commands.put(None)
        if self._child is not None:
            self._child.kill()
        if self._writer is not None:
            self._writer.join(_PATIENCE)

    def _write(self) -> None:
        """Hand on the commands, in a thread: neither a start nor a pipe that is full may stop the window."""
        self._child = _Child(self._post)
        while not self._closing and (command := self._commands.get()) is not None:
            if isinstance(command, Begin) and self._child.is_lost:
                self._child.end()
                self._child = _Child(self._post)
            self._child.send(command)
        self._child.end()

    def _post(self, answer: Answer) -> None:
        # Once `close` has passed the gate nothing is told any more, and whoever owns this may delete it.
        with self._gate:
            if not self._closing:
                self._posted.emit(answer)

    @Slot(object)
    def _receive(self, answer: Answer) -> None:
        if self._closing:
            return
        if answer.number == self._number and self._running:
            self._tell(answer)
        if answer.kind == "progress":
            self._commands.put(Taken())

    def _tell(self, answer: Answer) -> None:
        if answer.kind == "progress":
            self.progressed.emit(answer.content)
            return
        self._running = False
        if answer.kind == "end":
            self.ended.emit()
        elif answer.kind == "broken":
            self.failed.emit(TrainerLost(_BROKEN, error=answer.content))
        else:
            self.failed.emit(answer.content)


class _Child:
    """The process that trains, with a thread that reads what it says; its end by itself is told as a failed run."""

    def __init__(self, post: Callable[[Answer], None]) -> None:
        self._post = post
        self._number = 0
        self._lost = threading.Event()
        self._unbegun: Exception | None = None
        # Spawned everywhere: a fork of a process with threads and a display is none that can be trusted.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), name="trainer", daemon=True)
        self._reader = threading.Thread(target=self._read, name="trainer-answers", daemon=True)
        try:
            with _deaf_to_ctrl_c():
                self._process.start()
        except Exception as error:
            # Whatever it is, the run is to be told to be over: this thread alone could tell it.
            self._unbegun = error
            self._lost.set()
        else:
            self._reader.start()
        # Only with this end closed does the pipe say when the process is gone.
        theirs.close()

    @property
    def is_lost(self) -> bool:
        """Return whether the process has ended."""
        return self._lost.is_set()

    def send(self, command: Command) -> None:
        """Hand over a command; a run that can't be begun is told to have failed."""
        if isinstance(command, Begin):
            self._number = command.number
        try:
            self._pipe.send(command)
        except OSError:
            self._say_lost()
        except Exception as error:
            self._unbegun = error
            self._lost.set()
            self._say_lost()

    def kill(self) -> None:
        """End the process, whatever it does."""
        if self._process.pid is not None:
            self._process.kill()

    def end(self) -> None:
        """End the process and the thread."""
        self.kill()
        if self._process.pid is not None:
            self._process.join()
            self._reader.join()
        self._pipe.close()

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                answer = self._pipe.recv()
                self._post(replace(answer, number=self._number) if answer.kind == "broken" else answer)
        self._lost.set()
        self._say_lost()

    def _say_lost(self) -> None:
        self._post(Answer(self._number, "failure", self._why_lost()))

    def _why_lost(self) -> TrainerLost:
        """Return what is known of the end: a process that is killed says nothing, one that ends leaves its exit code."""
        if self._unbegun is not None:
            return TrainerLost(_UNBEGUN, error=str(self._unbegun))
        if self._process.pid is not None:
            self._process.join(_PATIENCE)
        code = self._process.exitcode
        if code is None or code < 0:
            return TrainerLost(_KILLED)
        return TrainerLost(_ENDED, code=code)


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let a process that is begun meanwhile inherit that Ctrl-C is for the window: before it can say so itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
