"""A side of the window: panels that share one place, with tabs to choose between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from explorer.gui.controls.bare import tab_into
from explorer.gui.words.i18n import tr


class Side(QWidget):
    """Shows one of several panels under a row of tabs; ``chosen(index)`` when the person takes another.

    ``wanted()`` when a person is led to it.
    """

    chosen = Signal(int)
    wanted = Signal()

    def __init__(self, panels: Sequence[tuple[str, str]]) -> None:
        """Begin with ``panels``: each a title and a tip in English; the panel itself is filled in when it is made."""
        super().__init__()
        self.tabs, self._pages = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(True)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setUsesScrollButtons(False)
        self._titles = panels
        self._tops: dict[int, Callable[[], None]] = {}
        for _ in panels:
            self.tabs.addTab("")
            self._pages.addWidget(QWidget())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.tabs.currentChanged.connect(self.chosen)

    def fill(self, index: int, panel: QWidget, show_top: Callable[[], None]) -> None:
        """Put ``panel``, whose beginning ``show_top()`` brings into sight, into the place that was kept for it."""
        self._tops[index] = show_top
        empty = self._pages.widget(index)
        assert empty is not None
        self._pages.insertWidget(index, panel)
        self._pages.removeWidget(empty)
        empty.deleteLater()
        self._pages.setCurrentIndex(self.tabs.currentIndex())
        tab_into(self.tabs, panel)

    def begin(self, index: int) -> None:
        """Bring a panel to the front, from its top, which one that is yet to be made shows first."""
        if index in self._tops:
            self._tops[index]()
        self.tabs.setCurrentIndex(index)

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
