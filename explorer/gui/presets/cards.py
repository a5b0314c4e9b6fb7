"""All presets as cards, group by group, as many beside each other as there is room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.gui.controls.plain import Label, set_tone
from explorer.gui.plot.theme import Theme
from explorer.gui.presets.card import Card, fonts_of
from explorer.gui.words.i18n import language
from explorer.workspace.disk.presets import Preset
from explorer.workspace.words.sentence import Words

_GAP, _ABOVE = 8, 12
_PAGE = 3
"""Rows."""
_ROWS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
"""The keys that lead from row to row, and come back to their column after a row that is shorter."""


class Cards(QWidget):
    """The cards of ``presets`` under the titles of their ``groups``; one of those that are shown is the current one.

    ``chosen(name)``; ``moved()`` when another card is the current one, ``left()`` when an arrow leads up from the first row,
    ``typed(text)`` for a letter. A click chooses, or makes a card the current one where it is ``looked_at_first``.
    """

    chosen = Signal(str)
    moved = Signal()
    left = Signal()
    typed = Signal(str)

    def __init__(
        self, presets: Sequence[Preset], groups: Mapping[str, Words], theme: Theme, looked_at_first: bool = False
    ) -> None:
        super().__init__()
        self._looked_at_first = looked_at_first
        self.cards: list[Card] = []
        self.current: Card | None = None
        self._column: int | None = None
        self._headings: dict[str, Label] = {}
        self._dress = theme, fonts_of(theme)
        self._sought = {one.name: _said(one, groups[one.group]) for one in presets}
        for group, members in groupby(presets, key=lambda one: one.group):
            heading = self._headings[group] = Label(groups[group].get(language(), groups[group]["en"]), self)
            set_tone(heading, "heading")
            self.cards += [self._card(one) for one in members]
        self.least = self.cards[0].least()

    @property
    def shown(self) -> list[Card]:
        """Return the cards that were found, in their order."""
        return [card for card in self.cards if not card.isHidden()]

    def seek(self, words: str) -> None:
        """Show the cards that have each of ``words`` in their title, their sentences or their group's title."""
        wanted = words.casefold().split()
        for card in self.cards:
            card.setVisible(all(word in self._sought[card.preset.name] for word in wanted))
        self._place()
        shown = self.shown
        if self.current not in shown:
            self.set_current(shown[0] if shown else None)

    def set_current(self, card: Card | None) -> None:
        """Make a card the current one, or none."""
        for one in (self.current, card):
            if one is not None:
                one.set_current(one is card)
        self.current, self._column = card, None
        self.moved.emit()

    def go(self, key: Qt.Key) -> None:
        """Go from the current card to the one to which ``key`` leads, and give it the keyboard."""
        found = self._beside(key)
        if found is None:
            self.left.emit()
            return
        column = self._column_of_way() if key in _ROWS else None
        self.set_current(found)
        self._column = column
        found.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many cards beside each other as there is room for."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place()

    def _column_of_way(self) -> int:
        """Return where the cards stand to which rows are gone through: that of the last one to which no row led."""
        return self._column if self._column is not None else self.current.x() if self.current is not None else 0

    def _card(self, preset: Preset) -> Card:
        card = Card(preset, *self._dress)
        card.setParent(self)
        card.taken.connect(partial(self.chosen.emit, preset.name))
        card.clicked.connect(
            partial(self._look, card) if self._looked_at_first else partial(self.chosen.emit, preset.name)
        )
        card.moved.connect(self.go)
        card.typed.connect(self.typed)
        return card

    def _look(self, card: Card) -> None:
        self.set_current(card)
        card.setFocus(Qt.FocusReason.MouseFocusReason)

    def _place(self) -> None:
        self._column = None
        columns = max(1, (self.width() + _GAP) // (self.least.width() + _GAP))
        width = max(self.least.width(), (self.width() - (columns - 1) * _GAP) // columns)
        y = 0
        for group, heading in self._headings.items():
            members = [card for card in self.shown if card.preset.group == group]
            heading.setVisible(bool(members))
            if not members:
                continue
            heading.setGeometry(0, y, self.width(), heading.sizeHint().height())
            y = heading.geometry().bottom() + 1 + _GAP // 2
            for i, card in enumerate(members):
                row, column = divmod(i, columns)
                top = y + row * (self.least.height() + _GAP)
                card.setGeometry(QRect(column * (width + _GAP), top, width, self.least.height()))
            y = members[-1].geometry().bottom() + 1 + _ABOVE
        self.setMinimumSize(self.least.width(), y)

    def _beside(self, key: Qt.Key) -> Card | None:
        """Return the card to which ``key`` leads from the current one; None for above the first row."""
        shown, here = self.shown, self.current
        if here is None:
            return None
        at, last = shown.index(here), len(shown) - 1
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return shown[0 if key == Qt.Key.Key_Home else last]
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return shown[min(max(at + (1 if key == Qt.Key.Key_Right else -1), 0), last)]
        down = key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
        rows = [list(row) for _, row in groupby(shown, key=lambda card: card.y())]
        row = next(i for i, members in enumerate(rows) if here in members)
        far = _PAGE if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) else 1
        if row == 0 and not down:
            return None
        wanted = min(max(row + (far if down else -far), 0), len(rows) - 1)
        return min(rows[wanted], key=lambda card: abs(card.x() - self._column_of_way()))


def _said(preset: Preset, group: Words) -> str:
    """Return all that a search in the language that is spoken looks through."""
    code = language()
    return " ".join(
        words.get(code, words["en"]) for words in (preset.titles, preset.short, preset.look, group)
    ).casefold()
