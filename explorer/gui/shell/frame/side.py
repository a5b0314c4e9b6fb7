"""A side of the window: panels that share one place, with tabs to choose between them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from explorer.gui.controls.bare import tab_on
from explorer.gui.words.i18n import tr


class Side(QWidget):
    """Shows one of several panels under a row of tabs; ``chosen(index)`` when the person takes another.

    ``wanted()`` when a person is led to it.
    """

    chosen = Signal(int)
    wanted = Signal()

    def __init__(self, panels: Sequence[tuple[str, str, QWidget | None]]) -> None:
        """Begin with ``panels``: each a title and a tip in English, and the panel itself; None is to be filled in."""
        super().__init__()
        self.tabs, self._pages = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(True)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setUsesScrollButtons(False)
        self._titles = [(title, tip) for title, tip, _ in panels]
        for _, _, panel in panels:
            self.tabs.addTab("")
            self._pages.addWidget(panel or QWidget())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.tabs.currentChanged.connect(self.chosen)

    def fill(self, index: int, panel: QWidget) -> None:
        """Put ``panel`` into the place that was kept for it."""
        empty = self._pages.widget(index)
        assert empty is not None
        self._pages.insertWidget(index, panel)
        self._pages.removeWidget(empty)
        empty.deleteLater()
        self._pages.setCurrentIndex(self.tabs.currentIndex())
        tab_on(self.tabs, panel)

    @property
    def shown(self) -> QWidget | None:
        """Return the panel that is in front; None without any."""
        return self._pages.currentWidget()

    @property
    def subject(self) -> str:
        """Return the names of all its panels."""
        return " · ".join(tr(title) for title, _ in self._titles)

    def show_panel(self, part: QWidget) -> None:
        """Bring the panel that ``part`` is, or belongs to, to the front, where it is one of these."""
        for i in range(self._pages.count()):
            panel = self._pages.widget(i)
            if panel is part or (panel is not None and panel.isAncestorOf(part)):
                self.tabs.setCurrentIndex(i)

    def sizeHint(self) -> QSize:
        """Return the width that the widest panel wants."""
        return self._pages.sizeHint()

    def dress(self) -> None:
        """Say the titles in the language that is now spoken."""
        for i, (title, tip) in enumerate(self._titles):
            self.tabs.setTabText(i, tr(title))
            self.tabs.setTabToolTip(i, tr(tip))
