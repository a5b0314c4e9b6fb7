"""Nudge a unit of s_k, and see what the Jacobians promised beside what happens."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.engine.floats import Floats
from explorer.engine.looks.nudge import Nudge
from explorer.engine.network.course import Course
from explorer.gui.controls.bare import Slider
from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.spoken import Amount, told_anew
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.card_axes import Axes, finite_range, framed, label, page, pen, shade
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import language, mark, tr
from explorer.workspace.exploration.exploration import MOST_NUDGE, Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.nudging import asked, nudged
from explorer.workspace.scales.states import entry_name
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import scientific, signed, subscript

_LN10 = math.log(10.0)
_Key = tuple[Course, int, int, float]
_TOLERANCE = 0.1
"""So far the prediction may be off and is still called right."""
_NOTCHES = 100
"""Notches of the slider for a change of one."""
_MOVE = mark("Move the slider: what becomes of a small change of one unit?")
_LEAST = 1e-3
"""Decades: what is drawn spans at least so much."""


class NudgeView(InspectCard):
    """Draws log10 of the true change of s_k..s_T and of the predicted one; a slider moves the unit."""

    of_chain = True

    def __init__(self, theme: Theme) -> None:
        self.slider, self._reading = Slider(self._amount, self._take), Label()
        self._size = 0.0
        super().__init__(theme, mark("Nudge a unit"), "nudge", 150)
        self._nudge: Nudge | None = None
        self._key: _Key | None = None
        self._known: _Key | None = None
        self._axes: Axes | None = None
        self._version = 0
        self._still = Still()
        self.slider.setRange(round(-MOST_NUDGE * _NOTCHES), round(MOST_NUDGE * _NOTCHES))
        self.slider.setPageStep(_NOTCHES // 4)
        self.slider.valueChanged.connect(self._move)
        self.slider.sliderReleased.connect(self.released)
        self._lay_out_slider()
        self.phrases.add(self.slider.setAccessibleName, "Size of the nudge")
        self.phrases.add(
            partial(set_tip, self.slider),
            "Moves the chosen unit of the state at step k by this much. The network is run again from there; the dashed line "
            "is what ∂sₜ/∂sₖ times the nudge predicts. Choose k on the map, and the unit by a click or the arrows on the "
            "hidden states.",
        )

    def draw(self, inspection: Inspection) -> None:
        """Ask for the nudge of the present pair, unit and size when the card is seen."""
        super().draw(inspection)
        size = inspection.analysis.exploration.lens.nudge
        moved, self._size = size != self._size, size
        self.slider.blockSignals(True)
        self.slider.setValue(round(size * _NOTCHES))
        self.slider.blockSignals(False)
        k, chain = subscript(inspection.selection.k), inspection.analysis.run.course.chain
        self._reading.setText(f"{entry_name(chain, asked(inspection)[2], k)} {self._amount().said}")
        if moved:
            told_anew(self.slider)

    def finish(self) -> None:
        """Work the nudge out at once, if it is not known: for pictures."""
        if self.inspection is not None and not _same(self._known, key := asked(self.inspection)):
            self._key = key
            for found in nudged(*key, lambda: False, lambda _: None):
                self.answer(found)

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is not known yet."""
        key = asked(inspection)
        if not _same(self._key, key):
            self._key = key
            self.asked.emit(partial(nudged, *key))
        if not key[-1]:
            self._nudge = None

    def answer(self, result: object) -> None:
        """Show a nudge."""
        assert isinstance(result, Nudge)
        self._nudge, self._known = result, self._key
        self._version += 1
        if self.inspection is not None:
            self.say_summary()
        self.canvas.update()

    def summary(self, inspection: Inspection) -> str:
        """Return from which step on the linear picture is off."""
        if self._nudge is None:
            return ""
        first = self._nudge.breaks(_TOLERANCE)
        if first is None:
            return tr("right to 10 % at every step")
        return tr("off by > 10 % from s{t} on").format(t=subscript(inspection.time(first)))

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint both changes over the steps, and where they part, what is old still while it is worked out anew."""
        found = self._nudge
        if found is None:
            self._axes = None
            page(painter, area, self.theme, tr(_MOVE))
            return
        facts = self._version, self.theme, language()
        self._still.paint(painter, area, facts, lambda inner: self._paint_found(inner, area, found))

    def _paint_found(self, painter: QPainter, area: QRectF, found: Nudge) -> None:
        true, predicted = found.log_true / _LN10, found.log_predicted / _LN10
        axes = self._axes = self._frame(painter, area, found.k, np.concatenate([true, predicted]))
        self._paint_break(painter, axes, found)
        steps = found.k + np.arange(float(len(true)))
        painter.setPen(pen(self.theme.curve, 1.3 * self.theme.line_width))
        painter.drawPath(axes.curve(steps, true))
        painter.setPen(pen(self.theme.fit, self.theme.line_width, Qt.PenStyle.DashLine))
        painter.drawPath(axes.curve(steps, predicted))
        self._paint_names(painter, axes)

    def name_at(self, point: QPointF) -> str:
        """Return both changes at the step under the pointer."""
        found = self._nudge
        if self._axes is None or found is None or not self._axes.holds(point):
            return ""
        return self._changes(found, int(np.clip(round(self._axes.at(point)[0]) - found.k, 0, len(found.deviation) - 1)))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - the nudge has its own
        """Return by how much the unit is moved, and both changes at the last step."""
        if self._nudge is None:
            return tr(_MOVE)
        return f"{self._reading.text()}\n{self._changes(self._nudge, len(self._nudge.deviation) - 1)}"

    def restyle(self) -> None:
        """Take on the theme, and give the reading room for the longest."""
        super().restyle()
        self._reading.setMinimumWidth(self._reading.fontMetrics().horizontalAdvance("s₁₂₃[123] −0.00"))

    def _lay_out_slider(self) -> None:
        whole, row = QWidget(), QHBoxLayout()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row.addWidget(self._reading)
        row.addWidget(self.slider, 1)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        self.set_content(whole)
        # The stack had hidden it when it was a page of its own.
        self.canvas.show()

    def _time(self, step: int) -> int:
        """Return which state of the sequence one of the chain is."""
        return step if self.inspection is None else self.inspection.time(step)

    def _changes(self, found: Nudge, i: int) -> str:
        """Return the true change after ``i`` steps, and what was predicted."""
        values = (scientific(float(logs[i]) / _LN10, 3) for logs in (found.log_true, found.log_predicted))
        true, predicted = values
        off = signed(100.0 * float(found.deviation[i]), 2)
        t, k = (subscript(self._time(step)) for step in (found.k + i, found.k))
        return tr("s{t} changes by {true}; ∂s{t}/∂s{k} predicts {predicted}, off by {off} %").format(
            t=t, k=k, true=true, predicted=predicted, off=off
        )

    def _amount(self) -> Amount:
        said = ("+" if self._size >= 0 else "") + signed(self._size, 2)
        return Amount(self._size, -MOST_NUDGE, MOST_NUDGE, 1 / _NOTCHES, said)

    def _take(self, size: float) -> None:
        self.slider.setValue(round(size * _NOTCHES))

    def _move(self, notches: int) -> None:
        size = notches / _NOTCHES
        self.edited.emit(Gesture.of(mark("Nudge a unit"), Exploration.with_lens, "lens.nudge", nudge=size))

    def _frame(self, painter: QPainter, area: QRectF, k: int, values: Floats) -> Axes:
        line = painter.fontMetrics().height()
        low, high = finite_range(values, 2.0)
        pad = 0.08 * (high - low) + _LEAST
        last = k + len(values) // 2 - 1
        across, up = Side.steps(k, max(last, k + 1), 6, self._time), Side.decades(low - pad, high + pad)
        return framed(painter, self.theme, area.adjusted(0, 0.5 * line, -4, 0), across, up)

    def _paint_break(self, painter: QPainter, axes: Axes, found: Nudge) -> None:
        first = found.breaks(_TOLERANCE)
        if first is not None:
            x = axes.x(first)
            shaded = QRectF(x, axes.frame.top(), axes.frame.right() - x, axes.frame.height())
            painter.fillRect(shaded, shade(self.theme.bound, 28))

    def _paint_names(self, painter: QPainter, axes: Axes) -> None:
        """Say at the upper right which line is which."""
        line, x, y = painter.fontMetrics().height(), axes.frame.right(), axes.frame.top()
        named = ((tr("what happens"), self.theme.curve), (tr("what ∂sₜ/∂sₖ predicts"), self.theme.fit))
        for i, (text, colour) in enumerate(named):
            width = painter.fontMetrics().horizontalAdvance(text) + 6
            painter.fillRect(QRectF(x - width, y + i * line, width, line), shade(self.theme.card, 190))
            label(painter, x - 2, y + i * line, text, colour, 1.0, 0.0)


def _same(known: _Key | None, key: _Key) -> bool:
    """Return whether two nudges are of one course, not of one like it, and alike."""
    return known is not None and known[0] is key[0] and known[1:] == key[1:]
