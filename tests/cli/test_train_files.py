"""Files of a training: none writes over another, two trainings keep apart, what is no log of ours is left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import explorer
from explorer import cli
from explorer.engine.errors import BadFile
from explorer.workspace.disk import locks
from explorer.workspace.disk.files import load, save
from explorer.workspace.disk.locks import alone
from explorer.workspace.disk.places import is_same_place
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning import training_file
from explorer.workspace.tasks import taught

ROOT = Path(explorer.__file__).resolve().parents[1]
START = taught(Exploration().with_recipe(hidden=3), Task(kind="temporal_order", lag=10)).with_settings(batch=5)
TEXT = "The dog sleeps. The cat eats. A bird sings. " * 5
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no such thing there")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that is worked in, with an exploration and a text in it."""
    monkeypatch.chdir(tmp_path)
    save(Path("start.gflow"), START)
    Path("mine.txt").write_text(TEXT, "utf-8")
    return tmp_path


def run(*words: object) -> int:
    try:
        return cli.main([*map(str, words)])
    except SystemExit as end:
        return int(end.code or 0)


def train(*words: object, steps: int = 2) -> int:
    return run("train", *words, "--steps", steps)


def contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}


def symbolic(name: str, other: str) -> None:
    Path(name).symlink_to(other)


def hard(name: str, other: str) -> None:
    Path(name).hardlink_to(other)


class TestOneFileUnderTwoNames:
    @pytest.mark.parametrize(
        ("words", "named"),
        [
            (("train", "--task", "next_word", "--data", "mine.txt", "--log", "mine.txt"), "--log and --data"),
            (("train", "--task", "next_word", "--data", "./mine.txt", "--log", "sub/../mine.txt"), "--log and --data"),
            (("train", "--file", "start.gflow", "--log", "start.gflow"), "--log and --file"),
            (("train", "--task", "ball", "--log", "run.gflow"), "--log and --out"),
            (("train", "--task", "next_word", "--data", "run.gflow"), "--out and --data"),
        ],
    )
    def test_of_a_training_is_wrong_usage_and_nothing_is_touched(
        self, words: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("sub").mkdir()
        before = contents()
        assert run(*words, "--steps", 2, "--out", "run.gflow") == 2
        assert f"error: {named} name the same file" in capsys.readouterr().err
        assert contents() == before

    @pytest.mark.parametrize("link", [symbolic, hard])
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            (
                "link.jsonl",
                ("train", "--file", "start.gflow", "--steps", 2, "--out", "run.gflow", "--log", "link.jsonl"),
            ),
            ("link.png", ("render", "--file", "start.gflow", "link.png")),
            ("link.npz", ("flow", "--file", "start.gflow", "--out", "link.npz")),
        ],
    )
    def test_through_links_is_wrong_usage_too(
        self, link: Callable[[str, str], None], name: str, words: tuple[str, ...]
    ) -> None:
        link(name, "start.gflow")
        before = contents()
        assert run(*words) == 2
        assert contents() == before

    def test_which_is_not_there_yet_is_seen_as_well(self) -> None:
        symbolic("link.jsonl", "run.gflow")
        assert train("--task", "ball", "--out", "run.gflow", "--log", "link.jsonl") == 2
        assert not Path("run.gflow").exists()

    def test_that_differ_in_case_is_one_where_the_system_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = is_same_place(Path("start.gflow"), Path("START.gflow"))
        assert is_same_place(Path("new.gflow"), Path("NEW.GFLOW")) == here
        same = Path.samefile
        monkeypatch.setattr(Path, "samefile", lambda one, other: same(Path(str(one).lower()), Path(str(other).lower())))
        monkeypatch.setattr("explorer.workspace.disk.places.os.path.realpath", lambda path: Path.cwd() / path)
        Path("sub").mkdir()
        assert is_same_place(Path("sub/new.gflow"), Path("sub/NEW.GFLOW"))
        assert not is_same_place(Path("sub/new.gflow"), Path("sub/newer.gflow"))

    def test_with_the_picture_that_stands_for_the_window_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cli, "display_is_missing", lambda: True)
        symbolic(cli.PICTURE_WITHOUT_DISPLAY, "start.gflow")
        before = contents()
        assert run("start.gflow") == 2
        assert contents() == before

    @POSIX
    def test_with_standard_output_is_wrong_usage(self, folder: Path) -> None:
        words = ["train", "--task", "ball", "--steps", "1", "--out", "run.gflow", "--log", "said.txt"]
        with Path("said.txt").open("wb") as said:
            end = subprocess.run(
                [sys.executable, str(ROOT / "main.py"), *words], cwd=folder, stdout=said, stderr=subprocess.PIPE, check=False
            )  # fmt: skip
        assert end.returncode == 2
        assert b"--log and standard output name the same file" in end.stderr


class TestForeignLog:
    @pytest.mark.parametrize(
        "text",
        [
            "my notes\n",
            "my notes",
            "[1, 2]\n",
            "5\n",
            "\n",
            '{"step": 1, "loss": 0.5}\n',
            '{"step": 1, "loss": 0.5, "norm": 1.0, "clipped": 1.0, "epoch": 1}\n',
            '{"step": 1e999, "loss": 0.5, "norm": 1.0, "clipped": 1.0}\n',
            '{"step": 1, "loss": 0.5, "norm": 1.0, "clipped": 1.0}\nmy notes\n',
            "\x00\x01",
        ],
    )
    def test_it_is_refused_and_left_alone_at_a_beginning_too(
        self, text: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("notes.txt").write_text(text, "utf-8")
        assert train("--file", "start.gflow", "--out", "run.gflow", "--log", "notes.txt") == 1
        assert "“notes.txt” is not the log of a training" in capsys.readouterr().err
        assert Path("notes.txt").read_text("utf-8") == text
        assert not Path("run.gflow").exists()

    def test_an_empty_file_is_written_into(self) -> None:
        Path("run.jsonl").touch()
        assert train("--file", "start.gflow", "--out", "run.gflow", "--log", "run.jsonl") == 0
        assert len(Path("run.jsonl").read_text("utf-8").splitlines()) == 2

    def test_a_log_of_ours_begins_anew_with_a_training_that_does(self) -> None:
        for out in ("run.gflow", "other.gflow"):
            assert train("--file", "start.gflow", "--out", out, "--log", "run.jsonl") == 0
        assert len(Path("run.jsonl").read_text("utf-8").splitlines()) == 2


class TestTwoTrainings:
    """A lock is one of the process here: `flock` keeps two open files of one process apart as it does two processes."""

    def test_into_one_file_the_second_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        symbolic("link.gflow", "run.gflow")
        with alone(Path("run.gflow")):
            for name in ("run.gflow", "link.gflow"):
                assert train("--file", "start.gflow", "--out", name) == 1
                assert capsys.readouterr().err == (
                    f"gradient-flow: “{name}” is being written by another training; choose another name, or wait.\n"
                )
        assert not Path("run.gflow").exists()
        assert train("--file", "start.gflow", "--out", "run.gflow") == 0

    @pytest.mark.parametrize("link", [symbolic, hard])
    def test_into_one_log_the_second_is_refused_and_the_first_goes_on(
        self, link: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("run.jsonl").touch()
        link("link.jsonl", "run.jsonl")
        course = training_file.train_into(Path("first.gflow"), START, 5, Path("run.jsonl"))
        next(course)
        assert train("--file", "start.gflow", "--out", "second.gflow", "--log", "link.jsonl") == 1
        assert "“link.jsonl” is being written by another training" in capsys.readouterr().err
        assert not Path("second.gflow").exists()
        for _ in course:
            pass
        assert len(Path("run.jsonl").read_text("utf-8").splitlines()) == 5

    def test_no_lock_file_is_left(self) -> None:
        assert train("--file", "start.gflow", "--out", "run.gflow", "--log", "run.jsonl") == 0
        assert sorted(contents()) == ["mine.txt", "run.gflow", "run.jsonl", "start.gflow"]

    def test_a_lock_file_that_a_killed_one_left_keeps_nobody_out(self) -> None:
        Path(".run.gflow.lock").touch()
        assert train("--file", "start.gflow", "--out", "run.gflow") == 0
        assert not Path(".run.gflow.lock").exists()

    def test_a_name_as_long_as_may_be_has_a_lock(self) -> None:
        name = Path("雪" * 83 + ".gflow")
        with alone(name), pytest.raises(BadFile, match="another training"), alone(name):
            pass

    def test_of_many_that_come_and_go_never_two_are_alone(self) -> None:
        inside, most, seen = 0, 0, threading.Lock()

        def come_and_go() -> None:
            nonlocal inside, most
            for _ in range(100):
                try:
                    with alone(Path("run.gflow")):
                        with seen:
                            inside += 1
                            most = max(most, inside)
                        with seen:
                            inside -= 1
                except locks.BeingWritten:
                    pass

        threads = [threading.Thread(target=come_and_go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 1


@POSIX
class TestPipe:
    def test_that_nobody_reads_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        os.mkfifo("pipe")
        assert train("--file", "start.gflow", "--out", "run.gflow", "--log", "pipe") == 1
        assert "“pipe” can't be saved: nobody reads it." in capsys.readouterr().err
        assert not Path("run.gflow").exists()

    def test_is_written_while_it_is_read(self) -> None:
        os.mkfifo("pipe")
        reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
        assert train("--file", "start.gflow", "--out", "run.gflow", "--log", "pipe") == 0
        said = os.read(reader, 65536).decode().splitlines()
        os.close(reader)
        assert [json.loads(line)["step"] for line in said] == [1, 2]

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
    def test_whose_reader_has_stopped_reading_ends_at_the_first_signal(self, number: signal.Signals, code: int) -> None:
        os.mkfifo("pipe")
        reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
        program = """
import os, select, signal, sys
from explorer import cli
def wait(*asked, number=int(sys.argv[1]), real=select.select):
    os.kill(os.getpid(), number)
    return real(*asked)
select.select = wait
sys.exit(cli.main(["train", "--file", "start.gflow", "--steps", "100000000", "--out", "run.gflow", "--log", "pipe"]))
"""
        end = subprocess.run(
            [sys.executable, "-c", program, str(int(number))],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        os.close(reader)
        assert (end.returncode, end.stderr) == (code, b"")
        assert load(Path("run.gflow")).updates > 0

    def test_whose_reader_goes_away_is_told_and_what_was_reached_is_kept(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        os.mkfifo("pipe")
        reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
        course = training_file.train_into(Path("run.gflow"), START, 10**8, Path("pipe"))
        next(course)
        os.close(reader)
        with pytest.raises(BadFile, match="“pipe” can't be saved: Broken pipe"):
            for _ in course:
                pass
        assert load(Path("run.gflow")).updates > 0
        capsys.readouterr()


@pytest.mark.parametrize("pause", [0.1, 0.7, 1.9, 2.6, 4.9])
def test_no_more_than_five_seconds_are_ever_unsaved(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    now, saved, lost = [0.0], [0.0], [0.0]
    monkeypatch.setattr(training_file.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(training_file, "_EVERY", 0.0)
    monkeypatch.setattr(training_file, "save", lambda *_: saved.append(now[0]))
    course = training_file.train_into(Path("run.gflow"), START, 10**8)
    for update in range(60):
        next(course)
        # What was done up to here is lost if the program ends just before it could be saved.
        now[0] += pause + (0.9 if update % 8 == 7 and pause < 1.0 else 0.0)
        lost.append(now[0] - saved[-1])
    course.close()
    assert max(lost) <= 5.0
    assert len(saved) <= 62
