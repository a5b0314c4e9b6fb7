"""A person's own equations on the command line: named, read from a file, drawn, trained, and told where they are wrong."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from explorer import cli
from explorer.cli.options import exploration_of
from explorer.cli.saying import width_of
from explorer.engine.recurrence import library
from explorer.engine.recurrence.cell_groups import cell_groups
from explorer.engine.recurrence.typeset.equations import plain
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal

MGU = """\
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return what runs the command line in a folder with a cell's file, and returns its status and its words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "kept"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    Path("gated.txt").write_text(MGU, "utf-8")
    Path("empty.txt").write_text("\n", "utf-8")
    Path("wrong.txt").write_text(MGU.replace("tanh", "tanhh"), "utf-8")
    save(
        Path("small.gflow"),
        Exploration(networks=(Recipe(hidden=3), Recipe(hidden=4)), sequence=Signal(steps=6), active=1),
    )

    def run(*words: str) -> tuple[int | str | None, str, str]:
        try:
            status = cli.main(words)
        except SystemExit as end:
            status = end.code
        return (status, *capsys.readouterr())

    return run


@pytest.mark.parametrize("cell", ["mgu", "MGU", "gated.txt", "./gated.txt"])
def test_numbers_are_those_of_the_cell_that_is_named_or_in_the_file(typed, cell: str):
    status, said, _ = typed("flow", "--out", "flow.json", "--file", "small.gflow", "--cell", cell)
    assert (status, said.splitlines()[0]) == (0, "flow.json")
    meta = json.loads(Path("flow.json").read_text("utf-8"))["meta"]
    assert (meta["cell"], meta["hidden"]) == ("gated" if "." in cell else "mgu", 4)
    assert meta["equations"][:-1] == MGU.splitlines()


def test_a_cell_in_a_file_is_drawn(typed):
    status, said, _ = typed("render", "own.png", "--file", "small.gflow", "--cell", "gated.txt", "--view", "decay")
    assert (status, said) == (0, "own.png\n")
    assert Path("own.png").read_bytes().startswith(b"\x89PNG")


def test_a_cell_in_a_file_is_trained_and_its_text_kept(typed):
    status, *_ = typed("train", "--task", "temporal_order", "--cell", "gated.txt", "--steps", "1", "--out", "run.gflow")
    Path("gated.txt").unlink()
    found = load(Path("run.gflow"))
    assert (status, found.updates, found.recipe.cell) == (0, 1, CellText(name="gated", text=MGU))


@pytest.mark.usefixtures("typed")
def test_without_a_file_or_a_preset_the_network_of_the_cell_stands_alone():
    found = exploration_of(
        Namespace(
            cell="gated.txt", layers=None, vectors=None, embedding=None, fixed_vectors=False, file=None, preset=None
        )
    )
    assert [recipe.cell_name for recipe in found.networks] == ["gated"]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("MGUU", "There is no cell “MGUU”; did you mean “mgu”? Choose one of "),
        (
            "wrong.txt",
            "The cell wrong can't be read: Line 2, column 5: there is no operator `tanhh`; did you mean `tanh`?",
        ),
        ("none.txt", "There is no file “none.txt”."),
        (
            "small.gflow",
            "“small.gflow” is a saved exploration, not the equations of a cell. It is opened by its place, or by --file.",
        ),
        ("empty.txt", "“empty.txt” is empty."),
    ],
)
@pytest.mark.parametrize("words", [("flow", "--words"), ("render", "a.png"), ()])
def test_what_is_no_cell_is_told_in_one_sentence_and_nothing_is_written(typed, words, cell: str, sentence: str):
    status, said, complained = typed(*words, "--cell", cell)
    assert (status, said) == (1, "")
    assert complained.startswith(f"gradient-flow: {sentence}")
    assert complained.count("\n") == 1
    assert not Path("a.png").exists()


@pytest.mark.parametrize("name", ["gated.txt", "load.csv"])
def test_what_is_good_for_something_else_than_to_be_opened_is_told_with_its_option(typed, name: str):
    Path("load.csv").write_text("load\n1\n2\n", "utf-8")
    hint = {
        "gated.txt": "holds the equations of a cell, not a saved exploration. They are named by --cell.",
        "load.csv": "is a table, not a saved exploration. It is fed by --input.",
    }
    for words in (("flow", "--words", name), ("render", "a.png", name), ("flow", "--words", "--file", name)):
        assert typed(*words) == (1, "", f"gradient-flow: “{name}” {hint[name]}\n")


