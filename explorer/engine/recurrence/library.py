"""The cells that ship: files in ``resources/cells``.

A new cell is one more file; nothing else in the program has to know of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.cell_file import CellFile, CellWords, read_cell, read_words, table_of
from explorer.engine.recurrence.cell_groups import cell_groups
from explorer.paths import resources

_F = re.compile(r"\bf\s*\(")
_QUICK = re.compile(r"^[ \t]*[\"']?quick\b", re.MULTILINE)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the names of the cells that ship."""
    return tuple(sorted(path.stem for path in (resources() / "cells").glob("*.toml")))


@lru_cache(maxsize=1)
def quick_choices() -> tuple[str, ...]:
    """Return the names of the cells that a person chooses at once, in the order that their files give them."""
    # To read the words of all files takes a fiftieth of the start.
    places = {name: words(name).quick for name in names() if _QUICK.search(_text(name))}
    return tuple(sorted((name for name in places if places[name] is not None), key=lambda name: places[name] or 0))


@lru_cache(maxsize=1)
def grouped() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the cells that ship by their groups, in these quick choices first."""
    order = (*quick_choices(), *(name for name in names() if words(name).quick is None))
    return MappingProxyType(
        {group: tuple(name for name in order if words(name).group == group) for group in cell_groups()}
    )


def with_equations(equations: Hashable, bare: Callable[[str], Hashable]) -> str | None:
    """Return the name of the cell that ships with these equations, as ``bare`` makes them of a text; None for none."""
    return next((name for name in names() if bare(_equations(name)) == equations), None)


@lru_cache(maxsize=128)
def words(name: str) -> CellWords:
    """Return what a person is told of a cell that ships; its equations are not read for that.

    Raises
    ------
    BadNetwork
        If there is no such cell.
    """
    return read_words(name, _text(name))


@lru_cache(maxsize=128)
def cell(name: str, activation: str = "tanh") -> CellFile:
    """Return a cell that ships; ``activation`` is what f(…) stands for in its equations.

    Raises
    ------
    BadNetwork
        If there is no such cell.
    """
    # Equations without f(…) are read once for all activations.
    return _read(name, activation if _F.search(_text(name)) else "tanh")


@lru_cache(maxsize=128)
def _read(name: str, activation: str) -> CellFile:
    return read_cell(name, _text(name), activation)


@lru_cache(maxsize=128)
def _equations(name: str) -> str:
    return str(table_of(name, _text(name))["equations"])


def _text(name: str) -> str:
    if name not in names():
        raise BadNetwork(
            "There is no {what} “{name}”; choose one of {choices}.", what="cell", name=name, choices=", ".join(names())
        )
    return (resources() / "cells" / f"{name}.toml").read_text(encoding="utf-8")
