"""A table out of a file: the names of its columns, its rows, and what can be taken of it and why not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from explorer.engine.errors import BadSequence, DoubtfulNumbers, LongTable, Names, Refusal
from explorer.workspace.exploration.exploration import MOST_COLUMNS, MOST_STEPS, Numbers
from explorer.workspace.feed.cells import Decimal, Example, TableCell, cells, decimal_of, example, values
from explorer.workspace.feed.separated import Row, Rows
from explorer.workspace.words.numbers import quoted, readings

_MOST_TOLD = 20


class Excerpt(NamedTuple):
    """What to take of a table, and how to read it.

    ``columns`` by name or by place from 0, None for all; the rows whose numbers lie from ``first`` to ``last``, counted as in
    the file; the ``decimal`` mark, None for the one that the numbers show.
    """

    columns: tuple[str | int, ...] | None = None
    first: int | None = None
    last: int | None = None
    decimal: Decimal | None = None


class Extract(NamedTuple):
    """Numbers out of a table, and a cell that shows how their commas were read, if they have any."""

    numbers: Numbers
    example: Example | None


class Offer(NamedTuple):
    """Which columns are taken where nobody chooses, by their places; why the others can't be read, and which are too many."""

    columns: tuple[int, ...]
    faults: Mapping[int, Refusal]
    beyond: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: the names of its columns, no two alike, whether it gave them itself, and its rows, all of one width."""

    names: tuple[str, ...]
    header: bool
    rows: Rows
    source: str

    def part(self, excerpt: Excerpt) -> tuple[Row, ...]:
        """Return the rows of an excerpt, with all their columns.

        Raises
        ------
        BadSequence
            If there are none, or more than fit.
        """
        if not self.rows:
            raise BadSequence("There are no numbers below the names of the columns.")
        low, high = self.rows[0].number, self.rows[len(self.rows) - 1].number
        first, last = low if excerpt.first is None else excerpt.first, high if excerpt.last is None else excerpt.last
        begin, end = bisect_left(self.rows, first, key=_number), bisect_right(self.rows, last, key=_number)
        if begin >= end:
            raise BadSequence(
                "There are no numbers from row {first} to row {last}: they stand in rows {low} to {high}.",
                first=first, last=last, low=low, high=high,
            )  # fmt: skip
        if end - begin > MOST_STEPS:
            raise LongTable(
                "There are {got} rows; at most {most} fit: take a part of them.", got=end - begin, most=MOST_STEPS
            )
        return self.rows.part(begin, end)

    def read(self, excerpt: Excerpt, most: int = MOST_COLUMNS) -> Extract:
        """Return the numbers of an excerpt, of so many columns at ``most``.

        Raises
        ------
        BadSequence
            A column that is not there, too many rows or columns, or the row and the column of what is not a number; as
            `DoubtfulNumbers` where commas could be either.
        """
        rows = self.part(excerpt)
        places = range(len(self.names)) if excerpt.columns is None else [self.place(c) for c in excerpt.columns]
        check_columns(len(places), most)
        matrix = self._cells(places, rows)
        flat = [cell for row in matrix for cell in row]
        decimal = excerpt.decimal or self._decimal(flat, rows, places)
        # What a person chose by its place in a table without names is still called by it.
        named = self.header or excerpt.columns is not None
        numbers = Numbers(
            rows=tuple(values(row, decimal) for row in matrix),
            columns=tuple(self.names[i] for i in places) if named else (),
            source=self.source,
        )
        return Extract(numbers, example(flat, decimal))

    def offer(self, excerpt: Excerpt) -> Offer:
        """Return what is taken of an excerpt's rows: the columns that are numbers, the first ones, as many as fit.

        One of which only the decimal mark is open is taken; where none is numbers, all are, so that reading says why not.

        Raises
        ------
        BadSequence
            As `part` does.
        """
        rows, every = self.part(excerpt), range(len(self.names))
        faults = {i: fault for i in every if (fault := self._fault(i, rows, excerpt.decimal)) is not None}
        readable = iter([i for i in every if i not in faults] or every)
        return Offer(tuple(islice(readable, MOST_COLUMNS)), faults, tuple(readable))

    def _fault(self, place: int, rows: tuple[Row, ...], decimal: Decimal | None) -> Refusal | None:
        try:
            column = [row[0] for row in self._cells([place], rows)]
            values(column, decimal or decimal_of(column) or "point")
        except DoubtfulNumbers:
            return None
        except BadSequence as refusal:
            return refusal
        return None

    def place(self, column: str | int) -> int:
        """Return the place from 0 of a column, which is named by its name, by its number from 1 as a text, or by its place.

        A name is taken whatever its capitals where only one column has it so.

        Raises
        ------
        BadSequence
            With the names that there are, if there is none.
        """
        if isinstance(column, str) and column in self.names:
            return self.names.index(column)
        alike = [i for i, name in enumerate(self.names) if name.casefold() == str(column).casefold()]
        if len(alike) == 1:
            return alike[0]
        if isinstance(column, str) and re.fullmatch("[1-9][0-9]{0,6}", column):
            column = int(column) - 1
        if isinstance(column, int) and 0 <= column < len(self.names):
            return column
        shown = column if isinstance(column, str) else column + 1
        told = Names([*map(quoted, self.names[:_MOST_TOLD]), *["…"] * (len(self.names) > _MOST_TOLD)])
        raise BadSequence("There is no column “{column}”; there are {choices}.", column=shown, choices=told)

    def _cells(self, places: Sequence[int], rows: tuple[Row, ...]) -> list[list[TableCell]]:
        """Return the cells of the columns at ``places``, all of them numbers."""
        titles = [self._title(i) for i in places]
        return [cells(Row(row.number, [row.cells[i] for i in places]), titles) for row in rows]

    def _title(self, place: int) -> str | int:
        return self.names[place] if self.header else place + 1

    def _decimal(self, chosen: list[TableCell], rows: tuple[Row, ...], places: Sequence[int]) -> Decimal:
        """Return the decimal mark of the ``chosen`` cells, or, if they leave it open, that of the other columns."""
        try:
            return decimal_of(chosen) or "point"
        except DoubtfulNumbers:
            told = self._decimal_beside(rows, frozenset(places))
            if told is None:
                raise
            return told

    def _decimal_beside(self, rows: tuple[Row, ...], places: frozenset[int]) -> Decimal | None:
        numeric: list[TableCell] = []
        for i in [i for i in range(len(self.names)) if i not in places][:MOST_COLUMNS]:
            found = [TableCell(row.number, i, row.cells[i], readings(row.cells[i])) for row in rows]
            if all(cell.found.is_number for cell in found):
                numeric += found
        try:
            return decimal_of(numeric)
        except BadSequence:
            return None


def _number(row: Row) -> int:
    return row.number


def check_columns(columns: int, most: int = MOST_COLUMNS) -> None:
    """Refuse more columns than fit.

    Raises
    ------
    BadSequence
        With how many fit.
    """
    if columns > most:
        raise BadSequence("There are {got} columns; at most {most} fit: choose some.", got=columns, most=most)
