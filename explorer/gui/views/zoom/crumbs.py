"""The way from the map to where one is, step by step: each is a button that leads back to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui.controls.plain import Label, in_menu, set_tone, teach
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import language, tr

_MOST = 5


class Crumbs(QWidget):
    """Holds ``buttons`` that lead back, and ``here``, the name of where one is.

    ``gone_back(count)``: a person wants to go back by so many steps.
    """

    gone_back = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = [QPushButton() for _ in range(_MOST)]
        self._between = [Label("›") for _ in range(_MOST)]
        self.here = Label()
        self._count = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for i, (button, between) in enumerate(zip(self.buttons, self._between, strict=True)):
            button.setProperty("flat", True)
            button.setProperty("pictured", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setStyleSheet("padding: 1px 5px; min-height: 0;")
            button.clicked.connect(partial(self._press, i))
            set_tone(between, "muted")
            row.addWidget(button)
            row.addWidget(between)
        row.addWidget(self.here, 1)

    def present(self, names: Sequence[str]) -> None:
        """Show the way: the last of ``names`` is where one is."""
        *before, here = names
        self._count = len(before)
        for i, (button, between) in enumerate(zip(self.buttons, self._between, strict=True)):
            shown = i < len(before)
            button.setVisible(shown)
            between.setVisible(shown)
            if shown:
                button.setText(in_menu(before[i]))
                button.setAccessibleName(before[i])
                teach(button, tr("Back to {place}").format(place=before[i]))
        self.here.setText(here)

    def dress(self, theme: Theme) -> None:
        """Take on a theme."""
        face = font(theme, language(), 1.1)
        for part in (*self.buttons, *self._between):
            part.setFont(face)
        face.setBold(True)
        self.here.setFont(face)

    def _press(self, i: int) -> None:
        self.gone_back.emit(self._count - i)
