"""What a file is good for is told where it is not what was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadFile, OtherKind
from explorer.engine.recurrence.library import cell
from explorer.workspace.disk import kinds
from explorer.workspace.disk.cells import cell_in
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.cells import MOST_TEXT
from explorer.workspace.exploration.exploration import Exploration


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def told(path: Path, read: object = cell_in) -> BadFile:
    with pytest.raises(BadFile) as refusal:
        read(path)  # type: ignore[operator]
    return refusal.value


def test_saved_exploration_is_told_for_one_whatever_it_is_called_and_however_big(tmp_path: Path):
    save(tmp_path / "mine.gflow", Exploration())
    data = (tmp_path / "mine.gflow").read_bytes()
    (tmp_path / "mine.txt").write_bytes(data)
    (tmp_path / "big.gflow").write_bytes(data[:-1] + b" " * kinds.MOST_BYTES_OF_CELL + data[-1:])
    for name in ("mine.gflow", "mine.txt", "big.gflow"):
        refusal = told(tmp_path / name)
        assert str(refusal) == f"“{name}” is a saved exploration, not the equations of a cell."
        assert isinstance(refusal, OtherKind)
        assert refusal.kind == kinds.EXPLORATION


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("load.csv", "t,x\n0,1.5\n", "“load.csv” is a table, not the equations of a cell."),
        ("load.txt", "t x\n0 1.5\n", "“load.txt” has no equation; a line of a cell is `name = expression`."),
        ("theme.json", '{"name": "a = b"}', "“theme.json” is JSON, not the equations of a cell."),
        ("words.toml", '[labels]\nen = "h"\n', "The cell words lacks “equations”."),
        ("lesson.toml", 'steps = 3\ntitle = "h"\n', "The cell lesson lacks “equations”."),
        ("empty.txt", " \n\n", "“empty.txt” is empty."),
        (
            "comment.txt",
            "# h = tanh(U @ x)\n",
            "“comment.txt” has no equation; a line of a cell is `name = expression`.",
        ),
        (
            "long.txt",
            "h = U @ x\n" * (MOST_TEXT // 10 + 1),
            "“long.txt” is too long for a cell: it has 20010 characters, where at most 20000 are read.",
        ),
    ],
)
def test_text_of_another_kind_is_no_cell_with_mistakes(tmp_path: Path, name: str, text: str, sentence: str):
    assert str(told(written(tmp_path / name, text))) == sentence


def test_arrays_and_pictures_are_no_text(tmp_path: Path):
    np.savez(tmp_path / "n.npz", h=np.zeros(3))
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    for name in ("n.npz", "p.png"):
        assert str(told(tmp_path / name)) == f"“{name}” is no text; the equations of a cell are."


def test_text_in_another_encoding_is_told_for_what_it_is(tmp_path: Path):
    (tmp_path / "wide.txt").write_text("h = U @ x", "utf-16")
    assert "is not UTF-8 text" in str(told(tmp_path / "wide.txt"))


def test_folder_is_told(tmp_path: Path):
    (tmp_path / "cells").mkdir()
    assert str(told(tmp_path / "cells")) == "“cells” is a folder or a device, not a file."


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("mine.txt", "h = tanh(W @ h + U @ x)", kinds.CELL),
        ("mine.toml", cell("mgu").text, kinds.CELL),
        ("load.csv", "t,x\n0,1.5\n", kinds.TABLE),
        ("other.toml", 'title = "h"', None),
        ("notes.txt", "nothing", None),
        ("theme.json", '{"name": "dark"}', None),
    ],
)
def test_what_is_no_exploration_is_told_by_what_it_is_good_for(tmp_path: Path, name: str, text: str, kind: str | None):
    refusal = told(written(tmp_path / name, text), load)
    assert (refusal.kind if isinstance(refusal, OtherKind) else None) == kind
    assert str(refusal).startswith(f"“{name}” ")


def test_a_lesson_is_told_by_its_steps(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "A"\n\n[[step]]\nsay = "B"\n', encoding="utf-8")
    assert kinds.kind_of(path) == kinds.LESSON
    path.write_text('title = "A"\nequations = "h = x"\n', encoding="utf-8")
    assert kinds.kind_of(path) == kinds.CELL
