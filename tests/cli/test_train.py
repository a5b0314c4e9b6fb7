"""Training from the command line: the window's numbers, into a file that an interruption leaves whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer import cli
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.exploration.exploration import Exploration, Numbers
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning import training_file
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.learning.training_log import MEANINGS
from explorer.workspace.tasks import taught

ROOT = Path(explorer.__file__).resolve().parents[1]
START = taught(Exploration().with_recipe(hidden=3), Task(kind="temporal_order", lag=10)).with_settings(batch=5)
EXPLODING = START.with_recipe(activation="identity", gain=3.0).with_settings(optimiser="sgd", rate=1e6, clip="none")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file that holds an exploration with a task, in the folder that is worked in."""
    monkeypatch.chdir(tmp_path)
    save(Path("start.gflow"), START)
    return Path("start.gflow")


def train(*words: object) -> int:
    return cli.main(["train", *map(str, words)])


def lines(path: str = "run.jsonl") -> list[dict[str, float]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def test_the_numbers_are_those_of_the_window(start: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--file", start, "--steps", 12, "--out", "run.gflow") == 0
    (progress,) = training(START, updates=12, every=1e9)
    assert load(Path("run.gflow")) == recorded(START, progress)
    said = capsys.readouterr()
    assert said.out.startswith("run.gflow\nUpdate 12: loss ")
    assert "held out" in said.out
    assert said.err == ""


def test_l1_decay_is_asked_for_by_name_and_what_it_left_at_zero_is_told(
    start: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("--file", start, "--steps", 12, "--out", "run.gflow", "--l1", "0.5") == 0
    settings = load(Path("run.gflow")).settings
    assert (settings.decay, settings.decay_form) == (0.5, "l1")
    weights = load(Path("run.gflow")).recipe.trained.weights
    none, entries = (sum(int(count(weights[name])) for name in "UWV") for count in (lambda w: (w == 0).sum(), np.size))
    assert 0 < none < entries
    assert f"Of the {entries} entries of the matrices that decay {none} are exactly 0." in capsys.readouterr().out
    with pytest.raises(SystemExit):
        train("--file", start, "--steps", 12, "--out", "other.gflow", "--l1", "0.5", "--l2", "0.5")


def test_flossing_is_asked_for_and_is_that_of_the_window(start: Path) -> None:
    assert train("--file", start, "--steps", 4, "--out", "run.gflow", "--floss-first", 2, "--exponents", 3) == 0
    flossed = START.with_settings(floss_first=2, exponents=3)
    (progress,) = training(flossed, updates=4, every=1e9)
    assert load(Path("run.gflow")) == recorded(flossed, progress)


@pytest.mark.parametrize("asked", ["5", "auto"])
def test_forcing_is_asked_for_by_its_steps_or_by_how_fast_errors_double(start: Path, asked: str) -> None:
    growing = {"cell": "rnn", "activation": "identity", "hidden": 6, "init": "orthogonal", "gain": 2 ** (1 / 5)}
    save(start, taught(Exploration().with_recipe(**growing), Task(kind="sine")))
    assert train("--file", start, "--steps", 2, "--out", "forced.gflow", "--force", asked) == 0
    assert load(Path("forced.gflow")).settings.force == 5


def test_forcing_to_what_a_task_does_not_tell_is_refused_before_a_file_is_written(
    start: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("--file", start, "--steps", 2, "--out", "forced.gflow", "--force", 5) == 1
    assert "a squared error at each of them" in capsys.readouterr().err
    assert not Path("forced.gflow").exists()


def test_a_greater_number_of_steps_goes_on_to_the_same_numbers(start: Path) -> None:
    for steps in (5, 12):
        assert train("--file", start, "--steps", steps, "--out", "run.gflow", "--log", "run.jsonl") == 0
    assert train("--file", start, "--steps", 12, "--out", "whole.gflow", "--log", "whole.jsonl") == 0
    assert Path("run.gflow").read_bytes() == Path("whole.gflow").read_bytes()
    assert Path("run.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()


def test_a_run_goes_on_in_its_own_file(start: Path) -> None:
    train("--file", start, "--steps", 4, "--out", "run.gflow")
    assert train("--file", "run.gflow", "--steps", 6, "--out", "run.gflow") == 0
    record = load(Path("run.gflow")).record
    assert record is not None
    assert record.column("step").tolist() == [1, 2, 3, 4, 5, 6]


def test_what_is_done_already_is_said(start: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train("--file", start, "--steps", 4, "--out", "run.gflow")
    before = load(Path("run.gflow"))
    assert train("--file", start, "--steps", 4, "--out", "run.gflow") == 0
    assert "nothing left to do: update 4" in capsys.readouterr().out
    assert load(Path("run.gflow")) == before


def test_the_log_has_a_line_an_update_with_what_is_known(start: Path) -> None:
    train("--file", start, "--steps", 3, "--out", "run.gflow", "--log", "run.jsonl")
    assert [line["step"] for line in lines()] == [1, 2, 3]
    assert set(lines()[0]) == {"step", "loss", "norm", "clipped"}
    assert set(lines()[-1]) >= {"held_loss", "accuracy", "held_accuracy", "sigma", "radius", "horizon"}


def test_whole_numbers_of_the_log_are_whole_and_the_others_are_not(start: Path) -> None:
    train("--file", start, "--steps", 3, "--out", "run.gflow", "--log", "run.jsonl")
    kinds = {name: type(value) for line in lines() for name, value in line.items()}
    assert {name for name, kind in kinds.items() if kind is int} == {"step", "horizon", "beyond"}
    assert {kind for name, kind in kinds.items() if name not in ("step", "horizon", "beyond")} == {float}


def test_every_key_of_the_log_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["train", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert [f"{name} {meaning}" for name, meaning in MEANINGS.items() if f" {name} {meaning} " not in said] == []
    assert set(MEANINGS) == set(COLUMNS)


def test_lines_beyond_what_was_saved_are_dropped_when_it_goes_on(start: Path) -> None:
    train("--file", start, "--steps", 3, "--out", "run.gflow", "--log", "run.jsonl")
    with Path("run.jsonl").open("a", encoding="utf-8") as log:
        log.write('{"step": 4, "loss": 99.0, "norm": 1.0, "clipped": 1.0}\n{"step": 5, "lo')
    train("--file", start, "--steps", 5, "--out", "run.gflow", "--log", "run.jsonl")
    assert [line["step"] for line in lines()] == [1, 2, 3, 4, 5]
    assert lines()[3]["loss"] != 99.0


def test_a_foreign_log_is_refused_when_it_goes_on(start: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train("--file", start, "--steps", 1, "--out", "run.gflow")
    Path("notes.txt").write_text("my notes\n", encoding="utf-8")
    assert train("--file", start, "--steps", 2, "--out", "run.gflow", "--log", "notes.txt") == 1
    assert "“notes.txt” is not the log of a training" in capsys.readouterr().err
    assert Path("notes.txt").read_text("utf-8") == "my notes\n"


def test_another_training_is_not_overwritten(start: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(Path("other.gflow"), START.with_settings(rate=0.5))
    assert train("--file", start, "--steps", 2, "--out", "other.gflow") == 1
    assert "“other.gflow” holds something else" in capsys.readouterr().err
    assert load(Path("other.gflow")) == START.with_settings(rate=0.5)


def test_divergence_is_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    save(Path("start.gflow"), EXPLODING)
    assert train("--file", "start.gflow", "--steps", 90, "--out", "run.gflow", "--log", "run.jsonl") == 3
    assert "The loss stopped being a finite number in update" in capsys.readouterr().out
    assert lines()[-1]["loss"] in (None, "inf") or lines()[-1]["norm"] in (None, "inf")
    trained, record = load(Path("run.gflow")).recipe.trained, load(Path("run.gflow")).record
    assert record is not None
    assert record.diverged
    assert trained == record.good


def test_a_task_trains_a_network_that_is_known_to_learn_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert train("--task", "temporal_order", "--steps", 1, "--out", "run.gflow") == 0
    assert load(Path("run.gflow")).task == Task(kind="temporal_order")


@pytest.mark.parametrize(
    ("task", "text", "named"),
    [
        ("next_word", "The dog sleeps. The cat eats. A bird sings. " * 5, ()),
        ("next_character", "ab " * 100, ()),
        ("classify", "warm\tthe sun shines\ncold\tthe snow falls\n" * 5, ()),
        ("sentiment2", "positive\tI liked it\nnegative\tI fell asleep\n" * 5, ()),
        ("series", "high,low\n" + "".join(f"{t % 7}.5,{t % 3}.25\n" for t in range(40)), ("--target", "high")),
    ],
)
def test_a_file_of_ones_own_is_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str, text: str, named: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(text, encoding="utf-8")
    assert train("--task", task, "--data", "mine.csv", *named, "--steps", 1, "--out", "run.gflow") == 0
    learnt = load(Path("run.gflow")).task
    assert learnt is not None
    assert (learnt.kind, learnt.source) == (task, "mine.csv")
    assert learnt.target == ("high" if named else "")


def test_what_a_saved_exploration_is_fed_is_learnt_from_and_judged_in_its_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = tuple((20_000.0 + t * t % 37, float(t % 5) / 2) for t in range(60))
    save(Path("fed.gflow"), Exploration(sequence=Numbers(rows=rows, columns=("load", "wave"), source="grid.csv")))
    asked = ("--task", "series", "--data", "fed.gflow", "--steps", 1, "--out", "run.gflow")
    assert train(*asked, "--target", "load") == 0
    learnt = load(Path("run.gflow")).task
    assert learnt is not None
    assert (learnt.rows, learnt.target, learnt.source) == (rows, "load", "grid.csv")
    said = capsys.readouterr().out
    held = np.diff([row[0] for row in rows[48:]])
    assert "Held out, “load” is missed by " in said
    assert f"; by {np.sqrt(np.mean(held**2)):.4g} if its last value is repeated." in said
    with pytest.raises(SystemExit, match="2"):
        train(*asked, "--columns", "load")
    assert train("--task", "next_word", "--data", "fed.gflow", "--steps", 1, "--out", "run.gflow") == 1
    assert "“fed.gflow”: What is fed is no text" in capsys.readouterr().err


TABLE = "day,load,wind,y,y\n" + "".join(f"d{t},{t % 7}.5,{t % 3}.25,{t % 5}.5,{t * t}\n" for t in range(60))


@pytest.mark.parametrize(
    ("words", "columns", "target", "rows"),
    [
        (("--columns", "wind,load"), ("wind", "load"), "load", 60),
        (("--columns", '"load", "y (2)"', "--target", "load"), ("load", "y (2)"), "load", 60),
        (("--columns", "2,5"), ("load", "y (2)"), "y (2)", 60),
        (("--columns", "2,3", "--target", "3", "--from-row", 12, "--to-row", 41), ("load", "wind"), "wind", 30),
    ],
)
def test_columns_and_rows_of_a_table_are_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words, columns, target: str, rows: int
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(TABLE, encoding="utf-8")
    assert train("--task", "series", "--data", "mine.csv", *words, "--steps", 1, "--out", "run.gflow") == 0
    learnt = load(Path("run.gflow")).task
    assert learnt is not None
    assert (learnt.columns, learnt.target, len(learnt.rows)) == (columns, target, rows)
    first = 10 if "--from-row" in words else 0
    assert learnt.rows[0][columns.index("load") if "load" in columns else 0] == first % 7 + 0.5


def test_what_is_not_numeric_in_a_table_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"2026-01-{t % 28 + 1:02},{t % 7}.5,{'n/a' if t == 9 else t},{t % 3}.25\n" for t in range(60))
    Path("mine.csv").write_text(f"date,load,gust,wind\n{rows}", encoding="utf-8")
    asked = ("--task", "series", "--data", "mine.csv", "--steps", 1, "--out", "run.gflow")
    assert train(*asked) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[:3] == [
        "gradient-flow: in “mine.csv” the column “date” is left out: Row 2, column date: “2026-01-01” is not a number.",
        "gradient-flow: in “mine.csv” the column “gust” is left out: Row 11, column gust: “n/a” is not a number.",
        "gradient-flow: “wind” is predicted (--target takes another column)",
    ]
    learnt = load(Path("run.gflow")).task
    assert learnt is not None
    assert (learnt.columns, learnt.target, len(learnt.rows)) == (("load", "wind"), "wind", 60)
    Path("run.gflow").unlink()
    assert train(*asked, "--target", "date") == 1
    assert "“mine.csv”: Row 2, column date: “2026-01-01” is not a number" in capsys.readouterr().err
    assert not Path("run.gflow").exists()


@pytest.mark.parametrize(("words", "value"), [(("--decimal", "point"), 1004.0), (("--decimal", "comma"), 1.004)])
def test_what_a_comma_means_is_asked_for_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], value: float, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("n\n998\n" + "".join(f'"1,{t:03}"\n' for t in range(4, 60)), encoding="utf-8")
    asked = ("--task", "series", "--data", "mine.csv", "--steps", 1, "--out", "run.gflow")
    assert train(*asked) == 1
    told = "“mine.csv”: Row 3, column n: “1,004” can be 1.004 or 1004: choose the decimal mark"
    assert f"{told}. Say --decimal point or --decimal comma." in capsys.readouterr().err
    assert not Path("run.gflow").exists()
    assert train(*asked, *words) == 0
    assert f"in “mine.csv” “1,004” is read as {value:g}" in capsys.readouterr().err
    learnt = load(Path("run.gflow")).task
    assert learnt is not None
    assert learnt.rows[1] == (value,)


def test_a_column_is_taken_whatever_its_capitals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(TABLE, encoding="utf-8")
    words = ("--columns", "LOAD,Wind", "--target", "Load", "--steps", 1, "--out", "run.gflow")
    assert train("--task", "series", "--data", "mine.csv", *words) == 0
    learnt = load(Path("run.gflow")).task
    assert learnt is not None
    assert (learnt.columns, learnt.target) == (("load", "wind"), "load")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--columns", "day"), "Row 2, column day: “d0” is not a number"),
        (("--columns", "load,gust"), "There is no column “gust”; there are day, load, wind, y (1), y (2)"),
        (("--columns", "6"), "There is no column “6”"),
        (("--columns", "load", "--target", "wind"), "There is no column “wind”; there are load"),
        (("--columns", "load", "--from-row", 62), "no numbers from row 62 to row 61: they stand in rows 2 to 61"),
        (("--columns", "load", "--to-row", 9), "8 rows; between 25 and 2000"),
    ],
)
def test_what_can_not_be_taken_of_a_table_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words, sentence: str, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(TABLE, encoding="utf-8")
    assert train("--task", "series", "--data", "mine.csv", *words, "--steps", 1, "--out", "run.gflow") == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "day,hour\nMon,noon\n",
            "“mine.csv”: Row 2, column day: “Mon” is not a number. "
            "--columns takes only some columns, --from-row and --to-row only some rows.",
        ),
        ("", "“mine.csv” holds no numbers."),
    ],
)
def test_what_is_no_number_is_told_once_with_the_options_that_leave_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(text, encoding="utf-8")
    assert train("--task", "series", "--data", "mine.csv", "--steps", 1, "--out", "run.gflow") == 1
    assert capsys.readouterr().err == f"gradient-flow: {told}\n"


def test_a_table_that_is_too_long_is_refused_with_the_options_that_take_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("n\n" + "".join(f"{t}\n" for t in range(3000)), encoding="utf-8")
    assert train("--task", "series", "--data", "mine.csv", "--steps", 1, "--out", "run.gflow") == 1
    assert "at most 2000 fit: take a part of them. --from-row and --to-row do that." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--task", "sine", "--columns", "a"), "--columns: said of a table, and goes with --task series"),
        (("--columns", "a", "--decimal", "point"), "go with --task"),
        (("--task", "series", "--data", "x.csv", "--columns", "a,,b"), "“a,,b” is not a list of columns"),
    ],
)
def test_what_is_said_of_a_table_goes_with_one(words: tuple[str, ...], sentence: str, capsys) -> None:
    with pytest.raises(SystemExit) as end:
        train(*words, "--steps", 1, "--out", "run.gflow")
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--task", "classify", "--data", "mine.txt"), "“mine.txt”: Line 2 has no label"),
        (("--task", "series", "--data", "mine.txt"), "“mine.txt”: "),
        (("--task", "next_word", "--data", "none.txt"), "no file “none.txt”"),
    ],
)
def test_a_file_that_cannot_be_learnt_from_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("warm\tit is warm\nno label here\n", encoding="utf-8")
    assert train(*words, "--steps", 1, "--out", "run.gflow") == 1
    assert sentence in capsys.readouterr().err
    assert not Path("run.gflow").exists()


