"""The equations of the chosen layer's cell: looked over, or those of an own cell edited."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.engine.errors import BadEquations, Refusal
from explorer.gui.controls.plain import teach
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.file_dialog import file_to_save, of_kind
from explorer.gui.panels.build.cell_sheet import CellSheet
from explorer.gui.panels.build.equation_editor import EquationEditor
from explorer.gui.panels.panel import Card
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.words.i18n import mark, say, tr
from explorer.workspace.disk.cells import own_folder
from explorer.workspace.disk.kinds import CELL_SUFFIXES
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.exploration.cell_texts import copy_of, declared, equations_of, with_equations
from explorer.workspace.exploration.cells import Cell, CellText, name_of
from explorer.workspace.exploration.exploration import Exploration

_EDIT = mark("Edit the equations")


class CellRows:
    """A fold with the equations and what was read in them; the text of an own cell can be edited where it stands."""

    def __init__(self, card: Card) -> None:
        self._card, self._unfolded = card, False
        self._shown: Exploration | None = None
        # What is declared of a name that is gone while another is typed comes back with it.
        self._base: CellText | None = None
        self.fold, self.sheet, self.editor = QPushButton(), CellSheet(), EquationEditor()
        self.fold.setProperty("flat", True)
        self.fold.clicked.connect(self._turn)
        card.phrases.add(self.fold.setText, mark("Equations"))
        card.phrases.add(
            partial(teach, self.fold),
            mark("The equations of the cell, and what each name in them was found to be: state, weight or constant."),
        )
        card.put(self.fold)
        self._field = card.add_row(
            mark("own text"),
            mark(
                "One equation a line, in the notation of NumPy: a name that is read before it is assigned is a state of the "
                "step before; capitals are matrices, small letters vectors. What is typed takes effect as soon as it can be "
                "read."
            ),
            self.editor,
            under=True,
        )
        self.editor.typed.connect(self._take)
        self.editor.released.connect(card.released)
        self.copy, self.save = QPushButton(), QPushButton()
        card.phrases.add(self.copy.setText, mark("Edit a copy"))
        card.phrases.add(partial(teach, self.copy), mark("Begin equations of your own with those of this cell."))
        card.phrases.add(self.save.setText, mark("Save as a cell file …"))
        card.phrases.add(
            partial(teach, self.save), mark("Write the cell into a file, to be chosen again in any exploration.")
        )
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        self._bar = QWidget()
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.copy, self.save):
            row.addWidget(button)
        row.addStretch(1)
        card.put(self._bar)
        card.put(self.sheet)

    def show(self, exploration: Exploration) -> None:
        """Show the equations of the chosen layer's cell."""
        cell, before = exploration.layer.cell, self._shown
        if isinstance(cell, CellText) and (before is None or cell != before.layer.cell) and not self._is_typed(cell):
            # Nobody has looked it over before: a misspelt name is to be seen.
            self._unfold(True)
        self._shown = exploration
        if isinstance(cell, CellText) and not self._is_typed(cell):
            self._base = cell
            self.editor.write(equations_of(cell))
            self._clear()
            self.editor.offer(declared(cell))
        self.explain()

    def explain(self) -> None:
        """Say what was read, in the language that is now spoken."""
        if self._shown is None:
            return
        own = isinstance(self._shown.layer.cell, CellText)
        if self._unfolded:
            self.sheet.show_cell(self._shown)
        set_shown(self.sheet, self._unfolded)
        set_shown(self._bar, self._unfolded)
        set_shown(self.save, own)
        set_shown(self.copy, not own)
        self._field.show_only_if(self._unfolded and own)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self.editor.dress(theme)
        self._say_fold()
        self.explain()

    def edit_copy(self, cell: Cell) -> None:
        """Begin equations of the exploration's own with those of a cell, and go there."""
        taken = () if self._shown is None else [name_of(one.cell) for one in self._shown.recipe.every_layer]
        # What only who edits needs is not loaded for the first picture.
        from explorer.workspace.looks.rewriting import with_rewritten

        self._unfold(True)
        self._card.edit(self._field, mark("Edit a copy of a cell"), with_rewritten, cell=copy_of(cell, taken))
        self.editor.setFocus()

    def _take(self, text: str) -> None:
        """Give the layer what was typed, or mark what is wrong in it."""
        if self._base is None:
            return
        try:
            cell = with_equations(self._base, text)
        except Refusal as refusal:
            cause = refusal.__cause__
            before = len(text) - len(text.lstrip("\n"))
            place = (cause.line + before, cause.column) if isinstance(cause, BadEquations) else None
            self.editor.mark(place)
            self._field.complain(say(cause if isinstance(cause, Refusal) else refusal))
            return
        self._clear()
        if self._shown is not None and cell != self._shown.layer.cell:
            from explorer.workspace.looks.rewriting import with_rewritten

            self._card.edit(self._field, _EDIT, with_rewritten, "cell.equations", cell=cell)

    def _clear(self) -> None:
        self.editor.mark(None)
        self._field.complain("")

    def _is_typed(self, cell: CellText) -> bool:
        """Return whether a cell is what stands in the editor."""
        if self._base is None or cell.name != self._base.name:
            return False
        return equations_of(cell).strip() == self.editor.toPlainText().strip()

    def _copy(self) -> None:
        if self._shown is not None:
            self.edit_copy(self._shown.layer.cell)

    def _save(self) -> None:
        cell = None if self._shown is None else self._shown.layer.cell
        if not isinstance(cell, CellText):
            return
        name = cell.name.replace("*", "") or "own"
        at = own_folder() / f"{name}.toml"
        with_folder = at if own_folder().is_dir() else Path.home() / at.name
        chosen = file_to_save(
            self._card.window(), tr("Save a cell file"), with_folder, of_kind(tr("Cells"), CELL_SUFFIXES)
        )
        if chosen:
            path = Path(chosen)
            path = path if path.suffix in CELL_SUFFIXES else path.with_suffix(".toml")
            try:
                write_bytes(path, cell.text.encode())
            except Refusal as refusal:
                self._field.complain(say(refusal))

    def _turn(self) -> None:
        self._unfold(not self._unfolded)
        self.explain()

    def _unfold(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        self._say_fold()

    def _say_fold(self) -> None:
        theme = self._card.theme
        put_icon(self.fold, icon("arrow-up" if self._unfolded else "arrow-down", theme), theme)
