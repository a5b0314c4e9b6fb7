"""Tables of numbers: read from a CSV file, or typed and pasted.

In a typed text a comma separates, "1, 2", except where semicolons or tabs keep numbers with commas apart: "0,5; 1,5". A comma
without a space between what can be thousands, "1,004", or beside numbers that spaces part, "0,5 1,5", can be either, and is
refused.
"""

from __future__ import annotations

import re
from pathlib import Path

from explorer.engine.errors import BadFile, BadSequence, DoubtfulNumbers
from explorer.workspace.exploration.exploration import BY_HAND, EXAMPLES, MOST_STEPS, Numbers
from explorer.workspace.feed.cells import TableCell, cells, decimal_of, values
from explorer.workspace.feed.naming import distinct
from explorer.workspace.feed.separated import Row, separated
from explorer.workspace.feed.table import Table, check_columns
from explorer.workspace.words.numbers import GAPS, means_not_finite, quoted, readings
from explorer.workspace.words.reading import lines, read_utf8, without_invisible

MOST_BYTES = 20_000_000

_SEPARATOR = re.compile(r"\s*[,;\t]\s*|\s+")
_STRONG_SEPARATOR = re.compile(r"\s*[;\t]\s*")
_SEPARATORS_ALIKE = str.maketrans({"，": ", ", "、": ", ", "；": ";", "\u3000": " "})
_JOINED = re.compile(f"(?<![0-9])[0-9]+(?:[{GAPS}][0-9]+)+")
_THOUSANDS_APART = re.compile(f"[1-9][0-9]{{0,2}}(?:[{GAPS}][0-9]{{3}})+")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_FILLED = re.compile(r"^.*\S", re.MULTILINE)
_TIGHT = re.compile(r"\d,\d")


def parse_numbers(text: str) -> Numbers:
    """Return typed or pasted numbers.

    Newlines separate steps; commas, semicolons, tabs and spaces separate columns, and one separator at the
    end of a line does not count, nor a line that begins with #. A single line is a series of one column,
    one number a step, unless a semicolon ends it.

    Raises
    ------
    BadSequence
        Nothing was typed, it is too much, or the row and the column of what is not a number.
    """
    if len(text) > MOST_BYTES:
        raise BadSequence("The text has {got} characters; at most {most} fit.", got=len(text), most=MOST_BYTES)
    plain = _JOINED.sub(_without_gaps, without_invisible(text)).translate(_SEPARATORS_ALIKE).rstrip()
    rows = _quoted_rows(plain) if '"' in plain else _typed_rows(_COMMENT.sub("", plain))
    if not rows:
        raise BadSequence("There are no numbers: type at least one.")
    for row in rows:
        _check_width(row, len(rows[0].cells))
    if len(rows) == 1 and not plain.endswith(";"):
        return Numbers(rows=tuple((value,) for value in _matrix(rows)[0]))
    check_columns(len(rows[0].cells))
    return Numbers(rows=_matrix(rows))


def format_numbers(numbers: Numbers) -> str:
    """Return the text that `parse_numbers` reads back as the same rows."""
    rows = [", ".join(map(repr, row)) for row in numbers.rows]
    return rows[0] + ";" if len(rows) == 1 else "\n".join(rows)


def read_table(path: Path, header: bool | None = None) -> Table:
    """Return the table in a file (UTF-8; its cells parted by commas, semicolons, tabs or spaces).

    ``header`` says whether the first row holds names; None looks: it does if none of its cells is a number. Blank lines are
    skipped.

    Raises
    ------
    BadFile
        The file can't be read, is too big, is not UTF-8 text, or has no rows.
    BadSequence
        The rows are not of one width.
    """
    found = separated(read_utf8(path, MOST_BYTES))
    rows = found.rows
    if not rows:
        raise BadFile("“{name}” holds no numbers.", name=path.name)
    odd = rows.odd()
    if odd is not None:
        _check_width(odd, len(rows[0].cells))
    first = _looks_like_header(rows[0].cells) if header is None else header
    given = rows[0].cells if first else found.names or [""] * len(rows[0].cells)
    names = distinct(name or f"x{i}" for i, name in enumerate(given, start=1))
    # A file may be called as what comes from none.
    source = f"./{path.name}" if path.name in (*BY_HAND, *EXAMPLES) else path.name
    return Table(names, first or bool(found.names), rows.below() if first else rows, source)


