"""What stands in the place of the lags where there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.stillness import set_shown
from explorer.gui.words.i18n import say, tr


class Empty(QWidget):
    """A ``message`` that says why there are no lags, and a ``link`` that leads to some where nothing is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.message, self.link = Label(), QPushButton()
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tone(self.message, "muted")
        self.link.setProperty("flat", True)
        self.link.setStyleSheet(
            "QPushButton { color: palette(highlight); text-decoration: underline; padding: 4px 0; }"
        )
        self.link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def say(self, refusal: Refusal | None, gradient: str) -> None:
        """Say what was refused, or else that no loss has been asked about yet and that a ``gradient`` asks about one."""
        set_shown(self.link, refusal is None)
        self.link.setText(tr("Show {gradient} on the flow map").format(gradient=gradient))
        tip = tr("The map then shows the terms of {gradient}, and this card which lags they come from.")
        set_tip(self.link, tip.format(gradient=gradient))
        advice = tr("No loss is asked about yet: choose {gradient} above the flow map, or a task to be learnt.")
        self.message.setText(advice.format(gradient=gradient) if refusal is None else say(refusal))
