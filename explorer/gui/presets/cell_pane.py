"""What the gallery of cells tells of the current one: its equations, typeset, what it is, and where it comes from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.equations import plain, tex
from explorer.gui.controls.clear_area import ClearArea
from explorer.gui.controls.plain import Label, teach
from explorer.gui.plot.theme import Theme, font
from explorer.gui.plot.typeset import draw, typeset
from explorer.gui.words.cell_words import cell_notes, cell_title
from explorer.gui.words.i18n import language, tr
from explorer.workspace.exploration.cells import Cell, told

_WIDTH, _GAP = 300, 6
_TYPE = 1.15


class CellPane(QWidget):
    """The current cell; ``copy_wanted(cell)``: it is to be edited, as a cell of the exploration's own."""

    copy_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._cell: Cell | None = None
        self.title, self.equations, self.notes = Label(), Equations(theme), Label()
        self.copy = QPushButton(tr("Edit a copy"))
        self.copy.setAutoDefault(False)
        teach(self.copy, tr("Begin equations of your own with those of this cell."))
        self.copy.clicked.connect(self._ask)
        bold = font(theme, language())
        bold.setBold(True)
        self.title.setFont(bold)
        for label in (self.title, self.notes):
            label.setWordWrap(True)
        inner, column = QWidget(), QVBoxLayout()
        column.setContentsMargins(0, 0, _GAP, 0)
        for part in (self.title, self.equations, self.notes):
            column.addWidget(part)
        column.addStretch(1)
        inner.setLayout(column)
        scroll = ClearArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self.copy)
        self.setFixedWidth(_WIDTH)

    def show_cell(self, cell: Cell | None) -> None:
        """Tell of a cell, or of none."""
        self._cell = cell
        self.copy.setEnabled(cell is not None)
        if cell is not None:
            self.title.setText(cell_title(cell))
            self.notes.setText("\n\n".join(cell_notes(cell)))
            self.equations.show_equations(told(cell).recurrence)

    def _ask(self) -> None:
        if self._cell is not None:
            self.copy_wanted.emit(self._cell)


class Equations(QWidget):
    """Equations line by line, typeset one after the other while nobody waits; until then they stand as plain text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[tuple[str, str]] = []
        self._drawn: dict[str, QSvgRenderer] = {}
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._typeset_next)

    def show_equations(self, recurrence: Recurrence) -> None:
        """Show the lines of a recurrence."""
        self._lines = list(zip(tex(recurrence), plain(recurrence), strict=True))
        self.setAccessibleName(tr("Equations"))
        self.setAccessibleDescription("\n".join(said for _, said in self._lines))
        self.setMinimumHeight(len(self._lines) * self._height())
        self._idle.start()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for all lines."""
        return QSize(_WIDTH, len(self._lines) * self._height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint what is typeset, and the others as plain text."""
        painter, height = QPainter(self), self._height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.text))
        for i, (latex, said) in enumerate(self._lines):
            place = QRectF(0, i * height, self.width(), height)
            if latex in self._drawn:
                draw(painter, self._drawn[latex], place)
            else:
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, said)

    def _height(self) -> int:
        return round(1.75 * self.fontMetrics().height())

    def _typeset_next(self) -> None:
        missing = next((latex for latex, _ in self._lines if latex not in self._drawn), None)
        if missing is not None:
            size = _TYPE * self.font().pointSizeF() * self.logicalDpiY() / 72
            self._drawn[missing] = typeset(missing, size, self._theme.text)
            self._idle.start()
            self.update()
