"""A sentence that must not be read over: why something was refused."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.words.i18n import Phrases


class RefusalLine(QFrame):
    """A framed sentence in the colour of what is wrong; ``dismissed()`` when the person puts it away."""

    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.sentence, self._sign, self._close = Label(), Label("!"), QToolButton()
        self.setProperty("refusal", True)
        self._sign.setProperty("sign", True)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close.setText("×")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 3, 1)
        for part, stretch in ((self._sign, 0), (self.sentence, 1), (self._close, 0)):
            row.addWidget(part, stretch)
        self.phrases.add(partial(set_tip, self._close), "Put the sentence away.")
        self.phrases.add(self._close.setAccessibleName, "Put the sentence away.")

    def say(self, text: str) -> None:
        """Show ``text``, or nothing for ""."""
        self.sentence.setText(text)
        set_shown(self, bool(text))
