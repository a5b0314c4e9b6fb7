"""The keys of the way down: which go in, back, to the neighbour, and to another door."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip
"""By how much each goes to the right and up."""
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SHIFT, _KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier


def _held(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~_KEYPAD


def enters(event: QKeyEvent) -> bool:
    """Return whether a key goes in."""
    return event.key() in _ENTER and not _held(event)


def leaves(event: QKeyEvent) -> bool:
    """Return whether a key goes back."""
    if event.key() == Qt.Key.Key_Backspace:
        return not _held(event)
    return event.key() == Qt.Key.Key_Left and _held(event) == Qt.KeyboardModifier.AltModifier


def move(event: QKeyEvent) -> tuple[int, int] | None:
    """Return by how much a key goes to the right and up, ten steps with Shift; None for another key."""
    if event.key() not in ARROWS or _held(event) & ~_SHIFT:
        return None
    across, up = ARROWS[Qt.Key(event.key())]
    stride = 10 if _held(event) else 1
    return stride * across, stride * up


def other_door(event: QKeyEvent) -> int:
    """Return by how many doors a key goes on, 0 for another key."""
    if event.key() not in ARROWS or _held(event) != Qt.KeyboardModifier.ControlModifier:
        return 0
    across, up = ARROWS[Qt.Key(event.key())]
    return across - up
