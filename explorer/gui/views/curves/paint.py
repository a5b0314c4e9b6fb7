"""Painting the charts of a training: where they stand, their axes, lines, names and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, columns, gutter, label, pen, rows, shade, uprights
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.labels import apart
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.thinned import envelope, smoothed, thinned
from explorer.gui.views.curves.charts import Chart, Line
from explorer.gui.views.curves.past import SMOOTH_SHARE, paint_past
from explorer.gui.views.curves.words import Word, free_place, paint_words, words_of
from explorer.gui.words.record_words import event_label, shown_events
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.scales.ticks import Side

_LEAST_FOR_NAMES = 17
"""Digits: where less width would be left, lines are named above the charts, not beside their ends."""
_TICKS = 2
_FEWEST_STEPS = 3
"""So many steps asked for are always two at least."""
_USUAL = "0.000"
"""As wide as values mostly are: a heading must not change with each of them."""
_GAP = 8
_PALE = 120
_HOLLOW = 2.6
_APART = 12.0
_CHANGE = 6.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each chart stands, from ``left`` to ``edge``; ``beside`` is whether the lines are named at their right ends."""

    axes: tuple[Axes, ...]
    beside: bool
    line: float
    left: float
    edge: float

    @classmethod
    def of(cls, painter: QPainter, area: QRectF, charts: Sequence[Chart], last: int) -> Layout:
        """Return the charts under one another in ``area``, over the steps 0 to ``last``."""
        line = float(painter.fontMetrics().height())
        left = gutter(painter, [text for chart in charts for _, text in chart.scale.ticks(_TICKS)])
        names = [of.name for chart in charts for of in chart.lines]
        needed = left + gutter(painter, names) + painter.fontMetrics().horizontalAdvance("0" * _LEAST_FOR_NAMES)
        beside = area.width() >= needed
        right = gutter(painter, names) if beside else 6.0
        height = (area.height() - line - 5.0) / max(len(charts), 1)
        axes = []
        for i, chart in enumerate(charts):
            top = area.top() + i * height + line + 2.0
            frame = QRectF(area.left() + left, top, area.width() - left - right, height - line - 5.0)
            axes.append(Axes(frame, 0.0, float(max(last, 1)), chart.scale.low, chart.scale.high))
        return cls(tuple(axes), beside, line, area.left() + 2.0, area.right() - 4.0)

    @property
    def frame(self) -> QRectF:
        """Return what all charts share: from the top of the first to the bottom of the last."""
        return QRectF(self.axes[0].frame.topLeft(), self.axes[-1].frame.bottomRight())

    def uprights(self, x: float) -> list[QLineF]:
        """Return the vertical line at the pixel ``x`` through all charts; it spares their headings."""
        return [QLineF(x, axes.frame.top(), x, axes.frame.bottom()) for axes in self.axes]

    def chart_at(self, point: QPointF) -> int | None:
        """Return the chart whose curves or heading are under ``point``."""
        for i, axes in enumerate(self.axes):
            if axes.frame.top() - self.line - 2 <= point.y() <= axes.frame.bottom() + 4:
                return i
        return None


def paint_charts(
    painter: QPainter, theme: Theme, layout: Layout, charts: Sequence[Chart], record: Record
) -> tuple[Word, ...]:
    """Paint all that stands still while the cursor moves, but for the words, which `paint_cursor` writes over it."""
    last = layout.axes[-1]
    most = max(_FEWEST_STEPS, int(last.frame.width() / (4.5 * layout.line)))
    steps = Side.steps(last.left, last.right, most).ticks
    words: list[Word] = []
    for chart, axes in zip(charts, layout.axes, strict=True):
        uprights(painter, theme, axes, steps)
        _paint_chart(painter, theme, layout, chart, axes)
        words += words_of(painter, theme, chart, axes)
    columns(painter, theme, last, steps)
    _paint_changes(painter, theme, layout, record)
    _paint_events(painter, theme, layout, shown_events(record), words)
    return tuple(words)


def paint_cursor(
    painter: QPainter,
    theme: Theme,
    layout: Layout,
    charts: Sequence[Chart],
    words: Sequence[Word],
    step: float,
    focused: bool,
) -> None:
    """Paint the line at the shown moment, heavier while keys move it, ``words`` over it, and the values above each chart."""
    painter.setPen(pen(theme.accent if focused else theme.selection, 2.4 if focused else 1.4))
    painter.drawLines(layout.uprights(layout.axes[0].x(step)))
    paint_words(painter, theme, words)
    for chart, axes in zip(charts, layout.axes, strict=True):
        for of in chart.lines:
            _paint_dot(painter, theme, chart, axes, of, step)
        _paint_heading(painter, theme, layout, chart, axes, step)