FLOW, RENDER, TRAIN = ("flow", "--words"), ("render", "a.png"), ("train", "--steps", "1", "--out", "run.gflow")


def test_file_is_named_by_its_place_before_behind_and_between_options(typed):
    known = typed(*FLOW, "--file", "small.gflow")
    assert known[0] == 0
    for words in (("small.gflow", "--words"), ("--words", "small.gflow"), ("--words", "--lang", "en", "small.gflow")):
        assert typed("flow", *words) == known


def test_preset_or_cell_that_stands_in_the_place_of_a_file_is_told_for_one(typed):
    for name, option in (("chaos", "preset"), ("Chaos", "preset"), ("mgu", "cell")):
        for words in ((*FLOW, name), (*RENDER, name), ("train", name, *TRAIN[1:])):
            sentence = f"gradient-flow: There is no file “{name}”, but a {option}: --{option} {name}.\n"
            assert typed(*words) == (1, "", sentence)
    save(Path("chaos"), load(Path("small.gflow")))
    assert typed(*FLOW, "chaos")[0] == 0


def test_picture_is_named_first_and_the_file_behind_it_or_behind_options(typed):
    drawn = set()
    for words in (
        ("a.png", "--view", "decay", "--file", "small.gflow"),
        ("a.png", "small.gflow", "--view", "decay"),
        ("--view", "decay", "a.png", "small.gflow"),
        ("a.png", "--view", "decay", "small.gflow"),
    ):
        assert typed("render", *words)[0] == 0
        drawn.add(Path("a.png").read_bytes())
    assert len(drawn) == 1


def test_training_goes_on_with_the_file_in_its_place(typed):
    assert typed("train", "--task", "temporal_order", *TRAIN[1:])[0] == 0
    assert typed("train", "run.gflow", "--steps", "2", "--out", "more.gflow")[0] == 0
    assert load(Path("more.gflow")).updates == 2


@pytest.mark.parametrize("begin", [("--preset", "chaos"), ("--file", "small.gflow")])
@pytest.mark.parametrize("command", [FLOW, RENDER, TRAIN, ()])
def test_one_beginning_is_named_wherever_the_file_stands(typed, command, begin):
    for words in ((*command, *begin, "small.gflow"), (*command, "small.gflow", *begin)):
        status, said, complained = typed(*words)
        assert (status, said) == (2, "")
        assert "not allowed with argument" in complained or "unrecognized arguments: small.gflow" in complained


def test_one_file_too_many_is_told(typed):
    assert "unrecognized arguments: other.gflow" in typed(*FLOW, "small.gflow", "other.gflow")[2]


def test_the_file_of_a_cell_is_not_written_over(typed):
    Path("cell.json").write_text(MGU, "utf-8")
    status, _, complained = typed("flow", "--out", "cell.json", "--cell", "cell.json")
    assert status == 2
    assert "--out and --cell name the same file" in complained
    assert Path("cell.json").read_text("utf-8") == MGU


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_cells_are_listed_with_titles_a_persons_own_after_those_that_ship(typed, tmp_path: Path, language: str):
    own = tmp_path / "kept" / "gradient-flow-explorer" / "cells"
    own.mkdir(parents=True)
    (own / "mine.txt").write_text(MGU, "utf-8")
    (own / "broken.txt").write_text("h = tanhh(U @ x)", "utf-8")
    status, said, complained = typed("cells", "--lang", language)
    lines = [line.strip() for line in said.splitlines() if line.startswith(" ")]
    assert status == 0
    assert [line.split()[0] for line in lines] == [
        *(name for some in library.grouped().values() for name in some),
        "mine",
    ]
    titles = [cell_groups()[group][language] for group, some in library.grouped().items() if some]
    assert [line for line in said.splitlines() if not line.startswith(" ")][:-1] == titles
    for line in lines[:-1]:
        file = library.cell(line.split()[0])
        states = ", ".join(state.name for state in file.recurrence.states)
        assert line.split("  ", 1)[1].split() == f"{file.titles[language]} {states} {file.source}".split()
    # All columns begin where they do in the line above, a Chinese character taking two places.
    begins = {width_of(line[: line.index(library.cell(line.split()[0]).source)]) for line in lines[:-1]}
    assert begins == {width_of(lines[-1][: lines[-1].index("mine.txt")])}
    assert "tanhh" in complained
    assert str(own) in complained
    assert typed("flow", "--words", "--cell", "Mine")[0] == 0
    assert "tanhh" in typed("flow", "--words", "--cell", "broken")[2]


