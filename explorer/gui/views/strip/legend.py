"""The legend of the unrolled network: how wide and in which colour a gain is drawn."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.gui.plot.inks import gain_inks
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.strip.scene import line_width
from explorer.gui.words.i18n import language
from explorer.workspace.scales.states import encode

_WEDGE, _SLICES, _SPACE = 54.0, 41, 5.0
_FULL = 5.0


class GainLegend(QWidget):
    """A wedge from vanishing over preserved to exploding, with the ends of its scale, for the rings or the arrows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name, self._low, self._high = "", "", ""
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language's font."""
        self._theme = theme
        self.setFont(font(theme, language(), TICK_SCALE))
        self.updateGeometry()

    def show_scale(self, name: str, low: str, high: str) -> None:
        """Say what is drawn and what its scale's ends mean."""
        if (name, low, high) != (self._name, self._low, self._high):
            self._name, self._low, self._high = name, low, high
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room for the labels and the wedge."""
        return QSize(self._width(self._name), self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Return the room without the name: a cut legend says something wrong."""
        return QSize(self._width(""), self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the name if it has room, then low end, wedge, high end."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        base = (self.height() + metrics.ascent() - metrics.descent()) / 2
        x, named = 0.0, self.width() >= self.sizeHint().width()
        for text, colour in ((self._name if named else "", self._theme.text), (self._low, self._theme.muted)):
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(x, base), text)
            x += metrics.horizontalAdvance(text) + (_SPACE if text else 0.0)
        _paint_wedge(painter, self._theme, x, self.height() / 2)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QPointF(x + _WEDGE + _SPACE, base), self._high)

    def _width(self, name: str) -> int:
        texts = [text for text in (name, self._low, self._high) if text]
        advances = sum(QFontMetricsF(self.font()).horizontalAdvance(text) for text in texts)
        return int(advances + _WEDGE + len(texts) * _SPACE) + 2


def _paint_wedge(painter: QPainter, theme: Theme, left: float, y: float) -> None:
    places = np.linspace(-1.0, 1.0, _SLICES)
    xs = (left + (places + 1) / 2 * _WEDGE).tolist()
    halves = (line_width(places, _FULL) / 2).tolist()
    above = [QPointF(x, y - half) for x, half in zip(xs, halves, strict=True)]
    below = [QPointF(x, y + half) for x, half in zip(xs, halves, strict=True)]
    gradient = QLinearGradient(left, 0.0, left + _WEDGE, 0.0)
    for place, index in zip(places.tolist(), encode(places).tolist(), strict=True):
        gradient.setColorAt((place + 1) / 2, gain_inks(theme)[index])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawPolygon(QPolygonF([*above, *reversed(below)]))
    painter.setPen(QColor(theme.muted))
    middle = left + _WEDGE / 2
    painter.drawLine(QPointF(middle, y - _FULL), QPointF(middle, y + _FULL))
