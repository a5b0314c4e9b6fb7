"""A field with a die beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton

from explorer.gui.controls.composite import Composite
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.number_list import NumberList
from explorer.gui.controls.plain import teach
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.words.i18n import Phrases


class Diced(Composite):
    """A field, and a button that asks for a random value: ``rolled()``."""

    rolled = Signal()
    refused = Signal(object)

    def __init__(self, field: NumberField | NumberList, name: str, tip: str) -> None:
        """Put a die beside ``field``; ``name`` and ``tip`` say in English what it does."""
        super().__init__()
        self.phrases = Phrases()
        self.die = QToolButton()
        self.phrases.add(self.die.setAccessibleName, name)
        self.phrases.add(partial(teach, self.die), tip)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # As high as the field, whatever the type is.
        self.die.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(field, 1)
        row.addWidget(self.die)
        self.named = (field,)
        self.setFocusProxy(field)
        self.die.clicked.connect(self.rolled)
        field.refused.connect(self.refused)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self.phrases.retranslate()
        put_icon(self.die, icon("dice", theme), theme)
