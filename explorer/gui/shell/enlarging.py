"""Any one view fills the middle when it is asked to: by its title, by Enter, by a key, or from a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from explorer.gui.controls.plain import in_menu
from explorer.gui.controls.stillness import when_still
from explorer.gui.core.view import View
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.frame.frame import Frame


class Enlarging(QObject):
    """Enlarges the views of a window in its ``frame``, one at a time, and brings them back."""

    def __init__(self, window: QWidget, frame: Frame, actions: Actions, views: Callable[[], Sequence[View]]) -> None:
        """Offer those of ``views()``; the first of them is what the key enlarges when none is pointed at."""
        super().__init__(window)
        self._window, self._frame, self._actions, self._views = window, frame, actions, views
        actions.let(enlarge=self._turn)
        frame.enlargement.connect(self._mark)

    def add(self, views: Sequence[View]) -> None:
        """Let ``views`` ask for it themselves."""
        for view in views:
            if view.enlarges:
                view.enlarge_wanted.connect(partial(self.turn, view))

    def turn(self, view: View) -> None:
        """Enlarge ``view``, or bring it back."""
        when_still(self._frame, partial(self._do, view))

    def end(self) -> bool:
        """Bring back what is enlarged; return whether something was."""
        view = self._frame.enlarged
        if view is not None:
            self.turn(view)
        return view is not None

    def fill(self, menu: QMenu) -> None:
        """Offer every view."""
        for view in filter(_can_be, self._views()):
            action = menu.addAction(in_menu(view.subject), partial(self.turn, view))
            action.setCheckable(True)
            action.setChecked(view is self._frame.enlarged)

    def _do(self, view: View) -> None:
        self._frame.enlarge(None if view is self._frame.enlarged else view)

    def _turn(self) -> None:
        """Bring back what is enlarged, or enlarge what a person means."""
        if not self.end():
            view = self._meant()
            if view is not None:
                self.turn(view)
        self._mark(self._frame.enlarged is not None)

    def _mark(self, on: bool) -> None:
        self._actions["enlarge"].setChecked(on)

    def _meant(self) -> View | None:
        """Return the view that has the keyboard, or that is under the pointer, or else the map."""
        pointed = QApplication.widgetAt(QCursor.pos())
        for widget in (self._window.focusWidget(), pointed):
            view = _view_of(widget)
            if view is not None and view.enlarges and view.window() is self._window:
                return view
        return next((view for view in self._views() if view.objectName() == "flow"), None)


def _can_be(view: View) -> bool:
    return view.enlarges


def _view_of(widget: QWidget | None) -> View | None:
    while widget is not None and not isinstance(widget, View):
        widget = widget.parentWidget()
    return widget
