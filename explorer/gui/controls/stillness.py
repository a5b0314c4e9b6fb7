"""Nothing changes its place under a hand: while a mouse button is down, the window keeps its layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWindow
from PySide6.QtWidgets import QLayout, QSplitter, QSplitterHandle, QTabBar, QWidget

from explorer.gui.export.laid_out import lay_out

_LOOK = 40
"""Milliseconds: a release that goes to another window, as to a menu that the press opened, is noticed as soon."""
_MOVE_BY_THEMSELVES = (QSplitterHandle, QTabBar)
"""A press on these is a wish that something moves."""

Held = tuple[QLayout, QWidget]
"""A layout and its widget."""

_holding: list[Stillness] = []


def held(widget: QWidget) -> bool:
    """Return whether ``widget`` keeps its place at present."""
    return any(one.window is widget.window() for one in _holding)


def when_still(widget: QWidget, work: Callable[[], object]) -> None:
    """Do ``work`` at once; while a mouse button is down in the window of ``widget``, do the last one asked for afterwards."""
    for one in _holding:
        if one.window is widget.window():
            one.put_off(widget, work)
            return
    work()


def set_shown(widget: QWidget, shown: bool) -> None:
    """Show or hide ``widget`` as soon as no mouse button is down."""
    when_still(widget, partial(widget.setVisible, shown))


class Stillness(QObject):
    """Holds all layouts of ``window`` from a press of a mouse button until all buttons are up.

    What was asked of a layout meanwhile is done then. Qt lets a layout be disabled; a splitter, which has none, only
    follows requests, and those are kept back.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.window = window
        self._handle: QWindow | None = None
        self._layouts: list[Held] = []
        self._size = window.size()
        self._splitters: list[QSplitter] = []
        self._put_off: dict[QWidget, Callable[[], object]] = {}
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK)
        self._watch.timeout.connect(self._look)
        window.installEventFilter(self)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Hold all meanwhile, and then lay everything out once."""
        begins = self.hold()
        try:
            yield
        finally:
            if begins:
                self.let_go()

    def put_off(self, widget: QWidget, work: Callable[[], object]) -> None:
        """Do ``work`` for ``widget`` once all buttons are up, in the place of what was put off for it before."""
        self._put_off.pop(widget, None)
        self._put_off[widget] = work

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See presses where they arrive, before any widget does, and keep requests from splitters."""
        kind = event.type()
        if kind == QEvent.Type.LayoutRequest:
            return self in _holding and isinstance(watched, QSplitter)
        if watched is self.window:
            if kind in (QEvent.Type.Show, QEvent.Type.WinIdChange):
                self._attend()
        elif kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._press(event.position().toPoint())
        elif kind == QEvent.Type.MouseButtonRelease:
            # After the release has reached the widget that was pressed.
            QTimer.singleShot(0, self, self._look)
        return False

    def close(self) -> None:
        """Watch nothing any more."""
        self._put_off.clear()
        self.let_go()
        if self._handle is not None and shiboken6.isValid(self._handle):
            self._handle.removeEventFilter(self)

    def _attend(self) -> None:
        handle = self.window.windowHandle()
        if handle is not None and handle is not self._handle:
            self._handle = handle
            handle.installEventFilter(self)

    def _press(self, where: QPoint) -> None:
        if not isinstance(self.window.childAt(where), _MOVE_BY_THEMSELVES) and self.hold():
            self._watch.start()

    def hold(self) -> bool:
        """Hold all; return whether it had not been held already."""
        if self in _holding:
            return False
        _holding.append(self)
        self._size = self.window.size()
        # What `parentWidget` returns takes the layout's wrapper along when it goes; `parent` does not.
        found = ((layout, layout.parent()) for layout in self.window.findChildren(QLayout))
        self._layouts = [(layout, widget) for layout, widget in found if isinstance(widget, QWidget)]
        self._splitters = self.window.findChildren(QSplitter)
        for layout, _ in self._layouts:
            layout.setEnabled(False)
        for splitter in self._splitters:
            splitter.installEventFilter(self)
        return True

    def _look(self) -> None:
        if not QGuiApplication.mouseButtons():
            self.let_go()

    def let_go(self) -> None:
        """Do all that waited: first what comes and goes, then one layout of everything, then what divides itself anew.

        What asks to wait meanwhile, as what is drawn for a size, has its turn when all have their places.
        """
        if self not in _holding:
            return
        self._watch.stop()
        layouts = self._layouts
        try:
            self._lay_out_all(layouts)
        finally:
            self._layouts, self._splitters = [], []
            _holding.remove(self)
        put_off, self._put_off = self._put_off, {}
        self._do(put_off)
        # What was opened meanwhile was asked to before, and Qt asks no layout twice.
        for layout, widget in filter(_there, layouts):
            if widget.isVisible():
                layout.activate()

    def _lay_out_all(self, layouts: list[Held]) -> None:
        put_off, self._put_off = self._put_off, {}
        # What is shown or hidden now has no layout done for itself alone.
        self._do({widget: work for widget, work in put_off.items() if widget not in self._splitters})
        for layout, _ in filter(_there, layouts):
            layout.setEnabled(True)
        self._lay_out(layouts)
        self._do({widget: work for widget, work in put_off.items() if widget in self._splitters})
        for splitter in filter(shiboken6.isValid, self._splitters):
            splitter.removeEventFilter(self)
            QCoreApplication.postEvent(splitter, QEvent(QEvent.Type.LayoutRequest))
        lay_out()

    def _lay_out(self, layouts: list[Held]) -> None:
        """Lay out once what has asked for it: all of the window, and from the inside what that has left where it was.

        So nothing is laid out in a size that it does not keep. What waited may have taken some of them away. What is out of
        sight Qt lays out when it is shown, but it may be asked before how large it is.
        """
        seen = list[QLayout]()
        for layout, widget in filter(_there, reversed(layouts)):
            if not widget.isVisible():
                _forget_sizes(layout)
                continue
            if self._missed(layout, widget):
                layout.invalidate()
            seen.append(layout)
        # What holds others asks again whenever one of them has.
        for layout in (*seen[-1:], *seen):
            layout.activate()

    def _missed(self, layout: QLayout, widget: QWidget) -> bool:
        """Return whether ``widget`` has another size than ``layout`` was made for: it came into sight or grew meanwhile."""
        if widget.isWindow():
            # Its layout leaves room for menus.
            return widget.size() != self._size
        return layout.geometry() != widget.contentsRect()

    @staticmethod
    def _do(put_off: Mapping[QWidget, Callable[[], object]]) -> None:
        for widget, work in put_off.items():
            if shiboken6.isValid(widget):
                work()


def _there(held: Held) -> bool:
    return shiboken6.isValid(held[0])


def _forget_sizes(layout: QLayout) -> None:
    """Let ``layout`` ask again what it holds; Qt has the layouts in it do so only when it is laid out."""
    layout.invalidate()
    for inner in layout.findChildren(QLayout):
        inner.invalidate()
