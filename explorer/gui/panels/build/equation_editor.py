"""A text of equations: mistakes are underlined where they stand, and names complete."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QCompleter, QListView, QTextEdit

from explorer.gui.controls.typed_text import TypedText
from explorer.gui.plot.theme import Theme

_LINES, _LONG = 7, 2
"""Lines in sight, and from how many letters on names are offered."""
_WORD = re.compile(r"[^\W\d]\w*$")
_NAME = re.compile(r"[^\W\d]\w*")
_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LEADING = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_MOST, _MARGIN = 8, 8
"""Names in sight at once, and pixels about them."""


class EquationEditor(TypedText):
    """Equations while they are typed; ``typed(text)`` and ``released()`` as any typed text's."""

    def __init__(self) -> None:
        super().__init__(_LINES)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self._places: tuple[tuple[int, int], ...] = ()
        self._colour = QColor("red")
        self._names: list[str] = []
        self._words = QStringListModel()
        self._completer, self._popup = QCompleter(self._words, self), QListView()
        self._completer.setPopup(self._popup)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._popup.clicked.connect(lambda index: self._complete(str(index.data())))
        self._popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.textChanged.connect(self._underline)

    def dress(self, theme: Theme) -> None:
        """Take on a theme."""
        self._colour = QColor(theme.bound)
        self._underline()

    def offer(self, names: Iterable[str]) -> None:
        """Complete these names, those of operators, and those that stand in the text."""
        # The reader of equations is not loaded for the first picture.
        from explorer.engine.recurrence.equations.operators import ARITIES

        self._names = sorted({*names, *ARITIES}, key=str.casefold)

    def mark(self, places: Iterable[tuple[int, int]]) -> None:
        """Underline what stands at each place, a line and a column counted from 1."""
        self._places = tuple(places)
        self._underline()

    @property
    def marked(self) -> tuple[str, ...]:
        """Return what is underlined."""
        return tuple(one.cursor.selectedText() for one in self.extraSelections())

    def event(self, event: QEvent) -> bool:
        """Let Tab choose among names that are offered, not leave the text."""
        leads = isinstance(event, QKeyEvent) and self._popup.isVisible() and event.key() == Qt.Key.Key_Tab
        if event.type() == QEvent.Type.KeyPress and leads:
            return self._among_names(Qt.Key.Key_Tab)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer names for the word that is typed; Ctrl+Space asks for them, Tab takes one, Enter one that was led to."""
        if self._popup.isVisible() and self._among_names(Qt.Key(event.key())):
            return
        asked = event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not asked:
            super().keyPressEvent(event)
        typed = bool(event.text().strip()) and event.key() != Qt.Key.Key_Delete
        word = self._word()
        if asked or (typed and len(word) >= _LONG):
            self._show_names(word)
        else:
            self._popup.hide()

    def _among_names(self, key: Qt.Key) -> bool:
        """Lead among the names that are offered, take one, or put them away; return whether the key was for them."""
        row, last = self._popup.currentIndex().row(), self._completer.completionCount() - 1
        if key in _LEADING:
            row = min(max(row + _LEADING[key], 0), last)
            self._popup.setCurrentIndex(self._completer.completionModel().index(row, 0))
        elif key == Qt.Key.Key_Tab or (key in _TAKING and row >= 0):
            self._complete(str(self._completer.completionModel().index(max(row, 0), 0).data()))
            self._popup.hide()
        elif key == Qt.Key.Key_Escape:
            self._popup.hide()
        else:
            return False
        return True

    def _show_names(self, word: str) -> None:
        self._words.setStringList([name for name in self._names if name != word])
        self._completer.setCompletionPrefix(word)
        count = self._completer.completionCount()
        if not count:
            self._popup.hide()
            return
        place = self.cursorRect()
        place.setWidth(self._popup.sizeHintForColumn(0) + 3 * _MARGIN)
        self._completer.complete(place)
        self._popup.setFixedHeight(min(count, _MOST) * self._popup.sizeHintForRow(0) + 2 * _MARGIN)
        self._popup.setCurrentIndex(QModelIndex())

    def _word(self) -> str:
        """Return the beginning of a name before the cursor."""
        cursor = self.textCursor()
        found = _WORD.search(cursor.block().text()[: cursor.positionInBlock()])
        return found[0] if found else ""

    def _complete(self, name: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(self._completer.completionPrefix())
        )
        cursor.insertText(name)
        self.setTextCursor(cursor)

    def _underline(self) -> None:
        """Draw a line under each mistake."""
        self.setExtraSelections([self._underlined(*place) for place in self._places])

    def _underlined(self, line: int, column: int) -> QTextEdit.ExtraSelection:
        """Return the name or the sign that stands at a place, or the line's end, with a line under it."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            block = self.document().lastBlock()
        at = min(max(column - 1, 0), max(len(block.text()) - 1, 0))
        found = _NAME.match(block.text(), at)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + at)
        length = len(found[0]) if found else min(1, len(block.text()) - at)
        cursor.setPosition(block.position() + at + length, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(self._colour)
        selection = QTextEdit.ExtraSelection()
        selection.cursor, selection.format = cursor, look
        return selection