def paint_guide(painter: QPainter, theme: Theme, layout: Layout, x: float) -> None:
    """Paint a thin line under the pointer, through all charts."""
    painter.setPen(pen(theme.muted, 1.0, Qt.PenStyle.DotLine))
    painter.drawLines(layout.uprights(x))


def _paint_heading(painter: QPainter, theme: Theme, layout: Layout, chart: Chart, axes: Axes, step: float) -> None:
    """Write what the chart shows and the values at ``step``, with the lines' names where those don't stand beside them."""
    texts = ["–" if np.isnan(value := line.at(step)) else line.prefix(step) + chart.form(value) for line in chart.lines]
    named = [f"{line.name} {text}".strip() for line, text in zip(chart.lines, texts, strict=True)]
    title, left = _title(painter, layout, chart, axes, texts)
    metrics = painter.fontMetrics()
    label(painter, left, axes.frame.top() - 1, title, theme.text, 0.0, 1.0)
    room = layout.edge - left - metrics.horizontalAdvance(title)
    if not layout.beside and sum(metrics.horizontalAdvance(text) + _GAP for text in named) <= room:
        texts = named
    right = layout.edge
    for line, text in zip(reversed(chart.lines), reversed(texts), strict=True):
        # Where there is little room, numbers go over the heading.
        _on_card(painter, theme, right, axes.frame.top() - 1, text, line.colour)
        right -= metrics.horizontalAdvance(text) + _GAP


def _title(painter: QPainter, layout: Layout, chart: Chart, axes: Axes, values: list[str]) -> tuple[str, float]:
    """Return a title that leaves room for the values, and where it begins: short or farther left where need be."""
    metrics, frame = painter.fontMetrics(), axes.frame
    if not layout.beside and any(line.name for line in chart.lines):
        # Those to come need no other title.
        usual = (_USUAL if not chart.scale.unit else _USUAL[:-1]) + chart.scale.unit
        values = [f"{line.name} {usual}" for line in chart.lines]
    needed = sum(metrics.horizontalAdvance(value) + _GAP for value in values)
    for title, left in ((chart.title, frame.left()), (chart.short, frame.left())):
        if layout.edge - left - metrics.horizontalAdvance(title) >= needed:
            return title, left
    return chart.short, layout.left


def _paint_dot(painter: QPainter, theme: Theme, chart: Chart, axes: Axes, line: Line, step: float) -> None:
    value = line.at(step)
    if not np.isnan(value):
        y = axes.y(float(chart.scale.put(np.array(value))))
        painter.setPen(pen(theme.card, 1.0))
        painter.setBrush(shade(line.colour, 255))
        painter.drawEllipse(QPointF(axes.x(step), y), 1.6 + theme.line_width, 1.6 + theme.line_width)


def _paint_chart(painter: QPainter, theme: Theme, layout: Layout, chart: Chart, axes: Axes) -> None:
    rows(painter, theme, axes, chart.scale.ticks(_TICKS))
    painter.save()
    painter.setClipRect(axes.frame.adjusted(-2, -2, 3, 2))
    paint_past(painter, theme, chart, axes)
    for line in chart.lines:
        _paint_line(painter, theme, chart, axes, line)
    painter.restore()
    _paint_levels(painter, theme, chart, axes)
    if layout.beside:
        _paint_names(painter, chart, axes)


