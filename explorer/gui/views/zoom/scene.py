"""`Scene`: one level of the way down as a drawing, and its doors: what one can go into from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from explorer.gui.plot.card_axes import pen
from explorer.gui.plot.symbols import is_plain, label, lines
from explorer.gui.plot.theme import Theme
from explorer.workspace.looks.zoom.place import Place


@dataclass(frozen=True, slots=True)
class Door:
    """What one can go into: the place it leads to, and what it is called."""

    to: Place
    name: str


class Scene(Protocol):
    """What a level paints, and says of itself."""

    @property
    def doors(self) -> Sequence[Door]:
        """Return what one can go into, in the order in which keys come to it."""

    @property
    def first(self) -> int:
        """Return which door leads to what matters most."""

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint everything into ``area``; the door that Enter opens is marked, None for none."""

    def place_of(self, door: int) -> QRectF:
        """Return where a door was painted last, an empty place where it was not."""

    def door_at(self, point: QPointF) -> Place | None:
        """Return where a click on ``point`` leads."""

    def unit_at(self, point: QPointF) -> int | None:
        """Return the unit that a click on ``point`` chooses."""

    def above(self, up: int) -> Place | None:
        """Return what is so many above at the same level, None where that is a unit."""

    def name_at(self, point: QPointF) -> str:
        """Return what is at ``point``, with its number."""

    def summary(self) -> str:
        """Return in a line what is shown."""

    def told(self) -> str:
        """Return in words the numbers that are shown."""


class Drawn:
    """What scenes have in common: the doors with their places."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.doors: list[Door] = []
        self.places: dict[int, QRectF] = {}
        self.first = 0

    def place_of(self, door: int) -> QRectF:
        """Return where a door was painted last."""
        return self.places.get(door, QRectF())

    def door_at(self, point: QPointF) -> Place | None:
        """Return where a click on ``point`` leads: to the smallest place that holds it."""
        held = [(place.width() * place.height(), door) for door, place in self.places.items() if place.contains(point)]
        return self.doors[min(held)[1]].to if held else None

    def unit_at(self, point: QPointF) -> int | None:  # noqa: ARG002 - for a scene that shows units
        """Return no unit."""
        return None

    def above(self, up: int) -> Place | None:  # noqa: ARG002 - for a scene that has something there
        """Return nothing."""
        return None

    def mark(self, painter: QPainter, place: QRectF) -> None:
        """Frame the door that Enter opens."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.theme.card, 4.0))
        painter.drawRect(place.adjusted(-2, -2, 2, 2))
        painter.setPen(pen(self.theme.accent, 2.0))
        painter.drawRect(place.adjusted(-2, -2, 2, 2))

    def large(self, painter: QPainter, x: float, y: float, text: str, colour: str, scale: float) -> QRectF:
        """Write ``text`` larger and bold with its top at ``y``."""
        small, big = painter.font(), QFont(painter.font())
        big.setPointSizeF(small.pointSizeF() * scale)
        big.setBold(True)
        painter.setFont(big)
        place = label(painter, x, y, text, colour, 0.0, 0.0)
        painter.setFont(small)
        return place


def same(door: Place, place: Place) -> bool:
    """Return whether a door leads to a place, whatever is looked at there."""
    return (door.level, door.step, door.gate) == (place.level, place.step, place.gate) and (
        door.level != "entry" or door.entry == place.entry
    )


def about(point: QPointF) -> QRectF:
    """Return a small place about a point."""
    return QRectF(point.x() - 10.0, point.y() - 10.0, 20.0, 20.0)


def wrapped(painter: QPainter, area: QRectF, text: str, colour: str) -> float:
    """Write ``text`` at the top of ``area`` in as many lines as it takes and there is room for; return its height."""
    if not is_plain(text):
        return _wrapped_symbols(painter, area, text, colour)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
    place = painter.boundingRect(QRectF(area.left(), area.top(), area.width(), 1e4), flags, text)
    if place.height() > area.height() + 1.0:
        return 0.0
    painter.setPen(QColor(colour))
    painter.drawText(place, flags, text)
    return place.height()


def _wrapped_symbols(painter: QPainter, area: QRectF, text: str, colour: str) -> float:
    rows, line = lines(painter.font(), text, area.width()), float(painter.fontMetrics().lineSpacing())
    if len(rows) * line > area.height() + 1.0:
        return 0.0
    for i, row in enumerate(rows):
        label(painter, area.left(), area.top() + i * line, row, colour, 0.0, 0.0)
    return len(rows) * line
