"""``gradient-flow lessons``: the list, and the check of one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from explorer import cli
from explorer.cli import main
from explorer.workspace.lessons.library import lesson, names

FALSE = """title = "Mine"
[[step]]
preset = "toggle"
say = "tanh."
[step.predict]
kind = "choice"
options = [{ say = "a", when = "gain > 1" }, { say = "b", when = "gain < 2" }]
[step.reveal]
say = "So."
holds = ["verdict = gone"]
[step.try]
say = "Try."
goal = ["gain > 1"]
answer = { gain = 0.5 }
"""


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_all_lessons_are_listed(capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert main(["lessons", "--lang", language]) == 0
    said = capsys.readouterr().out
    assert all(name in said and lesson(name).title[language] in said for name in names())


def test_one_of_which_all_is_so_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "tanh-or-relu"]) == 0
    assert capsys.readouterr().out == "“Does tanh vanish more, or ReLU?”: all that it says is so.\n"


def test_what_is_not_so_is_told_with_its_step(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(FALSE, encoding="utf-8")
    assert main(["lessons", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "mine.toml, step at line 2: “verdict = gone” does not hold of what is revealed.",
        "mine.toml, step at line 2: Of the 2 options 2 are right; one should be.",
        "mine.toml, step at line 2: What is to be tried is done already.",
        "mine.toml, step at line 2: “gain > 1” does not hold of the answer to what is to be tried.",
    ]


def test_a_file_that_tells_none_is_refused_with_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(FALSE.replace("gain > 1", "gian > 1"), encoding="utf-8")
    assert main(["lessons", str(path)]) == 1
    assert "“mine.toml”, line 7: There is no quantity “gian”" in capsys.readouterr().err


def test_a_name_that_there_is_not_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "forget_bias"]) == 1
    assert "did you mean “forget-bias”?" in capsys.readouterr().err
    assert main(["--lesson", "forget_bias"]) == 1
    assert "did you mean “forget-bias”?" in capsys.readouterr().err


def test_a_lesson_opens_the_window_on_its_first_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path, opened = tmp_path / "mine.toml", []
    path.write_text(FALSE, encoding="utf-8")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    monkeypatch.setattr(cli, "load_app", lambda: SimpleNamespace(run=lambda *begin: opened.append(begin) or 0))
    assert main(["--lesson", str(path)]) == 0
    ((exploration, saved, lesson_, told),) = opened
    assert (saved, told, lesson_.title["en"]) == (None, path, "Mine")
    assert exploration == lesson_.steps[0].setting
