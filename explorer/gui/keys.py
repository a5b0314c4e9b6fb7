"""Keys that a control uses itself are not taken by the window's shortcuts while it has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QMenu,
    QTabBar,
    QWidget,
)

from explorer.gui.view import View

_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_CONTROL_KEYS = _ARROWS | {Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End}
_OWN_KEYS: tuple[tuple[tuple[type[QWidget], ...], frozenset[Qt.Key]], ...] = (
    ((QAbstractButton, QAbstractSlider, QComboBox, QAbstractItemView, QMenu), _CONTROL_KEYS),
    ((QTabBar,), _ARROWS),
    # A view has its arrows; Space, Home and End play whatever was clicked last.
    ((View,), _ARROWS),
)


class KeyGuard(QObject):
    """Leaves Space, arrows, Home and End to the control that has the focus, if it uses them.

    It watches that control alone: a filter on the whole application would be asked at every event.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        application.focusChanged.connect(self._watch)

    def close(self) -> None:
        """Watch nothing any more."""
        self._application.focusChanged.disconnect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for ``watched`` before it becomes a shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(watched, QWidget) and watched.hasFocus():
            assert isinstance(event, QKeyEvent)
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            own = next((keys for kinds, keys in _OWN_KEYS if isinstance(watched, kinds)), frozenset())
            if plain and event.key() in own:
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def _watch(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)
