"""What lies under and over the flow map's colours: the hatching, the chosen pair, and the playhead."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explorer.gui.plots import Canvas, GestureBox
from explorer.gui.theme import Theme
from explorer.gui.view import Playhead
from explorer.gui.views.flow_bar import hatch
from explorer.workspace.exploration import Selection

_LEAST_FRAME = 9.0
_VEIL = 205
_HALO = 110
_PITCH = 7.0


class Hatching(Canvas):
    """Hatches the square of all pairs; the map covers what is defined."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme = theme
        self.steps = 0
        self.setZValue(-10)

    def sketch(self, painter: QPainter) -> None:
        """Draw the hatching."""
        left, right = self.pixel(-0.5), self.pixel(self.steps + 0.5)
        top, bottom = self.level(self.steps + 0.5), self.level(-0.5)
        hatch(
            painter, QRectF(left, top, right - left, bottom - top).intersected(self.boundingRect()), self.theme, _PITCH
        )


class Marks(Canvas):
    """Draws the row's line, the frame of the chosen cell, and what the animation has not reached yet."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme = theme
        self.steps = 0
        self.selection = Selection(t=0, k=0)
        self.playhead = Playhead()

    def cell(self, t: float, k: float) -> QRectF:
        """Return the pixels of the cell (t, k)."""
        left, right = self.pixel(k - 0.5), self.pixel(k + 0.5)
        top, bottom = self.level(t + 0.5), self.level(t - 0.5)
        return QRectF(left, top, right - left, bottom - top)

    def sketch(self, painter: QPainter) -> None:
        """Draw it all, the frame last."""
        painter.setClipRect(self.boundingRect())
        t, k = self.selection.t, self.selection.k
        self._veil(painter, t)
        y = round(self.level(t)) + 0.5
        halo = QColor(self.theme.card)
        halo.setAlpha(_HALO)
        for colour, width in ((halo, 3.0), (QColor(self.theme.accent), 1.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QLineF(0.0, y, self.box.width(), y))
        self._frame(painter, t, k)
        if self.playhead.phase == "backward":
            self._carrier(painter, t)

    def _veil(self, painter: QPainter, t: int) -> None:
        """Make faint what the forward pass has not computed, or where the gradient has not arrived."""
        veil = QColor(self.theme.card)
        veil.setAlpha(_VEIL)
        step = self.playhead.step
        if self.playhead.phase == "forward":
            area = QRectF(QPointF(0.0, 0.0), QPointF(self.box.width(), self.level(step + 0.5)))
            painter.fillRect(area, veil)
        elif self.playhead.phase == "backward":
            row = _grown(self.cell(t, t))
            row.setLeft(self.pixel(-0.5))
            row.setRight(self.pixel(step - 0.5))
            if row.width() > 0:
                painter.fillRect(row, veil)

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
        at = QPointF(self.pixel(self.playhead.step), self.level(t))
        painter.setPen(QPen(QColor(self.theme.card), 1.5))
        painter.setBrush(QColor(self.theme.accent))
        painter.drawPolygon(QPolygonF([at + QPointF(*point) for point in ((-9, 0), (5, -7), (5, 7))]))


def _grown(cell: QRectF) -> QRectF:
    """Return ``cell``, grown about its centre to a size that can be seen."""
    width, height = max(cell.width(), _LEAST_FRAME), max(cell.height(), _LEAST_FRAME)
    return QRectF(cell.center().x() - width / 2, cell.center().y() - height / 2, width, height)


def _inside(frame: QRectF, area: QRectF) -> QRectF:
    """Return ``frame``, moved into ``area`` where it is cut at an edge; one that is out of sight stays there."""
    moved = QRectF(frame)
    if frame.intersects(area):
        moved.moveLeft(max(min(frame.left(), area.right() - frame.width()), area.left()))
        moved.moveTop(max(min(frame.top(), area.bottom() - frame.height()), area.top()))
    return moved
