"""The decay of one row: how the gradient of s_t fades, survives or grows on its way back."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QToolButton

from explorer.engine.floats import Floats
from explorer.gui.controls.plain import set_tip, teach
from explorer.gui.controls.quiet import Quiet
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.quantities import quantity
from explorer.gui.core.time_plot import HeadedPlot
from explorer.gui.core.view import Playhead, behind
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.decay.canvas import DecayCanvas
from explorer.gui.views.decay.legend import DecayLegend
from explorer.gui.views.decay.lines import Picture, ends, picture
from explorer.gui.views.decay.scale import DecadeAxis
from explorer.gui.views.decay.terms import MANY_SEEDS, explained
from explorer.gui.views.decay.text import (
    band_text,
    beside_text,
    horizon_text,
    item_step_text,
    rate_text,
    seeds_text,
    step_text,
    subtitle,
)
from explorer.gui.words.i18n import language, mark, tr
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.counted import counts_layers
from explorer.workspace.scales.decades import locked_range, snapped

_GRIP = 6.0
_READABLE, _ASKED_FOR = 3.7, 7.2
"""Heights of a capital letter in the least picture, two lines, and in one that a person asked for, in which they are read."""
_TICK_ROOM = 5
_LEAST_THRESHOLD = -300.0
_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ALONG = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class DecayView(HeadedPlot):
    """Draws log10 ‖∂s_t/∂s_k‖ over k for the chosen t, with its bound, trend and fit, and the other activations;
    of what the loss sends back the row alone.

    A click chooses k; the threshold is dragged, or moved by a decade with the arrows up and down.
    """

    keys = frozenset({*_ACROSS, *_ALONG})

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Decay of row t = {t}"), "decay", left=DecadeAxis("left"))
        self.plot.getPlotItem().setContentsMargins(0, _TICK_ROOM, 0, 0)
        self.canvas = DecayCanvas(self.plot.box, theme)
        self.readout = Fitted()
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.seeds = QToolButton()
        self.seeds.setCheckable(True)
        self.seeds.setStyleSheet("padding: 1px 8px; min-height: 0;")
        self.seeds.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._room = Quiet(self.readout)
        self.add_to_header(self.seeds)
        self.add_to_header(self._room)
        self._t, self._gains = 0, True
        self._selection = Selection(t=0, k=0)
        self._dragging = False
        self._predicted: Floats | None = None
        self._ghosts = True
        self._pointed: tuple[int, QPoint] | None = None
        self.legend = DecayLegend()
        column = self.layout()
        assert column is not None
        column.addWidget(self.legend)
        self._connect()
        self.phrases.add(self.seeds.setText, mark("many seeds"))
        self.phrases.add(partial(teach, self.seeds), MANY_SEEDS)
        self.phrases.add(self.readout.setAccessibleName, "Rate per step")
        self.phrases.add(
            partial(set_tip, self.readout),
            "The line that fits the row: by which factor the gradient changes with every step back, and how many "
            "steps halve or double it.",
        )
        self.phrases.add(
            self.setAccessibleDescription,
            "The gain of the gradient from step t back to every step k. Left and right choose k, up and down move "
            "the threshold by a decade.",
        )

    @property
    def subject(self) -> str:
        """Return what the view is about, whatever the row."""
        return tr("Decay")

    @property
    def title(self) -> str:
        """Return the heading with the row's number."""
        template = tr("Decay of row t = {t}") if self._gains else tr("Row t = {t}")
        return template.format(t=self._t)

    def remember(self, predicted: Floats | None) -> None:
        """Show from now on, beside the row, what was predicted of it (t+1,) in log10."""
        self._predicted = predicted
        if self.inspection is not None:
            self.present(self.inspection)

    def show_ghosts(self, on: bool) -> None:
        """Show what other activations would do, or not while that may be what is asked."""
        if on != self._ghosts:
            self._ghosts = on
            if self.inspection is not None:
                self.present(self.inspection)

    def draw(self, inspection: Inspection) -> None:
        """Show the row of ``inspection``."""
        lens = inspection.analysis.exploration.lens
        drawn = picture(inspection, self.theme, self._predicted, self._ghosts)
        self.canvas.picture = drawn
        gains = lens.quantity == "flow"
        self.seeds.setChecked(lens.seeds > 0)
        set_shown(self.seeds, gains)
        if not self._dragging:
            self.canvas.threshold = math.log10(lens.threshold)
            if drawn is not None:
                self.plot.box.setYRange(*self._range(drawn, inspection), padding=0)
        self.canvas.update()
        rough = inspection.low is not None
        layers = counts_layers(inspection.analysis.run)
        rate = rate_text(inspection.verdict, inspection.t, rough, layers) if gains else ""
        self._room.say(rate)
        # Where the plot is low its label of the horizon goes, and of the rate the half-life.
        horizon = horizon_text(inspection.verdict, rough, layers)
        beside = beside_text(inspection) if self._ghosts and gains else ""
        self.explain_heading("\n".join(filter(None, (rate, horizon, beside))) if gains else "")
        if gains != self._gains:
            self._room.refit()
        if (self._t, self._gains) != (inspection.selection.t, gains):
            self._t, self._gains = inspection.selection.t, gains
            self.say_title()
        said, *shorter = subtitle(inspection)
        self.set_subtitle(" · ".join(filter(None, (said, beside))), *shorter)
        self.legend.present(drawn, self.theme)
        self._tell()

    def complete(self, inspection: Inspection) -> None:
        """Show the seeds that were worked out meanwhile."""
        new = self.inspection is None or inspection.seeds is not self.inspection.seeds
        super().complete(inspection)
        if new and not behind(self):
            self.present(inspection)

    def _range(self, drawn: Picture, inspection: Inspection) -> tuple[float, float]:
        """Return the lowest and the highest log10 to show: locked with the map's colours, or as the lines ask."""
        if inspection.analysis.exploration.lens.locked:
            return locked_range(drawn.row.gains, inspection.analysis.decades)
        return ends(drawn, self.canvas.threshold)

    def describe(self, inspection: Inspection) -> str:
        """Return the values at k, the rate and the horizon."""
        drawn = self.canvas.picture
        said = [] if drawn is None else [self._said_at(drawn, self._nearest(drawn, self._selection.k))]
        if self._gains:
            verdict, rough, layers = (
                inspection.verdict,
                inspection.low is not None,
                counts_layers(inspection.analysis.run),
            )
            said += [rate_text(verdict, inspection.t, rough, layers), horizon_text(verdict, rough, layers)]
            said += (
                [seeds_text(inspection.seeds, inspection.analysis.run.recipe)] if inspection.seeds is not None else []
            )
        return "\n".join(filter(None, said))

    def stand_alone(self, alone: bool) -> None:
        """Explain in words what is drawn while there is room for them."""
        super().stand_alone(alone)
        self.legend.setVisible(alone)

    def draw_cursor(self, selection: Selection) -> None:
        """Mark k on the curve."""
        super().draw_cursor(selection)
        self._selection = selection
        self.canvas.k = selection.k
        self.canvas.update()

    def draw_playhead(self, playhead: Playhead) -> None:
        """Draw the curve as far back as the gradient has come."""
        self.canvas.playhead = playhead
        self.canvas.update()

    def restyle(self) -> None:
        """Take on the theme in what is painted here."""
        super().restyle()
        self.canvas.theme = self.theme
        self.plot.setMinimumHeight(self._least_picture())
        self.setMinimumHeight(self.least_height(bare=True))
        self.readout.setFont(font(self.theme, language(), 0.95))
        self._room.refit()

    def more_to_read(self) -> int:
        """Return a line of text: who asks for the decay is to read it."""
        return math.ceil((_ASKED_FOR - _READABLE) * self._letter())

    def _letter(self) -> float:
        return QFontMetricsF(font(self.theme, language(), TICK_SCALE)).capHeight()

    def least_height(self, bare: bool = False) -> int:
        """Return the least height at which the plot can be read, with the heading or ``bare``."""
        column = self.layout()
        assert column is not None
        margins = column.contentsMargins()
        heading = 0 if bare else self.heading_height()
        return self.plot.minimumHeight() + margins.top() + margins.bottom() + heading

    def height_with_heading(self) -> int:
        """Return the least height at which the plot can be read under the heading."""
        return self.least_height()

    def _least_picture(self) -> int:
        """Return the least height of the plot at which its lines can be told apart and read."""
        return math.ceil(_READABLE * self._letter() + _TICK_ROOM + self.plot.getAxis("bottom").minimumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose k with left and right, ten steps with Shift; move the threshold with up and down."""
        key = Qt.Key(event.key())
        if key in _ACROSS:
            stride = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._choose(self._selection.k + stride * _ACROSS[key])
        elif key in _ALONG and self._gains:
            self._move_threshold(round(self.canvas.threshold) + _ALONG[key])
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        box = self.plot.box
        self.seeds.clicked.connect(self._ask_for_seeds)
        box.pressed.connect(self._press)
        box.moved.connect(self._drag)
        box.lifted.connect(self._lift)
        self.plot.pointed.connect(self._tell_step)
        self.plot.unpointed.connect(self._tell_nothing)

    def _ask_for_seeds(self) -> None:
        self.edited.emit(Gesture(mark("Show many seeds"), Exploration.with_many_seeds))

    def _press(self, x: float, y: float) -> None:
        self._dragging = self._grips(y)
        if not self._dragging:
            self._choose(math.floor(x + 0.5))

    def _drag(self, x: float, y: float) -> None:
        if self._dragging:
            self._move_threshold(snapped(y))
        else:
            self._choose(math.floor(x + 0.5))

    def _lift(self) -> None:
        if self._dragging:
            self._dragging = False
            self.released.emit()
            if self.inspection is not None:
                self.present(self.inspection)

    def _grips(self, y: float) -> bool:
        return self._gains and abs(self.canvas.level(y) - self.canvas.threshold_level()) <= _GRIP

    def _choose(self, k: int) -> None:
        drawn = self.canvas.picture
        k = k if drawn is None else drawn.time(self._nearest(drawn, k))
        if k != self._selection.k:
            self.selected.emit(self._t, k)

    def _move_threshold(self, log10: float) -> None:
        log10 = min(max(log10, _LEAST_THRESHOLD), 0.0)
        if log10 != self.canvas.threshold:
            self.canvas.threshold = log10
            self.canvas.update()
            name = mark("Move the threshold")
            self.edited.emit(Gesture.of(name, Exploration.with_lens, "lens.threshold", threshold=10.0**log10))

    def _tell_step(self, x: float, y: float, where: QPoint) -> None:
        grips = self._dragging or self._grips(y)
        self.plot.setCursor(Qt.CursorShape.SizeVerCursor if grips else Qt.CursorShape.ArrowCursor)
        k = math.floor(x + 0.5)
        if said := explained(self.canvas.term_at(QPointF(self.canvas.pixel(x), self.canvas.level(y)))):
            self._tell_nothing()
            self.tell(said, where)
        elif (drawn := self.canvas.picture) is None or not 0 <= drawn.time(k) <= drawn.last:
            self._tell_nothing()
        elif self._pointed is None or k != self._pointed[0]:
            self._pointed = (k, where)
            self._tell()

    def _tell(self) -> None:
        """Say again what is under the pointer: the numbers there may have changed."""
        drawn = self.canvas.picture
        if self._pointed is not None and drawn is not None:
            self.tell(self._said_at(drawn, self._nearest(drawn, self._pointed[0])), self._pointed[1])

    @staticmethod
    def _nearest(drawn: Picture, k: int) -> int:
        """Return the k of the row that is nearest to one of the sequence."""
        return min(max(drawn.time(k), 0), drawn.last)

    def _said_at(self, drawn: Picture, k: int) -> str:
        """Return the values of all lines at the k of the row."""
        if self.inspection is not None and not self._gains:
            shown, judged = quantity(self.inspection), self.inspection.judged
            if judged is None or k < drawn.first:
                return ""
            return item_step_text(judged, shown, drawn.t, k, float(drawn.row.gains[k]))
        values = [(line.said, float(line.gains[k])) for line in reversed(drawn.lines)]
        text = step_text(drawn.time(drawn.t), drawn.time(k), values)
        if drawn.band is None or k == drawn.t:
            return text
        low, high = (float(end[k]) for end in drawn.band)
        return f"{text}\n{band_text(low, high, drawn.estimate)}"

    def _tell_nothing(self) -> None:
        if self._pointed is not None:
            self._pointed = None
            self.tell("")
