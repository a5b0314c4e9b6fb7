"""One way to read text: its lines, its marks, and what prints nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.engine.errors import BadFile, BadSequence
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.tables import parse_numbers
from explorer.workspace.tasks import dataset, own_text
from explorer.workspace.tasks.labelled import read_labelled
from explorer.workspace.words.reading import lines, read_text, without_invisible

from ..spreadsheets import read_csv

STORY = "\n".join(f"The dog number {i} barks at night and sleeps by day." for i in range(20))
REVIEWS = [f"{label}\tthis is {label} number {i}" for i in range(5) for label in ("warm", "cold")]
INVISIBLE = ("\ufeff", "\u200b", "\u2060", "\u200e", "\u202a", "\u00ad")


def written(folder: Path, data: bytes, name: str = "own.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
def test_a_file_has_the_same_text_however_its_lines_end(tmp_path: Path, end: str, mark: bytes):
    path = written(tmp_path, mark + "a\nb\n\nc\u2028d".replace("\n", end).encode())
    assert read_text(path, 100) == "a\nb\n\nc\u2028d"


@pytest.mark.parametrize("kind", ["next_character", "next_word"])
def test_a_text_makes_the_same_dataset_however_its_lines_end(tmp_path: Path, kind: str):
    made = [
        dataset(own_text(written(tmp_path, STORY.replace("\n", end).encode(), f"{i}.txt"), kind))
        for i, end in enumerate(("\n", "\r\n", "\r"))
    ]
    assert made[0].inputs == made[1].inputs == made[2].inputs
    assert len(made[0].source.inputs) == len(made[1].source.inputs) == len(made[2].source.inputs) > 5


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_lines_are_those_that_an_editor_numbers(character: str):
    assert lines(f"a{character}b\r\nc\rd") == [f"a{character}b", "c", "d"]
    wrong = [REVIEWS[0] + character, *REVIEWS[1:], "no label"]
    with pytest.raises(BadSequence, match=r"^Line 11 has no label"):
        read_labelled("\n".join(wrong))
    with pytest.raises(BadSequence, match=r"^Row 2, column 2"):
        parse_numbers(f"1,2{character}\n3,x")


def test_the_line_that_is_not_utf8_is_numbered_behind_any_line_ends(tmp_path: Path):
    with pytest.raises(BadFile, match="from line 3 on"):
        read_text(written(tmp_path, b"\xef\xbb\xbfa\rb\r\xff\r"), 100)


@pytest.mark.parametrize("character", INVISIBLE)
def test_a_number_and_a_name_are_the_same_with_something_invisible_about_them(tmp_path: Path, character: str):
    assert parse_numbers(f"{character}1.5, 2{character}\n3, {character}4").rows == ((1.5, 2.0), (3.0, 4.0))
    read = read_csv(written(tmp_path, f"{character}a,b{character}\n1{character},2\n3,4\n".encode(), "t.csv"))
    assert read.columns == ("a", "b")
    assert read.rows == ((1.0, 2.0), (3.0, 4.0))
    assert {one.label for one in read_labelled(f"\n{character}".join(REVIEWS))} == {"warm", "cold"}


def test_what_shapes_letters_or_emoji_is_not_taken_for_nothing():
    for text in ("می\u200cخواهم", "👨\u200d👩\u200d👧"):
        assert without_invisible(text) == text


def test_a_saved_file_opens_with_a_byte_order_mark_in_front(tmp_path: Path):
    path = tmp_path / "a.gflow"
    save(path, Exploration())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path) == Exploration()
