"""How much each input mattered to the loss, as bars under the inputs on a logarithmic scale of whole decades."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.patterns import fill
from explorer.gui.views.strip.scene import NOT_YET, Scene, cross, rounded, with_alpha
from explorer.workspace.words.numbers import power_of_ten

ROOM = 0.9
"""The height of the row, in heights of a line of text."""

_ROOM_FOR_A_CROSS = 7.0
_LEAST = 1.5
_NARROWEST = 1.0


def paint_mattered(painter: QPainter, scene: Scene) -> None:
    """Paint a bar under each x_t, as long and as dark as ‖∂L/∂x_t‖; nothing where no loss is asked about."""
    log10 = scene.picture.mattered
    first, last = max(scene.first, 1), scene.last
    if log10 is None or first > last:
        return
    low, high = scene.picture.mattered_ends
    each = max(math.ceil(_NARROWEST / scene.layout.spacing), 1)
    width = max(0.74 * min(each * scene.layout.spacing, 30.0), _NARROWEST) if each == 1 else each * scene.layout.spacing
    _base(painter, scene, first, last)
    _ends(painter, scene)
    painter.setPen(Qt.PenStyle.NoPen)
    for step, value in zip(range(first, last + 1, each), _tallest(log10[first - 1 : last], each), strict=True):
        painter.setOpacity(1.0 if step <= scene.reached else NOT_YET)
        _bar(painter, scene, step + (each - 1) / 2, value, (value - low) / (high - low), width)
    painter.setOpacity(1.0)


def _tallest(values: Floats, each: int) -> list[float]:
    """Return the largest of every ``each`` values; NaN shows through."""
    if each == 1:
        return values.tolist()
    return np.maximum.reduceat(values, np.arange(0, len(values), each)).tolist()


def _base(painter: QPainter, scene: Scene, first: int, last: int) -> None:
    y = scene.layout.mark.bottom - 0.5
    painter.setPen(rounded(scene.theme.border, 1.0))
    painter.drawLine(QLineF(scene.at(first - 0.5), y, scene.at(last + 0.5), y))


def _ends(painter: QPainter, scene: Scene) -> None:
    """Write the ends of the scale under s_0, which has no input, where there is room."""
    row = scene.layout.mark
    text = "–".join(power_of_ten(end) for end in scene.picture.mattered_ends)
    place = QRectF(scene.at(-0.5), row.top, scene.layout.spacing - 3.0, row.height)
    if scene.first == 0 and scene.metrics.horizontalAdvance(text) <= place.width():
        painter.setFont(scene.font)
        painter.setPen(QColor(scene.theme.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _bar(painter: QPainter, scene: Scene, step: float, log10: float, share: float, width: float) -> None:
    """Paint one bar: full at the upper end of the scale, its least height at the lower end and below."""
    row, x = scene.layout.mark, scene.at(step)
    full = row.height - 2.0
    place = QRectF(x - width / 2, row.top + 1.0, width, full)
    if math.isnan(log10):
        fill(painter, place, scene.theme.nan, "nan", scene.theme)
    elif log10 == -math.inf:
        _zero(painter, scene, QPointF(x, row.middle), width)
    else:
        share = min(max(share, 0.0), 1.0)
        place.setTop(place.bottom() - max(share * full, _LEAST))
        painter.fillRect(place, with_alpha(scene.theme.trend, 0.5 + 0.5 * share))
        if log10 == math.inf:
            # Beyond the scale: the bar wears a cap.
            painter.fillRect(QRectF(place.left(), row.top + 1.0, width, 2.0), QColor(scene.theme.grow))


def _zero(painter: QPainter, scene: Scene, centre: QPointF, width: float) -> None:
    """Mark what is exactly zero: by the cross that rings have, or by a dot on the base line where that has no room."""
    if width >= _ROOM_FOR_A_CROSS:
        painter.setPen(rounded(scene.theme.text, 1.2))
        cross(painter, centre, 2.6)
        return
    bottom = scene.layout.mark.bottom
    painter.fillRect(QRectF(centre.x() - width / 2, bottom - 2.0, width, 2.0), QColor(scene.theme.text))
