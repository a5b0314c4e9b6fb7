"""A field over an input of the unrolled network, in which its word or number is typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.gui.controls.plain import Label

_NARROWEST = 96
_OWN_KEYS = (
    Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Delete, Qt.Key.Key_Space,
)  # fmt: skip

_MESSAGE = (
    "background: palette(base); color: palette(bright-text);"
    " border: 1px solid palette(bright-text); border-radius: 6px;"
)


class InputEditor(QLineEdit):
    """Appears over an input and goes when it is done.

    ``confirmed(text)`` when Enter is pressed or the field is left; who listens calls `accept` or `refuse`.
    ``finished()`` when it has gone.
    """

    confirmed = Signal(str)
    finished = Signal()

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self._message = Label(parent=ground)
        self._message.setObjectName("refusal")
        self._message.setMargin(4)
        self._message.setStyleSheet(_MESSAGE)
        self.hide()
        self._message.hide()
        self._before = ""
        self.returnPressed.connect(lambda: self.confirmed.emit(self.text()))
        self.textEdited.connect(lambda _: self._mark(""))

    def open(self, area: QRect, text: str) -> None:
        """Appear over ``area`` with ``text`` selected, inside the parent."""
        width, height = max(area.width(), _NARROWEST), self.sizeHint().height()
        inside = self._ground.rect()
        left = min(max(area.center().x() - width // 2, 0), max(inside.width() - width, 0))
        top = min(max(area.center().y() - height // 2, 0), max(inside.height() - height, 0))
        self.setGeometry(left, top, width, height)
        self._before = text
        self.setText(text)
        self._mark("")
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Go, the text was taken."""
        self._before = self.text()
        self._close()

    def cancel(self) -> None:
        """Go if it is there, and change nothing."""
        if self.isVisible():
            self._close()

    def refuse(self, sentence: str) -> None:
        """Stay, and say below the field why the text was not taken."""
        self._mark(sentence)
        self._message.setText(sentence)
        self._message.adjustSize()
        inside, below = self._ground.rect(), self.geometry().bottom() + 3
        if below + self._message.height() > inside.height():
            below = max(self.geometry().top() - self._message.height() - 3, 0)
        left = min(self.geometry().left(), inside.width() - self._message.width())
        self._message.move(max(left, 0), below)
        self._message.show()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of editing from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave everything as it was at Escape; no key goes on to the strip below."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed when the field is left, unless it was refused."""
        super().focusOutEvent(event)
        if not self.isVisible() or event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
            return
        if self.text() != self._before and not self.property("wrong"):
            self.confirmed.emit(self.text())
        if self.isVisible():
            self._close()

    def _close(self) -> None:
        self._message.hide()
        self.hide()
        self.finished.emit()

    def _mark(self, sentence: str) -> None:
        self._message.setVisible(bool(sentence))
        self.setProperty("wrong", bool(sentence))
        self.setAccessibleDescription(sentence)
        self.style().unpolish(self)
        self.style().polish(self)
