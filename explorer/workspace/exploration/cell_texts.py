"""The text of a cell under a person's hands: a copy of one that ships, its equations rewritten, what it declares kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from explorer.engine.recurrence.cell_file import read_words
from explorer.workspace.exploration.cells import MOST_NAME, Cell, CellText, name_of, told, with_text

_EQUATIONS = re.compile(r'^equations[ \t]*=[ \t]*("""|\'\'\')(?P<lines>.*?)\1', re.MULTILINE | re.DOTALL)
_CLAIMS = re.compile(r"^\[\[?[ \t]*claims.*?(?=^\[(?!\[?[ \t]*claims)|\Z)", re.MULTILINE | re.DOTALL)
_OF_THE_SHIPPED = re.compile(r"^(quick|label|title|group|note|flow)[ \t]*=.*\n", re.MULTILINE)
_DECLARING = ("streams", "start", "sizes", "fixed")
_NAME = re.compile(r"[^\W\d]\w*")
_COPY = "*"
"""What tells a copy's name from that of the cell it was made of."""


def copy_of(cell: Cell, taken: Iterable[str] = ()) -> CellText:
    """Return a cell with the same equations that is a person's own, under a name that is none of those ``taken``."""
    text, name = with_text(cell).text, _free(read_words(name_of(cell), with_text(cell).text).labels["en"], set(taken))
    if _EQUATIONS.search(text):
        # What was claimed, and told, is of the cell that ships.
        text = _OF_THE_SHIPPED.sub("", _CLAIMS.sub("", text))
        text = f'title = "{name}"\nnote = ""\n{text}'
    return CellText(name=name, text=text)


def equations_of(cell: Cell) -> str:
    """Return the equations of a cell as they are written."""
    text = with_text(cell).text
    found = _EQUATIONS.search(text)
    return (found["lines"] if found else text).strip("\n")


def with_equations(cell: CellText, equations: str) -> CellText:
    """Return a cell with other equations; what it declares of names that they don't have is left out.

    Raises
    ------
    BadFile
        If they are none; its cause says where.
    """
    found = _EQUATIONS.search(cell.text)
    if found is None:
        return CellText(name=cell.name, text=equations)
    text = cell.text[: found.start("lines")] + "\n" + equations.strip("\n") + "\n" + cell.text[found.end("lines") :]
    return CellText(name=cell.name, text=_declaring(text, set(_NAME.findall(equations))))


def renamed(cell: CellText, name: str) -> CellText:
    """Return a cell called otherwise."""
    return CellText(name=name, text=cell.text)


def _declaring(text: str, names: set[str]) -> str:
    """Return a text in TOML without what it declares of other ``names``."""
    lines, table = [], ""
    for line in text.split("\n"):
        header = re.match(r"\s*\[\s*([^\]]*?)\s*\]", line)
        table = header[1] if header else table
        key = re.match(r"\s*[\"']?(\w+)[\"']?\s*=", line)
        own = key is not None and table in _DECLARING and key[1] not in names and not _is_size(table, key[1])
        candidate = re.match(r"candidate\s*=\s*[\"'](\w+)[\"']", line)
        if not own and not (candidate and candidate[1] not in names):
            lines.append(_forgetting(line, names))
    return "\n".join(lines)


def _is_size(table: str, name: str) -> bool:
    """Return whether an entry may name a size, of which no equation speaks."""
    return table == "sizes" and len(name) == 1 and name.islower()


def _forgetting(line: str, names: set[str]) -> str:
    """Return a line with those biases that the forget bias is added to and that are still there."""
    if re.match(r"forget\s*=", line) is None:
        return line
    kept = [name for name in re.findall(r"[\"'](\w+)[\"']", line) if name in names]
    return f"forget = [{', '.join(map(repr, kept))}]" if kept else ""


def _free(label: str, taken: set[str]) -> str:
    name = re.sub(r"[/\"\\]|[^\S ]", "", label)[: MOST_NAME - 4] + _COPY
    number = 2
    while name in taken:
        name, number = name.rstrip("0123456789") + str(number), number + 1
    return name


def declared(cell: Cell) -> tuple[str, ...]:
    """Return the names that the equations of a cell read or make."""
    recurrence = told(cell).recurrence
    return tuple(
        dict.fromkeys(
            [*(state.name for state in recurrence.states), *(weight.name for weight in recurrence.weights), "x"]
        )
    )
