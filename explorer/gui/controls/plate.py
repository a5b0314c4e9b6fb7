"""What views, cards and lines of the window lie on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QWidget

_RADIUS = 8.0


class Plate(QFrame):
    """A filled frame with round corners.

    It paints them itself, in colours of its palette: with a rule of the style sheet, whatever it holds would be given a
    palette of its own twice with every theme.
    """

    def __init__(self, parent: QWidget | None = None, flags: Qt.WindowType = Qt.WindowType.Widget) -> None:
        super().__init__(parent, flags)
        self.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
        self.setProperty("card", True)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the ground and its border."""
        painter, colours = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.color(QPalette.ColorRole.Mid), 1.0))
        painter.setBrush(colours.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()
