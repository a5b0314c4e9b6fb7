"""The text of a cell under a person's hands: a copy of one that ships, its equations rewritten, what it is called.

What a person does not see never refuses what they see: where the equations have become others, what was declared of names
that they don't have is left out, and so is what was told and claimed of those that they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from explorer.engine.errors import BadEquations, BadFile, BadNetwork
from explorer.engine.recurrence import library
from explorer.engine.recurrence.cell_file import is_table, read_words, table_of
from explorer.workspace.exploration.cell_tables import written
from explorer.workspace.exploration.cells import MOST_NAME, Cell, CellText, told, with_text

_OF_NAMES, _MARKS = ("sizes", "start", "fixed", "streams"), ("candidate", "forget", "admit")
"""What a cell declares of names: tables of them, and weights with a part to play."""
_OF_THE_SHIPPED = ("quick", "claims")
_TOLD = ("label", "title", "note", "flow", "group", "source")
_NAME = re.compile(r"[^\W\d]\w*")


def copy_of(cell: Cell, taken: Iterable[str] = ()) -> CellText:
    """Return a cell with the same equations that is a person's own, under a name that is none of those ``taken``."""
    if not isinstance(cell, str):
        return CellText(name=_free(cell.name, set(taken)), text=cell.text)
    text = with_text(cell).text
    table = {key: value for key, value in table_of(cell, text).items() if key not in _OF_THE_SHIPPED}
    return CellText(name=_free(f"own {read_words(cell, text).labels['en']}", set(taken)), text=written(table))


def equations_of(cell: Cell) -> str:
    """Return the equations of a cell as they are written."""
    return str(_table(with_text(cell))["equations"]).strip("\n")


def called(cell: CellText) -> Mapping[str, str]:
    """Return the shortest name of a cell by language, as its text tells it."""
    return told(cell).labels


def renamed(cell: CellText, name: str) -> CellText:
    """Return a cell that a person has given a name.

    Raises
    ------
    BadExploration
        If it is none.
    """
    if not is_table(cell.text):
        return CellText(name=name, text=cell.text)
    return CellText(name=name, text=written(_table(cell) | {"label": name, "title": name}))


def with_equations(cell: CellText, equations: str) -> CellText:
    """Return a cell with other equations; what it declares of names that they don't have is left out.

    Where they mean something else, nothing stays of what was told and claimed of the old ones: the cell is called one of the
    person's own, by that from which it came. Where they are again those of that cell, so is what is told.

    Raises
    ------
    BadFile
        If they are none; its cause says where.
    """
    if not is_table(cell.text):
        return CellText(name=cell.name, text=equations)
    if equations.strip("\n") == equations_of(cell):
        return cell
    before = _table(cell)
    table = before | {"equations": equations}
    if _bare(equations) == _bare(before["equations"]):
        return CellText(name=cell.name, text=written(table))
    table = _told_anew(cell, table)
    return _fitting(cell.name, _undeclared(table) if _is_another(before["equations"], equations) else table)


def mistakes_in(cell: CellText, equations: str) -> tuple[BadEquations, ...]:
    """Return the first mistake of each line of what would be the equations of ``cell``."""
    # The reader of equations is not loaded for the first picture.
    from explorer.engine.recurrence.equations.mistakes import mistakes

    return mistakes(equations, partial(_read, cell))


def declared(cell: Cell) -> tuple[str, ...]:
    """Return the names that the equations of a cell read or make."""
    recurrence = told(cell).recurrence
    return tuple(
        dict.fromkeys(
            [*(state.name for state in recurrence.states), *(weight.name for weight in recurrence.weights), "x"]
        )
    )


def _read(cell: CellText, equations: str) -> None:
    try:
        with_equations(cell, equations)
    except BadFile as refusal:
        if not isinstance(refusal.__cause__, BadEquations):
            raise
        before = len(equations) - len(equations.lstrip("\n"))
        raise _lower(refusal.__cause__, before) from None


def _lower(mistake: BadEquations, lines: int) -> BadEquations:
    """Return a mistake so many lines further down."""
    if "line" not in mistake.values or not lines:
        return mistake
    return BadEquations(mistake.template, **{**mistake.values, "line": mistake.line + lines})


def _table(cell: CellText) -> dict[str, Any]:
    return table_of(cell.name, cell.text)


def _bare(equations: str) -> tuple[str, ...]:
    """Return equations without what means nothing in them: comments and spaces."""
    rows = ("".join(row.partition("#")[0].split()) for row in equations.split("\n"))
    return tuple(filter(None, rows))


def _names(equations: str) -> set[str]:
    return set(_NAME.findall("\n".join(_bare(equations))))


def _is_another(before: str, after: str) -> bool:
    """Return whether equations are not edited, but replaced: no line is left, names are gone, and others are there.

    What was declared of a name is then not meant for another of the same letters.
    """
    gone, come = _names(before) - _names(after), _names(after) - _names(before)
    return bool(gone and come) and not set(_bare(before)) & set(_bare(after))


# ---- what is told


