"""What a file leaves open: what was assumed, each choice with what the network hears then."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QRadioButton, QVBoxLayout, QWidget

from explorer.gui.controls.plain import Label, in_menu, teach
from explorer.gui.words.choice_words import choice_label, key_label
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.trial import key_of
from explorer.workspace.models.asked import Assumption
from explorer.workspace.words.sentence import Sentence


class Choices(QFrame):
    """The assumptions that concern a network; ``chosen(assumption, choice)`` when a person takes another choice."""

    chosen = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._shown: tuple[Assumption, ...] = ()
        self.buttons: dict[tuple[str, str], QRadioButton] = {}
        self._effects: dict[tuple[str, str], Label] = {}
        self._groups: list[QButtonGroup] = []

    def show_assumptions(self, assumptions: Sequence[Assumption]) -> None:
        """Show assumptions anew; a choice that has the keyboard keeps it."""
        held = next((key for key, button in self.buttons.items() if button.hasFocus()), None)
        self._clear()
        self._shown = tuple(assumptions)
        before = ""
        for assumption in self._shown:
            # Several of one layer may have the same reason.
            said = assumption.said.said(tr)
            self._column.addWidget(self._told(assumption, "" if said == before else said))
            before = said
        if held in self.buttons:
            self.buttons[held].setFocus()
        self.setVisible(bool(self._shown))

    def tell(self, assumption: Assumption | None, choice: str, said: Sentence) -> None:
        """Say what the network hears with a ``choice`` of an assumption, or with all that are taken."""
        for one in self._shown:
            if assumption is None:
                self._say((key_of(one), one.taken), said)
            elif key_of(one) == key_of(assumption):
                self._say((key_of(one), choice), said)

    def _say(self, key: tuple[str, str], said: Sentence) -> None:
        if key in self._effects:
            text = said.said(tr)
            self._effects[key].setText(text)
            teach(self.buttons[key], text)

    def _clear(self) -> None:
        self.buttons, self._effects, self._groups = {}, {}, []
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _told(self, assumption: Assumption, why: str) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        open_ = tr("{what}:").format(what=what) if (what := key_label(assumption.key)) else ""
        said = Label("\n".join(filter(None, (why, open_))))
        said.setWordWrap(True)
        said.setVisible(bool(said.text()))
        grid.addWidget(said, 0, 0, 1, 2)
        if len(assumption.choices) > 1:
            group = QButtonGroup(part)
            self._groups.append(group)
            for row, choice in enumerate(assumption.choices, start=1):
                self._offer(assumption, choice, group, grid, row)
        return part

    def _offer(self, assumption: Assumption, choice: str, group: QButtonGroup, grid: QGridLayout, row: int) -> None:
        key = (key_of(assumption), choice)
        label = choice_label(choice)
        button, effect = QRadioButton(in_menu(label)), Label("…")
        button.setChecked(choice == assumption.taken)
        button.setAccessibleName(", ".join(filter(None, (key_label(assumption.key), label))))
        button.clicked.connect(partial(self.chosen.emit, assumption, choice))
        effect.setWordWrap(True)
        effect.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        group.addButton(button)
        self.buttons[key], self._effects[key] = button, effect
        grid.addWidget(button, row, 0)
        grid.addWidget(effect, row, 1)
