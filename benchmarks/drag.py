"""A drag of the gain's slider, recorded: what each move of the mouse led to, and when it was on the screen.

``python -m benchmarks.drag`` opens the real window (offscreen where there is no display), takes the slider with the mouse,
and draws it there and back, a move each sixtieth of a second, from the first move on: before it the window has shown all,
and rests. A picture is what the window paints of an answer; its delay runs from the move that asked for it. The window's
thread is busy from a turn of its loop to the next: as long as that takes, no move is seen. The processor's time of that
thread tells what the window does in a turn; by the clock it also waits, for other threads and for whatever else the machine
does. ``--record FILE`` writes every picture down, and every stretch in which the thread was busy.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QWidget

from benchmarks.turns import tell_if_busy, waiting
from explorer.gui.shell.app import discard, picture_window
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal

FRAME = 1000 / 60
_SIZE = (1366, 768)
_REST = 2.0
"""Seconds after which a window has shown all that it shows of what it opens with."""
_IDLE = 2.0
"""Milliseconds: a shorter turn of the window's loop had nothing to do."""
_STEP = 3
"""Pixels of a move: each is to another gain."""


class Picture(NamedTuple):
    """Milliseconds since the drag began: when the move was that asked for it, and when it was painted."""

    moved: float
    painted: float

    @property
    def delay(self) -> float:
        """Return how long it was waited for."""
        return self.painted - self.moved


class Stretch(NamedTuple):
    """Milliseconds that the window's thread was busy from ``begun`` on: by the clock, and of the processor."""

    begun: float
    clock: float
    processor: float


class Drag(NamedTuple):
    """The pictures of a drag, in which stretches the window's thread was busy, and the time of all threads in ms."""

    pictures: list[Picture]
    busy: list[Stretch]
    processor: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--record", type=Path)
    arguments = parser.parse_args()
    print("| what | pictures a second | delay p50 | p95 | longest | busy, processor p95 | longest | clock p95 | longest "
          "| over a frame, processor | clock | processor a picture |")  # fmt: skip
    print(f"|:--|{'--:|' * 11}")
    waits, recorded = [], dict[str, Drag]()
    for name, exploration in subjects().items():
        waits.append(waiting())
        recorded[name] = dragged(exploration, arguments.seconds)
        print(told(name, recorded[name], arguments.seconds), flush=True)
    tell_if_busy(waits)
    if arguments.record:
        write(arguments.record, recorded)


def subjects() -> dict[str, Exploration]:
    """Return what the program opens with, and one network of the budget's size."""
    one = Exploration(
        networks=(Recipe(hidden=32),), sequence=Signal(steps=64), selection=Selection(t=60, k=21), stage="alone"
    )
    return {"the opening's three networks": default().exploration, "one, n = 32, T = 64": one}


def told(name: str, drag: Drag, seconds: float) -> str:
    """Return the row of a drag."""
    delays = np.array([picture.delay for picture in drag.pictures])
    busy = np.array([(stretch.processor, stretch.clock) for stretch in drag.busy])
    within = np.percentile(busy, (95, 100), axis=0).T.ravel()
    shown = " | ".join(f"{ms:.1f} ms" for ms in (*np.percentile(delays, (50, 95, 100)), *within))
    over = " | ".join(str(count) for count in np.count_nonzero(busy > FRAME, axis=0))
    return f"| {name} | {len(delays) / seconds:.0f} | {shown} | {over} | {drag.processor / len(delays):.1f} ms |"


def write(file: Path, recorded: dict[str, Drag]) -> None:
    """Write every picture and every stretch of every drag into a table, in milliseconds."""
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(("drag", "what", "begun", "until painted, or busy by the clock", "busy, of the processor"))
        for name, drag in recorded.items():
            pictures = ((name, "picture", f"{one.moved:.2f}", f"{one.delay:.2f}", "") for one in drag.pictures)
            rows.writerows(pictures)
            rows.writerows((name, "busy", *(f"{ms:.2f}" for ms in stretch)) for stretch in drag.busy)


def dragged(exploration: Exploration, seconds: float) -> Drag:
    """Return what a drag of so many seconds leads to, the first in a window that has come to rest under the mouse."""
    window = picture_window(exploration, _SIZE, "light", "en")
    try:
        _rest(_REST)
        Hand(window).come()
        _rest(_REST)
        return _drag(window, seconds)
    finally:
        discard(window)


