"""The cells as a gallery shows them: each in a small network whose flow is typical of it, under its idea."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from explorer.engine.errors import Refusal
from explorer.engine.recurrence import library
from explorer.engine.recurrence.cell_file import CellWords
from explorer.engine.recurrence.cell_groups import cell_groups
from explorer.workspace.disk.cells import own_cells
from explorer.workspace.disk.presets import Preset
from explorer.workspace.exploration.cells import Cell, CellText
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.words.sentence import Words

OWN = "own/"
"""How the names of a person's own cells begin; it is the name of their group, too."""
_OWN: Words = {"en": "Own cells", "zh_CN": "自己的循环单元"}
_ELSE: Words = {"en": "Others", "zh_CN": "其他"}
_STEPS, _UNITS, _GAIN = 32, 16, 1.0


def gallery_groups() -> Mapping[str, Words]:
    """Return the titles of the groups by their names, in their order; a person's own cells are the last."""
    told = {name: dict(titles) for name, titles in cell_groups().items()}
    return MappingProxyType({**told, "": _ELSE, OWN: _OWN})


def gallery_cells() -> tuple[tuple[Preset, Cell], ...]:
    """Return all cells, group by group, each with the network that shows it; files that tell none are left out."""
    found, _ = own_cells()
    own = []
    for path, file in found.items():
        try:
            own.append((_shown(OWN + path.stem, OWN, file, cell := CellText(name=path.stem, text=file.text)), cell))
        except Refusal:
            continue
    return (*_shipped(), *own)


@cache
def _shipped() -> tuple[tuple[Preset, Cell], ...]:
    grouped = dict(library.grouped())
    known = {name for names in grouped.values() for name in names}
    grouped[""] = tuple(name for name in library.names() if name not in known)
    return tuple(
        (_shown(name, group, library.words(name), name), name) for group, names in grouped.items() for name in names
    )


def _shown(name: str, group: str, words: CellWords, cell: Cell) -> Preset:
    recipe = Recipe(cell=cell, hidden=_UNITS, gain=_GAIN)
    exploration = Exploration(networks=(recipe,), sequence=Signal(kind="noise", steps=_STEPS))
    codes = dict.fromkeys((*words.titles, *words.notes))
    look = {
        code: " ".join(filter(None, (words.notes.get(code, ""), words.flows.get(code, ""), words.source)))
        for code in codes
    }
    return Preset(
        name=name, group=group, short=dict(words.labels), titles=dict(words.titles), look=look, exploration=exploration,
        outcomes=(), shows="",
    )  # fmt: skip
