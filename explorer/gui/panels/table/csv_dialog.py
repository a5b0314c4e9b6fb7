"""What to take from a CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import accumulate
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.engine.errors import BadExploration, Refusal
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.composite import mark_wrong
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import Label, in_title, teach
from explorer.gui.panels.sources import size_of
from explorer.gui.panels.table.csv_preview import Preview
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, mark, say, tr
from explorer.workspace.exploration.exploration import MOST_COLUMNS, MOST_STEPS, Numbers
from explorer.workspace.feed.cells import Decimal
from explorer.workspace.feed.table import Excerpt, Extract, Table
from explorer.workspace.feed.tables import read_table

_HEADERS = {
    "auto": mark("names, if none is a number"),
    "yes": mark("names of the columns"),
    "no": mark("numbers already"),
}
_HEADER_OF = {"auto": None, "yes": True, "no": False}
_DECIMALS = {
    "auto": mark("as the numbers show"),
    "point": mark("a point: 1,234.5"),
    "comma": mark("a comma: 1.234,5"),
}
_DECIMAL_OF: dict[str, Decimal | None] = {"auto": None, "point": "point", "comma": "comma"}
_MOST_TOLD = 3
_PREVIEW = 5
_FRAME = 60
"""Pixels: what the system puts around a window."""


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
        self._found: Table | None = None
        self._numbers: Numbers | None = None
        self._reasons: Mapping[int, Refusal] = {}
        self.header, self.decimal, self.table = Choice(_HEADERS), Choice(_DECIMALS), Preview(theme)
        self.first, self.last = NumberField(0), NumberField(0)
        self.message, self.accept_button, self._cancel = Label(), QPushButton(), QPushButton()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._build()
        self._say()
        self.header.chosen.connect(self._look)
        self.decimal.chosen.connect(self._judge_again)
        for field in (self.first, self.last):
            field.entered.connect(partial(self._take_row, field))
            field.stepped.connect(partial(self._step_row, field))
            field.refused.connect(partial(self._refuse_row, field))
        self.table.ticked.connect(self._read)
        self.accept_button.clicked.connect(self._agree)
        self._cancel.clicked.connect(self.reject)
        self.resize(round(52 * theme.font_size), round(40 * theme.font_size))
        self.dress(theme)
        self._look()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._theme = theme
        self.phrases.retranslate()
        self.header.retranslate()
        self.decimal.retranslate()
        self.table.dress(theme)
        if self._found is not None:
            self._read()

    def more(self) -> QHBoxLayout:
        """Return what else is to be chosen: nothing, for a dialog that asks for more to fill in."""
        return QHBoxLayout()

    def offer(self, numbers: Numbers) -> str:  # noqa: ARG002 - for a dialog that asks for more to fill in
        """Offer what may be chosen of ``numbers``, the columns that are ticked; a refusal of them is told.

        Return in words what becomes of them, "" where that goes without saying.
        """
        return ""

    def showEvent(self, event: QShowEvent) -> None:
        """Size the columns and find room for all words, now that the type is known."""
        super().showEvent(event)
        self.table.widen()
        self._fit()

    def _build(self) -> None:
        self._intro = Label()
        self._intro.setWordWrap(True)
        self._first_row, self._mark, self._rows, self._to = Label(), Label(), Label(), Label()
        for label, control in ((self._first_row, self.header), (self._mark, self.decimal), (self._rows, self.first)):
            label.setBuddy(control)
        rows = QHBoxLayout()
        for widget in (self.first, self._to, self.last):
            rows.addWidget(widget)
        rows.addStretch(1)
        how = QGridLayout()
        how.setColumnStretch(1, 1)
        for row, (label, control) in enumerate(((self._first_row, self.header), (self._mark, self.decimal))):
            how.addWidget(label, row, 0)
            how.addWidget(control, row, 1)
        how.addWidget(self._rows, 2, 0)
        how.addLayout(rows, 2, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.accept_button)
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self.message.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for part in (self._intro, how, self.table, self.more(), self.message, buttons):
            column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)

    def _say(self) -> None:
        self.setWindowTitle(in_title(self._path.name))
        self.phrases.add(self._intro.setText, self.INTRO)
        self.phrases.add(self._first_row.setText, mark("The &first row holds"))
        self.phrases.add(self.header.setAccessibleName, mark("First row"))
        self.phrases.add(
            partial(teach, self.header), mark("Whether the file begins with the names of its columns or with numbers.")
        )
        self.phrases.add(self._mark.setText, mark("&Decimal mark"))
        self.phrases.add(self.decimal.setAccessibleName, mark("Decimal mark of the numbers"))
        self.phrases.add(
            partial(teach, self.decimal),
            mark("Whether a point or a comma stands before the decimals; the other one may group."),
        )
        self.phrases.add(self._rows.setText, mark("&Rows from"))
        self.phrases.add(self._to.setText, mark("to"))
        self.phrases.add(self.first.setAccessibleName, mark("First row to take"))
        self.phrases.add(self.last.setAccessibleName, mark("Last row to take"))
        for field in (self.first, self.last):
            self.phrases.add(partial(teach, field), mark("Counted as in the file: its first line is row 1."))
        self.phrases.add(self.table.setAccessibleName, mark("First rows of the file"))
        self.phrases.add(self.table.setAccessibleDescription, self.INTRO)
        self.phrases.add(self.accept_button.setText, self.AGREE)
        self.phrases.add(self._cancel.setText, mark("Cancel"))
        self.phrases.add(partial(teach, self.accept_button), mark("Takes the ticked columns."))
        self.phrases.add(partial(teach, self._cancel), mark("Leaves everything as it is."))

    def _look(self) -> None:
        """Show what the file offers, from its first row on as much as fits."""
        try:
            found = read_table(self._path, _HEADER_OF[self.header.value])
            self.first.write(found.rows[0].number if found.rows else 1)
            self.last.write(found.rows[min(len(found.rows), MOST_STEPS) - 1].number if found.rows else 1)
            found.part(self._excerpt())
        except Refusal as refusal:
            self._refuse(refusal)
            return
        self._found, offer = found, found.offer(self._excerpt())
        self._reasons = offer.faults
        self._fill([i in offer.columns for i in range(len(found.names))])

    def _judge_again(self) -> None:
        """Find out what can be read now; a column that could not be read and now can is taken."""
        if self._found is None:
            return
        try:
            before, self._reasons = self._reasons, self._found.offer(self._excerpt()).faults
        except Refusal as refusal:
            self._refuse(refusal)
            return
        ticks = [
            self.table.is_ticked(i) or i in before.keys() - self._reasons.keys() for i in range(len(self._found.names))
        ]
        self._fill(ticks)

    def _fill(self, wanted: list[bool]) -> None:
        """Show the table, with as many of the ``wanted`` columns ticked as fit."""
        assert self._found is not None
        taken = [take and count <= MOST_COLUMNS for take, count in zip(wanted, accumulate(wanted), strict=True)]
        self.table.fill(self._found.names, self._found.part(self._excerpt())[:_PREVIEW], taken)
        self.table.explain({i: say(reason) for i, reason in self._reasons.items()})
        self._read()

    def _excerpt(self) -> Excerpt:
        """Return what is chosen but for the columns."""
        return Excerpt(None, int(self.first.value), int(self.last.value), _DECIMAL_OF[self.decimal.value])

    def _read(self) -> None:
        """Read the ticked columns, and say how much that is or what is wrong."""
        assert self._found is not None
        columns = self.table.columns()
        try:
            if not columns:
                raise BadExploration("No column is chosen: tick at least one.")
            extract = self._found.read(self._excerpt()._replace(columns=columns))
            self._numbers = extract.numbers
            goal = self.offer(extract.numbers)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        size = size_of(len(extract.numbers.rows), len(columns))
        told = (goal, size, *self._told_limits(), _told_example(extract), *self._told_columns(columns))
        self._tell("\n".join(filter(None, told)), wrong=False)

    def _told_limits(self) -> Iterator[str]:
        """Yield what the file has more of than fits."""
        assert self._found is not None
        rows, columns = len(self._found.rows), len(self._found.names) - len(self._reasons)
        if rows > MOST_STEPS:
            said = tr("The file has {rows} rows; at most {most} fit: choose which ones.")
            yield said.format(rows=rows, most=MOST_STEPS)
        if columns > MOST_COLUMNS:
            yield tr("There are {got} columns; at most {most} fit: choose some.").format(got=columns, most=MOST_COLUMNS)

    def _told_columns(self, ticked: tuple[int, ...]) -> list[str]:
        """Return which columns are left out because they can't be read, a few of them: that is no error."""
        assert self._found is not None
        names = self._found.names
        reasons = [_told_left_out(names[i], reason) for i, reason in self._reasons.items() if i not in ticked]
        return reasons[:_MOST_TOLD] + ["…"] * (len(reasons) > _MOST_TOLD)

    def _take_row(self, field: NumberField, row: float) -> None:
        """Take another end of the part; the other end goes along where the part would have none."""
        length = self.last.value - self.first.value
        field.write(row)
        if self.first.value > self.last.value:
            other, at = (self.last, row + length) if field is self.first else (self.first, max(1, row - length))
            other.write(at)
        self._judge_again()

    def _step_row(self, field: NumberField, count: int) -> None:
        self._take_row(field, max(1, field.value + count))

    def _refuse_row(self, field: NumberField, why: Refusal | None) -> None:
        """Say that what was typed is no row; None when that is over."""
        before = field.wrong
        mark_wrong(field, why is not None)
        if why is not None:
            self._refuse(why)
        elif before and self._found is not None:
            self._read()

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
        self._fit()

    def _fit(self) -> None:
        """Be high enough for all that is told, as far as the screen goes."""
        column = self.layout()
        if column is not None and self.isVisible():
            column.activate()
            most = self.screen().availableGeometry().height() - _FRAME
            self.resize(self.width(), min(max(self.height(), column.totalHeightForWidth(self.width())), most))

    def _agree(self) -> None:
        if self._numbers is not None:
            self.chosen.emit(self._numbers)
            self.accept()


def _told_left_out(column: str, reason: Refusal) -> str:
    """Return that a column is not taken, and why; in which row is said where a person points at it."""
    why = reason.values.get("reason")
    said = say(why if isinstance(why, Refusal) else reason)
    return tr("The column {column} is not fed to the network: {reason}").format(column=column, reason=said)


def _told_example(extract: Extract) -> str:
    """Return how a comma was read, "" where there is none."""
    if extract.example is None:
        return ""
    return tr("“{cell}” is read as {value}.").format(cell=extract.example.text, value=f"{extract.example.value:.15g}")
