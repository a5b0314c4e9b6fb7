"""Cells as numbers, and what their commas mean: one decimal mark holds for all the numbers that are read together.

A number that has only one reading tells it ("0,435", "1,234.5"); two that tell different ones are refused, and so are numbers
whose commas can all be either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from explorer.engine.errors import BadExploration, BadSequence, DoubtfulNumbers, NoNumber, Refusal
from explorer.workspace.feed.separated import Row
from explorer.workspace.words.numbers import Readings, check_holds, no_number, quoted, readings

Decimal = Literal["point", "comma"]
"""The decimal mark of numbers; the other one may stand between their thousands."""


class TableCell(NamedTuple):
    """A cell that is a number, and where it stands: the row's number, the column's name or number."""

    row: int
    column: str | int
    text: str
    found: Readings

    def value(self, decimal: Decimal) -> float | None:
        """Return the number, if it is one with this decimal mark."""
        return self.found.point if decimal == "point" else self.found.comma


class Example(NamedTuple):
    """A cell with a comma, and as which number it was read."""

    text: str
    value: float


def cells(row: Row, titles: Sequence[str | int]) -> list[TableCell]:
    """Return the cells of a row, whose columns are called ``titles``.

    Raises
    ------
    NoNumber
        With row and column, if one is empty or no number.
    """
    found = [TableCell(row.number, *named, readings(named[1])) for named in zip(titles, row.cells, strict=True)]
    for cell in found:
        if not cell.text:
            raise NoNumber(
                "Row {row}, column {column} is empty: a number is missing.", row=cell.row, column=cell.column
            )
        if not cell.found.is_number:
            raise _at(cell, no_number(cell.text), NoNumber)
    return found


def decimal_of(numbers: Iterable[TableCell]) -> Decimal | None:
    """Return the decimal mark that ``numbers`` are written with; None if they are the same with either.

    Raises
    ------
    DoubtfulNumbers
        If their commas can all be decimal commas or stand between thousands.
    BadSequence
        If two of them are written with different ones; the rarer is blamed, and the other named beside it.
    """
    marked = [cell for cell in numbers if cell.found.point != cell.found.comma]
    point = [cell for cell in marked if cell.found.comma is None]
    comma = [cell for cell in marked if cell.found.point is None]
    if point and comma:
        raise _mixed(point, comma)
    if point or comma:
        return "point" if point else "comma"
    doubtful = next((cell for cell in marked if cell.found.doubtful), None)
    if doubtful is not None:
        raise _doubtful(doubtful)
    return "point" if marked else None


def values(numbers: Sequence[TableCell], decimal: Decimal) -> tuple[float, ...]:
    """Return cells as the numbers that they are with a decimal mark.

    Raises
    ------
    BadSequence
        With row and column, if one is none.
    """
    return tuple(_value(cell, decimal) for cell in numbers)


def example(numbers: Iterable[TableCell], decimal: Decimal) -> Example | None:
    """Return a number that shows how commas were read, one that could be read in another way before others; None without."""
    told = [cell for cell in numbers if "," in cell.text or (decimal == "comma" and cell.found.differ)]
    cell = max(told, key=lambda cell: cell.found.differ, default=None)
    return None if cell is None else Example(quoted(cell.text), _value(cell, decimal))


def _value(cell: TableCell, decimal: Decimal) -> float:
    value = cell.value(decimal)
    if value is None:
        raise BadSequence(
            "Row {row}, column {column}: “{cell}” is not a number if the decimal mark is a point."
            if decimal == "point"
            else "Row {row}, column {column}: “{cell}” is not a number if the decimal mark is a comma.",
            row=cell.row, column=cell.column, cell=quoted(cell.text),
        )  # fmt: skip
    try:
        check_holds(value, cell.text)
    except BadExploration as reason:
        raise _at(cell, reason) from None
    return value


def _at(cell: TableCell, reason: Refusal, kind: type[BadSequence] = BadSequence) -> BadSequence:
    return kind("Row {row}, column {column}: {reason}", row=cell.row, column=cell.column, reason=reason)


def _mixed(point: list[TableCell], comma: list[TableCell]) -> BadSequence:
    """Return the refusal of the rarer way to write numbers; of two equally rare ones, of the one that came later."""
    rare, usual = sorted((point, comma), key=lambda group: (len(group), -group[0].row))
    blamed, other = rare[0], usual[0]
    return BadSequence(
        "Row {row}, column {column}: “{cell}” has another decimal mark than “{other}” in row {other_row}: write both with "
        "the same.",
        row=blamed.row, column=blamed.column, cell=quoted(blamed.text), other=quoted(other.text), other_row=other.row,
    )  # fmt: skip


def _doubtful(cell: TableCell) -> DoubtfulNumbers:
    return DoubtfulNumbers(
        "Row {row}, column {column}: “{cell}” can be {comma} or {point}: choose the decimal mark.",
        row=cell.row, column=cell.column, cell=quoted(cell.text),
        comma=f"{cell.found.comma:.15g}", point=f"{cell.found.point:.15g}",
    )  # fmt: skip
