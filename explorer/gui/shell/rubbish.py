"""`Rubbish`: looks for circles of objects that nothing refers to, in the window's thread alone."""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot

_OFTEN = 1000
"""Milliseconds from look to look."""
_YOUNG = 20_000
"""So many new objects are worth a look: one takes a millisecond or two."""
_STILL = 2_000
"""No more new objects than this since the last look: nobody does anything."""
_OLD, _FULL = 10, 100
"""So many rounds through what is young until all is looked through, which takes several frames: at rest, at the latest."""


class Rubbish(QObject):
    """The garbage collector, which otherwise runs in whatever thread makes an object just then, as of a timer of Qt's.

    A widget that is found by a worker dies in the worker's thread, and Qt, which may be painting meanwhile, with it. So what
    Python collects by itself is switched off.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._rounds = self._seen = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_OFTEN)

    @Slot()
    def look(self) -> None:
        """Collect what is worth it: what is young at any time, all if nothing goes on."""
        young = gc.get_count()[0]
        still = young - self._seen <= _STILL
        if self._rounds >= (_OLD if still else _FULL):
            gc.collect()
            self._rounds = 0
        elif young >= _YOUNG:
            gc.collect(0)
            self._rounds += 1
        self._seen = gc.get_count()[0]


def keep_tidy(application: QCoreApplication) -> None:
    """Let the rubbish of ``application`` be collected in its own thread; a second time changes nothing."""
    if application.findChild(Rubbish) is None:
        Rubbish(application)
