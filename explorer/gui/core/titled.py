"""A card with a heading, by which it is enlarged."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.plate import Plate
from explorer.gui.words.i18n import Phrases, mark, tr

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_ENLARGES = mark("A double click here, or E, lets this view fill the middle; again, or Esc, brings it back.")


class Titled(Plate):
    """Has a heading.

    ``enlarge_wanted()``: it is to fill the middle of the window, or no longer; one that ``enlarges`` can.
    """

    enlarges = True

    enlarge_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._head, self._heading, self._heading_says = QWidget(), Label(), ""
        set_tone(self._heading, "heading")
        self.phrases.add(self._teach_heading, _ENLARGES)

    def explain_heading(self, text: str) -> None:
        """Say ``text`` in the heading's tooltip, above what a double click there does."""
        self._heading_says = text
        self._teach_heading(tr(_ENLARGES))

    def picture(self) -> QWidget | None:
        """Return what stands under the heading."""
        return None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to be enlarged, or to be as before, where the heading is."""
        heading = self._head.isVisible() and self._head.geometry().contains(event.position().toPoint())
        if self.enlarges and heading and event.button() == Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask the same at Enter while the card or its picture has the keyboard and has no other use for that key."""
        held = QApplication.focusWidget() in (self, self.picture())
        if self.enlarges and held and event.key() in _ENTER and not event.modifiers() & ~_KEYPAD:
            self.enlarge_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _teach_heading(self, enlarges: str) -> None:
        set_tip(self._heading, "\n".join(filter(None, (self._heading_says, enlarges if self.enlarges else ""))))
