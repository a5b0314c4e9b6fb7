"""Which key is whose: those that a lecturer uses are the window's, but not in a text that is being typed."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QSplitterHandle,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from explorer.gui.core.view import View
from explorer.gui.shell.sight import reveal

_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_PAGES = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_CONTROL_KEYS = _ARROWS | _PAGES | {Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End}
_LINES = (QLineEdit, QAbstractSpinBox)
_TEXTS = (*_LINES, QPlainTextEdit)
_OWN_KEYS: tuple[tuple[tuple[type[QWidget], ...], frozenset[Qt.Key]], ...] = (
    ((QAbstractItemView, QMenu), _CONTROL_KEYS),
    ((QTextBrowser,), _CONTROL_KEYS - {Qt.Key.Key_Space}),
    ((QAbstractButton,), _ARROWS | {Qt.Key.Key_Space}),
    ((QAbstractSlider,), _CONTROL_KEYS - {Qt.Key.Key_Space}),
    ((QTabBar, QSplitterHandle), _ARROWS),
    # A view has its arrows; Space, Home and End play whatever was clicked last.
    ((View,), _ARROWS),
    (_TEXTS, _PAGES | {Qt.Key.Key_Escape}),
)
_TICKS = (QCheckBox, QRadioButton)
_DONE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class KeyGuard(QObject):
    """Leaves the control that has the focus those keys that it uses, and takes the focus from a text that is done.

    A button is pressed by Return, too, wherever it stands. What the keyboard comes to is brought into sight.

    It watches that control alone: a filter on the whole application would be asked at every event. Only Tab gives the
    focus to a control that is no text, so that its own keys are meant. Esc leaves a text, and so does Return where it has
    one line: the ``window`` has the focus then, and Tab goes on from the text that was left.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._left: QWidget | None = None
        self._application = QApplication.instance()
        assert isinstance(self._application, QApplication)
        self._application.focusChanged.connect(self._watch)

    def close(self) -> None:
        """Watch nothing any more."""
        assert isinstance(self._application, QApplication)
        self._application.focusChanged.disconnect(self._watch)

    def go_back(self) -> None:
        """Give the focus back to the text that was left, if nothing else has had it since: Tab goes on from there."""
        left = self._left
        if self._window.hasFocus() and left is not None and shiboken6.isValid(left) and left.isVisible():
            left.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for ``watched`` before it becomes a shortcut; leave a text that is done."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(watched, QWidget):
            return False
        assert isinstance(event, QKeyEvent)
        if not watched.hasFocus() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if kind == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            return self._pressed(watched, event) or (self._is_done(watched, key) and self._leave(watched, event))
        own = next((keys for kinds, keys in _OWN_KEYS if isinstance(watched, kinds)), frozenset())
        if event.key() in own:
            event.accept()
            return True
        return False

    def _pressed(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Press a button at Return as at Space: Qt leaves the key to what the button is in, which has its own use for it.

        A tick in a dialog leaves it to the dialog, which is done then.
        """
        if event.key() not in _DONE or not isinstance(watched, QAbstractButton):
            return False
        if isinstance(watched, _TICKS) and watched.window() is not self._window:
            return False
        if not event.isAutoRepeat():
            watched.click()
        return True

    def _is_done(self, text: QWidget, key: Qt.Key) -> bool:
        if text.window() is not self._window:
            return False
        return (isinstance(text, _TEXTS) and key == Qt.Key.Key_Escape) or (isinstance(text, _LINES) and key in _DONE)

    def _leave(self, text: QWidget, event: QKeyEvent) -> bool:
        """Let ``text`` do what it does at this key; then the window has the keyboard, unless what was typed is refused."""
        text.keyPressEvent(event)
        refused = bool(text.property("wrong")) and event.key() in _DONE
        if text.hasFocus() and not refused:
            self._left = text
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _watch(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is None:
            return
        now.installEventFilter(self)
        if now is not self._window:
            self._left = None
        # What was clicked is in sight, and must not move under the hand.
        if before is not None and not QGuiApplication.mouseButtons():
            reveal(now)
            # What came with it may still be laid out, above it too.
            QTimer.singleShot(0, now, partial(self._reveal_again, now))

    @staticmethod
    def _reveal_again(now: QWidget) -> None:
        if now.hasFocus() and not QGuiApplication.mouseButtons():
            reveal(now)
