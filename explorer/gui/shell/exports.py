"""What a person takes along for other programs: a picture, the numbers, the network itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.gui.core.controller import Controller
from explorer.gui.core.file_dialog import file_to_save, of_kind
from explorer.gui.core.in_words import picture_in_words
from explorer.gui.core.view import View, settle
from explorer.gui.export.formats import PICTURES
from explorer.gui.words.i18n import tr


class Exports(QObject):
    """Asks for names, and writes; ``folder()`` is where to begin. ``written(sentence, path)`` when a file was."""

    written = Signal(str, Path)

    def __init__(self, window: QWidget, controller: Controller, folder: Callable[[], Path]) -> None:
        super().__init__(window)
        self._window, self._controller, self._folder = window, controller, folder

    def picture(self, widget: QWidget) -> None:
        """Ask for a name and draw ``widget`` into it."""
        stem = widget.objectName() if isinstance(widget, View) else "gradient-flow"
        name = file_to_save(
            self._window, tr("Export a picture"), self._folder() / f"{stem}.png",
            of_kind(tr("Pictures"), PICTURES),
        )  # fmt: skip
        # Three formats' machinery: not for every start.
        from explorer.gui.export.pictures import save_picture

        if name:
            self._controller.catch_up()
            settle(widget)
        if name and self._controller.attempt(lambda: save_picture(widget, Path(name), picture_in_words(widget))):
            self.written.emit(tr("Picture written to “{name}”"), Path(name))

    @Slot()
    def numbers(self) -> None:
        """Ask for a name and write the numbers of the active network into it."""
        from explorer.workspace.disk.export import FORMATS, save_numbers

        inspection = self._controller.inspection
        name = file_to_save(
            self._window, tr("Export the numbers"), self._folder() / "gradient-flow.npz",
            of_kind(tr("Numbers"), FORMATS),
        )  # fmt: skip
        if (
            name
            and inspection is not None
            and self._controller.attempt(lambda: save_numbers(Path(name), inspection, tr))
        ):
            self.written.emit(tr("Numbers written to “{name}”"), Path(name))

    @Slot()
    def network(self) -> None:
        """Ask for a name and write the active network into it, as other frameworks know it."""
        from explorer.workspace.disk.giving import ENDINGS, give

        inspection = self._controller.inspection
        name = file_to_save(
            self._window, tr("Export the network"), self._folder() / "network.safetensors",
            of_kind(tr("PyTorch, ONNX, NumPy, Python"), ENDINGS),
        )  # fmt: skip
        if (
            name
            and inspection is not None
            and self._controller.attempt(lambda: give(Path(name), inspection.analysis.run.network))
        ):
            self.written.emit(tr("Network written to “{name}”"), Path(name))
