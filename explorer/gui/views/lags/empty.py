"""What stands in the place of the lags where there are none."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.stillness import set_shown
from explorer.gui.words.i18n import Phrases, say, tr


class Empty(QWidget):
    """A ``message`` that says why there are no lags, and a ``link`` that leads to some where nothing is wrong."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.phrases = phrases
        self.message, self.link = Label(), QPushButton()
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tone(self.message, "muted")
        self.link.setProperty("flat", True)
        self.link.setStyleSheet(
            "QPushButton { color: palette(highlight); text-decoration: underline; padding: 4px 0; }"
        )
        self.link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.phrases.add(self.link.setText, "Show ∂L/∂W on the flow map")
        self.phrases.add(
            partial(set_tip, self.link),
            "The map then shows the terms of ∂L/∂W, and this card which lags they come from.",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def say(self, refusal: Refusal | None) -> None:
        """Say what was refused, or else that no loss has been asked about yet."""
        set_shown(self.link, refusal is None)
        self.message.setText(
            say(refusal)
            if refusal is not None
            else tr("No loss is asked about yet: choose ∂L/∂W above the flow map, or a task to be learnt.")
        )
