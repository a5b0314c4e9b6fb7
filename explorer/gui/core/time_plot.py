"""Views over one another that share the time axis: they zoom, pan and point together."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.plots import Plot
from explorer.gui.core.view import View, behind
from explorer.gui.plot.axes import Axis, StepAxis
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.theme import Theme
from explorer.workspace.exploration.exploration import Selection
from explorer.workspace.looks.analysis import Inspection

_LEFT_AXIS, _LEFT_TYPE, _LEFT_MORE = 64, 10.0, 4.0
"""Pixels of all left axes, so that step k stands above step k, in type of the usual size; and for each point more."""
LEAST_STEPS = 4.0
"""So many steps are seen at the closest zoom."""
_ROUNDED = 4
"""Pixels that pyqtgraph's layout takes for its spacing."""


class TimePlot(View):
    """A view whose horizontal axis is time, 0..T, linked with all others of its kind; cursor lines at t and k.

    ``keys`` are those that the view takes for itself, before the window's shortcuts, while it has the focus; one
    that takes any can have the focus and shows it. ``wanted`` is the height in pixels that what it shows can use where there
    is room.
    """

    keys: frozenset[int] = frozenset()
    wanted = 0

    def __init__(self, theme: Theme, title: str, name: str, left: pg.AxisItem | None = None) -> None:
        super().__init__(theme, title, name)
        self.plot = Plot(theme, {"bottom": StepAxis("bottom"), "left": left or Axis("left")})
        self.plot.getAxis("left").setWidth(_left_axis(self.theme))
        self.plot.box.whole.connect(self.show_all)
        self.plot.box.whole.connect(self._choose_again)
        self.plot.box.pressed.connect(self._remember)
        self.cursor_t = pg.InfiniteLine(angle=90, movable=False)
        self.cursor_k = pg.InfiniteLine(angle=90, movable=False)
        for line in (self.cursor_t, self.cursor_k):
            line.setZValue(50)
            self.plot.addItem(line, ignoreBounds=True)
        self._led_by: TimePlot | None = None
        self._stack: QWidget | None = None
        self._time_before: list[float] = []
        self._steps = -1
        self._before = (0, 0)
        self.set_content(self.plot)
        if self.keys:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._dress_lines()

    def edge(self) -> int:
        """Return how much of its height is not its picture: besides what stands above, the numbers of the time axis."""
        item = self.plot.getPlotItem()
        _, top, _, bottom = item.getContentsMargins()
        return super().edge() + math.ceil(self.plot.getAxis("bottom").minimumHeight() + top + bottom) + _ROUNDED

    def least_height(self, bare: bool = False) -> int:  # noqa: ARG002 - for a view that can do without its heading
        """Return the least height that it needs, ``bare`` if it may give its heading up."""
        return self.minimumHeight() or self.minimumSizeHint().height()

    def heading_height(self) -> int:
        """Return what its heading takes, which gives way to the picture; 0 where it never does."""
        return 0

    def keep_heading_from(self, height: int) -> None:
        """Give the heading up below ``height``, whatever the view needs for itself."""

    def bare_edge(self) -> int:
        """Return what of its height is not its picture where the heading has given way."""
        return self.edge() - (0 if self._head.isHidden() else self.heading_height())

    def more_to_read(self) -> int:
        """Return how much higher than at the least it is where a person has asked to see it."""
        return 0

    def stand_in(self, stack: QWidget) -> None:
        """Be one of those over one another in ``stack``, which divides its height by what each of them needs."""
        self._stack = stack

    @property
    def dressed_late(self) -> bool:
        """Return whether nobody asks yet what it needs."""
        return super().dressed_late and (self._stack is None or behind(self._stack))

    def link_time(self, other: TimePlot) -> None:
        """Zoom and pan along time together with ``other``, as long as this one is not put away."""
        self._led_by = other
        self.plot.setXLink(other.plot)

    def setVisible(self, visible: bool) -> None:
        """Follow the time of the others, or leave them alone: what is put away is not where its axis would be."""
        super().setVisible(visible)
        if self._led_by is not None:
            self.plot.setXLink(self._led_by.plot if visible else None)

    def stand_alone(self, alone: bool) -> None:
        """Keep a time of its own while no other stands over or under it; the others follow where it went meanwhile."""
        if self._led_by is None:
            return
        shown = self.plot.box.viewRange()[0]
        if alone:
            self.plot.setXLink(None)
            self._time_before = shown
        elif shown != self._time_before:
            self._led_by.plot.setXRange(*shown, padding=0)

    def show_all(self) -> None:
        """Show the whole sequence."""
        if self._steps >= 0:
            self.plot.box.setXRange(-0.5, self._steps + 0.5, padding=0)

    def place_of(self, step: float) -> float:
        """Return where ``step`` stands on the screen, in pixels from its left."""
        box = self.plot.box
        low, high = box.ends[0]
        x = (step - low) / (high - low) * box.area.width()
        return float(self.plot.mapToGlobal(self.plot.mapFromScene(box.mapToScene(QPointF(x, 0.0)))).x())

    def limit(self, steps: int) -> None:
        """Let no zoom leave a sequence of ``steps`` steps."""
        self.plot.box.setLimits(
            xMin=-0.5, xMax=steps + 0.5, minXRange=min(LEAST_STEPS, steps + 1.0), maxXRange=steps + 1.0
        )

    def present(self, inspection: Inspection) -> None:
        """Show ``inspection``; a sequence of another length is shown whole."""
        if inspection.analysis.steps != self._steps:
            self._steps = inspection.analysis.steps
            self.limit(self._steps)
            self.show_all()
        super().present(inspection)
        self.point(inspection.selection)

    def event(self, event: QEvent) -> bool:
        """Keep the view's own keys from the window's shortcuts, and show whether it has the focus."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and event.key() in self.keys:  # type: ignore[attr-defined]
            event.accept()
            return True
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._dress_focus(kind == QEvent.Type.FocusIn)
        return super().event(event)

    def draw_cursor(self, selection: Selection) -> None:
        """Put the cursor lines at t and k."""
        self.cursor_t.setValue(selection.t)
        self.cursor_k.setValue(selection.k)

    def restyle(self) -> None:
        """Take on the theme's colours."""
        self.plot.dress(self.theme)
        self.plot.getAxis("left").setWidth(_left_axis(self.theme))
        self._dress_lines()

    def _shown_pair(self) -> tuple[int, int]:
        return int(self.cursor_t.value()), int(self.cursor_k.value())

    def _remember(self) -> None:
        self._before = self._shown_pair()

    def _choose_again(self) -> None:
        """Go back to the pair before a double click, whose first press may have chosen another."""
        if self._before != self._shown_pair():
            self.selected.emit(*self._before)

    def _dress_focus(self, focused: bool) -> None:
        self.plot.box.setBorder(_line(self.theme.accent, 2.0) if focused else None)
        # The box repaints within its old border only and would leave a line behind.
        self.plot.viewport().update()

    def _dress_lines(self) -> None:
        self.cursor_t.setPen(_line(self.theme.accent, self.theme.line_width * 0.8))
        self.cursor_k.setPen(_line(self.theme.accent, self.theme.line_width * 0.6, Qt.PenStyle.DotLine))


