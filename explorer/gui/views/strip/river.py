"""The river in a lane: how wide the gradient of s_t runs at each earlier state, one image however many steps there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.inks import gain_inks
from explorer.gui.plot.painting import on_screen
from explorer.gui.plot.theme import Theme
from explorer.gui.views.strip.bands import paint_band
from explorer.gui.views.strip.depth import Lane
from explorer.gui.views.strip.layout import Span
from explorer.gui.views.strip.scene import Scene, line_width
from explorer.workspace.looks.river import Stream
from explorer.workspace.scales.states import GAIN_PATTERNS, LARGEST, Table, encode, gain_colours

_LN10 = float(np.log(10.0))
_FINE = 3.0
"""Pixels to each of a drawing's own, in a file."""


@dataclass(frozen=True, slots=True)
class Bed:
    """Where the parts of a lane stand: what falls in from above, its states, and the river."""

    falls: Span
    states: Span
    river: Span

    @classmethod
    def of(cls, lane: Lane, row: Span, flows: bool) -> Bed:
        """Return the places in the ``row`` of a lane; the states take all of it where no river ``flows``."""
        if not flows or not lane.parts:
            return cls(row.part(0.0, 0.0), row, row.part(1.0, 1.0))
        fall = min(3.0, 0.16 * row.height) / row.height if lane.layer else 0.0
        return cls(row.part(0.0, fall), row.part(fall, 0.45), row.part(0.48, 1.0))


def arriving(stream: Stream, lane: Lane) -> Floats:
    """Return ln RMS gains (T+1,) from the chosen state to what stands in a lane."""
    if len(lane.parts) == 1:
        return stream.arrives[lane.parts[0]]
    widths = np.array([lane.course.parts[part].stop - lane.course.parts[part].start for part in lane.parts])
    with np.errstate(divide="ignore"):
        logs = np.stack([stream.arrives[part] for part in lane.parts]) + 0.5 * np.log(widths)[:, None]
        top = logs.max(axis=0)
        shift = np.where(np.isfinite(top), top, 0.0)
        return shift + 0.5 * np.log(np.exp(2.0 * (logs - shift)).sum(axis=0) / widths.sum())


def falling(stream: Stream, lane: Lane) -> Floats | None:
    """Return ln RMS gains (T+1,) of what comes down into a lane's layer within a step; None where nothing can."""
    return stream.falls.get(lane.layer) if lane.layer else None


def paint_river(painter: QPainter, scene: Scene, lane: Lane, bed: Bed, stream: Stream) -> None:
    """Paint how much of the gradient arrives at each state of a lane, and over it what comes down from above."""
    low, high = scene.heard
    decades = float(scene.picture.inspection.analysis.decades)
    _hatch(painter, scene, bed.river)
    if low > high:
        return
    places = arriving(stream, lane)[low : high + 1] / (_LN10 * decades)
    _ribbon(painter, scene, bed.river, places, low)
    middle, index = bed.river.part(0.3, 0.7), encode(places)[None]
    paint_band(painter, scene, middle, index, _special(scene.theme), float(low), GAIN_PATTERNS)
    falls = falling(stream, lane)
    if falls is not None and bed.falls.height > 0.5:
        index = encode(falls[low : high + 1] / (_LN10 * decades))
        paint_band(painter, scene, bed.falls, index[None], gain_colours(scene.theme), float(low))


def _hatch(painter: QPainter, scene: Scene, row: Span) -> None:
    """Hatch where the gradient of s_t does not go."""
    picture = scene.picture
    left, right = scene.at(picture.t + 0.5), scene.at(picture.steps + 0.5)
    if picture.backward:
        left, right = scene.at(-0.5), scene.at(picture.t - 0.5)
    brush = QBrush(QColor(scene.theme.undefined_hatch), Qt.BrushStyle.BDiagPattern)
    painter.fillRect(QRectF(left, row.top, right - left, row.height), brush)


def _ribbon(painter: QPainter, scene: Scene, row: Span, places: Floats, low: int) -> None:
    """Draw a band about the row's middle, as wide and in the colour of each gain, even between the steps."""
    left = max(scene.at(low - 0.5), 0.0)
    right = min(scene.at(low + len(places) - 0.5), scene.width)
    scale = painter.device().devicePixelRatioF() if on_screen(painter) else _FINE
    across, up = int((right - left) * scale), int(np.ceil(row.height * scale))
    if across < 1 or up < 1:
        return
    steps = (left + (np.arange(across) + 0.5) / scale - scene.origin) / scene.layout.spacing - low
    there = np.isfinite(places) | np.isposinf(places)
    inside = np.clip(np.where(there, places, -1.0), -1.0, 1.0)
    widths = np.where(there, line_width(inside, row.height / 1.75), 0.0)
    at = np.arange(len(places))
    width, place = np.interp(steps, at, widths), np.interp(steps, at, inside)
    distance = np.abs((np.arange(up) + 0.5) / scale - row.height / 2)[:, None]
    pixels = np.empty((up, across, 4), np.uint8)
    pixels[:] = _inks(scene.theme)[encode(place)]
    pixels[..., 3] = np.rint(255 * np.clip((width / 2 - distance) * scale + 0.5, 0.0, 1.0))
    image = QImage(pixels.data, across, up, 4 * across, QImage.Format.Format_RGBA8888)
    painter.drawImage(QRectF(left, row.top, across / scale, up / scale), image)


@cache
def _inks(theme: Theme) -> Table:
    return np.array([ink.getRgb() for ink in gain_inks(theme)], dtype=np.uint8)


@cache
def _special(theme: Theme) -> Table:
    """Return the table of gains in which what is on the scale is clear: it is drawn as a ribbon."""
    table = gain_colours(theme).copy()
    table[: LARGEST + 1, 3] = 0
    return table
