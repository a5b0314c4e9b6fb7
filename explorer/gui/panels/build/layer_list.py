"""The list of a network's layers, from the first to the last, with the seam where a decoder takes over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from explorer.engine.network.layer import SIGNS
from explorer.gui.words.cell_words import activation_label, cell_label
from explorer.gui.words.i18n import listed, tr
from explorer.workspace.exploration.cells import SIMPLE
from explorer.workspace.exploration.exploration import LayerRecipe, Recipe

_NUMBER = Qt.ItemDataRole.UserRole
_MOST_ROWS = 8
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class LayerList(QListWidget):
    """One row a layer. ``picked(number)``: a layer is chosen; ``moved(number, to)``: it is to stand where another does.

    ``added()``, ``copied()`` and ``removed()`` ask for that of the chosen one. Layers are counted from 0, the decoder's after
    the others.
    """

    picked = Signal(int)
    moved = Signal(int, int)
    added = Signal()
    copied = Signal()
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = 1
        self._said: tuple[object, ...] = ()
        self.currentItemChanged.connect(self._pick)

    @property
    def chosen(self) -> int:
        """Return the number of the chosen layer."""
        item = self.currentItem()
        return 0 if item is None else int(item.data(_NUMBER))

    def show_layers(self, recipe: Recipe, chosen: int) -> None:
        """Show the layers of ``recipe`` and which one is ``chosen``; nobody is told."""
        count = len(recipe.layers)
        texts = [_line(layer, i % count + 1) for i, layer in enumerate(recipe.every_layer)]
        spoken = [_spoken(layer, i % count + 1, i >= count) for i, layer in enumerate(recipe.every_layer)]
        seam = tr("— from step {step} on the decoder —").format(step=recipe.seam + 1) if recipe.decoder else ""
        said = (*texts, *spoken, seam)
        with QSignalBlocker(self):
            if said != self._said:
                self._said = said
                self._fill(texts, spoken, count, seam)
            for row in range(self.count()):
                if self.item(row).data(_NUMBER) == min(chosen, len(texts) - 1):
                    self.setCurrentRow(row)
        self._show_chosen()

    def sizeHint(self) -> QSize:
        """Return the room for all layers, for the first few of many."""
        rows = min(max(self.count(), 1), _MOST_ROWS)
        return QSize(super().minimumSizeHint().width(), rows * self._row + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """Return the room for all layers, for the first few of many."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Make the rows as high as another type needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._level()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the chosen layer in sight."""
        super().resizeEvent(event)
        self._show_chosen()

    def event(self, event: QEvent) -> bool:
        """Keep the list's own keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and self._deed(event) is not None:  # type: ignore[arg-type]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the chosen layer with Alt and an arrow; Insert adds one, Ctrl+D copies it, Delete removes it."""
        deed = self._deed(event)
        if deed is not None:
            deed()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the layer that was dragged to stand where it was dropped; the list itself waits to be told."""
        target = self.itemAt(event.position().toPoint())
        number = self.chosen
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        to = None if target is None else target.data(_NUMBER)
        last = self.item(self.count() - 1)
        to = last.data(_NUMBER) if target is None and last is not None else to
        if to is not None and to != number:
            # The list is filled anew: not while Qt still holds what is dragged.
            QTimer.singleShot(0, self, partial(self.moved.emit, number, int(to)))

    def _fill(self, texts: list[str], spoken: list[str], count: int, seam: str) -> None:
        self.clear()
        for number, (text, said) in enumerate(zip(texts, spoken, strict=True)):
            if number == count and seam:
                line = QListWidgetItem(seam)
                line.setFlags(Qt.ItemFlag.NoItemFlags)
                line.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
                self.addItem(line)
            item = QListWidgetItem(text)
            item.setData(_NUMBER, number)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            self.addItem(item)
        self._level()

    def _level(self) -> None:
        """Give all rows the height of the highest: a sign that the font lacks may come from one with taller lines."""
        items = [self.item(row) for row in range(self.count())]
        with QSignalBlocker(self):
            for item in items:
                item.setData(Qt.ItemDataRole.SizeHintRole, None)
            self._row = max((self.sizeHintForRow(row) for row in range(len(items))), default=1)
            for item in items:
                item.setSizeHint(QSize(0, self._row))
        self.updateGeometry()
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Scroll no further than the chosen layer asks for."""
        item = self.currentItem()
        if item is not None:
            self.scrollToItem(item)

    def _pick(self, item: QListWidgetItem | None, _: object) -> None:
        if item is not None and item.data(_NUMBER) is not None:
            self.picked.emit(item.data(_NUMBER))

    def _deed(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Return what a key does here, None for nothing."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in _MOVES and modifiers & Qt.KeyboardModifier.AltModifier:
            return partial(self._move, _MOVES[key])
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return self.copied.emit if key == Qt.Key.Key_D else None
        deeds = {Qt.Key.Key_Insert: self.added.emit, Qt.Key.Key_Delete: self.removed.emit}
        return deeds.get(key)

    def _move(self, by: int) -> None:
        to = self.chosen + by
        numbers = [self.item(row).data(_NUMBER) for row in range(self.count())]
        if to in numbers:
            self.moved.emit(self.chosen, to)


def _line(layer: LayerRecipe, number: int) -> str:
    """Return a layer in one line: its number, cell, width, direction and skip."""
    parts = [cell_name(layer), str(layer.hidden), SIGNS[layer.direction]]
    return f"{number}   " + " · ".join([*parts, *(["+ x"] if layer.skip else [])])


def cell_name(layer: LayerRecipe) -> str:
    """Return what the cell of a layer is called: the simple one by its activation."""
    return activation_label(layer.activation) if layer.cell == SIMPLE else cell_label(layer.cell)


def _spoken(layer: LayerRecipe, number: int, decoder: bool) -> str:
    """Return a layer for who can't see the list."""
    name = tr("Layer {number} of the decoder: {cell}") if decoder else tr("Layer {number}: {cell}")
    ways = {"forward": tr("reads forward"), "backward": tr("reads backward"), "both": tr("reads both ways")}
    said = [name.format(number=number, cell=cell_name(layer)), tr("units: {value}").format(value=layer.hidden)]
    return listed([*said, ways[layer.direction], *([tr("adds what it reads")] if layer.skip else [])])
