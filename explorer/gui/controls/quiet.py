"""A place for a label whose text changes at every frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from explorer.gui.controls.room import Fitted

_Policy = QSizePolicy.Policy


class Elastic(QWidget):
    """Holds ``label`` so that another text does not lay the whole window out again; it takes the room that is left."""

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self._label, self._room, self._yielding = label, 0, True
        label.setParent(self)
        self.setSizePolicy(_Policy.Ignored, _Policy.Preferred)

    def say(self, text: str) -> None:
        """Show ``text``."""
        if text != self._label.text():
            self._label.setText(text)
            if self._label.wordWrap():
                self._take_room()

    def refit(self) -> None:
        """Take the room that the present text needs: the font or the language is another."""
        self._take_room()

    def _take_room(self) -> None:
        self._room = self._label.sizeHint().width()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the label's height, and the width of its longest text."""
        wraps = self._label.wordWrap() and self._label.text()
        return QSize(
            self._room, self._label.heightForWidth(self.width()) if wraps else self._line(self._label.sizeHint())
        )

    def minimumSizeHint(self) -> QSize:
        """Return a place in which a text that gives way may be shorter."""
        return QSize(1 if self._yielding else self._room, self._line(self._label.minimumSizeHint()))

    def _line(self, wanted: QSize) -> int:
        """Return how high the label is, which keeps the height of an earlier type while it has no text (Qt 6.11)."""
        own = type(self._label).sizeHint is not QLabel.sizeHint
        return wanted.height() if own or self._label.text() else self._label.fontMetrics().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give all room to the label."""
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())
        if self._label.wordWrap() and event.size().width() != event.oldSize().width():
            self.updateGeometry()


class Quiet(Elastic):
    """One that grows with the longest text, and never shrinks but when `refit` is called: nothing beside it trembles.

    One that holds a `Fitted` text gives way where there is no room.
    """

    def __init__(self, label: QLabel) -> None:
        super().__init__(label)
        self._yielding, self._anew = isinstance(label, Fitted), False
        self.setSizePolicy(_Policy.Maximum if self._yielding else _Policy.Fixed, _Policy.Preferred)

    def say(self, text: str) -> None:
        """Show ``text``."""
        anew, self._anew = self._anew, False
        if text != self._label.text():
            self._label.setText(text)
            if anew or self._outgrown() or self._label.wordWrap():
                self._take_room()

    def refit(self) -> None:
        """Take the room that the present text needs, and then the next one: it is said in the language that is new."""
        self._anew = True
        super().refit()

    def event(self, event: QEvent) -> bool:
        """Take more room where the label needs it by itself: what moves into another parent is dressed anew."""
        if event.type() == QEvent.Type.LayoutRequest and self._outgrown():
            self._take_room()
        return super().event(event)

    def _outgrown(self) -> bool:
        return self._label.sizeHint().width() > self._room
