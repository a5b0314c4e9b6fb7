"""The axes of all plots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPicture

from explorer.gui.plot.axis_marks import Level, Line, Rule, Specs, Written, multiples
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.painting import Still
from explorer.gui.plot.steps import LEAST_FOR_WORDS, fitting_step, named_step

_LOWEST = "gjpqy₀₁₂₃₄₅₆₇₈₉"
"""What reaches furthest below a line of numbers and words."""
_APART = 2.0
"""Pixels between the labels of neighbouring ticks, at least."""


class Axis(pg.AxisItem):
    """An axis whose labels are kept as a picture: pyqtgraph writes them again whenever something beside them changes.

    Of labels that would meet the later one is left out, and the name of the axis where it is longer than the axis.
    """

    picture: QPicture | None

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._still = Still()
        self._version = self._styled = 0
        self._known: tuple[object, ...] = ()
        self._specs: Specs | None = None
        # Else it would count in thousandths where all is less than 1, and is named anew with each range.
        self.enableAutoSIPrefix(False)
        self.setStyle(tickTextOffset=4, tickLength=-4)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the ticks and labels."""
        if self.picture is None:
            # pyqtgraph forgets its own drawing whenever it is out of date.
            self.picture, self._version = QPicture(), self._version + 1
        self._still.paint(painter, self.boundingRect(), self._version, self._draw)

    def _draw(self, painter: QPainter) -> None:
        """Draw at once what pyqtgraph would record first: letters cost several times as much by way of a record."""
        painter.save()
        specs = self.generateDrawSpecs(painter)
        if specs is not None:
            self.drawPicture(painter, *specs)
        painter.restore()

    def setStyle(self, **style: Any) -> None:
        """Take on a style; the same again costs nothing."""
        if any(self._worn(name) != value for name, value in style.items()):
            self._styled += 1
            super().setStyle(**style)

    def _worn(self, name: str) -> object:
        """Return what `setStyle` was told last; the distance of the text pyqtgraph keeps for each direction."""
        worn = self.style.get(name)
        return worn[self.orientation not in ("left", "right")] if name == "tickTextOffset" else worn

    def generateDrawSpecs(self, p: QPainter) -> Specs | None:  # noqa: ARG002 - pyqtgraph's signature
        """Return the line, ticks and labels, without labels that would be written over others.

        In other colours they stand where they stood.
        """
        sight = self._sight()
        known = (*self.range, self.geometry(), sight, self.style["tickFont"], self._tickLevels, self._styled)
        if known != self._known:
            self._known, self._specs = known, self._found(sight)
        return self._specs and (
            (self.pen(), *self._specs[0][1:]),
            _dyed(self._specs[1], self.tickPen().color()),
            self._specs[2],
        )

    def _found(self, sight: QRectF) -> Specs | None:
        style, upright = self.style, self.orientation in ("left", "right")
        bounds, (low, high) = self.mapRectFromParent(self.geometry()), self.range
        rule = Rule(self.orientation, bounds, low, high, style["tickLength"], style["tickTextOffset"][not upright])
        if not rule.length:
            return None
        levels, metrics = self._levels(rule.reach), QFontMetricsF(style["tickFont"] or QFont())
        labels = rule.labels(levels, metrics, self.boundingRect()) if style["showValues"] else []
        return rule.line(self.pen()), rule.ticks(levels, self.tickPen()), _apart(labels, metrics, sight)

    def _levels(self, length: float) -> list[Level]:
        """Return the values that have ticks, and what is written there: those that were set, or as many as have room."""
        if self._tickLevels is not None:
            return [([value for value, _ in level], [text for _, text in level]) for level in self._tickLevels]
        low, high = sorted(self.range)
        return [
            (values, self.tickStrings(values, 1.0, spacing)) for spacing, values in self.tickValues(low, high, length)
        ]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the values of ticks that are so far apart, the widest first, on an axis of ``size`` pixels."""
        spacings = [spacing for spacing, _ in self.tickSpacing(minVal, maxVal, size)]
        return list(zip(spacings, multiples(spacings, minVal, maxVal), strict=True))

    def _sight(self) -> QRectF:
        """Return what of the axis the plot shows: labels at its ends stand over, and pyqtgraph does not ask how far."""
        views = self.scene().views() if self.scene() is not None else []
        seen = [self.mapRectFromScene(view.mapToScene(view.viewport().rect()).boundingRect()) for view in views]
        return self.boundingRect() & seen[0] if seen else self.boundingRect()

    def setLabel(self, *text: Any, **style: Any) -> None:
        """Name the axis."""
        super().setLabel(*text, **style)
        self._fit_name()

    def resizeEvent(self, ev: Any = None) -> None:
        """Put the name in the middle, if there is room for it."""
        super().resizeEvent(ev)
        if self.label is not None:
            self._fit_name()

    def _fit_name(self) -> None:
        upright = self.orientation in ("left", "right")
        length = self.size().height() if upright else self.size().width()
        self.label.setVisible(bool(self.labelText) and self.label.boundingRect().width() <= length)


def dress(axis: pg.AxisItem, line: str, text: str, face: QFont) -> None:
    """Draw ``axis`` in the colours of its ``line`` and of its ``text``, written in ``face``."""
    axis.setStyle(tickFont=face)
    # Else its name is set twice, in this colour first.
    axis._pen = pg.mkPen(line)
    axis.setTextPen(pg.mkPen(text))
    axis.label.setFont(face)
    axis.label.setDefaultTextColor(QColor(text))


def make_room(axis: pg.AxisItem, face: QFont) -> None:
    """Let a level ``axis`` be as high as numbers and words in ``face``.

    pyqtgraph learns that by painting, and writes none in what is painted once; for what hangs below a word it has none.
    Of a smaller face it keeps the room of the larger one, until something else changes.
    """
    metrics = QFontMetricsF(face)
    axis.textHeight = math.ceil(metrics.ascent() + metrics.tightBoundingRect(_LOWEST).bottom()) + 1
    axis._updateHeight()


class StepAxis(Axis):
    """An axis of steps: its ticks are whole numbers, however far one zooms in, or the ``words`` that are read there."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._words: tuple[str, ...] = ()

    def set_words(self, words: tuple[str, ...]) -> None:
        """Name the steps from 1 on by ``words``, each with its number; by numbers alone where there are none."""
        if words != self._words:
            self._words = words
            self._styled += 1
            self.picture = None
            self.update()

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return pyqtgraph's distances between ticks, none below one step; each word has a tick where it may have room."""
        levels = super().tickSpacing(minVal, maxVal, size)
        if self._words and size / max(maxVal - minVal, 1.0) >= LEAST_FOR_WORDS:
            return [(1.0, 0.0)]
        return [(max(1.0, float(spacing)), 0.0) for spacing, _ in levels[:2]]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the word and the number of each step, "was₂"."""
        if not self._words or spacing > 1.0:
            return list(super().tickStrings(values, scale, spacing))
        if self.orientation not in ("left", "right"):
            return [named_step(round(value), self._words) for value in values]
        # What is wider than the axis pyqtgraph leaves out.
        metrics, room = QFontMetricsF(self.style["tickFont"]), self.width() - self.style["tickTextOffset"][0] - _APART
        return [
            fitting_step(round(value), self._words, lambda said: metrics.horizontalAdvance(said) <= room)
            for value in values
        ]


def _dyed(ticks: Sequence[Line], colour: QColor) -> list[Line]:
    """Return ``ticks`` in another colour, each as faint as it was."""
    pens = dict[int, QPen]()
    for pen, *_ in ticks:
        if id(pen) not in pens:
            dyed = pens[id(pen)] = QPen(pen)
            dyed.setColor(QColor(colour.red(), colour.green(), colour.blue(), pen.color().alpha()))
    return [(pens[id(pen)], start, end) for pen, start, end in ticks]


def _apart(labels: list[Written], metrics: QFontMetricsF, area: QRectF) -> list[Written]:
    """Return those of ``labels`` whose ink stays in ``area`` and comes to stand apart from all before them."""
    kept: list[Written] = []
    taken: list[QRectF] = []
    for label in labels:
        ink = metrics.tightBoundingRect(label[2])
        # pyqtgraph's places are lower than a line: it matters where in them the text is put.
        top = label[0].top() if label[1] & Qt.AlignmentFlag.AlignTop else label[0].center().y() - metrics.height() / 2
        ink.moveTop(top + metrics.ascent() + ink.top())
        ink.moveLeft(label[0].left())
        place = ink.adjusted(-_APART, -_APART, _APART, _APART)
        if area.top() <= ink.top() and ink.bottom() <= area.bottom() and not any(place.intersects(t) for t in taken):
            kept.append(label)
            taken.append(ink)
    return kept
