"""Which of several networks is shown alone, and the way back to all of them side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from explorer.gui.controls.bare import tab_on
from explorer.gui.controls.plain import in_menu, set_tip
from explorer.gui.plot.theme import Theme
from explorer.gui.words.cell_words import called
from explorer.gui.words.i18n import Phrases, mark, tr
from explorer.workspace.exploration.beside import alone
from explorer.workspace.exploration.differences import names
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture


class Switcher(QWidget):
    """A button for each network of an exploration and one for all side by side; hidden where there is only one."""

    edited = Signal(Gesture)

    def __init__(self, beside: QAction) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._exploration: Exploration | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.beside = QToolButton()
        self.beside.setDefaultAction(beside)
        self.beside.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.beside.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.buttons: list[QPushButton] = []
        self._row.addWidget(self.beside)
        self._row.addStretch(1)
        self.phrases.add(self.setAccessibleName, mark("Networks"))
        self.hide()

    def present(self, exploration: Exploration) -> None:
        """Offer the networks of ``exploration``."""
        self._exploration = exploration
        several = len(exploration.networks) > 1 and exploration.stage == "alone"
        self.setVisible(several)
        if several:
            self._offer(exploration)

    def dress(self, _: Theme) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()
        if self._exploration is not None:
            self.present(self._exploration)

    def _offer(self, exploration: Exploration) -> None:
        said = [name.said(tr) for name in names(exploration.networks, called)]
        while len(self.buttons) < len(said):
            self.buttons.append(self._made(len(self.buttons)))
        for i, button in enumerate(self.buttons):
            button.setVisible(i < len(said))
            if i < len(said):
                button.setText(in_menu(said[i]))
                button.setAccessibleName(said[i])
                set_tip(
                    button, tr("Show this network alone, with all its views and controls: {name}").format(name=said[i])
                )
                button.setChecked(i == exploration.active)

    def _made(self, index: int) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        button.setProperty("segment", True)
        button.setProperty("tight", True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._choose, index))
        self._row.insertWidget(1 + index, button)
        tab_on(self.buttons[-1] if self.buttons else self.beside, button)
        return button

    def _choose(self, index: int, _: bool = False) -> None:
        if self._exploration is not None:
            self.buttons[index].setChecked(index == self._exploration.active)
        self.edited.emit(Gesture.of(mark("Show another network"), alone, index=index))
