"""What to take from a CSV file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.errors import BadExploration, Refusal
from explorer.gui.i18n import Phrases, mark, say
from explorer.gui.panels.choice import Choice
from explorer.gui.panels.number_field import parse_number
from explorer.gui.panels.sources import size_of
from explorer.gui.plain import Label, teach
from explorer.gui.theme import Theme
from explorer.workspace.exploration import MOST_COLUMNS, Numbers
from explorer.workspace.table import Table
from explorer.workspace.tables import csv_columns, read_csv

_HEADERS = {
    "auto": mark("names, if none is a number"),
    "yes": mark("names of the columns"),
    "no": mark("numbers already"),
}
_MOST_EXPLAINED, _MOST_TOLD = 24, 3
_MOST_READ = 4_000_000
"""Bytes: a large file is not read once for each column that no one may want."""
_TICK = 4.5
"""Times the size of the type: what the tick and the margins take beside a column's name."""
_WIDEST = 320
_HEADER_OF = {"auto": None, "yes": True, "no": False}


class CsvDialog(QDialog):
    """Shows the first rows of a file and lets a person choose columns; ``chosen(numbers)`` when they agree."""

    chosen = Signal(object)

    INTRO = mark("Tick the columns to feed to the network; each row is one step.")
    AGREE = mark("Use these numbers")

    def __init__(self, path: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phrases = Phrases()
        self._path = path
        self._theme = theme
        self._numbers: Numbers | None = None
        self._reasons: dict[int, str] = {}
        self.header, self.table = Choice(_HEADERS), QTableWidget()
        self.message, self.accept_button, self._cancel = Label(), QPushButton(), QPushButton()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._build()
        self._say()
        self.header.chosen.connect(self._look)
        self.table.itemChanged.connect(self._read)
        self.accept_button.clicked.connect(self._agree)
        self._cancel.clicked.connect(self.reject)
        self.resize(round(52 * theme.font_size), round(38 * theme.font_size))
        self.dress(theme)
        self._look()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._theme = theme
        self.phrases.retranslate()
        self.header.retranslate()
        self.table.setStyleSheet(_ticks(theme))
        self._tell(self.message.text(), wrong=self._numbers is None)

    def more(self) -> QHBoxLayout:
        """Return what else is to be chosen: nothing, for a dialog that asks for more to fill in."""
        return QHBoxLayout()

    def offer(self, numbers: Numbers) -> str:  # noqa: ARG002 - for a dialog that asks for more to fill in
        """Offer what may be chosen of ``numbers``, the columns that are ticked; a refusal of them is told.

        Return in words what becomes of them, "" where that goes without saying.
        """
        return ""

    def showEvent(self, event: QShowEvent) -> None:
        """Size the columns, now that the type is known."""
        super().showEvent(event)
        self._widen()

    def _build(self) -> None:
        self._first_row = Label()
        self._first_row.setBuddy(self.header)
        self._intro = Label()
        self._intro.setWordWrap(True)
        first = QHBoxLayout()
        first.addWidget(self._first_row)
        first.addWidget(self.header, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.accept_button)
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self.message.setWordWrap(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for part in (self._intro, first, self.table, self.more(), self.message, buttons):
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)

    def _say(self) -> None:
        self.setWindowTitle(self._path.name)
        self.phrases.add(self._intro.setText, self.INTRO)
        self.phrases.add(self._first_row.setText, mark("The &first row holds"))
        self.phrases.add(self.header.setAccessibleName, mark("First row"))
        self.phrases.add(
            partial(teach, self.header), mark("Whether the file begins with the names of its columns or with numbers.")
        )
        self.phrases.add(self.table.setAccessibleName, mark("First rows of the file"))
        self.phrases.add(self.accept_button.setText, self.AGREE)
        self.phrases.add(self._cancel.setText, mark("Cancel"))

    def _look(self) -> None:
        """Show what the file offers."""
        try:
            table = csv_columns(self._path, _HEADER_OF[self.header.value])
        except Refusal as refusal:
            self._refuse(refusal)
            return
        before = self.table.blockSignals(True)
        self._fill(table)
        self.table.blockSignals(before)
        self._read()

    def _fill(self, table: Table) -> None:
        self.table.clear()
        self.table.setRowCount(1 + len(table.preview))
        self.table.setColumnCount(len(table.names))
        numeric = [all(_is_number(row[i]) for row in table.preview) for i in range(len(table.names))]
        wanted = numeric if any(numeric) else [True] * len(numeric)
        left = MOST_COLUMNS
        for i, name in enumerate(table.names):
            take = wanted[i] and left > 0
            left -= take
            self.table.setItem(0, i, _tick(name, take))
            for j, row in enumerate(table.preview, start=1):
                self.table.setItem(j, i, _cell(row[i]))
        self._explain([i for i, fine in enumerate(numeric) if not fine])
        self._widen()

    def _read(self) -> None:
        """Read the ticked columns, and say how much that is or what is wrong."""
        columns = tuple(i for i in range(self.table.columnCount()) if self._is_ticked(i))
        try:
            if not columns:
                raise BadExploration("No column is chosen: tick at least one.")
            self._numbers = read_csv(self._path, columns, _HEADER_OF[self.header.value])
            goal = self.offer(self._numbers)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        size = size_of(len(self._numbers.rows), len(columns))
        self._tell("\n".join(filter(None, (goal, size, *self._told_columns(columns)))), wrong=False)

    def _told_columns(self, ticked: tuple[int, ...]) -> list[str]:
        """Return why columns that are not ticked can't be read, a few of them."""
        reasons = [reason for i, reason in self._reasons.items() if i not in ticked]
        return reasons[:_MOST_TOLD] + ["…"] * (len(reasons) > _MOST_TOLD)

    def _explain(self, refused: list[int]) -> None:
        """Find out why the columns ``refused`` can't be read, and say so where a person points at them."""
        budget = _MOST_READ // max(1, self._path.stat().st_size)
        self._reasons = {}
        for i in refused[: min(budget, _MOST_EXPLAINED)]:
            try:
                read_csv(self._path, (i,), _HEADER_OF[self.header.value])
            except Refusal as refusal:
                self._reasons[i] = say(refusal)
        for i, reason in self._reasons.items():
            for j in range(self.table.rowCount()):
                _teach_cell(self.table.item(j, i), reason)

    def _widen(self) -> None:
        """Give each column the width of its name, as long as that is not out of all proportion."""
        self.table.resizeColumnsToContents()
        bold = self.table.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        for i in range(self.table.columnCount()):
            title = self.table.item(0, i)
            name = metrics.horizontalAdvance(title.text()) if title is not None else 0
            wanted = name + round(_TICK * self._theme.font_size)
            self.table.setColumnWidth(i, min(max(wanted, self.table.columnWidth(i)), _WIDEST))

    def _is_ticked(self, column: int) -> bool:
        item = self.table.item(0, column)
        return item is not None and item.checkState() == Qt.CheckState.Checked

    def _refuse(self, refusal: Refusal) -> None:
        self._numbers = None
        self._tell(say(refusal), wrong=True)

    def _tell(self, text: str, wrong: bool) -> None:
        self.message.setText(text)
        self.message.setProperty("wrong", wrong)
        colours = QPalette(self.message.palette())
        colours.setColor(QPalette.ColorRole.WindowText, QColor(self._theme.bound if wrong else self._theme.muted))
        self.message.setPalette(colours)
        self.accept_button.setEnabled(not wrong)

    def _agree(self) -> None:
        if self._numbers is not None:
            self.chosen.emit(self._numbers)
            self.accept()


def _ticks(theme: Theme) -> str:
    """Return the style of the ticks in the table, like that of every other check box."""
    side = round(1.4 * theme.font_size)
    ink = "paper" if QColor(theme.accent_text).lightness() > 127 else "ink"
    return (
        f"QTableView::indicator {{ width: {side}px; height: {side}px; border: 1px solid {theme.muted};"
        f" border-radius: 4px; background: {theme.card}; }}"
        f"QTableView::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent};"
        f" image: url(gradientflow:check-{ink}.svg); }}"
    )


def _tick(name: str, take: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(name)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked if take else Qt.CheckState.Unchecked)
    font = item.font()
    font.setBold(True)
    item.setFont(font)
    return item


def _teach_cell(item: QTableWidgetItem | None, text: str) -> None:
    """Give a cell a tooltip that is broken into lines."""
    if item is not None:
        teach(item, text)


def _cell(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except BadExploration:
        return False
    return True
