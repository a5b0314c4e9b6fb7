"""Notes on the flow map: a small mark at each cell, and its words beside the one that is chosen, on a picture beside all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.core.plots import TICK_SCALE, GestureBox, PlotCanvas
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import language
from explorer.workspace.exploration.exploration import Note, Selection

_RADIUS, _RIM, _PAD, _WIDEST = 5.0, 1.5, 6.0, 260.0
_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


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
        for note in self._notes:
            painter.setPen(QPen(QColor(self.theme.card), _RIM))
            painter.setBrush(QColor(self.theme.accent))
            painter.drawEllipse(self._at(note), _RADIUS, _RADIUS)
        taken = list[QRectF]()
        for note in self._notes:
            if self._is_pictured or note.cell == self._chosen:
                taken.append(self._write(painter, note, taken))

    @property
    def _is_pictured(self) -> bool:
        """Return whether the view is on a picture, where nobody can point at anything."""
        around: QWidget | None = self.scene().views()[0]
        while around is not None and not around.property("view"):
            around = around.parentWidget()
        return around is not None and bool(around.property("plain"))

    def _at(self, note: Note) -> QPointF:
        t, k = note.cell
        return QPointF(self.pixel(k), self.level(t))

    def _write(self, painter: QPainter, note: Note, taken: Sequence[QRectF]) -> QRectF:
        """Write the words beside the mark, where nothing is written yet; return where."""
        metrics, at, whole = QFontMetricsF(painter.font()), self._at(note), self.boundingRect()
        size = metrics.boundingRect(QRectF(0, 0, min(_WIDEST, 0.7 * whole.width()), 1e4), _FLAGS, note.text).size()
        wide, high = size.width() + 2 * _PAD, size.height() + 2 * _PAD
        gap = _RADIUS + 4.0
        corners = [(gap, gap), (gap, -high - gap), (-wide - gap, gap), (-wide - gap, -high - gap)]
        places = [_within(QRectF(at.x() + x, at.y() + y, wide, high), whole) for x, y in corners]
        place = next((one for one in places if not any(map(one.intersects, taken))), places[0])
        painter.setPen(QPen(QColor(self.theme.accent), 1.0))
        painter.setBrush(QColor(self.theme.card))
        painter.drawRoundedRect(place, 4.0, 4.0)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(place.adjusted(_PAD, _PAD, -_PAD + 1, -_PAD + 1), _FLAGS, note.text)
        return place


def _within(place: QRectF, whole: QRectF) -> QRectF:
    """Return ``place`` moved into ``whole``."""
    x = min(max(place.left(), whole.left() + 1), max(whole.right() - place.width() - 1, whole.left()))
    y = min(max(place.top(), whole.top() + 1), max(whole.bottom() - place.height() - 1, whole.top()))
    return QRectF(x, y, place.width(), place.height())
