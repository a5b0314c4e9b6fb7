"""A text that takes effect while it is typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from explorer.gui.controls.number_field import left_to_window, means_undo

_TYPING_MS = 200
_PAUSE_MS = 900
_FRAME = 12
_LINE_ENDS = str.maketrans({"\u2029": "\n", "\u2028": "\n"})
"""What a document keeps between its paragraphs and lines."""


class TypedText(QPlainTextEdit):
    """A text of some lines.

    ``typed(text)`` comes shortly after the last key, ``released()`` after a pause: what is typed in one go is one
    undo step. Undo and redo are the window's, not the field's own.
    """

    typed = Signal(str)
    released = Signal()

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self._typing, self._pause = self._timer(_TYPING_MS), self._timer(_PAUSE_MS)
        self._typing.timeout.connect(self.flush)
        self._pause.timeout.connect(self.released)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(1)
        if lines == 1:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.textChanged.connect(self._typing.start)

    @property
    def wrong(self) -> bool:
        """Return whether the text that is shown was refused."""
        return bool(self.property("wrong"))

    def write(self, text: str) -> None:
        """Show ``text``; nobody is told, and what was being typed is dropped."""
        if text != self.toPlainText():
            before = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(before)
        self._typing.stop()

    def toPlainText(self) -> str:
        """Return what is typed as it is; Qt's own makes a space of a no-break space."""
        return self.document().toRawText().translate(_LINE_ENDS)

    def flush(self) -> None:
        """Tell at once what was typed."""
        self._typing.stop()
        self._pause.start()
        self.typed.emit(self.toPlainText())

    def sizeHint(self) -> QSize:
        """Return room for the number of lines."""
        self.ensurePolished()
        return QSize(160, self._lines * self.fontMetrics().lineSpacing() + _FRAME)

    def minimumSizeHint(self) -> QSize:
        """Return room for as many lines, however narrow."""
        return QSize(60, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and means_undo(event):
            self._flush_if_typing()
            return left_to_window(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what was typed where Return could begin no other line."""
        if self._lines == 1 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._flush_if_typing()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed when the field is left."""
        super().focusOutEvent(event)
        self._flush_if_typing()

    def _flush_if_typing(self) -> None:
        if self._typing.isActive():
            self.flush()

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer
