"""The equations of the chosen layer's cell: looked over, or those of an own cell edited."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.engine.errors import BadEquations, Refusal
from explorer.gui.controls.plain import teach
from explorer.gui.controls.stillness import set_shown
from explorer.gui.controls.typed_text import TypedText
from explorer.gui.panels.build.cell_sheet import CellSheet
from explorer.gui.panels.build.equation_editor import EquationEditor
from explorer.gui.panels.cells import ask_where_to_save
from explorer.gui.panels.panel import Card, Field
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.words.i18n import language, mark, say, tr
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.exploration.cell_texts import (
    called,
    copy_of,
    declared,
    equations_of,
    mistakes_in,
    renamed,
    with_equations,
)
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
        # The text as it was last given, and where: what is typed stays until another one comes.
        self._given: tuple[int, int, Cell] | None = None
        # What can't be read yet waits for whoever looks at another layer meanwhile.
        self._drafts: dict[tuple[int, int, Cell], str] = {}
        self._wrong = False
        self.fold, self.sheet, self.editor, self.name = QPushButton(), CellSheet(), EquationEditor(), TypedText(1)
        self.copy, self.save = QPushButton(), QPushButton()
        self._bar = QWidget()
        self._add_fold(card)
        self._name, self._field = self._add_texts(card)
        self._add_buttons(card)
        card.put(self.sheet)

    def _add_fold(self, card: Card) -> None:
        self.fold.setProperty("flat", True)
        self.fold.clicked.connect(self._turn)
        card.phrases.add(self.fold.setText, mark("Equations"))
        card.phrases.add(
            partial(teach, self.fold),
            mark("The equations of the cell, and what each name in them was found to be: state, weight or constant."),
        )
        card.put(self.fold)

    def _add_texts(self, card: Card) -> tuple[Field, Field]:
        """Add the fields of the cell's name and of its equations."""
        name = card.add_row(
            mark("cell's name"), mark("What the cell is called in lists, in pictures and in its file."), self.name
        )
        self.name.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.name.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name.typed.connect(self._rename)
        self.name.released.connect(card.released)
        field = card.add_row(
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
        return name, field

    def _add_buttons(self, card: Card) -> None:
        card.phrases.add(self.copy.setText, mark("Edit a copy"))
        card.phrases.add(partial(teach, self.copy), mark("Begin equations of your own with those of this cell."))
        card.phrases.add(self.save.setText, mark("Save as a cell file …"))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.copy, self.save):
            row.addWidget(button)
        row.addStretch(1)
        card.put(self._bar)

    def show(self, exploration: Exploration) -> None:
        """Show the equations of the chosen layer's cell; a text that can't be read stays until there is another cell."""
        cell, given = exploration.layer.cell, self._given
        self._given = exploration.active, exploration.selection.layer, cell
        self._shown = exploration
        if given is not None and self._given[:2] != given[:2]:
            self._put_away(given)
        if isinstance(cell, CellText) and self._given != given and not self._is_typed(cell):
            if given is None or given[-1] != cell:
                # Nobody has looked it over before: a misspelt name is to be seen.
                self._unfold(True)
            self._base = cell
            self.editor.write(equations_of(cell))
            self._clear()
            self.editor.offer(declared(cell))
        self.explain()
        if self._given in self._drafts:
            self.editor.write(self._drafts.pop(self._given))
            self._take(self.editor.toPlainText())

    def explain(self) -> None:
        """Say what was read, in the language that is now spoken."""
        if self._shown is None:
            return
        cell = self._shown.layer.cell
        own = isinstance(cell, CellText)
        if self._unfolded:
            self.sheet.show_cell(self._shown, own and self._wrong)
        set_shown(self.sheet, self._unfolded)
        set_shown(self._bar, self._unfolded)
        set_shown(self.save, own)
        set_shown(self.copy, not own)
        for field in (self._name, self._field):
            field.show_only_if(self._unfolded and own)
        self._explain_save()
        if isinstance(cell, CellText) and self.name.toPlainText().strip() != called(cell)[language()]:
            self.name.write(called(cell)[language()])
            self._name.complain("")

    def _explain_save(self) -> None:
        self.save.setEnabled(not self._wrong)
        teach(
            self.save,
            tr("There is a mistake in the equations: a file would hold the last ones that could be read.")
            if self._wrong
            else tr("Write the cell into a file, to be chosen again in any exploration."),
        )

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
            if found := mistakes_in(self._base, text):
                self._refuse(found)
                return
            cell = with_equations(self._base, text)
        except Refusal as refusal:
            self._refuse([refusal])
            return
        self._clear()
        self.explain()
        if self._shown is not None and cell != self._shown.layer.cell:
            from explorer.workspace.looks.rewriting import with_rewritten

            self._card.edit(self._field, _EDIT, with_rewritten, "cell.equations", cell=cell)

    def _refuse(self, mistakes: Sequence[Refusal]) -> None:
        """Say all that is wrong, and what goes on meanwhile."""
        self._wrong = True
        self.editor.mark((one.line, one.column) for one in mistakes if isinstance(one, BadEquations))
        self._field.tell_wrong(partial(_told, mistakes))
        self.explain()

    def _put_away(self, given: tuple[int, int, Cell]) -> None:
        """Keep what is typed and can't be read, and begin anew."""
        if self._wrong:
            self._drafts[given] = self.editor.toPlainText()
            self.editor.write("")
            self._clear()

    def _clear(self) -> None:
        self._wrong = False
        self.editor.mark(())
        self._field.complain("")

    def _rename(self, text: str) -> None:
        """Call the cell what was typed."""
        cell, name = None if self._shown is None else self._shown.layer.cell, " ".join(text.split())
        if (
            self._given is None
            or self._base is None
            or not isinstance(cell, CellText)
            or name == called(cell)[language()]
        ):
            return
        try:
            cell, self._base = renamed(cell, name), renamed(self._base, name)
        except Refusal as refusal:
            self._name.refuse(refusal)
            return
        from explorer.workspace.looks.rewriting import with_rewritten

        # The text stays as it is, be it wrong.
        self._given = *self._given[:-1], cell
        self._name.complain("")
        self._card.edit(self._name, mark("Name the cell"), with_rewritten, "cell.name", cell=cell)

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
        path = ask_where_to_save(self._card.window(), cell.name)
        if path is not None:
            try:
                write_bytes(path, cell.text.encode())
            except Refusal as refusal:
                self._field.refuse(refusal)

    def _turn(self) -> None:
        self._unfold(not self._unfolded)
        self.explain()

    def _unfold(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        self._say_fold()

    def _say_fold(self) -> None:
        theme = self._card.theme
        put_icon(self.fold, icon("arrow-up" if self._unfolded else "arrow-down", theme), theme)


def _told(mistakes: Sequence[Refusal]) -> str:
    """Return all that is wrong in equations, and what goes on meanwhile."""
    until = tr(
        "Until this can be read the network keeps its last equations: whatever is trained, saved or exported has those."
    )
    return "\n".join([*map(say, mistakes), until])
