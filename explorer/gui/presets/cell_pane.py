"""What the gallery of cells tells of the current one: its equations, typeset, what it is, and where it comes from."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

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
    """The current cell; ``copy_wanted(cell)``: it is to be edited, as a cell of the exploration's own; ``use_wanted()``: it
    is to be the network's.
    """

    copy_wanted = Signal(object)
    use_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._cell: Cell | None = None
        self.title, self.equations, self.notes = Label(), Equations(theme), Label()
        self.use, self.copy = QPushButton(tr("Use this cell")), QPushButton(tr("Edit a copy"))
        self.use.setProperty("primary", True)
        teach(self.use, tr("Give the chosen layer this cell; Enter and a double click do the same."))
        self.use.clicked.connect(self.use_wanted)
        for button in (self.use, self.copy):
            # Enter is the search's and the cards'.
            button.setAutoDefault(False)
        teach(self.copy, tr("Begin equations of your own with those of this cell."))
        self.copy.clicked.connect(self._ask)
        bold = font(theme, language())
        bold.setBold(True)
        self.title.setFont(bold)
        for label in (self.title, self.notes):
            label.setWordWrap(True)
        inner, column = QWidget(), QVBoxLayout()
        column.setContentsMargins(0, 0, _GAP, 0)
        for part in (self.title, _Sideways(self.equations), self.notes):
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
        row = QHBoxLayout()
        row.addWidget(self.use, 1)
        row.addWidget(self.copy, 1)
        outer.addLayout(row)
        self.setFixedWidth(_WIDTH)

    def show_cell(self, cell: Cell | None) -> None:
        """Tell of a cell, or of none."""
        self._cell = cell
        for button in (self.use, self.copy):
            button.setEnabled(cell is not None)
        if cell is not None:
            self.title.setText(cell_title(cell))
            self.notes.setText("\n\n".join(cell_notes(cell)))
            self.equations.show_equations(told(cell).recurrence)

    def _ask(self) -> None:
        if self._cell is not None:
            self.copy_wanted.emit(self._cell)


class _Sideways(ClearArea):
    """Equations as large as they are, with a bar below where a line of them is wider than there is room."""

    def __init__(self, equations: Equations) -> None:
        super().__init__()
        self._equations = equations
        self.setWidget(equations)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        equations.grown.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have room for the bar where there is one."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self._equations.minimumSize()
        bar = self.horizontalScrollBar().sizeHint().height() if needed.width() > self.width() else 0
        self.setFixedHeight(needed.height() + bar)


class Equations(QWidget):
    """Equations line by line, typeset one after the other while nobody waits; until then they stand as plain text.

    ``grown()``: they need another size.
    """

    grown = Signal()

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
        self._idle.start()
        self._grow()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint what is typeset, and the others as plain text."""
        painter, top = QPainter(self), 0.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.text))
        for latex, said in self._lines:
            place = QRectF(0, top, self.width(), self._size(latex).height())
            top = place.bottom()
            if latex in self._drawn:
                draw(painter, self._drawn[latex], place)
            else:
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, said)

    def _size(self, latex: str) -> QSizeF:
        """Return the room for a line: what is high, a fraction, has more of it than a line of text."""
        height = 1.75 * self.fontMetrics().height()
        drawn = QSizeF(self._drawn[latex].defaultSize()) if latex in self._drawn else QSizeF()
        return drawn.expandedTo(QSizeF(0.0, height))

    def _grow(self) -> None:
        sizes = [self._size(latex) for latex, _ in self._lines]
        width, height = max((size.width() for size in sizes), default=0.0), sum(size.height() for size in sizes)
        self.setMinimumSize(math.ceil(width), math.ceil(height))
        self.grown.emit()
        self.update()

    def _typeset_next(self) -> None:
        missing = next((latex for latex, _ in self._lines if latex not in self._drawn), None)
        if missing is not None:
            size = _TYPE * self.font().pointSizeF() * self.logicalDpiY() / 72
            self._drawn[missing] = typeset(missing, size, self._theme.text)
            self._idle.start()
            self._grow()
