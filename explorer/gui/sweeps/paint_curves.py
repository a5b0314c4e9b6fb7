"""Painting a sweep over one axis: a curve for each value of the other, its quartiles as a band, theory's line over it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, label, pen, shade
from explorer.gui.plot.patterns import fill
from explorer.gui.plot.theme import Theme
from explorer.gui.sweeps.marks import MARK, paint_failure
from explorer.gui.sweeps.picture import Picture
from explorer.gui.sweeps.words import setting_title, value_text
from explorer.gui.words.i18n import tr
from explorer.workspace.scales.gains import NAN, PATTERNS, UNDEFINED, ZERO
from explorer.workspace.sweeps.scale import line_colours

_BANDS = 12
"""Of more curves the bands of quartiles would hide one another."""
_NAMED = 7
"""So many curves are named at most."""
_FEW = 40
"""So many points of a curve have dots."""


def paint_curves(painter: QPainter, axes: Axes, picture: Picture, theme: Theme) -> None:
    cut, xs = picture.cut, picture.places()
    colours = line_colours(theme, len(cut.median))
    painter.save()
    painter.setClipRect(axes.frame)
    if picture.scale.diverging:
        painter.setPen(pen(theme.muted, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), axes.y(0.0), axes.frame.right(), axes.y(0.0)))
    for row, colour in enumerate(colours):
        there = np.isfinite(cut.median[row])
        if cut.seeds > 1 and len(colours) <= _BANDS:
            _paint_band(painter, axes, xs[there], cut.lower[row][there], cut.upper[row][there], colour)
    for row, colour in enumerate(colours):
        there = np.isfinite(cut.median[row])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Qt strokes a wider line as a shape, a hundred times as slowly.
        painter.setPen(pen(colour, 0.8 * theme.line_width if len(colours) <= _BANDS else 1.0))
        if picture.across.numbers:
            painter.drawPath(axes.curve(xs[there], cut.median[row][there]))
        if there.sum() <= _FEW and len(colours) <= _BANDS:
            _paint_dots(painter, axes, xs[there], cut.median[row][there], colour)
        _paint_odd(painter, axes, picture, row, theme)
    _paint_theory(painter, axes, picture, theme)
    painter.restore()
    _paint_names(painter, axes, picture, colours, theme)


def _paint_band(painter: QPainter, axes: Axes, x: Floats, lower: Floats, upper: Floats, colour: str) -> None:
    """Fill between the quartiles; where one is infinite, to the edge."""
    xs, low, high = axes.xs(x), *(axes.ys(np.clip(one, -1e300, 1e300)) for one in (lower, upper))
    points = [QPointF(*at) for at in (*zip(xs, low, strict=True), *zip(xs[::-1], high[::-1], strict=True))]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(colour, 48))
    painter.drawPolygon(QPolygonF(points))


def _paint_dots(painter: QPainter, axes: Axes, x: Floats, y: Floats, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for at in zip(axes.xs(x).tolist(), axes.ys(y).tolist(), strict=True):
        painter.drawEllipse(QPointF(*at), 2.2, 2.2)


def _paint_odd(painter: QPainter, axes: Axes, picture: Picture, row: int, theme: Theme) -> None:
    """Mark on the lower edge what has no place on the axis: a true zero, no number, a failure; each curve in its own line."""
    table = picture.scale.table(theme)
    y = axes.frame.bottom() - MARK * (row + 1) - 2
    for column, kind in _odd(picture, row):
        x = axes.x(float(picture.places()[column]))
        place = QRectF(x - MARK / 2, y, MARK, MARK)
        if kind == UNDEFINED:
            paint_failure(painter, place, theme, whole=True)
        else:
            fill(painter, place, QColor(*table[kind][:3].tolist()), PATTERNS[kind], theme)


def _odd(picture: Picture, row: int) -> Iterator[tuple[int, int]]:
    cut = picture.cut
    for column in np.flatnonzero((cut.known[row] > 0) & ~np.isfinite(cut.median[row])).tolist():
        value = cut.median[row, column]
        failed = cut.failed[row, column] == cut.known[row, column]
        yield column, (ZERO if value == -np.inf else UNDEFINED if failed and np.isnan(value) else NAN)


def _paint_theory(painter: QPainter, axes: Axes, picture: Picture, theme: Theme) -> None:
    theory = picture.theory
    if theory is None:
        return
    across = np.log10(theory.across) if picture.is_log() else theory.across
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for values in _different(theory.values):
        painter.setPen(pen(theme.text, 0.8 * theme.line_width, Qt.PenStyle.DashLine))
        painter.drawPath(axes.curve(across, values))


def _different(rows: Floats) -> list[Floats]:
    """Return the rows, each once: theory knows no number of units."""
    found: list[Floats] = []
    for row in rows:
        if not any(np.allclose(row, other, rtol=1e-9, atol=1e-12, equal_nan=True) for other in found):
            found.append(row)
    return found


def _paint_names(painter: QPainter, axes: Axes, picture: Picture, colours: list[str], theme: Theme) -> None:
    """Write which curve is which, in the corner that the curves leave most free; of many only some."""
    entries: list[tuple[str, str, Qt.PenStyle]] = []
    if picture.up is not None:
        title = setting_title(picture.up.name)
        for row in np.unique(np.linspace(0, len(colours) - 1, min(len(colours), _NAMED)).astype(int)).tolist():
            text = tr("{setting} {value}").format(setting=title, value=value_text(picture.up.values[row]))
            entries.append((text, colours[row], Qt.PenStyle.SolidLine))
    if picture.theory is not None:
        entries.append((tr("mean field, n → ∞"), theme.text, Qt.PenStyle.DashLine))
    if entries:
        metrics = painter.fontMetrics()
        wide = max(metrics.horizontalAdvance(text) for text, _, _ in entries) + 42.0
        place = _free_corner(axes, picture, QSizeF(wide, metrics.height() * len(entries) + 6.0))
        _write_names(painter, place, entries, theme)


def _free_corner(axes: Axes, picture: Picture, size: QSizeF) -> QRectF:
    """Return the box of this ``size`` in a corner that holds the fewest points."""
    inner = axes.frame.adjusted(6, 6, -6, -6)
    xs, ys = np.broadcast_to(axes.xs(picture.places()), picture.cut.median.shape), axes.ys(picture.cut.median)
    boxes = [
        QRectF(QPointF(left, top), size)
        for left in (inner.left(), inner.right() - size.width())
        for top in (inner.top(), inner.bottom() - size.height())
    ]

    def hidden(box: QRectF) -> int:
        return int(np.sum((xs > box.left()) & (xs < box.right()) & (ys > box.top()) & (ys < box.bottom())))

    return min(boxes, key=hidden)


def _write_names(painter: QPainter, place: QRectF, entries: list[tuple[str, str, Qt.PenStyle]], theme: Theme) -> None:
    line, left = painter.fontMetrics().height(), place.left()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(theme.card, 220))
    painter.drawRoundedRect(place, 3, 3)
    for i, (text, colour, style) in enumerate(entries):
        y = place.top() + 3 + (i + 0.5) * line
        painter.setPen(pen(colour, 0.8 * theme.line_width, style))
        painter.drawLine(QLineF(left + 4, y, left + 30, y))
        label(painter, left + 36, y, text, theme.text, 0.0, 0.5)