def test_nothing_is_written_where_the_log_or_the_file_can_not_be(
    start: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("--file", start, "--steps", 2, "--out", "run.gflow", "--log", "no/run.jsonl") == 1
    assert not Path("run.gflow").exists()
    assert train("--file", start, "--steps", 2, "--out", "no/run.gflow", "--log", "run.jsonl") == 1
    assert not Path("run.jsonl").exists()
    train("--file", start, "--steps", 2, "--out", "run.gflow", "--log", "run.jsonl")
    kept = Path("run.jsonl").read_bytes()
    assert train("--file", start, "--steps", 2, "--out", "no/run.gflow", "--log", "run.jsonl") == 1
    assert Path("run.jsonl").read_bytes() == kept
    capsys.readouterr()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device there")
def test_a_full_disk_under_the_log_is_told_and_what_was_reached_is_kept(start: Path, capsys) -> None:
    assert train("--file", start, "--steps", 2, "--out", "run.gflow", "--log", "/dev/full") == 1
    assert "“full” can't be saved: the disk is full." in capsys.readouterr().err
    assert load(Path("run.gflow")).updates == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--steps", 5, "--out", "run.gflow"), "choose a task first"),
        (("--file", "none.gflow", "--steps", 5, "--out", "run.gflow"), "no file “none.gflow”"),
        (("--file", "start.gflow", "--steps", 5, "--out", "no/run.gflow"), "there is no folder"),
        (
            ("--file", "start.gflow", "--steps", 5, "--out", "run.gflow", "--log", "no/run.jsonl"),
            "“run.jsonl” can't be saved: there is no folder “no”.",
        ),
    ],
)
@pytest.mark.usefixtures("start")
def test_refusals_are_one_sentence(words: tuple[object, ...], sentence: str, capsys) -> None:
    assert train(*words) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--steps", 0, "--out", "run.gflow"),
        ("--steps", "many", "--out", "run.gflow"),
        ("--steps", 5),
        ("--steps", 5, "--out", "run.txt"),
        ("--task", "none", "--steps", 5, "--out", "run.gflow"),
        ("--task", "temporal_order", "--file", "start.gflow", "--steps", 5, "--out", "run.gflow"),
        ("--task", "classify", "--steps", 5, "--out", "run.gflow"),
        ("--data", "mine.txt", "--steps", 5, "--out", "run.gflow"),
        ("--task", "ball", "--data", "mine.txt", "--steps", 5, "--out", "run.gflow"),
        ("--task", "next_word", "--data", "mine.txt", "--target", "x", "--steps", 5, "--out", "run.gflow"),
    ],
)
def test_wrong_usage_ends_with_two(words: tuple[object, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        train(*words)
    assert end.value.code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_ctrl_c_and_sigterm_save_the_last_state(start: Path, name: str, code: int, capsys) -> None:
    # The log is a line an update: whoever reads it knows when to interrupt.
    program = f"""
import os, signal, sys, threading, time
from pathlib import Path
from explorer import cli
def interrupt():
    while not Path("run.jsonl").exists() or not Path("run.jsonl").read_text(): time.sleep(0.01)
    os.kill(os.getpid(), signal.{name})
threading.Thread(target=interrupt, daemon=True).start()
sys.exit(cli.main(["train", "--file", {str(start)!r}, "--steps", "100000000", "--out", "run.gflow", "--log", "run.jsonl"]))
"""
    end = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (end.returncode, end.stderr) == (code, "")
    saved = load(Path("run.gflow"))
    assert saved.record is not None
    assert saved.record.last == lines()[-1]["step"] > 0
    steps = saved.record.last + 5
    assert train("--file", start, "--steps", steps, "--out", "run.gflow", "--log", "run.jsonl") == 0
    assert [line["step"] for line in lines()] == list(range(1, steps + 1))
    capsys.readouterr()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_work_as_before_afterwards(start: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    train("--file", start, "--steps", 1, "--out", "run.gflow")
    assert signal.getsignal(number) is before


def test_it_is_saved_now_and_then(start: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_file, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(training_file, "_EVERY", 0.0)
    course = training_file.train_into(Path("run.gflow"), load(start), 1000)
    for step in range(1, 4):
        next(course)
        assert load(Path("run.gflow")).updates == step


def test_at_a_terminal_a_bar_says_how_far_it_is(start: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    train("--file", start, "--steps", 6, "--out", "run.gflow")
    bar = capsys.readouterr().err
    assert "6/6" in bar
    assert "held out" in bar
    assert bar.endswith("\n")


@pytest.mark.usefixtures("start")
def test_a_network_learns_from_the_word_vectors_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.txt").write_text("teddy 0.5 1\nrose -1 2\n", encoding="utf-8")
    asked = ("--task", "people", "--vectors", "own.txt", "--fixed-vectors", "--steps", 2)
    assert train(*asked, "--out", "run.gflow") == 0
    recipe = load(Path("run.gflow")).recipe
    assert recipe.vectors is not None
    assert recipe.trained.weights["E"][:2].tolist() == [[0.5, 1.0], [-1.0, 2.0]]
    assert "2 are among the 2 of “own.txt”; the others" in capsys.readouterr().err
    assert train("--task", "people", "--embedding", 5, "--steps", 1, "--out", "own.gflow") == 0
    assert load(Path("own.gflow")).recipe.trained.weights["E"].shape[1] == 5
    assert train("--task", "people", "--fixed-vectors", "--steps", 2, "--out", "other.gflow") == 1


def test_a_language_model_weighs_sentences_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("sentences", "--preset", "task-next-word")
    assert cli.main([*asked, "--text", "the dogs sing.", "--text", "the dogs sings."]) == 0
    head, first, second, held = capsys.readouterr().out.splitlines()
    assert head.split("\t")[1:3] == ["ln P network", "perplexity network"]
    assert [line.split("\t")[0] for line in (first, second)] == ["the dogs sing.", "the dogs sings."]
    log, perplexity = map(float, first.split("\t")[1:3])
    assert perplexity == pytest.approx(np.exp(-log / 5), rel=1e-3)
    assert held.startswith("held-out text")
    said = []
    for seed in ("1", "1", "2"):
        assert cli.main([*asked, "--go-on", "the dogs", "--seed", seed, "--symbols", "6"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]
    assert cli.main(["sentences", "--preset", "task-labels"]) == 1
