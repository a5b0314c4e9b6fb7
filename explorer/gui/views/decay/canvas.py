"""The drawing of the decay view: lines with their names, the threshold and how far the gradient stays above it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from explorer.engine import Verdict
from explorer.engine.floats import Floats
from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.core.view import Playhead
from explorer.gui.plot.exits import draw_exits, draw_head, entry, exits
from explorer.gui.plot.labels import Curve, Label, beside, draw, spread
from explorer.gui.plot.painting import Still
from explorer.gui.plot.patterns import fill
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.decay.lines import Line, Picture
from explorer.gui.views.decay.scale import PIXELS_A_TICK
from explorer.gui.views.decay.text import horizon_text
from explorer.gui.views.decay.trace import trace
from explorer.gui.words.i18n import language, tr
from explorer.workspace.scales.ticks import whole_ticks
from explorer.workspace.words.numbers import power_of_ten, scientific

_LABEL_SPAN = 60.0
_FLOOR, _LACKING = 7.0, 7.0
"""Pixels: from the floor to the marks of zeros on it, and the height of the band over what is no number."""
_BAND = 0.25
_ALL_SEEDS, _HALF_OF_SEEDS = 0.14, 0.24
_ANYWHERE = 1e12
"""Pixels: from here on a line that leads there is upright."""
_DOT, _RIM = 5.0, 1.5
_MARK = _DOT + _RIM
"""Half the side of what the mark of the chosen pair takes, its rim and a hair's breadth included."""
_FAR_FROM_HOME = 3.0
"""In lines of text: a name that stands farther from the end of its line is not read as its name."""


