"""A person's own cells: files of equations anywhere, and those in the program's folder, each found by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from explorer.engine.errors import BadFile, Refusal
from explorer.engine.recurrence.cell_file import CellFile, read_cell
from explorer.engine.recurrence.library import names
from explorer.paths import data_folder
from explorer.workspace.words.reading import read_text

MOST_BYTES = 1_000_000
SUFFIXES = (".toml", ".txt")
"""What a cell's file in the folder ends in; a file that is named may end in anything."""


def own_folder() -> Path:
    """Return the folder of a person's own cells, which need not be there."""
    return data_folder() / "cells"


def read_cell_file(path: Path, activation: str = "tanh") -> CellFile:
    """Return the cell in a file, TOML or equations alone, called by the file's name.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big or no text; it is called like a cell that ships; or it tells
        no cell. The sentence names the file.
    """
    text = read_text(path, MOST_BYTES)
    _check_free(path, names())
    return read_cell(path.stem, text, activation)


def own_cells(folder: Path | None = None) -> tuple[Mapping[str, CellFile], Mapping[str, Refusal]]:
    """Return a person's own cells by name, and why some of the folder's files are none, by the file's name."""
    found: dict[str, CellFile] = {}
    refused: dict[str, Refusal] = {}
    for path in _files(folder or own_folder()):
        try:
            _check_free(path, found)
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
