"""The likeliest answers after one step as bars: what a language model draws from, or one of many classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.controls.room import fitting
from explorer.gui.plot.card_axes import label, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.picture import after, called, ring
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import per_cent, share, told
from explorer.workspace.feed.tokens import SENTENCE_END, SENTENCE_START, UNKNOWN
from explorer.workspace.looks.speaking import chances
from explorer.workspace.looks.tryout import Tried

_MOST = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One class, where its bar is."""

    index: int
    place: QRectF


class Bars:
    """Draws the likeliest classes, the longest bar first; a language model's are what it draws from."""

    height = 178

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._bars: list[Bar] = []

    @property
    def odds(self) -> Floats:
        """Return the probabilities (p,) that the bars show."""
        tried = self._tried
        if not tried.speaks or tried.lens.temperature == 1.0:
            return tried.said[tried.t - 1]
        return chances(tried.y[tried.t - 1], tried.lens.temperature)

    def summary(self) -> str:
        """Return the likeliest class."""
        odds = self.odds
        best = int(odds.argmax())
        words = tr("{after}: {name}, {share}")
        return words.format(
            after=after(self._tried, self._tried.t), name=called(self._tried, best), share=share(odds[best])
        )

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint the bars, and below them what all others have."""
        line = painter.fontMetrics().height() + 3.0
        top = area.top() + self._paint_head(painter, area, theme)
        odds = self.odds
        count = min(_MOST, len(odds), max(1, int((area.bottom() - top) / line) - 1))
        best = np.argsort(-odds)[:count]
        left = self._gutter(painter, best, area.width())
        self._bars = []
        for row, i in enumerate(best):
            place = QRectF(area.left(), top + row * line, area.width(), line)
            self._bars.append(Bar(int(i), place))
            self._paint_bar(painter, theme, self._bars[-1], left, float(odds[i]))
        if count < len(odds):
            rest = tr("{count} others: {share}").format(
                count=len(odds) - count, share=share(max(1.0 - float(odds[best].sum()), 0.0))
            )
            label(painter, area.left() + left, top + count * line + 1, rest, theme.muted, 0.0, 0.0)

    def name_at(self, point: QPointF) -> str:
        """Return the class under the pointer with its probability."""
        bar = next((bar for bar in self._bars if bar.place.contains(point)), None)
        if bar is None:
            return ""
        text = told(called(self._tried, bar.index), share(float(self.odds[bar.index])))
        if self._tried.speaks and self._tried.lens.temperature != 1.0:
            text += "\n" + tr("the model itself: {share}").format(
                share=share(float(self._tried.said[self._tried.t - 1, bar.index]))
            )
        if bar.index == self._tried.target:
            text += "\n" + tr("this is what the text goes on with")
        if self.symbol_at(point):
            text += "\n" + tr("click to go on with it from here")
        return text

    def step_at(self, _: QPointF) -> int:
        """Return 0: all is one step."""
        return 0

    def symbol_at(self, point: QPointF) -> str:
        """Return the symbol under the pointer, where it can be written."""
        bar = next((bar for bar in self._bars if bar.place.contains(point)), None)
        name = self._tried.names[bar.index] if bar else ""
        return name if self._tried.speaks and name not in (SENTENCE_END, SENTENCE_START, UNKNOWN) else ""

    def _paint_head(self, painter: QPainter, area: QRectF, theme: Theme) -> float:
        """Write what the bars are about; return the height of that."""
        text = after(self._tried, self._tried.t)
        if self._tried.speaks and self._tried.lens.temperature != 1.0:
            text = tr("{after}, at temperature {value}").format(after=text, value=f"{self._tried.lens.temperature:.2g}")
        shown = fitting(text, painter.fontMetrics(), int(area.width()))
        label(painter, area.left(), area.top(), shown, theme.muted, 0.0, 0.0)
        return painter.fontMetrics().height() + 3.0

    def _gutter(self, painter: QPainter, best: np.ndarray, width: float) -> float:
        """Return the room for the names, with that for the ring before them."""
        widest = max(painter.fontMetrics().horizontalAdvance(called(self._tried, i)) for i in best)
        return min(widest + 22.0, 0.45 * width)

    def _paint_bar(self, painter: QPainter, theme: Theme, bar: Bar, left: float, part: float) -> None:
        metrics, place = painter.fontMetrics(), bar.place
        wanted = bar.index == self._tried.target
        name = metrics.elidedText(called(self._tried, bar.index), Qt.TextElideMode.ElideRight, int(left - 20.0))
        middle = place.center().y()
        if wanted:
            ring(painter, theme, QPointF(place.left() + 6.0, middle), 4.0)
        label(painter, place.left() + left - 6, middle, name, theme.text, 1.0, 0.5)
        room = place.width() - left - metrics.horizontalAdvance(per_cent("< 0.1")) - 8
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(theme.grid, 255))
        painter.drawRoundedRect(QRectF(place.left() + left, middle - 4.5, room, 9), 3, 3)
        painter.setBrush(shade(theme.accent, 255))
        width = max(room * part, 1.5)
        painter.drawRoundedRect(QRectF(place.left() + left, middle - 4.5, width, 9), min(3, width / 2), 3)
        painter.setPen(pen(theme.text, 1.0))
        label(painter, place.right() - 2, middle, share(part), theme.text if part >= 0.1 else theme.muted, 1.0, 0.5)
