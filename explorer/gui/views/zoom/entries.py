"""A matrix by sign and size: green and purple for the signs, the deeper the larger, over three decades below the largest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from explorer.engine.floats import Floats
from explorer.engine.signed import Signed
from explorer.gui.plot.card_axes import pen
from explorer.gui.plot.cells import Cells
from explorer.gui.plot.patterns import fill
from explorer.gui.plot.symbols import label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.zoom.names import number_text
from explorer.workspace.looks.zoom.shown import Mask, Shown
from explorer.workspace.scales.states import BELOW, GAIN_PATTERNS, encode, state_colours
from explorer.workspace.words.numbers import scientific

DECADES = 3.0
_REST = np.uint8(126)
_LN10 = math.log(10.0)
_BAR = 9.0


@dataclass(frozen=True, slots=True)
class Picture:
    """The entries of ``shown`` as cells, coloured up to e^``peak``."""

    shown: Shown
    peak: float
    cells: Cells

    @classmethod
    def of(cls, shown: Shown, theme: Theme, peak: float | None = None) -> Picture:
        """Return a matrix on a scale of its own, or on that up to e^``peak``."""
        top = shown.peak if peak is None else peak
        codes = encode(position(shown.entries, top))
        if shown.there is None:
            return cls(shown, top, Cells.of(codes[::-1], colours(theme), GAIN_PATTERNS))
        made = Cells.of(np.where(shown.there, codes, _REST)[::-1], colours(theme), GAIN_PATTERNS)
        return cls(shown, top, replace(made, image=_only(made.image, shown.there)))

    def paint(self, painter: QPainter, place: QRectF, theme: Theme) -> None:
        """Paint the cells into ``place``, a hairline around."""
        if self.shown.there is not None:
            painter.fillRect(place, QColor(theme.rest))
        self.cells.paint(painter, place, theme)
        self._write(painter, place, theme)
        painter.setPen(pen(theme.border, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)

    def _write(self, painter: QPainter, place: QRectF, theme: Theme) -> None:
        """Write the numbers into the cells where all of them have room."""
        rows, columns = self.shown.entries.log.shape
        wide, high = place.width() / columns, place.height() / rows
        if self.shown.thinned or wide < painter.fontMetrics().horizontalAdvance("0.00"):
            return
        there = [(i, j) for i, j in np.ndindex(rows, columns) if self.shown.there is None or self.shown.there[i, j]]
        texts = _fitting(painter, self.shown.entries, there, wide)
        every = encode(position(self.shown.entries, self.peak))
        for (i, j), text in zip(there, texts, strict=False):
            x, y = place.left() + (j + 0.5) * wide, place.top() + (i + 0.5) * high
            label(painter, x, y, text, _ink(int(every[i, j]), theme))

    def paint_diagonal(self, painter: QPainter, place: QRectF, theme: Theme) -> None:
        """Paint a column down the diagonal of a square that is empty elsewhere."""
        table, found = colours(theme), encode(position(self.shown.entries, self.peak))[:, 0]
        side = place.width() / len(found)
        painter.fillRect(place, QColor(theme.rest))
        texts = (
            []
            if self.shown.thinned
            else _fitting(painter, self.shown.entries, [(i, 0) for i in range(len(found))], side)
        )
        for i, code in enumerate(found.tolist()):
            cell = QRectF(place.left() + i * side, place.top() + i * side, side, side)
            colour = QColor(*table[code].tolist())
            if code in GAIN_PATTERNS:
                fill(painter, cell, colour, GAIN_PATTERNS[code], theme)
            else:
                painter.fillRect(cell, colour)
            if texts:
                label(painter, cell.center().x(), cell.center().y(), texts[i], _ink(code, theme))
        painter.setPen(pen(theme.border, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)

    def at(self, place: QRectF, point: QPointF) -> tuple[int, int] | None:
        """Return (row, column) of the whole matrix under ``point``, its largest neighbour's where it is thinned."""
        if not place.contains(point):
            return None
        rows, columns = self.shown.shape
        row = int((point.y() - place.top()) / place.height() * rows)
        column = int((point.x() - place.left()) / place.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)


def _fitting(painter: QPainter, entries: Signed, places: Sequence[tuple[int, int]], wide: float) -> list[str]:
    """Return the numbers at some places as they fit into cells so ``wide``, none where one of them does not."""
    for digits in (2, 1):
        texts = [number_text(entries, place, digits) for place in places]
        if all(painter.fontMetrics().horizontalAdvance(text) < wide - 2.0 for text in texts):
            return texts
    return []


def _ink(code: int, theme: Theme) -> str:
    """Return a colour that can be read on that of a code."""
    red, green, blue = colours(theme)[code][:3].tolist()
    return theme.ink if 0.299 * red + 0.587 * green + 0.114 * blue > 140.0 else "#ffffff"


def _only(image: QImage, there: Mask) -> QImage:
    """Return a picture of which nothing is painted where the equations have nothing."""
    seen = np.where(there, np.uint8(255), np.uint8(0))
    rows, columns = seen.shape
    alpha = QImage(seen.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8)
    kept = image.copy()
    kept.setAlphaChannel(alpha)
    return kept


def position(entries: Signed, peak: float) -> Floats:
    """Return where entries stand on the scale up to e^``peak``, −1..1; −inf for a true zero, ±inf and NaN as they are."""
    with np.errstate(invalid="ignore"):
        level = np.clip(1.0 + (entries.log - peak) / (DECADES * _LN10), 0.0, 1.0)
        found = np.where(np.isneginf(entries.log), -np.inf, entries.sign * level)
    return np.where(np.isposinf(entries.log), np.inf, found)


@cache
def colours(theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of the states, with that of a true zero."""
    table = state_colours(theme).copy()
    zero = QColor(theme.zero)
    table[BELOW, :3] = zero.red(), zero.green(), zero.blue()
    table.flags.writeable = False
    return table


def paint_scale(painter: QPainter, left: float, top: float, width: float, peak: float, theme: Theme) -> QRectF:
    """Paint the scale from −e^``peak`` to e^``peak`` with its numbers below; return where it stands."""
    bar, table = QRectF(left, top, width, _BAR), state_colours(theme)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for place in np.linspace(0.0, 1.0, 17):
        gradient.setColorAt(float(place), QColor(*table[round(252 * float(place))].tolist()))
    painter.fillRect(bar, gradient)
    painter.setPen(pen(theme.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    end, least = (scientific(log / _LN10, 2) for log in (peak, peak - DECADES * _LN10))
    below = bar.bottom() + 1.0
    first = label(painter, bar.left(), below, "−" + end, theme.muted, 0.0, 0.0)
    last = label(painter, bar.right(), below, "+" + end, theme.muted, 1.0, 0.0)
    middle = "±" + least
    if painter.fontMetrics().horizontalAdvance(middle) + 8.0 < last.left() - first.right():
        label(painter, bar.center().x(), below, middle, theme.muted, 0.5, 0.0)
    return QRectF(bar.topLeft(), last.bottomRight())


def paint_parts(painter: QPainter, place: QRectF, shares: list[float], theme: Theme) -> None:
    """Part the blocks of a state that has several, which begin at these ``shares`` of rows and columns."""
    painter.setPen(pen(theme.selection, 1.0, Qt.PenStyle.DashLine))
    for share in shares:
        x, y = place.left() + share * place.width(), place.top() + share * place.height()
        painter.drawLines([QLineF(x, place.top(), x, place.bottom()), QLineF(place.left(), y, place.right(), y)])
