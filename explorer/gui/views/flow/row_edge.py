"""The truncation of the gradient on the bars of row T: an upright edge, since all that is cut lies further back."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt

from explorer.gui.views.flow.band import Band


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
        k = self._last_cut()
        return QPointF(k, sum(self.box.viewRange()[1]) / 2) if self._sees(k) else None

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
        """Return the whole bar of the chosen pair."""
        _, k = self.pair
        return QRectF(self.pixel(k - 0.5), 0.0, self.spacing(), self.box.height())
