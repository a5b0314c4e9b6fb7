"""A field for the name of a weight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from explorer.engine import Network
from explorer.engine.errors import BadNetwork
from explorer.engine.looks.plane import WeightPlace
from explorer.gui.controls.plain import set_tip
from explorer.gui.words.i18n import listed, say, tr
from explorer.workspace.looks.weight_names import examples, find_weight, stored, weight_name

_LETTERS = 7


class WeightField(QLineEdit):
    """Holds the name of a weight; ``chosen(weight)`` when another one was typed."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._network: Network | None = None
        self._weight: WeightPlace | None = None
        self.editingFinished.connect(self._take)

    def show_weight(self, network: Network, weight: WeightPlace) -> None:
        """Show the name of ``weight``, unless another is being typed."""
        self._network, self._weight = network, weight
        if not self.isModified():
            self._say(weight)

    def dress(self) -> None:
        """Take on the type and the language."""
        wide = self.fontMetrics().horizontalAdvance("0" * _LETTERS) + 16
        self.setMaximumWidth(wide)
        self.setMinimumWidth(wide // 2)
        self._mark_wrong("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring the last name back at Esc."""
        if event.key() == Qt.Key.Key_Escape and self._weight is not None:
            self._say(self._weight)
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        if self._network is None or not self.isModified():
            return
        try:
            weight = find_weight(self._network, self.text())
        except BadNetwork as refusal:
            self._mark_wrong(say(refusal))
            return
        self._say(weight)
        if weight != self._weight:
            self.chosen.emit(weight)

    def _say(self, weight: WeightPlace) -> None:
        assert self._network is not None
        there = any(place.holds(weight) for place in stored(self._network).values())
        self.setText(weight_name(self._network, weight) if there else "")
        self._mark_wrong("")

    def _mark_wrong(self, why: str) -> None:
        set_tip(self, why or self._usual_tip())
        if bool(why) == bool(self.property("wrong")):
            return
        self.setProperty("wrong", bool(why))
        self.style().unpolish(self)
        self.style().polish(self)

    def _usual_tip(self) -> str:
        names = listed(examples(self._network)) if self._network is not None else "W[0,0]"
        return tr("The name of a weight, counted from 0: {examples}").format(examples=names)
