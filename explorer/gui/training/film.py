"""A training as a film: a run through its snapshots that lasts as long for few of them as for many."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

FRAMES = 12
"""So many a second: each lets the whole window show another moment."""
SECONDS = 8.0


class Film(QObject):
    """Runs from one place of ``count`` to the last; ``moved(index)`` tells each new place, ``playing(bool)`` whether it runs.

    It counts frames, not time: where the window is slow, the film lasts longer, and no place is passed over for that.
    """

    moved = Signal(int)
    playing = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._place, self._last = 0.0, 0
        self._timer = QTimer(self)
        self._timer.setInterval(round(1000 / FRAMES))
        self._timer.timeout.connect(self.advance)

    @property
    def running(self) -> bool:
        """Return whether it plays."""
        return self._timer.isActive()

    def start(self, index: int, count: int) -> None:
        """Play from the place ``index`` of ``count``; from the last, play from the first."""
        self._last = count - 1
        self._place = float(index if index < self._last else 0)
        if self._place != index:
            self.moved.emit(0)
        self._timer.start()
        self.playing.emit(True)

    @Slot()
    def stop(self) -> None:
        """Stay where it is."""
        if self.running:
            self._timer.stop()
            self.playing.emit(False)

    @Slot()
    def advance(self) -> None:
        """Show the next frame; after the last place, stop."""
        before = round(self._place)
        self._place = min(self._place + self._last / (FRAMES * SECONDS), float(self._last))
        if round(self._place) != before:
            self.moved.emit(round(self._place))
        if self._place >= self._last:
            self.stop()
