"""One out of a few, all of them in sight."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from explorer.gui.controls.plain import in_menu, teach
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import with_key

_AIR = 7
"""Pixels on each side of a word, beside those that the style sheet leaves, where there is room."""


class Segment(QPushButton):
    """A button with more room around its words or less: told by its style, Qt would look up all of it again each time."""

    def __init__(self, air: int = 2 * _AIR) -> None:
        """Leave ``air`` pixels where there is room."""
        super().__init__()
        self._air, self._tight = air, False
        self.setProperty("segment", True)
        self.setProperty("tight", True)
        self.setCheckable(True)
        # A click leaves the focus alone, so that Space goes on playing.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_tight(self, tight: bool) -> None:
        """Leave less room around the words, or as much as usual."""
        if self._tight != tight:
            self._tight = tight
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room for the words and what is around them."""
        hint = super().sizeHint()
        return hint if self._tight else hint + QSize(self._air, 0)


class Segments(QFrame):
    """Buttons of which one at most is down; ``chosen(name)`` when a person presses one.

    A press alone moves nothing: the button that is down is the one that `set_value` names.
    """

    chosen = Signal(str)

    def __init__(self, labels: Mapping[str, str]) -> None:
        """Offer the buttons ``labels``: their names and what they are called in English."""
        super().__init__()
        self.value = ""
        self._labels = dict(labels)
        self.buttons = {name: Segment() for name in labels}
        self.setProperty("segments", True)
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self._press(name))
            row.addWidget(button)

    def set_value(self, name: str) -> None:
        """Put the button ``name`` down, or none for ""; nobody is told."""
        self.value = name
        for other, button in self.buttons.items():
            button.setChecked(other == name)

    def set_tight(self, tight: bool) -> None:
        """Leave less room around the words, or as much as usual."""
        for button in self.buttons.values():
            button.set_tight(tight)

    def say(self, name: str, label: str) -> None:
        """Call a button ``label``, already translated."""
        self.buttons[name].setText(in_menu(label))
        self.buttons[name].setAccessibleName(label)

    def set_tip(self, name: str, tip: str, key: str) -> None:
        """Give a button a tooltip: ``tip`` already translated, the ``key`` that does the same behind it."""
        teach(self.buttons[name], with_key(tip, key))

    def retranslate(self) -> None:
        """Say the buttons in the language that is now spoken."""
        for name, label in self._labels.items():
            self.say(name, tr(label))

    def _press(self, name: str) -> None:
        self.chosen.emit(name)
        self.set_value(self.value)


def measure_anew(button: QPushButton) -> None:
    """Have a button forget its size, which it keeps in mind until its style is another."""
    QCoreApplication.sendEvent(button, QEvent(QEvent.Type.StyleChange))
