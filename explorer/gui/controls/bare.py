"""Sliders and boxes that take neither the keyboard by a click nor the wheel from the page that scrolls under it.

Tab gives them the keyboard; then arrows move a slider, and Enter, F4 or Alt with an arrow opens a box.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QWidget

from explorer.gui.spoken import Amount, Measured, speak

_OPEN = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4})
_UP_AND_DOWN = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})


class Slider(QSlider, Measured):
    """A horizontal slider that heeds the wheel only with the focus.

    Its owner says the number that its position stands for, and takes one: a screen reader knows of no positions.
    """

    def __init__(self, amount: Callable[[], Amount], take: Callable[[float], object]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._amount, self._take = amount, take
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        speak()

    def amount(self) -> Amount:
        """Return the number that is shown."""
        return self._amount()

    def take(self, value: float) -> None:
        """Set the number."""
        self._take(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page unless the slider was chosen."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Box(QComboBox):
    """A box to choose from, whose list opens by a click or a key of its own; every other key is the window's."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Qt's own choice measures once, and never again when the type grows.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list: nothing is chosen by a key before it can be seen."""
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in _OPEN or (alt and event.key() in _UP_AND_DOWN):
            self.showPopup()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


def leave_keyboard(root: QWidget) -> None:
    """Let no click on a button inside ``root`` take the keyboard: that is for texts and for views."""
    for control in root.findChildren(QAbstractButton):
        if control.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
