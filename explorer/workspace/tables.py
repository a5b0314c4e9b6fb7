"""Numbers typed, pasted or read from a CSV file.

A comma is a decimal comma only where nothing else can be meant: semicolons, tabs or quotation marks keep the
numbers apart, each number with a comma reads as one, and none has a point. Everywhere else a comma
separates: "1,234.5" is two numbers.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from explorer.engine.errors import BadSequence
from explorer.workspace.exploration import MOST_COLUMNS, MOST_STEPS, Numbers
from explorer.workspace.reading import lines, read_text, without_invisible

MOST_BYTES = 20_000_000
PREVIEW_ROWS = 5

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,;\t]\s*|\s+")
_STRONG_SEPARATOR = re.compile(r"\s*[;\t]\s*")
_PLAIN = str.maketrans({"−": "-", "，": ",", "、": ",", "；": ";", "\u3000": " ", "\u00a0": " "})


class Row(NamedTuple):
    """The cells of one row, and its number as the person who reads the file counts it, from 1."""

    number: int
    cells: list[str]


class Table(NamedTuple):
    """What a CSV file offers: the names of its columns, whether its first row gave them, its first rows."""

    names: tuple[str, ...]
    header: bool
    preview: tuple[tuple[str, ...], ...]


def parse_numbers(text: str) -> Numbers:
    """Return typed or pasted numbers.

    Newlines separate steps; commas, semicolons, tabs and spaces separate columns, and one separator at the
    end of a line does not count. A single line is a series of one column, one number a step, unless a
    semicolon ends it.

    Raises
    ------
    BadSequence
        Nothing was typed, it is too much, or the row and the column of what is not a number.
    """
    if len(text) > MOST_BYTES:
        raise BadSequence("The text has {got} characters; at most {most} fit.", got=len(text), most=MOST_BYTES)
    plain = without_invisible(text).translate(_PLAIN).strip(" \n\r\t")
    rows = _typed_rows(plain)
    if not rows:
        raise BadSequence("There are no numbers: type at least one.")
    if len(rows) == 1 and not plain.endswith(";"):
        values = _values(rows[0], (), _comma_is_decimal(rows))
        _check_steps(len(values))
        return Numbers(rows=tuple((value,) for value in values))
    return Numbers(rows=_matrix(rows, ()))


def format_numbers(numbers: Numbers) -> str:
    """Return the text that `parse_numbers` reads back as the same rows."""
    lines = [", ".join(map(repr, row)) for row in numbers.rows]
    return lines[0] + ";" if len(lines) == 1 else "\n".join(lines)


def read_csv(path: Path, columns: tuple[str | int, ...] | None = None, header: bool | None = None) -> Numbers:
    """Return the numbers of a CSV file (UTF-8; separated by commas, semicolons or tabs).

    ``columns`` chooses columns by name or by place from 0; None takes all. ``header`` says whether the first
    row holds names; None looks: it does if none of its cells is a number. Blank lines are skipped.

    Raises
    ------
    BadFile
        The file can't be read, is too big, or is not UTF-8 text.
    BadSequence
        A column that is not there, too many rows, or the row and the column of what is not a number.
    """
    names, has_header, body = _read(path, header)
    _check_steps(len(body))
    chosen = range(len(names)) if columns is None else [_place(column, names) for column in columns]
    picked = [Row(row.number, [row.cells[i] for i in chosen]) for row in body]
    titles = tuple(names[i] for i in chosen) if has_header else tuple(str(i + 1) for i in chosen)
    rows = _matrix(picked, titles)
    return Numbers(rows=rows, columns=titles if has_header else (), source=Path(path).name)


def csv_columns(path: Path, header: bool | None = None) -> Table:
    """Return what a CSV file offers to choose from; raises as `read_csv` does."""
    names, has_header, body = _read(path, header)
    return Table(names, has_header, tuple(tuple(row.cells) for row in body[:PREVIEW_ROWS]))


def _read(path: Path, header: bool | None) -> tuple[tuple[str, ...], bool, list[Row]]:
    """Return the names of the columns, whether the file gave them, and the rows below: all of one width."""
    rows = _csv_rows(read_text(Path(path), MOST_BYTES))
    if not rows:
        raise BadSequence("“{name}” holds no numbers.", name=Path(path).name)
    width = len(rows[0].cells)
    for row in rows:
        _check_width(row, width)
    has_header = _looks_like_header(rows[0].cells) if header is None else header
    given = rows[0].cells if has_header else [""] * width
    names = tuple(name or f"x{i}" for i, name in enumerate(given, start=1))
    return names, has_header, rows[1:] if has_header else rows


def _csv_rows(text: str) -> list[Row]:
    """Return the rows that hold something; an empty row counts only where rows follow."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append(Row(number, [without_invisible(cell).strip().translate(_PLAIN) for cell in cells]))
    except csv.Error:
        raise BadSequence(
            "Line {row} can't be read: look for a quotation mark that is not closed.", row=reader.line_num
        ) from None
    while rows and not any(rows[-1].cells):
        rows.pop()
    return [row for row in rows if row.cells]


