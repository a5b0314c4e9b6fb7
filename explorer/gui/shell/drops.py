"""Files that are dropped on the window, each taken as what it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QTimer

from explorer.workspace.disk.kinds import CELL, LESSON, MODEL, SWEEP, TABLE, kind_of

Open = Callable[[Path], object]


class Drops(QObject):
    """Opens the first file that was dropped, in the way of its kind."""

    def __init__(self, exploration: Open, **ways: Open) -> None:
        """Open explorations, ``cell``, ``lesson``, ``table``, ``model`` and ``sweep`` files by what is given for them."""
        super().__init__()
        self._exploration = exploration
        kinds = {CELL: "cell", LESSON: "lesson", TABLE: "table", MODEL: "model", SWEEP: "sweep"}
        self._ways = {kind: ways[name] for kind, name in kinds.items()}

    def open(self, dropped: QMimeData) -> None:
        """Open what was ``dropped``."""
        paths = [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
        if not paths:
            return
        way = self._ways.get(kind_of(paths[0]) or "")
        if way is not None:
            way(paths[0])
        else:
            # A question must not keep the program waiting from which the file was dragged.
            QTimer.singleShot(0, self, partial(self._exploration, paths[0]))
