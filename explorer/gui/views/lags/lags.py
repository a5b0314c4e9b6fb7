"""What the optimiser sees: the gradient's norm, and from which lags it comes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import set_tip, set_tone
from explorer.gui.controls.quiet import Elastic
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.stillness import set_shown, when_still
from explorer.gui.core.card import InspectCard, plain_key
from explorer.gui.core.quantities import symbol, weights_asked
from explorer.gui.plot.card_axes import page, paragraph
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.views.lags.badge import TrustBadge
from explorer.gui.views.lags.chart import Chart, paint_chart
from explorer.gui.views.lags.empty import Empty
from explorer.gui.views.lags.text import HOW, MEAN, about_lag, explanation, kept, mean_line, sentence, told, trust_lines
from explorer.gui.words.i18n import language, mark
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.judging import Judged, mean_over
from explorer.workspace.looks.trust import Examined, Trust, examined

_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -(10**6), Qt.Key.Key_PageDown: 10**6}


class LagsView(InspectCard):
    """Shows log10 of the norm of each lag's sum, the norm of the whole, and what truncation takes away.

    The sums are worked out in the background when the card is seen; its button has the gradient checked, too.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("What the optimiser sees"), "lags", 200)
        self._found: Examined | None = None
        self._asked: tuple[Judged, str] | None = None
        self._checking = self._wanted = False
        self._selection = Selection(t=0, k=0)
        self._chart: Chart | None = None
        self._version = 0
        self._still = Still()
        self._top = QRectF()
        self.badge = TrustBadge(theme)
        self.badge.asked.connect(self.check)
        self._build_pages()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.phrases.add(self.setAccessibleDescription, HOW)

    def _build_pages(self) -> None:
        """Put the chart and what is said instead of one into the card."""
        content, self._empty, self._full = QWidget(), Empty(), QWidget()
        self._stack = QStackedLayout(content)
        self.message, self.link = self._empty.message, self._empty.link
        self.link.clicked.connect(self._choose_quantity)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._full)
        self._build_chart()
        self.set_content(content)

    def _build_chart(self) -> None:
        """Put what the numbers are, and the badge, above the chart."""
        column, row, note = QVBoxLayout(self._full), QHBoxLayout(), Fitted()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        set_tone(note, "muted")
        self._about = Elastic(note)
        self.phrases.add(partial(set_tip, note), MEAN)
        row.addWidget(self._about, 1)
        row.addWidget(self.badge)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        # The stack of pages hid it when another took its place.
        self.canvas.show()

    # What is shown

    def draw(self, inspection: Inspection) -> None:
        """Show the lags, or why there are none; the work waits until the card is seen."""
        self._selection = inspection.selection
        # Without a loss there is only advice to give.
        self.setProperty("pictured", False if inspection.judged is None else None)
        if inspection.judged is None:
            self._show_empty(inspection.unjudged)
        else:
            self._turn_to(self._full)
            set_shown(self.badge, True)
            self._about.say(mean_line(inspection.analysis.exploration, inspection.judged))
            self._checking = (
                self._checking and self._asked is not None and self._asked[0].full is inspection.judged.full
            )
            self._show_trust()
        super().draw(inspection)
        if self._wanted and (inspection.judged is not None or inspection.unjudged is not None):
            self._wanted = False
            self.check()

    def summary(self, inspection: Inspection) -> str:
        """Return whose lags are shown."""
        return symbol(weights_asked(inspection)) if inspection.judged is not None else ""

    def describe(self, inspection: Inspection) -> str:
        """Return from which lags the gradient comes, what the chosen one brings, and what the check said."""
        if inspection.judged is None or self._found is None:
            return self.message.text() if inspection.judged is None else "…"
        return told(self._found, self._lag, self._losses, self.trust)

    def draw_cursor(self, selection: Selection) -> None:
        """Mark the lag of the pair."""
        self._selection = selection
        self.canvas.update()

    def restyle(self) -> None:
        """Take on the theme and the language."""
        super().restyle()
        self.badge.dress(self.theme)

    def prepare(self, inspection: Inspection) -> None:
        """Ask for the lags, if they are others than those shown."""
        judged, name = inspection.judged, weights_asked(inspection)
        if judged is not None and not _same(self._asked, (judged, name)):
            self._ask(judged, name)

    def finish(self) -> None:
        """Work the lags out at once."""
        if self.inspection is None or self.inspection.judged is None:
            return
        judged, name = self.inspection.judged, weights_asked(self.inspection)
        if self._found is None or not _same((self._found.judged, self._found.lags.name), (judged, name)):
            self._asked = judged, name
            for found in examined(judged, name, False, lambda: False, lambda _: None):
                self.answer(found)

    def answer(self, result: object) -> None:
        """Show what was found."""
        assert isinstance(result, Examined)
        old = self._found
        if old is not None and _same_gradient(old.judged, result.judged):
            # Another parameter of the gradient that was checked.
            result = replace(result, trust=result.trust or old.trust)
        self._found = result
        self._version += 1
        if result.trust is not None and result.trust.made != "pending":
            self._checking = False
        self._show_trust()
        self.canvas.update()

    def answer_failure(self, error: Exception) -> None:
        """Say why there is nothing to show."""
        self._checking = False
        self._show_trust()
        if isinstance(error, Refusal):
            self._show_empty(error)
        else:
            self.fail(error)

    def _show_empty(self, refusal: Refusal | None) -> None:
        if self._asked is not None:
            self._asked, self._found, self._checking = None, None, False
            self.asked.emit(None)
        set_shown(self.badge, False)
        self._empty.say(refusal, symbol(self._usual()))
        self._turn_to(self._empty)

    def _turn_to(self, page: QWidget) -> None:
        """Show ``page``; the keyboard must not go to another card, to which the panel would scroll."""
        if self.link.hasFocus():
            self.canvas.show()
            self.canvas.setFocus()
        elif page is self._empty and (self.canvas.hasFocus() or self.badge.button.hasFocus()):
            self.window().setFocus()
        when_still(self._full, partial(self._stack.setCurrentWidget, page))

    def _choose_quantity(self) -> None:
        gesture = Gesture.of(mark("Show what the loss sees"), Exploration.with_lens, quantity=self._usual())
        self.edited.emit(gesture)

    def _usual(self) -> str:
        """Return the weights of which the gradient is shown first."""
        return "W" if self.inspection is None else weights_asked(self.inspection)

    # Trust

    @property
    def trust(self) -> Trust | None:
        """Return what the check said, None where this gradient was not checked."""
        judged = self.inspection.judged if self.inspection is not None else None
        if judged is None or self._found is None or self._found.judged.full is not judged.full:
            return None
        return self._found.trust

    def check(self) -> None:
        """Ask for the gradient to be checked; where no loss is looked at, for one first."""
        if self.inspection is None or self.inspection.unjudged is not None:
            return
        self._wanted = self.inspection.judged is None
        if self.inspection.judged is None:
            self._choose_quantity()
            return
        self._checking = True
        self._ask(self.inspection.judged, weights_asked(self.inspection))
        self._show_trust()

    def _ask(self, judged: Judged, name: str) -> None:
        self._asked = judged, name
        self.asked.emit(partial(examined, judged, name, self._checking))

    def _show_trust(self) -> None:
        self.badge.present(self.trust, self._checking, self._found.judged if self._found is not None else None)

    # Painting

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the sentences and under them the chart, what is old still while new lags are worked out."""
        found = self._found
        if found is None:
            self._chart = None
            page(painter, area, self.theme, "…")
            return
        facts = self._version, self._lag, self._losses, self._clip, self.trust is None, self.theme, language()
        self._still.paint(painter, area, facts, lambda inner: self._paint_found(inner, area, found))

    def _paint_found(self, painter: QPainter, area: QRectF, found: Examined) -> None:
        losses, clip = self._losses, self._clip
        lines = [(sentence(found.lags), self.theme.text)]
        if found.judged.truncated:
            lines.append((kept(found.judged, found.lags.name), self.theme.muted))
        if self.trust is not None:
            lines += [(line, self.theme.muted) for line in trust_lines(self.trust, found.judged)]
        heights = []
        below = area.adjusted(2, 0, -2, 0)
        for text, colour in lines:
            heights.append(paragraph(painter, below, text, colour))
            below.setTop(below.top() + heights[-1])
        self._top = QRectF(area.left(), area.top(), area.width(), heights[0])
        below = QRectF(area.left(), below.top() + 3, area.width(), area.bottom() - below.top() - 3)
        self._chart = paint_chart(painter, below, self.theme, found.lags.over(losses), self._lag, losses, clip)

    def name_at(self, point: QPointF) -> str:
        """Return the norm and the share of the lag under the pointer, or what a share is."""
        if self._chart is None or self._found is None:
            return ""
        if self._top.contains(point):
            return sentence(self._found.lags) + "\n" + explanation()
        lag = self._chart.lag_at(point)
        return about_lag(self._found.judged, self._chart.pair, lag, self._losses) if lag is not None else ""

    @property
    def _losses(self) -> int:
        """Return over how many losses the mean is taken."""
        assert self.inspection is not None
        assert self._found is not None
        return mean_over(self.inspection.analysis.exploration, self._found.judged)

    @property
    def _clip(self) -> float | None:
        """Return the norm at which training clips."""
        assert self.inspection is not None
        exploration = self.inspection.analysis.exploration
        settings = exploration.settings
        return settings.threshold if exploration.task is not None and settings.clip == "norm" else None

    # Choosing a lag

    @property
    def _lag(self) -> int:
        return self._selection.t - self._selection.k

    def clicked(self, point: QPointF) -> None:
        """Choose a pair with the lag that was clicked."""
        self.canvas.setFocus()
        lag = self._chart.lag_at(point) if self._chart is not None else None
        if lag is not None:
            self._choose(lag)

    def claims(self, event: QKeyEvent) -> bool:
        """Keep the keys that choose a lag from the window."""
        return self._chart is not None and event.key() in _KEYS and plain_key(event)

    def typed(self, event: QKeyEvent) -> bool:
        """Choose the next lag, the shortest or the longest."""
        if not self.claims(event):
            return False
        self._choose(self._lag + _KEYS[Qt.Key(event.key())])
        return True

    def _choose(self, lag: int) -> None:
        """Choose a pair with ``lag``, the same t where it has a term with that lag: k counts from 1 in terms."""
        assert self._chart is not None
        lag = min(max(lag, 0), self._chart.count - 1)
        t = max(self._selection.t, lag + 1)
        self.selected.emit(t, t - lag)


def _same(one: tuple[Judged, str] | None, other: tuple[Judged, str]) -> bool:
    """Return whether the same terms of the same gradient are asked for."""
    return one is not None and one[1] == other[1] and _same_gradient(one[0], other[0])


def _same_gradient(one: Judged, other: Judged) -> bool:
    return one.full is other.full and one.cut.reach == other.cut.reach
