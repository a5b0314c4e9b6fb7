"""The colour bar and the swatches of the flow map's legend."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui.plot.patterns import doubt, fill, hatch
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import tr
from explorer.workspace.scales.gains import ABOVE, BELOW, FIRST, LAST, ONE, PATTERNS, palette
from explorer.workspace.scales.ticks import uncrowded, whole_ticks
from explorer.workspace.words.numbers import power_of_ten

_MARGIN = 1.2
"""Beside the bar, in heights of a line, at least: its pointed ends."""
_MOST_TICKS = 20
_ROOM = 4.0


class ColourBar(QWidget):
    """The scale from 10^−decades to 10^decades with pointed ends for what lies beyond; words above where asked.

    ``gains`` says whether the numbers are gains, of which 1 is special, or norms, of which none is.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.decades, self.worded = theme, 6, True
        self.gains = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the words, the bar and the ticks."""
        line = self.fontMetrics().height()
        words = self.fontMetrics().horizontalAdvance("".join(self._words())) + 4 * line
        width = max(words, 16 * line) if self.worded else 8 * line
        return QSize(width, round(line * (2.75 if self.worded else 1.75)))

    def minimumSizeHint(self) -> QSize:
        """Return the same, or without words what the ticks need."""
        hint = self.sizeHint()
        return hint if self.worded else QSize(self._least_width(), hint.height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the bar, its pointed ends, the ticks and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = float(self.fontMetrics().height())
        top = line if self.worded else 1.0
        bar = QRectF(self._margin(), top, self.width() - 2 * self._margin(), 0.62 * line)
        self._draw_scale(painter, bar)
        self._draw_ticks(painter, bar)
        if self.worded:
            self._draw_words(painter, bar)

    def _words(self) -> tuple[str, str, str]:
        if self.gains:
            return tr("vanishes"), tr("preserved"), tr("explodes")
        return tr("small"), tr("1 means nothing special"), tr("large")

    def _draw_scale(self, painter: QPainter, bar: QRectF) -> None:
        colours = palette(self.theme)
        strip = QImage(colours[FIRST : LAST + 1].tobytes(), LAST + 1 - FIRST, 1, QImage.Format.Format_RGBA8888)
        painter.drawImage(bar, strip.copy())
        painter.setPen(Qt.PenStyle.NoPen)
        point = 0.8 * bar.height()
        for code, edge, tip in (
            (BELOW, bar.left(), bar.left() - point),
            (ABOVE, bar.right(), bar.right() + point),
        ):
            corners = [QPointF(edge, bar.top()), QPointF(tip, bar.center().y()), QPointF(edge, bar.bottom())]
            self._draw_end(painter, QPolygonF(corners), code)

    def _draw_end(self, painter: QPainter, end: QPolygonF, code: int) -> None:
        pointed = QPainterPath()
        pointed.addPolygon(end)
        painter.save()
        painter.setClipPath(pointed)
        fill(painter, end.boundingRect(), QColor(*palette(self.theme)[code].tolist()), PATTERNS[code], self.theme)
        painter.restore()

    def _draw_ticks(self, painter: QPainter, bar: QRectF) -> None:
        half = bar.width() / 2
        middle = bar.center().x()
        painter.setPen(QPen(QColor(self.theme.muted), 1.0))
        for decade in {*whole_ticks(-self.decades, self.decades, _MOST_TICKS), *self._labelled()}:
            x = round(middle + half * decade / self.decades) + 0.5
            painter.drawLine(QLineF(x, bar.bottom(), x, bar.bottom() + (4 if decade in self._labelled() else 2)))
        metrics = self.fontMetrics()
        labels = ((middle + half * decade / self.decades, power_of_ten(decade)) for decade in self._labelled())
        for x, text in uncrowded(labels, metrics.horizontalAdvance):
            width = metrics.horizontalAdvance(text) + _ROOM
            place = QRectF(x - width / 2, bar.bottom() + 3, width, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _labelled(self) -> tuple[int, ...]:
        """Return the decades that are written where they have room, the ends first."""
        half = (self.decades // 2,) if self.decades % 2 == 0 and self.worded else ()
        return (-self.decades, self.decades, 0, *(sign * d for d in half for sign in (-1, 1)))

    def _least_width(self) -> int:
        """Return the width in which the labels of the ends stand beside one another, and none stands over."""
        return round(2 * self._margin() + sum(self._end_widths()) / 2 + 2 * _ROOM)

    def _margin(self) -> float:
        """Return the room at either end of the bar, for its point and half of the label there."""
        return max(_MARGIN * self.fontMetrics().height(), 0.5 * max(self._end_widths()) + 1.0)

    def _end_widths(self) -> list[int]:
        return [self.fontMetrics().horizontalAdvance(power_of_ten(sign * self.decades)) for sign in (-1, 1)]

    def _draw_words(self, painter: QPainter, bar: QRectF) -> None:
        painter.setPen(QColor(self.theme.text))
        flag = Qt.AlignmentFlag
        room = QRectF(bar.left(), 0.0, bar.width(), bar.top() - 1)
        for word, side in zip(self._words(), (flag.AlignLeft, flag.AlignHCenter, flag.AlignRight), strict=True):
            painter.drawText(room, side | flag.AlignVCenter, word)


class Swatch(QWidget):
    """A small square as the map draws it: in the colours of ``codes`` side by side, hatched where there are none.

    One that is ``unsure`` has a colour of the scale and the pattern of what may be rounding over it.
    """

    def __init__(self, theme: Theme, *codes: int, unsure: bool = False) -> None:
        super().__init__()
        self.theme, self._codes, self._unsure = theme, codes, unsure

    def sizeHint(self) -> QSize:
        """Return a square a little lower than a line of text."""
        side = round(0.72 * self.fontMetrics().height())
        return QSize(side + 4, side)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the square."""
        painter = QPainter(self)
        side = self.sizeHint().height()
        square = QRectF(0.5, (self.height() - side) / 2 + 0.5, self.width() - 1, side - 1)
        if self._unsure:
            painter.fillRect(square, QColor(*palette(self.theme)[(FIRST + ONE) // 2].tolist()))
            doubt(painter, square, self.theme)
        elif not self._codes:
            hatch(painter, square, self.theme)
        part = square.width() / max(len(self._codes), 1)
        for i, code in enumerate(self._codes):
            colour = QColor(*palette(self.theme)[code].tolist())
            place = QRectF(square.left() + i * part, square.top(), part, square.height())
            fill(painter, place, colour, PATTERNS[code], self.theme)
        painter.setPen(QPen(QColor(self.theme.muted), 1.0))
        painter.drawRect(square)
