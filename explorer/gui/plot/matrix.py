"""Signed matrices as pictures on a symmetric scale that is always said."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import label, pen
from explorer.gui.plot.patterns import Patterns
from explorer.gui.plot.theme import Theme, state_table

_MOST_BLANK = 3.0
_ZERO = 1
_LARGEST = 308.25


def scaled(values: Floats, log10: float) -> Floats:
    """Return ``values`` in units of 10^``log10``, or of the largest number that there is."""
    return values / 10.0 ** min(log10, _LARGEST)


def picture(values: Floats, theme: Theme) -> QImage:
    """Return ``values`` (rows, columns) in −1..1 as an image, a pixel an entry; NaN has its own colour."""
    bad = np.isnan(values)
    level = np.clip(values * 127.5 + 127.5, 0, 255)
    indices: NDArray[np.uint8] = (np.where(bad, 127.5, level) if bad.any() else level).astype(np.uint8)
    pixels = state_table(theme)[indices]
    if bad.any():
        pixels[bad, :3] = QColor(theme.nan).getRgb()[:3]  # type: ignore[index]
    rows, columns = values.shape
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()


def zeros_of(values: Floats) -> Patterns:
    """Return the pattern over those of the ``values`` (rows, columns) that are exactly 0: very little has their colour."""
    patterns = Patterns({_ZERO: "zero"}, pale=True)
    patterns.present((values == 0.0).astype(np.uint8))
    return patterns


def fitted(area: QRectF, rows: int, columns: int, most: float = 1e9) -> QRectF:
    """Return where a matrix is drawn in ``area``, at its left: square entries of at most ``most`` pixels.

    A matrix much wider or higher than the area is stretched to a shape that can still be read.
    """
    side = min(area.width() / columns, area.height() / rows, most)
    width, height = side * columns, side * rows
    height = max(height, min(area.height() / _MOST_BLANK, most * rows))
    width = max(width, min(area.width() / _MOST_BLANK, most * columns))
    return QRectF(area.left(), area.top() + (area.height() - height) / 2, width, height)


def show(painter: QPainter, place: QRectF, image: QImage, theme: Theme, zeros: Patterns | None = None) -> None:
    """Draw ``image`` into ``place``, its ``zeros`` marked, with a hairline around it; only what shrinks is smoothed."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > 1.5 * place.width())
    # Antialiasing would take the slow path for scaled images.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawImage(place, image)
    if zeros is not None:
        zeros.paint(painter, place, QRectF(image.rect()), theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(pen(theme.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place)


def entry_at(place: QRectF, shape: tuple[int, ...], point: QPointF) -> tuple[int, int] | None:
    """Return (row, column) of the entry under ``point``, None outside."""
    if not place.contains(point):
        return None
    rows, columns = shape
    row = int((point.y() - place.top()) / place.height() * rows)
    column = int((point.x() - place.left()) / place.width() * columns)
    return min(row, rows - 1), min(column, columns - 1)


def entry_place(place: QRectF, shape: tuple[int, ...], entry: tuple[int, int]) -> QRectF:
    """Return where the entry (row, column) is drawn."""
    (rows, columns), (row, column) = shape, entry
    width, height = place.width() / columns, place.height() / rows
    return QRectF(place.left() + column * width, place.top() + row * height, width, height)


def colour_bar(painter: QPainter, place: QRectF, theme: Theme, end: str) -> None:
    """Draw the scale from −``end`` over 0 to ``end``, upright, labels at the right."""
    gradient = QLinearGradient(place.bottomLeft(), place.topLeft())
    gradient.setStops(_stops(theme))
    painter.fillRect(place, gradient)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.border, 1.0))
    painter.drawRect(place)
    half = painter.fontMetrics().height() / 2
    x = place.right() + 4
    label(painter, x, place.top() + half - 2, "+" + end, theme.muted, 0.0, 0.5)
    label(painter, x, place.center().y(), "0", theme.muted, 0.0, 0.5)
    label(painter, x, place.bottom() - half + 2, "−" + end, theme.muted, 0.0, 0.5)


@cache
def _stops(theme: Theme) -> list[tuple[float, QColor]]:
    """Return some colours of the scale with their places 0..1."""
    table = state_table(theme)[:, :3].tolist()
    return [(index / 255, QColor(*table[index])) for index in range(0, 256, 15)]
