"""Painting an error surface: colours and contour lines, and on them the paths that were walked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, framed, label, pen, shade
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.level_lines import contour
from explorer.gui.plot.matrix import show
from explorer.gui.plot.patterns import Patterns, fill
from explorer.gui.plot.theme import Theme
from explorer.gui.views.surface.picture import ODD_KINDS, Scale, odd_colours, patterns, picture, table
from explorer.gui.views.surface.words import names
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.surfaces import Path, Rectangle, Surface
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import signed

_FAR = 1e4
_BAR = 9.0
_MOST_POINTS = 129
_MANY_PIECES = 4000
_RING = 9.0


@dataclass(frozen=True, slots=True)
class Relief:
    """A surface made ready to be painted: its colours, and contour lines as ends (K, 4) in the plane's coordinates."""

    surface: Surface
    scale: Scale
    levels: tuple[float, ...]
    image: QImage
    lines: tuple[Floats, ...]
    patterns: Patterns

    @classmethod
    def of(cls, surface: Surface, theme: Theme) -> Relief:
        """Return the relief of ``surface``."""
        grid = surface.grid
        scale = Scale.of(grid.losses)
        levels = tuple(scale.levels())
        step = 2 if len(grid.alphas) > _MOST_POINTS else 1
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(grid.losses[::step, ::step])
        lines = tuple(_placed(contour(logs, math.log10(level)), surface.rectangle, logs.shape) for level in levels)
        return cls(surface, scale, levels, picture(grid.losses, scale, theme), lines, patterns(grid.losses))


def paint_surface(painter: QPainter, area: QRectF, relief: Relief, rectangle: Rectangle, theme: Theme) -> Axes:
    """Paint everything, looking at ``rectangle`` of the plane; return the axes."""
    surface = relief.surface
    bar = _bar_width(QFontMetricsF(painter.font()), relief)
    axes = _frame(painter, area, theme, rectangle, names(surface), bar)
    _paint_relief(painter, axes, relief, theme)
    _paint_bar(painter, axes, relief, theme, tr("mean loss"), area.right())
    if surface.path is not None:
        _paint_path(painter, axes, surface.path, theme.ink, theme, dots=True)
    # The same colours in every theme: the ground is the same, too.
    descents = (
        (surface.free, theme.gains.hot, tr("not clipped")),
        (surface.clipped, theme.gains.cold, tr("clipped")),
    )
    for path, colour, _ in descents:
        if path is not None:
            _paint_path(painter, axes, path, colour, theme, dots=False)
    _paint_present(painter, axes, surface.present, theme)
    _paint_names(painter, axes, descents, surface.present, theme)
    return axes


def _placed(lines: Floats, rectangle: Rectangle, shape: tuple[int, ...]) -> Floats:
    left, right, bottom, top = rectangle
    rows_, columns_ = shape
    across, up = (right - left) / (columns_ - 1), (top - bottom) / (rows_ - 1)
    return lines * np.array([across, up, across, up]) + np.array([left, bottom, left, bottom])


def _frame(
    painter: QPainter, area: QRectF, theme: Theme, rectangle: Rectangle, names_: tuple[str, str], bar: float
) -> Axes:
    """Paint ticks and the names of the axes around the place of the surface, which leaves ``bar`` pixels; return the axes."""
    line = painter.fontMetrics().height()
    left, right, bottom, top = rectangle
    # A short name stands beside the numbers, under the colour bar; a long one below them.
    lower = line if painter.fontMetrics().horizontalAdvance(names_[0] + " →") > bar else 0.0
    room = area.adjusted(2, line + 4, -bar - 2, -4 - lower)
    axes = framed(painter, theme, room, Side.numbers(left, right, 4), Side.numbers(bottom, top, 5))
    label(painter, area.left() + 2, area.top(), "↑ " + names_[1], theme.text, 0.0, 0.0)
    label(painter, area.right() - 2, axes.frame.bottom() + 3 + lower, names_[0] + " →", theme.text, 1.0, 0.0)
    return axes


