"""A number as typed text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QStyle, QStyleOptionFrame

from explorer.engine.errors import BadExploration
from explorer.workspace.words.numbers import quoted, read_number

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
_TAKES = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_LIMIT = 1e15
_PADDING = 10
_MOST_DIGITS = 9
"""Of a number that has no room for all it has."""
_MARGIN = 2
"""Pixels that Qt leaves free at either side of the text."""


def parse_number(text: str, whole: bool = False) -> float:
    """Return the number that ``text`` says, as `read_number` reads it.

    Raises
    ------
    BadExploration
        As `read_number` does, or it is beyond all that a setting can be.
    """
    value = read_number(text, whole)
    if abs(value) > _LIMIT:
        raise BadExploration("“{text}” is too large: it must lie between −10¹⁵ and 10¹⁵.", text=quoted(text))
    return value


def format_number(value: float, decimals: int) -> str:
    """Return ``value`` with ``decimals`` digits behind the point, or with more where it has more."""
    fixed = f"{value:.{decimals}f}"
    text = fixed if float(fixed) == value else f"{value:.10g}"
    return text.replace("-", "−")


def format_rounded(value: float, digits: int) -> str:
    """Return ``value`` to so many significant digits, as short as that can be: 0.01, 2.5e−5, 1e6."""
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", "−")


def means_undo(event: QKeyEvent) -> bool:
    """Return whether a key asks for undo or redo."""
    return any(map(event.matches, (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)))


def left_to_window(event: QKeyEvent) -> bool:
    """Leave a key to the window's shortcuts; return that it has been dealt with."""
    event.ignore()
    return True


class NumberField(QLineEdit):
    """A field for one number, taken with Return or when the field is left; Esc brings the last one back.

    A number too long for the field is shown short or rounded; who enters the field finds all its digits.

    ``entered(value)``: another number was typed. ``stepped(count)``: arrows, page keys, or the wheel with the focus.
    ``refused(why)``: what was typed is no number, or None when that is over.
    """

    entered = Signal(float)
    stepped = Signal(int)
    refused = Signal(object)

    def __init__(self, decimals: int, characters: int = 5) -> None:
        super().__init__()
        self._decimals, self._characters = decimals, characters
        self._value = 0.0
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self._take)

    @property
    def value(self) -> float:
        """Return the number that is in force, whatever is being typed."""
        return self._value

    @property
    def wrong(self) -> bool:
        """Return whether the text that is shown was refused."""
        return bool(self.property("wrong"))

    @property
    def holds_typed(self) -> bool:
        """Return whether another number stands here than the one in force."""
        return self.text() not in (self.format(self._value), self._fitting())

    def set_value(self, value: float) -> None:
        """Show ``value``; a text that is being typed or was refused stays until the value becomes another."""
        if value != self._value or not (self.text() or self._unfinished):
            self.write(value)

    def write(self, value: float) -> None:
        """Show ``value`` whatever stands there."""
        self._value = value
        self._put(self._fitting())
        if self.wrong:
            self.refused.emit(None)

    def format(self, value: float) -> str:
        """Return ``value`` as it is shown."""
        return format_number(value, self._decimals)

    def sizeHint(self) -> QSize:
        """Return room for the usual number of digits."""
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance("0" * self._characters) + 2 * _PADDING
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: a usual number is never cut off."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many digits as the new width has room for."""
        super().resizeEvent(event)
        self._refit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show all digits to who may change them, and the first ones in any case."""
        if not self._unfinished and parse_number(self.text()) != self._value:
            self._put(self.format(self._value))
        super().focusInEvent(event)
        if self.hasSelectedText():
            self.setSelection(len(self.text()), -len(self.text()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show again what fits."""
        super().focusOutEvent(event)
        self._refit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by arrows and page keys, bring the last number back by Esc."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key == Qt.Key.Key_Escape and self._unfinished:
            self.write(self._value)
        elif key in _TAKES and self._unfinished:
            # What is typed is taken, or refused; only the next one finishes the dialog in which it stands.
            super().keyPressEvent(event)
            event.accept()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Esc while something is typed; leave undo and redo to the window while nothing is."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if self._unfinished and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event) if self._unfinished or not means_undo(event) else left_to_window(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by the wheel, but only with the focus."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    @property
    def _unfinished(self) -> bool:
        return self.isModified() or self.wrong

    def _refit(self) -> None:
        if not self._unfinished:
            self._put(self._fitting())

    def _put(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
        self.setModified(False)

    def _fitting(self) -> str:
        """Return the number with as many digits as there is room for: a number whose head is cut would be another."""
        room = self._room()
        text, digits = self.format(self._value), _MOST_DIGITS
        while digits and self.fontMetrics().horizontalAdvance(text) > room:
            text, digits = format_rounded(self._value, digits), digits - 1
        return text

    def _room(self) -> int:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return inside.width() - 2 * _MARGIN

    def _take(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        try:
            value = parse_number(self.text(), whole=self._decimals == 0)
        except BadExploration as refusal:
            self.refused.emit(refusal)
            return
        self.refused.emit(None)
        if value == self._value:
            self.write(value)
        else:
            self.entered.emit(value)
