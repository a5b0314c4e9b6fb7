"""The cells that can be chosen: those that ship, a person's own, and what a file tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QWidget

from explorer.engine.errors import Refusal
from explorer.engine.recurrence import library
from explorer.gui.core.file_dialog import file_to_open, file_to_save, of_kind
from explorer.gui.words.cell_words import cell_label, cell_tip
from explorer.gui.words.i18n import mark, say, tr
from explorer.workspace.disk.cells import own_cells, own_folder
from explorer.workspace.disk.kinds import CELL_SUFFIXES
from explorer.workspace.exploration.cell_texts import called
from explorer.workspace.exploration.cells import Cell, CellText
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.structure import with_chosen_changed

CHANGE = mark("Change the cell")
ALL, OPEN = mark("All cells …"), mark("Open a cell file …")
_LAST = "folder_of_cells"


@dataclass(frozen=True, slots=True)
class Offer:
    """A cell to choose, or why a file of the person's folder tells none; ``key`` is like no other's."""

    key: str
    cell: Cell | Refusal
    file: str = ""

    @property
    def label(self) -> str:
        """Return the cell's name, or that of a file that tells none."""
        if isinstance(self.cell, Refusal):
            return tr("{file}: no cell").format(file=self.file)
        return cell_label(self.cell)

    @property
    def tip(self) -> str:
        """Return what is told of the cell, or why there is none."""
        return say(self.cell) if isinstance(self.cell, Refusal) else cell_tip(self.cell)


def offer(cell: Cell) -> Offer:
    """Return the offer of a cell; one that ships and a text may be called alike, and a file's be edited under its name."""
    return Offer(cell, cell) if isinstance(cell, str) else Offer(f"text/{cell.name}/{called(cell)['en']}", cell)


def shipped() -> list[Offer]:
    """Return the cells that ship: the quick choices, then the others by their labels."""
    quick = library.quick_choices()
    others = sorted(set(library.names()) - set(quick), key=lambda name: cell_label(name).casefold())
    return [offer(name) for name in (*quick, *others)]


def owned(present: Cell) -> list[Offer]:
    """Return a person's own cells, with the ``present`` one if that came from elsewhere, and files that tell none.

    Those of the person's folder are read anew each time.
    """
    found, refused = own_cells()
    offers = [_read(path, file.text) for path, file in found.items()]
    if isinstance(present, CellText) and all(one.key != offer(present).key for one in offers):
        offers.append(offer(present))
    return offers + [Offer(f"file/{path.name}", refusal, path.name) for path, refusal in refused.items()]


def _read(path: Path, text: str) -> Offer:
    try:
        return offer(CellText(name=path.stem, text=text))
    except Refusal as refusal:
        return Offer(f"file/{path.name}", refusal, path.name)


def choosing(cell: Cell) -> Gesture:
    """Return the gesture that gives the chosen layer of the active network a cell."""
    return Gesture.of(CHANGE, with_chosen_changed, cell=cell)


def ask_for_cell(parent: QWidget) -> Path | None:
    """Ask for a cell's file, from where one was chosen last in this window on; return None for none."""
    name = file_to_open(parent, tr("Open a cell file"), _begin(parent), of_kind(tr("Cells"), CELL_SUFFIXES))
    if not name:
        return None
    # A file that is being written is opened again and again.
    parent.setProperty(_LAST, str(Path(name).parent))
    return Path(name)


def ask_where_to_save(parent: QWidget, name: str) -> Path | None:
    """Ask where a cell called ``name`` is to be saved, beginning there where cells are opened; return None for nowhere."""
    kinds = of_kind(tr("Cells"), CELL_SUFFIXES)
    chosen = file_to_save(parent, tr("Save a cell file"), _begin(parent) / f"{name}.toml", kinds)
    if not chosen:
        return None
    parent.setProperty(_LAST, str(Path(chosen).parent))
    return Path(chosen) if Path(chosen).suffix in CELL_SUFFIXES else Path(f"{chosen}.toml")


def _begin(parent: QWidget) -> Path:
    last = parent.property(_LAST)
    if last and Path(last).is_dir():
        return Path(last)
    return own_folder() if own_folder().is_dir() else Path(QDir.homePath())
