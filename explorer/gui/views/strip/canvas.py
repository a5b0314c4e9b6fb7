"""The canvas of the unrolled network: it lays the rows out and calls the painters; it finds what is under a point."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from explorer.engine.network.course import Course
from explorer.gui.core.plots import GestureBox, PlotCanvas
from explorer.gui.core.view import Job, Playhead
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.strip.bands import paint_bands
from explorer.gui.views.strip.chips import Chips, arrange
from explorer.gui.views.strip.circles import paint_backward_path, paint_state_labels, paint_states, paint_upward_arrows
from explorer.gui.views.strip.depth import Lane, fitting, rows_of
from explorer.gui.views.strip.ends import (
    cell_width,
    chip_box,
    paint_input_labels,
    paint_inputs,
    paint_output_frames,
    paint_outputs,
)
from explorer.gui.views.strip.inputs import ROOM, paint_mattered
from explorer.gui.views.strip.layout import NARROWEST, Layout, layout, most_lanes
from explorer.gui.views.strip.levels import paint_layers
from explorer.gui.views.strip.picture import Picture
from explorer.gui.views.strip.scene import Scene
from explorer.gui.words.i18n import language
from explorer.workspace.exploration.exploration import Selection
from explorer.workspace.looks.river import Stream, into_of, stream_of

_LOWEST, _TALLEST = 132.0, 190.0
_A_LANE, _MOST_OF_LANES = 16.0, 120.0
"""Pixels by which the strip is higher for each lane where there is room, and for all of them at most."""
_SHARE_OF_WORDS = 0.4

Kind = Literal["x", "s", "o", "J", "ring", "mark", "lane"]

_Wanted = tuple[Course, int, str]


class Element(NamedTuple):
    """Something in the strip at ``step``: x_t (its ``column``), s_t, o_t, J_t, ring ∂s_t/∂s_k, mark ∂L/∂x_t, or a lane."""

    kind: Kind
    step: int
    column: int = 0


class StripCanvas(PlotCanvas):
    """Draws a `Picture`, laid out from the pixels that there are."""

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__(box)
        self.picture: Picture | None = None
        self.playhead = Playhead()
        self.stream: Stream | None = None
        self._wanted: _Wanted | None = None
        self.selection = Selection(t=0, k=0)
        self.dress(theme)
        # The circles stand before the cursor lines.
        self.setZValue(60)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language's font."""
        self._theme = theme
        self._font = font(theme, language(), TICK_SCALE)
        self._still = Still()
        self._words: tuple[float, ...] = ()
        self._chips: tuple[float, Chips] | None = None
        self._measure()
        self.update()

    @property
    def text_height(self) -> float:
        """Return the height of a label, in pixels."""
        return self._text_height

    def layout(self) -> Layout:
        """Return where the rows stand at the present size and zoom."""
        lanes = self.lanes
        above = sum(lane.above for lane in lanes)
        counts = above, len(lanes) - above
        return layout(self.box.height(), self.spacing(), self._text_height, self.chips(), self.marks(), counts)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Return the lanes that there is room for, each with its name."""
        if self.picture is None:
            return ()
        return fitting(self.picture.lanes, most_lanes(self.box.height() - self.marks(), self._text_height))

    @property
    def shown(self) -> Picture | None:
        """Return the picture with the lanes that there is room for."""
        return None if self.picture is None else replace(self.picture, lanes=self.lanes)

    def least_height(self) -> int:
        """Return the height that the type and the words need with the heading, in pixels."""
        size, chips = self._theme.font_size, self.chips()
        least = _LOWEST * (0.25 + 0.075 * size) + self.marks()
        if chips is not None:
            least = max(least, 4.2 * size + 6.0 + self.marks() + chips.room / _SHARE_OF_WORDS)
        return round(min(least, _TALLEST))

    def room_for_lanes(self) -> int:
        """Return by how much more height the lanes could be read better, in pixels."""
        return 0 if self.picture is None else round(min(_A_LANE * len(self.picture.lanes), _MOST_OF_LANES))

    def marks(self) -> float:
        """Return the height of the row of ‖∂L/∂x_t‖, in pixels; 0 where no loss is asked about."""
        shown = self.picture is not None and self.picture.mattered is not None
        return ROOM * self._text_height if shown else 0.0

    def chips(self) -> Chips | None:
        """Return where the words stand at the present zoom; None for numbers, and where there are bands."""
        spacing = self.spacing()
        if not self._words or spacing < NARROWEST:
            return None
        if self._chips is None or self._chips[0] != spacing:
            self._chips = (spacing, arrange(self._words, self._text_height, spacing))
        return self._chips[1]

    def present(self, picture: Picture) -> None:
        """Draw ``picture`` from now on."""
        self.picture = picture
        self._measure()
        self.update()

    @property
    def fresh(self) -> Stream | None:
        """Return the river of what is shown, None while only an older one is known."""
        stream = self.stream
        return stream if stream is not None and _same((stream.course, stream.t, stream.into), self._wanted) else None

    def job(self) -> Job | None:
        """Return what works the river of the picture out; None where there is none, it is known, or was asked for already.

        The last one goes on being shown meanwhile, as long as it has a place.
        """
        assert self.picture is not None
        run, t, known = self.picture.inspection.analysis.run, self.picture.t, self.picture.inspection.river
        if known is not None:
            self.stream, self._wanted = known, (known.course, known.t, known.into)
            return None
        into = into_of(run)
        wanted = None if into is None else (run.course, t, into)
        if self.stream is not None and (wanted is None or set(self.stream.arrives) != set(run.course.parts)):
            self.stream = None
        asked, self._wanted = _same(self._wanted, wanted), wanted
        return None if asked or wanted is None else partial(stream_of, run, t)

    def flood(self, stream: Stream) -> None:
        """Show a river, unless the picture has no place for it."""
        if self._wanted is not None and set(stream.arrives) == set(self._wanted[0].parts):
            self.stream = stream
            self.update()

    def finish(self) -> None:
        """Have the river of the picture now."""
        if self.picture is not None and self._wanted is not None and self.fresh is None:
            for found in stream_of(self.picture.inspection.analysis.run, self.picture.t, lambda: False, lambda _: None):
                self.flood(found)

    def _measure(self) -> None:
        """Find the widths of the words, none where the inputs are numbers."""
        self._metrics, shown = QFontMetricsF(self._font), self.picture
        self._text_height = self._metrics.height()
        tokens = shown.inspection.analysis.feed.shown if shown is not None and shown.worded else ()
        widths = {word: self._metrics.horizontalAdvance(word) for word in set(tokens)}
        words = tuple(widths[word] for word in tokens)
        if words != self._words:
            self._words, self._chips = words, None

    def step_at(self, x: float) -> float:
        """Return the time that stands at ``x`` pixels."""
        return (x - self.pixel(0.0)) / self.spacing()

    def sketch(self, painter: QPainter) -> None:
        """Draw the network with circles or with bands."""
        shown = self.shown
        if shown is not None:
            scene = self._scene(shown)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            if scene.layout.circles:
                self._paint_circles(painter, scene)
            else:
                paint_bands(painter, scene)
            paint_mattered(painter, scene)
            paint_layers(painter, scene)

    def _paint_circles(self, painter: QPainter, scene: Scene) -> None:
        """Draw the network with circles; its frames, upward arrows and labels change with zoom and cursor only."""
        paint_backward_path(painter, scene)
        self._still.paint(painter, self.boundingRect(), scene.frame_key, lambda inner: _paint_frames(inner, scene))
        paint_outputs(painter, scene)
        paint_states(painter, scene)
        paint_inputs(painter, scene)

    def element_at(self, x: float, y: float) -> Element | None:
        """Return what is under the point (pixels), or None."""
        if self.picture is None:
            return None
        rows, time = self.layout(), self.step_at(x)
        step = min(max(math.floor(time + 0.5), 0), self.picture.steps)
        if rows.mark.height > 0 and rows.mark.holds(y):
            return Element("mark", step) if step else None
        if rows.x.holds(y, 3.0) or rows.label.holds(y):
            if rows.chips is not None:
                step = rows.chips.step_at(x - self.pixel(0.0), y - rows.x.top) or step
                return Element("x", step) if step else None
            return Element("x", step, self._column(step, x)) if step else None
        if rows.o.holds(y, 2.0):
            return Element("o", step) if step else None
        for i, (_, row) in enumerate(rows_of(self.lanes, rows.above, rows.below)):
            if row.holds(y, 1.0):
                return Element("lane", step, i)
        if rows.circles:
            return self._among_circles(rows, time, step, y)
        return self._among_bands(rows, time, step, y)

    def input_value(self, y: float) -> float:
        """Return the value of an input that reaches up to ``y`` pixels."""
        row = self.layout().x
        scale = self.picture.input_scale if self.picture is not None else 1.0
        return (row.middle - y) / (row.height / 2) * scale

    def input_area(self, step: int) -> QRectF:
        """Return where x_t stands, in pixels of the box."""
        rows = self.layout()
        if rows.chips is not None:
            return chip_box(rows, rows.chips, step).translated(self.pixel(0.0), 0.0)
        return QRectF(self.pixel(step - 0.5), rows.x.top, rows.spacing, rows.x.height)

    def _column(self, step: int, x: float) -> int:
        """Return which column of x_t a bar at ``x`` pixels shows."""
        count = self.picture.inputs.shape[1] if self.picture is not None else 1
        width = cell_width(self.spacing())
        part = (x - self.pixel(step) + width / 2) / width
        return min(max(int(part * count), 0), count - 1)

    def _among_circles(self, rows: Layout, time: float, step: int, y: float) -> Element | None:
        across, up = (time - step) * rows.spacing, y - rows.s.middle
        distance = math.hypot(across, up)
        reach = min(rows.radius + 2.0, 0.45 * rows.spacing)
        if distance <= rows.inner or (distance <= reach and self._beyond(step)):
            return Element("s", step)
        if distance <= reach:
            return Element("ring", step)
        gap = math.floor(time) + 1
        if abs(up) <= max(rows.radius, 5.0) and self.picture is not None and 1 <= gap <= self.picture.steps:
            return Element("J", gap)
        return None

    def _among_bands(self, rows: Layout, time: float, step: int, y: float) -> Element | None:
        gap = math.floor(time) + 1
        if rows.arrow.holds(y, 2.0) and self.picture is not None and 1 <= gap <= self.picture.steps:
            return Element("J", gap)
        if rows.ring.holds(y, 2.0) and not self._beyond(step):
            return Element("ring", step)
        return Element("s", step) if rows.band.holds(y, 2.0) else None

    def _beyond(self, step: int) -> bool:
        if self.picture is None:
            return True
        low, high = self.picture.span
        return not low <= step <= high

    def _scene(self, picture: Picture) -> Scene:
        low, high = self.box.viewRange()[0]
        return Scene(
            picture=picture, layout=self.layout(), theme=self._theme,
            font=self._font, metrics=self._metrics, playhead=self.playhead,
            t=min(self.selection.t, picture.steps), k=min(self.selection.k, picture.steps),
            origin=self.pixel(0.0),
            first=max(math.floor(low), 0), last=min(math.ceil(high), picture.steps),
            width=self.box.width(), stream=self.stream,
        )  # fmt: skip


def _same(one: _Wanted | None, other: _Wanted | None) -> bool:
    """Return whether two rivers are of the same run, not just of an equal one, and of the same state."""
    return one is other or (one is not None and other is not None and one[0] is other[0] and one[1:] == other[1:])


def _paint_frames(painter: QPainter, scene: Scene) -> None:
    paint_output_frames(painter, scene)
    paint_upward_arrows(painter, scene)
    paint_state_labels(painter, scene)
    if not scene.picture.worded:
        paint_input_labels(painter, scene)
