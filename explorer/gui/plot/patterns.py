"""Patterns as they are painted: over what is on no scale, over what may be rounding, and where nothing is defined."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from explorer.gui.plot.painting import on_screen
from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.patterns import PITCH, Cells, Kind, ink, marked

_TYPE = 10.0
_HATCH = 5.0
_FINE = 4.0
"""Pixels to each of a drawing's own, in a file of shapes."""

_WHOLE = np.ones((1, 1), np.bool_)


def fill(painter: QPainter, area: QRectF, colour: QColor | str, kind: Kind, theme: Theme) -> None:
    """Fill ``area`` with a colour and the pattern of ``kind`` on it."""
    painter.fillRect(area, QColor(colour))
    _cover_whole(painter, area, (kind,), theme)


def doubt(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Cover ``area``, whatever its colour, with the pattern of what may be rounding and nothing else."""
    _cover_whole(painter, area, ("rim", "unsure"), theme)


def hatch(painter: QPainter, area: QRectF, theme: Theme, pitch: float = _HATCH) -> None:
    """Draw thin diagonal lines over ``area``: nothing is defined there."""
    painter.setPen(QPen(QColor(theme.undefined_hatch), 1.0))
    left, top = area.left(), area.top()
    ends = _diagonals(area.width(), area.height(), pitch * 2**0.5)
    lines = [QLineF(left + x, top + y, left + x_end, top + y_end) for x, y, x_end, y_end in ends]
    painter.drawLines(lines)


@lru_cache(maxsize=16)
def _diagonals(width: float, height: float, step: float) -> tuple[tuple[float, float, float, float], ...]:
    """Return the ends x, y, x, y of diagonal lines that cross the sides of an area every ``step``.

    They are cut by hand: a drawing in SVG knows no clipping.
    """
    reach = [i * step for i in range(1, int((width + height) / step) + 1)]
    cut = [(at, max(at - height, 0.0), min(at, width)) for at in reach]
    return tuple((low, at - low, high, at - high) for at, low, high in cut)


class Patterns:
    """The patterns over the cells of a picture; ``kinds`` says which of its codes are on no scale.

    Where very little has the colour of the ground, dots for zero in that colour are not seen: on such a ``pale`` picture
    they have that of what is said quietly.
    """

    def __init__(self, kinds: Mapping[int, Kind], pale: bool = False) -> None:
        self._kinds, self._pale = kinds, pale
        self._cells: list[tuple[Kind, Cells]] = []

    def present(self, codes: NDArray[np.uint8], unsure: Cells | None = None) -> None:
        """Cover the cells of ``codes`` (rows, columns), the first row at the top, and those that are ``unsure``."""
        there = np.bincount(codes.ravel(), minlength=256)
        self._cells = [(kind, codes == code) for code, kind in self._kinds.items() if there[code]]
        if unsure is not None and unsure.any():
            self._cells += [("rim", unsure), ("unsure", unsure)]

    def paint(self, painter: QPainter, place: QRectF, source: QRectF, theme: Theme) -> None:
        """Cover what of the cells ``source`` is on no scale; they are drawn in ``place``."""
        if self._cells:
            _cover(painter, place, source, self._cells, theme, self._pale)


def _cover_whole(painter: QPainter, place: QRectF, kinds: Sequence[Kind], theme: Theme) -> None:
    """Paint the patterns of ``kinds`` over all of ``place``."""
    scale, seen = _scale_of(painter), _in_sight(painter, place)
    height, width = math.ceil(seen.height() * scale), math.ceil(seen.width() * scale)
    if min(height, width) >= 1:
        marks = tuple((kind, QColor(ink(theme, kind)).rgba()) for kind in kinds)
        layer = _whole(height, width, marks, _pitch(scale, theme))
        painter.drawImage(QRectF(seen.topLeft(), QSizeF(width / scale, height / scale)), layer)


@lru_cache(maxsize=64)
def _whole(height: int, width: int, marks: tuple[tuple[Kind, int], ...], pitch: int) -> QImage:
    """Return patterns, each a kind and its ink, over all of a picture."""
    rows, columns = np.zeros(height, np.intp), np.zeros(width, np.intp)
    pixels = _layer(rows, columns, [(kind, rgba, _WHOLE) for kind, rgba in marks], pitch)
    return _picture(pixels).copy()


def _cover(
    painter: QPainter,
    place: QRectF,
    source: QRectF,
    cells: Sequence[tuple[Kind, Cells]],
    theme: Theme,
    pale: bool = False,
) -> None:
    """Paint patterns over the cells ``source``, drawn in ``place``."""
    scale, seen = _scale_of(painter), _in_sight(painter, place)
    height, width = math.ceil(seen.height() * scale), math.ceil(seen.width() * scale)
    if min(height, width) < 1:
        return
    rows = _cells_of(height, scale, seen.top() - place.top(), place.height(), source.top(), source.height())
    columns = _cells_of(width, scale, seen.left() - place.left(), place.width(), source.left(), source.width())
    inks = {kind: theme.muted if pale and kind == "zero" else ink(theme, kind) for kind, _ in cells}
    inked = [(kind, QColor(inks[kind]).rgba(), there) for kind, there in cells]
    pixels = _layer(rows, columns, inked, _pitch(scale, theme))
    painter.drawImage(QRectF(seen.topLeft(), QSizeF(width / scale, height / scale)), _picture(pixels))


def _scale_of(painter: QPainter) -> float:
    return painter.deviceTransform().m11() if on_screen(painter) else _FINE


def _in_sight(painter: QPainter, place: QRectF) -> QRectF:
    return place & painter.clipBoundingRect() if painter.hasClipping() else place


def _pitch(scale: float, theme: Theme) -> int:
    """Return the pixels from one mark of a pattern to the next."""
    return max(round(PITCH * scale * theme.font_size / _TYPE), PITCH)


def _layer(
    rows: NDArray[np.intp], columns: NDArray[np.intp], cells: Iterable[tuple[Kind, int, Cells]], pitch: int
) -> NDArray[np.uint32]:
    """Return patterns on pixels that show the cells ``rows`` and ``columns``; of each its ink, and where it is."""
    pixels = np.zeros((len(rows), len(columns)), np.uint32)
    for kind, rgba, there in cells:
        inks = np.where(there, np.uint32(rgba), np.uint32(0))
        tile = marked(kind, pitch)
        # Few pixels are marked: they are written lattice by lattice, and no others are looked at.
        for y, x in np.argwhere(tile).tolist():
            part = pixels[y :: len(tile), x :: len(tile)]
            part |= inks[rows[y :: len(tile)]][:, columns[x :: len(tile)]]
    return pixels


def _picture(pixels: NDArray[np.uint32]) -> QImage:
    """Return ``pixels`` as a picture, which lasts as long as they do."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


def _cells_of(count: int, scale: float, start: float, length: float, first: float, cells: float) -> NDArray[np.intp]:
    """Return the cell under each of ``count`` pixels from ``start`` on; ``length`` holds ``cells`` from ``first`` on."""
    share = ((np.arange(count) + 0.5) / scale + start) / length
    return (first + np.clip(np.floor(share * cells), 0, cells - 1)).astype(np.intp)
