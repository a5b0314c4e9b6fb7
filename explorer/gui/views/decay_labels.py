"""Names beside the ends of lines, spread so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

_GAP = 6.0
_EDGE = 4.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name with its colour and its box in pixels; ``other`` is as good a place.

    A ``minor`` one is left out where it has no room.
    """

    text: str
    colour: str
    bold: bool
    box: QRectF
    other: QRectF | None = None
    minor: bool = False


def beside(text: str, colour: str, bold: bool, end: QPointF, rising: float, font: QFont, minor: bool = False) -> Label:
    """Return a label left of a line's ``end``, or above or below it where there is no room to the left.

    ``rising`` is by how many pixels the line rises to the right along the label: a label then goes below the line.
    """
    metrics = QFontMetricsF(_faced(font, bold))
    width, height = metrics.horizontalAdvance(text) + 4, metrics.height()
    if end.x() - _GAP - width >= _EDGE:
        box = QRectF(end.x() - _GAP - width, end.y() - height / 2, width, height)
        return Label(text, colour, bold, box, None, minor)
    above, below = (
        QRectF(max(end.x(), 0.0) + _EDGE, top, width, height) for top in (end.y() - height - 2, end.y() + 2)
    )
    return Label(text, colour, bold, *((below, above) if rising > 2 else (above, below)), minor)


def spread(labels: Iterable[Label], area: QRectF, fixed: Iterable[Label] = ()) -> list[Label]:
    """Return ``labels`` moved up and down as little as this takes, inside ``area``, apart from each other and ``fixed``."""
    kept, placed = [label.box for label in fixed], list[Label]()
    labels = sorted(labels, key=lambda item: item.box.center().y())
    for label in labels:
        if not label.minor:
            box = _freed(label, area, kept + [other.box for other in placed])
            placed.append(replace(label, box=box))
    placed = _pushed_up(placed, area, kept)
    taken = kept + [other.box for other in placed]
    for label in labels:
        free = [box for box in _places(label, area) if not _hit(box, taken)]
        if label.minor and free:
            placed.append(replace(label, box=free[0]))
    return placed


def _freed(label: Label, area: QRectF, taken: list[QRectF]) -> QRectF:
    """Return the better place of ``label`` if one is free, else the first room below."""
    places = _places(label, area)
    box = next((place for place in places if not _hit(place, taken)), places[0])
    for _ in taken:
        hit = _hit(box, taken)
        if hit is None:
            break
        box.moveTop(hit.bottom() + 0.5)
    return box


def _places(label: Label, area: QRectF) -> list[QRectF]:
    return [_inside(box, area) for box in (label.box, label.other) if box is not None]


def draw(painter: QPainter, labels: Iterable[Label], font: QFont, ground: str) -> None:
    """Write ``labels``, each on a patch of ``ground`` that keeps it readable over lines."""
    patch = QColor(ground)
    patch.setAlpha(215)
    for label in labels:
        painter.fillRect(label.box.adjusted(0, 1, 0, -1), patch)
        painter.setFont(_faced(font, label.bold))
        painter.setPen(QColor(label.colour))
        painter.drawText(label.box, Qt.AlignmentFlag.AlignCenter, label.text)


def _pushed_up(labels: list[Label], area: QRectF, kept: list[QRectF]) -> list[Label]:
    """Return ``labels`` (from top to bottom), those that left ``area`` below moved up, and what they hit."""
    placed: list[Label] = []
    for label in reversed(labels):
        taken = kept + [other.box for other in placed]
        box = QRectF(label.box)
        box.moveBottom(min(box.bottom(), area.bottom()))
        for _ in taken:
            hit = _hit(box, taken)
            if hit is None:
                break
            box.moveBottom(hit.top() - 0.5)
        placed.append(replace(label, box=box))
    return placed


def _hit(box: QRectF, taken: list[QRectF]) -> QRectF | None:
    return next((other for other in taken if other.intersects(box)), None)


def _inside(box: QRectF, area: QRectF) -> QRectF:
    moved = QRectF(box)
    moved.moveTop(min(max(box.top(), area.top()), area.bottom() - box.height()))
    return moved


def _faced(font: QFont, bold: bool) -> QFont:
    if not bold:
        return font
    faced = QFont(font)
    faced.setBold(True)
    return faced
