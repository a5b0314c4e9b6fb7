"""Separated text (CSV) as rows of cells: what parts them, and what of the text is no row.

Commas and semicolons, full-width ones too, tabs or spaces part the cells; a first line ``sep=;``, as spreadsheets write it,
says which. Lines that begin with # are comments, as `numpy.savetxt` writes them; the last one above the rows may hold the
names of the columns. A row has the number of the line where it begins, as an editor counts.
"""

from __future__ import annotations

import contextlib
import csv
import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple

from explorer.engine.errors import BadSequence
from explorer.workspace.words.numbers import readings
from explorer.workspace.words.reading import blocks, without_invisible

_SEPARATORS = "\t;,；， "
_LINES_LOOKED_AT, _LOOKED_AT = 20, 20_000
"""Lines, and characters of each."""
_SAYS_SEPARATOR = re.compile(r'"?sep=([^\w"])"?[;,\t]*', re.IGNORECASE)
_SPACES = re.compile(r"[ \t]+")
_EDGES = re.compile("^ | $", re.MULTILINE)
_COMMENT = re.compile(r"^[^\S\n]*#.*$", re.MULTILINE)
_MOST_TEXT = 0.5
"""Words stand apart by spaces too: fewer numbers than this are a text and no table."""
_MERIT_OF_TEXT = 0.1
_MOST_CELLS = 10_000
"""Of a row: more than one can choose from by hand."""
MOST_LINES = 2_500_000
"""Of a table: far more than can be taken, and no more than can be looked through in a moment."""
_LONGEST = 1_000_000
"""Bytes of a line."""
_STRIDE = 256
"""Rows from one whose line is known to the next: so many are read to find one."""
_TOO_LONG = "field larger than field limit"


class Row(NamedTuple):
    """The cells of one row, and the number of its line, from 1."""

    number: int
    cells: list[str]


class Separated(NamedTuple):
    """The rows that hold something, and the names of their columns where a comment above them says some."""

    rows: Rows
    names: list[str]


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes of a text and how they are parted: by what, and whether a first line only says so."""

    data: bytes
    begins: tuple[tuple[int, int], ...]
    separator: str
    told: bool

    def lines(self, number: int) -> Iterator[str]:
        """Yield the lines from ``number`` on, tidied; what is no row is empty, so that the others keep their numbers."""
        i = bisect_right(self.begins, number, key=itemgetter(0)) - 1
        texts = map(self._block, range(i, len(self.begins)))
        return islice(chain.from_iterable(texts), number - self.begins[i][0], None)

    def text(self, i: int) -> str:
        """Return a block as it stands in the file, but for what prints nothing."""
        end = self.begins[i + 1][1] if i + 1 < len(self.begins) else len(self.data)
        return without_invisible(self.data[self.begins[i][1] : end].decode())

    def _block(self, i: int) -> Iterator[str]:
        text = self.text(i)
        if "#" in text:
            text = _COMMENT.sub("", text)
        if self.told and i == 0:
            text = text[text.find("\n") :] if "\n" in text else ""
        return StringIO(_tidy(text, self.separator), newline="\n")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows without columns at the end that are empty in every row; each is cut out of its line when it is asked for.

    Millions of short rows, kept as lists of cells, would take fifty times the room of their text.
    """

    _source: _Source
    _marks: Sequence[int]
    _count: int
    _width: int
    _widths: Mapping[int, int]
    _skipped: int = 0

    def __len__(self) -> int:
        return self._count - self._skipped

    def __iter__(self) -> Iterator[Row]:
        return iter(self._between(0, len(self)))

    def __getitem__(self, place: int) -> Row:
        if not 0 <= place < len(self):
            raise IndexError(place)
        return next(self._between(place, place + 1))

    def part(self, begin: int, end: int) -> tuple[Row, ...]:
        """Return the rows at the places from ``begin`` to before ``end``."""
        return tuple(self._between(begin, min(end, len(self))))

    def below(self) -> Rows:
        """Return the rows without the first."""
        return replace(self, _skipped=self._skipped + 1)

    def odd(self) -> Row | None:
        """Return the first row that has not as many cells as the first of all, None without one."""
        if not self:
            return None
        usual, last = len(self[0].cells), self[len(self) - 1].number
        odd = [number for width, number in self._widths.items() if min(width, self._width) != usual and number <= last]
        return self._cut(next(_rows(self._source, min(odd)))) if odd else None

    def _between(self, begin: int, end: int) -> Iterator[Row]:
        first, last = begin + self._skipped, end + self._skipped
        if first >= last:
            return iter(())
        mark = first // _STRIDE
        rows = _rows(self._source, self._marks[mark])
        return map(self._cut, islice(rows, first - mark * _STRIDE, last - mark * _STRIDE))

    def _cut(self, row: Row) -> Row:
        return Row(row.number, row.cells[: self._width])


