"""Tooltips stand beside what they explain, and not on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

_GAP = 6
_BEFORE = 24
"""Pixels: so far a tip begins before the pointer."""
_FAR = 320
"""Pixels: further from the pointer nobody looks for what is under it."""
_BELOW_POINTER = QPoint(12, 24)


def show(at: QPoint, text: str, widget: QWidget, explained: QWidget | None = None) -> None:
    """Show ``text``, as Qt takes it, for the point ``at`` of the screen: beside ``explained``, else beside ``widget``."""
    QToolTip.showText(at, text, widget)
    shown = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    clear = _on_screen(explained or _whole(widget))
    for label in shown:
        label.move(place(label.size(), at, clear, widget.screen().availableGeometry()))


def place(size: QSize, at: QPoint, clear: QRect, screen: QRect) -> QPoint:
    """Return where a tip of ``size`` for the point ``at`` stands on ``screen``: off ``clear`` where that is near enough."""
    right, bottom = screen.right() - size.width() + 1, screen.bottom() - size.height() + 1
    x, y = _between(at.x() - _BEFORE, screen.left(), right), _between(at.y() - _BEFORE, screen.top(), bottom)
    beside = (
        (QPoint(x, clear.bottom() + _GAP), clear.bottom() - at.y()),
        (QPoint(x, clear.top() - _GAP - size.height()), at.y() - clear.top()),
        (QPoint(clear.left() - _GAP - size.width(), y), at.x() - clear.left()),
        (QPoint(clear.right() + _GAP, y), clear.right() - at.x()),
    )
    near = [corner for corner, distance in beside if distance <= _FAR and screen.contains(QRect(corner, size))]
    if near:
        return near[0]
    below = at + _BELOW_POINTER
    above = at.y() - _GAP - size.height()
    return QPoint(
        _between(below.x(), screen.left(), right), below.y() if below.y() <= bottom else max(above, screen.top())
    )


def keep_beside(widget: QWidget) -> None:
    """Let the tooltip of ``widget`` stand beside it, or beside the view that it is part of."""
    widget.installEventFilter(_beside)


class _Beside(QObject):
    """Shows the tooltips of those whose events it sees."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the place of Qt, which puts a tip below the pointer whatever is there."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(watched, QWidget) or not watched.toolTip():
            return False
        assert isinstance(event, QHelpEvent)
        show(event.globalPos(), watched.toolTip(), watched)
        return True


_beside = _Beside()


def _whole(widget: QWidget) -> QWidget:
    """Return the view that ``widget`` is part of, else itself."""
    part: QWidget | None = widget
    while part is not None and not part.property("view"):
        part = part.parentWidget()
    return part or widget


def _on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
