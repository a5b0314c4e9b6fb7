"""The axes of all plots."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QPainter

from explorer.gui.painting import Still


class Axis(pg.AxisItem):
    """An axis whose labels are kept as a picture: pyqtgraph writes them again whenever something beside them changes."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._still = Still()
        self._version = 0

    def paint(self, painter: QPainter, option: Any, widget: Any) -> None:
        """Paint the ticks and labels."""
        # pyqtgraph forgets its own drawing whenever it is out of date.
        self._version += self.picture is None
        self._still.paint(
            painter, self.boundingRect(), self._version,
            lambda inner: pg.AxisItem.paint(self, inner, option, widget),
        )  # fmt: skip


class StepAxis(Axis):
    """An axis of steps: its ticks are whole numbers, however far one zooms in."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return pyqtgraph's distances between ticks, none below one step."""
        levels = super().tickSpacing(minVal, maxVal, size)
        return [(max(1.0, float(spacing)), 0.0) for spacing, _ in levels[:2]]
