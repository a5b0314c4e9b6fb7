"""One out of a few, by name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from explorer.gui.i18n import tr


class Choice(QComboBox):
    """A list to choose from; ``chosen(name)`` when a person chooses, also what is chosen already."""

    chosen = Signal(str)

    def __init__(self, labels: Mapping[str, str]) -> None:
        """Offer the entries ``labels``: their names and what they are called in English."""
        super().__init__()
        self._labels = dict(labels)
        for name, label in self._labels.items():
            self.addItem(tr(label), name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    @property
    def value(self) -> str:
        """Return the name of what is chosen; "" for none."""
        return str(self.currentData() or "")

    def set_value(self, name: str) -> None:
        """Show the entry ``name``, or none where there is no such entry; nobody is told."""
        self.setCurrentIndex(self.findData(name))

    def retranslate(self) -> None:
        """Say the entries in the language that is now spoken."""
        for i, label in enumerate(self._labels.values()):
            self.setItemText(i, tr(label))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Heed the wheel only with the focus: a panel that scrolls must not change what it scrolls over."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
