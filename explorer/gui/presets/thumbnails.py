"""`Thumbnails`: those of all presets, worked out while nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from explorer.engine.work import Report, Stop
from explorer.gui.core.worker import LatestWins
from explorer.workspace.disk.presets import Preset
from explorer.workspace.disk.thumbnails import Thumbnail, name_of, read_thumbnails, thumbnail_of, write_thumbnails


class Thumbnails(QObject):
    """Holds the thumbnails of ``presets`` by their names, as far as they are there; ``arrived()`` when more are.

    They are kept in ``folder``, which is read and written where they are worked out: in a thread of their own.
    """

    arrived = Signal()

    def __init__(self, presets: Sequence[Preset], folder: Path) -> None:
        super().__init__()
        self._presets, self._known = presets, dict[str, Thumbnail]()
        self._worker = LatestWins(partial(_work, folder))
        self._worker.answered.connect(self._take)
        self._worker.failed.connect(self._fail)

    def get(self, name: str) -> Thumbnail | None:
        """Return the thumbnail of the preset ``name``, None where it is not there yet."""
        return self._known.get(name)

    def begin(self) -> None:
        """Work out what is not there yet."""
        if len(self._known) < len(self._presets):
            self._worker.submit(self._presets)

    def rest(self) -> None:
        """Stop for now; what is there stays."""
        self._worker.cancel()

    def close(self) -> None:
        """Stop for good."""
        self._worker.close()

    @Slot(object)
    def _take(self, found: Mapping[str, Thumbnail]) -> None:
        self._known.update(found)
        self.arrived.emit()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        raise error


def _work(folder: Path, presets: Sequence[Preset], stop: Stop, _: Report) -> Iterator[dict[str, Any]]:
    """Yield the thumbnails that are kept in ``folder``, then each of the others, and keep them all."""
    names = {name_of(one.exploration): one for one in presets}
    known = {name: one for name, one in read_thumbnails(folder).items() if name in names}
    yield {names[name].name: one for name, one in known.items()}
    count = len(known)
    try:
        for name, preset in names.items():
            if name not in known:
                known[name] = thumbnail_of(preset.exploration, stop)
                yield {preset.name: known[name]}
    finally:
        if len(known) > count:
            write_thumbnails(folder, known)
