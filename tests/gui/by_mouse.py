"""What the tests with a mouse share."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

_LEFT = Qt.MouseButton.LeftButton


def double_click(widget: QWidget, at: QPoint | None = None) -> None:
    """Double-click on ``widget``, in its middle or ``at`` a point, as a hand does: Qt's own keeps the button down."""
    where = widget.rect().center() if at is None else at
    QTest.mouseDClick(widget, _LEFT, pos=where)
    QTest.mouseRelease(widget, _LEFT, pos=where)
