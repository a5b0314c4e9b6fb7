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
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from explorer.gui.app import picture_window
from explorer.gui.window import Window
from explorer.workspace.exploration import Exploration, Recipe, Selection, Signal

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
    answered: list[float] = []
    window.controller.answered.connect(lambda *_: answered.append(time.perf_counter()))
    try:
        gains = 1.2 + 0.4 * np.sin(np.arange(gestures + 20) / 10.0)
        results = [gesture(window, float(gain), answered) for gain in gains][20:]
    finally:
        window.close()
    times, blocks = np.array(results).T
    return 1e3 * times, 1e3 * blocks


def gesture(window: Window, gain: float, answered: list[float]) -> tuple[float, float]:
    """Move the gain, wait until the answer is painted; return (seconds, longest time in one turn of the event loop)."""
    answered.clear()
    begun = turn = time.perf_counter()
    longest = 0.0
    window.controller.commit("gain", lambda e: e.with_recipe(gain=gain), "gain")
    while True:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        now = time.perf_counter()
        longest, turn = max(longest, now - turn), now
        if answered:
            # The views have drawn; what they asked to be repainted is painted in this turn.
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            end = time.perf_counter()
            return end - begun, max(longest, end - now)
        time.sleep(0.0001)


if __name__ == "__main__":
    main()
