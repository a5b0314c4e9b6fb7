"""What is known of how far the gradient can be trusted, and beside it the button that asks for a check."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.lags.text import SIGNS, VERDICTS, trust_words
from explorer.gui.words.i18n import Phrases, language, mark, tr
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.trust import Trust

_GAP = 6


class TrustBadge(QWidget):
    """Says beside its button “checking …”, then the verdict with its sign, and “not checked” once the gradient is another.

    ``asked()``: the button was pressed, which checks, and checks again.
    """

    asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.state, self.button = Label(), QPushButton()
        self._trust: Trust | None = None
        self._judged: Judged | None = None
        self._busy, self._stale = False, False
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.state)
        row.addWidget(self.button)
        self.button.setAutoDefault(False)
        self.button.setStyleSheet("QPushButton { padding: 0 8px; min-height: 0; }")
        self.button.clicked.connect(self.asked)
        self.phrases.add(self.button.setText, mark("Check"))
        self.phrases.add(self.button.setAccessibleName, "Check the gradient")
        self.setFocusProxy(self.button)
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self._theme = theme
        for part in (self.state, self.button):
            part.setFont(font(theme, language(), 0.86))
        self.phrases.retranslate()
        self._show()

    def present(self, trust: Trust | None, busy: bool, judged: Judged | None) -> None:
        """Show what is known of the gradient that is ``judged``: nothing, that it is being worked out, or the verdict."""
        self._judged = judged
        if (trust, busy) != (self._trust, self._busy):
            known = trust is not None or busy
            self._stale = not known and (self._stale or self._busy or self._trust is not None)
            self._trust, self._busy = trust, busy
            self._show()

    def _show(self) -> None:
        trust, theme = self._trust, self._theme
        if trust is None:
            text = tr("checking …") if self._busy else tr("not checked") if self._stale else ""
            colour = theme.muted
        else:
            text = f"{SIGNS[trust.verdict]} {tr(VERDICTS[trust.verdict])}" + (" …" if self._busy else "")
            colours = {"agrees": theme.positive, "doubtful": theme.trend, "differs": theme.bound}
            colour = colours.get(trust.verdict, theme.muted)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        told = trust_words(trust, self._judged)
        for part in (self.state, self.button):
            set_tip(part, told)
        self.button.setAccessibleDescription("\n".join(filter(None, (text, told))))
        look = QPalette(self.state.palette())
        look.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.state.setPalette(look)
