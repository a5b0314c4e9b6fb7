"""The way from the map down to one number, and back: which view it begins at, and what is in front meanwhile."""

from __future__ import annotations

from typing import Protocol

import shiboken6
from PySide6.QtCore import QObject, QPointF, QRectF, SignalInstance
from PySide6.QtWidgets import QApplication, QWidget

from explorer.gui.core.controller import Controller
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.frame.frame import Frame
from explorer.gui.views.zoom import ZoomView
from explorer.workspace.looks.analysis import Inspection


class Mapped(Protocol):
    """What is asked of a view with a map: ``looked_into()`` by a person, and where in it the chosen cell stands."""

    looked_into: SignalInstance

    def cell_place(self) -> QRectF:
        """Return the chosen cell in pixels of the view."""

    def isVisible(self) -> bool:
        """Return whether it is in sight."""

    def mapTo(self, parent: QWidget, point: QPointF, /) -> QPointF:
        """Return a point of the view as one of what it stands in."""


class Inside(QObject):
    """Lets the ``zoom`` take the middle of a window; the keyboard comes back to where it was."""

    def __init__(self, window: QWidget, frame: Frame, actions: Actions, controller: Controller, zoom: ZoomView) -> None:
        super().__init__(window)
        self._window, self._frame, self._zoom = window, frame, zoom
        self._maps: list[Mapped] = []
        self._held: QWidget | None = None
        self._stage = ""
        frame.set_inside(zoom)
        actions.let(inside=self.go_in)
        zoom.opened.connect(self._show)
        zoom.gone_up.connect(self._leave)
        controller.answered.connect(self._follow)

    def add(self, *maps: Mapped) -> None:
        """Let views with a map ask for it themselves."""
        for view in maps:
            self._maps.append(view)
            view.looked_into.connect(self.go_in)

    def go_in(self) -> None:
        """Look inside the chosen pair, or go in further; the keyboard goes along."""
        if not self._frame.inside:
            self._held = QApplication.focusWidget()
            self._zoom.begin()
            return
        if self._zoom.canvas.hasFocus():
            self._zoom.go_in()
        else:
            self._zoom.canvas.setFocus()

    def go_back(self) -> bool:
        """Go back up by a step; return whether there was anything to go back from."""
        if not self._frame.inside:
            return False
        self._zoom.go_back()
        return True

    def _show(self) -> None:
        """Let what is inside come to the front, out of the cell of the map."""
        front, cell = self._frame.front, QRectF()
        for view in self._maps:
            if view.isVisible():
                cell = view.cell_place()
                cell.translate(view.mapTo(front, QPointF(0.0, 0.0)))
        before = front.grab()
        self._frame.show_inside(True)
        self._zoom.canvas.setFocus()
        self._zoom.come_from(before, cell)

    def _leave(self) -> None:
        self._zoom.end()
        self._frame.show_inside(False)
        held = self._held
        if held is not None and shiboken6.isValid(held) and held.isVisibleTo(self._window) and held.isEnabled():
            held.setFocus()
        else:
            self._window.setFocus()

    def _follow(self, inspection: Inspection) -> None:
        """Go back up where another scene has been called."""
        stage = inspection.analysis.exploration.stage
        if stage != self._stage and self._stage and self._frame.inside:
            self._leave()
        self._stage = stage
