"""The truncation of the gradient on the flow map: its edge, the grip that moves it, and what the gradient loses."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.words.i18n import language

_RADIUS = 8.0
_REACH = 11.0
_GAP = 12.0
_HALO = 170
_NOTE_LEVEL = 0.75


class Band(PlotCanvas):
    """Draws where truncation cuts, as ``kind`` "window" or "chunk" of ``size``, ``text`` beside the grip, and a ``note``.

    ``text`` does not hide the chosen ``pair`` (t, k) where there is another place.

    A window keeps the terms with t − k < size, on one side of a diagonal; chunks keep triangles, whose edge is a staircase.
    With ``size`` = T = ``steps`` nothing is cut, and the grip waits at the longest lag.
    """

    turned = -45.0
    """Degrees by which the arrow heads of a window's grip are turned from upright."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme, self.steps = theme, 0
        self.kind, self.size, self.text, self.note = "window", 0, "", ""
        self.pair = (0, 0)
        self._held: int | None = None
        self.setZValue(60)

    def hold(self, held: bool) -> None:
        """Keep the grip at the same chunk while it is dragged."""
        self._held = self._first_chunk() if held else None

    def size_at(self, x: float, y: float) -> int:
        """Return the size, 1..T, that puts the grip at k = x, t = y."""
        size = (y - 0.5) / ((self._held or 0) + 1) if self.kind == "chunk" else y - x + 0.5
        return min(max(math.floor(size + 0.5), 1), self.steps)

    def grip(self) -> QPointF | None:
        """Return where the grip is, in pixels; None out of sight."""
        at = self._corner() if self.kind == "chunk" else self._middle()
        if at is None:
            return None
        x, y = self.pixel(at.x()), self.level(at.y())
        return QPointF(
            min(max(x, _RADIUS + 1), self.box.width() - _RADIUS - 1),
            min(max(y, _RADIUS + 1), self.box.height() - _RADIUS - 1),
        )

    def grips(self, x: float, y: float) -> bool:
        """Return whether the pointer at k = x, t = y is on the grip."""
        at = self.grip() if self.isVisible() else None
        return at is not None and QLineF(at, QPointF(self.pixel(x), self.level(y))).length() <= _REACH

    def cursor_shape(self) -> Qt.CursorShape:
        """Return the cursor that shows which way the grip moves."""
        return Qt.CursorShape.SizeVerCursor if self.kind == "chunk" else Qt.CursorShape.SizeFDiagCursor

    def sketch(self, painter: QPainter) -> None:
        """Draw the edge, the grip and the words."""
        at, halo = self.grip(), QColor(self.theme.card)
        halo.setAlpha(_HALO)
        lines = [QLineF(self._pixels(line.p1()), self._pixels(line.p2())) for line in self._edge()]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((halo, 4.0), (QColor(self.theme.threshold), 1.8)):
            pen = QPen(colour, width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLines(lines)
        if at is not None:
            self._draw_grip(painter, at)
        self._draw_words(painter, at)

    def _pixels(self, at: QPointF) -> QPointF:
        return QPointF(self.pixel(at.x()), self.level(at.y()))

    def _edge(self) -> list[QLineF]:
        """Return the edge in steps, as much of it as is in sight: a drawing in SVG knows no clipping."""
        if self.size >= self.steps:
            return []
        if self.kind == "chunk":
            return [seen for line in self._stairs() if (seen := self._seen(line)) is not None]
        ends = self._span()
        return [QLineF(*(QPointF(k, k + self.size - 0.5) for k in ends))] if ends else []

    def _span(self) -> tuple[float, float] | None:
        """Return from which to which k the diagonal t = k + size − ½ is in sight; it halves the cells at the edge."""
        (left, right), (bottom, top) = self.box.viewRange()
        rise = self.size - 0.5
        low, high = max(0.5, left, bottom - rise), min(self.steps + 0.5 - rise, right, top - rise)
        return (low, high) if low <= high else None

    def _stairs(self) -> Iterator[QLineF]:
        for first in range(0, self.steps, self.size):
            left, last = first + 0.5, min(first + self.size, self.steps) + 0.5
            yield QLineF(left, left, left, last)
            yield QLineF(left, last, last, last)

    def _seen(self, line: QLineF) -> QLineF | None:
        """Return the part of an upright or level line that is in sight."""
        (left, right), (bottom, top) = self.box.viewRange()
        x1, x2 = max(line.x1(), left), min(line.x2(), right)
        y1, y2 = max(line.y1(), bottom), min(line.y2(), top)
        return QLineF(x1, y1, x2, y2) if x1 <= x2 and y1 <= y2 else None

    def _middle(self) -> QPointF | None:
        ends = self._span()
        if ends is None:
            return None
        k = sum(ends) / 2
        return QPointF(k, k + self.size - 0.5)

    def _corner(self) -> QPointF | None:
        """Return the upper left corner of the chunk that is held, else of the first whose corner is in sight."""
        j = self._first_chunk() if self._held is None else self._held
        return None if j is None else QPointF(j * self.size + 0.5, min((j + 1) * self.size, self.steps) + 0.5)

    def _first_chunk(self) -> int | None:
        (left, right), (bottom, top) = self.box.viewRange()
        for j in range(-(-self.steps // max(self.size, 1))):
            k, t = j * self.size + 0.5, min((j + 1) * self.size, self.steps) + 0.5
            if left <= k <= right and bottom <= t <= top:
                return j
        return None

    def _draw_grip(self, painter: QPainter, at: QPointF) -> None:
        """Draw a disc with two arrow heads: which way it moves."""
        painter.setPen(QPen(QColor(self.theme.card), 1.5))
        painter.setBrush(QColor(self.theme.accent))
        painter.drawEllipse(at, _RADIUS, _RADIUS)
        painter.save()
        painter.translate(at)
        painter.rotate(0.0 if self.kind == "chunk" else self.turned)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.card))
        for side in (-1.0, 1.0):
            head = (QPointF(x, side * y) for x, y in ((-3.2, 1.4), (3.2, 1.4), (0.0, 5.4)))
            painter.drawPolygon(QPolygonF(list(head)))
        painter.restore()

    def _draw_words(self, painter: QPainter, at: QPointF | None) -> None:
        """Write ``note`` at the left, and ``text`` beside the grip on the side that is cut, if it fits."""
        small = font(self.theme, language(), TICK_SCALE)
        metrics, area = QFontMetricsF(small), self.boundingRect().adjusted(2, 2, -2, -2)
        height, taken = metrics.height() + 2, QRectF()
        if self.note:
            corner = self._pixels(QPointF(0.5, _NOTE_LEVEL * self.steps))
            taken = QRectF(corner.x() + _GAP, corner.y(), metrics.horizontalAdvance(self.note) + 10, height)
            if area.contains(taken):
                self._write(painter, taken, self.note, small)
        if self.text and at is not None:
            width, x, y = metrics.horizontalAdvance(self.text) + 10, at.x(), at.y()
            lefts, tops = (x - _GAP - width, x + _GAP), (y - _GAP - height, y + _GAP)
            places = [_into(QRectF(left, top, width, height), area) for top in tops for left in lefts]
            free = [place for place in places if not place.intersects(taken) and not place.contains(at)]
            clear = [place for place in free if not place.intersects(self._cell())]
            self._write(painter, (clear or free or places[-1:])[0], self.text, small)

    def _cell(self) -> QRectF:
        """Return where the chosen pair stands."""
        t, k = self.pair
        return QRectF(self._pixels(QPointF(k - 0.5, t + 0.5)), self._pixels(QPointF(k + 0.5, t - 0.5)))

    def _write(self, painter: QPainter, place: QRectF, text: str, small: QFont) -> None:
        ground = QColor(self.theme.card)
        ground.setAlpha(225)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, 4.0, 4.0)
        painter.setFont(small)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _into(place: QRectF, area: QRectF) -> QRectF:
    """Return ``place`` moved into ``area`` from the side."""
    moved = QRectF(place)
    moved.moveLeft(max(min(place.left(), area.right() - place.width()), area.left()))
    moved.moveTop(max(min(place.top(), area.bottom() - place.height()), area.top()))
    return moved
