"""The curves of a training over its steps, with one cursor at the moment that the window shows."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolButton

from explorer.gui.controls.plain import teach
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.card import InspectCard, plain_key
from explorer.gui.core.view import behind
from explorer.gui.plot.card_axes import page
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.views.curves.charts import Chart, charts, extras
from explorer.gui.views.curves.paint import Layout, paint_charts, paint_cursor, paint_guide
from explorer.gui.views.curves.past import Key, with_past
from explorer.gui.views.curves.words import Word
from explorer.gui.words.cell_words import called
from explorer.gui.words.i18n import language, listed, mark, tr
from explorer.gui.words.joining import follow, told
from explorer.gui.words.record_words import words_near
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.record import Record
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.overlaid import Overlay, overlaid
from explorer.workspace.tasks import baseline_of
from explorer.workspace.words.numbers import signed

_HEIGHT = 400
_CALM = 300
"""Milliseconds between two pictures of a record that grows."""
_EVENT_NEAR = 5.0
_KEYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class CurvesView(InspectCard):
    """Draws loss, accuracy, gradient norm, σ₁ and ρ of W and the memory horizon under one another, over one axis of steps.

    ``moment_chosen(step)``: a click, a drag or a key goes to the snapshot of ``step``, told once for each snapshot.
    """

    shows_flow = False

    moment_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Training"), "curves", _HEIGHT)
        self._expected: Exploration | None = None
        self._waiting = False
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._catch_up)
        self._record: Record | None = None
        self._charts: tuple[Chart, ...] = ()
        self._overlays: tuple[Overlay, ...] = ()
        self._tasked = False
        self._shown = 0
        self._layout: Layout | None = None
        self._hover: float | None = None
        self._known: tuple[object, ...] = ()
        self._words: tuple[Word, ...] = ()
        self._version = 0
        self._still = Still()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas.installEventFilter(self)
        self._add_buttons()

    def expect(self, exploration: Exploration) -> None:
        """Show the record before the flow of its network is worked out: it needs none of that."""
        self._expected = exploration
        if self.inspection is not None and not behind(self):
            self.draw(self.inspection)

    def draw(self, inspection: Inspection) -> None:
        """Show the newest record; of one that grows ten times a second, a few times a second, for it costs most to paint."""
        grown = self._newest(inspection).record is not self._record
        self._waiting = grown and self._calm.isActive()
        if not self._waiting:
            # Where nothing was learnt there is only advice to give.
            self.setProperty("pictured", None if inspection.analysis.exploration.record else False)
            super().draw(inspection)
            if grown and self._expected is not None:
                self._calm.start()

    def summary(self, inspection: Inspection) -> str:
        """Return the shown moment and the last, where they are not the same."""
        self.canvas.setAccessibleName(self.title)
        exploration = self._newest(inspection)
        if exploration.record is None or exploration.updates >= exploration.record.last:
            return ""
        return tr("update {step} of {last}").format(step=exploration.updates, last=exploration.record.end)

    def prepare(self, inspection: Inspection) -> None:
        """Take the record's columns, where anything about them has changed."""
        exploration, run = self._newest(inspection), inspection.analysis.run
        self._shown = exploration.updates
        record, settings = exploration.record, exploration.settings
        under = overlaid(exploration, called)
        self._offer(bool(under), bool(exploration.runs))
        overlays = under if self.earlier.isChecked() else ()
        known = (record, settings, _kind(run.recipe), exploration.task is None, self.theme, language(), overlays)
        if known == self._known:
            return
        self._known, self._record = known, record
        self._version += 1
        self._overlays = overlays
        own = charts(record, run.network, settings, self.theme, baseline_of(exploration.task)) if record else ()
        self._charts = with_past(own, overlays, self.theme)
        self._tasked = exploration.task is not None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the charts, the cursor and the guide under the pointer."""
        self._layout = None
        if self._record is None or not self._charts:
            page(painter, area, self.theme, self._empty())
            return
        key = Key.of(painter, area, self._overlays)
        last = max(self._record.end, *(overlay.record.end for overlay in self._overlays), 1)
        layout = self._layout = Layout.of(painter, area.adjusted(0, key.height, 0, -1), self._charts, last)
        charts, record = self._charts, self._record

        def paint_still(inner: QPainter) -> None:
            key.paint(inner, self.theme, area.right())
            self._words = paint_charts(inner, self.theme, layout, charts, record)

        self._still.paint(painter, area, self._version, paint_still)
        if self._hover is not None:
            paint_guide(painter, self.theme, layout, self._hover)
        paint_cursor(painter, self.theme, layout, charts, self._words, self._shown, self.canvas.hasFocus())

    def name_at(self, point: QPointF) -> str:
        """Return all values at the step under the pointer; over a heading, what the chart shows."""
        layout = self._layout
        chart = layout.chart_at(point) if layout else None
        if layout is None or chart is None:
            return ""
        if point.y() < layout.axes[chart].frame.top():
            return self._charts[chart].about
        step = self._step_at(point)
        return "\n".join([*self._values_at(step), *self._event_at(point)])

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - the record is its own
        """Return all values at the shown moment."""
        if self._record is None or not self._charts:
            return self._empty()
        return "\n".join([*self._values_at(self._shown), *map(self._told_of, self._overlays)])

    def _told_of(self, overlay: Overlay) -> str:
        """Return where another training has come to, in words."""
        losses = overlay.record.column("loss")
        last = tr("loss {loss} at update {step}").format(loss=signed(float(losses[-1])), step=overlay.record.end)
        return told(overlay.name.said(tr), last)

    def _values_at(self, step: int) -> list[str]:
        words = [tr("update {step}").format(step=step), *(_named(of, step) for of in self._charts)]
        return words + self._omega(step)

    def pointed(self, point: QPointF, where: QPoint) -> None:
        """Name what is under the pointer, and draw the guide through it."""
        inside = self._layout is not None and self._layout.frame.contains(point)
        hover = point.x() if inside else None
        if hover != self._hover:
            self._hover = hover
            self.canvas.update()
        super().pointed(point, where)

    def left(self) -> None:
        """Take name and guide away."""
        self._hover = None
        self.canvas.update()
        super().left()

    def clicked(self, point: QPointF) -> None:
        """Go to the moment under the pointer."""
        if self._layout is not None:
            self._go(self._step_at(point))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer while the button is down."""
        if watched is self.canvas and event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if event.buttons() & Qt.MouseButton.LeftButton:
                self.clicked(event.position())
        elif watched is self.canvas and event.type() == QEvent.Type.MouseButtonRelease:
            self.released.emit()
        return super().eventFilter(watched, event)

    def claims(self, event: QKeyEvent) -> bool:
        """Keep the arrows and page keys while there are moments to go to."""
        return self._layout is not None and event.key() in _KEYS and plain_key(event)

    def typed(self, event: QKeyEvent) -> bool:
        """Go to a neighbouring snapshot, the first or the last."""
        if not self.claims(event) or self._record is None:
            return False
        steps = [snapshot.step for snapshot in self._record.snapshots]
        here, last = steps.index(self._record.nearest(self._shown).step), len(steps) - 1
        there = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_PageUp: 0, Qt.Key.Key_PageDown: last}
        self._go(steps[min(max(there[Qt.Key(event.key())], 0), last)])
        return True

    def _add_buttons(self) -> None:
        self.earlier, self.forget = QToolButton(), QToolButton()
        self.earlier.setCheckable(True)
        self.earlier.setChecked(True)
        for button, text, tip in (
            (self.earlier, mark("others"), mark("Draw the curves of other trainings under those of this one.")),
            (self.forget, mark("forget"), mark("Forget the trainings that are over; undo brings them back.")),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setStyleSheet("padding: 1px 8px; min-height: 0;")
            button.hide()
            self.add_to_header(button)
            self.phrases.add(button.setText, text)
            self.phrases.add(partial(teach, button), tip)
        self.phrases.add(self.earlier.setAccessibleName, mark("Curves of other trainings"))
        self.phrases.add(self.forget.setAccessibleName, mark("Forget earlier trainings"))
        self.earlier.toggled.connect(self._show_again)
        self.forget.clicked.connect(self._forget)

    def _offer(self, some: bool, over: bool) -> None:
        """Let other curves be hidden where there are some, and be forgotten those of trainings that are over."""
        set_shown(self.earlier, some)
        set_shown(self.forget, some and over)

    def _show_again(self, _: bool) -> None:
        if self.inspection is not None:
            self.draw(self.inspection)

    def _forget(self) -> None:
        self.edited.emit(Gesture(mark("Forget earlier trainings"), Exploration.without_runs))

    def _newest(self, inspection: Inspection) -> Exploration:
        """Return the newest exploration that is known, if its network is of the kind that was worked out."""
        shown = inspection.analysis.exploration
        newest = self._expected or shown
        return newest if _kind(newest.recipe) == _kind(shown.recipe) else shown

    def _catch_up(self) -> None:
        inspection = self.inspection
        if self._waiting and inspection is not None:
            self._guarded(lambda: self.draw(inspection))

    def _go(self, step: int) -> None:
        """Show the snapshot nearest to ``step`` at once, and tell of it if it is another one."""
        assert self._record is not None
        there = self._record.nearest(step).step
        if there != self._shown:
            self._shown = there
            self.canvas.update()
            self.moment_chosen.emit(there)

    def _step_at(self, point: QPointF) -> int:
        assert self._layout is not None
        axes = self._layout.axes[0]
        return round(min(max(axes.at(point)[0], 0.0), axes.right))

    def _omega(self, step: int) -> list[str]:
        assert self._record is not None
        value = extras(self._record).at(step)
        return [] if math.isnan(value) or value == 0.0 else [told("Ω", signed(value))]

    def _event_at(self, point: QPointF) -> list[str]:
        assert self._layout is not None
        axes = self._layout.axes[0]
        assert self._record is not None
        return words_near(self._record, lambda step: abs(axes.x(step) - point.x()) <= _EVENT_NEAR)

    def _empty(self) -> str:
        if self._record is not None:
            return tr("Nothing has been measured yet.")
        text = tr(
            "Here you will see how the network learns: loss, accuracy, gradient norm, σ₁ and ρ of W and the "
            "memory horizon, update by update."
        )
        return follow(text, tr("Press Start.") if self._tasked else tr("Choose a task at the left and press Start."))


def _named(chart: Chart, step: int) -> str:
    """Return the chart's values at ``step``, in words."""
    known = [
        f"{line.name} {line.prefix(step)}{chart.form(value)}".strip()
        for line in chart.lines
        if not math.isnan(value := line.at(step))
    ]
    return told(chart.title, listed(known) or "–")


def _kind(recipe: Recipe) -> tuple[object, ...]:
    """Return what the charts depend on besides the record."""
    return recipe.cell, recipe.activation, recipe.outputs, recipe.readout
