"""Tooltips stand beside what they explain, and not on it."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakSet

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

_GAP = 6
_BEFORE = 24
"""Pixels: so far a tip begins before the pointer."""
_FAR = 320
"""Pixels: further from the pointer nobody looks for what is under it."""
_BELOW_POINTER = QPoint(12, 24)


_SPARED: WeakSet[QWidget] = WeakSet()


def spare(*widgets: QWidget) -> None:
    """Let no tip lie over ``widgets``, also none of what stands beside them: they are what is to be read."""
    _SPARED.update(widgets)


def show(at: QPoint, text: str, widget: QWidget, explained: QWidget | None = None) -> None:
    """Show ``text``, as Qt takes it, for the point ``at`` of the screen: beside ``explained``, else beside ``widget``."""
    QToolTip.showText(at, text, widget)
    shown = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    clear = _on_screen(explained or _whole(widget))
    spared = [_on_screen(one) for one in _SPARED if shiboken6.isValid(one) and one.isVisible() and _near(one, widget)]
    for label in shown:
        label.move(place(label.size(), at, clear, widget.screen().availableGeometry(), spared))


def place(size: QSize, at: QPoint, clear: QRect, screen: QRect, spared: Sequence[QRect] = ()) -> QPoint:
    """Return where a tip of ``size`` for the point ``at`` stands on ``screen``: off ``clear`` where that is near enough.

    It lies over nothing that is ``spared`` where it can stand anywhere else, and never over the point.
    """
    right, bottom = screen.right() - size.width() + 1, screen.bottom() - size.height() + 1
    x, y = _between(at.x() - _BEFORE, screen.left(), right), _between(at.y() - _BEFORE, screen.top(), bottom)
    top, foot = _past(x, clear.top() - _GAP - size.height(), size, spared, up=True), clear.bottom() + _GAP
    foot = _past(x, foot, size, spared, up=False)
    beside = (
        (QPoint(x, foot), foot - _GAP - at.y()),
        (QPoint(x, top), at.y() - top - size.height() - _GAP),
        (QPoint(clear.left() - _GAP - size.width(), y), at.x() - clear.left()),
        (QPoint(clear.right() + _GAP, y), clear.right() - at.x()),
    )
    near = [corner for corner, distance in beside if distance <= _FAR and screen.contains(QRect(corner, size))]
    below = at + _BELOW_POINTER
    above = max(at.y() - _GAP - size.height(), screen.top())
    x = _between(below.x(), screen.left(), right)
    beside_pointer = [QPoint(x, below.y())] if below.y() <= bottom else []
    found = [*near, *beside_pointer, QPoint(x, above)]
    return next((one for one in found if not any(map(QRect(one, size).intersects, spared))), found[0])


def _past(x: int, y: int, size: QSize, spared: Sequence[QRect], up: bool) -> int:
    """Return the height of a tip that would stand at (x, y), moved on past what is ``spared``."""
    in_the_way = [one for one in spared if QRect(QPoint(x, y), size).intersects(one)]
    if not in_the_way:
        return y
    edge = min(one.top() for one in in_the_way) - _GAP - size.height()
    edge = edge if up else max(one.bottom() for one in in_the_way) + _GAP
    return _past(x, edge, size, spared, up)


class Beside(QObject):
    """Shows the tooltips of the window that has the keyboard, whichever that is: Qt puts a tip on what it explains.

    It sees the pointer where it enters the window, and the events of the one widget below that: a filter on every widget
    with a tip would be asked at each of their events, some thousand times when a theme changes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._application = QApplication.instance()
        assert isinstance(self._application, QApplication)
        self._window: QWindow | None = None
        self._below: QWidget | None = None
        self._application.focusWindowChanged.connect(self._enter)
        self._enter(self._application.focusWindow())

    def close(self) -> None:
        """Watch nothing any more."""
        assert isinstance(self._application, QApplication)
        self._application.focusWindowChanged.disconnect(self._enter)
        self._enter(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer, and take Qt's place where a tip is asked for."""
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
                self._watch(_taught(QApplication.widgetAt(event.globalPosition().toPoint())))
        elif kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and isinstance(watched, QWidget):
            show(event.globalPos(), watched.toolTip(), watched)
            return bool(watched.toolTip())
        return False

    def _enter(self, window: QWindow | None) -> None:
        self._watch(None)
        if self._window is not None and shiboken6.isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def _watch(self, widget: QWidget | None) -> None:
        if widget is self._below:
            return
        if self._below is not None and shiboken6.isValid(self._below):
            self._below.removeEventFilter(self)
        self._below = widget
        if widget is not None:
            widget.installEventFilter(self)


def _taught(widget: QWidget | None) -> QWidget | None:
    """Return ``widget``, or the nearest of those it is part of, that has a tooltip."""
    while widget is not None and not widget.toolTip():
        widget = widget.parentWidget()
    return widget


def _whole(widget: QWidget) -> QWidget:
    """Return the view that ``widget`` is part of, else itself."""
    part: QWidget | None = widget
    while part is not None and not part.property("view"):
        part = part.parentWidget()
    return part or widget


def _near(one: QWidget, other: QWidget) -> bool:
    return one.window() is other.window()


def _on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