def _told_anew(cell: CellText, table: dict[str, Any]) -> dict[str, Any]:
    """Return a table whose equations are others now, without what was told and claimed of the old ones."""
    kept = {key: value for key, value in table.items() if key not in _OF_THE_SHIPPED}
    origin = library.with_equations(_bare(table["equations"]), _bare)
    if origin is not None and kept.get("label") == _made_of(library.words(origin).labels):
        shipped = _table(with_text(origin))
        return {key: value for key, value in kept.items() if key not in _TOLD} | {
            key: shipped[key] for key in _TOLD if key in shipped
        }
    if not kept["source"]:
        return kept
    name = kept.get("label")
    if not isinstance(name, str) or name != kept["title"]:
        name = _made_of(called(cell))
    return {key: value for key, value in kept.items() if key not in _TOLD} | {
        "label": name, "title": name, "note": "", "source": "",
    }  # fmt: skip


def _made_of(origin: Mapping[str, str]) -> dict[str, str]:
    """Return what a cell is called that nobody has named yet, by that from which it came."""
    return {"en": f"own cell, from {origin['en']}", "zh_CN": f"自定义，源自“{origin['zh_CN']}”"}


def _free(name: str, taken: set[str]) -> str:
    name = stem = re.sub(r"[/\"\\]|[^\S ]", "", name)[: MOST_NAME - 4]
    number = 2
    while name in taken:
        name, number = f"{stem} {number}", number + 1
    return name


# ---- what is declared


def _fitting(name: str, table: dict[str, Any]) -> CellText:
    """Return a cell without those of its declarations that do not fit its equations.

    Raises
    ------
    BadFile
        If the equations can't be read however little is declared: what is told is the mistake that stands furthest down.
    """
    kept, found = _of(table, _names(table["equations"])), []
    for one in (kept, _without_shapes(kept), _undeclared(kept)):
        try:
            return _opened(_agreed(name, one))
        except BadFile as refusal:
            found.append(refusal)
    raise max(found, key=_place)


def _agreed(name: str, table: dict[str, Any]) -> CellText:
    """Return a cell without those of its declarations that name, or fix, what its equations have not."""
    while True:
        try:
            return CellText(name=name, text=written(table))
        except BadFile as refusal:
            cause = refusal.__cause__
            left = table if not isinstance(cause, BadNetwork) else _less(table, cause)
            if left == table:
                raise
            table = left


def _opened(cell: CellText) -> CellText:
    """Return a cell whose forget bias keeps the state the more the larger it is: one of new equations may shut it out."""
    recurrence = told(cell).recurrence
    if not recurrence.forget:
        return cell
    # Who edits no such cell needs no network for it.
    from explorer.workspace.exploration.forgetting import keeps

    kept = [bias for bias in recurrence.forget if keeps(recurrence, bias)]
    if len(kept) == len(recurrence.forget):
        return cell
    table = {key: value for key, value in _table(cell).items() if key not in ("forget", "admit")}
    return CellText(name=cell.name, text=written(table | ({"forget": kept} if kept else {})))


def _less(table: dict[str, Any], refused: BadNetwork) -> dict[str, Any]:
    """Return a table without the entry that was refused."""
    key, name = str(refused.values.get("table", "")), refused.values.get("name")
    held = table.get(key)
    if isinstance(held, dict):
        return table | {key: {one: value for one, value in held.items() if one != name}}
    if isinstance(held, list):
        return table | {key: [one for one in held if one != name]}
    return {one: value for one, value in table.items() if one != key}


def _of(table: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return a table with those of its declarations that are of ``names``, and the sizes that these speak of."""
    kept = dict(table)
    for key in _OF_NAMES:
        if key in table:
            kept[key] = {name: value for name, value in table[key].items() if name in names or _is_size(key, value)}
    for key in _MARKS:
        if isinstance(table.get(key), list):
            kept[key] = [name for name in table[key] if name in names]
    if kept.get("candidate", "") not in {"", *names}:
        del kept["candidate"]
    if "sizes" in kept:
        spoken = {size for shape in kept["sizes"].values() if isinstance(shape, list) for size in shape}
        kept["sizes"] = {
            name: size for name, size in kept["sizes"].items() if name in spoken or not _is_size("sizes", size)
        }
    return {key: value for key, value in kept.items() if value or key not in (*_OF_NAMES, *_MARKS)}


def _is_size(key: str, value: object) -> bool:
    """Return whether an entry names a size, of which no equation speaks."""
    return key == "sizes" and isinstance(value, int)


def _without_shapes(table: dict[str, Any]) -> dict[str, Any]:
    sizes = {name: size for name, size in table.get("sizes", {}).items() if isinstance(size, int)}
    return table | {"sizes": sizes} if "sizes" in table else table


def _undeclared(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table that declares nothing but random numbers, which mean nothing."""
    return {key: value for key, value in table.items() if key not in (*_OF_NAMES, *_MARKS) or key == "streams"}


def _place(refusal: BadFile) -> tuple[int, int]:
    """Return where a mistake stands."""
    cause = refusal.__cause__
    return (cause.line, cause.column) if isinstance(cause, BadEquations) else (0, 0)
