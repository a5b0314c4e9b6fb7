"""Where a name leads, and whether two names lead to the same file, be it there yet or not."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def target_of(path: Path) -> Path:
    """Return where links lead that ``path`` may be or hold; a file need not be there.

    Raises
    ------
    OSError
        If they lead in a circle, or the name is none that the system takes.
    """
    with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
        path.stat()
    return Path(os.path.realpath(path))


def is_there(path: Path) -> bool:
    """Return whether there is something at ``path``; what may not be looked at, or can't be, is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_same_place(one: Path, other: Path) -> bool:
    """Return whether what is written to ``one`` comes into ``other``: links and the case of letters are seen through."""
    if _same(one, other):
        return True
    try:
        a, b = Path(os.path.realpath(one)), Path(os.path.realpath(other))
    except OSError:
        # The folder that is worked in is gone.
        return one == other
    if not (a.parent == b.parent or _same(a.parent, b.parent)):
        return False
    return a.name == b.name or (a.name.casefold() == b.name.casefold() and _ignores_case(a.parent))


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        # One of them is not there, or not to be had.
        return False


def _ignores_case(folder: Path) -> bool:
    """Return whether names in ``folder`` that differ in nothing but case are one: told by a name that is there."""
    for there in (folder, *folder.parents):
        swapped = there.with_name(there.name.swapcase()) if there.name else there
        if swapped != there:
            return _same(there, swapped)
    return False
