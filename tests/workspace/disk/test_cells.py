"""A person's own cells: a file of a few lines is a cell, and what is none is told in one sentence."""

import random
from pathlib import Path

import pytest

from explorer import paths
from explorer.engine.errors import BadExploration, BadFile
from explorer.engine.recurrence.library import cell
from explorer.workspace.disk import cells
from explorer.workspace.disk.cells import cell_in, find_cell, own_cells, own_folder, read_cell_file
from explorer.workspace.disk.kinds import MOST_BYTES_OF_CELL, tells_cell
from explorer.workspace.exploration.cells import CellText, name_of

MGU = """\
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_three_lines_in_a_file_are_the_minimal_gated_unit(tmp_path: Path):
    read = read_cell_file(written(tmp_path, "gated.txt", MGU))
    assert read.recurrence.name == "gated"
    assert read.recurrence.has_equations_of(cell("mgu").recurrence)


def test_file_that_is_named_may_end_in_anything(tmp_path: Path):
    assert read_cell_file(written(tmp_path, "gated", MGU)).titles["en"] == "gated"


def test_shipped_file_under_another_name_is_the_same_cell(tmp_path: Path):
    read = read_cell_file(written(tmp_path, "copy.toml", cell("mist").text))
    assert read.recurrence.has_equations_of(cell("mist").recurrence)
    assert read.titles == cell("mist").titles


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("mine.txt", "h = tanh(U @ x + W @@ h)", "The cell mine can't be read: Line 1, column 21: "),
        ("mine.txt", "", "“mine.txt” is empty."),
        (
            "mine.txt",
            "h = tanh(W @ h_{t-1} + U @ x)",
            "The cell mine can't be read: Line 1, column 14: `h_{t-1}`: write ",
        ),
        ("mine.txt", '# "mine"\nh\' = U @ x', "The cell mine can't be read: Line 2, column 2: equations have no “'”."),
        ("mine.toml", "title = {", "The cell mine can't be read: "),
        ("mine.txt", "[sizes]\nk = 1", "The cell mine lacks “equations”."),
        ("mine.txt", "equations = h", "The cell mine can't be read: this is no TOML at line 1"),
        ("mine.toml", 'equations = "h = tanh(U @ x)"', "The cell mine lacks “source”."),
        ("mine.toml", b"\xff\xfeh = x", "“mine.toml” is not UTF-8 text"),
        ("mine.toml", "#" * (MOST_BYTES_OF_CELL + 1), "“mine.toml” is too big: 2 MB, where at most 1 MB are read."),
    ],
)
def test_file_that_is_no_cell_is_told_in_one_sentence(tmp_path: Path, name: str, text: str | bytes, sentence: str):
    with pytest.raises(BadFile) as told:
        read_cell_file(written(tmp_path, name, text))
    assert str(told.value).startswith(sentence)


def test_missing_file_is_told(tmp_path: Path):
    with pytest.raises(BadFile, match=r"^There is no file “none\.toml”"):
        read_cell_file(tmp_path / "none.toml")


def test_own_cells_are_found_by_name_and_a_bad_file_hides_no_other(tmp_path: Path):
    written(tmp_path, "gated.txt", MGU)
    written(tmp_path, "leaky.txt", "h = 0.9 * h + tanh(U @ x)")
    written(tmp_path, "broken.txt", "h = tanhh(U @ x)")
    written(tmp_path, "leaky.toml", "h = 0.8 * h + tanh(U @ x)")
    written(tmp_path, "LSTM.toml", MGU)
    written(tmp_path, "notes.md", "nothing")
    found, refused = own_cells(tmp_path)
    assert sorted(path.name for path in found) == ["LSTM.toml", "gated.txt", "leaky.toml"]
    assert sorted(path.name for path in refused) == ["broken.txt", "leaky.txt"]
    assert str(refused[tmp_path / "leaky.txt"]).startswith("“leaky.txt”: there is a cell “leaky” already")
    assert "there is no operator `tanhh`" in str(refused[tmp_path / "broken.txt"])


def test_name_of_a_cell_that_ships_means_that_one_and_an_own_one_is_had_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cells, "data_folder", lambda: tmp_path)
    (tmp_path / "cells").mkdir()
    for name in ("LSTM.toml", "mgu.txt", "gated.txt"):
        written(tmp_path / "cells", name, MGU.replace("tanh", "softsign"))
    written(tmp_path / "cells", "gru.txt", "h = tanhh(U @ x)")
    assert [find_cell(name) for name in ("lstm", "LSTM", "Mgu", "gru")] == ["lstm", "lstm", "mgu", "gru"]
    assert name_of(find_cell("Gated")) == "gated"
    own = cell_in(tmp_path / "cells" / "LSTM.toml")
    assert own == CellText(name="LSTM", text=MGU.replace("tanh", "softsign"))


def test_without_the_folder_there_are_no_own_cells(tmp_path: Path):
    assert own_cells(tmp_path / "none") == ({}, {})


@pytest.mark.skipif("sys.platform in ('win32', 'darwin')")
def test_own_folder_follows_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Tests of windows keep a person's own cells away from all.
    monkeypatch.setattr(cells, "data_folder", paths.data_folder)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert own_folder() == tmp_path / "gradient-flow-explorer" / "cells"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_folder() == tmp_path / ".local" / "share" / "gradient-flow-explorer" / "cells"


@pytest.mark.parametrize(
    ("name", "text", "tells"),
    [
        ("mine.txt", MGU, True), ("mine.txt", MGU.replace("W_f", "W_f @"), True), ("mine.txt", "# mine\n\nh=x", True),
        ("mine.txt", "h\u0303 = x", True),
        ("mine.toml", "", True), ("MINE.TOML", "", True), ("mine.csv", MGU, False), ("mine.txt", "t,x\n0,1.5\n", False),
        ("mine.txt", "0.5 1.5\n2 3", False), ("mine.txt", "if a == b then", False), ("mine.txt", b"\xff\xfeh = x", False),
        ("mine.gflow", "h = x", False),
    ],
)  # fmt: skip
def test_text_tells_a_cell_with_or_without_mistakes_where_a_line_begins_like_an_equation(
    tmp_path: Path, name: str, text: str | bytes, tells: bool
):
    assert tells_cell(written(tmp_path, name, text)) == tells


def test_four_hundred_edits_of_a_file_are_each_a_cell_or_one_sentence_and_leave_the_file_alone(tmp_path: Path):
    rng, text, told = random.Random(3), MGU, list[str]()
    for _ in range(400):
        at, sign = rng.randrange(len(text)), rng.choice("xhfnW_@+*()=. \n1\u0304#")
        edited = text[:at] + rng.choice((sign, "", text[at] + sign)) + text[at + 1 :]
        path = written(tmp_path, "gated.txt", edited)
        try:
            cell_in(path)
            # What was typed goes on from the last that could be read, as a person's work does.
            text = edited if len(edited) > len(MGU) // 2 else MGU
        except (BadFile, BadExploration) as refusal:
            told.append(str(refusal))
        assert path.read_bytes() == edited.encode()
    assert 100 < len(told) < 390
    assert not any("\n" in sentence for sentence in told)
