"""A person's own cells: files of equations anywhere, and those in the program's folder, each found by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from explorer.engine.errors import BadExploration, BadFile, Refusal
from explorer.engine.names import named
from explorer.engine.recurrence.cell_file import CellFile, read_cell
from explorer.engine.recurrence.equations.marks import NAME
from explorer.engine.recurrence.library import names
from explorer.paths import data_folder
from explorer.workspace.exploration.cells import Cell, CellText, settled
from explorer.workspace.words.reading import read_text

MOST_BYTES = 1_000_000
SUFFIXES = (".toml", ".txt")
"""What a cell's file in the folder ends in; a file that is named may end in anything."""

_EQUATION = re.compile(rf"^{NAME}[ \t]*=[^=]", re.MULTILINE)


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
    return read_cell(path.stem, read_text(path, MOST_BYTES), activation)


def cell_in(path: Path) -> Cell:
    """Return the cell in a file as an exploration holds it.

    Raises
    ------
    BadFile
        As `read_cell_file` does.
    BadExploration
        If its text or its name is too long to be held.
    """
    return settled(CellText(name=path.stem, text=read_text(path, MOST_BYTES)))


def tells_cell(path: Path) -> bool:
    """Return whether a file, of a kind that may tell a cell or something else, tells a cell, with or without mistakes.

    TOML does; other text does with a line that begins like an equation, as a table's or a sentence's hardly does.
    """
    if path.suffix.lower() == SUFFIXES[0]:
        return True
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        return _EQUATION.search(read_text(path, MOST_BYTES)) is not None
    except BadFile:
        return False


def find_cell(name: str) -> Cell:
    """Return the cell called ``name``, whatever its capitals: one that ships, or one of a person's own.

    Raises
    ------
    BadExploration
        If there is none; the sentence names the choices.
    BadFile
        If it is a file in the person's folder that tells no cell.
    """
    own, refused = own_cells()
    for file, refusal in refused.items():
        if Path(file).stem.casefold() == name.casefold() and name not in (*names(), *own):
            raise refusal
    found = named("cell", name, (*names(), *own), BadExploration)
    return CellText(name=found, text=own[found].text) if found in own else found


def own_cells(folder: Path | None = None) -> tuple[Mapping[str, CellFile], Mapping[str, Refusal]]:
    """Return a person's own cells by name, and why some of the folder's files are none, by the file's name."""
    found: dict[str, CellFile] = {}
    refused: dict[str, Refusal] = {}
    for path in _files(folder or own_folder()):
        try:
            _check_free(path, (*names(), *found))
            found[path.stem] = read_cell_file(path)
        except Refusal as refusal:
            refused[path.name] = refusal
    return MappingProxyType(found), MappingProxyType(refused)


def _check_free(path: Path, taken: Iterable[str]) -> None:
    """Refuse a file that is called like a cell there is; capitals make no other name."""
    for name in taken:
        if name.casefold() == path.stem.casefold():
            raise BadFile(
                "“{file}”: there is a cell “{name}” already; give the file another name.", file=path.name, name=name
            )


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    except OSError:
        # No folder, no own cells.
        return []