def _rest(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()


def _drag(window: Window, seconds: float) -> Drag:
    hand = Hand(window)
    pulse, watch, begun = Pulse(hand), Watch(window, hand), time.process_time()
    hand.take()
    _rest(seconds)
    spent = time.process_time() - begun
    pulse.close()
    hand.let_go()
    watch.close()
    return Drag(watch.pictures, pulse.busy, 1e3 * spent)


class Pulse:
    """Beats in the window's thread each millisecond: between two beats no event of a hand is handled."""

    def __init__(self, hand: Hand) -> None:
        self.busy: list[Stretch] = []
        self._hand = hand
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self._last = hand.milliseconds, 1e3 * time.thread_time()
        self._timer.start()

    def close(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._beat()

    def _beat(self) -> None:
        now = self._hand.milliseconds, 1e3 * time.thread_time()
        stretch = Stretch(self._last[0], *(end - begin for begin, end in zip(self._last, now, strict=True)))
        if stretch.clock > _IDLE:
            self.busy.append(stretch)
        self._last = now


class Hand:
    """Draws the gain's slider of ``window`` there and back, with the mouse."""

    def __init__(self, window: Window) -> None:
        groove = window.top_bar.gain.findChild(QSlider)
        handle = window.windowHandle()
        assert groove is not None
        assert handle is not None
        self._handle, self._moves = handle, 0
        self._left = groove.mapTo(window, QPoint(groove.width() // 8, groove.height() // 2))
        self._length = groove.width() * 3 // 4 // _STEP * _STEP
        self._clock = QElapsedTimer()
        self._clock.start()
        self._ticks = QTimer()
        self._ticks.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticks.setInterval(round(FRAME))
        self._ticks.timeout.connect(self._move)

    @property
    def milliseconds(self) -> float:
        """Return how long it has been there."""
        return self._clock.nsecsElapsed() / 1e6

    def come(self) -> None:
        """Point at the slider."""
        QTest.mouseMove(self._handle, self._left)

    def take(self) -> None:
        """Press the button, and begin."""
        QTest.mousePress(self._handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self._left)
        self._ticks.start()

    def let_go(self) -> None:
        """Stop, and let the button up."""
        self._ticks.stop()
        QTest.mouseRelease(self._handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self._place())

    def _move(self) -> None:
        self._moves += 1
        place, none = QPointF(self._place()), Qt.KeyboardModifier.NoModifier
        left = Qt.MouseButton.LeftButton
        # Qt's own way to move a mouse goes through all events at once, in the middle of this one.
        move = QMouseEvent(
            QEvent.Type.MouseMove, place, self._handle.mapToGlobal(place), Qt.MouseButton.NoButton, left, none
        )
        QCoreApplication.postEvent(self._handle, move)

    def _place(self) -> QPoint:
        way = self._moves * _STEP % (2 * self._length)
        return self._left + QPoint(min(way, 2 * self._length - way), 0)


class Watch(QObject):
    """Sees which answers the window paints, and when."""

    def __init__(self, window: Window, hand: Hand) -> None:
        super().__init__()
        self.pictures: list[Picture] = []
        self._window, self._hand = window, hand
        self._asked: dict[object, float] = {}
        self._answered: float | None = None
        window.installEventFilter(self)
        self._unsubscribe = window.store.subscribe(self._ask)
        window.controller.answered.connect(self._answer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the window paint, and note when it has."""
        if event.type() != QEvent.Type.UpdateRequest or self._answered is None:
            return super().eventFilter(watched, event)
        QWidget.event(self._window, event)
        self.pictures.append(Picture(self._answered, self._hand.milliseconds))
        self._answered = None
        return True

    def close(self) -> None:
        """Watch no more."""
        self._unsubscribe()
        self._window.controller.answered.disconnect(self._answer)
        self._window.removeEventFilter(self)

    def _ask(self, *_: object) -> None:
        self._asked[self._window.store.exploration.networks] = self._hand.milliseconds

    def _answer(self, *_: object) -> None:
        shown = self._window.controller.inspection
        assert shown is not None
        self._answered = self._asked.get(shown.analysis.exploration.networks)


if __name__ == "__main__":
    main()