def separated(data: bytes) -> Separated:
    """Return the rows of a text (UTF-8, its lines ended by LF), without empty lines.

    Raises
    ------
    BadSequence
        More or longer lines than are read, or the line where a quotation mark is opened and not closed.
    """
    _check_size(data)
    plain = _Source(data, tuple(_begins(data)), "", told=False)
    told = _SAYS_SEPARATOR.fullmatch(next(plain.lines(1), "").strip(" \n"))
    found = told[1] if told else _separator(line.rstrip("\n") for line in plain.lines(1))
    source = replace(plain, separator=found, told=bool(told))
    rows = _scanned(source)
    return Separated(rows, _names(rows, source))


def _check_size(data: bytes) -> None:
    """Refuse what would take much room or time to be cut into cells."""
    count = data.count(b"\n")
    if count > MOST_LINES:
        raise BadSequence(
            "The table has {got} lines; at most {most} are read: cut it into parts.", got=count, most=MOST_LINES
        )
    for begin, end in blocks(data):
        if end - begin > _LONGEST:
            # A block ends with the first line that fills it.
            line = 1 + data.count(b"\n", 0, end - 1)
            raise BadSequence("Line {row} is too long: at most {most} bytes are read.", row=line, most=_LONGEST)


def _begins(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the blocks begin that the text is read in: the number of a line, from 1, and its place among the bytes."""
    number = 1
    for begin, end in blocks(data):
        yield number, begin
        number += data.count(b"\n", begin, end)


def _scanned(source: _Source) -> Rows:
    """Return the rows, all of which have been read once: what is empty below all of them and at their right is left out."""
    marks, widths = array("L"), dict[int, int]()
    count = width = 0
    for i, row in enumerate(_rows(source, 1)):
        if i % _STRIDE == 0:
            marks.append(row.number)
        cells = row.cells
        if len(cells) not in widths:
            widths[len(cells)] = row.number
        if cells[-1] or any(cells):
            count = i + 1
            width = max(width, len(cells) if cells[-1] else _filled(cells))
    return Rows(source, marks, count, width, widths)


def _rows(source: _Source, begin: int) -> Iterator[Row]:
    """Yield the rows from the line ``begin`` on that hold something, or hold nothing in several cells."""
    reader = _reader(source.lines(begin), source.separator)
    before = begin - 1
    try:
        for cells in reader:
            if len(cells) > _MOST_CELLS:
                raise BadSequence(
                    "Row {row} has {got} cells; at most {most} are read.", row=begin, got=len(cells), most=_MOST_CELLS
                )
            clean = [cell.strip() for cell in cells]
            if len(clean) > 1 or any(clean):
                yield Row(begin, clean)
            begin = before + reader.line_num + 1
    except csv.Error as error:
        if _TOO_LONG in str(error) and '"' not in next(source.lines(begin)):
            raise BadSequence("Line {row} can't be read: one of its cells is too long.", row=begin) from None
        raise BadSequence(
            "Line {row} can't be read: look for a quotation mark that is not closed.", row=begin
        ) from None


def _reader(tidied: Iterable[str], separator: str) -> Any:
    return csv.reader(tidied, delimiter=separator, skipinitialspace=True, strict=True)


def _tidy(text: str, separator: str) -> str:
    """Return lines with one space between cells that spaces part, and with none behind a quotation mark where others do."""
    if separator == " ":
        return _EDGES.sub("", _SPACES.sub(" ", text))
    if separator and '" ' in text:
        return re.sub(rf'(?<=") +(?={re.escape(separator)}|$)', "", text, flags=re.MULTILINE)
    return text


def _sample(kept: list[str], separator: str) -> list[list[str]]:
    """Return the cells of some lines, up to the first that can't be read."""
    rows = []
    with contextlib.suppress(csv.Error):
        for cells in _reader((_tidy(line, separator) + "\n" for line in kept), separator):
            rows.append([cell.strip() for cell in cells])  # noqa: PERF401 - what came before an error stays
    return rows


def _filled(cells: list[str]) -> int:
    """Return how many cells a row has up to the last that holds something."""
    return next((i for i in range(len(cells), 0, -1) if cells[i - 1]), 0)


def _names(rows: Rows, source: _Source) -> list[str]:
    """Return the words of the last comment above the first row, if they are as many as its cells and none is a number."""
    last = _comment_above(rows[0].number, source) if rows else ""
    if not last:
        return []
    found = _sample([last.strip().lstrip("#").strip()], source.separator)
    names = found[0] if found else []
    fits = len(names) == len(rows[0].cells) and all(names)
    return names if fits and not any(readings(name).is_number for name in names) else []


def _comment_above(number: int, source: _Source) -> str:
    """Return the last comment above the line ``number``, "" without one."""
    for i in reversed(range(bisect_right(source.begins, number, key=itemgetter(0)))):
        line, _ = source.begins[i]
        kept = source.text(i).split("\n")[: number - line]
        found = next((text for text in reversed(kept) if text.lstrip().startswith("#")), "")
        if found:
            return found
    return ""


def _separator(kept: Iterable[str]) -> str:
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
