"""Training while one watches: how smooth the window stays, and what watching costs the training.

``python -m benchmarks.live`` trains a task's own network in the real window (offscreen where there is no display), and then
with nobody watching. A timer of 60 ticks a second in the window's thread tells how long that was busy with something else.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from benchmarks.turns import tell_if_busy, waiting
from benchmarks.window import Heartbeat
from explorer.gui.shell.app import application, discard, picture_window
from explorer.gui.shell.window import Window
from explorer.gui.training.trainer import Trainer
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.chronicle import Progress
from explorer.workspace.tasks import TASKS, taught

FRAME = 16
"""Milliseconds between two ticks, as many as a screen shows frames."""
BUDGET = 30.0
WARM_UP = 2.0
"""Seconds of training before anything is measured, from the first update on: pictures are cached."""
ROUNDS = 3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--tasks", nargs="+", choices=sorted(TASKS), default=["next_word", "adding"])
    arguments = parser.parse_args()
    print("| task | tab | late p95 | late p99 | longest block | budget | updates/s in the window | alone | ratio |")
    print("|:--|:--|--:|--:|--:|--:|--:|--:|--:|")
    waits = list[float]()
    for kind in arguments.tasks:
        exploration = taught(Exploration(), Task(kind=kind))
        for tab in ("Training", "Inspect"):
            waits.append(waiting())
            blocks, watched, alone = measure(exploration, tab, arguments.seconds)
            p95, p99 = np.percentile(blocks, (95, 99))
            print(
                f"| {kind} | {tab} | {p95:.1f} ms | {p99:.1f} ms | {max(blocks):.1f} ms | {BUDGET:.0f} ms "
                f"| {watched:.0f} | {alone:.0f} | {watched / alone:.2f} |",
                flush=True,
            )
    tell_if_busy(waits)


def measure(exploration: Exploration, tab: str, seconds: float) -> tuple[list[float], float, float]:
    """Return how long each tick was kept waiting, in ms, and the medians of updates a second watched and alone."""
    window = picture_window(exploration, (1600, 1000), "light", "en")
    blocks: list[float] = []
    watched, alone = [], []
    try:
        window.right.show_panel(window.learning.cards if tab == "Training" else window.inspect_panel)
        for _ in range(ROUNDS):
            late, rate = in_window(window, seconds / ROUNDS)
            blocks += late
            watched.append(rate)
            alone.append(by_itself(exploration, seconds / ROUNDS))
    finally:
        discard(window)
    return blocks, float(np.median(watched)), float(np.median(alone))


def in_window(window: Window, seconds: float) -> tuple[list[float], float]:
    """Train on for so many seconds; return how long each tick waited in ms, and the updates a second."""
    desk = window.learning.desk
    first = _step(window)
    desk.start()
    _warm(lambda: _step(window) > first)
    heart, begun, before = Heartbeat(FRAME), time.perf_counter(), _step(window)
    _run(seconds)
    rate = (_step(window) - before) / (time.perf_counter() - begun)
    heart.close()
    loop = QEventLoop()
    desk.state_changed.connect(lambda *_: None if desk.running else loop.quit())
    desk.pause()
    loop.exec()
    return [1e3 * silence - FRAME for silence in heart.silences], rate


def by_itself(exploration: Exploration, seconds: float) -> float:
    """Return the updates a second of a trainer that only counts."""
    application()
    trainer, done = Trainer(), 0

    def count(progress: Progress) -> None:
        nonlocal done
        done += len(progress.points)

    trainer.progressed.connect(count)
    try:
        trainer.start(exploration)
        _warm(lambda: done > 0)
        begun, before = time.perf_counter(), done
        _run(seconds)
        return (done - before) / (time.perf_counter() - begun)
    finally:
        trainer.close()


def _warm(trains: Callable[[], bool]) -> None:
    """Wait until the trainer, a process that has to start, trains, and then until it is warm."""
    while not trains():
        _run(0.1)
    _run(WARM_UP)


def _run(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()


def _step(window: Window) -> int:
    trained = window.store.exploration.recipe.trained
    return trained.step if trained is not None else 0


if __name__ == "__main__":
    main()
