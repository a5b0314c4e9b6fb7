"""What lies over the flow map's colours: the cursor's lines, the chosen pair, and the playhead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.core.view import Playhead
from explorer.gui.plot.contour_labels import Box, between
from explorer.gui.plot.theme import Theme
from explorer.workspace.exploration.exploration import Selection

_LEAST_FRAME, _EDGE = 9.0, 3.0


class Marks(PlotCanvas):
    """Draws the cursor's lines, the frame of the chosen cell, and what the animation has not reached yet.

    No line runs through what ``names`` returns, the pixels of names that are read where they stand.
    """

    def __init__(self, box: GestureBox, theme: Theme, names: Callable[[], Sequence[Box]]) -> None:
        super().__init__(box)
        self.theme = theme
        self._names = names
        self.steps = 0
        self.seam: int | None = None
        self.selection = Selection(t=0, k=0)
        self._playhead = Playhead()
        self._veil, self._casing = Under(box, self.veil, -4.0), Under(box, self.case, -3.0)
        self._veil.hide()

    @property
    def playhead(self) -> Playhead:
        """Return the moment of the animation that is shown."""
        return self._playhead

    @playhead.setter
    def playhead(self, playhead: Playhead) -> None:
        self._playhead = playhead
        self._veil.setVisible(playhead.phase != "rest")
        self._veil.update()

    def point(self, selection: Selection) -> None:
        """Mark the pair ``selection``."""
        self.selection = selection
        self._casing.update()
        self.update()

    def cell(self, t: float, k: float) -> QRectF:
        """Return the pixels of the cell (t, k)."""
        left, right = self.pixel(k - 0.5), self.pixel(k + 0.5)
        top, bottom = self.level(t + 0.5), self.level(t - 0.5)
        return QRectF(left, top, right - left, bottom - top)

    def sketch(self, painter: QPainter) -> None:
        """Draw it all, the frame last."""
        painter.setClipRect(self.boundingRect())
        t, k = self.selection.t, self.selection.k
        self._uprights(painter)
        if self.seam is not None:
            self._seam(painter, self.seam + 0.5)
        # A drawing in SVG knows no clipping: what is out of sight is not drawn.
        if 0.0 <= self.level(t) <= self.box.height():
            self._row(painter, t)
        if self.cell(t, k).intersects(self.boundingRect()):
            self._frame(painter, t, k)
        if self.playhead.phase == "backward" and self.boundingRect().contains(self._place(t)):
            self._carrier(painter, t)

    def _seam(self, painter: QPainter, at: float) -> None:
        """Draw the line between the encoder's steps and the decoder's, along both axes."""
        pen = QPen(QColor(self.theme.text), 1.2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        x, y = self.pixel(at), self.level(at)
        painter.drawLine(QLineF(x, 0.0, x, self.box.height()))
        painter.drawLine(QLineF(0.0, y, self.box.width(), y))

    def _row(self, painter: QPainter, t: int) -> None:
        y = round(self.level(t)) + 0.5
        pieces = between(0.0, self.box.width(), y, self._names(), False)
        for colour, at in ((self.theme.card, y + 1.0), (self.theme.accent, y)):
            painter.setPen(_flat(QColor(colour), 1.0))
            painter.drawLines([QLineF(left, at, right, at) for left, right in pieces])

    def _uprights(self, painter: QPainter) -> None:
        """Draw the lines at t and k: at k it is dotted."""
        for x, width, style, pieces in self._columns():
            painter.setPen(_flat(QColor(self.theme.accent), width, style))
            painter.drawLines([QLineF(x, top, x, bottom) for top, bottom in pieces])

    def _columns(self) -> Iterator[tuple[float, float, Qt.PenStyle, list[tuple[float, float]]]]:
        """Yield where the lines at t and k stand, how wide and in which style, and their pieces, in pixels."""
        line, style = self.theme.line_width, Qt.PenStyle
        for step, width, drawn in (
            (self.selection.t, 0.8 * line, style.SolidLine),
            (self.selection.k, 0.6 * line, style.DotLine),
        ):
            # Between two pixels neither colour would be whole.
            x = round(self.pixel(step) - width / 2) + width / 2
            if 0.0 <= x <= self.box.width():
                yield x, width, drawn, between(0.0, self.box.height(), x, self._names(), True)

    def case(self, painter: QPainter) -> None:
        """Lay what sets the cursor lines off from night and fire under them.

        That is a pixel beside a whole line; a dotted one has two colours in turns, and needs no more.
        """
        for x, width, style, pieces in self._columns():
            rim = 0.0 if style == Qt.PenStyle.DotLine else 1.0
            for top, bottom in pieces:
                painter.fillRect(QRectF(x - width / 2, top, width + rim, bottom - top), QColor(self.theme.card))

    def _place(self, t: int) -> QPointF:
        """Return where the gradient of row t has come to."""
        return QPointF(self.pixel(self.playhead.step), self.level(t))

    def veil(self, painter: QPainter) -> None:
        """Hide what the forward pass has not computed, or where the gradient has not come to: a tint would be a gain."""
        veil, t, step = QColor(self.theme.card), self.selection.t, self.playhead.step
        if self.playhead.phase == "forward":
            area = QRectF(QPointF(0.0, 0.0), QPointF(self.box.width(), self.level(step + 0.5)))
            painter.fillRect(area.intersected(self.boundingRect()), veil)
        elif self.playhead.phase == "backward":
            row = _grown(self.cell(t, t))
            backward = self.selection.k > t
            row.setLeft(self.pixel(step + 0.5) if backward else self.pixel(-0.5))
            row.setRight(self.pixel(self.steps + 0.5) if backward else self.pixel(step - 0.5))
            if row.width() > 0:
                painter.fillRect(row.intersected(self.boundingRect()), veil)

    def frame(self) -> QRectF | None:
        """Return the pixels that the frame of the chosen pair takes up, None where it is out of sight."""
        cell = self.cell(self.selection.t, self.selection.k)
        if not self.isVisible() or not cell.intersects(self.boundingRect()):
            return None
        return _inside(_grown(cell), self.boundingRect()).adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)

    def _frame(self, painter: QPainter, t: int, k: int) -> None:
        frame = _inside(_grown(self.cell(t, k)), self.boundingRect()).toAlignedRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width, out in ((self.theme.card, 1, 2), (self.theme.selection, 2, 0)):
            pen = QPen(QColor(colour), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(frame.adjusted(-out, -out, out - 1, out - 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _carrier(self, painter: QPainter, t: int) -> None:
        """Draw the arrow head that carries the gradient leftwards."""
        at = self._place(t)
        painter.setPen(QPen(QColor(self.theme.card), 1.5))
        painter.setBrush(QColor(self.theme.accent))
        painter.drawPolygon(QPolygonF([at + QPointF(*point) for point in ((-9, 0), (5, -7), (5, 7))]))


class Under(PlotCanvas):
    """What ``paint`` draws over the colours, and under the cursor lines and the marks."""

    def __init__(self, box: GestureBox, paint: Callable[[QPainter], None], level: float) -> None:
        super().__init__(box)
        self._paint = paint
        self.setZValue(level)

    def sketch(self, painter: QPainter) -> None:
        """Draw it."""
        self._paint(painter)


def _flat(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen whose lines end where they end."""
    return QPen(colour, width, style, Qt.PenCapStyle.FlatCap)


def _grown(cell: QRectF) -> QRectF:
    """Return ``cell``, grown about its centre to a size that can be seen."""
    width, height = max(cell.width(), _LEAST_FRAME), max(cell.height(), _LEAST_FRAME)
    return QRectF(cell.center().x() - width / 2, cell.center().y() - height / 2, width, height)


def _inside(frame: QRectF, area: QRectF) -> QRectF:
    """Return ``frame``, moved into ``area`` where it is cut at an edge."""
    moved = QRectF(frame)
    moved.moveLeft(max(min(frame.left(), area.right() - frame.width()), area.left()))
    moved.moveTop(max(min(frame.top(), area.bottom() - frame.height()), area.top()))
    return moved
