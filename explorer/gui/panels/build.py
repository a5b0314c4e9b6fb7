"""The panel on the left: how the network is made, what it is fed, what it gives out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.gui.i18n import mark
from explorer.gui.panels.network import NetworkCard
from explorer.gui.panels.output import OutputCard
from explorer.gui.panels.panel import Card, Panel
from explorer.gui.panels.sequence import SequenceCard
from explorer.gui.theme import Theme
from explorer.gui.view import Change
from explorer.workspace.analysis import Analysis
from explorer.workspace.exploration import Exploration

_MARGIN = 8
_IN_SIGHT = 14


class BuildPanel(Panel):
    """Three cards under one another; it scrolls where the window is too low for them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.network, self.sequence, self.output = NetworkCard(theme), SequenceCard(theme), OutputCard(theme)
        self.cards: tuple[Card, ...] = (self.network, self.sequence, self.output)
        self._used: Card | None = None
        self._area, self._content = QScrollArea(), QWidget()
        self._complaint: QWidget | None = None
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.timeout.connect(self._scroll_to_complaint)
        self._build()
        for card in self.cards:
            card.edited.connect(lambda *edit, card=card: self._pass_on(card, *edit))
            card.released.connect(self.released)
            card.complained.connect(self._show_complaint)
        self.phrases.add(self.setAccessibleName, mark("Build panel"))
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:
        """Show the exploration in every card."""
        for card in self.cards:
            card.present(exploration, analysis)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        for card in self.cards:
            card.dress(theme)
        width = max(card.label_width() for card in self.cards)
        for card in self.cards:
            card.set_label_width(width)
        self.setMinimumWidth(0)
        self._fit()

    def show_refusal(self, text: str) -> None:
        """Say beside the control that was used last why its change was refused; "" when it was taken."""
        if self._used is not None:
            self._used.show_refusal(text)

    def read_numbers(self, path: Path) -> None:
        """Let the person choose what to take from the CSV file ``path``, and feed it to the network."""
        self.sequence.read_csv(path)

    def sizeHint(self) -> QSize:
        """Return the width that the cards need, and the bar that scrolls them."""
        return QSize(self.minimumWidth(), 900)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with what the cards need."""
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _pass_on(self, card: Card, label: str, change: Change, merge: str) -> None:
        self._used = card
        self.edited.emit(label, change, merge)

    def _show_complaint(self, label: QWidget) -> None:
        # It is laid out once the present event is over.
        self._complaint = label
        self._reveal.start()

    def _scroll_to_complaint(self) -> None:
        if self._complaint is not None and self._complaint.isVisible():
            self._area.ensureWidgetVisible(self._complaint, 0, _IN_SIGHT)

    def _build(self) -> None:
        column = QVBoxLayout(self._content)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN // 2, _MARGIN)
        column.setSpacing(_MARGIN)
        for card in self.cards:
            column.addWidget(card)
        column.addStretch(1)
        self._area.setWidget(self._content)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self._content.installEventFilter(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def _fit(self) -> None:
        """Never be too narrow for what the controls need, nor jump back and forth as they come and go."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(self.minimumWidth(), self._content.minimumSizeHint().width() + bar))
