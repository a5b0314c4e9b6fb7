"""The last segment of what the map shows: the gradients of biases and of single weights, in a menu."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from explorer.gui.controls.plain import in_menu
from explorer.gui.core.quantities import SYMBOLS, symbol

_MORE = "…"


class OtherWeights(QPushButton):
    """Names what is chosen where no other segment does; ``chosen(quantity)`` when a person takes one from the menu."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(_MORE)
        self._offered: Mapping[str, tuple[str, ...]] = {}
        self._quantity = ""
        self.setCheckable(True)
        self.setProperty("segment", True)
        self.setProperty("opens", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)
        self.menu().aboutToHide.connect(lambda: self.present(self._quantity))

    def offer(self, names: Mapping[str, tuple[str, ...]]) -> None:
        """Offer what stands under these families of weights."""
        self._offered = names
        self.setEnabled(bool(names))

    def present(self, quantity: str) -> None:
        """Name the ``quantity`` on the map, unless another segment does."""
        self._quantity = quantity
        here = quantity not in SYMBOLS
        self.setText(in_menu(symbol(quantity)) if here else _MORE)
        self.setChecked(here)

    def _fill(self) -> None:
        """Offer each weight under those of its family."""
        menu, group = self.menu(), QActionGroup(self.menu())
        menu.clear()
        for names in self._offered.values():
            menu.addSeparator()
            for name in names:
                action = menu.addAction(in_menu(symbol(name)))
                action.setObjectName(name)
                action.setCheckable(True)
                action.setChecked(name == self._quantity)
                group.addAction(action)
                action.triggered.connect(partial(self._take, name))

    def _take(self, name: str, _: bool = False) -> None:
        self.chosen.emit(name)
