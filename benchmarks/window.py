"""From the gesture to the picture: how long after a slider moved it is painted, and how long the window is blocked.

``python -m benchmarks.window`` drives the real window (offscreen where there is no display): each gesture changes the
gain, as one move of a slider does, and ends when the answer has been drawn by every view and painted; when what the eye is
on was painted, which comes first, is told apart. The processor's time is that of all threads: other work on the machine
hardly touches it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.turns import tell_if_busy, waiting
from explorer.gui.shell.app import discard, picture_window
from explorer.gui.shell.window import Window
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal
from explorer.workspace.exploration.gesture import Gesture

SIZES = ((24, 40), (32, 64), (64, 128))
BUDGET = {(32, 64): 16.7, (64, 128): 50.0}
PERCENTILES = (50, 95)


class Moment(NamedTuple):
    """Seconds of the clock and of the processor."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> Moment:
        """Return what both say."""
        return cls(time.perf_counter(), time.process_time())


class Moved(NamedTuple):
    """Seconds from a move until what the eye is on is painted and until all is; the longest in which no event was handled."""

    first: float
    first_processor: float
    whole: float
    whole_processor: float
    block: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gestures", type=int, default=300)
    arguments = parser.parse_args()
    print("| n | T | cell | map painted, processor p50 | p95 | clock p50 | p95 | all painted, processor p50 | p95 "
          "| clock p50 | p95 | block p95 | budget (map, p95) |")  # fmt: skip
    print(f"|--:|--:|:--|{'--:|' * 10}")
    waits = []
    for n, T in SIZES:
        for cell in ("rnn", "lstm"):
            waits.append(waiting())
            print(row(n, T, cell, arguments.gestures))
            sys.stdout.flush()
    tell_if_busy(waits)


def row(n: int, T: int, cell: str, gestures: int) -> str:
    """Return one line of the table."""
    first, first_processor, whole, whole_processor, block = 1e3 * np.array(measure(n, T, cell, gestures)).T
    found = [np.percentile(of, PERCENTILES) for of in (first_processor, first, whole_processor, whole)]
    shown = " | ".join(f"{x:.1f} ms" for x in (*np.concatenate(found), np.percentile(block, 95)))
    budget = BUDGET.get((n, T)) if cell == "rnn" else None
    return f"| {n} | {T} | {cell} | {shown} | {f'{budget} ms' if budget else ''} |"


def measure(n: int, T: int, cell: str, gestures: int) -> list[Moved]:
    """Return what so many gestures take, once warm."""
    exploration = Exploration(
        networks=(Recipe(cell=cell, hidden=n),),
        sequence=Signal(steps=T),
        selection=Selection(t=T - 4, k=T // 3),
    )
    window = picture_window(exploration, (1600, 1000), "light", "en")
    try:
        gains = 1.2 + 0.4 * np.sin(np.arange(gestures + 20) / 10.0)
        return [gesture(window, float(gain)) for gain in gains][20:]
    finally:
        discard(window)


def gesture(window: Window, gain: float) -> Moved:
    """Move the gain and wait until the answer is painted everywhere.

    What the eye is on is map, headline, decay, strip and states.
    """
    loop, heart, painted = QEventLoop(), Heartbeat(), Painted(window)
    connection = window.controller.answered.connect(painted.expect)
    painted.done.connect(loop.quit)
    begun = Moment.now()
    window.controller.commit(Gesture.of("gain", Exploration.with_recipe, "gain", gain=gain))
    loop.exec()
    QApplication.processEvents()
    first, end = painted.first, Moment.now()
    window.controller.answered.disconnect(connection)
    painted.close()
    assert first is not None
    since = [(now.clock - begun.clock, now.processor - begun.processor) for now in (first, end)]
    return Moved(*since[0], *since[1], heart.close())


class Painted(QObject):
    """Sees when the window has painted an answer: ``first`` what it shows of it at once; ``done()`` when all show it."""

    done = QtSignal()

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.first: Moment | None = None
        self._window, self._expected = window, False
        window.installEventFilter(self)

    def expect(self) -> None:
        """What is painted from now on shows the answer."""
        self._expected = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the window paint, and note when it has."""
        if event.type() != QEvent.Type.UpdateRequest or not self._expected:
            return super().eventFilter(watched, event)
        QWidget.event(self._window, event)
        self.first = self.first or Moment.now()
        if self._window.controller.caught_up:
            self._expected = False
            # What the last views want repainted is painted before a timer of no time fires.
            QTimer.singleShot(0, self.done.emit)
        return True

    def close(self) -> None:
        """Watch no more."""
        self._window.removeEventFilter(self)


class Heartbeat:
    """Ticks in the window's thread, each millisecond unless told: a long silence is how long an event may have to wait."""

    def __init__(self, milliseconds: int = 1) -> None:
        self.silences: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self._timer.start()

    def close(self) -> float:
        """Stop ticking; return the longest silence in seconds."""
        self._timer.stop()
        self._beat()
        return max(self.silences)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.silences.append(now - self._last)
        self._last = now


if __name__ == "__main__":
    main()
