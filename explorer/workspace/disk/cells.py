"""A person's own cells: files of equations anywhere, and those in the program's folder, each found by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from explorer.engine.errors import BadExploration, BadFile, Refusal
from explorer.engine.names import named, spelt_alike
from explorer.engine.recurrence.cell_file import CellFile, read_cell
from explorer.engine.recurrence.library import names
from explorer.paths import data_folder
from explorer.workspace.disk.kinds import CELL_SUFFIXES, cell_text
from explorer.workspace.exploration.cells import MOST_TEXT, Cell, CellText, settled


def own_folder() -> Path:
    """Return the folder of a person's own cells, which need not be there."""
    return data_folder() / "cells"


def read_cell_file(path: Path, activation: str = "tanh") -> CellFile:
    """Return the cell in a file, TOML or equations alone, called by the file's name.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big or no text; or it tells no cell. The sentence names the file.
    """
    return read_cell(path.stem, cell_text(path), activation)


def cell_in(path: Path) -> Cell:
    """Return the cell in a file as an exploration holds it.

    Raises
    ------
    BadFile
        As `read_cell_file` does; or its text is too long to be held.
    BadExploration
        If its name is.
    """
    text = cell_text(path)
    if len(text) > MOST_TEXT:
        raise BadFile(
            "“{name}” is too long for a cell: it has {got} characters, where at most {most} are read.",
            name=path.name, got=len(text), most=MOST_TEXT,
        )  # fmt: skip
    return settled(CellText(name=path.stem, text=text))


def find_cell(name: str) -> Cell:
    """Return the cell called ``name``, whatever its capitals: one that ships, else one of a person's own.

    Raises
    ------
    BadExploration
        If there is none; the sentence names the choices.
    BadFile
        If it is a file in the person's folder that tells no cell.
    """
    found, refused = own_cells()
    own = {path.stem: file for path, file in found.items() if not ships(path.stem)}
    for path, refusal in refused.items():
        if path.stem.casefold() == name.casefold() and not ships(name) and name not in own:
            raise refusal
    known = named("cell", name, (*names(), *own), BadExploration)
    return CellText(name=known, text=own[known].text) if known in own else known


def ships(name: str) -> bool:
    """Return whether a cell that ships is called so, whatever the capitals: by a name alone it is that one that is meant."""
    return spelt_alike(name, names()) is not None


def own_cells(folder: Path | None = None) -> tuple[Mapping[Path, CellFile], Mapping[Path, Refusal]]:
    """Return a person's own cells by their files, and why some of the folder's files tell none."""
    found: dict[Path, CellFile] = {}
    refused: dict[Path, Refusal] = {}
    for path in _files(folder or own_folder()):
        try:
            _check_free(path, [other.stem for other in found])
            found[path] = read_cell_file(path)
        except Refusal as refusal:
            refused[path] = refusal
    return MappingProxyType(found), MappingProxyType(refused)


def _check_free(path: Path, taken: Iterable[str]) -> None:
    """Refuse a file that is called like another of the folder; capitals make no other name."""
    for name in taken:
        if name.casefold() == path.stem.casefold():
            raise BadFile(
                "“{file}”: there is a cell “{name}” already; give the file another name.", file=path.name, name=name
            )


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in CELL_SUFFIXES)
    except OSError:
        # No folder, no own cells.
        return []
