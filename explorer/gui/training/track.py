"""The track of the time line: kept moments as ticks, the loss as a silhouette behind them, and a handle to drag."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy

from explorer.engine.floats import Floats
from explorer.gui.controls.bare import Slider
from explorer.gui.controls.plain import show_tip
from explorer.gui.controls.spoken import Amount
from explorer.gui.plot.card_axes import pen, shade
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.thinned import envelope
from explorer.gui.words.i18n import tr
from explorer.gui.words.record_words import shown_events, words_near
from explorer.workspace.exploration.record import Record
from explorer.workspace.words.numbers import signed

_MARGIN = 9.0
_TICK = 7.0
_LEAST_APART = 4.0
"""Pixels: ticks that would stand closer become a band that is the darker the more of them there are."""
_HEAD = 3.5
_NEAR = 5.0
_FLAT = 0.3
"""Decades: a loss that changed less is not blown up to the whole height."""
_CALM = 280
"""Milliseconds between two pictures of a record that grows."""
_BURST = 1.0
"""Decades above the first loss: what is higher is cut off."""


class Track(Slider):
    """A slider over the snapshots of a record; its value is the index of one, its places are their steps.

    ``filmed()``: the space bar asks for the film. A drag changes the value only where it comes nearest to another snapshot.
    While it is locked, a record that grows is shown a few times a second.
    """

    filmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(self._moment, self._go_to)
        self.theme = theme
        self._record: Record | None = None
        self._steps: Floats = np.zeros(1)
        self._locked = False
        self._waiting: tuple[Record, int] | None = None
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._catch_up)
        self._version = 0
        self._still = Still()
        self.setMouseTracking(True)
        # It is also a drawing of the loss.
        self.setProperty("pictured", True)
        # A fixed height would be the style sheet's least, that of a plain slider.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def present(self, record: Record, index: int) -> None:
        """Show ``record`` with the handle at its snapshot ``index``; nobody is told."""
        if self._calm.isActive():
            self._waiting = record, index
            return
        if self._locked:
            self._calm.start()
        self._waiting = None
        if record is not self._record:
            self._record = record
            self._steps = np.array([snapshot.step for snapshot in record.snapshots], dtype=np.float64)
            self._version += 1
        before = self.blockSignals(True)
        self.setRange(0, len(self._steps) - 1)
        self.setValue(index)
        self.blockSignals(before)
        self.update()

    def dress(self, theme: Theme) -> None:
        """Take on a theme."""
        self.theme = theme
        self._version += 1
        self.updateGeometry()
        self.update()

    def lock(self, locked: bool) -> None:
        """Let nobody move the handle, or let it be moved again."""
        self._locked = locked
        if not locked:
            self._calm.stop()
            self._catch_up()
        self.update()

    def _moment(self) -> Amount:
        """Return the number of updates behind the shown moment."""
        step, steps = float(self._steps[min(self.value(), len(self._steps) - 1)]), self._steps
        apart = float(np.median(np.diff(steps))) if len(steps) > 1 else 1.0
        said = tr("update {step}").format(step=int(step))
        return Amount(step, float(steps[0]), float(steps[-1]), apart, said)

    def _go_to(self, step: float) -> None:
        if not self._locked:
            self.setValue(int(np.argmin(np.abs(self._steps - step))))

    def _catch_up(self) -> None:
        if self._waiting is not None:
            self.present(*self._waiting)

    def sizeHint(self) -> QSize:
        """Return a height for the silhouette, and the width that there is."""
        return QSize(200, round(12 + 1.3 * self.theme.font_size))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the silhouette, the ticks, the events, and the handle over them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._record is not None:
            record, area = self._record, QRectF(self.rect())
            self._still.paint(painter, area, self._version, lambda inner: self._paint_record(inner, record))
            self._paint_handle(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the snapshot nearest to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and not self._locked:
            self.setSliderDown(True)
            self.setValue(self._nearest(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the handle follow the pointer from snapshot to snapshot."""
        if self.isSliderDown():
            self.setValue(self._nearest(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by the wheel, but only with the focus."""
        if not self.hasFocus() or self._locked or not event.angleDelta().y():
            event.ignore()
            return
        self.setValue(self.value() + int(math.copysign(1, event.angleDelta().y())))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play the film with the space bar; step by arrows, jump by Home and End."""
        if event.key() == Qt.Key.Key_Space:
            self.filmed.emit()
        elif not self._locked:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Name what is under the pointer, and keep the space bar from the window."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        if kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._record is not None:
            show_tip(event.globalPos(), self.name_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def name_at(self, point: QPointF) -> str:
        """Return the event that is marked at ``point``, else the nearest snapshot with the loss there."""
        if self._record is None:
            return ""
        found = words_near(self._record, lambda step: abs(self._x(step) - point.x()) <= _NEAR)
        if found:
            return "\n".join(found)
        step = int(self._steps[self._nearest(point.x())])
        loss = loss_at(self._record, step)
        if math.isnan(loss):
            return tr("update {step}").format(step=step)
        return tr("update {step}: loss {loss}").format(step=step, loss=signed(loss))

    def _x(self, step: float) -> float:
        return _MARGIN + step / self._end * (self.width() - 2 * _MARGIN)

    @property
    def _end(self) -> float:
        """Return the last step: an update that failed, too, has its place."""
        return float(max(self._record.end if self._record is not None else 1, 1))

    def _nearest(self, x: float) -> int:
        step = (x - _MARGIN) / max(self.width() - 2 * _MARGIN, 1.0) * self._end
        return int(np.argmin(np.abs(self._steps - step)))

    def _paint_record(self, painter: QPainter, record: Record) -> None:
        self._paint_silhouette(painter, record)
        y = self.height() - _TICK - 2
        painter.setPen(pen(self.theme.border, 1.4))
        painter.drawLine(QLineF(_MARGIN, y, self.width() - _MARGIN, y))
        self._paint_ticks(painter, y)
        painter.setPen(pen(self.theme.trend, 1.6))
        for change in record.changes:
            x = self._x(change.step)
            painter.drawLine(QLineF(x, y - _TICK, x, y))
        for snapshot in shown_events(record):
            x = self._x(snapshot.event_step)
            painter.setPen(pen(self.theme.bound, 2.0))
            painter.drawLine(QLineF(x, 1.0, x, self.height() - 2.0))
            painter.setBrush(shade(self.theme.bound, 255))
            painter.drawEllipse(QPointF(x, _HEAD), 2.2, 2.2)

    def _paint_silhouette(self, painter: QPainter, record: Record) -> None:
        """Fill what lies under the logarithm of the loss."""
        steps, loss = record.column("step"), record.column("loss")
        known = (loss > 0) & np.isfinite(loss)
        if not known.any():
            return
        x = _MARGIN + steps[known] / self._end * (self.width() - 2 * _MARGIN)
        at, low, high = envelope(x, np.log10(loss[known]))
        middle = 0.5 * (low + high)
        # One lucky batch or one burst must not flatten all the rest.
        bottom = min(float(np.quantile(middle, 0.02)), float(middle[-1]))
        burst = float(middle[0]) + _BURST
        top = max(min(float(np.quantile(middle, 0.98)), burst), float(middle[0]), bottom + _FLAT)
        base = self.height() - _TICK - 2.0
        y = base - 2.0 - (np.clip(middle, bottom, top) - bottom) / (top - bottom) * (base - 5.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(self.theme.accent, 60))
        corners = np.concatenate([[at[0]], at, [at[-1]]]), np.concatenate([[base], y, [base]])
        painter.drawPath(pg.functions.arrayToQPath(*corners, connect="all"))

    def _paint_ticks(self, painter: QPainter, y: float) -> None:
        """Draw a tick for each snapshot, or where they are too many a band as dark as they are dense."""
        xs = [self._x(step) for step in self._steps.tolist()]
        if (xs[-1] - xs[0]) / max(len(xs) - 1, 1) >= _LEAST_APART:
            painter.setPen(pen(self.theme.muted, 1.0))
            painter.drawLines([QLineF(x, y, x, y + _TICK) for x in xs])
            return
        density = 1.0 / np.maximum(np.diff(xs), 1e-3)
        cells = np.arange(xs[0], xs[-1], _LEAST_APART)
        share = np.interp(cells, xs[1:], density / density.max())
        for x, part in zip(cells.tolist(), share.tolist(), strict=True):
            painter.fillRect(QRectF(x, y + 1, _LEAST_APART, _TICK - 1), shade(self.theme.muted, 40 + round(150 * part)))

    def _paint_handle(self, painter: QPainter) -> None:
        x, y = self._x(float(self._steps[self.value()])), self.height() - _TICK - 2
        colour = self.theme.muted if self._locked else self.theme.accent
        painter.setPen(pen(colour, 1.6))
        # Below the heads of events: the newest moment is often one.
        painter.drawLine(QLineF(x, 2 * _HEAD, x, y))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), 8.0, 8.0)
        painter.setPen(pen(self.theme.card, 1.4))
        painter.setBrush(shade(colour, 255))
        painter.drawEllipse(QPointF(x, y), 6.0, 6.0)


def loss_at(record: Record, step: int) -> float:
    """Return the loss of the last batch up to ``step``, NaN before the first."""
    index = int(np.searchsorted(record.column("step"), step, side="right")) - 1
    return float(record.column("loss")[index]) if index >= 0 else math.nan
