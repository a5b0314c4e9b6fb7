"""The switch between the two norms that the flow map can show."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy

from explorer.gui.controls.plain import set_tip
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import Phrases, language, mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.words.glossary import glossary


class NormSwitch(QFrame):
    """Two buttons, RMS and spectral; ``edited`` as a view's."""

    edited = Signal(Gesture)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.rms, self.spectral = QPushButton(), QPushButton()
        self.setProperty("segments", True)
        self.setStyleSheet('QPushButton[segment="true"] { padding: 1px 9px; min-height: 0; }')
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row, group = QHBoxLayout(self), QButtonGroup(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for button, norm in ((self.rms, "rms"), (self.spectral, "spectral")):
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.clicked.connect(lambda _=False, norm=norm: self._choose(norm))
            group.addButton(button)
            row.addWidget(button)
        self._name()

    def present(self, norm: str, spectral: bool) -> None:
        """Show which norm is on the map, and whether there is the spectral one: it is not estimated."""
        self.spectral.setEnabled(spectral)
        (self.spectral if norm == "spectral" else self.rms).setChecked(True)

    def dress(self, theme: Theme) -> None:
        """Take on a theme or the language."""
        for button in (self.rms, self.spectral):
            button.setFont(font(theme, language(), 0.86))
        self.phrases.retranslate()
        self._explain()

    def _choose(self, norm: str) -> None:
        self.edited.emit(Gesture.of(mark("Choose the norm of the gradient flow"), Exploration.with_lens, norm=norm))

    def _name(self) -> None:
        self.phrases.add(self.setAccessibleName, "Norm of the gradient flow")
        self.phrases.add(self.rms.setText, "RMS")
        self.phrases.add(self.rms.setAccessibleName, "Root-mean-square gain")
        self.phrases.add(self.spectral.setText, "spectral")
        self.phrases.add(self.spectral.setAccessibleName, "Spectral norm")
        self._explain()

    def _explain(self) -> None:
        bound = tr("The bound holds for this one. It takes longer to compute.")
        set_tip(self.rms, "\n".join((_explained("rms"), _explained("width"))))
        set_tip(self.spectral, "\n".join((_explained("spectral"), bound)))


def _explained(name: str) -> str:
    """Return a term of the glossary, its symbol and its meaning, as one line."""
    term, code = glossary()[name], language()
    word = f"{term.titles[code]} {term.symbol}".rstrip()
    return tr("{word}: {meaning}").format(word=word, meaning=term.meaning[code])
