"""A panel made of cards under one another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from explorer.gui.controls.clear_area import ClearArea
from explorer.gui.controls.stillness import when_still
from explorer.gui.core.view import behind
from explorer.gui.panels.panel import Card, Panel
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import language
from explorer.workspace.exploration.exploration import Exploration, Selection, replace
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Analysis

_MARGIN = 8
_IN_SIGHT = 14
_HEIGHT, _LEAST = 900, 140


class CardPanel(Panel):
    """Cards that scroll where the window is too low for them; a pinned one stays in sight above the others."""

    def __init__(self, theme: Theme, cards: Sequence[Card], pinned: Card | None = None) -> None:
        super().__init__(theme)
        self._scrolled, self._pinned = tuple(cards), pinned
        self.cards: tuple[Card, ...] = self._scrolled if pinned is None else (pinned, *self._scrolled)
        self._used: Card | None = None
        self._worn: tuple[Theme, str] | None = None
        self._waiting: tuple[Exploration, Analysis | None] | None = None
        self._area, self._content = ClearArea(), QWidget()
        self._above, self._column = QVBoxLayout(), QVBoxLayout()
        self._complaint: QWidget | None = None
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.timeout.connect(self._scroll_to_complaint)
        self._build()
        for card in self.cards:
            card.edited.connect(partial(self._pass_on, card))
            card.released.connect(self.released)
            card.complained.connect(self._show_complaint)
        self._wear()

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:
        """Show the exploration in every card, behind another tab once that is left."""
        self._waiting = exploration, analysis
        if not behind(self):
            self._catch_up()

    def point(self, selection: Selection) -> None:
        """Tell every card which pair is looked at."""
        if self._waiting is not None:
            exploration, analysis = self._waiting
            self._waiting = replace(exploration, selection=selection), analysis
        for card in self.cards:
            card.point(selection)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what there was to show while another tab was in front."""
        super().showEvent(event)
        self._catch_up()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken; with all that shares its place out of sight, later."""
        super().dress(theme)
        # Behind another tab it still has a part in how wide that is.
        shared = self.parentWidget()
        if shared is not None and behind(shared):
            shared.installEventFilter(self)
        else:
            self._wear()

    def _wear(self) -> None:
        theme, worn = self.theme, self._worn
        self._worn = theme, language()
        for card in self.cards:
            card.dress(theme)
        if worn is None or (worn[0].font_size, worn[1]) != (theme.font_size, language()):
            self._measure()

    def _measure(self) -> None:
        """Let labels, and all cards, be as wide as they are in the present type and language."""
        width = max(card.label_width() for card in self.cards)
        for card in self.cards:
            card.set_label_width(width)
        self.setMinimumWidth(0)
        self._fit()

    def show_top(self) -> None:
        """Scroll to the first card."""
        self._area.verticalScrollBar().setValue(0)

    def show_refusal(self, text: str) -> None:
        """Say beside the control that was used last why its change was refused, there alone; "" when a change was taken."""
        for card in self.cards:
            card.show_refusal(text if card is self._used else "")

    def sizeHint(self) -> QSize:
        """Return the width that the cards need, and the bar that scrolls them."""
        return QSize(self.minimumWidth(), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least in which a control is seen: everything scrolls."""
        return QSize(self.minimumWidth(), _LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out whether the pinned card leaves the others room."""
        super().resizeEvent(event)
        self._pin()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with what the cards need; be dressed when what is shared with others comes into sight."""
        if watched is self.parentWidget() and event.type() == QEvent.Type.Show:
            watched.removeEventFilter(self)
            if self._worn != (self.theme, language()):
                self._forget_sizes()
                self._wear()
        if watched in (self._content, self._pinned) and event.type() == QEvent.Type.LayoutRequest:
            when_still(self, self._fit)
        return super().eventFilter(watched, event)

    def _forget_sizes(self) -> None:
        """Let every layout ask again what it holds: out of sight it has kept what it was told in another type."""
        for layout in reversed(self._content.findChildren(QLayout)):
            layout.invalidate()
        for part in reversed(self._content.findChildren(QWidget)):
            part.updateGeometry()

    def _catch_up(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            for card in self.cards:
                card.present(*waiting)

    def _pass_on(self, card: Card, gesture: Gesture) -> None:
        self._used = card
        self.edited.emit(gesture)

    def _show_complaint(self, label: QWidget) -> None:
        # It is laid out once the present event is over.
        self._complaint = label
        self._reveal.start()

    def _scroll_to_complaint(self) -> None:
        if self._complaint is not None and self._complaint.isVisible():
            self._area.ensureWidgetVisible(self._complaint, 0, _IN_SIGHT)

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if self._pinned is not None:
            outer.addLayout(self._above)
            self._above.addWidget(self._pinned)
            self._pinned.installEventFilter(self)
            self._area.verticalScrollBar().rangeChanged.connect(self._keep_clear)
        column = self._column
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN // 2, _MARGIN)
        column.setSpacing(_MARGIN)
        for card in self._scrolled:
            column.addWidget(card)
        column.addStretch(1)
        self._content.setLayout(column)
        self._area.setWidget(self._content)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content.installEventFilter(self)
        outer.addWidget(self._area, 1)

    def _pin(self) -> None:
        """Hold the pinned card above the others, or let it scroll with them where it would leave them no room."""
        if self._pinned is None:
            return
        pinned = self.height() >= self._pinned.sizeHint().height() + _LEAST
        if pinned == (self._above.indexOf(self._pinned) >= 0):
            return
        if pinned:
            self._above.addWidget(self._pinned)
        else:
            self._column.insertWidget(0, self._pinned)
        self._keep_clear()

    def _keep_clear(self) -> None:
        """Let the pinned card end where the others do, beside the bar that scrolls them."""
        bar = self._area.verticalScrollBar()
        if self._above.isEmpty():
            self._above.setContentsMargins(0, 0, 0, 0)
        else:
            beside = bar.sizeHint().width() if bar.maximum() else 0
            self._above.setContentsMargins(_MARGIN, _MARGIN, _MARGIN // 2 + beside, 0)

    def _fit(self) -> None:
        """Never be too narrow for what the controls need, nor jump back and forth as they come and go."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        needed = self._content.minimumSizeHint().width() + bar
        if self._pinned is not None:
            needed = max(needed, self._pinned.minimumSizeHint().width() + _MARGIN + _MARGIN // 2 + bar)
        self.setMinimumWidth(max(self.minimumWidth(), needed))
