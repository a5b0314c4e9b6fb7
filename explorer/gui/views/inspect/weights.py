"""The weights: seen, and changed where they stand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.bare import Box
from explorer.gui.controls.plain import set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.card import InspectCard, plain_key
from explorer.gui.plot.card_axes import label, pen
from explorer.gui.plot.matrix import colour_bar, entry_at, entry_place, fitted, picture, scaled, show, zeros_of
from explorer.gui.plot.patterns import Patterns
from explorer.gui.plot.theme import Theme
from explorer.gui.views.inspect.blocks import (
    Place,
    Sheet,
    kinds,
    shaped,
    with_weight,
    without_edits,
)
from explorer.gui.views.inspect.entry import Entry
from explorer.gui.views.inspect.gallery import Gallery
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.scales.ticks import log_rounded_up
from explorer.workspace.words.numbers import scientific, signed

_NOTCH = 0.05
# A name that is longer is cut in the box, and whole in its list.
_WIDEST, _ARROW = "W_long", 34
_CHANGE = {
    "W": mark("Change a weight of W"),
    "U": mark("Change a weight of U"),
    "V": mark("Change a weight of V"),
    "b": mark("Change a bias"),
    "c": mark("Change a bias"),
}
_CHANGE_ANY = mark("Change a weight")
_ARROWS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip
_NOTCHES = {Qt.Key.Key_PageUp: _NOTCH, Qt.Key.Key_PageDown: -_NOTCH}
_TYPES = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_OF_THE_CHOSEN = frozenset({*_NOTCHES, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape})


class WeightsView(InspectCard):
    """Shows one weight, a matrix or a vector, on a scale that is always said, and lets every weight be changed.

    A click chooses a weight, a number is typed after Enter or a second click, the wheel over the chosen
    one and Page Up and Down change it by 0.05, arrow keys choose another, Delete gives it back to the recipe.
    """

    shows_flow = False

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Weights"), "weights", 176)
        self._sheet: Sheet | None = None
        self._image: QImage | None = None
        self._zeros: Patterns | None = None
        self._scale = 0.0
        self._place = QRectF()
        self._chosen: Place | None = None
        self._names: Mapping[str, tuple[str, ...]] = {}
        self._entry = Entry(self.canvas)
        self._entry.entered.connect(self._take_entry)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build_header()
        self._build_side()
        self.phrases.add(
            self.canvas.setAccessibleDescription,
            "Arrow keys choose a weight, Enter types its value, Page Up and Page Down change it by 0.05, "
            "Delete gives it back to the recipe.",
        )

    def draw(self, inspection: Inspection) -> None:
        """Offer the weights of the network, and note what is to be shown."""
        run = inspection.analysis.run
        names = kinds(run.network)
        if names != self._names:
            self._offer(names, run.recurrent)
        self._reset.setEnabled(bool(inspection.analysis.exploration.recipe.edits))
        set_shown(self._gallery, bool(shaped(run.recipe)))
        super().draw(inspection)

    def _offer(self, names: Mapping[str, tuple[str, ...]], first: str | None) -> None:
        """Offer other weights, those of a kind together: at first the one that was shown, or else ``first``."""
        every, shown = [name for some in names.values() for name in some], self._matrix.currentText()
        self._names = names
        with QSignalBlocker(self._matrix):
            self._matrix.clear()
            for some in names.values():
                if self._matrix.count() and len(every) > len(names):
                    self._matrix.insertSeparator(self._matrix.count())
                self._matrix.addItems(list(some))
            self._matrix.setCurrentText(shown if shown in every else first or every[0])

    def restyle(self) -> None:
        """Take on the theme and the language."""
        super().restyle()
        # The same for all cells: nothing moves under a button that is down.
        self._matrix.setFixedWidth(self._matrix.fontMetrics().horizontalAdvance(_WIDEST) + _ARROW)
        self._stale = self.inspection is not None

    def summary(self, inspection: Inspection) -> str:
        """Return the shape of what is shown, and of a matrix how many of its entries are exactly 0, where some are."""
        sheet = self._read(inspection)
        rows, columns = sheet.values.shape
        if sheet.vector:
            return f"{columns}"
        shape, zeros = f"{rows} × {columns}", int((sheet.values == 0.0).sum())
        return tr("{shape}, {zeros} exactly 0").format(shape=shape, zeros=f"{zeros:,}") if zeros else shape

    def prepare(self, inspection: Inspection) -> None:
        """Make the picture of the matrix."""
        self._sheet = sheet = self._read(inspection)
        largest = sheet.largest()
        self._scale = log_rounded_up(math.log10(largest)) if largest > 0.0 else 0.0
        self._image, self._zeros = picture(scaled(sheet.values, self._scale), self.theme), zeros_of(sheet.values)
        if self._chosen is not None:
            rows, columns = sheet.values.shape
            self._chosen = (min(self._chosen[0], rows - 1), min(self._chosen[1], columns - 1))

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the matrix, its scale, the marks of edits and the chosen weight."""
        if self._sheet is None or self._image is None:
            return
        line = painter.fontMetrics().height()
        rows, columns = self._sheet.values.shape
        end = scientific(self._scale, 1)
        room = painter.fontMetrics().horizontalAdvance("+" + end) + 26
        inner = area.adjusted(2, 2, -room, -line - 4)
        self._place = fitted(inner, rows, columns, 46.0)
        self._place.moveTop(inner.top())
        show(painter, self._place, self._image, self.theme, self._zeros)
        self._paint_edits(painter)
        self._paint_chosen(painter)
        bar = QRectF(self._place.right() + 10, inner.top(), 9, max(self._place.height(), 3.2 * line))
        colour_bar(painter, bar, self.theme, end)
        said = painter.fontMetrics().elidedText(self._sentence(), Qt.TextElideMode.ElideMiddle, int(area.width()) - 4)
        label(painter, area.left() + 2, area.bottom() - 1, said, self.theme.muted, 0.0, 1.0)

    def name_at(self, point: QPointF) -> str:
        """Return the weight under the pointer with its value."""
        shown = self._at(point)
        if shown is None or self._sheet is None:
            return ""
        text = tr("{name} = {value}\nclick to choose it, again to type a value, or turn the wheel")
        said = text.format(name=self._sheet.entry(shown), value=signed(float(self._sheet.values[shown]), 4))
        return "\n".join(filter(None, (said, self._sheet.in_file())))

    def clicked(self, point: QPointF) -> None:
        """Choose the weight under the pointer; a click on the chosen one types a value."""
        shown = self._at(point)
        if shown is not None and shown == self._chosen and self.canvas.hasFocus():
            self._open_entry()
            return
        self._chosen = shown
        self._entry.hide()
        self.canvas.setFocus()
        self.canvas.update()

    def double_clicked(self, point: QPointF) -> None:
        """Type a value."""
        self._chosen = self._at(point)
        self._open_entry()

    def wheeled(self, point: QPointF, steps: float) -> bool:
        """Change the chosen weight when the pointer is over it; elsewhere the panel scrolls."""
        if self._sheet is None or self._chosen is None or not self.canvas.hasFocus():
            return False
        if self._at(point) != self._chosen:
            return False
        self._change_by(_NOTCH * steps)
        return True

    def claims(self, event: QKeyEvent) -> bool:
        """Claim the arrows, and what changes the chosen weight."""
        if self._sheet is None or not plain_key(event):
            return False
        key = Qt.Key(event.key())
        return key in _ARROWS or key in _TYPES or (self._chosen is not None and key in _OF_THE_CHOSEN)

    def typed(self, event: QKeyEvent) -> bool:
        """Choose with the arrows; Enter types, Delete resets, Page Up and Down change by 0.05.

        Where none is chosen, Enter begins with the first.
        """
        if not self.claims(event):
            return False
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._move(*_ARROWS[key])
        elif key in _TYPES:
            self._move(0, 0)
            self._open_entry()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._give_back()
        elif key in _NOTCHES:
            self._change_by(_NOTCHES[key])
        else:
            self._chosen = None
            self.canvas.update()
        return True

    def _build_header(self) -> None:
        self._matrix = Box()
        self._matrix.setSizeAdjustPolicy(Box.SizeAdjustPolicy.AdjustToContents)
        self.phrases.add(self._matrix.setAccessibleName, "Matrix")
        self.phrases.add(
            partial(set_tip, self._matrix),
            "Which of the weights is shown, by its name in the equations; V and c read out. All steps share the "
            "same weights.",
        )
        self._matrix.currentIndexChanged.connect(self._show_other)
        self.add_to_header(self._matrix)

    def _build_side(self) -> None:
        """Put the gallery of shapes and the reset beside the picture."""
        content, side = QWidget(), QVBoxLayout()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        side.setSpacing(1)
        self._gallery = Gallery(self.phrases)
        self._gallery.edited.connect(self.edited)
        side.addWidget(self._gallery)
        side.addStretch(1)
        self._reset = QPushButton()
        self.phrases.add(self._reset.setText, "Reset edits")
        self.phrases.add(partial(set_tip, self._reset), "Give every weight that was changed by hand back to the recipe")
        self._reset.clicked.connect(
            lambda: self.edited.emit(Gesture.of(mark("Reset the edited weights"), without_edits))
        )
        side.addWidget(self._reset)
        row.addWidget(self.canvas, 1)
        row.addLayout(side)
        self.set_content(content)
        # The stack hid it when another page took its place.
        self.canvas.show()

    def _read(self, inspection: Inspection) -> Sheet:
        run = inspection.analysis.run
        return Sheet.of(run.network, self._matrix.currentText(), run.recipe)

    def _show_other(self) -> None:
        self._chosen = None
        self._entry.hide()
        if self.inspection is not None:
            self.present(self.inspection)

    def _at(self, point: QPointF) -> Place | None:
        return None if self._sheet is None else entry_at(self._place, self._sheet.values.shape, point)

    def _move(self, down: int, across: int) -> None:
        assert self._sheet is not None
        rows, columns = self._sheet.values.shape
        row, column = self._chosen if self._chosen is not None else (-down, -across)
        self._chosen = (min(max(row + down, 0), rows - 1), min(max(column + across, 0), columns - 1))
        self.canvas.update()

    def _set(self, value: float) -> None:
        assert self._sheet is not None
        assert self._chosen is not None
        matrix, place = self._sheet.stored.matrix, self._sheet.place(self._chosen)
        merge = f"weight {matrix} {place[0]} {place[1]}"
        change = Gesture.of(self._change(), with_weight, merge, matrix=matrix, place=place, value=round(value, 6))
        self.edited.emit(change)

    def _change(self) -> str:
        """Return what a change of a weight is called."""
        kind = next(kind for kind, some in self._names.items() if self._matrix.currentText() in some)
        return _CHANGE.get(kind, _CHANGE_ANY)

    def _change_by(self, by: float) -> None:
        assert self._sheet is not None
        assert self._chosen is not None
        self._set(float(self._sheet.values[self._chosen]) + by)

    def _give_back(self) -> None:
        assert self._sheet is not None
        assert self._chosen is not None
        matrix, place = self._sheet.stored.matrix, self._sheet.place(self._chosen)
        self.edited.emit(Gesture.of(self._change(), with_weight, matrix=matrix, place=place, value=None))

    def _open_entry(self) -> None:
        if self._sheet is None or self._chosen is None:
            return
        cell = entry_place(self._place, self._sheet.values.shape, self._chosen)
        value = float(self._sheet.values[self._chosen])
        self._entry.open(cell.center(), self._sheet.entry(self._chosen), value)

    def _take_entry(self, value: float) -> None:
        self._set(value)
        self.released.emit()

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - it is prepared
        """Return the chosen weight, and between which ends those of the matrix are."""
        return f"{self._sentence()}\n{self._sheet.ends()}" if self._sheet is not None else ""

    def _sentence(self) -> str:
        """Return the chosen weight with its value, or how to choose one."""
        if self._sheet is None or self._chosen is None:
            said = "" if self.property("plain") else tr("click a weight to change it")
            return said if self._sheet is None else self._sheet.in_file() or said
        value = signed(float(self._sheet.values[self._chosen]), 4)
        return f"{self._sheet.entry(self._chosen)} = {value}"

    def _paint_edits(self, painter: QPainter) -> None:
        """Mark what was changed by hand with a corner."""
        assert self._sheet is not None
        assert self.inspection is not None
        shape = self._sheet.values.shape
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.bound))
        for edit in self.inspection.analysis.run.recipe.edits:
            shown = self._sheet.shown(edit)
            if shown is not None:
                cell = entry_place(self._place, shape, shown)
                side = min(max(0.5 * min(cell.width(), cell.height()), 3.0), 7.0)
                corner = cell.topRight()
                painter.drawPolygon(QPolygonF([corner, corner - QPointF(side, 0), corner + QPointF(0, side)]))

    def _paint_chosen(self, painter: QPainter) -> None:
        if self._sheet is None or self._chosen is None:
            return
        cell = entry_place(self._place, self._sheet.values.shape, self._chosen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        lack = max(5.0 - min(cell.width(), cell.height()), 0.0) / 2
        around = cell.adjusted(-lack - 1, -lack - 1, lack + 1, lack + 1)
        painter.setPen(pen(self.theme.card, 3.5))
        painter.drawRect(around)
        painter.setPen(pen(self.theme.selection, 1.6))
        painter.drawRect(around)
