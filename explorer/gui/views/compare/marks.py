"""What lies over the maps of a column: the cursor that all columns share, and the divider between two networks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.gui.core.view import Playhead
from explorer.gui.plot.card_axes import Axes, pen, rule, shade
from explorer.gui.plot.contour_labels import Box, between
from explorer.gui.plot.theme import Theme

GRIP = 6.0
"""Pixels about the divider by which a hand takes hold of it."""
_LEAST_CELL, _EDGE, _NOT_YET = 7.0, 3.5, 0.14
_HALO, _FAINT = 1.4, 150


def paint_cursor(
    painter: QPainter, states: QRectF, axes: Axes, pair: tuple[int, int], theme: Theme, names: Sequence[Box]
) -> None:
    """Draw the row t, the column k through the ``states`` too, and a frame around the ``pair`` (t, k).

    Neither line runs through ``names``, which are read where they stand.
    """
    line, frame = 0.7 * theme.line_width, axes.frame
    y, x = axes.y(pair[0]), axes.x(pair[1])
    for left, right in between(frame.left(), frame.right(), y, names, False):
        level = QRectF(left, y, right - left, 0.0)
        rule(painter, level, line + _HALO, shade(theme.card, _FAINT))
        rule(painter, level, line, QColor(theme.accent))
    for top, bottom in ((states.top(), states.bottom()), *between(frame.top(), frame.bottom(), x, names, True)):
        # One of two colours in turns is seen on any other; between two pixels neither would be whole.
        upright = QRectF(round(x - line / 2) + line / 2, top, 0.0, bottom - top)
        rule(painter, upright, line, QColor(theme.card))
        rule(painter, upright, line, QColor(theme.accent), dotted=True)
    _frame_pair(painter, framed(axes, pair), theme)


def framed(axes: Axes, pair: tuple[int, int]) -> QRectF:
    """Return the frame around the ``pair`` (t, k): its cell, or what can be seen about its middle."""
    cells = axes.right - axes.left
    wide, tall = (max(side / cells, _LEAST_CELL) for side in (axes.frame.width(), axes.frame.height()))
    return QRectF(axes.x(pair[1]) - wide / 2, axes.y(pair[0]) - tall / 2, wide, tall)


def taken_by_frame(axes: Axes, pair: tuple[int, int]) -> QRectF:
    """Return what the frame around the ``pair`` covers, its edge included."""
    return framed(axes, pair).adjusted(-_EDGE / 2, -_EDGE / 2, _EDGE / 2, _EDGE / 2)


def _frame_pair(painter: QPainter, box: QRectF, theme: Theme) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for ink, width in ((theme.card, _EDGE), (theme.selection, 1.6)):
        painter.setPen(pen(ink, width))
        painter.drawRect(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def paint_divider(painter: QPainter, x: float, place: QRectF, theme: Theme) -> None:
    """Draw the divider at ``x`` through ``place``, with a knob to take hold of."""
    upright = QRectF(x, place.top(), 0.0, place.height())
    rule(painter, upright, 5.0, QColor(theme.card))
    rule(painter, upright, 2.4, QColor(theme.accent))
    painter.setPen(pen(theme.card, 1.5))
    painter.setBrush(shade(theme.accent, 255))
    painter.drawEllipse(QPointF(x, place.center().y()), GRIP, GRIP)


def paint_veil(painter: QPainter, states: QRectF, axes: Axes, playhead: Playhead, theme: Theme) -> None:
    """Make faint what the animation has not reached."""
    if playhead.phase == "rest":
        return
    veil = QColor(theme.card)
    veil.setAlphaF(1.0 - _NOT_YET)
    x = min(max(axes.x(playhead.step + 0.5), axes.frame.left()), axes.frame.right())
    if playhead.phase == "forward":
        painter.fillRect(QRectF(x, states.top(), states.right() - x, states.height()), veil)
        painter.fillRect(axes.frame, veil)
        return
    x = axes.x(playhead.step - 0.5)
    painter.fillRect(QRectF(axes.frame.left(), axes.frame.top(), x - axes.frame.left(), axes.frame.height()), veil)
