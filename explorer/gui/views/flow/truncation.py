"""The gestures that move the truncation of the gradient on the flow map."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from explorer.gui.core.plots import GestureBox
from explorer.gui.core.quantities import fills_one_row, quantity, truncation
from explorer.gui.plot.theme import Theme
from explorer.gui.views.flow.band import Band
from explorer.gui.views.flow.row_edge import RowEdge
from explorer.gui.views.flow.text import kept_text
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection

_FEWER = (Qt.Key.Key_BracketLeft, Qt.Key.Key_BraceLeft)
_MORE = (Qt.Key.Key_BracketRight, Qt.Key.Key_BraceRight)


class Truncation(QObject):
    """Moves a `Band` with the mouse and the keyboard; ``edited`` and ``released`` as a view's.

    It is there where what the map shows is a matter of the loss; where that fills row T alone it is the edge on its bars.
    """

    keys = frozenset({*_FEWER, *_MORE})
    edited = Signal(Gesture)
    released = Signal()

    def __init__(self, box: GestureBox, theme: Theme) -> None:
        super().__init__()
        self._diagonal, self._upright = Band(box, theme), RowEdge(box, theme)
        self.band, self.dragging = self._diagonal, False
        for band in (self._diagonal, self._upright):
            band.hide()

    def restyle(self, theme: Theme) -> None:
        """Take on a theme."""
        self._diagonal.theme = self._upright.theme = theme

    def present(self, inspection: Inspection) -> None:
        """Show how the gradient of ``inspection`` is truncated; while it is dragged the grip stays under the pointer."""
        band, steps = self._upright if fills_one_row(inspection) else self._diagonal, inspection.analysis.steps
        if band is not self.band:
            self.band.hide()
            self.band, band.pair = band, self.band.pair
        band.setVisible(quantity(inspection) != "flow" and inspection.judged is not None)
        if not self.dragging:
            band.kind, band.size = truncation(inspection.analysis.exploration, steps)
        band.steps, band.text = steps, kept_text(inspection)
        band.note = _note(inspection)
        band.update()

    def keep_clear(self, selection: Selection) -> None:
        """Let the words about the truncation stand beside the chosen pair."""
        self.band.pair = (selection.t, selection.k)
        self.band.update()

    def press(self, x: float, y: float) -> bool:
        """Take hold of the grip if the pointer is on it; return whether it is."""
        self.dragging = self.band.grips(x, y)
        if self.dragging:
            self.band.hold(True)
        return self.dragging

    def move(self, x: float, y: float) -> None:
        """Move the edge to the pointer."""
        self._set(self.band.size_at(x, y))

    def lift(self) -> bool:
        """Let the grip go; return whether it was held."""
        held, self.dragging = self.dragging, False
        if held:
            self.band.hold(False)
            self.released.emit()
        return held

    def key(self, event: QKeyEvent) -> None:
        """Make the window shorter or longer by one step, by ten with Shift."""
        if self.band.isVisible():
            stride = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._set(self.band.size + (stride if event.key() in _MORE else -stride))

    def tip(self) -> str:
        """Return what the grip is for."""
        if self.band.kind == "chunk":
            return tr(
                "Drag up or down: the state is detached after so many steps,\n"
                "and no gradient crosses a border between chunks.\n"
                "At the top nothing is cut. The keys [ and ] do the same.\n"
                "It is a setting of the training: that is truncated, too."
            )
        if self.band is self._upright:
            return tr(
                "Drag to the right to truncate: only terms with t − k < τ are kept,\n"
                "what lies further back becomes exactly zero. At the left end nothing is cut.\n"
                "The keys [ and ] do the same. It is a setting of the training: that is truncated, too."
            )
        if self.band.size >= self.band.steps:
            return tr(
                "Nothing is cut. Drag towards the diagonal to truncate:\n"
                "only terms with t − k < τ are kept, what lies beyond becomes exactly zero.\n"
                "The keys [ and ] do the same. It is a setting of the training: that is truncated, too."
            )
        return tr(
            "Drag: only terms with t − k < τ are kept, what lies beyond is exactly zero.\n"
            "In the corner of the longest lags nothing is cut. The keys [ and ] do the same.\n"
            "It is a setting of the training: that is truncated, too."
        )

    def _set(self, size: int) -> None:
        """Ask for windows or chunks of ``size`` steps; T or more cut nothing."""
        band = self.band
        size = min(max(size, 1), band.steps)
        if size == band.size:
            return
        band.size = size
        band.update()
        kept = 0 if size >= band.steps else size
        if band.kind == "chunk":
            self._edit(mark("Change the length of the chunks"), "settings.chunk", window=0, chunk=kept, force=0)
        else:
            self._edit(mark("Move the truncation window"), "settings.window", window=kept, chunk=0, force=0)

    def _edit(self, label: str, merge: str, **sizes: int) -> None:
        self.edited.emit(Gesture.of(label, Exploration.with_settings, merge, **sizes))


def _note(inspection: Inspection) -> str:
    """Return what is to be known of the rows: that training forces the state and this does not."""
    force = inspection.analysis.exploration.settings.force
    return tr("of the free run; training forces the state every {steps} steps").format(steps=force) if force else ""
