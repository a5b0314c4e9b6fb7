"""The first rows of a table, with a tick at each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem

from explorer.gui.controls.plain import teach
from explorer.gui.plot.theme import Theme
from explorer.workspace.feed.separated import Row

_TICK = 4.5
"""Times the size of the type: what the tick and the margins take beside a column's name."""
_WIDEST = 320


class Preview(QTableWidget):
    """Names of columns, each with a tick, above rows with their numbers; ``ticked()`` when a person changes a tick."""

    ticked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.horizontalHeader().hide()
        # Tab goes on to the next control, arrows go through the ticks.
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(self.ticked)

    def dress(self, theme: Theme) -> None:
        """Take on another theme."""
        self._theme = theme
        self.setStyleSheet(_ticks(theme))

    def fill(self, names: Sequence[str], rows: Sequence[Row], ticks: Sequence[bool]) -> None:
        """Show the columns ``names`` with their ``ticks`` and the beginning of their ``rows``."""
        before = self.blockSignals(True)
        self.clear()
        self.setRowCount(1 + len(rows))
        self.setColumnCount(len(names))
        self.setVerticalHeaderLabels(["", *(str(row.number) for row in rows)])
        for i, name in enumerate(names):
            self.setItem(0, i, _tick(name, ticks[i]))
            for j, row in enumerate(rows, start=1):
                self.setItem(j, i, _cell(row.cells[i]))
        self.blockSignals(before)
        self.setCurrentCell(0, min(max(self.currentColumn(), 0), len(names) - 1))
        self.widen()
        self._show_whole_rows()

    def minimumSizeHint(self) -> QSize:
        """Return the room for the ticks and one row."""
        return QSize(super().minimumSizeHint().width(), self._height(2))

    def sizeHint(self) -> QSize:
        """Return the room for all rows."""
        return QSize(super().sizeHint().width(), self._height(self.rowCount()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many rows as there is room for."""
        super().resizeEvent(event)
        self._show_whole_rows()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Stay in the row of ticks: nothing else is to be chosen."""
        return self.model().index(0, super().moveCursor(action, modifiers).column())

    def explain(self, reasons: Mapping[int, str]) -> None:
        """Say where a person points at a column why it can't be read."""
        before = self.blockSignals(True)
        for i, reason in reasons.items():
            for j in range(self.rowCount()):
                cell = self.item(j, i)
                if cell is not None:
                    teach(cell, reason)
        self.blockSignals(before)

    def is_ticked(self, column: int) -> bool:
        """Return whether a column is to be taken."""
        item = self.item(0, column)
        return item is not None and item.checkState() == Qt.CheckState.Checked

    def columns(self) -> tuple[int, ...]:
        """Return the columns that are ticked."""
        return tuple(i for i in range(self.columnCount()) if self.is_ticked(i))

    def widen(self) -> None:
        """Give each column the width of its name, as long as that is not out of all proportion."""
        self.resizeColumnsToContents()
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        for i in range(self.columnCount()):
            title = self.item(0, i)
            name = metrics.horizontalAdvance(title.text()) if title is not None else 0
            wanted = name + round(_TICK * self._theme.font_size)
            self.setColumnWidth(i, min(max(wanted, self.columnWidth(i)), _WIDEST))

    def _height(self, rows: int) -> int:
        bar = self.horizontalScrollBar().sizeHint().height()
        return sum(map(self._row_height, range(min(rows, self.rowCount())))) + bar + 2 * self.frameWidth()

    def _row_height(self, row: int) -> int:
        """Return the height of a row, also of a hidden one, which has none for Qt."""
        return self.verticalHeader().defaultSectionSize() if self.isRowHidden(row) else self.rowHeight(row)

    def _show_whole_rows(self) -> None:
        """Hide the rows that have no room: nothing scrolls, so that the ticks stay where they are."""
        left = self.viewport().height()
        for i in range(self.rowCount()):
            left -= self._row_height(i)
            self.setRowHidden(i, i > 0 and left < 0)


def _ticks(theme: Theme) -> str:
    """Return the style of the ticks in the table, like that of every other check box."""
    side = round(1.4 * theme.font_size)
    return (
        f"QTableView::indicator {{ width: {side}px; height: {side}px; border: 1px solid {theme.muted};"
        f" border-radius: 4px; background: {theme.card}; }}"
        f"QTableView::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent};"
        f" image: url(gradientflow:check.svg); }}"
    )


def _tick(name: str, take: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(name)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked if take else Qt.CheckState.Unchecked)
    font = item.font()
    font.setBold(True)
    item.setFont(font)
    return item


def _cell(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item
