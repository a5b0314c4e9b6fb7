"""What is written to a cell of the map: said, and painted beside its mark."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Note
from explorer.workspace.looks.aloud import notes_sentences

_RIM, _PAD, _WIDEST = 1.5, 6.0, 260.0
_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


def notes_at(notes: Sequence[Note], t: int, k: int, networks: Sequence[str] = ()) -> list[str]:
    """Return what is written at the cell (t, k), of several ``networks`` with the name of the one that it is about."""
    here = [note for note in notes if note.cell == (t, k)]
    return [sentence.said(tr) for sentence in notes_sentences(here, t, networks)]


def is_pictured(widget: QWidget | None) -> bool:
    """Return whether the view around ``widget`` is on a picture, where nobody can point at anything."""
    while widget is not None and not widget.property("view"):
        widget = widget.parentWidget()
    return widget is not None and bool(widget.property("plain"))


def paint_notes(
    painter: QPainter,
    theme: Theme,
    notes: Sequence[Note],
    at: Callable[[Note], QPointF],
    whole: QRectF,
    is_open: Callable[[Note], bool],
    radius: float = 5.0,
) -> None:
    """Mark each of the ``notes``, and write the words of those that are open beside it, within ``whole``."""
    for note in notes:
        painter.setPen(QPen(QColor(theme.card), _RIM))
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(at(note), radius, radius)
    taken = list[QRectF]()
    for note in filter(is_open, notes):
        taken.append(_write(painter, theme, note.text, at(note), whole, taken, radius + 4.0))


def _write(
    painter: QPainter, theme: Theme, text: str, at: QPointF, whole: QRectF, taken: Sequence[QRectF], gap: float
) -> QRectF:
    """Write ``text`` beside a point, where nothing is written yet; return where."""
    metrics = QFontMetricsF(painter.font())
    size = metrics.boundingRect(QRectF(0, 0, min(_WIDEST, 0.7 * whole.width()), 1e4), _FLAGS, text).size()
    wide, high = size.width() + 2 * _PAD, size.height() + 2 * _PAD
    corners = [(gap, gap), (gap, -high - gap), (-wide - gap, gap), (-wide - gap, -high - gap)]
    places = [_within(QRectF(at.x() + x, at.y() + y, wide, high), whole) for x, y in corners]
    place = next((one for one in places if not any(map(one.intersects, taken))), places[0])
    painter.setPen(QPen(QColor(theme.accent), 1.0))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(place, 4.0, 4.0)
    painter.setPen(QColor(theme.text))
    painter.drawText(place.adjusted(_PAD, _PAD, -_PAD + 1, -_PAD + 1), _FLAGS, text)
    return place


def _within(place: QRectF, whole: QRectF) -> QRectF:
    """Return ``place`` moved into ``whole``."""
    x = min(max(place.left(), whole.left() + 1), max(whole.right() - place.width() - 1, whole.left()))
    y = min(max(place.top(), whole.top() + 1), max(whole.bottom() - place.height() - 1, whole.top()))
    return QRectF(x, y, place.width(), place.height())
