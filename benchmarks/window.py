"""From the gesture to the picture: how long after a slider moved every view is painted, and how long the window is blocked.

``python -m benchmarks.window`` drives the real window (offscreen where there is no display): each gesture changes the
gain, as one move of a slider does, and ends when the answer has been drawn by every view and painted.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

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
    print("| n | T | cell | gesture → painted p50 | p95 | p99 | longest block p95 | budget (p95) |")
    print("|--:|--:|:--|--:|--:|--:|--:|--:|")
    for n, T in SIZES:
        for cell in ("rnn", "lstm"):
            times, blocks = measure(n, T, cell, arguments.gestures)
            p50, p95, p99 = np.percentile(times, PERCENTILES)
            budget = BUDGET.get((n, T)) if cell == "rnn" else None
            wanted = f"{budget} ms" if budget else ""
            blocked = np.percentile(blocks, 95)
            print(f"| {n} | {T} | {cell} | {p50:.1f} ms | {p95:.1f} ms | {p99:.1f} ms | {blocked:.1f} ms | {wanted} |")
            sys.stdout.flush()


def measure(n: int, T: int, cell: str, gestures: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the times from gesture to painted, and the longest time in each in which no event was handled, in ms."""
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
    times, blocks = np.array(results).T
    return 1e3 * times, 1e3 * blocks


def gesture(window: Window, gain: float) -> tuple[float, float]:
    """Move the gain, wait until the answer is painted; return the seconds, and the longest that no event was handled."""
    loop, heart = QEventLoop(), Heartbeat()
    # The views have drawn when this is told; what they want repainted is painted before a timer of no time fires.
    connection = window.controller.answered.connect(lambda *_: QTimer.singleShot(0, loop.quit))
    begun = time.perf_counter()
    window.controller.commit(Gesture.of("gain", Exploration.with_recipe, "gain", gain=gain))
    loop.exec()
    QApplication.processEvents()
    seconds = time.perf_counter() - begun
    window.controller.answered.disconnect(connection)
    return seconds, heart.close()


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
