"""What all plots share: fonts and colours by theme, gestures with the mouse."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QGraphicsObject, QWidget

from explorer.gui.controls.stillness import held, when_still
from explorer.gui.core.view import fail_around
from explorer.gui.plot.axes import dress, make_room
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.words.i18n import language
from explorer.workspace.scales.ticks import Tick

_ZOOM, _PAN = 0.85, 0.12
"""By which factor the wheel zooms, and by which share of what is seen it pans, with every notch."""


class GestureBox(pg.ViewBox):
    """A view box that reports the left button in data coordinates instead of panning, and zooms with the wheel.

    ``area`` is the whole of it in its own pixels, (0, 0) at the top left.

    ``pressed(x, y)``, ``moved(x, y)`` while the button is down, ``lifted()``. The wheel zooms along time about the
    pointer; with Shift, or sideways, it pans. Where the mouse is enabled for y too, the wheel zooms both ways by one
    factor, and pans upward with Ctrl or Alt. A double click, whose second press is none, is ``whole()``.
    """

    pressed = Signal(float, float)
    moved = Signal(float, float)
    lifted = Signal()
    whole = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self._down = False
        self.area = QRectF()
        self.setMouseEnabled(x=True, y=False)
        self.sigRangeChanged.connect(self._settle)

    def _settle(self) -> None:
        """Move at once what stands in the box: pyqtgraph does so while it paints, and Qt then paints that once more."""
        self.updateMatrix()

    @property
    def ends(self) -> tuple[list[float], list[float]]:
        """Return what is seen from left to right, and from bottom to top: not to be changed, unlike `viewRange`."""
        across, up = self.state["viewRange"]
        return across, up

    def resizeEvent(self, event: Any) -> None:
        """Keep the size: all drawings ask for it, many times in each frame."""
        self.area = self.rect()
        super().resizeEvent(event)

    def mousePressEvent(self, event: Any) -> None:
        """Report a press at once, not only when the click is over."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._down = True
            self.pressed.emit(*self._at(event.scenePos()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: Any) -> None:
        """Report a drag."""
        if self._down and event.buttons() & Qt.MouseButton.LeftButton:
            event.accept()
            self.moved.emit(*self._at(event.scenePos()))

    def mouseReleaseEvent(self, event: Any) -> None:
        """Report the end of a click or drag."""
        if self._down and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._down = False
            self.lifted.emit()

    def mouseDoubleClickEvent(self, event: Any) -> None:
        """Show everything again."""
        event.accept()
        self.whole.emit()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: ARG002 - pyqtgraph's signature
        """Leave drags to the press, move and release above."""
        event.ignore()

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: ARG002 - pyqtgraph's signature
        """Zoom about the pointer, or pan with Shift, Ctrl or Alt."""
        event.accept()
        steps, keys, upward = event.delta() / 120.0, event.modifiers(), self.mouseEnabled()[1]
        # Alt turns the wheel sideways, so it is asked for first.
        if upward and keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            self.setYRange(*_panned(self.viewRange()[1], steps), padding=0)
        elif event.orientation() == Qt.Orientation.Horizontal or keys & Qt.KeyboardModifier.ShiftModifier:
            self.setXRange(*_panned(self.viewRange()[0], -steps), padding=0)
        else:
            at, factor = self._at(event.scenePos()), _ZOOM**steps
            across, up = (_zoomed(ends, centre, factor) for ends, centre in zip(self.viewRange(), at, strict=True))
            self.setRange(xRange=across, yRange=up if upward else None, padding=0)

    def _at(self, scene: QPointF) -> tuple[float, float]:
        point = self.mapSceneToView(scene)
        return point.x(), point.y()


def _zoomed(ends: list[float], centre: float, factor: float) -> tuple[float, float]:
    low, high = ends
    return centre - (centre - low) * factor, centre + (high - centre) * factor


def _panned(ends: list[float], steps: float) -> tuple[float, float]:
    low, high = ends
    shift = _PAN * steps * (high - low)
    return low + shift, high + shift


class _Item(pg.PlotItem):
    """What a plot holds: axes that ask for other room have it once the plot has its own."""

    def __init__(self, box: GestureBox, axes: dict[str, pg.AxisItem]) -> None:
        super().__init__(viewBox=box, axisItems=axes)

    def event(self, event: QEvent) -> bool:
        """Lay nothing out that is laid out again a moment later."""
        view = self.getViewWidget() if event.type() == QEvent.Type.LayoutRequest else None
        if view is None:
            return bool(super().event(event))
        view.settle()
        return True


class Plot(pg.PlotWidget):
    """A plot dressed in the theme, without menus, with gestures instead of pyqtgraph's own mouse modes.

    ``pointed(x, y, where)`` tells the data coordinates under the pointer and its place on the screen,
    ``unpointed()`` that it has left. ``axes`` replaces pyqtgraph's own by side.
    """

    pointed = Signal(float, float, QPoint)
    unpointed = Signal()

    def __init__(self, theme: Theme, axes: Mapping[str, pg.AxisItem] | None = None) -> None:
        self.box = GestureBox()
        self._ticks: dict[str, list[Tick]] = {}
        self._face: QFont | None = None
        self._resized = False
        super().__init__(plotItem=_Item(self.box, dict(axes or {})))
        self.setMenuEnabled(False)
        self._drop_menus()
        self.hideButtons()
        self.getPlotItem().setContentsMargins(0, 0, 0, 0)
        for unseen in ("top", "right"):
            # It would write its name anew at every change of range.
            self.getAxis(unseen).unlinkFromView()
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        # In the middle of a view that was higher a moment ago, Qt would leave it too low.
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        # Arrow keys belong to the window, not to the plot's scroll area.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.dress(theme)

    def _drop_menus(self) -> None:
        # They are made, enabled or not, and belong to nobody: outliving the plot they would slow every change of style.
        item = self.getPlotItem()
        shiboken6.delete(item.ctrlMenu)
        item.ctrlMenu = None
        for part in vars(item.ctrl).values():
            if isinstance(part, QWidget) and shiboken6.isValid(part) and part.isWindow():
                shiboken6.delete(part)

    def resizeEvent(self, _: QResizeEvent) -> None:
        """Draw for the new size, once all have their places where everything is laid out anew."""
        self._resized = True
        self.settle()

    def settle(self) -> None:
        """Give axes and box their places, once the plot has its own."""
        if held(self):
            when_still(self, self.settle)
            return
        if self._resized:
            self._resized = False
            super().resizeEvent(QResizeEvent(self.size(), self.size()))
        # While it is made it holds nothing.
        if self.getPlotItem() is not None:
            self.getPlotItem().layout.activate()

    def viewportEvent(self, event: QEvent) -> bool:
        """Keep Qt from putting our tooltip away at rest: it would look for one of a graphics item and find none."""
        if event.type() == QEvent.Type.ToolTip:
            event.accept()
            return True
        return bool(super().viewportEvent(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        super().mouseMoveEvent(event)
        scene = self.mapToScene(event.position().toPoint())
        if self.box.sceneBoundingRect().contains(scene):
            at = self.box.mapSceneToView(scene)
            self.pointed.emit(at.x(), at.y(), event.globalPosition().toPoint())
        else:
            self.unpointed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        super().leaveEvent(event)
        self.unpointed.emit()

    def set_ticks(self, side: str, ticks: list[Tick]) -> None:
        """Put labels at places of an axis; the same again costs nothing."""
        if ticks != self._ticks.get(side):
            self._ticks[side] = ticks
            self.getAxis(side).setTicks([ticks])

    def dress(self, theme: Theme) -> None:
        """Take on the theme's colours and fonts, which pyqtgraph does not take from the application."""
        self.setBackground(theme.card)
        small = font(theme, language(), TICK_SCALE)
        for side in ("left", "bottom"):
            dress(self.getAxis(side), theme.border, theme.muted, small)
        if small != self._face:
            self._face = small
            make_room(self.getAxis("bottom"), small)


class PlotCanvas(QGraphicsObject):
    """A drawing in the pixels of a plot's box, (0, 0) at its top left, made anew when it is zoomed or resized.

    It lies above whatever else the plot shows unless it is given a lower z value; the mouse goes through it to the box.
    """

    def __init__(self, box: GestureBox) -> None:
        super().__init__(box)
        self.box = box
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        box.sigRangeChanged.connect(self._moved)
        box.sigResized.connect(self._resized)

    def pixel(self, step: float) -> float:
        """Return where ``step`` stands, in pixels from the left."""
        low, high = self.box.ends[0]
        return float((step - low) / (high - low) * self.box.area.width())

    def level(self, value: float) -> float:
        """Return where ``value`` of the vertical axis stands, in pixels from the top."""
        low, high = self.box.ends[1]
        return float((high - value) / (high - low) * self.box.area.height())

    def spacing(self) -> float:
        """Return the pixels from one step to the next."""
        low, high = self.box.ends[0]
        return float(self.box.area.width() / (high - low))

    def boundingRect(self) -> QRectF:
        """Return the whole of the box."""
        return self.box.area

    def update(self, *_: Any) -> None:
        """Have it painted together with all else that waits: told by its scene, Qt would paint the window for each plot."""
        scene = self.scene()
        area = self.box.mapRectToScene(self.boundingRect()).toAlignedRect().adjusted(-2, -2, 2, 2)
        for view in () if scene is None else scene.views():
            view.viewport().update(view.mapFromScene(area).boundingRect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw, unless there is no room at all; a failure goes to the view's error page, Qt would not survive it."""
        if self.box.area.width() > 1 and self.box.area.height() > 1:
            try:
                self.sketch(painter)
            except Exception as error:
                around = self.scene().views()[0]
                QTimer.singleShot(0, around, partial(fail_around, around, error))

    def sketch(self, painter: QPainter) -> None:
        """Draw in pixels: for the drawing to fill in."""
        raise NotImplementedError

    def _moved(self, *_: object) -> None:
        self.update()

    def _resized(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()
