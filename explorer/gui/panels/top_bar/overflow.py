"""The button that holds what a row has no room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

Fill = Callable[[QMenu], object]


class Overflow(QToolButton):
    """“»”: opens a menu of what is hidden at present, made anew each time; there only while something is hidden."""

    def __init__(self) -> None:
        super().__init__()
        self._fills: Sequence[Fill] = ()
        self.setText("»")
        self.setAutoRaise(True)
        self.setProperty("overflow", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def hold(self, fills: Sequence[Fill]) -> None:
        """Offer what ``fills`` put into the menu, one after the other, with lines between them."""
        self._fills = tuple(fills)
        self.setVisible(bool(fills))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for child in menu.findChildren(QWidget):
            child.deleteLater()
        for i, fill in enumerate(self._fills):
            if i:
                menu.addSeparator()
            fill(menu)
