"""The gradient flow of all pairs at once: who still hears from whom."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent

from explorer.engine.activations import Floats
from explorer.gui.axes import StepAxis
from explorer.gui.heatmap import flow_codes, palette
from explorer.gui.i18n import mark, tr
from explorer.gui.plots import LEAST_STEPS, TimePlot
from explorer.gui.theme import Theme
from explorer.gui.view import Playhead
from explorer.gui.views.flow_legend import DETAILS, FlowLegend
from explorer.gui.views.flow_marks import Colours, Hatching, Marks
from explorer.gui.views.flow_norm import NormSwitch
from explorer.gui.views.flow_text import pair_text
from explorer.workspace.analysis import Inspection
from explorer.workspace.exploration import Selection

_MARGIN = 6
_TICK_ROOM = 5
_WHOLE = 1e-6
_KEYS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0),
}  # fmt: skip
_SPAN_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class FlowMap(TimePlot):
    """Colours ln ‖∂s_t/∂s_k‖ of the active network at (k, t), k along time and t upward.

    The wheel zooms k, with all views, and t alike about the pointer, so that any corner can be enlarged: the long lags
    are at the upper left. Zoomed elsewhere, t stays; where all k are shown again, so are all t. The legend lies in the
    triangle where nothing is defined; where that has no room in sight, it moves into the heading.
    """

    keys = frozenset({*_KEYS, *_SPAN_KEYS})

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Gradient flow"), "flow", left=StepAxis("left"))
        self.plot.getPlotItem().setContentsMargins(0, _TICK_ROOM, 0, 0)
        self._shown: tuple[Floats, int, Theme] | None = None
        self._pointed: tuple[int, int, QPoint] | None = None
        self._selection = Selection(t=0, k=0)
        self.hatching, self.image = Hatching(self.plot.box, theme), Colours(self.plot.box)
        self.marks = Marks(self.plot.box, theme)
        self.legend, self.header_legend = FlowLegend(theme, self.plot), FlowLegend(theme)
        self.header_legend.show_detail("mini")
        self.add_to_header(self.header_legend)
        self.norms = NormSwitch()
        self.add_to_header(self.norms)
        self._connect()
        self.phrases.add(
            self.setAccessibleDescription,
            "Every pair of steps, coloured by how much of the gradient of s at step t reaches step k. "
            "Arrow keys choose a pair, plus and minus set the span of the colours. The wheel zooms both ways; with Shift "
            "it moves k, with Ctrl t; a double click shows all pairs.",
        )

    def limit(self, steps: int) -> None:
        """Let no zoom leave the pairs of ``steps`` steps."""
        super().limit(steps)
        self.plot.box.setLimits(
            yMin=-0.5, yMax=steps + 0.5, minYRange=min(LEAST_STEPS, steps + 1.0), maxYRange=steps + 1.0
        )

    def show_all(self) -> None:
        """Show all pairs."""
        super().show_all()
        if self._steps >= 0:
            self.plot.box.setYRange(-0.5, self._steps + 0.5, padding=0)

    def draw(self, inspection: Inspection) -> None:
        """Show all pairs of the active network."""
        analysis, run = inspection.analysis, inspection.analysis.run
        lens = analysis.exploration.lens
        self.marks.steps = analysis.steps
        if self.hatching.steps != analysis.steps:
            self.hatching.steps = analysis.steps
            self.hatching.update()
        self._paint(run.log_gain, analysis.decades)
        for legend in (self.legend, self.header_legend):
            legend.present(lens, analysis.decades)
        self.norms.present(lens.norm)
        self.set_subtitle(_subtitle(lens.norm))
        self._place_legend()
        self._tell(inspection)

    def draw_cursor(self, selection: Selection) -> None:
        """Frame the pair and draw its row."""
        t = min(selection.t, max(self._steps, 0))
        self._selection = self.marks.selection = Selection(t=t, k=min(selection.k, t))
        super().draw_cursor(self._selection)
        self.marks.update()

    def draw_playhead(self, playhead: Playhead) -> None:
        """Make faint what is yet to come."""
        self.marks.playhead = playhead
        self.marks.update()

    def restyle(self) -> None:
        """Take on the theme in what is painted here."""
        super().restyle()
        self.hatching.theme = self.marks.theme = self.theme
        for part in (self.legend, self.header_legend, self.norms):
            part.dress(self.theme)
        self._place_legend()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pair with the arrows, ten steps with Shift; plus and minus set the span of the colours."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            stride = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dt, dk = _KEYS[key]
            self._choose(self._selection.t + stride * dt, self._selection.k + stride * dk)
        elif key in _SPAN_KEYS:
            self.legend.step(_SPAN_KEYS[key])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the legend another place."""
        super().resizeEvent(event)
        self._place_legend()

    def _connect(self) -> None:
        box = self.plot.box
        box.pressed.connect(self._choose_at)
        box.moved.connect(self._choose_at)
        box.setMouseEnabled(x=True, y=True)
        box.sigXRangeChanged.connect(self._follow_time)
        box.sigRangeChanged.connect(self._place_legend)
        box.sigResized.connect(self._place_legend)
        self.plot.pointed.connect(self._tell_pair)
        self.plot.unpointed.connect(self._tell_nothing)
        for part in (self.legend, self.header_legend, self.norms):
            part.edited.connect(self.edited)

    def _paint(self, log_gain: Floats, decades: int) -> None:
        """Make the picture, once for an analysis and a scale."""
        shown = self._shown
        if shown and shown[0] is log_gain and shown[1] == decades and shown[2] is self.theme:
            return
        self._shown = (log_gain, decades, self.theme)
        self.image.present(flow_codes(log_gain, decades), palette(self.theme))

    def _follow_time(self, _: object, interval: tuple[float, float]) -> None:
        """Show all t where all k are shown, whichever view was asked to."""
        if interval[1] - interval[0] > self._steps + 1.0 - _WHOLE:
            self.show_all()

    def _choose_at(self, x: float, y: float) -> None:
        self._choose(math.floor(y + 0.5), math.floor(x + 0.5))

    def _choose(self, t: int, k: int) -> None:
        """Ask for the nearest pair to (t, k); the controller moves the cursor."""
        t = min(max(t, 0), max(self._steps, 0))
        k = min(max(k, 0), t)
        if (t, k) != (self._selection.t, self._selection.k):
            self.selected.emit(t, k)

    def _tell_pair(self, x: float, y: float, where: QPoint) -> None:
        t, k = math.floor(y + 0.5), math.floor(x + 0.5)
        if self.inspection is None or not (0 <= t <= self._steps and 0 <= k <= self._steps):
            self._tell_nothing()
        elif self._pointed is None or (t, k) != self._pointed[:2]:
            self._pointed = (t, k, where)
            self._tell(self.inspection)

    def _tell(self, inspection: Inspection) -> None:
        """Say again what is under the pointer: the numbers there may have changed."""
        if self._pointed is not None:
            t, k, where = self._pointed
            t, k = min(t, self._steps), min(k, self._steps)
            gain = float(inspection.analysis.run.log_gain[t, k])
            self.tell(pair_text(t, k, gain, inspection.analysis.exploration.lens.norm), where)

    def _tell_nothing(self) -> None:
        if self._pointed is not None:
            self._pointed = None
            self.tell("")

    def _place_legend(self) -> None:
        """Show the most telling legend that covers no pair, else the one in the heading."""
        area = self._box_area()
        for detail in DETAILS:
            size = self.legend.size_of(detail)
            if self._is_free(size, area):
                self.legend.show_detail(detail)
                corner = area.bottomRight() - QRect(0, 0, size.width() + _MARGIN, size.height() + _MARGIN).bottomRight()
                self.legend.setGeometry(QRect(corner, size))
                break
        else:
            detail = None
        self.legend.setVisible(detail is not None)
        self.header_legend.setVisible(detail is None)

    def _box_area(self) -> QRect:
        """Return the data's rectangle in pixels of the plot."""
        box = self.plot.box
        return self.plot.mapFromScene(box.sceneBoundingRect()).boundingRect()

    def _is_free(self, size: QSize, area: QRect) -> bool:
        """Return whether a legend of ``size`` in the bottom right corner covers nothing that is defined."""
        (left, right), (bottom, top) = self.plot.box.viewRange()
        if area.width() < 1 or area.height() < 1 or self._steps < 0:
            return False
        width, height = size.width() + 2 * _MARGIN, size.height() + 2 * _MARGIN
        # Of all cells that it touches the one at its upper left has the greatest lag.
        k = math.floor(right - width / area.width() * (right - left) + 0.5)
        t = math.floor(bottom + height / area.height() * (top - bottom) + 0.5)
        return width < area.width() and height < area.height() and t < k


def _subtitle(norm: str) -> str:
    if norm == "spectral":
        return tr("log₁₀ of the spectral norm ‖∂sₜ/∂sₖ‖₂ · k along time, t upward")
    return tr("log₁₀ of the RMS gain ‖∂sₜ/∂sₖ‖/√N · k along time, t upward")
