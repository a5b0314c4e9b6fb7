"""The presets to choose from: looked through by the eye, by arrows, or by a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.clear_area import ClearArea
from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.plot.theme import Theme
from explorer.gui.presets.card import MOVES
from explorer.gui.presets.cards import Cards
from explorer.gui.presets.thumbnails import Thumbnails
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.disk.presets import Preset
from explorer.workspace.words.sentence import Words

_COLUMNS, _FEWER, _ROWS, _BESIDE = 3, 2, 8, 60
_SHARE = 0.92
"""Of the window at most: what is chosen from lies over what is changed by it."""
_ALONG = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End})


@dataclass(frozen=True, slots=True)
class Wording:
    """What a gallery says, in English: its title, what is searched, how, that nothing was found, and how to go back."""

    title: str
    search: str
    how: str
    nothing: str
    back: str


PRESETS = Wording(
    mark("Presets"), mark("Search the presets"), mark("Words of a title or of what there is to look at."),
    mark("No preset speaks of that."), mark("Go back without choosing a preset."),
)  # fmt: skip
CELLS = Wording(
    mark("Cells"), mark("Search the cells"), mark("Words of a cell's name, of what it is, or of its source."),
    mark("No cell speaks of that."), mark("Go back without choosing a cell."),
)  # fmt: skip


class Gallery(QDialog):
    """Shows ``presets`` by their ``groups``, first the one that is ``shown``; ``chosen(name)`` when one is chosen.

    A ``pane`` beside them tells more of the current one: ``looked(name)`` says which that is.

    It is a dialog, no list that drops down: one types Chinese into the search, and a list would shut input methods out.
    """

    chosen = Signal(str)
    looked = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        presets: Sequence[Preset],
        groups: Mapping[str, Words],
        thumbnails: Thumbnails,
        shown: str,
        wording: Wording = PRESETS,
        pane: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnails, self._wording, self._pane = thumbnails, wording, pane
        self.setWindowTitle(tr(wording.title))
        self.search, self.nothing = _Search(), Label()
        self.cards = Cards(presets, groups, theme, looked_at_first=pane is not None)
        self._scroll = ClearArea()
        self._build()
        self._connect()
        self._picture()
        self._find("")
        self.cards.set_current(
            next((card for card in self.cards.cards if card.preset.name == shown), self.cards.cards[0])
        )
        least = self.cards.least
        width = _COLUMNS * least.width() + _BESIDE if pane is None else _FEWER * least.width() + _BESIDE + pane.width()
        self.resize(QSize(width, _ROWS * least.height()).boundedTo(parent.size() * _SHARE))

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the current card into sight, now that it has its place."""
        super().showEvent(event)
        self._see()
        self._thumbnails.begin()

    def done(self, result: int) -> None:
        """Let nothing be worked out that nobody sees."""
        self._thumbnails.rest()
        super().done(result)

    def _build(self) -> None:
        wording = self._wording
        self.search.setPlaceholderText(tr(wording.search))
        self.search.setAccessibleName(tr(wording.search))
        set_tip(self.search, tr(wording.how))
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        set_tip(close, tr(wording.back))
        self.nothing.setText(tr(wording.nothing))
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll.setWidget(self.cards)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.search, 1)
        row.addWidget(close)
        column.addLayout(row)
        beside = QHBoxLayout()
        column.addLayout(beside, 1)
        beside.addWidget(self.nothing, 1)
        beside.addWidget(self._scroll, 1)
        if self._pane is not None:
            beside.addWidget(self._pane)
        # Tab goes from the search to the current card, and then to what puts all of them away.
        for before, after in pairwise([self.search, *self.cards.cards, close]):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self.choose_current)
        self.search.moved.connect(self.cards.go)
        self.cards.chosen.connect(self._choose)
        self.cards.left.connect(self.search.setFocus)
        self.cards.typed.connect(self._type)
        self.cards.moved.connect(self._see)
        self.cards.moved.connect(self._tell)
        self._thumbnails.arrived.connect(self._picture)

    def _find(self, words: str) -> None:
        self.cards.seek(words)
        found = self.cards.current is not None
        self._scroll.setVisible(found)
        self.nothing.setVisible(not found)
        self._see()

    def _tell(self) -> None:
        self.looked.emit("" if self.cards.current is None else self.cards.current.preset.name)

    def _type(self, text: str) -> None:
        """Go on in the search with what was typed on a card."""
        self.search.setFocus()
        self.search.insert(text)

    def choose_current(self) -> None:
        """Choose the current card, as Enter does."""
        if self.cards.current is not None:
            self._choose(self.cards.current.preset.name)

    def _choose(self, name: str) -> None:
        self.accept()
        self.chosen.emit(name)

    def _picture(self) -> None:
        for card in self.cards.cards:
            thumbnail = self._thumbnails.get(card.preset.name)
            if thumbnail is not None and not card.pictured:
                card.show_thumbnail(thumbnail)

    def _see(self) -> None:
        """Bring the current card into sight, and what it stands under."""
        if self.cards.current is not None:
            self._scroll.ensureWidgetVisible(self.cards.current, 0, 2 * self.fontMetrics().height())


class _Search(QLineEdit):
    """A line to search by; ``moved(key)`` for keys that lead among what is found."""

    moved = Signal(Qt.Key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave to the cards what has no meaning in the text, or nothing to move in."""
        key = Qt.Key(event.key())
        if key in MOVES and not (key in _ALONG and self.text()):
            self.moved.emit(key)
        else:
            super().keyPressEvent(event)