def _delimiter(text: str) -> str:
    """Return the first of tab, semicolon, comma that divides the first rows alike; a comma if none does."""
    for delimiter in "\t;":
        try:
            sample = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            widths = {len(cells) for _, cells in zip(range(20), sample, strict=False) if cells}
        except csv.Error:
            continue
        if len(widths) == 1 and widths != {1}:
            return delimiter
    return ","


def _looks_like_header(cells: list[str]) -> bool:
    numeric = any(pattern.fullmatch(cell) for cell in cells for pattern in (_NUMBER, _DECIMAL_COMMA, _NOT_FINITE))
    return any(cells) and not numeric


def _place(column: str | int, names: tuple[str, ...]) -> int:
    if isinstance(column, str) and column in names:
        return names.index(column)
    if isinstance(column, int) and 0 <= column < len(names):
        return column
    shown = column if isinstance(column, str) else column + 1
    raise BadSequence("There is no column “{column}”; there are {choices}.", column=shown, choices=", ".join(names))


def _typed_rows(text: str) -> list[Row]:
    rows = _split(text, _STRONG_SEPARATOR)
    apart = ";" in text or "\t" in text
    return rows if apart and _comma_is_decimal(rows) else _split(text, _SEPARATOR)


def _split(text: str, separator: re.Pattern[str]) -> list[Row]:
    numbered = enumerate(lines(text), start=1)
    return [Row(i, _cells(line.strip(), separator)) for i, line in numbered if line.strip()]


def _cells(line: str, separator: re.Pattern[str]) -> list[str]:
    cells = separator.split(line)
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _comma_is_decimal(rows: Iterable[Row]) -> bool:
    cells = [cell for row in rows for cell in row.cells]
    commas = [cell for cell in cells if "," in cell]
    return bool(commas) and all(map(_DECIMAL_COMMA.fullmatch, commas)) and not any("." in cell for cell in cells)


def _matrix(rows: list[Row], titles: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    _check_steps(len(rows))
    width = len(rows[0].cells)
    if width > MOST_COLUMNS:
        raise BadSequence("There are {got} columns; at most {most} fit: choose some.", got=width, most=MOST_COLUMNS)
    for row in rows:
        _check_width(row, width)
    decimal_comma = _comma_is_decimal(rows)
    return tuple(_values(row, titles, decimal_comma) for row in rows)


def _values(row: Row, titles: tuple[str, ...], decimal_comma: bool) -> tuple[float, ...]:
    """Return the numbers of a row; a refusal names the column by its title or else by its number."""
    values = []
    for i, cell in enumerate(row.cells):
        number = cell.replace(",", ".") if decimal_comma else cell
        value = float(number) if _NUMBER.fullmatch(number) else math.nan
        if not math.isfinite(value):
            _refuse(row.number, titles[i] if titles else i + 1, cell)
        values.append(value)
    return tuple(values)


def _refuse(row: int, column: str | int, cell: str) -> None:
    if not cell:
        raise BadSequence("Row {row}, column {column} is empty: a number is missing.", row=row, column=column)
    if _NUMBER.fullmatch(cell) or _NOT_FINITE.fullmatch(cell):
        raise BadSequence(
            "Row {row}, column {column}: “{cell}” is not a finite number.",
            row=row,
            column=column,
            cell=_cut(cell),
        )
    raise BadSequence("Row {row}, column {column}: “{cell}” is not a number.", row=row, column=column, cell=_cut(cell))


def _cut(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:39] + "…"


def _check_steps(rows: int) -> None:
    if not rows:
        raise BadSequence("There are no numbers below the names of the columns.")
    if rows > MOST_STEPS:
        raise BadSequence("There are {got} rows; at most {most} fit: shorten them.", got=rows, most=MOST_STEPS)


def _check_width(row: Row, width: int) -> None:
    if len(row.cells) != width:
        raise BadSequence(
            "Row {row} has {got} cells, but the first row has {expected}.",
            row=row.number, got=len(row.cells), expected=width,
        )  # fmt: skip