def _looks_like_header(row: list[str]) -> bool:
    return any(row) and not any(readings(cell).is_number or means_not_finite(cell) for cell in row)


def _without_gaps(digits: re.Match[str]) -> str:
    """Return groups of digits as one number where they are its thousands, and else apart."""
    between = "" if _THOUSANDS_APART.fullmatch(digits[0]) else " "
    return re.sub(r"[^0-9]", between, digits[0])


def _quoted_rows(text: str) -> list[Row]:
    # Half of a character, which UTF-8 can't write, is no number either.
    rows = separated(text.encode(errors="replace")).rows
    _check_steps(len(rows))
    return list(rows)


def _typed_rows(text: str) -> list[Row]:
    _check_steps(sum(1 for _ in _FILLED.finditer(text)))
    if (";" in text or "\t" in text) and _commas_belong(rows := _split(text, _STRONG_SEPARATOR)):
        return rows
    _check_commas(text)
    return _split(text, _SEPARATOR)


def _commas_belong(rows: list[Row]) -> bool:
    """Return whether commas in cells between semicolons or tabs are parts of numbers: they don't separate."""
    found = [TableCell(row.number, 1, cell, readings(cell)) for row in rows for cell in row.cells]
    commas = [cell for cell in found if "," in cell.text]
    try:
        decimal_of(found)
    except DoubtfulNumbers:
        return all(cell.found.is_number for cell in commas)
    except BadSequence:
        return False
    return bool(commas) and all(cell.found.is_number for cell in commas)


def _check_commas(text: str) -> None:
    """Refuse commas that can all separate or stand within numbers: 1,004, or 1,5 beside other numbers."""
    found = [(i, line.split()) for i, line in enumerate(lines(text), start=1)]
    every = [(i, word) for i, words in found for word in ";".join(words).split(";") if word]
    tight = [(i, word.strip(",")) for i, word in every if _TIGHT.search(word)]
    if not tight:
        return
    grouped = all(readings(word).point is not None for _, word in tight)
    # Spaces part the numbers, then, if no comma stands before one, and commas may be decimal ones.
    spaced = any(len(words) > 1 for _, words in found) and all(readings(word).comma is not None for _, word in every)
    if grouped or spaced:
        row, word = tight[0]
        raise BadSequence(
            "Row {row}: “{cell}” can be one number or several: write a number without a comma, and put a space behind a "
            "comma that separates.",
            row=row, cell=quoted(word),
        )  # fmt: skip


def _split(text: str, separator: re.Pattern[str]) -> list[Row]:
    numbered = enumerate(lines(text), start=1)
    return [Row(i, _parted(line.strip(), separator)) for i, line in numbered if line.strip()]


def _parted(line: str, separator: re.Pattern[str]) -> list[str]:
    parts = separator.split(line)
    return parts[:-1] if len(parts) > 1 and not parts[-1] else parts


def _matrix(rows: list[Row]) -> tuple[tuple[float, ...], ...]:
    """Return typed rows as numbers, whose columns are called by their numbers."""
    matrix = [cells(row, range(1, len(row.cells) + 1)) for row in rows]
    steps = len(matrix) if len(matrix) > 1 else len(matrix[0])
    _check_steps(steps)
    try:
        decimal = decimal_of(cell for row in matrix for cell in row) or "point"
    except DoubtfulNumbers as doubt:
        raise BadSequence(
            "Row {row}, column {column}: “{cell}” can be {comma} or {point}: write it without a comma.", **doubt.values
        ) from None
    return tuple(values(row, decimal) for row in matrix)


def _check_width(row: Row, width: int) -> None:
    if len(row.cells) != width:
        raise BadSequence(
            "Row {row} has {got} cells, but the first row has {expected}.",
            row=row.number, got=len(row.cells), expected=width,
        )  # fmt: skip


def _check_steps(steps: int) -> None:
    if steps > MOST_STEPS:
        raise BadSequence("There are {got} rows; at most {most} fit: shorten them.", got=steps, most=MOST_STEPS)
