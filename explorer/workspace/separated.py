"""Separated text (CSV) as rows of cells: what parts them, and what of the text is no row.

Commas and semicolons, full-width ones too, tabs or spaces part the cells; a first line ``sep=;``, as spreadsheets write it,
says which. Lines that begin with # are comments, as `numpy.savetxt` writes them; the last one above the rows may hold the
names of the columns. A row has the number of the line where it begins, as an editor counts.
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from explorer.engine.errors import BadSequence
from explorer.workspace.numbers import readings
from explorer.workspace.reading import lines, without_invisible

_SEPARATORS = "\t;,；， "
_LINES_LOOKED_AT, _LOOKED_AT = 20, 20_000
"""Lines, and characters of each."""
_SAYS_SEPARATOR = re.compile(r'"?sep=([^\w"])"?[;,\t]*', re.IGNORECASE)
_SPACES = re.compile(r"[ \t]+")
_MOST_TEXT = 0.5
"""Words stand apart by spaces too: fewer numbers than this are a text and no table."""
_MERIT_OF_TEXT = 0.1
_MOST_CELLS = 10_000
"""Of a row: more than one can choose from by hand."""
_TOO_LONG = "field larger than field limit"


class Row(NamedTuple):
    """The cells of one row, and the number of its line, from 1."""

    number: int
    cells: list[str]


class Rows(NamedTuple):
    """The rows that hold something, and the names of their columns where a comment above them says some."""

    rows: list[Row]
    names: list[str]


def separated(text: str) -> Rows:
    """Return the rows of ``text``, without empty lines and without columns at the end that are empty in every row.

    Raises
    ------
    BadSequence
        With the line where a quotation mark is opened and not closed.
    """
    kept = lines(without_invisible(text))
    told = _SAYS_SEPARATOR.fullmatch(kept[0].strip(" "))
    noted = {i: line for i, line in enumerate(kept) if line.lstrip().startswith("#")}
    # What is no row leaves an empty line: the others keep their numbers.
    for i in (*noted, *([0] if told else [])):
        kept[i] = ""
    separator = told[1] if told else _separator(kept)
    rows = _trimmed(list(_rows(kept, separator)))
    return Rows(rows, _names(noted, rows, separator))


def _rows(kept: list[str], separator: str) -> Iterator[Row]:
    """Yield the rows that hold something, or stand between others and hold nothing in several cells."""
    reader = _reader(kept, separator)
    begin = 1
    try:
        for cells in reader:
            if len(cells) > _MOST_CELLS:
                raise BadSequence(
                    "Row {row} has {got} cells; at most {most} are read.", row=begin, got=len(cells), most=_MOST_CELLS
                )
            clean = [cell.strip() for cell in cells]
            if len(clean) > 1 or any(clean):
                yield Row(begin, clean)
            begin = reader.line_num + 1
    except csv.Error as error:
        if _TOO_LONG in str(error) and '"' not in kept[begin - 1]:
            raise BadSequence("Line {row} can't be read: one of its cells is too long.", row=begin) from None
        raise BadSequence(
            "Line {row} can't be read: look for a quotation mark that is not closed.", row=begin
        ) from None


def _reader(kept: list[str], separator: str) -> Any:
    """Return a `csv.reader` of lines; spaces part cells however many there are, and may stand behind a quotation mark."""
    behind = re.compile(rf'(?<=") +(?={re.escape(separator)}|$)')
    source = (_SPACES.sub(" ", line).strip(" ") for line in kept) if separator == " " else iter(kept)
    tidy = (behind.sub("", line) if separator != " " and '" ' in line else line for line in source)
    return csv.reader((line + "\n" for line in tidy), delimiter=separator, skipinitialspace=True, strict=True)


def _sample(kept: list[str], separator: str) -> list[list[str]]:
    """Return the cells of some lines, up to the first that can't be read."""
    rows = []
    with contextlib.suppress(csv.Error):
        for cells in _reader(kept, separator):
            rows.append([cell.strip() for cell in cells])  # noqa: PERF401 - what came before an error stays
    return rows


def _trimmed(rows: list[Row]) -> list[Row]:
    """Return the rows without what is empty below all of them and at the right of all of them."""
    while rows and not any(rows[-1].cells):
        rows.pop()
    width = max(map(_filled, rows), default=0)
    # Of millions of rows no second copy is made.
    if all(len(row.cells) <= width for row in rows):
        return rows
    return [Row(row.number, row.cells[:width]) for row in rows]


def _filled(row: Row) -> int:
    """Return how many cells a row has up to the last that holds something."""
    return next((i for i in range(len(row.cells), 0, -1) if row.cells[i - 1]), 0)


def _names(noted: dict[int, str], rows: list[Row], separator: str) -> list[str]:
    """Return the words of the last comment above the first row, if they are as many as its cells and none is a number."""
    above = [line for i, line in noted.items() if rows and i + 1 < rows[0].number]
    if not above:
        return []
    found = _sample([above[-1].strip().lstrip("#").strip()], separator)
    names = found[0] if found else []
    fits = len(names) == len(rows[0].cells) and all(names)
    return names if fits and not any(readings(name).is_number for name in names) else []


def _separator(kept: list[str]) -> str:
    """Return what parts the cells: that which divides most of the first rows alike and leaves the most numbers.

    An odd row among them is no reason to take another: it is told where the rows are checked.
    """
    sample = [line[:_LOOKED_AT] for line in islice(filter(str.strip, kept), _LINES_LOOKED_AT)]
    best = max(_SEPARATORS, key=lambda separator: _merit(sample, separator))
    return best if _merit(sample, best) else ","


def _merit(sample: list[str], separator: str) -> float:
    """Return how well ``separator`` divides some lines; 0 where it divides nothing, or a text at its spaces."""
    rows = _sample(sample, separator)
    width, alike = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
    # The first row may be names.
    cells = [cell for row in rows[1:] or rows for cell in row if cell]
    numeric = sum(readings(cell).is_number for cell in cells) / max(1, len(cells))
    if width == 1 or (separator == " " and (numeric < _MOST_TEXT or _are_grouped(sample, alike == len(rows)))):
        return 0.0
    return alike / len(rows) * (_MERIT_OF_TEXT + numeric)


def _are_grouped(sample: list[str], alike: bool) -> bool:
    """Return whether spaces stand between the thousands of one number a line: they divide the lines unlike."""
    return not alike and all(readings(line).is_number for line in sample[1:])
