"""The badge of trust: a button that asks for a check, and then says what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from explorer.gui.controls.plain import set_tip
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.lags.text import SIGNS, VERDICTS, trust_words
from explorer.gui.words.i18n import Phrases, language, tr
from explorer.workspace.looks.trust import Trust


class TrustBadge(QToolButton):
    """Says “Check”, while it is checked “checking …”, then the verdict with its sign; a press checks again.

    Once the gradient has become another, it is grey and says “not checked”.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._trust: Trust | None = None
        self._busy, self._stale = False, False
        self._theme = theme
        self.phrases.add(self.setAccessibleName, "Check the gradient")
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self._theme = theme
        self.setFont(font(theme, language(), 0.86))
        self.phrases.retranslate()
        self._show()

    def present(self, trust: Trust | None, busy: bool) -> None:
        """Show what is known of the present gradient: nothing, that it is being worked out, or the verdict."""
        if (trust, busy) != (self._trust, self._busy):
            known = trust is not None or busy
            self._stale = not known and (self._stale or self._busy or self._trust is not None)
            self._trust, self._busy = trust, busy
            self._show()

    def _show(self) -> None:
        trust, theme = self._trust, self._theme
        if trust is None:
            text = tr("checking …") if self._busy else tr("not checked") if self._stale else tr("Check")
            colour = theme.muted if self._stale else theme.text
        else:
            text = f"{SIGNS[trust.verdict]} {tr(VERDICTS[trust.verdict])}" + (" …" if self._busy else "")
            colours = {"agrees": theme.positive, "doubtful": theme.trend, "differs": theme.bound}
            colour = colours.get(trust.verdict, theme.muted)
        self.setText(text)
        set_tip(self, trust_words(trust))
        self.setAccessibleDescription(text + "\n" + trust_words(trust))
        self.setStyleSheet(f"QToolButton {{ padding: 0 7px; min-height: 0; color: {colour}; }}")
