"""The row of the chosen step of every network in one plot: how far back each hears from where."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.engine.floats import Floats
from explorer.gui.controls.spoken import Described, speak
from explorer.gui.core.view import Playhead
from explorer.gui.plot.card_axes import Axes, label, pen, rows, rule
from explorer.gui.plot.labels import crosses, draw
from explorer.gui.plot.painting import Still, on_screen
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.views.compare.curve import Curve, Trace, names_of, paint_curve, paint_points
from explorer.gui.views.compare.seeds import levels, paint_seeds, said_of_seeds
from explorer.gui.views.compare.ticks import number_across
from explorer.gui.words.i18n import language, tr
from explorer.workspace.exploration.exploration import Lens
from explorer.workspace.looks.comparison import Comparison
from explorer.workspace.looks.comparison import Side as Known
from explorer.workspace.looks.counted import counts_layers
from explorer.workspace.looks.seeds import Seeds
from explorer.workspace.scales.ticks import Side
from explorer.workspace.words.numbers import power_of_ten, scientific

_LN10 = math.log(10.0)
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_STRIDE = 10
_MOST, _LEAST = 24.0, 3.0
"""Decades that are shown at most, and at least."""
_TICK_ROOM, _HALF_TICK = 34.0, 6.0


class Curves(QWidget, Described):
    """Paints the ``curves`` of row t over k, each named beside its end; ``chosen(k)`` by mouse or arrows.

    ``pointed(k, where)`` and ``unpointed()`` for what lies under the pointer.
    """

    chosen = Signal(int)
    pointed = Signal(int, QPoint)
    unpointed = Signal()

    def __init__(self, theme: Theme, told: Callable[[], str]) -> None:
        super().__init__()
        self.theme, self._told = theme, told
        self.curves: Sequence[Curve] = ()
        self.seeds: Seeds = None
        self.steps = self.t = self.k = 0
        self.layers = self.backward = False
        self.threshold = -6.0
        self.playhead = Playhead()
        self._ground, self._foot = Still(), Still()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        speak()

    def present(
        self,
        comparison: Comparison,
        names: Sequence[str],
        colours: Sequence[str],
        lens: Lens,
        pair: tuple[int, int],
        seeds: Seeds = None,
    ) -> None:
        """Show row t of every network that is known, of the framed one many ``seeds``, too; the threshold is one of gains."""
        self.t, self.k = comparison.steps if comparison.last_row else pair[0], pair[1]
        self.steps = comparison.steps
        self.threshold = math.log10(lens.threshold) if lens.quantity == "flow" else -math.inf
        self.curves = [
            Curve(names[i], colours[i], _row(side, self.t) / _LN10, i == comparison.active)
            for i, side in enumerate(comparison.sides)
            if isinstance(side, Known)
        ]
        runs = [side.run for side in comparison.sides if isinstance(side, Known)]
        self.layers, self.backward = all(map(counts_layers, runs)), all(run.backward for run in runs)
        self.seeds = seeds if lens.quantity == "flow" else None
        self.update()

    def told(self) -> str:
        """Return in words what is painted."""
        return self._told()

    def minimumSizeHint(self) -> QSize:
        """Return room for curves that can still be told apart."""
        return QSize(200, 64)

    def range(self) -> tuple[float, float]:
        """Return the lowest and the highest log10 to show: what all reach, but no more than so many decades."""
        rows_shown = [*(curve.gains for curve in self.curves), *self._levels()[1:4]]
        found = [gains[np.isfinite(gains)] for gains in rows_shown]
        low = min((float(gains.min(initial=0.0)) for gains in found), default=0.0)
        high = max((float(gains.max(initial=0.0)) for gains in found), default=0.0)
        low, high = math.floor(low - 0.2), math.ceil(high + 0.2)
        if high - low > _MOST:
            # About one, where networks are told apart; both ends get their share.
            down = min(-low, max(_MOST / 2.0, _MOST - high))
            low, high = -down, min(high, _MOST - down)
        lack = max(_LEAST - (high - low), 0.0) / 2.0
        return low - lack, high + lack

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint axes, curves, their names and the cursor."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = font(self.theme, language(), TICK_SCALE)
        painter.setFont(small)
        axes = self._axes()
        if axes.frame.height() < 8 or axes.frame.width() < 8:
            return
        traces = [Trace.of(curve, axes) for curve in self.curves]
        corner = self._axis_name_place(axes, traces)
        beneath = self._beneath(axes, corner)
        self._ground.paint(painter, QRectF(self.rect()), beneath, lambda inner: self._paint_ground(inner, axes, corner))
        if self.playhead.phase != "rest":
            traces = [Trace.of(replace(curve, gains=self._seen(curve.gains)), axes) for curve in self.curves]
        self._paint_traces(painter, axes, traces)
        draw(painter, names_of(traces, axes.frame, small, corner), small, self.theme.card)

    def _paint_traces(self, painter: QPainter, axes: Axes, traces: list[Trace]) -> None:
        """Paint the seeds and the curves within the frame, and what marks them over it, the framed network's last."""
        painter.save()
        painter.setClipRect(axes.frame.adjusted(-1, -1, 1, 1))
        if self._own is not None:
            paint_seeds(painter, axes, self._levels(), self._own.colour, self.theme)
        ordered = sorted(traces, key=lambda trace: trace.curve.active)
        for trace in ordered:
            paint_curve(painter, trace, axes.frame, self.theme)
        painter.restore()
        paint_points(painter, ordered, axes.frame, self.k, self.theme)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows from the window's shortcuts; show whether it has the keyboard."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()
            return True
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose k with the arrows, ten steps on with Shift."""
        key = Qt.Key(event.key())
        if key not in _MOVES:
            super().keyPressEvent(event)
            return
        stride = _STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._choose(self.k + stride * _MOVES[key])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._step_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand, or tell what lies under the pointer."""
        k = self._step_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(k)
        elif self._axes().holds(event.position()) and 0 <= k <= self.t:
            self.pointed.emit(k, event.globalPosition().toPoint())
        else:
            self.unpointed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        super().leaveEvent(event)
        self.unpointed.emit()

    def _axes(self) -> Axes:
        metrics = self.fontMetrics()
        frame = QRectF(self.rect()).adjusted(
            max(_TICK_ROOM, metrics.horizontalAdvance("10⁻¹²") + 8.0), _HALF_TICK, -3.0, -metrics.height() - 2.0
        )
        low, high = self.range()
        # The topmost curve has room for its name above it.
        high += metrics.height() / max(frame.height(), 4.0 * metrics.height()) * (high - low)
        return Axes(frame, -0.5, self.steps + 0.5, low, high)

    def _beneath(self, axes: Axes, corner: QRectF | None) -> Hashable:
        """Return what is asked for grid, frame and numbers: while a hand moves mostly the same."""
        ends = axes.bottom, axes.top, self.threshold, corner and corner.getRect()
        said = said_of_seeds(self.seeds, "" if self._own is None else self._own.name)
        return self.theme, language(), self.font(), self.steps, self.t, self.k, self.layers, self.hasFocus(), said, ends

    def _paint_ground(self, painter: QPainter, axes: Axes, corner: QRectF | None) -> None:
        if on_screen(painter):
            # Letters are another shade of grey on nothing.
            painter.fillRect(self.rect(), QColor(self.theme.card))
        below = QRectF(self.rect())
        below.setTop(axes.frame.bottom() + 1)
        across = self.theme, language(), self.font(), self.steps, self.t, self.k
        self._foot.paint(painter, below, across, lambda inner: self._number_across(inner, axes, below))
        most = axes.frame.height() / (1.6 * painter.fontMetrics().height())
        rows(painter, self.theme, axes, Side.decades(axes.bottom, axes.top, most).ticks)
        self._paint_frame(painter, axes, corner)

    def _number_across(self, painter: QPainter, axes: Axes, below: QRectF) -> None:
        """Number the steps: no gain changes them, while the grid has another range at every other move of a hand."""
        if on_screen(painter):
            painter.fillRect(below, QColor(self.theme.card))
        number_across(painter, axes, self.theme, self.steps, (self.k, self.t))

    def _paint_frame(self, painter: QPainter, axes: Axes, corner: QRectF | None) -> None:
        high, frame, line = painter.fontMetrics().height(), axes.frame, self.theme.line_width
        ground = QColor(self.theme.card)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(
            pen(self.theme.accent if self.hasFocus() else self.theme.border, 2.0 if self.hasFocus() else 1.0)
        )
        painter.drawRect(frame)
        rule(painter, QRectF(frame.left(), axes.y(0.0), frame.width(), 0.0), 1.0, QColor(self.theme.muted))
        if axes.bottom < self.threshold < axes.top:
            level = QRectF(frame.left(), axes.y(self.threshold), frame.width(), 0.0)
            rule(painter, level, 1.0, QColor(self.theme.threshold), dotted=True)
        for step in (self.t, self.k):
            upright = QRectF(axes.x(step), frame.top(), 0.0, frame.height())
            rule(painter, upright, 0.6 * line, QColor(self.theme.accent), dotted=step != self.t)
        if axes.bottom < self.threshold < axes.top:
            place = self._threshold_place(axes, high)
            label(painter, frame.right() - 4, place, self._threshold_said(), self.theme.muted, 1.0, 0.0, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if said := said_of_seeds(self.seeds, "" if self._own is None else self._own.name):
            short = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(0.6 * frame.width()))
            label(painter, frame.right() - 4, frame.top() + 1, short, self.theme.muted, 1.0, 0.0, ground)
        if corner is not None:
            painter.save()
            painter.setFont(font(self.theme, language()))
            label(painter, corner.right(), corner.top(), self._axis_name(), self.theme.muted, 1.0, 0.0, ground)
            painter.restore()

    def _threshold_said(self) -> str:
        return tr("threshold {gain}").format(gain=_power(self.threshold))

    def _threshold_place(self, axes: Axes, high: float) -> float:
        """Return the top of what is said of the threshold: over its line, or under it where that of a gain of one is."""
        level = axes.y(self.threshold)
        struck = level - high - 2 <= axes.y(0.0) <= level
        return level + 2 if struck and level + 2 + high <= axes.frame.bottom() else level - high - 1

    def _axis_name(self) -> str:
        if self.layers:
            return tr("layer k, back from layer {t}").format(t=self.t)
        said = tr("step k, on from t = {t}") if self.backward else tr("step k, back from t = {t}")
        return said.format(t=self.t)

    def _axis_name_place(self, axes: Axes, traces: list[Trace]) -> QRectF | None:
        """Return the corner for what is across: where there is most room, or the other if a row comes there alone.

        All end at a gain of one, at one height. There is none in a plot that is too low.
        """
        said = said_of_seeds(self.seeds, "" if self._own is None else self._own.name)
        high = QFontMetrics(font(self.theme, language(), TICK_SCALE)).height()
        if axes.frame.height() <= 4 * high:
            return None
        taken = high if said else 0
        below = axes.frame.bottom() - axes.y(0.0) >= axes.y(0.0) - axes.frame.top() - taken
        first = self._corner(axes, below, taken)
        if not any(crosses(first, trace.x, trace.y) for trace in traces):
            return first
        other = self._corner(axes, not below, taken)
        return first if any(crosses(other, trace.x, trace.y) for trace in traces) else other

    def _corner(self, axes: Axes, lower: bool, taken: int) -> QRectF:
        """Return where what is across stands at the right, below or above, where so many pixels are ``taken``."""
        metrics, frame = QFontMetrics(font(self.theme, language())), axes.frame
        high, wide = metrics.height(), metrics.horizontalAdvance(self._axis_name())
        y = frame.bottom() - 1 - high if lower else frame.top() + 1 + taken
        right, cursor = frame.right() - 4, axes.x(self.t)
        if axes.bottom < self.threshold < axes.top and abs(self._threshold_place(axes, high) - y) < high + 1:
            # Beside what is said of the threshold.
            right -= metrics.horizontalAdvance(self._threshold_said()) + high
        if right - wide < cursor + 4 < right + 4 and cursor - 4 - wide > frame.left():
            # The line of t does not go through it.
            right = cursor - 6
        return QRectF(right - wide, y, wide, high)

    def _seen(self, all_gains: Floats) -> Floats:
        """Return the gains that the animation has reached, NaN before."""
        if self.playhead.phase == "rest":
            return all_gains
        gains = all_gains.copy()
        gains[: self.playhead.step if self.playhead.phase == "backward" else None] = np.nan
        return gains

    @property
    def _own(self) -> Curve | None:
        """Return the row of the framed network, whose seeds are shown."""
        return next((curve for curve in self.curves if curve.active), None)

    def _levels(self) -> tuple[Floats, ...]:
        """Return the log10 of the least of many seeds, of their quartiles and of the greatest, none without them."""
        found = () if self._own is None else levels(self.seeds, len(self._own.gains))
        return tuple(self._seen(level) for level in found)

    def _step_at(self, at: QPointF) -> int:
        return math.floor(self._axes().at(at)[0] + 0.5)

    def _choose(self, k: int) -> None:
        k = min(max(k, 0), max((len(curve.gains) - 1 for curve in self.curves), default=self.t))
        if k != self.k:
            self.chosen.emit(k)


def _power(log10: float) -> str:
    return power_of_ten(round(log10)) if abs(log10 - round(log10)) < 1e-6 else scientific(log10)


def _row(side: Known, t: int) -> Floats:
    """Return row t of what is shown over k = 0..t, or over all k where some lie behind t."""
    return side.shown[t] if side.later else side.shown[t, : t + 1]
