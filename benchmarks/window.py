"""From the gesture to the picture: how long after a slider moved it is painted, and how long the window is blocked.

``python -m benchmarks.window`` drives the real window (offscreen where there is no display): each gesture changes the
gain, as one move of a slider does, and ends when the answer has been drawn by every view and painted; when what the eye is
on was painted, which comes first, is told apart.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QApplication, QWidget

from explorer.gui.shell.app import discard, picture_window
from explorer.gui.shell.window import Window
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal
from explorer.workspace.exploration.gesture import Gesture

SIZES = ((24, 40), (32, 64), (64, 128))
BUDGET = {(32, 64): 16.7, (64, 128): 50.0}
PERCENTILES = (50, 95, 99)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gestures", type=int, default=300)
    arguments = parser.parse_args()
    print(
        "| n | T | cell | gesture → map painted p50 | p95 | → all painted p50 | p95 | p99 | block p95 | budget (p95) |"
    )
    print("|--:|--:|:--|--:|--:|--:|--:|--:|--:|--:|")
    for n, T in SIZES:
        for cell in ("rnn", "lstm"):
            first, whole, blocks = measure(n, T, cell, arguments.gestures)
            budget = BUDGET.get((n, T)) if cell == "rnn" else None
            wanted = f"{budget} ms" if budget else ""
            shown = (
                *np.percentile(first, PERCENTILES[:2]),
                *np.percentile(whole, PERCENTILES),
                np.percentile(blocks, 95),
            )
            print(f"| {n} | {T} | {cell} | {' | '.join(f'{x:.1f} ms' for x in shown)} | {wanted} |")
            sys.stdout.flush()


def measure(n: int, T: int, cell: str, gestures: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return in ms the times from gesture to what the eye is on painted, to everything, and the longest without an event."""
    exploration = Exploration(
        networks=(Recipe(cell=cell, hidden=n),),
        sequence=Signal(steps=T),
        selection=Selection(t=T - 4, k=T // 3),
    )
    window = picture_window(exploration, (1600, 1000), "light", "en")
    try:
        gains = 1.2 + 0.4 * np.sin(np.arange(gestures + 20) / 10.0)
        results = [gesture(window, float(gain)) for gain in gains][20:]
    finally:
        discard(window)
    first, whole, blocks = 1e3 * np.array(results).T
    return first, whole, blocks


def gesture(window: Window, gain: float) -> tuple[float, float, float]:
    """Move the gain and wait until the answer is painted everywhere.

    Returns the seconds until what the eye is on is painted, map, headline, decay, strip and states, until everything is, and
    the longest in which no event was handled.
    """
    loop, heart, painted = QEventLoop(), Heartbeat(), Painted(window)
    connection = window.controller.answered.connect(painted.expect)
    painted.done.connect(loop.quit)
    begun = time.perf_counter()
    window.controller.commit(Gesture.of("gain", Exploration.with_recipe, "gain", gain=gain))
    loop.exec()
    QApplication.processEvents()
    seconds = time.perf_counter() - begun
    window.controller.answered.disconnect(connection)
    painted.close()
    return painted.first - begun, seconds, heart.close()


class Painted(QObject):
    """Sees when the window has painted an answer: ``first`` what it shows of it at once; ``done()`` when all show it."""

    done = QtSignal()

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.first = 0.0
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
        self.first = self.first or time.perf_counter()
        if self._window.controller.caught_up:
            self._expected = False
            # What the last views want repainted is painted before a timer of no time fires.
            QTimer.singleShot(0, self.done)
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
