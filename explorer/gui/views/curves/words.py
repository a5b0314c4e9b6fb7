"""The writing within the charts of a training: names of levels, bursts and events, clear of the curves and of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, label, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.thinned import envelope
from explorer.gui.views.curves.charts import Chart
from explorer.gui.words.i18n import tr
from explorer.workspace.words.numbers import scientific

_EDGE = 8.0
"""Pixels between a word and the ends of the axis, where dots are."""
_BACK = 215
_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands."""

    text: str
    colour: str
    place: QRectF


def paint_words(painter: QPainter, theme: Theme, words: Sequence[Word]) -> None:
    """Write ``words`` over whatever is there."""
    for word in words:
        painter.fillRect(word.place.adjusted(-2, 2, 2, -2), shade(theme.card, _BACK))
        label(painter, word.place.left(), word.place.top(), word.text, word.colour, 0.0, 0.0)


def words_of(painter: QPainter, theme: Theme, chart: Chart, axes: Axes) -> list[Word]:
    """Return what is written in ``chart``: how far a burst goes, and the levels' names, each at its line."""
    metrics, frame, words = painter.fontMetrics(), axes.frame, list[Word]()
    curves = _curves(chart, axes) if chart.levels or not np.isnan(chart.scale.beyond) else []

    def write(text: str, colour: str, tops: Sequence[float]) -> None:
        width = float(metrics.horizontalAdvance(text))
        lefts = frame.right() - _EDGE - width, frame.left() + _EDGE, frame.center().x() - width / 2
        places = [QRectF(left, top, width, metrics.height()) for left in lefts for top in tops]
        words.append(Word(text, colour, clearest(places, curves, [word.place for word in words])))

    if not np.isnan(chart.scale.beyond):
        write(tr("up to {value}").format(value=scientific(chart.scale.beyond, 1)), theme.bound, [frame.top()])
    for level in chart.levels:
        place = chart.scale.place(level.value)
        if axes.bottom <= place <= axes.top:
            y, height = axes.y(place), metrics.height()
            tops = (y - height, y)
            write(level.name, theme.threshold, [top for top in tops if _holds(frame, top, height)] or tops)
    return words


def clearest(places: Sequence[QRectF], curves: Sequence[Floats], taken: Sequence[QRectF]) -> QRectF:
    """Return the first of ``places`` that is clear of what is ``taken`` and that the fewest points of ``curves`` cross.

    A curve is (3, columns): the pixel of each column, its least and its greatest y.
    """
    free = [place for place in places if not any(map(place.intersects, taken))] or list(places)
    crossed = []
    for place in free:
        crossed.append(sum(_crossings(place, curve) for curve in curves))
        if not crossed[-1]:
            break
    return free[crossed.index(min(crossed))]


def free_place(x: float, size: tuple[float, float], frame: QRectF, taken: Sequence[QRectF]) -> QRectF | None:
    """Return a place of ``size`` beside the upright at ``x`` in ``frame``, clear of what is ``taken``; low and left first."""
    width, height = size
    for row in range(int(frame.height() / height)):
        for left in (x - 3 - width, x + 3):
            place = QRectF(left, frame.bottom() - 1 - (row + 1) * height, width, height)
            if frame.contains(place) and not any(place.intersects(other) for other in taken):
                return place
    return None


def _holds(frame: QRectF, top: float, height: float) -> bool:
    """Return whether a line of text fits; the empty edges of its letters may stand over."""
    return frame.top() - 4 < top and top + height < frame.bottom() + 4


def _curves(chart: Chart, axes: Axes) -> list[Floats]:
    """Return what each line covers, column by column, and between points that are far apart."""
    found = []
    for line in chart.lines:
        at, low, high = envelope(axes.xs(line.steps), axes.ys(chart.scale.put(line.y)))
        known = ~np.isnan(low)
        if known.any():
            found.append(np.stack([at[known], low[known], high[known]]))
    return found


def _crossings(place: QRectF, curve: Floats) -> int:
    at, low, high = curve
    inside = (at >= place.left()) & (at <= place.right()) & (low <= place.bottom() - 2) & (high >= place.top() + 2)
    between = np.linspace(place.left(), place.right(), _COLUMNS)
    between = between[(between >= at[0]) & (between <= at[-1])]
    middles = np.interp(between, at, 0.5 * (low + high))
    holds = [place.contains(QPointF(x, y)) for x, y in zip(between.tolist(), middles.tolist(), strict=True)]
    return int(inside.sum()) + sum(holds)
