"""What changes everywhere at once, a theme, the language, a presentation, is seen at once: in one frame, all laid out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from explorer.gui.controls.stillness import Stillness
from explorer.gui.export.laid_out import lay_out

_LATEST = 200
"""Milliseconds: where no window manager answers, the window keeps its size."""


class Curtain(QObject):
    """Leaves on the screen what ``window`` shows until all that changes has changed and has its place."""

    def __init__(self, window: QWidget, stillness: Stillness) -> None:
        super().__init__(window)
        self._window, self._stillness = window, stillness
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_LATEST)
        self._waiting.timeout.connect(self._rise)

    def change(self, work: Callable[[], object], resize: Callable[[], object] | None = None) -> None:
        """Do ``work``, and show what has come of it; with ``resize``, once the window has the size that that wants."""
        with self._stillness.kept():
            work()
        if resize is not None:
            for part in self._parts():
                part.installEventFilter(self)
            self._waiting.start()
            resize()
        lay_out()
        # Qt paints a widget twice that asks for it besides its window, unless the window is the last to ask.
        self._window.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let nothing be painted before the window has its size; Qt paints all of it then.

        Where painting is forbidden meanwhile, everything is painted twice once it is allowed (Qt 6.11).
        """
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.close()
        return event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.Expose)

    def close(self) -> None:
        """Wait for nothing any more."""
        self._waiting.stop()
        for part in self._parts():
            part.removeEventFilter(self)

    def _rise(self) -> None:
        """Let the window be painted in the size that it has kept."""
        self.close()
        self._window.update()
        # One was kept back, and Qt asks for no other.
        QCoreApplication.postEvent(self._window, QEvent(QEvent.Type.UpdateRequest))

    def _parts(self) -> list[QObject]:
        """Return those that are told to paint: the window, and what the screen knows of it."""
        handle = self._window.windowHandle()
        return [self._window] if handle is None else [self._window, handle]
