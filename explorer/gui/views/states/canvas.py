"""The drawing of the hidden states, and the legend of its scale."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.plot.patterns import Patterns, fill
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.words.i18n import language
from explorer.workspace.scales.states import LARGEST, STATE_PATTERNS, Block, Indices, StateScale, state_colours
from explorer.workspace.scales.ticks import Tick, stride, uncrowded

_GAP, _LARGEST_GAP = 6.0, 0.2
"""Pixels between two blocks, and the most of a block's room."""
_MARGIN = 3.0
_NOT_YET = 0.14
_TRIANGLE, _GROUND = 8.0, 0.75
"""Pixels from the edge to the tip of what marks the unit; how much of a name's ground covers the picture."""
_BAR, _SHORTEST_BAR, _THICK, _SPACE = 124.0, 28.0, 6.0, 8.0


class StatesCanvas(PlotCanvas):
    """Draws the blocks of the state one below the other, one column a step, at device pixels."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        # The cursor lines stand before the heatmap.
        self.setZValue(-10)
        self.dress(theme)
        self.blocks: tuple[Block, ...] = ()
        self.chain = ""
        self.unit = 0
        self.reached = 0
        self._indices: list[Indices] = []
        self._patterns: list[Patterns] = []

    def present(self, parts: tuple[Block, ...], indices: list[Indices]) -> None:
        """Draw ``indices`` (n, T+1) of each block from now on."""
        self.blocks, self._indices = parts, indices
        self._patterns = [Patterns(STATE_PATTERNS) for _ in indices]
        for patterns, index in zip(self._patterns, indices, strict=True):
            patterns.present(index[::-1])
        self.update()

    def dress(self, theme: Theme) -> None:
        """Take on a theme's colours."""
        self._theme = theme
        self._table = [QColor(*row).rgba() for row in state_colours(theme).tolist()]
        self.update()

    def area(self, number: int) -> tuple[float, float]:
        """Return the top and the bottom of a block, in pixels."""
        count, room = max(len(self.blocks), 1), self.box.height() - 2 * _MARGIN
        # Many layers lie close together: the states are what is to be seen.
        gap = min(_GAP, _LARGEST_GAP * room / count)
        height = (room - (count - 1) * gap) / count
        top = _MARGIN + number * (height + gap)
        return top, top + height

    def unit_at(self, y: float) -> tuple[int, int] | None:
        """Return the number of the block and the row at ``y`` pixels; row 0 is at the bottom."""
        for number, block in enumerate(self.blocks):
            top, bottom = self.area(number)
            if top <= y < bottom:
                return number, int((bottom - y) / (bottom - top) * (block.stop - block.start))
        return None

    def ticks(self, text_height: float) -> list[Tick]:
        """Return (place, label) for the left axis, 0 at its bottom: every so many units, and the block's name."""
        found, height = [], self.box.height()
        for number, block in enumerate(self.blocks):
            top, bottom = self.area(number)
            count = block.units
            pitch = (bottom - top) / count
            every = stride(pitch, 1.1 * text_height)
            shown = range(0, count, every)
            found += [(1.0 - (bottom - (unit + 0.5) * pitch) / height, str(unit)) for unit in shown]
        return found

    def sketch(self, painter: QPainter) -> None:
        """Draw every block, what marks the unit, and the veil over what is not reached yet."""
        low, high = self.box.viewRange()[0]
        for number, indices in enumerate(self._indices):
            first, last = max(math.floor(low), 0), min(math.ceil(high) + 1, indices.shape[1])
            self._block(painter, number, indices, first, last)
            self._mark_unit(painter, number)
        if self._indices and self.reached < self._indices[0].shape[1] - 1:
            left = max(self.pixel(self.reached + 0.5), 0.0)
            veil = QColor(self._theme.card)
            veil.setAlphaF(1.0 - _NOT_YET)
            painter.fillRect(QRectF(left, 0.0, self.box.width() - left, self.box.height()), veil)
        for number in range(len(self.blocks) if len(self.blocks) > 1 or self.chain else 0):
            self._name(painter, number)

    def _block(self, painter: QPainter, number: int, indices: Indices, first: int, last: int) -> None:
        top, bottom = self.area(number)
        if first >= last or bottom - top < 1:
            return
        # Only what is seen, flipped so that unit 0 is at the bottom; rows of an image begin at whole words.
        seen = indices[::-1, first:last]
        padded = np.zeros((len(seen), -(-seen.shape[1] // 4) * 4), dtype=np.uint8)
        padded[:, : seen.shape[1]] = seen
        image = QImage(padded.data, seen.shape[1], len(seen), padded.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        left, right = self.pixel(first - 0.5), self.pixel(last - 0.5)
        place = QRectF(left, top, right - left, bottom - top)
        painter.drawImage(place, image)
        self._patterns[number].paint(painter, place, QRectF(first, 0, last - first, len(seen)), self._theme)
        painter.setPen(QColor(self._theme.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left, top - 0.5, right - left, bottom - top))

    def _name(self, painter: QPainter, number: int) -> None:
        """Write what a part is called into its corner: beside a narrow heading nothing else would say it."""
        top, bottom = self.area(number)
        painter.setFont(font(self._theme, language(), TICK_SCALE))
        metrics = QFontMetricsF(painter.font())
        text = " ".join(filter(None, (self.chain, self.blocks[number].name)))
        place = QRectF(_TRIANGLE + 2.0, top, metrics.horizontalAdvance(text) + 6.0, metrics.height())
        if place.height() > bottom - top + 1.0:
            return
        ground = QColor(self._theme.card)
        ground.setAlphaF(_GROUND)
        painter.fillRect(place, ground)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _mark_unit(self, painter: QPainter, number: int) -> None:
        """Point at the chosen unit with a small triangle at the axis."""
        block = self.blocks[number]
        count = block.units
        top, bottom = self.area(number)
        y = bottom - (min(self.unit, count - 1) + 0.5) / count * (bottom - top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QColor(self._theme.card))
        painter.setBrush(QColor(self._theme.accent))
        half = min(5.0, 0.5 * (bottom - top) + 1.0)
        painter.drawPolygon(QPolygonF([QPointF(_TRIANGLE, y), QPointF(0.0, y - half), QPointF(0.0, y + half)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class ScaleLegend(QWidget):
    """A slim bar of the states' colours with the labels of its scale, and the colours apart that are in use."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._scale, self._name = StateScale(0), ""
        self._apart: tuple[tuple[int, str], ...] = ()
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language's font."""
        self._theme = theme
        self.setFont(font(theme, language(), TICK_SCALE))
        self.updateGeometry()
        self.update()

    def show_scale(self, name: str, scale: StateScale, apart: tuple[tuple[int, str], ...]) -> None:
        """Show ``scale`` for the block ``name``, and (entry, label) of what is no number."""
        if (name, scale, apart) != (self._name, self._scale, self._apart):
            self._name, self._scale, self._apart = name, scale, apart
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room for the name, the bar, its labels and the entries apart."""
        metrics = QFontMetricsF(self.font())
        return QSize(int(self._beside_bar(metrics) + _BAR) + 1, int(metrics.height() + _THICK + 2.0))

    def minimumSizeHint(self) -> QSize:
        """Return the same with a shorter bar: a cut legend says something wrong."""
        metrics = QFontMetricsF(self.font())
        return QSize(int(self._beside_bar(metrics) + _SHORTEST_BAR) + 1, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the name, the bar with its labels, and the entries apart."""
        painter, metrics = QPainter(self), QFontMetricsF(self.font())
        left, base = self._bar_left(metrics), self.height() - metrics.descent()
        length = min(self.width() - self._beside_bar(metrics), _BAR)
        bar = QRectF(left, self.height() - metrics.height() - _THICK, length, _THICK)
        table = state_colours(self._theme)[: LARGEST + 1]
        image = QImage(table.tobytes(), len(table), 1, 4 * len(table), QImage.Format.Format_RGBA8888)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self._theme.border))
        painter.drawRect(bar)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QPointF(0.0, (self.height() + metrics.ascent() - metrics.descent()) / 2), self._name)
        for x, text in self._labels(metrics, length):
            painter.drawText(QPointF(left + x, base), text)
        self._draw_apart(painter, metrics, bar)

    def _labels(self, metrics: QFontMetricsF, length: float) -> list[Tick]:
        """Return (left, text) of the labels that fit beside one another, the ends first, then zero."""
        first = sorted(self._scale.ticks(), key=lambda tick: (abs(tick[0]) != 1.0, abs(tick[0])))
        shown = uncrowded((((place + 1) / 2 * length, text) for place, text in first), metrics.horizontalAdvance)
        return [(x - metrics.horizontalAdvance(text) / 2, text) for x, text in shown]

    def _draw_apart(self, painter: QPainter, metrics: QFontMetricsF, bar: QRectF) -> None:
        x = bar.right() + self._margin(metrics) + _SPACE
        for entry, text in self._apart:
            square = QRectF(x, bar.top() - 1, 9.0, 9.0)
            colour = QColor(*state_colours(self._theme)[entry].tolist())
            fill(painter, square, colour, STATE_PATTERNS[entry], self._theme)
            painter.drawText(QPointF(square.right() + 4, bar.bottom() + 2), text)
            x += 13.0 + metrics.horizontalAdvance(text) + _SPACE

    def _beside_bar(self, metrics: QFontMetricsF) -> float:
        """Return the width of all but the bar."""
        return self._bar_left(metrics) + self._margin(metrics) + self._apart_width(metrics)

    def _margin(self, metrics: QFontMetricsF) -> float:
        """Return how far the labels of the ends stand over."""
        return max(metrics.horizontalAdvance(text) for _, text in self._scale.ticks()) / 2

    def _bar_left(self, metrics: QFontMetricsF) -> float:
        name = metrics.horizontalAdvance(self._name) + _SPACE / 2 if self._name else 0.0
        return name + self._margin(metrics)

    def _apart_width(self, metrics: QFontMetricsF) -> float:
        return sum(_SPACE + 13.0 + metrics.horizontalAdvance(text) for _, text in self._apart)
