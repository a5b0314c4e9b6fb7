"""A theme, a language, a presentation: what they take beside a key press, until all is painted.

``python -m benchmarks.restyle`` drives the real window, as large as the screen (offscreen where there is no display), and
prints the processor time of all threads, the median of many there and of many back, and its ratio to that of two keys in the
same run: Ctrl+R, which draws new weights for all networks and so changes the whole picture, and an arrow, which moves the
cursor. (On the stage the key of an activation changes one of three networks.) It counts to the last picture before the window
has come to rest; what cards work out once a hand rests is no part of it. So it does for one network with both sides open, and
for the stage on which the program opens.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from statistics import mean, median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.gui.core.resting import RestingCard
from explorer.gui.shell.app import discard, picture_window
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.exploration import Exploration

_SIZE = (1366, 768)
_QUIET = 0.06
"""Seconds without a picture after which a window has come to rest; cards wait for more than twice as long."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    print(
        "| seen | gesture | there | back | × seed key | back | × arrow key | back |\n|:--|:--|--:|--:|--:|--:|--:|--:|"
    )
    for seen, exploration in (("one network", Exploration()), ("the first stage", default().exploration)):
        window = picture_window(exploration, _SIZE, "light", "en")
        _fill_screen(window)
        try:
            taken = measure(window, rounds)
        finally:
            discard(window)
        keys = [mean(taken[key]) for key in ("seed key", "arrow key")]
        for name, ways in taken.items():
            times = " | ".join(f"{way:.1f} ms" for way in ways)
            ratios = " | ".join(f"{way / key:.2f}" for key in keys for way in ways)
            print(f"| {seen} | {name} | {times} | {ratios} |")


def measure(window: Window, rounds: int) -> dict[str, tuple[float, float]]:
    """Return the median milliseconds of each gesture there and back; all take turns: a busy machine is as busy for each."""
    assert window.learning
    handle, key = window.windowHandle(), Qt.Key
    gestures: dict[str, Callable[[bool], object]] = {
        "arrow key": lambda on: QTest.keyClick(handle, key.Key_Left if on else key.Key_Right),
        "activation key": lambda on: QTest.keyClick(handle, key.Key_2 if on else key.Key_1),
        "seed key": lambda _: QTest.keyClick(handle, key.Key_R, Qt.KeyboardModifier.ControlModifier),
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
    return {name: (median(all_[::2]), median(all_[1::2])) for name, all_ in taken.items()}


def _spent(window: Window, gesture: Callable[[], object]) -> float:
    """Return the milliseconds of the processor from a gesture to its picture.

    What the gesture before has cards work out once a hand rests is no part of this one, nor the names that lines get then.
    """
    while window.compare.waits or any(card.waits for card in window.findChildren(RestingCard)):
        QApplication.processEvents()
        time.sleep(0.001)
    _last_picture(window)
    begun = time.process_time()
    gesture()
    return 1e3 * (_last_picture(window) - begun)


def _last_picture(window: Window) -> float:
    """Wait until the exploration is worked out and the window at rest; return the processor time at its last picture."""
    pictures = _Pictures(window)
    seen, at, since = 0, time.process_time(), time.perf_counter()
    while time.perf_counter() - since < _QUIET or window.controller.inspection is None or _asked(window):
        QApplication.processEvents()
        if pictures.count != seen:
            seen, at, since = pictures.count, time.process_time(), time.perf_counter()
        time.sleep(0.001)
    window.removeEventFilter(pictures)
    return at


class _Pictures(QObject):
    """Counts how often ``window`` is painted."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.count = 0
        window.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """See a picture begin."""
        self.count += event.type() == QEvent.Type.UpdateRequest
        return False


def _fill_screen(window: Window) -> None:
    """Let ``window`` have all the room that the screen has for windows."""
    window.setMinimumSize(0, 0)
    window.setMaximumSize(*2 * (2**24 - 1,))
    window.showMaximized()
    _last_picture(window)


def _asked(window: Window) -> bool:
    shown = window.controller.inspection
    return shown is None or shown.analysis.exploration.networks != window.store.exploration.networks


if __name__ == "__main__":
    main()
