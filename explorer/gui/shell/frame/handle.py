"""The border between two parts of the window, which is moved by the mouse or by arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle

from explorer.gui.controls.plain import set_tip
from explorer.gui.words.i18n import tr

_STEP = 16
"""Pixels that an arrow key moves the border."""
_WAYS = {
    Qt.Orientation.Horizontal: {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP},
    Qt.Orientation.Vertical: {Qt.Key.Key_Up: -_STEP, Qt.Key.Key_Down: _STEP},
}


class Handle(QSplitterHandle):
    """Takes the keyboard by Tab; the arrows across it move it."""

    def __init__(self, way: Qt.Orientation, splitter: QSplitter) -> None:
        super().__init__(way, splitter)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def say(self, first: str, second: str) -> None:
        """Say what it divides, in the language that is now spoken."""
        self.setAccessibleName(tr("Border between {first} and {second}").format(first=first, second=second))
        set_tip(self, tr("Drag it, or move it with the arrow keys, to give one more room and the other less."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a step, as far as the parts allow."""
        by = _WAYS[self.orientation()].get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        upright = self.orientation() == Qt.Orientation.Vertical
        self.moveSplitter((self.y() if upright else self.x()) + by)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show that it has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.fillRect(QRect(self.rect()).adjusted(1, 1, -1, -1), self.palette().highlight())
            painter.end()