def _paint_line(painter: QPainter, theme: Theme, chart: Chart, axes: Axes, line: Line) -> None:
    """Draw the line, where it is noisy thin and pale under a smoothed one; a single point is a dot."""
    x, places = axes.xs(line.steps), chart.scale.put(line.y)
    if len(x) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(line.colour, 255))
        painter.drawEllipse(QPointF(x[0], axes.y(float(places[0]))), theme.line_width, theme.line_width)
        _paint_beyond(painter, theme, x, axes.ys(places), line)
        return
    width = 0.7 * theme.line_width
    rough = line.noisy and len(x) > SMOOTH_SHARE
    if not rough:
        _stroke(painter, axes, x, places, line, width)
        _paint_beyond(painter, theme, x, axes.ys(places), line)
    else:
        _paint_noise(painter, axes, x, places, line.colour)
        means = smoothed(places, len(x) // SMOOTH_SHARE)
        # Smooth enough for a corner every other pixel.
        some = slice(None, None, max(1, 2 * len(x) // int(axes.frame.width() + 1)))
        _stroke(painter, axes, x[some], means[some], line, 1.3 * width)


def _paint_beyond(painter: QPainter, theme: Theme, x: Floats, y: Floats, line: Line) -> None:
    """Draw hollow points where the true value is greater than what could be measured, as many as have room."""
    if line.beyond is None:
        return
    painter.setPen(pen(line.colour, theme.line_width))
    painter.setBrush(shade(theme.card, 255))
    last = -np.inf
    for across, down in zip(x[line.beyond].tolist(), y[line.beyond].tolist(), strict=True):
        if across - last >= _APART:
            painter.drawEllipse(QPointF(across, down), _HOLLOW, _HOLLOW)
            last = across


def _stroke(painter: QPainter, axes: Axes, x: Floats, places: Floats, line: Line, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(line.colour, width, Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine))
    painter.drawPath(pg.functions.arrayToQPath(*thinned(x, axes.ys(places)), connect="finite"))


def _paint_noise(painter: QPainter, axes: Axes, x: Floats, places: Floats, colour: str) -> None:
    """Draw a thin pale line, where points are dense as upright strokes: hundreds of corners take long to be smoothed."""
    at, low, high = envelope(x, axes.ys(places))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(colour, 1.0, alpha=_PALE))
    if 2 * len(at) >= len(x):
        painter.drawPath(pg.functions.arrayToQPath(x, axes.ys(places), connect="finite"))
        return
    # Each reaches to the one before, so that a slope has no holes.
    top, bottom = np.fmin(low[1:], high[:-1]), np.fmax(high[1:], low[:-1])
    known = ~np.isnan(low[1:])
    ends = np.stack([top, bottom], axis=-1)[known].ravel()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawPath(pg.functions.arrayToQPath(np.repeat(at[1:][known], 2), ends, connect="pairs"))
    painter.restore()


def _paint_levels(painter: QPainter, theme: Theme, chart: Chart, axes: Axes) -> None:
    """Draw the values to compare with."""
    painter.setPen(pen(theme.threshold, 1.2, Qt.PenStyle.DotLine))
    for level in chart.levels:
        place = chart.scale.place(level.value)
        if axes.bottom <= place <= axes.top:
            painter.drawLine(QLineF(axes.frame.left(), axes.y(place), axes.frame.right(), axes.y(place)))


def _on_card(painter: QPainter, theme: Theme, right: float, bottom: float, text: str, colour: str) -> None:
    """Write ``text`` left of ``right`` and above ``bottom``, over whatever is there."""
    label(painter, right, bottom, text, colour, 1.0, 1.0, QColor(theme.card))


def _paint_names(painter: QPainter, chart: Chart, axes: Axes) -> None:
    """Name the lines at their right ends, pushed apart where they meet."""
    ends = {line: axes.y(float(chart.scale.put(line.y[-1:])[0])) for line in chart.lines if line.name}
    height = QFontMetricsF(painter.font()).height() - 3.0
    lines = sorted(ends, key=ends.__getitem__)
    places = apart([ends[line] for line in lines], height, axes.frame.top() + 0.5 * height, axes.frame.bottom() - 2)
    for line, y in zip(lines, places, strict=True):
        label(painter, axes.frame.right() + 4, y, line.name, line.colour, 0.0, 0.5)


def _paint_changes(painter: QPainter, theme: Theme, layout: Layout, record: Record) -> None:
    """Mark by a tick at the foot of each chart where a setting was changed."""
    painter.setPen(pen(theme.trend, 1.6))
    for change in record.changes:
        x = layout.axes[0].x(change.step)
        painter.drawLines([QLineF(x, axes.frame.bottom() - _CHANGE, x, axes.frame.bottom()) for axes in layout.axes])


def _paint_events(
    painter: QPainter, theme: Theme, layout: Layout, events: Sequence[Snapshot], words: list[Word]
) -> None:
    """Mark each event by a line through all charts, with a word in the first where there is room beside other ``words``."""
    frame = layout.axes[0].frame
    for snapshot in reversed(events):
        x, word = layout.axes[0].x(snapshot.event_step), event_label(snapshot)
        painter.setPen(pen(theme.bound, 1.2, Qt.PenStyle.DashLine))
        painter.drawLines(layout.uprights(x))
        size = painter.fontMetrics().horizontalAdvance(word), layout.line
        place = free_place(x, size, frame, [other.place for other in words])
        if place is not None:
            words.append(Word(word, theme.bound, place))
