"""Some numbers as typed text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from explorer.engine.errors import BadSequence
from explorer.gui.controls.number_field import left_to_window, means_undo


class NumberList(QLineEdit):
    """Numbers separated by commas or spaces, taken with Return or when the field is left; Esc brings the last ones back.

    ``entered(values)``: a tuple of floats, empty for an empty field. ``refused(why)``: what is no number, None when
    that is over.
    """

    entered = Signal(object)
    refused = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[float, ...] = ()
        self.editingFinished.connect(self._take)

    def set_values(self, values: tuple[float, ...]) -> None:
        """Show ``values``; a text that is being typed or was refused stays until the values become others."""
        unfinished = self.isModified() or bool(self.property("wrong"))
        if values == self._values and (unfinished or parsed(self.text()) == values):
            return
        self._write(values)

    def _write(self, values: tuple[float, ...]) -> None:
        self._values = values
        self.setText(", ".join(f"{value:.10g}" for value in values))
        self.setCursorPosition(0)
        if self.property("wrong"):
            self.refused.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring the last numbers back at Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self._write(self._values)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window while nothing is typed."""
        override = event.type() == QEvent.Type.ShortcutOverride and not self.isModified()
        if override and isinstance(event, QKeyEvent) and means_undo(event):
            return left_to_window(event)
        return super().event(event)

    def _take(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        try:
            values = parsed(self.text())
        except BadSequence as refusal:
            self.refused.emit(refusal)
            return
        self.refused.emit(None)
        self.entered.emit(values)


def parsed(text: str) -> tuple[float, ...]:
    """Return the numbers of ``text``, row after row."""
    if not text.strip():
        return ()
    # Reading tables is much code, for who types numbers.
    from explorer.workspace.feed.tables import parse_numbers

    return tuple(value for row in parse_numbers(text).rows for value in row)
