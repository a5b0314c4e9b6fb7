"""The truncation of the gradient on the bars of row T: an upright edge, since all that is cut lies further back."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt

from explorer.gui.views.flow.band import Band

_LEVEL = 0.84
"""Of the height, where the grip is: its words stand above most bars where they have no room beside them."""


class RowEdge(Band):
    """Draws where truncation cuts row T, and the grip that moves a window's edge along k.

    Of chunks only the last one is seen here, whose length is no measure of theirs: they have an edge and no grip.
    """

    turned = 90.0

    def size_at(self, x: float, y: float) -> int:  # noqa: ARG002
        """Return the window, 1..T, whose edge is at k = x."""
        return min(max(math.floor(self.steps + 1.0 - x), 1), self.steps)

    def cursor_shape(self) -> Qt.CursorShape:
        """Return the cursor that shows which way the grip moves."""
        return Qt.CursorShape.SizeHorCursor

    def _edge(self) -> list[QLineF]:
        k = self._last_cut()
        bottom, top = self.box.viewRange()[1]
        return [QLineF(k, bottom, k, top)] if self.size < self.steps and self._sees(k) else []

    def _middle(self) -> QPointF | None:
        k, (bottom, top) = self._last_cut(), self.box.viewRange()[1]
        return QPointF(k, bottom + _LEVEL * (top - bottom)) if self._sees(k) else None

    def _corner(self) -> QPointF | None:
        return None

    def _last_cut(self) -> float:
        """Return the border between what is cut and what is kept."""
        cut = self.size * ((self.steps - 1) // self.size) if self.kind == "chunk" else self.steps - self.size
        return cut + 0.5

    def _sees(self, k: float) -> bool:
        left, right = self.box.viewRange()[0]
        return bool(left <= k <= right)

    def _cell(self) -> QRectF:
        """Return nothing: words stand over what is cut, where no bar is high."""
        return QRectF()
