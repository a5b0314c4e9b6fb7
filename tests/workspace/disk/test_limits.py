"""A file is measured before it is decoded: what would become many times its size in memory is refused by its counts."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.engine.errors import BadExploration, BadFile
from explorer.workspace.disk.files import load
from explorer.workspace.exploration.exploration import (
    MOST_EDITS,
    MOST_FED,
    MOST_STEPS,
    Edit,
    Numbers,
    Recipe,
)
from explorer.workspace.exploration.recipe import MOST_STATE

ENVELOPE = b'{"format":"gradient-flow-explorer","version":2,"program":"0.1.0","exploration":%s}'
COUNT = 600_000


def repeated(before: bytes, item: bytes, after: bytes, count: int = COUNT) -> bytes:
    return before + (item + b",") * (count - 1) + item + after


HOSTILE = {
    "initial_state": repeated(b'{"networks":[{"initial_state":[', b"0", b"]}]}"),
    "edits": repeated(b'{"networks":[{"edits":[', b'["W",0,0,0]', b"]}]}", MOST_EDITS + 2),
    "numbers of one step": repeated(b'{"sequence":{"type":"numbers","rows":[[', b"0", b"]]}}"),
    "steps": repeated(b'{"sequence":{"type":"numbers","rows":[', b"[]", b"]}}", MOST_STEPS + 2),
    "rows of a task": repeated(b'{"task":{"kind":"series","rows":[', b"[0]", b"]}}", MOST_STEPS + 2),
    "columns": repeated(b'{"task":{"kind":"series","columns":[', b'"bbbbb"', b"]}}"),
    "vocabulary": repeated(b'{"sequence":{"type":"text","text":"a","vocabulary":[', b'"bbbbb"', b"]}}"),
    "a text": repeated('{"sequence":{"type":"text","text":"😀'.encode(), b"bbbbbbb", b'"}}'),
    "snapshots": repeated(b'{"networks":[{"record":{"snapshots":[', b'{"step":0,"tensors":""}', b"]}}]}", 1001),
    "an event": repeated(
        b'{"networks":[{"record":{"snapshots":[{"step":0,"tensors":"","event":"', b"bbbbbbb", b'"}]}}]}'
    ),
    "networks": repeated(b'{"networks":[', b"{}", b"]}"),
    "an unknown name": repeated('{"😀'.encode(), b"bbbbbbb", b'":1}'),
    "a name again and again": repeated(b"{", b'"active":0', b"}"),
    "what is given up for an empty list": repeated(
        b'{"networks":[{"initial_state":[', b"0.5,0.5", b'],"initial_state":[]}]}'
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_far_too_much_is_refused_before_it_becomes_anything(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.gflow"
    path.write_bytes(ENVELOPE % HOSTILE[name])
    size = path.stat().st_size
    tracemalloc.start()
    try:
        with pytest.raises(BadFile) as refusal:
            load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * size + 1_000_000
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize(
    ("made", "most"),
    [
        (lambda count: Recipe(initial_state=(0.5,) * count), MOST_STATE),
        (lambda count: Recipe(edits=(Edit("W", 0, 0, 0.5),) * count), MOST_EDITS),
        (lambda count: Numbers(rows=((0.5,),) * count), MOST_STEPS),
        (lambda count: Numbers(rows=((0.5,) * count,)), MOST_FED),
    ],
    ids=["initial_state", "edits", "steps", "columns"],
)
def test_one_more_than_fits_is_refused_wherever_it_comes_from(made: Callable[[int], object], most: int) -> None:
    made(most)
    with pytest.raises(BadExploration, match=str(most)):
        made(most + 1)


def test_numbers_of_every_size_are_read_as_they_are(tmp_path: Path) -> None:
    row = "[-1.7976931348623157e+308,1e300,5e-324,0,7]"
    path = tmp_path / "wide.gflow"
    for rows in (1, 5000):
        # So many numbers with a power of ten are read in another way.
        content = f'{{"sequence":{{"type":"numbers","rows":[{",".join([row] * min(rows, MOST_STEPS))}]}},"task":null}}'
        wide = content.replace("7]", "7" + ",1e300" * (rows // 200) + "]")
        path.write_bytes(ENVELOPE % wide.encode())
        assert load(path).sequence.rows[-1][:5] == (-1.7976931348623157e308, 1e300, 5e-324, 0.0, 7.0)


def test_no_number_beyond_float64_gets_in_by_either_way(tmp_path: Path) -> None:
    path = tmp_path / "beyond.gflow"
    for bad in ("1e999", "NaN", "Infinity", "true", '"1"', "null"):
        for count in (1, 200):
            row = f"[{','.join(['1e300'] * count)}]"
            rows = ",".join([row] * 150 + [row.replace("1e300", bad, 1)])
            path.write_bytes(ENVELOPE % f'{{"task":{{"kind":"series","rows":[{rows}]}}}}'.encode())
            with pytest.raises(BadFile, match="is damaged"):
                load(path)
