"""Training in a process of its own, seen from inside: commands come in by a pipe, progress goes out.

Neither the interpreter's lock nor BLAS then disturbs the window. The process lives on between trainings: starting one takes
longer than many a training.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Literal

from explorer.engine.errors import Refusal, Stopped
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.learning.chronicle import Progress
from explorer.workspace.learning.training import merged, training

_ANY = 0
_LISTEN_EVERY = 0.005
"""Seconds between two looks into the pipe; a look costs as much as a small update."""
_MOST_HELD = 20_000
"""Updates that a window may be behind: one that is slower still is waited for, and memory doesn't grow."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Train ``exploration`` as the run ``number``, for so many ``updates`` or without end; the run before it ends."""

    number: int
    exploration: Exploration
    updates: int | None


@dataclass(frozen=True, slots=True)
class Pause:
    """End the run that is under way."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The last progress has been shown: there is room for another."""


Command = Begin | Pause | Taken


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the run ``number``: a Progress, an exception, or None at the end of a run.

    "broken" is the last answer of all, whatever the run: the name of what went wrong with the process itself.
    """

    number: int
    kind: Literal["progress", "failure", "end", "broken"]
    content: Progress | Exception | str | None = None


def serve(pipe: Connection) -> None:
    """Obey the commands that come through ``pipe`` until its other end is closed."""
    # Ctrl-C in the terminal is for the window, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with one_blas_thread():
            _Bench(pipe).work()
    except (EOFError, OSError):
        # The window is gone.
        return
    except Exception as error:
        with contextlib.suppress(OSError):
            pipe.send(Answer(_ANY, "broken", f"{type(error).__name__}: {error}"))
        raise


@dataclass
class _Bench:
    """One end of the pipe: ``_free`` while the window waits for progress, ``_held`` what it was too slow to take."""

    pipe: Connection
    _commands: deque[Begin | Pause] = field(default_factory=deque)
    _free: bool = True
    _held: Progress | None = None
    _listened: float = 0.0

    def work(self) -> None:
        while True:
            while not self._commands:
                self._hear(self.pipe.recv())
            command = self._commands.popleft()
            if isinstance(command, Begin):
                self._run(command)

    def _run(self, begin: Begin) -> None:
        self._held, self._free = None, True
        try:
            for progress in training(begin.exploration, self._is_overtaken, updates=begin.updates):
                self._held = progress if self._held is None else merged(self._held, progress)
                self._listen()
                while not self._free and not self._commands and len(self._held.points) > _MOST_HELD:
                    self._hear(self.pipe.recv())
                if self._free:
                    self._tell(begin.number)
        except Stopped:
            pass
        except Exception as error:
            self._tell(begin.number)
            self.pipe.send(Answer(begin.number, "failure", portable(error)))
            return
        self._tell(begin.number)
        self.pipe.send(Answer(begin.number, "end"))

    def _tell(self, number: int) -> None:
        if self._held is not None:
            self.pipe.send(Answer(number, "progress", self._held))
            self._held, self._free = None, False

    def _is_overtaken(self) -> bool:
        now = time.perf_counter()
        if now - self._listened >= _LISTEN_EVERY:
            self._listened = now
            self._listen()
        return bool(self._commands)

    def _listen(self) -> None:
        while self.pipe.poll():
            self._hear(self.pipe.recv())

    def _hear(self, command: Command) -> None:
        if isinstance(command, Taken):
            self._free = True
        else:
            self._commands.append(command)


def portable(error: Exception) -> Exception:
    """Return ``error`` if it can travel to another process, else one that says the same."""
    try:
        copy = pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error if isinstance(error, Refusal) or str(copy) == str(error) else RuntimeError(str(error))