class HeadedPlot(TimePlot):
    """A view whose heading gives way where its picture would have no room: in a presentation a low one is all picture."""

    _headed_from = 0

    def height_with_heading(self) -> int:
        """Return the least height in pixels at which there is room for the heading, too: for a view to fill in."""
        raise NotImplementedError

    def heading_height(self) -> int:
        """Return what the heading takes."""
        column = self.layout()
        assert column is not None
        return self._head.sizeHint().height() + column.spacing()

    def keep_heading_from(self, height: int) -> None:
        """Give the heading up below ``height``."""
        self._headed_from = height
        self._fit_heading()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the heading up where the picture would have no room."""
        super().resizeEvent(event)
        self._fit_heading()

    def cover(self, cover: QWidget | None) -> None:
        """Hide what is to be predicted, or show it again, with a heading if there is room."""
        super().cover(cover)
        self._fit_heading()

    def _fit_heading(self) -> None:
        if self._cover is None:
            set_shown(self._head, self.height() >= max(self.height_with_heading(), self._headed_from))


def _left_axis(theme: Theme) -> int:
    """Return the width of all left axes in the type of ``theme``, in pixels."""
    return _LEFT_AXIS + round(_LEFT_MORE * max(theme.font_size - _LEFT_TYPE, 0.0))


def _line(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    pen.setStyle(style)
    return pen
