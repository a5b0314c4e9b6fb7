"""A picture of cells, made ready to be painted into any place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from explorer.engine.floats import Floats
from explorer.engine.network.layer import BACKWARD, FORWARD
from explorer.gui.plot.patterns import Patterns
from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.gains import PATTERNS, UNDEFINED, flow_codes, palette
from explorer.workspace.scales.patterns import Kind


@dataclass(frozen=True, slots=True)
class Cells:
    """A picture of cells in the colours of a table; what is on no scale has its pattern, too."""

    image: QImage
    patterns: Patterns

    @classmethod
    def of(
        cls,
        codes: NDArray[np.uint8],
        table: NDArray[np.uint8],
        kinds: Mapping[int, Kind],
        unsure: NDArray[np.bool_] | None = None,
    ) -> Cells:
        """Return ``codes`` (rows, columns), the first row at the bottom, in the colours (256, 4) of ``table``.

        Over those that are ``unsure`` lies a pattern.
        """
        upright = np.ascontiguousarray(codes[::-1])
        pixels, (rows, columns) = table[upright], upright.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        patterns = Patterns(kinds)
        patterns.present(upright, None if unsure is None else unsure[::-1])
        return cls(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied), patterns)

    def paint(self, painter: QPainter, place: QRectF, theme: Theme) -> None:
        """Paint all cells into ``place``; only what shrinks is smoothed."""
        width, height = self.image.width(), self.image.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, width > 1.5 * place.width())
        painter.drawImage(place, self.image)
        self.patterns.paint(painter, place, QRectF(0, 0, width, height), theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def map_of(
    logs: Floats,
    decades: int,
    theme: Theme,
    first: int = 0,
    last_row: bool = False,
    ways: tuple[str, ...] = (),
    unsure: NDArray[np.bool_] | None = None,
) -> Cells:
    """Return natural logs (T+1, T+1) at [t, k] as a picture, or the ``last_row`` alone; there is nothing before ``first``.

    The ``ways`` in which they go are, left out, those in which there are some; ``unsure`` (T+1, T+1) are those in doubt.
    """
    codes = flow_codes(logs, decades, ways or _ways(logs[first:, first:])).copy()
    codes[:first], codes[:, :first] = UNDEFINED, UNDEFINED
    if last_row:
        codes, unsure = codes[-1:], None if unsure is None else unsure[-1:]
    return Cells.of(codes, palette(theme), PATTERNS, unsure)


def _ways(log_gain: Floats) -> tuple[str, ...]:
    there = ~np.isnan(log_gain)
    if not np.triu(there, 1).any():
        return (FORWARD,)
    return (FORWARD, BACKWARD) if np.tril(there, -1).any() else (BACKWARD,)
