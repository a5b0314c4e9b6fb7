"""Tables of very many or very long lines: how much room they take, and that a row is found among them."""

from __future__ import annotations

import contextlib
import csv
import tracemalloc
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from explorer.engine.errors import BadSequence, Refusal
from explorer.workspace.feed.separated import MOST_LINES, separated
from explorer.workspace.feed.table import Excerpt
from explorer.workspace.feed.tables import parse_numbers, read_table

SHORT = "a,b\n" + "0.5,0.25\n" * 30_000
TABLES = {
    "short rows": SHORT,
    "of another system, with a wide letter": ("😀" + SHORT).replace("\n", "\r\n"),
    "parted by spaces": SHORT.replace(",", "  "),
    "an open quotation mark at the end": SHORT + '3,"4\n',
    "an open quotation mark at the beginning": '1,"2\n' + SHORT * 4,
    "comments": "# a remark\n" * 20_000 + SHORT[:1000],
    "one line": "1," * 600_000,
}


def times_its_size(size: int, read: Callable[[], object]) -> float:
    """Return how many times the room of ``size`` bytes is taken meanwhile."""
    tracemalloc.start()
    try:
        with contextlib.suppress(Refusal):
            read()
        return tracemalloc.get_traced_memory()[1] / size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_a_table_takes_at_most_three_times_the_room_of_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode())
    excerpt = Excerpt(first=20_000, last=20_100)
    assert times_its_size(path.stat().st_size, lambda: read_table(path).read(excerpt)) < 3.0


@pytest.mark.parametrize("line", ["0.5, 0.25\n", '0.5,"0.25"\n'])
def test_pasted_rows_beyond_what_fits_are_refused_before_they_are_cut(line: str) -> None:
    text = line * 50_000
    assert times_its_size(len(text), lambda: parse_numbers(text)) < 5.0
    with pytest.raises(BadSequence, match="There are 50000 rows; at most 2000 fit"):
        parse_numbers(text)


def test_each_row_is_found_where_it_stands_also_where_cells_go_over_lines() -> None:
    text = "".join(f'{i},"say\n""{i}"""\n' if i % 7 == 0 else f"{i},é{i}\n" for i in range(12_000))
    expected = list(csv.reader(StringIO(text)))
    rows = separated(text.encode()).rows
    assert [row.cells for row in rows] == expected
    for i in (0, 1, 255, 256, 257, 5_000, 11_999):
        assert rows[i].cells == expected[i]
        assert rows[i].number == 1 + i + -(-i // 7)
    assert [row.cells for row in rows.below().part(6_998, 20_000)] == expected[6_999:]


def test_a_row_of_another_width_is_blamed_however_far_down_it_stands() -> None:
    odd = separated(("1,2,\n" * 30_000 + "1,2\n" + "1,2,,\n" * 10 + "1\n1,2,\n").encode()).rows.odd()
    assert odd == (30_012, ["1"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n" * (MOST_LINES + 1), f"The table has {MOST_LINES + 1} lines; at most {MOST_LINES} are read"),
        ("1,2\n" + "1," * 600_000 + "1\n1,2\n", "Line 2 is too long: at most 1000000 bytes are read"),
        ("1,2\n" * 20_000 + '"' + "1" * 1_200_000, "Line 20001 is too long"),
    ],
)
def test_what_would_take_much_room_or_time_is_refused_unread(text: str, sentence: str) -> None:
    with pytest.raises(BadSequence, match=sentence):
        separated(text.encode())
