"""Pictures and words from the command line: one view, one pair, one language, the same bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import explorer
from explorer import cli
from explorer.cli.picture import VIEWS
from explorer.workspace.disk.files import save
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import taught

ROOT = Path(explorer.__file__).resolve().parents[1]
DRAW = """
import sys
from explorer.gui.export.formats import PICTURES, drawing
from explorer.gui.shell.app import Sheet, drawn
from explorer.workspace.disk.presets import preset
with drawn(preset("one-unit").exploration, Sheet(size=(640, 480), language="zh_CN")) as widget:
    for ending in PICTURES:
        open(sys.argv[1] + ending, "wb").write(drawing(ending)(widget, 1.0))
from explorer.gui.page.page import page
open(sys.argv[1] + ".html", "wb").write(page(preset("one-unit").exploration))
"""
LEARNT = taught(Exploration().with_recipe(hidden=3), Task(kind="temporal_order", lag=10)).with_settings(batch=5)
ENGLISH = re.compile("[A-Za-z]{4,}")


def test_two_calls_draw_the_same_bytes_in_every_format(tmp_path: Path) -> None:
    calls = []
    for name in ("first", "second"):
        known = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "PYTHONHASHSEED": str(len(name))}
        if name == "second":
            known["TZ"] = "Asia/Shanghai"
        calls.append(subprocess.Popen([sys.executable, "-c", DRAW, name], cwd=tmp_path, env=known))
    assert [call.wait(timeout=100) for call in calls] == [0, 0]
    for ending in (".png", ".svg", ".pdf", ".html"):
        assert (tmp_path / f"first{ending}").read_bytes() == (tmp_path / f"second{ending}").read_bytes()


def test_every_view_of_the_window_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["render", "--help"])
    said = capsys.readouterr().out
    assert [view for view in VIEWS if not re.search(rf"\b{view}\b", said)] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "over 36 steps from s₃₆ back to s₀"),
        (("--t", "20"), "over 20 steps from s₂₀ back to s₀"),
        (("--t", "20", "--k", "17"), "from s₂₀ to s₁₇: weights"),
        (("--k", "30"), "from s₃₆ to s₃₀: weights"),
        (("--t", "5"), "from s₅"),
    ],
)
def test_the_pair_that_is_asked_for_is_looked_at(
    words: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["flow", "--words", *words]) == 0
    assert sentence in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("t", "k"), [("41", "0"), ("7", "8"), ("999999999", "0")])
@pytest.mark.parametrize(
    "command", [("flow", "--words"), ("flow", "--out", "a.csv"), ("render", "a.png", "--view", "decay")]
)
def test_a_pair_that_is_not_there_is_refused(
    command: tuple[str, ...], t: str, k: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([*command, "--t", t, "--k", k]) == 1
    said = f"There is no pair t = {t}, k = {k}; 0 ≤ k ≤ t ≤ 40 is expected."
    assert capsys.readouterr().err == f"gradient-flow: {said}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("flow",), ("flow", "--words", "--t", "-1"), ("flow", "--words", "--k", "x"), ("render", "a.png", "--view", "map"),
        ("flow", "--words", "--lang", "tlh"),
    ],
)  # fmt: skip
def test_what_cant_be_asked_for_is_wrong_usage(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main([*words])


class TestChinese:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        save(Path("start.gflow"), LEARNT)

    def test_verdict_and_cause_are_said_and_written(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["flow", "--out", "flow.json", "--preset", "chaos", "--lang", "zh_CN"]) == 0
        _, verdict, cause = capsys.readouterr().out.splitlines()
        written = json.loads(Path("flow.json").read_text("utf-8"))["verdict"]
        assert (written["sentence"], written["cause"]) == (verdict, cause)
        assert "：" in verdict
        assert ENGLISH.search(verdict + cause) is None

    @pytest.mark.parametrize("steps", ["3", "2"])
    def test_a_training_and_its_end_are_told(self, steps: str, capsys: pytest.CaptureFixture[str]) -> None:
        words = ["train", "--file", "start.gflow", "--steps", steps, "--out", "run.gflow", "--lang", "zh_CN"]
        assert cli.main(words) == 0
        _, first = capsys.readouterr().out.splitlines()
        assert cli.main(words) == 0
        _, again = capsys.readouterr().out.splitlines()
        assert re.fullmatch(rf"第 {steps} 次更新：损失 [\d.e-]+，留出损失 [\d.e-]+，准确率 [\d.]+%。", first)
        assert again == f"无需再做：已到第 {steps} 次更新。"

    @pytest.mark.parametrize(
        "words",
        [
            ("flow", "--words", "--file", "no.gflow"),
            ("flow", "--words", "--t", "99"),
            ("render", "no/a.png"),
            ("train", "--file", "no.gflow", "--steps", "1", "--out", "run.gflow"),
            ("train", "--task", "series", "--data", "wide.csv", "--steps", "1", "--out", "run.gflow"),
        ],
    )
    def test_refusals_are_said(self, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
        Path("wide.csv").write_text('n\n998\n"1,004"\n', encoding="utf-8")
        assert cli.main([*words, "--lang", "zh_CN"]) == 1
        said = capsys.readouterr().err
        assert said.startswith("gradient-flow: ")
        rest = re.sub(r"gradient-flow|no\.gflow|a\.png|wide\.csv|--\w+( point| comma)?", "", said)
        assert ENGLISH.search(rest) is None
        assert re.search("[\u4e00-\u9fff]", rest)

    def test_a_command_without_a_language_speaks_english_again(self, capsys: pytest.CaptureFixture[str]) -> None:
        for language in (("--lang", "zh_CN"), ()):
            assert cli.main(["flow", "--words", "--file", "no.gflow", *language]) == 1
        assert capsys.readouterr().err.endswith("gradient-flow: There is no file “no.gflow”.\n")


def test_a_table_of_numbers_is_of_the_pair_that_is_asked_for(tmp_path: Path) -> None:
    save(tmp_path / "mine.gflow", Exploration(sequence=Signal(steps=9)))
    words = [
        "flow",
        "--file",
        str(tmp_path / "mine.gflow"),
        "--out",
        str(tmp_path / "flow.json"),
        "--t",
        "8",
        "--k",
        "2",
    ]
    assert cli.main(words) == 0
    verdict = json.loads((tmp_path / "flow.json").read_text("utf-8"))["verdict"]
    assert (verdict["t"], verdict["k"]) == (8, 2)


def test_the_default_pair_is_that_of_the_exploration() -> None:
    selection = preset("toggle").exploration.selection
    assert (selection.t, selection.k) == (36, 12)
