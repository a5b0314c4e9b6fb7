"""What lies under the curves of a training: those of other trainings, each in a colour of its own, older ones fainter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.gui.plot.card_axes import Axes, label, pen
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.thinned import smoothed, thinned
from explorer.gui.views.curves.charts import Chart, Line, Past
from explorer.gui.views.curves.scale import Scale
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.overlaid import Overlay

_COLUMNS = ("loss", "norm", "floss", "horizon")
"""What is overlaid, by the column that its chart is named after."""
_FAINT = (235, 175, 130, 100, 80)
"""The opacity of each, the nearest first."""
_DASH, _GAP = 16.0, 12.0
_MOST_ROWS = 3
SMOOTH_SHARE = 40
"""A smoothed line is the mean of so many parts of all points."""


def with_past(charts: Sequence[Chart], overlays: Sequence[Overlay], theme: Theme) -> tuple[Chart, ...]:
    """Return ``charts`` with the curves of ``overlays`` under their own, on scales that hold them all."""
    return tuple(_with_past(chart, overlays, theme) if chart.column in _COLUMNS else chart for chart in charts)


def _with_past(chart: Chart, overlays: Sequence[Overlay], theme: Theme) -> Chart:
    past = tuple(_lines(chart, overlays, theme))
    if not past:
        return chart
    every = [line.y for line in (*chart.lines, *(one.line for one in past))]
    if chart.scale.logarithmic:
        scale = Scale.decades(every, [level.value for level in chart.levels])
    else:
        scale = Scale.counts(max(float(np.nanmax(y, initial=0.0)) for y in every))
    return replace(chart, scale=scale, past=past)


def _lines(chart: Chart, overlays: Sequence[Overlay], theme: Theme) -> Iterator[Past]:
    for i, overlay in enumerate(overlays):
        values, steps = overlay.record.column(chart.column), overlay.record.column("step")
        measured = ~np.isnan(values)
        if measured.any():
            noisy = chart.column != "horizon"
            kept = np.ones_like(measured) if noisy else measured
            yield Past(Line("", colours(theme)[i], steps[kept], values[kept], noisy), _FAINT[i])


def paint_past(painter: QPainter, theme: Theme, chart: Chart, axes: Axes) -> None:
    """Draw the curves of other trainings, the oldest first, smoothed where they are noisy."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for past in reversed(chart.past):
        x, places = axes.xs(past.line.steps), chart.scale.put(past.line.y)
        if past.line.noisy and len(x) > SMOOTH_SHARE:
            places = smoothed(places, len(x) // SMOOTH_SHARE)
        painter.setPen(pen(past.line.colour, theme.line_width, alpha=past.alpha))
        painter.drawPath(pg.functions.arrayToQPath(*thinned(x, axes.ys(places)), connect="finite"))


def colours(theme: Theme) -> tuple[str, ...]:
    """Return a colour for each training that lies under the present one, none of them one of its own."""
    # Blue and orange are those of the present one.
    return theme.ghosts["relu"], theme.ghosts["identity"], theme.trend, theme.bound, theme.curve


@dataclass(frozen=True, slots=True)
class Key:
    """Where the name of each overlay stands, in rows; ``more`` says how many have no room."""

    places: tuple[QPointF, ...]
    names: tuple[str, ...]
    more: str
    height: float

    @classmethod
    def of(cls, painter: QPainter, area: QRectF, overlays: Sequence[Overlay]) -> Key:
        """Return the names laid out at the top of ``area``."""
        metrics, line = painter.fontMetrics(), float(painter.fontMetrics().height())
        places, said, x, row = list[QPointF](), list[str](), area.left() + 2.0, 0
        for overlay in overlays:
            room = area.width() - _DASH - _GAP
            name = metrics.elidedText(overlay.name.said(tr), Qt.TextElideMode.ElideRight, int(room))
            wide = _DASH + metrics.horizontalAdvance(name)
            if x + wide > area.right() and x > area.left() + 2.0:
                x, row = area.left() + 2.0, row + 1
            if row == _MOST_ROWS:
                break
            places.append(QPointF(x, area.top() + row * line))
            said.append(name)
            x += wide + _GAP
        lacking = len(overlays) - len(said)
        rows = min(row + 1, _MOST_ROWS) if overlays else 0
        return cls(tuple(places), tuple(said), f"+{lacking}" if lacking else "", rows * line)

    def paint(self, painter: QPainter, theme: Theme, right: float) -> None:
        """Write the names, each behind a piece of its line."""
        line = painter.fontMetrics().height()
        for i, (at, name) in enumerate(zip(self.places, self.names, strict=True)):
            painter.setPen(pen(colours(theme)[i], 1.5 * theme.line_width, alpha=_FAINT[i]))
            y = at.y() + line / 2
            painter.drawLine(QLineF(at.x(), y, at.x() + _DASH - 4.0, y))
            label(painter, at.x() + _DASH, at.y(), name, theme.muted, 0.0, 0.0)
        if self.more:
            label(painter, right, self.places[-1].y(), self.more, theme.muted, 1.0, 0.0)
