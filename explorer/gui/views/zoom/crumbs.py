"""The way from the map to where one is, step by step: each is a button that leads back to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui.controls.plain import Label, in_menu, teach
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import language, tr

_MOST = 6


class Crumbs(QWidget):
    """``gone_back(count)``: a person wants to go back by so many steps."""

    gone_back = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("pictured", True)
        self.buttons = [QPushButton() for _ in range(_MOST)]
        self._between = [Label("›") for _ in range(_MOST - 1)]
        self._count = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for i, button in enumerate(self.buttons):
            button.setProperty("flat", True)
            button.setProperty("pictured", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._press, i))
            if i:
                self._between[i - 1].setProperty("muted", True)
                row.addWidget(self._between[i - 1])
            row.addWidget(button)
        row.addStretch(1)

    def present(self, names: Sequence[str]) -> None:
        """Show the way: the last of ``names`` is where one is."""
        self._count = len(names)
        for i, button in enumerate(self.buttons):
            shown = i < len(names)
            button.setVisible(shown)
            if i:
                self._between[i - 1].setVisible(shown)
            if shown:
                here = i == len(names) - 1
                button.setText(in_menu(names[i]))
                button.setAccessibleName(names[i])
                button.setEnabled(not here)
                teach(button, "" if here else tr("Back to {place}").format(place=names[i]))

    def dress(self, theme: Theme) -> None:
        """Take on a theme."""
        face = font(theme, language(), 1.1)
        for part in (*self.buttons, *self._between):
            part.setFont(face)
        sheet = f"QPushButton {{ padding: 1px 5px; min-height: 0; }} QPushButton:disabled {{ color: {theme.text}; }}"
        self.setStyleSheet(sheet)

    def _press(self, i: int) -> None:
        self.gone_back.emit(self._count - 1 - i)
