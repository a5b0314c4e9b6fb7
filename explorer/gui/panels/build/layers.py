"""The card with the network's layers: how many there are, which way each reads, and how they hang together."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from explorer.gui.controls.plain import teach
from explorer.gui.panels.build.layer_list import LayerList
from explorer.gui.panels.build.structure_rows import StructureRows
from explorer.gui.panels.panel import Card
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Exploration, Selection, replace
from explorer.workspace.exploration.structure import (
    with_layer_added,
    with_layer_chosen,
    with_layer_copied,
    with_layer_moved,
    without_layer,
)
from explorer.workspace.looks.analysis import Analysis

_CHOOSE, _MOVE = mark("Choose a layer"), mark("Move a layer")


class LayersCard(Card):
    """The list of layers with what is done to it, and folded below it what a network of one plain layer does not need."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Layers"))
        self._shown: Exploration | None = None
        self._unfolded = False
        self._arrow: tuple[str, Theme] | None = None
        self.list = LayerList()
        self._layers = self.add_row(
            mark("first to last"),
            mark(
                "From the first layer, which reads the input, to the last, which is read out. What stands below is of the "
                "chosen one. Drag a layer to move it, or press Alt and an arrow; Insert adds one, Delete removes it."
            ),
            self.list,
            under=True,
        )
        self._add_buttons()
        self.fold = QPushButton()
        self.fold.setProperty("flat", True)
        self.fold.clicked.connect(self._turn)
        self.phrases.add(self.fold.setText, mark("Directions, decoder, …"))
        self.phrases.add(
            partial(teach, self.fold),
            mark(
                "Which way a layer reads, skips, a decoder, weights of each step, an embedding, features of the sequence."
            ),
        )
        self._grid.addWidget(self.fold, self._grid.rowCount(), 0, 1, 2)
        self.rows = StructureRows(self)
        self._connect()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the layers of the active network."""
        if not exploration.recipe.single and (self._shown is None or self._shown.recipe.single):
            # What is there is to be seen.
            self._unfolded = True
        self._shown = exploration
        recipe, chosen = exploration.recipe, exploration.selection.layer
        self.list.show_layers(recipe, chosen)
        self.remove.setEnabled(len(recipe.layers) > 1)
        self.up.setEnabled(chosen % len(recipe.layers) > 0)
        self.down.setEnabled(chosen % len(recipe.layers) < len(recipe.layers) - 1)
        self.rows.show(exploration, self._unfolded)
        self._say_fold()

    def point(self, selection: Selection) -> None:
        """Show another layer as the chosen one."""
        if self._shown is not None and selection.layer != self._shown.selection.layer:
            self.present(replace(self._shown, selection=selection), None)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        for button, name in self._icons.items():
            put_icon(button, icon(name, theme), theme)
        self._say_fold()
        self.rows.dress()
        if self._shown is not None:
            self.present(self._shown, None)

    def _add_buttons(self) -> None:
        bar, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        bar.setLayout(row)
        self.add, self.remove, self.up, self.down = (QToolButton() for _ in range(4))
        self.copy = QPushButton()
        self._icons = {self.add: "plus", self.remove: "minus", self.up: "arrow-up", self.down: "arrow-down"}
        for button, tip in (
            (self.add, mark("Add a layer above the others (Insert)")),
            (self.remove, mark("Remove the chosen layer (Delete)")),
            (self.up, mark("Move the chosen layer towards the input (Alt+Up)")),
            (self.down, mark("Move the chosen layer towards the output (Alt+Down)")),
        ):
            button.setAutoRaise(True)
            self.phrases.add(button.setAccessibleName, tip)
            self.phrases.add(partial(teach, button), tip)
            row.addWidget(button)
        self.phrases.add(self.copy.setText, mark("copy"))
        self.phrases.add(partial(teach, self.copy), mark("Put a copy of the chosen layer above it (Ctrl+D)"))
        row.addWidget(self.copy)
        row.addStretch(1)
        self._grid.addWidget(bar, self._grid.rowCount(), 0, 1, 2)

    def _connect(self) -> None:
        self.list.picked.connect(self._choose)
        self.list.moved.connect(self._move)
        self.list.added.connect(self._add)
        self.list.copied.connect(self._copy)
        self.list.removed.connect(self._remove)
        self.add.clicked.connect(self._add)
        self.copy.clicked.connect(self._copy)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(partial(self._move_by, -1))
        self.down.clicked.connect(partial(self._move_by, 1))

    def _choose(self, number: int) -> None:
        self.edit(self._layers, _CHOOSE, with_layer_chosen, "selection", number=number)

    def _move(self, number: int, to: int) -> None:
        self.edit(self._layers, _MOVE, with_layer_moved, number=number, to=to)

    def _move_by(self, by: int) -> None:
        self._move(self.list.chosen, self.list.chosen + by)

    def _add(self) -> None:
        self.edit(self._layers, mark("Add a layer"), with_layer_added)

    def _copy(self) -> None:
        self.edit(self._layers, mark("Copy a layer"), with_layer_copied)

    def _remove(self) -> None:
        self.edit(self._layers, mark("Remove a layer"), without_layer)

    def _turn(self) -> None:
        self._unfolded = not self._unfolded
        if self._shown is not None:
            self.present(self._shown, None)

    def _say_fold(self) -> None:
        arrow = ("arrow-up" if self._unfolded else "arrow-down", self.theme)
        # The panel is laid out and painted anew for an icon, even for the same.
        if arrow != self._arrow:
            self._arrow = arrow
            put_icon(self.fold, icon(*arrow), self.theme)
