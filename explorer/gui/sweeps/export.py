"""`ExportButton`: the picture, the numbers, or a page of a sweep, for other programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import teach
from explorer.gui.sweeps.canvas import SweepCanvas
from explorer.gui.words.i18n import Phrases, mark
from explorer.workspace.sweeps.giving import save_table


class ExportButton(QToolButton):
    """Writes what the ``canvas`` shows. ``saved(path)`` when a file is there, ``refused(error)`` when it can't be."""

    saved = Signal(object)
    refused = Signal(object)

    def __init__(self, canvas: SweepCanvas) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._canvas, self._list = canvas, QMenu(self)
        self.setMenu(self._list)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        add = self.phrases.add
        add(self.setText, mark("Export …"))
        add(self.setAccessibleName, mark("Export …"))
        add(partial(teach, self), mark("The picture, the numbers, or a page with both."))
        picture, numbers, page = (self._list.addAction("") for _ in range(3))
        add(picture.setText, mark("Picture …"))
        add(numbers.setText, mark("Numbers …"))
        add(page.setText, mark("Page …"))
        picture.triggered.connect(self._picture)
        numbers.triggered.connect(self._numbers)
        page.triggered.connect(self._page)

    def retranslate(self) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()

    @Slot()
    def _picture(self) -> None:
        # What writes files is loaded when one is wanted.
        from explorer.gui.sweeps.saving import save_picture_of

        self._attempt(lambda: save_picture_of(self, self._canvas))

    @Slot()
    def _page(self) -> None:
        from explorer.gui.sweeps.saving import save_page

        self._attempt(lambda: save_page(self, self._canvas))

    @Slot()
    def _numbers(self) -> None:
        from explorer.gui.sweeps.saving import ask_for_numbers

        picture = self._canvas.picture
        if picture is not None:
            self._attempt(lambda: ask_for_numbers(self, lambda path: save_table(path, picture.table)))

    def _attempt(self, write: Callable[[], Path | None]) -> None:
        try:
            path = write()
        except Refusal as refusal:
            self.refused.emit(refusal)
            return
        if path is not None:
            self.saved.emit(path)