def test_own_cell_called_like_one_that_ships_is_listed_with_the_file_by_which_it_is_named(typed, tmp_path: Path):
    own = tmp_path / "kept" / "gradient-flow-explorer" / "cells"
    own.mkdir(parents=True)
    (own / "lstm.txt").write_text(MGU, "utf-8")
    line = typed("cells")[1].splitlines()[-1].strip()
    assert line.startswith("lstm (own) ")
    assert line.endswith(f"--cell {own / 'lstm.txt'}")
    assert typed("cells", "lstm")[1].startswith("lstm  LSTM\n")
    assert typed("cells", str(own / "lstm.txt"))[1].startswith("lstm\n")


def test_own_cell_whose_name_has_a_dot_is_named_by_it(typed, tmp_path: Path):
    own = tmp_path / "kept" / "gradient-flow-explorer" / "cells"
    own.mkdir(parents=True)
    (own / "my.gate.txt").write_text(MGU, "utf-8")
    assert typed("cells", "my.gate")[0] == 0
    assert typed("cells", "my.gates")[2] == "gradient-flow: There is no file “my.gates”.\n"


@pytest.mark.parametrize(
    ("language", "roles"), [("en", "Input weights: U_f U_n (n×m)"), ("zh_CN", "输入权重：U_f U_n（n×m）")]
)
def test_what_was_read_of_a_file_is_told_beside_its_equations(typed, language: str, roles: str):
    status, said, complained = typed("cells", "gated.txt", "--lang", language)
    assert (status, complained) == (0, "")
    lines = [line.strip() for line in said.splitlines()]
    assert lines[:5] == ["gated", "", *plain(library.cell("mgu").recurrence)]
    assert roles in lines


def test_a_cell_that_ships_is_told_of_with_all_its_words(typed):
    said = typed("cells", "mgu", "--lang", "zh_CN")[1]
    words = library.words("mgu")
    for told in (words.titles, words.notes, words.flows):
        assert told["zh_CN"] in said
    assert words.source in said


@pytest.mark.parametrize(
    "words", [FLOW, (*RENDER, "--view", "decay"), ("train", "--task", "temporal_order", *TRAIN[1:])]
)
def test_what_was_read_of_an_own_cell_and_what_can_be_doubted_is_told_beside_the_result(typed, words):
    Path("slip.txt").write_text(MGU.replace("W_f @ h", "W_f @ h_prev"), "utf-8")
    status, said, complained = typed(*words, "--cell", "slip.txt")
    read, doubt, *_ = complained.splitlines()
    assert status == 0
    assert "h_prev" not in said
    assert read.startswith("slip: ")
    assert read.endswith("Biases: b_f b_n (n); Other weights: W_f (n×n), h_prev (n)")
    assert doubt == (
        "slip: `h_prev` has no equation: in that of f it is a weight, a vector that is the same at all steps."
    )


def test_what_was_read_is_told_beside_the_result_in_the_language_that_is_spoken(typed):
    complained = typed(*FLOW, "--cell", "gated.txt", "--lang", "zh_CN")[2]
    assert complained == (
        "gated：大小：n 个单元、m 个输入；状态：h（n）；输入权重：U_f U_n（n×m）；"
        "循环权重：W_f W_n（n×n）；偏置：b_f b_n（n）\n"
    )


def test_of_a_cell_that_ships_nothing_is_told_beside_the_result(typed):
    assert typed(*FLOW, "--cell", "mgu")[2] == ""


def test_layers_are_told_with_their_widths_and_directions(typed):
    status, *_ = typed("flow", "--out", "flow.json", "--file", "small.gflow", "--layers", "lstm 2, mgu 2 both residual")
    assert status == 0
    told = json.loads(Path("flow.json").read_text("utf-8"))["meta"]
    assert "# 2←" in told["equations"]
    assert told["hidden"] == 4
    status, _, complained = typed("flow", "--words", "--layers", "lstm 5 sideways")
    assert status
    assert "“sideways” says nothing of a layer" in complained
