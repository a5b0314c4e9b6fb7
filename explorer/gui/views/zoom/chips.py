"""Formulas with their numbers put in, as rows of chips: what each factor is called, and below it the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from explorer.gui.plot.card_axes import pen, shade
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.workspace.looks.zoom.place import Place

_PAD, _GAP = 7.0, 5.0
_LARGE = 1.4


@dataclass(frozen=True, slots=True)
class Chip:
    """A number with its name; ``to`` is where it leads, if anywhere; ``ink`` the colour of its frame, "" for the usual."""

    name: str
    number: str
    to: Place | None = None
    ink: str = ""


Piece = Chip | str
"""A chip, or a sign between two."""


def paint_pieces(
    painter: QPainter, area: QRectF, pieces: Sequence[Piece], theme: Theme
) -> tuple[float, list[tuple[QRectF, Chip]]]:
    """Paint a formula at the top of ``area`` in as many lines as it takes; return its height and where its chips are."""
    small, large = painter.font(), QFont(painter.font())
    large.setPointSizeF(small.pointSizeF() * _LARGE)
    line = float(painter.fontMetrics().height())
    high, x, y = 3.0 * line, area.left(), area.top()
    found = []
    for piece in pieces:
        wide = _width(painter, piece, small, large)
        if x > area.left() and x + wide > area.right():
            x, y = area.left() + 1.5 * line, y + high + _GAP
        if isinstance(piece, Chip):
            place = QRectF(x, y, wide, high)
            _paint_chip(painter, place, piece, theme, (small, large))
            found.append((place, piece))
        else:
            painter.setFont(large)
            label(painter, x + wide / 2, y + high / 2, piece, theme.text, 0.5, 0.5)
            painter.setFont(small)
        x += wide + _GAP
    return y + high - area.top(), found


def _width(painter: QPainter, piece: Piece, small: QFont, large: QFont) -> float:
    if isinstance(piece, str):
        painter.setFont(large)
        wide = float(painter.fontMetrics().horizontalAdvance(piece))
        painter.setFont(small)
        return wide
    name = painter.fontMetrics().horizontalAdvance(piece.name)
    painter.setFont(large)
    wide = max(name, painter.fontMetrics().horizontalAdvance(piece.number)) + 2 * _PAD
    painter.setFont(small)
    return float(wide)


def _paint_chip(painter: QPainter, place: QRectF, chip: Chip, theme: Theme, faces: tuple[QFont, QFont]) -> None:
    ink = chip.ink or theme.border
    painter.setPen(pen(ink, 1.4 if chip.to is not None or chip.ink else 1.0))
    painter.setBrush(shade(theme.accent, 26) if chip.to is not None else QColor(theme.card))
    painter.drawRoundedRect(place, 5.0, 5.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    at = QPointF(place.center().x(), place.top() + 0.12 * place.height())
    label(painter, at.x(), at.y(), chip.name, theme.muted, 0.5, 0.0)
    painter.setFont(faces[1])
    label(painter, at.x(), place.bottom() - 0.08 * place.height(), chip.number, theme.text, 0.5, 1.0)
    painter.setFont(faces[0])