class DecayCanvas(PlotCanvas):
    """Draws a `Picture` in pixels."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.theme = theme
        self.picture: Picture | None = None
        self._terms: list[tuple[QRectF, str]] = []
        self._still = Still()
        self.threshold = -6.0
        self.k = 0
        self.playhead = Playhead()

    def threshold_level(self) -> float:
        """Return the pixel of the threshold from the top; below the scale it waits at the edge."""
        return min(max(self.level(self.threshold), 1.0), self.box.height() - 2.0)

    def sketch(self, painter: QPainter) -> None:
        """Draw everything, from the back to the front."""
        if self.picture is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = font(self.theme, language(), TICK_SCALE)
        whole = self.boundingRect()
        painter.setClipRect(whole)
        scale = (self.theme, *self.box.viewRange()[1])
        self._still.paint(painter, whole, scale, self._draw_grid)
        self._draw_threshold(painter)
        x = self._pixels_of_steps(self.picture.last)
        traces = [(line, self._levels(line.gains)) for line in self.picture.lines]
        painter.save()
        reached = self._reached()
        left = 0.0 if self.picture.backward else reached
        right = reached if self.picture.backward else float(self.box.width())
        painter.setClipRect(QRectF(left, 0, right - left, self.box.height()))
        self._draw_seeds(painter, self.picture, x)
        if self.picture.band is not None:
            self._fill_between(painter, x, self.picture.band, self.picture.row.colour, _BAND)
        self._draw_lines(painter, self.picture, x, traces)
        painter.restore()
        row = x, traces[-1][1]
        if self.picture.across is not None and self.playhead.phase == "rest":
            row = self._draw_across(painter, self.picture, self.picture.across, row)
        labels = [label for line, y in traces if (label := self._label(line, x, y, reached, small))]
        others = [(x, y) for _, y in traces[:-1]]
        self._draw_labels(painter, self.picture, labels, row, others, small)
        self._draw_point(painter, self.picture)

    def term_at(self, point: QPointF) -> str:
        """Return the key of the term whose name is at ``point``, "" for none."""
        return next((term for box, term in self._terms if box.contains(point)), "")

    def _reached(self) -> float:
        """Return the pixel up to which the gradient has come back: during the forward pass none has set out."""
        found = self.picture
        backward = found is not None and found.backward
        if self.playhead.phase == "forward":
            return -1.0 if backward else self.box.width() + 1.0
        if self.playhead.phase == "backward" and found is not None:
            return self.pixel(found.time(self.playhead.step))
        return float(self.box.width()) if backward else 0.0

    def _draw_grid(self, painter: QPainter) -> None:
        low, high = self.box.viewRange()[1]
        for decade in whole_ticks(low, high, self.box.height() / PIXELS_A_TICK):
            y = round(self.level(decade)) + 0.5
            painter.setPen(QPen(QColor(self.theme.border if decade == 0 else self.theme.grid), 1.0))
            painter.drawLine(QLineF(0.0, y, self.box.width(), y))

    def _draw_threshold(self, painter: QPainter) -> None:
        """Draw the threshold, the horizon on it, and shade what lies beyond."""
        assert self.picture is not None
        verdict, t, y = self.picture.verdict, self.picture.t, self.threshold_level()
        if verdict is None:
            return
        width, colour = self.box.width(), QColor(self.theme.threshold)
        painter.setPen(QPen(colour, 1.0))
        painter.drawLine(QLineF(0.0, y, width, y))
        if verdict.kind == "undefined":
            return
        edge = min(max(self.pixel(t - verdict.horizon - 0.5), 0.0), float(self.box.width()))
        if not verdict.reaches_start:
            shade = QColor(self.theme.threshold)
            shade.setAlpha(26)
            far = float(self.box.width()) if self.picture.backward else 0.0
            painter.fillRect(QRectF(min(far, edge), 0, abs(edge - far), self.box.height()), shade)
        self._draw_horizon(painter, verdict, edge, y)

    def _draw_horizon(self, painter: QPainter, verdict: Verdict, edge: float, y: float) -> None:
        """Draw how far back the gain stays above the threshold as a measure on its line."""
        assert self.picture is not None
        start = self.pixel(self.picture.t)
        painter.setPen(QPen(QColor(self.theme.threshold), 2.5))
        if (start < edge) if self.picture.backward else (start > edge):
            painter.drawLine(QLineF(edge, y, start, y))
            painter.drawLine(QLineF(start, y - 4, start, y + 4))
        if not verdict.reaches_start:
            painter.drawLine(QLineF(edge, y - 6, edge, y + 6))

    def _threshold_labels(self, small: QFont) -> list[Label]:
        """Return the names of the threshold, at its right end, and of the horizon, under its measure."""
        assert self.picture is not None
        if self.picture.verdict is None:
            return []
        verdict, y, colour = self.picture.verdict, self.threshold_level(), self.theme.muted
        metrics, right = QFontMetricsF(small), self.box.width() - 4.0
        line = metrics.height()
        text = tr("threshold {gain}").format(gain=_threshold_text(self.threshold))
        text += " ↓" if self.level(self.threshold) > self.box.height() else ""
        width = metrics.horizontalAdvance(text) + 4
        above = y > line + 2
        labels = [Label(text, colour, False, QRectF(right - width, y - line - 1 if above else y + 2, width, line))]
        if verdict.kind == "undefined":
            return labels
        text = horizon_text(verdict, self.picture.band is not None, self.picture.layers)
        width = metrics.horizontalAdvance(text) + 4
        end, start = self.pixel(self.picture.t - verdict.horizon - 0.5), self.pixel(self.picture.t)
        # Behind the end of its measure the curve runs on below the threshold: there the name would cover it.
        left = end - width - 5 if self.picture.backward else max(end, 0.0) + 5
        if verdict.reaches_start:
            left = start + 4 if self.picture.backward else start - width - 4
        left = max(min(left, right - width), 4.0)
        top = y + 2 if y + line + 4 < self.box.height() else y - 2 * line - 3
        top += line + 1 if not above and top > y else 0.0
        return [*labels, Label(text, colour, False, QRectF(left, top, width, line), shy=True)]

    def _draw_seeds(self, painter: QPainter, picture: Picture, x: Floats) -> None:
        """Fill between the least and the greatest of many seeds, and more strongly between the quartiles."""
        if picture.seeds is not None:
            least, quarter, most, greatest = picture.seeds
            for ends, opacity in (((least, greatest), _ALL_SEEDS), ((quarter, most), _HALF_OF_SEEDS)):
                self._fill_between(painter, x, ends, self.theme.muted, opacity)

    def _fill_between(
        self, painter: QPainter, x: Floats, ends: tuple[Floats, Floats], colour: str, opacity: float
    ) -> None:
        """Fill between two ends in log10 where both are known; a true zero is at the floor of the plot."""
        low, high = (self._levels(np.where(end == -np.inf, -_ANYWHERE, end)) for end in ends)
        there = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        shade = QColor(colour)
        shade.setAlphaF(opacity)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        for first, last in _runs(there):
            some = slice(first, last + 1)
            upper = zip(x[some].tolist(), high[some].tolist(), strict=True)
            lower = zip(x[some][::-1].tolist(), low[some][::-1].tolist(), strict=True)
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in (*upper, *lower)]))

    def _draw_lines(self, painter: QPainter, picture: Picture, x: Floats, traces: list[tuple[Line, Floats]]) -> None:
        for line, y in traces:
            painter.setPen(_pen(line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            trace(painter, x, y, line.straight, float(self.box.height()))
            if not line.straight:
                height = float(self.box.height())
                draw_exits(painter, exits(x, y, 0.0, height), 0.0, line.colour, self.theme.card)
            if line.first_zero is not None:
                self._draw_zeros(painter, line)
        odd = np.flatnonzero(np.isnan(picture.row.gains) | (picture.row.gains == np.inf))
        for low, high in _runs(odd[odd >= picture.first]):
            left, right = sorted((self.pixel(low - 0.5), self.pixel(high + 0.5)))
            fill(painter, QRectF(left, 0.0, right - left, _LACKING), self.theme.nan, "nan", self.theme)

    def _draw_across(
        self, painter: QPainter, picture: Picture, across: Floats, row: tuple[Floats, Floats]
    ) -> tuple[Floats, Floats]:
        """Draw the row along the other chain, thinly; return the pixels of both sides of the row."""
        x, y = super().pixel(0.0) + self.spacing() * np.arange(picture.steps + 1.0), self._levels(across)
        painter.setPen(QPen(QColor(picture.row.colour), picture.row.width / 2))
        trace(painter, x, y, False, float(self.box.height()))
        x, y = np.concatenate([row[0], x[~np.isnan(y)]]), np.concatenate([row[1], y[~np.isnan(y)]])
        order = np.argsort(x, kind="stable")
        return x[order], y[order]

    def _draw_zeros(self, painter: QPainter, line: Line) -> None:
        """Mark the row's zeros on the floor, and of a ghost the first, each apart where there is room."""
        zeros = np.flatnonzero(line.gains == -np.inf) if line.main else np.array([line.first_zero])
        floor = self.box.height() - _FLOOR
        painter.setPen(QPen(QColor(self.theme.muted if line.main else line.colour), 1.0))
        painter.setBrush(QColor(self.theme.zero if line.main else self.theme.card))
        if self.spacing() >= 8.0 or not line.main:
            for k in zeros.tolist():
                square = QRectF(self.pixel(k) - 3.0, floor - 3.0, 6.0, 6.0)
                painter.drawRect(square)
                if line.main:
                    fill(painter, square, self.theme.zero, "zero", self.theme)
            return
        for low, high in _runs(zeros):
            left, right = sorted((self.pixel(low - 0.5), self.pixel(high + 0.5)))
            run = QRectF(left, floor - 3.0, max(right - left, 1.0), 6.0)
            fill(painter, run, self.theme.zero, "zero", self.theme)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(run)

    def _draw_labels(
        self, painter: QPainter, picture: Picture, labels: list[Label], row: Curve, others: list[Curve], small: QFont
    ) -> None:
        """Write the names, the row's own and those of the threshold first, where none covers another or the ``row``.

        That of the horizon covers none of the ``others`` either, if there is room.
        """
        of_threshold = self._threshold_labels(small)
        own = [label for label in labels if label.bold]
        rest = [label for label in reversed(labels) if not label.bold]
        if picture.row.first_zero is not None and self.playhead.phase == "rest":
            rest.insert(0, self._zero_label(picture.row, small))
        zeros = any(line.first_zero is not None for line in picture.lines)
        area = self.boundingRect().adjusted(1, 1, -1, -2 * _FLOOR if zeros else -1)
        far = _FAR_FROM_HOME * QFontMetricsF(small).height()
        point = self._point(picture)
        mark = None if point is None else QRectF(point.x() - _MARK, point.y() - _MARK, 2 * _MARK, 2 * _MARK)
        names = spread([*own, *of_threshold, *rest], area, row, far, mark, others)
        draw(painter, names, small, self.theme.card)
        terms = dict(zip((label.text for label in of_threshold), ("threshold", "horizon"), strict=False))
        terms |= {line.name: line.term for line in picture.lines}
        self._terms = [(label.box, terms.get(label.text, "")) for label in names]

    def _zero_label(self, row: Line, small: QFont) -> Label:
        """Return the name of the marks on the floor, above the first in sight."""
        metrics, text = QFontMetricsF(small), tr("exactly zero")
        first = self.pixel(float(np.argmax(row.gains == -np.inf)))
        top = self.box.height() - _FLOOR - 5 - metrics.height()
        box = QRectF(max(first, 0.0) + 4, top, metrics.horizontalAdvance(text) + 4, metrics.height())
        return Label(text, self.theme.muted, False, box)

    def _label(self, line: Line, x: Floats, y: Floats, reached: float, small: QFont) -> Label | None:
        """Return the name of ``line`` at the leftmost of its points (pixels) that is seen."""
        width, height = float(self.box.width()), float(self.box.height())
        backward = self.picture is not None and self.picture.backward
        come = (x <= reached + 0.5) & (x >= 0.0) if backward else (x >= reached - 0.5) & (x <= width)
        seen = np.flatnonzero(come & (y > -0.5) & (y < height + 0.5))
        if not len(seen):
            return None
        i = int(seen[0])
        cut = i > 0 and (x[i - 1] < reached or x[i - 1] > x[i])
        end = QPointF(float(x[i]), float(y[i])) if cut else entry(x, y, i, 0.0, height)
        ahead = min(i + max(1, round(_LABEL_SPAN / self.spacing())), len(x) - 1)
        rising = float(y[i] - y[ahead]) if np.isfinite(y[ahead]) else 0.0
        return beside(line.name, line.colour, line.main, end, rising, small, line.minor)

    def _point(self, picture: Picture) -> QPointF | None:
        """Return where the chosen pair stands on the row's curve, None where it has no place there."""
        if self.playhead.phase == "forward":
            return None
        k = picture.time(self.playhead.step if self.playhead.phase == "backward" else self.k)
        if not 0 <= k <= picture.last or not np.isfinite(picture.row.gains[k]):
            return None
        return QPointF(self.pixel(k), self.level(float(picture.row.gains[k])))

    def _draw_point(self, painter: QPainter, picture: Picture) -> None:
        """Mark the chosen pair on the row's curve; beyond the axis by an arrow head at its end."""
        at, height = self._point(picture), float(self.box.height())
        if at is None:
            return
        if not 0.0 <= at.y() <= height:
            draw_head(
                painter,
                QPointF(at.x(), 0.0 if at.y() < 0.0 else height),
                at.y() < 0.0,
                self.theme.accent,
                self.theme.card,
            )
        else:
            painter.setPen(QPen(QColor(self.theme.card), _RIM))
            painter.setBrush(QColor(self.theme.accent))
            painter.drawEllipse(at, _DOT, _DOT)

    def pixel(self, step: float) -> float:
        """Return where a ``step`` of the row stands, in pixels from the left."""
        found = self.picture
        return super().pixel(found.steps - step if found is not None and found.backward else step)

    def _pixels_of_steps(self, last: int) -> Floats:
        backward = self.picture is not None and self.picture.backward
        return self.pixel(0.0) + (-self.spacing() if backward else self.spacing()) * np.arange(last + 1.0)

    def _levels(self, gains: Floats) -> Floats:
        low, high = self.box.viewRange()[1]
        with np.errstate(over="ignore"):
            levels = (high - np.where(np.isfinite(gains), gains, np.nan)) / (high - low) * self.box.height()
        return np.clip(levels, -_ANYWHERE, _ANYWHERE)


def _pen(line: Line) -> QPen:
    pen = QPen(QColor(line.colour), line.width)
    pen.setStyle(line.style)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    return pen


def _runs(indices: np.ndarray) -> list[tuple[int, int]]:
    """Return the first and last of every run of successive ``indices``."""
    if not len(indices):
        return []
    breaks = np.flatnonzero(np.diff(indices) > 1)
    firsts, lasts = np.append(indices[:1], indices[breaks + 1]), np.append(indices[breaks], indices[-1:])
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _threshold_text(log10: float) -> str:
    return power_of_ten(round(log10)) if abs(log10 - round(log10)) < 1e-6 else scientific(log10)
