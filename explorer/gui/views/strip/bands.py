"""The unrolled network drawn as bands, for more steps than there is room for circles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPolygonF

from explorer.gui.plot.patterns import Patterns
from explorer.gui.views.strip.ends import paint_input_labels
from explorer.gui.views.strip.layout import Span
from explorer.gui.views.strip.scene import NOT_YET, UNREACHED, Scene, rounded, with_alpha
from explorer.workspace.scales.patterns import Kind
from explorer.workspace.scales.states import (
    GAIN_PATTERNS,
    LARGEST,
    STATE_PATTERNS,
    Indices,
    Table,
    gain_colours,
    state_colours,
)

_MOST_LINES = 4


def paint_bands(painter: QPainter, scene: Scene) -> None:
    """Paint outputs, gains of the steps, states, what arrives of the gradient, and inputs, row by row."""
    rows, picture, theme = scene.layout, scene.picture, scene.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _outputs(painter, scene)
    _undefined(painter, scene)
    paint_band(painter, scene, rows.arrow, picture.arrow_index[None], gain_colours(theme), 0.5, GAIN_PATTERNS)
    paint_band(painter, scene, rows.band, picture.fill[None], state_colours(theme), 0.0, STATE_PATTERNS)
    low, high = scene.heard
    ring = picture.ring_index[low : high + 1]
    if len(ring):
        paint_band(painter, scene, rows.ring, ring[None], gain_colours(theme), float(low), GAIN_PATTERNS)
    _frames(painter, scene)
    _inputs(painter, scene)
    _veil(painter, scene)
    _playhead(painter, scene)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    paint_input_labels(painter, scene)


def paint_band(
    painter: QPainter,
    scene: Scene,
    row: Span,
    index: Indices,
    table: Table,
    start: float,
    kinds: Mapping[int, Kind] | None = None,
) -> None:
    """Draw the columns of ``index`` (rows, columns) about the steps from ``start`` on, each one step wide."""
    first = max(int(scene.first - start) - 1, 0)
    last = min(int(scene.last - start) + 2, index.shape[1])
    if first >= last:
        return
    pixels = np.ascontiguousarray(table[index[:, first:last]])
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    left = scene.at(start + first - 0.5)
    place = QRectF(left, row.top, width * scene.layout.spacing, row.height)
    painter.drawImage(place, image)
    if kinds is not None:
        patterns = Patterns(kinds)
        patterns.present(index[:, first:last])
        patterns.paint(painter, place, QRectF(0, 0, width, height), scene.theme)


def _outputs(painter: QPainter, scene: Scene) -> None:
    """Draw the outputs as colours, one below the other: none is the card, one the accent, below zero as states."""
    picture, row = scene.picture, scene.layout.o
    values = picture.bars.T
    if picture.signed:
        index = np.rint((values + 1) * (LARGEST / 2)).astype(np.uint8)
        paint_band(painter, scene, row, index, state_colours(scene.theme), 1.0)
        return
    index = np.rint(values * 255).astype(np.uint8)
    paint_band(painter, scene, row, index, _tints(scene.theme.panel, scene.theme.accent), 1.0)


def _tints(paper: str, ink: str) -> Table:
    ends = np.array([QColor(paper).getRgb(), QColor(ink).getRgb()], dtype=np.float64)
    share = np.linspace(0.0, 1.0, 256)[:, None]
    return np.asarray(np.rint(ends[0] + share * (ends[1] - ends[0])), dtype=np.uint8)


def _undefined(painter: QPainter, scene: Scene) -> None:
    """Hatch the row of the gradient beyond t, where it is not defined."""
    row = scene.layout.ring
    left, right = scene.at(scene.picture.t + 0.5), scene.at(scene.picture.steps + 0.5)
    if scene.picture.backward:
        left, right = scene.at(-0.5), scene.at(scene.picture.t - 0.5)
    brush = QBrush(QColor(scene.theme.undefined_hatch), Qt.BrushStyle.BDiagPattern)
    painter.fillRect(QRectF(left, row.top, right - left, row.height), brush)


def _frames(painter: QPainter, scene: Scene) -> None:
    """Frame the bands, so that white on white keeps its edge."""
    rows = scene.layout
    left, right = scene.at(-0.5), scene.at(scene.picture.steps + 0.5)
    painter.setPen(rounded(scene.theme.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row, start in ((rows.o, scene.at(0.5)), (rows.arrow, scene.at(0.0)), (rows.band, left), (rows.ring, left)):
        painter.drawRect(QRectF(start, row.top, right - start, row.height))


def _inputs(painter: QPainter, scene: Scene) -> None:
    picture = scene.picture
    if picture.worded:
        _word_roll(painter, scene)
    elif picture.inputs.shape[1] <= _MOST_LINES:
        for column in range(picture.inputs.shape[1]):
            _line(painter, scene, column)
    else:
        index = np.rint((picture.inputs.T + 1) * (LARGEST / 2)).astype(np.uint8)
        paint_band(painter, scene, scene.layout.x, index, state_colours(scene.theme), 1.0)


def _line(painter: QPainter, scene: Scene, column: int) -> None:
    """Draw one column of the inputs as an area over its base line."""
    row, values = scene.layout.x, scene.picture.inputs[:, column]
    first, last = max(scene.first - 1, 1), min(scene.last + 1, scene.picture.steps)
    points = [
        QPointF(scene.at(step), row.middle - value * row.height / 2)
        for step, value in enumerate(values[first - 1 : last].tolist(), start=first)
    ]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(rounded(scene.theme.border, 1.0))
    painter.drawLine(QLineF(scene.at(first), row.middle, scene.at(last), row.middle))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(scene.theme.accent, 0.22))
    painter.drawPolygon(QPolygonF([QPointF(points[0].x(), row.middle), *points, QPointF(points[-1].x(), row.middle)]))
    painter.setPen(rounded(with_alpha(scene.theme.accent, 0.9 - 0.15 * column), 1.0))
    painter.drawPolyline(points)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _word_roll(painter: QPainter, scene: Scene) -> None:
    """Draw each word as a dash at the height of its place in the vocabulary, the first at the top."""
    row, x = scene.layout.x, scene.picture.inspection.analysis.feed.x
    first, last = max(scene.first, 1), scene.last
    places = np.argmax(x[first - 1 : last], axis=1) / max(x.shape[1] - 1, 1)
    width = max(scene.layout.spacing * 0.9, 1.0)
    tops = row.top + places * (row.height - 2.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(scene.theme.accent, 0.8))
    painter.drawRects(
        [QRectF(scene.at(step) - width / 2, top, width, 2.0) for step, top in enumerate(tops.tolist(), start=first)]
    )


def _veil(painter: QPainter, scene: Scene) -> None:
    """Make faint what lies beyond t and what is not reached yet."""
    rows, picture = scene.layout, scene.picture
    right = scene.at(picture.steps + 0.5)
    if scene.reached < picture.steps:
        left = scene.at(scene.reached + 0.5)
        area = QRectF(left, rows.o.top, right - left, rows.x.bottom - rows.o.top)
        painter.fillRect(area, with_alpha(scene.theme.card, 1.0 - NOT_YET))
    left = scene.at(picture.t + 0.5)
    if picture.backward:
        left, right = scene.at(-0.5), scene.at(picture.t - 0.5)
    for row in (Span(rows.o.top - 1, rows.o.bottom + 1), Span(rows.arrow.top - 1, rows.band.bottom + 1)):
        painter.fillRect(QRectF(left, row.top, right - left, row.height), with_alpha(scene.theme.card, 1.0 - UNREACHED))


def _playhead(painter: QPainter, scene: Scene) -> None:
    if scene.playhead.phase == "rest":
        return
    width = max(scene.layout.spacing, 3.0)
    row = Span(scene.layout.arrow.top, scene.layout.ring.bottom)
    painter.setPen(rounded(scene.theme.accent, 2.0))
    painter.drawRect(QRectF(scene.at(scene.playhead.step) - width / 2, row.top - 2, width, row.height + 4))
