"""Text with symbols in it, set as such: what a name has below it or on top, U_i or z^f, is small and stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from explorer.gui.plot import card_axes

_SHIFTED = re.compile(r"(?<=[^\s_^])(?:_([A-Za-zα-ω0-9]+)|\^([−-]?\d+(?:\.\d+)?|[A-Za-zα-ωΑ-Ω]+))")
_SMALL = 0.72
_BELOW, _ABOVE = 0.22, -0.38
"""Of the height of a capital letter, by how much the base line is lower; of small type on top, how much higher."""


@lru_cache(maxsize=512)
def _runs(text: str) -> tuple[tuple[str, float], ...]:
    """Return the pieces of ``text`` with how far each is shifted, 0 for what stands on the line."""
    return tuple(_parted(text))


def _parted(text: str) -> Iterator[tuple[str, float]]:
    at = 0
    for found in _SHIFTED.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], 0.0
        low, high = found.groups()
        yield low or high, _BELOW if low else _ABOVE
        at = found.end()
    if at < len(text):
        yield text[at:], 0.0


def is_plain(text: str) -> bool:
    """Return whether nothing of ``text`` stands below or on top."""
    return _SHIFTED.search(text) is None


def width(face: QFont, text: str) -> float:
    """Return how wide ``text`` is."""
    small = _small(face)
    return sum(QFontMetricsF(small if shift else face).horizontalAdvance(piece) for piece, shift in _runs(text))


def write(painter: QPainter, at: QPointF, text: str) -> None:
    """Write ``text`` with its base line at ``at``."""
    face, x = painter.font(), at.x()
    small, height = _small(face), QFontMetricsF(face).capHeight()
    for piece, shift in _runs(text):
        used = small if shift else face
        painter.setFont(used)
        painter.drawText(QPointF(x, at.y() + shift * height), piece)
        x += QFontMetricsF(used).horizontalAdvance(piece)
    painter.setFont(face)


def label(
    painter: QPainter, x: float, y: float, text: str, colour: str, across: float = 0.5, down: float = 0.5
) -> QRectF:
    """Write ``text`` (x, y) at the share ``across`` and ``down`` of it; return where it stands."""
    if is_plain(text):
        return card_axes.label(painter, x, y, text, colour, across, down)
    metrics, wide = painter.fontMetrics(), width(painter.font(), text)
    place = QRectF(x - across * wide, y - down * metrics.height(), wide, metrics.height())
    painter.setPen(QColor(colour))
    write(painter, QPointF(place.left(), place.top() + metrics.ascent()), text)
    return place


def lines(face: QFont, text: str, room: float) -> list[str]:
    """Return ``text`` in as many lines as it takes where each has so much ``room``; it is broken between words."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width(face, longer) > room:
                found.append(line)
                longer = word
            line = longer
        found.append(line)
    return found


def _small(face: QFont) -> QFont:
    small = QFont(face)
    small.setPointSizeF(_SMALL * face.pointSizeF())
    return small
