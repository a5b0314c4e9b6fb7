"""The cell that a command is asked for: named, or told by a file."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

from explorer.cli.saying import mutter, tr


def cell_asked(text: str) -> Any:
    """Return the cell that is named, or that a file tells; a name without an ending is a file's only if no cell has it.

    Raises
    ------
    Refusal
        If there is none.
    """
    from explorer.engine.errors import BadExploration
    from explorer.workspace.disk.cells import cell_in, find_cell
    from explorer.workspace.disk.places import is_there

    path = Path(text)
    if path.name != text or (path.suffix and is_there(path)):
        return cell_in(path)
    try:
        return find_cell(text)
    except BadExploration:
        if not (path.suffix or is_there(path)):
            raise
        return cell_in(path)


def mutter_read(cell: Any) -> None:
    """Say on standard error what was read of a person's own equations: a misspelt name is seen by nothing else."""
    from explorer.workspace.exploration.cells import CellText, told
    from explorer.workspace.words.cells import doubts, was_read

    if not isinstance(cell, CellText):
        return
    recurrence = told(cell).recurrence
    read = [one.said(tr) for one in was_read(recurrence)]
    line = reduce(lambda first, second: tr("{first}; {second}").format(first=first, second=second), read)
    for said in (line, *(one.said(tr) for one in doubts(recurrence))):
        mutter(tr("{name}: {value}").format(name=cell.name, value=said))
