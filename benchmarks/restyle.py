"""A theme, a language, a presentation: what they take beside a key press, until all is painted.

``python -m benchmarks.restyle`` drives the real window (offscreen where there is no display) and prints the processor time
of all threads, the median of many, and its ratio to that of two keys in the same run: 1 and 2, which take another activation
and so change the whole picture, and an arrow, which only moves the cursor. So it does for one network with both sides
open, and for the stage on which the program opens.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.gui.core.resting import RestingCard
from explorer.gui.shell.app import discard, picture_window
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.exploration import Exploration

_TURNS = 12
"""Turns of the event loop after which all that a gesture in the window's own thread leads to is painted."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    print("| seen | gesture | processor time | × activation key | × arrow key |\n|:--|:--|--:|--:|--:|")
    for seen, exploration in (("one network", Exploration()), ("the first stage", default().exploration)):
        window = picture_window(exploration, (1366, 768), "light", "en")
        try:
            taken = measure(window, rounds)
        finally:
            discard(window)
        for name, milliseconds in taken.items():
            ratios = [milliseconds / taken[key] for key in ("activation key", "arrow key")]
            print(f"| {seen} | {name} | {milliseconds:.1f} ms | {ratios[0]:.2f} | {ratios[1]:.1f} |")


def measure(window: Window, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each gesture; all take turns, so that a busy machine is as busy for each."""
    assert window.learning
    handle, key = window.windowHandle(), Qt.Key
    gestures: dict[str, Callable[[bool], object]] = {
        "arrow key": lambda on: QTest.keyClick(handle, key.Key_Left if on else key.Key_Right),
        "activation key": lambda on: QTest.keyClick(handle, key.Key_2 if on else key.Key_1),
        "theme": lambda on: window.set_theme("dark" if on else "light"),
        "language": lambda on: window.set_language("zh_CN" if on else "en"),
        "F11": lambda _: QTest.keyClick(handle, key.Key_F11),
    }
    taken: dict[str, list[float]] = {name: [] for name in gestures}
    for i in range(rounds + 1):
        for name, gesture in gestures.items():
            for on in (True, False):
                spent = _spent(window, partial(gesture, on))
                taken[name] += [spent] if i else []
    return {name: median(all_) for name, all_ in taken.items()}


def _spent(window: Window, gesture: Callable[[], object]) -> float:
    """Return the milliseconds of the processor from a gesture to its picture.

    What the gesture before has cards work out once a hand rests is no part of this one, nor the names that lines get then.
    """
    while window.compare.waits or any(card.waits for card in window.findChildren(RestingCard)):
        QApplication.processEvents()
        time.sleep(0.001)
    _rest(window)
    begun = time.process_time()
    gesture()
    _rest(window)
    return 1e3 * (time.process_time() - begun)


def _rest(window: Window) -> None:
    """Wait until the present exploration is worked out and everything is painted."""
    while window.controller.inspection is None or _asked(window):
        QApplication.processEvents()
        time.sleep(0.001)
    for _ in range(_TURNS):
        QApplication.processEvents()


def _asked(window: Window) -> bool:
    shown = window.controller.inspection
    return shown is None or shown.analysis.exploration.networks != window.store.exploration.networks


if __name__ == "__main__":
    main()
