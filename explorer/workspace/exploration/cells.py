"""Which cell a network has: one that ships, by its name, or one whose text the exploration holds."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

from msgspec import Struct

from explorer.engine.errors import BadExploration
from explorer.engine.recurrence import library
from explorer.engine.recurrence.cell_file import CellFile, read_cell
from explorer.workspace.exploration.checks import check_range, one_of

MOST_NAME = 60
MOST_TEXT = 20_000
"""Characters of a cell's text: its equations, and what it says besides."""
SIMPLE = "rnn"
"""The cell that a network has before another is chosen."""
RESIDUAL = "residual"
"""The simple one that adds to its last state: the remedy beside it."""


class CellText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell as a file tells it, TOML or equations alone, and what it is called.

    Raises
    ------
    BadFile
        If the text is none of a cell's, with line and column.
    BadExploration
        If it is too long, or the name is none.
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        check_range("characters of a cell's name", len(self.name), 1, MOST_NAME)
        check_range("characters of a cell's text", len(self.text), 1, MOST_TEXT)
        if not self.name.isprintable() or "/" in self.name:
            raise BadExploration("A cell can't be called “{name}”.", name=self.name)
        told(self)


Cell = str | CellText


def name_of(cell: Cell) -> str:
    """Return what a cell is called."""
    return cell if isinstance(cell, str) else cell.name


@lru_cache(maxsize=64)
def told(cell: Cell, activation: str = "tanh") -> CellFile:
    """Return what is known of a cell; ``activation`` is what f(…) stands for in its equations."""
    if isinstance(cell, str):
        return library.cell(cell, activation)
    return read_cell(cell.name, cell.text, activation)


def settled(cell: Cell) -> Cell:
    """Return the name alone where the text is that of a cell that ships.

    Raises
    ------
    BadExploration
        If there is no cell of this name.
    """
    if isinstance(cell, str):
        one_of("cell", cell, library.names())
        return cell
    return cell.name if cell.name in library.names() and _same(told(cell), told(cell.name)) else cell


def with_text(cell: Cell) -> CellText:
    """Return a cell with its text, as a file holds it: what ships may be another one day."""
    return CellText(name=cell, text=told(cell).text) if isinstance(cell, str) else cell


def _same(one: CellFile, other: CellFile) -> bool:
    """Return whether two files tell the same cell, in whatever words."""
    # Texts of earlier versions don't say which gates let in: it is the same cell all the same.
    bare, other_bare = (dataclasses.replace(file.recurrence, text="", admit=()) for file in (one, other))
    return bare == other_bare
