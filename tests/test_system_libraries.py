"""`make run` and `make test` see to Qt's system libraries themselves: who is asked, what is run, what is said."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "system_libraries.py"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings all it needs there")


@pytest.fixture
def tool(monkeypatch):
    """Return the tool on a system of Debian's that lacks all, whose user is not root; what is run is noted in `.ran`."""
    spec = importlib.util.spec_from_file_location("system_libraries", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran = []
    lacking = {"now": True}

    def run(command: list[str], **_: object) -> SimpleNamespace:
        module.ran.append(command)
        lacking["now"] &= "install" not in command
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(module, "missing_packages", lambda named: list(named.values()) if lacking["now"] else [])
    monkeypatch.setattr(module.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(module.subprocess, "run", run)
    return module


def _terminal(monkeypatch, tool, answer: str | None) -> list[str]:
    """Put the user at a terminal, or away from one (None); return the questions that are asked."""
    asked: list[str] = []
    monkeypatch.setattr(tool.sys, "stdin", SimpleNamespace(isatty=lambda: answer is not None))
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    return asked


def test_root_gets_what_is_missing_unasked(monkeypatch, tool):
    asked = _terminal(monkeypatch, tool, "n")
    monkeypatch.setattr(tool.os, "geteuid", lambda: 0)
    assert tool.main({}) == 0
    assert asked == []
    assert [command[-1] == "update" for command in tool.ran] == [True, False]
    assert "sudo" not in tool.ran[1]
    assert set(tool.LIBRARIES.values()) <= set(tool.ran[1])


def test_continuous_integration_gets_it_unasked_and_sudo_asks_nothing_either(monkeypatch, tool):
    _terminal(monkeypatch, tool, None)
    assert tool.main({"CI": "1"}) == 0
    assert [command[:2] for command in tool.ran] == [["sudo", "--non-interactive"]] * 2


@pytest.mark.parametrize("answer", ["", "y", "Yes "])
def test_on_a_terminal_one_question_is_enough(monkeypatch, tool, answer: str):
    asked = _terminal(monkeypatch, tool, answer)
    assert tool.main({}) == 0
    assert len(asked) == 1
    assert [command[0] for command in tool.ran] == ["sudo", "sudo"]


def _refused(monkeypatch, tool) -> None:
    _terminal(monkeypatch, tool, "n")


def _no_terminal(monkeypatch, tool) -> None:
    _terminal(monkeypatch, tool, None)


def _no_sudo(monkeypatch, tool) -> None:
    _terminal(monkeypatch, tool, "y")
    monkeypatch.setattr(tool.shutil, "which", lambda name: None if name == "sudo" else name)


def _another_system(monkeypatch, tool) -> None:
    monkeypatch.setattr(tool.os, "geteuid", lambda: 0)
    monkeypatch.setattr(tool.shutil, "which", lambda _name: None)


@pytest.mark.parametrize("prepare", [_refused, _no_terminal, _no_sudo, _another_system])
def test_without_the_right_the_one_line_to_type_is_said_and_nothing_run(monkeypatch, capsys, tool, prepare):
    prepare(monkeypatch, tool)
    assert tool.main({}) == 1
    assert tool.ran == []
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "sudo apt install libglib2.0-0 " in said


def test_an_installation_that_fails_says_the_line_too(monkeypatch, capsys, tool):
    monkeypatch.setattr(tool.os, "geteuid", lambda: 0)
    monkeypatch.setattr(tool.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=100))
    assert tool.main({}) == 1
    assert "sudo apt install" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "status"),
    [
        ({}, 0),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, 0),
        ({"DISPLAY": ":0"}, 1),
        ({"WAYLAND_DISPLAY": "0"}, 0),
    ],
)
def test_it_goes_on_where_only_another_kind_of_display_lacks_something(monkeypatch, tool, environment, status: int):
    _no_terminal(monkeypatch, tool)
    cursor = {"libxcb-cursor.so.0": "libxcb-cursor0"}
    monkeypatch.setattr(tool, "missing_packages", lambda named: [cursor[name] for name in named if name in cursor])
    assert tool.main(environment) == status


def test_with_nothing_missing_nothing_is_asked_run_or_said(monkeypatch, capsys, tool):
    monkeypatch.setattr(tool, "missing_packages", lambda _named: [])
    assert tool.main({}) == 0
    assert tool.ran == []
    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_loaded_is_missing():
    from explorer.cli.display import missing_packages

    libraries = {"libm.so.6": "libc6", "libnone-such.so.1": "libnone1", "libnone-such.so.2": "libnone1"}
    assert missing_packages(libraries) == ["libnone1"]
