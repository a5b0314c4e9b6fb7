"""One out of a few, by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QStylePainter

from explorer.gui.controls.bare import Box
from explorer.gui.controls.room import fitting
from explorer.gui.words.i18n import tr

_GAP = 4
_LIST_MARGIN = 24
_MOST_IN_SIGHT = 24
_WORD_ENDS = re.compile(r"\s+|(?=（)")


class Choice(Box):
    """A list to choose from; ``chosen(name)`` when a person chooses, also what is chosen already."""

    chosen = Signal(str)

    def __init__(self, labels: Mapping[str, str]) -> None:
        """Offer the entries ``labels``: their names and what they are called in English."""
        super().__init__()
        self._labels = dict(labels)
        for name, label in self._labels.items():
            self.addItem(tr(label), name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(_MOST_IN_SIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    @property
    def value(self) -> str:
        """Return the name of what is chosen; "" for none."""
        return str(self.currentData() or "")

    def set_value(self, name: str) -> None:
        """Show the entry ``name``, or none where there is no such entry; nobody is told."""
        self.setCurrentIndex(self.findData(name))

    def allow(self, names: Collection[str]) -> None:
        """Let only ``names`` be chosen at present."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for i in range(self.count()):
            model.item(i).setEnabled(self.itemData(i) in names)

    def retranslate(self) -> None:
        """Say the entries in the language that is now spoken."""
        for i, label in enumerate(self._labels.values()):
            self.setItemText(i, tr(label))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box; a text that is too long is said in short, in whole words."""
        text = self.currentText() or self.placeholderText()
        paint_box(self, lambda room: fitting(text, self.fontMetrics(), room, *beginnings(text)))

    def showPopup(self) -> None:
        """Open the list as wide as its entries."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + _LIST_MARGIN)
        super().showPopup()


def paint_box(box: QComboBox, said: Callable[[int], str]) -> None:
    """Draw ``box`` with what is ``said`` in so many pixels."""
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    painter = QStylePainter(box)
    painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, box)
    picture = 0 if box.itemIcon(box.currentIndex()).isNull() else box.iconSize().width() + _GAP
    option.currentText = said(room.width() - picture - _GAP)
    painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
    painter.end()


def beginnings(text: str) -> list[str]:
    """Return ``text`` without its last word, its last two, …; Chinese has an end of a word before a bracket, too."""
    return [kept for end in reversed([*_WORD_ENDS.finditer(text)]) if (kept := text[: end.start()].rstrip())]
