"""A short, smooth way from one level to the next: what was clicked grows into the view, or shrinks back to its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

LONGEST = 150
"""Milliseconds."""


class Transition(QObject):
    """Shows ``before``, a picture of the old level, give way to the new one on a ``canvas``, and ends with that."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._way = QVariantAnimation(self)
        self._way.setStartValue(0.0)
        self._way.setEndValue(1.0)
        self._way.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._way.valueChanged.connect(self._go_on)
        self._canvas = canvas
        self._before, self._after, self._door, self._inward = QPixmap(), QPixmap(), QRectF(), True

    @property
    def going(self) -> bool:
        """Return whether it is on its way."""
        return self._way.state() == QVariantAnimation.State.Running

    def begin(self, before: QPixmap, door: QRectF, inward: bool, duration: int) -> None:
        """Begin: ``inward`` the new level comes out of the ``door``, else the old one goes back into it."""
        self.end()
        if duration > 0 and not before.isNull() and door.isValid():
            self._before, self._door, self._inward = before, door, inward
            self._way.setDuration(min(duration, LONGEST))
            self._way.start()

    def renew(self) -> None:
        """Draw the new level anew: it shows something else."""
        self._after = QPixmap()

    def end(self) -> None:
        """Be there."""
        self._way.stop()
        self._before = self._after = QPixmap()

    def paint(self, painter: QPainter, area: QRectF, draw: Callable[[QPainter], None]) -> None:
        """Paint the moment that has come: ``draw`` draws the new level whole, once."""
        if self._after.isNull():
            self._after = _drawn(painter, area, draw)
        share = float(self._way.currentValue())
        moving = _between(self._door, area, share if self._inward else 1.0 - share)
        still, mover = (self._before, self._after) if self._inward else (self._after, self._before)
        painter.drawPixmap(area.topLeft(), still)
        painter.save()
        painter.setOpacity(share if self._inward else 1.0 - share)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(moving, mover, QRectF(mover.rect()))
        painter.restore()

    def _go_on(self) -> None:
        self._canvas.update()


def _drawn(painter: QPainter, area: QRectF, draw: Callable[[QPainter], None]) -> QPixmap:
    """Return a picture, in the pixels of the screen, of what is drawn into ``area``."""
    scale = painter.device().devicePixelRatio()
    made = QPixmap((area.size() * scale).toSize())
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    inner = QPainter(made)
    inner.setRenderHints(painter.renderHints())
    inner.setFont(painter.font())
    inner.translate(-area.topLeft())
    draw(inner)
    inner.end()
    return made


def _between(door: QRectF, area: QRectF, share: float) -> QRectF:
    corner = [one + share * (other - one) for one, other in zip(_ends(door), _ends(area), strict=True)]
    return QRectF(QPointF(corner[0], corner[1]), QPointF(corner[2], corner[3]))


def _ends(place: QRectF) -> tuple[float, float, float, float]:
    return place.left(), place.top(), place.right(), place.bottom()