def _paint_relief(painter: QPainter, axes: Axes, relief: Relief, theme: Theme) -> None:
    """Paint colours and contour lines where the surface lies, within the frame."""
    left, right, bottom, top = relief.surface.rectangle
    corner, far = QPointF(axes.x(left), axes.y(top)), QPointF(axes.x(right), axes.y(bottom))
    painter.save()
    painter.setClipRect(axes.frame)
    show(painter, QRectF(corner, far), relief.image, theme)
    relief.patterns.paint(painter, QRectF(corner, far), QRectF(relief.image.rect()), theme)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # A chaotic network's surface is all lines: they must not hide the colours.
    many = sum(map(len, relief.lines)) > _MANY_PIECES
    painter.setPen(pen(theme.ink, 0.7, alpha=50 if many else 120))
    for lines in relief.lines:
        if len(lines):
            x, y = axes.xs(lines[:, ::2].ravel()), axes.ys(lines[:, 1::2].ravel())
            painter.drawPath(pg.functions.arrayToQPath(x, y, connect="pairs"))
    painter.restore()
    painter.setPen(pen(theme.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(axes.frame)


def _bar_width(metrics: QFontMetricsF, relief: Relief) -> float:
    """Return the room that the colour bar needs with its labels."""
    return _BAR + 10 + max((metrics.horizontalAdvance(signed(level, 2)) for level in relief.levels), default=20.0)


def _paint_bar(painter: QPainter, axes: Axes, relief: Relief, theme: Theme, title: str, right: float) -> None:
    """Paint the scale of the losses at the right of the surface, its numbers where the contour lines are."""
    line = painter.fontMetrics().height()
    odd = [
        text for text, there in zip(("∞", "NaN"), (relief.scale.unending, relief.scale.undefined), strict=True) if there
    ]
    place = QRectF(axes.frame.right() + 5, axes.frame.top(), _BAR, axes.frame.height() - line * len(odd))
    stretched = QImage(table(theme)[::-1].tobytes(), 1, 128, 4, QImage.Format.Format_RGBA8888)
    show(painter, place, stretched.copy(), theme)
    label(painter, right - 2, axes.frame.top() - line - 4, title, theme.muted, 1.0, 0.0)
    scale, last = relief.scale, math.inf
    for level in relief.levels:
        y = place.bottom() - (math.log10(level) - scale.low) / (scale.high - scale.low) * place.height()
        y = min(max(y, place.top() + line / 2), place.bottom() - line / 2)
        if last - y >= 0.9 * line:
            label(painter, place.right() + 4, y, signed(level, 2), theme.muted, 0.0, 0.5)
            last = y
    colours = dict(zip(("∞", "NaN"), odd_colours(theme), strict=True))
    for i, text in enumerate(odd):
        y = place.bottom() + (i + 0.5) * line
        fill(painter, QRectF(place.left(), y - 4, _BAR, 8), colours[text], ODD_KINDS[text], theme)
        label(painter, place.right() + 4, y, text, theme.muted, 0.0, 0.5)


def _paint_path(painter: QPainter, axes: Axes, path: Path, colour: str, theme: Theme, dots: bool) -> None:
    """Paint a path with a light edge, dots at its points where wanted, and an arrow where it leaves the frame."""
    x, y = (np.clip(values, -_FAR, _FAR) for values in (axes.xs(path.a), axes.ys(path.b)))
    line: QPainterPath = pg.functions.arrayToQPath(x, y, connect="finite")
    painter.save()
    painter.setClipRect(axes.frame)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width, alpha in ((theme.rest, 2.6, 210), (colour, 1.2, 255)):
        painter.setPen(pen(ink, width * 0.5 * theme.line_width + 0.4, alpha=alpha))
        painter.drawPath(line)
    if dots:
        painter.setPen(pen(theme.rest, 0.8))
        painter.setBrush(QColor(colour))
        for place in zip(x.tolist(), y.tolist(), strict=True):
            painter.drawEllipse(QPointF(*place), 2.6, 2.6)
    painter.restore()


def _end_of(axes: Axes, path: Path) -> tuple[QPointF, bool] | None:
    """Return where a path is last seen, and whether it left the frame there; None where it never is."""
    x, y = np.clip(axes.xs(path.a), -_FAR, _FAR), np.clip(axes.ys(path.b), -_FAR, _FAR)
    inside = [axes.frame.contains(QPointF(*point)) for point in zip(x.tolist(), y.tolist(), strict=True)]
    if not any(inside):
        return None
    last = len(inside) - 1 - inside[::-1].index(True)
    here = QPointF(float(x[last]), float(y[last]))
    if last == len(inside) - 1:
        return here, False
    return _edge(axes.frame, here, QPointF(float(x[last + 1]), float(y[last + 1]))), True


def _edge(frame: QRectF, inside: QPointF, outside: QPointF) -> QPointF:
    """Return where the way from ``inside`` to ``outside`` crosses the frame."""
    way = outside - inside
    shares = [1.0]
    for start, step, low, high in (
        (inside.x(), way.x(), frame.left(), frame.right()),
        (inside.y(), way.y(), frame.top(), frame.bottom()),
    ):
        if step:
            shares.append(((high if step > 0 else low) - start) / step)
    return inside + way * min(shares)


def _paint_names(
    painter: QPainter,
    axes: Axes,
    paths: Iterable[tuple[Path | None, str, str]],
    present: tuple[float, float],
    theme: Theme,
) -> None:
    """Write what each path is beside its end, where that hides least of the paths and of the present point, and no name."""
    shown = [(path, colour, name) for path, colour, name in paths if path is not None]
    points = [np.stack([axes.xs(path.a), axes.ys(path.b)], axis=-1) for path, _, _ in shown]
    here = np.array([axes.x(present[0]), axes.y(present[1])])
    crowd = np.concatenate([*points, here + _RING * np.array([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]])])
    taken: list[QRectF] = []
    for path, colour, name in shown:
        end = _end_of(axes, path)
        if end is not None:
            text = f"{name} ↗" if end[1] else name
            size = QSizeF(painter.fontMetrics().horizontalAdvance(text) + 6.0, painter.fontMetrics().height())
            place = min(_places(axes.frame, end[0], size), key=lambda box: _hidden(box, crowd, taken))
            taken.append(place)
            _write(painter, place, text, colour, theme)


def _places(frame: QRectF, at: QPointF, size: QSizeF) -> list[QRectF]:
    """Return boxes of ``size`` about a point, the nearest first, within the ``frame``."""
    width, height = size.width(), size.height()
    found = []
    for away in (6.0, 18.0, 36.0, 60.0):
        for x in (at.x() + away, at.x() - width / 2, at.x() - away - width):
            for y in (at.y() - away - height, at.y() - height / 2, at.y() + away):
                left = min(max(x, frame.left() + 2), frame.right() - width - 2)
                top = min(max(y, frame.top() + 2), frame.bottom() - height - 2)
                found.append(QRectF(left, top, width, height))
    return found


def _hidden(box: QRectF, points: Floats, taken: list[QRectF]) -> int:
    """Return how many ``points`` (K, 2) of the paths a box would hide; names hidden count for more than all of them."""
    wide = box.adjusted(-3, -3, 3, 3)
    across = (points[:, 0] > wide.left()) & (points[:, 0] < wide.right())
    up = (points[:, 1] > wide.top()) & (points[:, 1] < wide.bottom())
    return int((across & up).sum()) + (len(points) + 1) * sum(map(box.intersects, taken))


def _write(painter: QPainter, place: QRectF, text: str, colour: str, theme: Theme) -> None:
    """Write ``text`` on a light ground so that it can be read."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(theme.rest, 215))
    painter.drawRoundedRect(place, 3, 3)
    label(painter, place.center().x(), place.center().y(), text, colour, 0.5, 0.5)


def paint_note(painter: QPainter, frame: QRectF, text: str, theme: Theme) -> None:
    """Write a sentence over the middle of a picture."""
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    inner = frame.adjusted(12, 12, -12, -12)
    place = painter.boundingRect(inner, flags, text)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(theme.card, 235))
    painter.drawRoundedRect(place.adjusted(-6, -4, 6, 4), 4, 4)
    painter.setPen(QColor(theme.text))
    painter.drawText(inner, flags, text)


def _paint_present(painter: QPainter, axes: Axes, point: tuple[float, float], theme: Theme) -> None:
    """Mark the present weights with a ring and a cross of hairs."""
    x, y = axes.x(point[0]), axes.y(point[1])
    if not axes.frame.contains(QPointF(x, y)):
        return
    for ink, width in ((theme.rest, 3.4), (theme.ink, 1.5)):
        painter.setPen(pen(ink, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), 5.0, 5.0)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QLineF(x + 5 * dx, y + 5 * dy, x + 9 * dx, y + 9 * dy))
