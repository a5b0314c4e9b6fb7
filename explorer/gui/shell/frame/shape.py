"""The window's size: never larger than the screen."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from explorer.gui.controls.clear_area import ClearArea

_TITLE_BAR = 36
"""Pixels that a window manager takes from the height of a window; none may run."""


def room_on(screen: QScreen) -> QSize:
    """Return the size that a window may have on ``screen``.

    Where a point is no whole number of pixels Qt rounds the size of the screen, also up, and a window of that size would have
    a pixel more than the screen.
    """
    room, scale = screen.availableSize(), screen.devicePixelRatio()
    return QSize(_whole(room.width(), scale), _whole(room.height(), scale))


def _whole(points: int, scale: float) -> int:
    pixels = points * scale
    return points if math.isclose(pixels, round(pixels), abs_tol=1e-6) else points - 1


class Column(QVBoxLayout):
    """A column that a scroll area takes by the least height of its parts: by their usual one for a width it would scroll."""

    def hasHeightForWidth(self) -> bool:
        """Return that the height follows from the room, whatever the width."""
        return False


class Whole(ClearArea):
    """Holds all of the window but its menus; it scrolls where the screen has no room for the least that ``content`` needs."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.content = content
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        """Return what the content needs, and no more than the screen has."""
        room, window = room_on(self.screen()), self.window()
        menus = window.menuWidget() if isinstance(window, QMainWindow) else None
        taken = _TITLE_BAR + (menus.sizeHint().height() if menus is not None else 0)
        return self.content.minimumSizeHint().boundedTo(QSize(room.width(), room.height() - taken))

    def sizeHint(self) -> QSize:
        """Return what the content wants."""
        return self.content.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the window when the content needs more or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def show_within(window: QMainWindow) -> None:
    """Show ``window`` in its size; one that would fill the screen or more takes all of it, and nothing beyond."""
    room = room_on(window.screen())
    if room.width() > window.width() and room.height() > window.height():
        window.show()
        return
    # Where no window manager runs, nobody else would fit it.
    window.setGeometry(QRect(window.screen().availableGeometry().topLeft(), room))
    window.showMaximized()
