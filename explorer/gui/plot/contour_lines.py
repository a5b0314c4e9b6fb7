"""Contours on a picture of all pairs: the lines and their names, in an ink that is read on the shade they run through."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from explorer.engine.floats import Floats
from explorer.gui.plot.contour_labels import Box, Label, box_of, inside, labels, meet, without
from explorer.gui.plot.strokes import draw_lines, shape
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import language
from explorer.workspace.scales.colours import contrast
from explorer.workspace.scales.contours import Contour, Range, contours, pieces
from explorer.workspace.scales.gains import codes, palette
from explorer.workspace.words.numbers import power_of_ten

Pieces: TypeAlias = tuple[tuple[int, Floats], ...]

_INKS = ("#000000", "#ffffff")
"""The same in every theme, as the shades are: on any of them the better one has a contrast of 4.5 and more."""
_TYPE, _WIDTH = 0.8, 0.5
_LEAST = 24.0
"""Pixels: what is smaller is a speck, not a line that one could follow."""
_MARGIN = 3.0
_LN10 = float(np.log(10.0))


class ContourLines:
    """The contours of one map, worked out anew only when its numbers, its scale or what is seen of it change."""

    def __init__(self) -> None:
        self._log_gain: Floats = np.zeros((0, 0))
        self._decades, self._version = 6, 0
        self._known: Pieces | None = None
        self._key: Hashable = None
        self._where: Hashable = None
        self._through: Hashable = None
        self._contours: tuple[Contour, ...] = ()
        self._lines: list[tuple[int, Floats]] = []
        self._bare = False
        self._strokes: list[tuple[QColor, QPainterPath]] = []
        self._pieces: list[tuple[QColor, Floats]] = []
        self._names: list[tuple[Label, str, QColor]] = []
        self._boxes: tuple[Box, ...] = ()
        self._usual: tuple[Box, ...] = ()
        self._taken: tuple[Box, ...] = ()

    @property
    def boxes(self) -> Sequence[Box]:
        """Return the pixels that the names take up, as they were painted last."""
        return self._boxes

    def present(self, log_gain: Floats, decades: int, bare: bool = False, known: Pieces | None = None) -> None:
        """Take natural log gains (T+1, T+1) as [t, k], NaN where none is defined, and the span of their colours.

        ``bare`` lines run where the others do, but have no names, and not even what is too short to follow is left out;
        ``known`` are their pieces where all pairs are seen, if somebody has cut them already.
        """
        self._log_gain, self._decades, self._bare, self._known = log_gain, decades, bare, known
        self._version += 1

    def complete(self) -> bool:
        """Let the lines have their names, if they are bare; return whether they were."""
        bare, self._bare = self._bare, False
        self._version += bare
        return bare

    def paint(
        self, painter: QPainter, place: QRectF, columns: Range, rows: Range, theme: Theme, over: QRectF | None = None
    ) -> None:
        """Draw the lines between two ``columns`` k and two ``rows`` t, which fill ``place`` with t upward.

        A name that would lie under what will be drawn ``over`` it, such as the frame of a cell, stands elsewhere on its line.
        """
        small = font(theme, language(), _TYPE)
        where = (self._version, place.getCoords(), columns, rows)
        if (key := (where, theme, language())) != self._key:
            self._key, self._usual = key, ()
            if self._bare:
                self._sketch(place, columns, rows, theme)
            else:
                self._make(self._run(where, place, columns, rows), place, theme, ())
                self._usual = self._boxes
        self._give_way(place, theme, over)
        if self._bare:
            painter.setClipRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, path in self._strokes:
            painter.setPen(QPen(colour, _WIDTH * theme.line_width))
            painter.drawPath(path)
        for colour, ends in self._pieces:
            painter.setPen(QPen(colour, _WIDTH * theme.line_width))
            draw_lines(painter, ends)
        painter.setFont(small)
        for label, text, colour in self._names:
            _write(painter, label, text, colour)

    def _give_way(self, place: QRectF, theme: Theme, over: QRectF | None) -> None:
        """Let names stand where they usually do, or all elsewhere than under what is drawn ``over`` one of them there."""
        hidden = () if over is None else (_box(over),)
        taken = tuple(box for box in hidden if any(meet(box, usual) for usual in self._usual))
        if taken != self._taken:
            self._make(self._lines, place, theme, taken)

    def _run(self, where: Hashable, place: QRectF, columns: Range, rows: Range) -> list[tuple[int, Floats]]:
        """Return the lines that are seen: in other colours and letters they run where they ran."""
        if where != self._where:
            self._where, self._lines = where, _lines(self._found(columns, rows), place, columns, rows)
        return self._lines

    def _found(self, columns: Range, rows: Range) -> tuple[Contour, ...]:
        """Return the lines through what is seen: in a place of another size they are the same."""
        through = self._version, columns, rows
        if through != self._through:
            self._through = through
            self._contours = contours(self._log_gain, self._decades, columns, rows)
        return self._contours

    def _sketch(self, place: QRectF, columns: Range, rows: Range, theme: Theme) -> None:
        """Keep the pieces of the lines without names; what is out of sight is left to the clipping."""
        scale, shift = _to_pixels(place, columns, rows)
        self._names, self._strokes, self._boxes, self._taken, found = [], [], (), (), self._known
        if found is None or not self._whole(columns, rows):
            found = pieces(self._log_gain, self._decades, columns, rows)
        of_ink: dict[str, list[Floats]] = {}
        for level, ends in found:
            of_ink.setdefault(_ink(level, self._decades, theme), []).append(ends)
        self._pieces = [
            (QColor(ink), (np.concatenate(some) * scale + shift).reshape(-1, 4)) for ink, some in of_ink.items()
        ]

    def _whole(self, columns: Range, rows: Range) -> bool:
        """Return whether all pairs are seen."""
        last = len(self._log_gain) - 1
        return all(low <= 0.0 and high >= last for low, high in (columns, rows))

    def _make(self, lines: list[tuple[int, Floats]], place: QRectF, theme: Theme, taken: tuple[Box, ...]) -> None:
        """Keep the strokes of ``lines``, each a level and its pixels, and their names, none on what is ``taken``."""
        self._taken, metrics = taken, QFontMetricsF(font(theme, language(), _TYPE))
        inks = _inks(dict.fromkeys(level for level, _ in lines), self._decades, theme)
        texts = {level: power_of_ten(level) for level in inks}
        widths = {level: metrics.horizontalAdvance(text) for level, text in texts.items()}
        area = _box(place.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN))
        named = labels(lines, widths, metrics.height(), area, taken)
        self._names = [(label, texts[lines[label.line][0]], inks[lines[label.line][0]]) for label in named]
        self._boxes = tuple(box_of(label, widths[lines[label.line][0]], metrics.height()) for label in named)
        gaps = {label.line: label for label in named}
        paths = {level: QPainterPath() for level in inks}
        for index, (level, points) in enumerate(lines):
            gap = gaps.get(index)
            for part in (points,) if gap is None else without(points, gap.start, gap.end):
                paths[level].addPath(shape(part[:, 0], part[:, 1]))
        self._strokes, self._pieces = [(inks[level], path) for level, path in paths.items()], []


def _lines(found: Iterable[Contour], place: QRectF, columns: Range, rows: Range) -> list[tuple[int, Floats]]:
    """Return the lines that are seen in ``place``, each a level and its pixels, but for specks."""
    scale, shift = _to_pixels(place, columns, rows)
    return [
        (line.level, part)
        for line in found
        for part in inside(line.points * scale + shift, _box(place))
        if (part.max(axis=0) - part.min(axis=0)).max() >= _LEAST
    ]


def _to_pixels(place: QRectF, columns: Range, rows: Range) -> tuple[Floats, Floats]:
    """Return what k and t are multiplied by, and what is added to that, to have them in ``place``."""
    scale = np.array([place.width() / (columns[1] - columns[0]), place.height() / (rows[0] - rows[1])])
    return scale, np.array([place.left(), place.top()]) - np.array([columns[0], rows[1]]) * scale


def _box(place: QRectF) -> Box:
    return place.left(), place.top(), place.right(), place.bottom()


def _inks(levels: Iterable[int], decades: int, theme: Theme) -> dict[int, QColor]:
    """Return for each level the darker or the lighter ink, whichever is better read on the shade that the level has."""
    return {level: QColor(_ink(level, decades, theme)) for level in levels}


@cache
def _ink(level: int, decades: int, theme: Theme) -> str:
    shade = palette(theme)[codes(np.array([level * _LN10]), decades)][0].tolist()
    ground = "#{:02x}{:02x}{:02x}".format(*shade[:3])
    return max(_INKS, key=lambda ink: contrast(ink, ground))


def _write(painter: QPainter, label: Label, text: str, colour: QColor) -> None:
    painter.save()
    painter.translate(QPointF(label.x, label.y))
    painter.rotate(label.angle)
    painter.setPen(colour)
    painter.drawText(QRectF(-200.0, -50.0, 400.0, 100.0), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
