"""*File > Hand out a page*: asks for a name, and puts the page together while the window goes on."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.engine.errors import Refusal
from explorer.gui.core.controller import Controller
from explorer.gui.core.file_dialog import file_to_save, of_kind
from explorer.gui.export.formats import PAGE
from explorer.gui.plot.theme import GLOW, Theme
from explorer.gui.words.i18n import language, tr
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.exploration.exploration import Exploration


class HandOut(QObject):
    """Writes pages: ``written(path)`` when one is there."""

    written = Signal(Path)
    _ended = Signal(Path, object)

    def __init__(self, window: QWidget, controller: Controller) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self._colours = GLOW
        self._worker: ThreadPoolExecutor | None = None
        self._ended.connect(self._tell)

    def ask(self, folder: Path, title: str) -> None:
        """Ask for a name, in ``folder`` at first, and write a page of all networks with this ``title`` into it."""
        name = file_to_save(
            self._window,
            tr("Hand out a page"),
            folder / f"{title or 'gradient-flow'}{PAGE}",
            of_kind(tr("Pages"), (PAGE,)),
        )
        if name:
            self.write(Path(name), title)

    def write(self, path: Path, title: str) -> None:
        """Write a page of what is shown now into ``path``."""
        shown = self._controller.store.exploration
        self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="page")
        made = self._worker.submit(_write, path, shown, title, language(), self._colours)
        made.add_done_callback(lambda done: self._ended.emit(path, _failure(done)))

    def dress(self, theme: Theme) -> None:
        """Take on the colours of gains."""
        self._colours = theme.colours

    def close(self) -> None:
        """Wait for the page that is being written."""
        if self._worker is not None:
            self._worker.shutdown(wait=True)

    @Slot(Path, object)
    def _tell(self, path: Path, failure: BaseException | None) -> None:
        if failure is not None and not isinstance(failure, Refusal):
            raise failure
        self._controller.refuse(failure)
        if failure is None:
            self.written.emit(path)


def _write(path: Path, exploration: Exploration, title: str, spoken: str, colours: str) -> None:
    # The typesetter and all that: not for every start.
    from explorer.gui.page.page import page

    write_bytes(path, page(exploration, title, spoken, colours=colours))


def _failure(done: Future[None]) -> BaseException | None:
    return done.exception()
