"""The lanes of other layers and parts, the way they run, and the line of the seam, drawn."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from explorer.gui.views.strip.bands import paint_band
from explorer.gui.views.strip.depth import Lane, rows_of
from explorer.gui.views.strip.layout import Span
from explorer.gui.views.strip.river import Bed, paint_river
from explorer.gui.views.strip.scene import Scene, rounded, with_alpha
from explorer.gui.words.i18n import tr
from explorer.workspace.scales.states import STATE_PATTERNS, state_colours

_APART = 64.0
"""Pixels at least between two signs of the way that a lane runs."""
_SIGN, _LEAST_ROW = 3.0, 4.0
_LEAST_TICKS = 3.0


def paint_layers(painter: QPainter, scene: Scene) -> None:
    """Paint the lanes, the older states that the chosen one reads, and the line of the seam."""
    picture = scene.picture
    table = state_colours(scene.theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for lane, row in rows_of(picture.lanes, scene.layout.above, scene.layout.below):
        bed = Bed.of(lane, row, scene.stream is not None)
        paint_band(painter, scene, bed.states, lane.fill[None], table, 0.0, STATE_PATTERNS)
        if scene.stream is not None and lane.parts:
            paint_river(painter, scene, lane, bed, scene.stream)
        _frame(painter, scene, row, lane.own_steps)
        _signs(painter, scene, lane, bed.states)
    _own_weights(painter, scene, scene.layout.s, picture.own_steps)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _delays(painter, scene)
    _seam(painter, scene)


def _frame(painter: QPainter, scene: Scene, row: Span, own_steps: int) -> None:
    """Frame a lane, and part the steps that have weights of their own."""
    painter.setPen(rounded(scene.theme.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, right = scene.at(-0.5), scene.at(scene.picture.steps + 0.5)
    painter.drawRect(QRectF(left, row.top, right - left, row.height))
    _own_weights(painter, scene, row, own_steps)


def _own_weights(painter: QPainter, scene: Scene, row: Span, own_steps: int) -> None:
    """Draw a line between any two steps that don't share their weights; a dotted one along them where they are too many."""
    last = min(own_steps, scene.last)
    if not own_steps or last < 1:
        return
    painter.setPen(rounded(with_alpha(scene.theme.text, 0.45), 1.0))
    if scene.layout.spacing >= _LEAST_TICKS:
        steps = range(max(scene.first, 1), last + 1)
        painter.drawLines([QLineF(scene.at(t - 0.5), row.top, scene.at(t - 0.5), row.bottom) for t in steps])
        return
    pen = QPen(QColor(scene.theme.text), 1.0, Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawLine(QLineF(scene.at(0.5), row.bottom, scene.at(last), row.bottom))


def _signs(painter: QPainter, scene: Scene, lane: Lane, row: Span) -> None:
    """Draw now and then which way a lane runs, and a plus where it adds what it reads."""
    if row.height < _LEAST_ROW:
        return
    every = max(math.ceil(_APART / scene.layout.spacing), 1)
    half = min(_SIGN, 0.3 * row.height) * (-1.0 if lane.backward else 1.0)
    lines, y = list[QLineF](), row.middle
    for step in range(max(scene.first, 0), scene.last):
        if step % every == every // 2:
            x = scene.at(step + 0.5)
            lines += [QLineF(x - half, y - abs(half), x, y), QLineF(x - half, y + abs(half), x, y)]
            if lane.skip:
                x += 3.5 * _SIGN
                lines += [QLineF(x - _SIGN, y, x + _SIGN, y), QLineF(x, y - _SIGN, x, y + _SIGN)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for colour, width in ((scene.theme.card, 3.4), (scene.theme.text, 1.4)):
        painter.setPen(rounded(colour, width))
        painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _delays(painter: QPainter, scene: Scene) -> None:
    """Draw from which older states the chosen one is made, where there are more than the last."""
    delays = [delay for delay in scene.picture.delays if delay > 1 and delay <= scene.t]
    if not delays:
        return
    path, rows = QPainterPath(), scene.layout
    row = rows.s if rows.circles else rows.band
    for delay in delays:
        start, end = scene.at(scene.t - delay), scene.at(scene.t)
        path.moveTo(start, row.top)
        path.quadTo(QPointF((start + end) / 2, rows.o.middle), QPointF(end, row.top))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(rounded(with_alpha(scene.theme.accent, 0.75), 1.2))
    painter.drawPath(path)


def _seam(painter: QPainter, scene: Scene) -> None:
    """Draw where the decoder takes over, and which half is which."""
    seam = scene.picture.inspection.analysis.run.course.seam
    if seam is None:
        return
    x, rows = scene.at(seam + 0.5), scene.layout
    painter.setPen(QPen(with_alpha(scene.theme.text, 0.8), 1.2, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(x, rows.o.top, x, rows.x.bottom))
    if rows.s.middle - rows.radius - rows.o.bottom < scene.metrics.height():
        return
    painter.setFont(scene.font)
    painter.setPen(QColor(scene.theme.muted))
    base = rows.o.bottom + scene.metrics.ascent()
    for text, left in ((tr("encoder"), False), (tr("decoder"), True)):
        width = scene.metrics.horizontalAdvance(text)
        painter.drawText(QPointF(x + 5.0 if left else x - width - 5.0, base), text)
