"""Notes on the flow map: a small mark at each cell, and its words beside the one that is chosen, on a picture beside all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.core.written import is_pictured, paint_notes
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.words.i18n import language
from explorer.workspace.exploration.exploration import Note, Selection


class NoteMarks(PlotCanvas):
    """Draws the notes whose step the sequence has."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme = theme
        self._notes: Sequence[Note] = ()
        self._chosen = (0, 0)
        self.setZValue(5)

    def present(self, notes: Sequence[Note], steps: int) -> None:
        """Draw those of ``notes`` that have a place from now on."""
        found = [note for note in notes if note.is_within(steps)]
        if found != self._notes:
            self._notes = found
            self.update()

    def point(self, selection: Selection) -> None:
        """Say what is written at the chosen cell."""
        self._chosen = (selection.t, selection.k)
        if self._notes:
            self.update()

    def sketch(self, painter: QPainter) -> None:
        """Draw marks, then words over them."""
        if not self._notes:
            return
        painter.setClipRect(self.boundingRect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(self.theme, language(), TICK_SCALE))
        every = is_pictured(self.scene().views()[0])

        def is_open(note: Note) -> bool:
            return every or note.cell == self._chosen

        paint_notes(painter, self.theme, self._notes, self._at, self.boundingRect(), is_open)

    def _at(self, note: Note) -> QPointF:
        t, k = note.cell
        return QPointF(self.pixel(k), self.level(t))
