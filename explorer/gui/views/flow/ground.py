"""What lies under the flow map's marks: the hatching, the colours, and the lines of equal gain with their names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.engine.floats import Floats
from explorer.gui.controls.stillness import held
from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.plot.contour_labels import Box
from explorer.gui.plot.contour_lines import ContourLines, Pieces
from explorer.gui.plot.painting import Still
from explorer.gui.plot.patterns import Patterns, hatch
from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.gains import PATTERNS, UNDEFINED, flow_codes, palette

_PITCH = 7.0
_REST = 150
"""Milliseconds after which lines that have not moved any more get their names."""
_SMALL = 2**20
"""Pairs: so many colours are kept ready as Qt draws them fastest, at four times the memory."""


class Hatching(PlotCanvas):
    """Hatches the square of all pairs; the map covers what is defined."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme = theme
        self.steps = 0
        self._still = Still()
        self.setZValue(-10)

    def sketch(self, painter: QPainter) -> None:
        """Draw the hatching."""
        left, right = self.pixel(-0.5), self.pixel(self.steps + 0.5)
        top, bottom = self.level(self.steps + 0.5), self.level(-0.5)
        area = QRectF(left, top, right - left, bottom - top).intersected(self.boundingRect())
        self._still.paint(painter, area, self.theme, lambda inner: hatch(inner, area, self.theme, _PITCH))


class Colours(PlotCanvas):
    """Draws the codes ``image`` (T+1, T+1) of all pairs, t upward, as cells in their colours."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.image: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._picture, self._patterns, self._theme = QImage(), Patterns(PATTERNS), theme
        # The cursor lines stand before the colours.
        self.setZValue(-5)

    def present(self, codes: NDArray[np.uint8], theme: Theme, unsure: NDArray[np.bool_] | None = None) -> None:
        """Draw ``codes`` as ``theme`` has them from now on; over those that are ``unsure`` lies a pattern."""
        self.image, self._theme, upright, size = codes, theme, np.ascontiguousarray(codes[::-1]), len(codes)
        argb = _argb(theme)
        self._patterns.present(upright, None if unsure is None else unsure[::-1])
        if codes.size <= _SMALL:
            pixels = argb[upright]
            picture = QImage(pixels.data, size, size, 4 * size, QImage.Format.Format_ARGB32_Premultiplied)
        else:
            picture = QImage(upright.data, size, size, size, QImage.Format.Format_Indexed8)
            picture.setColorTable(argb.tolist())
        self._picture = picture.copy()
        self.update()

    def sketch(self, painter: QPainter) -> None:
        """Draw the cells that are seen."""
        size = len(self.image)
        (left, right), (bottom, top) = (_cells(low, high, size) for low, high in self.box.viewRange())
        if left >= right or bottom >= top:
            return
        painter.setClipRect(self.boundingRect())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        corner = QPointF(self.pixel(left - 0.5), self.level(top - 0.5))
        place = QRectF(corner, QPointF(self.pixel(right - 0.5), self.level(bottom - 0.5)))
        source = QRectF(left, size - top, right - left, top - bottom)
        painter.drawImage(place, self._picture, source)
        self._patterns.paint(painter, place, source, self._theme)


@cache
def _argb(theme: Theme) -> NDArray[np.uint32]:
    """Return the colour of every code (256,) as Qt takes it."""
    return np.array([QColor(*row).rgba() if row[3] else 0 for row in palette(theme).tolist()], np.uint32)


def _cells(low: float, high: float, size: int) -> tuple[int, int]:
    """Return the first cell that is seen between two places, and the one after the last."""
    return max(math.floor(low + 0.5), 0), min(math.ceil(high + 0.5), size)


def codes_of(shown: Floats, span: int, what: str, ways: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return the codes of ``shown``, which goes in some ``ways``; there is no loss and no net input before step 1."""
    codes = flow_codes(shown, span, ways).copy()
    if what != "flow":
        codes[0], codes[:, 0] = UNDEFINED, UNDEFINED
    return codes


class Contours(PlotCanvas):
    """Draws the lines of equal gain over the colours; while these move, without their names.

    No name stands under what ``over`` returns, the pixels of what is drawn over them, None for nothing.
    """

    def __init__(self, box: GestureBox, theme: Theme, over: Callable[[], QRectF | None]) -> None:
        super().__init__(box)
        self.theme, self._over = theme, over
        self._lines = ContourLines()
        self._moving = QTimer(self)
        self._moving.setSingleShot(True)
        self._moving.setInterval(_REST)
        self._moving.timeout.connect(self.rest)
        self.setZValue(-4.5)

    def present(self, shown: Floats, span: int, what: str, known: Pieces | None = None) -> None:
        """Draw those of ``shown`` from now on, whose pieces may be ``known``."""
        if what != "flow":
            shown = shown.copy()
            shown[0], shown[:, 0] = np.nan, np.nan
        self._lines.present(shown, span, self._moving.isActive() or self._in_hand, known)
        self._moving.start()
        self.update()

    @property
    def _in_hand(self) -> bool:
        """Return whether a hand moves what the lines are of: they are not named for the first of its moves either."""
        return any(held(view) for view in self.scene().views())

    def rest(self) -> None:
        """Name the lines: they stay as they are."""
        self._moving.stop()
        if self._lines.complete():
            self.update()

    def sketch(self, painter: QPainter) -> None:
        """Draw them."""
        columns, rows = self.box.viewRange()
        self._lines.paint(painter, self.boundingRect(), tuple(columns), tuple(rows), self.theme, self._over())

    def names(self) -> Sequence[Box]:
        """Return the pixels that the names of lines take up."""
        return self._lines.boxes
