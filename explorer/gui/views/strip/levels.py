"""The bands of the network's other layers, and the line of the seam, drawn."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.gui.plot.scales import STATE_PATTERNS, state_colours
from explorer.gui.views.strip.bands import paint_band
from explorer.gui.views.strip.depth import rows_of
from explorer.gui.views.strip.scene import Scene, rounded, with_alpha


def paint_layers(painter: QPainter, scene: Scene) -> None:
    """Paint the other layers, and the line of the seam."""
    table = state_colours(scene.theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for band, row in rows_of(scene.picture.layers, scene.layout.above, scene.layout.below):
        paint_band(painter, scene, row, band.fill[None], table, 0.0, STATE_PATTERNS)
        painter.setPen(rounded(scene.theme.border, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        left, right = scene.at(-0.5), scene.at(scene.picture.steps + 0.5)
        painter.drawRect(QRectF(left, row.top, right - left, row.height))
    seam = scene.picture.inspection.analysis.run.course.seam
    if seam is not None:
        x, rows = scene.at(seam + 0.5), scene.layout
        painter.setPen(QPen(with_alpha(scene.theme.text, 0.8), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, rows.o.top, x, rows.x.bottom))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
