"""What changes everywhere at once, a theme, the language, a presentation, is seen at once: in one frame, all laid out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QGraphicsView, QScrollArea, QWidget

from explorer.gui.controls.stillness import Stillness
from explorer.gui.export.laid_out import lay_out

_KEPT_BACK = frozenset(
    {
        QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.UpdateRequest,
        # A window does nothing about the words of its actions, and all that watch it would look at each.
        QEvent.Type.ActionChanged,
    }
)  # fmt: skip
_LATEST = 200
"""Milliseconds in which a window manager has answered, if there is one."""


class Curtain(QObject):
    """Leaves on the screen what ``window`` shows until all that changes has changed and has its place."""

    def __init__(self, window: QWidget, stillness: Stillness) -> None:
        super().__init__(window)
        self._window, self._stillness, self._quiet = window, stillness, _Quiet()
        self._holds = self._waits = False
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_LATEST)
        # Where no window manager answers, the window keeps its size.
        self._waiting.timeout.connect(self.resized)

    def change(self, work: Callable[[], object], resize: Callable[[], bool] | None = None, moves: bool = True) -> None:
        """Do ``work``, and show what has come of it; with ``resize``, once the window has the size that that asks for.

        ``resize()`` returns whether it asks for any.

        While nothing ``moves``, as in other colours, no layout is held and made anew.
        """
        self._window.installEventFilter(self._quiet)
        self._holds = moves and self._stillness.hold()
        try:
            work()
        except BaseException:
            self._show()
            raise
        if resize is None:
            self._show()
            return
        for part in self._parts():
            part.installEventFilter(self)
        self._waits = True
        self._waiting.start()
        if self._window.windowHandle() is not None:
            # What it needed before is no limit to what is asked for.
            self._window.windowHandle().setMinimumSize(QSize())
        if not resize():
            self.resized()

    def resized(self) -> None:
        """Lay all out in the size that the window has now, if it was waited for."""
        if self._waits:
            self.close()
            self._show()
            if self._window.windowHandle() is not None:
                self._window.windowHandle().setMinimumSize(self._window.minimumSize())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - the window, and what the screen knows of it
        """Let nothing be painted before the window has its size.

        Where painting is forbidden meanwhile, everything is painted twice once it is allowed (Qt 6.11).
        """
        return event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.Expose)

    def close(self) -> None:
        """Wait for nothing any more."""
        self._waits = False
        self._waiting.stop()
        for part in self._parts():
            part.removeEventFilter(self)

    def _show(self) -> None:
        """Give all its place, and have it painted."""
        if self._holds:
            self._stillness.let_go()
        lay_out()
        _let_scenes_ask(self._window)
        self._window.removeEventFilter(self._quiet)
        self._paint()

    def _paint(self) -> None:
        self._window.update()
        # One was kept back, and Qt asks for no other.
        QCoreApplication.postEvent(self._window, QEvent(QEvent.Type.UpdateRequest))

    def _parts(self) -> list[QObject]:
        """Return those that are told to paint: the window, and what the screen knows of it."""
        handle = self._window.windowHandle()
        return [self._window] if handle is None else [self._window, handle]


def _let_scenes_ask(window: QWidget) -> None:
    """Let what is drawn in plots ask now: Qt has it ask at the next turn of its loop, and paints the window for each plot."""
    for plot in window.findChildren(QGraphicsView):
        QCoreApplication.sendPostedEvents(plot.scene(), QEvent.Type.MetaCall)


def let_bars_come(window: QWidget) -> bool:
    """Let each bar that scrolls come or go now; return whether one did.

    Qt has it do so at the next turn of its loop, when the window has been painted with the bars of its former size.
    """
    areas = [area for area in window.findChildren(QScrollArea) if area.isVisible()]
    before = [area.viewport().size() for area in areas]
    for area in areas:
        QCoreApplication.sendPostedEvents(area, QEvent.Type.MetaCall)
    return before != [area.viewport().size() for area in areas]


class _Quiet(QObject):
    """Keeps a window from its picture, and from asking for one before all that it holds has asked.

    Qt paints a widget twice that asks for it besides its window, unless the window is the last to ask.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - it watches the window alone
        """Keep back what leads to painting, and what leads to nothing."""
        return event.type() in _KEPT_BACK
