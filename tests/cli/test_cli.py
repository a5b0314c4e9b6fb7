"""The command line as a person meets it: processes, exit codes, files, one sentence for each refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

import explorer
from explorer import cli
from explorer.workspace.disk.files import save
from explorer.workspace.disk.presets import groups, preset, presets
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.looks.analysis import analyse

ROOT = Path(explorer.__file__).resolve().parents[1]
NO_DISPLAY = {
    name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
} | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


class End(NamedTuple):
    """What is left of a command line that was run in this process."""

    returncode: int | str | None
    stdout: str
    stderr: str


def gradient_flow(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in ``folder`` and return its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *words],
        cwd=folder, env=NO_DISPLAY | environment, check=False, timeout=100,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return what runs the command line in a folder of its own, in this process, and returns its end."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> End:
        try:
            status = cli.main(words)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return End(status, said.out, said.err)

    return run


def refused(end: End | subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence of a refusal."""
    assert end.returncode == 1
    assert end.stdout == ""
    assert end.stderr.startswith("gradient-flow: ")
    assert end.stderr.count("\n") == 1
    return end.stderr.strip()


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("render", "--help"),
        ("flow", "--help"),
        ("train", "--help"),
        ("presets", "--help"),
        ("cells", "--help"),
    ],
)
def test_help_has_examples(typed, words: tuple[str, ...]):
    end = typed(*words)
    assert end.returncode == 0
    assert "example" in end.stdout
    assert "gradient-flow " in end.stdout


def test_version_is_that_of_the_package(tmp_path: Path):
    assert gradient_flow(tmp_path, "--version").stdout.strip() == f"gradient-flow {explorer.__version__}"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_presets_lists_names_titles_and_what_to_look_at_by_group(typed, language: str):
    lines = typed("presets", "--lang", language).stdout.splitlines()
    listed: list[str] = []
    for group, titles in groups().items():
        listed.append(titles[language])
        for one in presets():
            if one.group == group:
                listed += [f"  {one.name}", f"      {one.titles[language]}", f"      {one.look[language]}"]
    assert lines == listed


DRAWING_NOTHING = [
    ["presets"],
    ["flow", "--out", "flow.json"],
    ["train", "--task", "temporal_order", "--steps", "1", "--out", "run.gflow"],
]


def test_no_qt_is_loaded_where_nothing_is_drawn(tmp_path: Path):
    code = f"""
import sys
from explorer.cli import main
for words in {DRAWING_NOTHING!r}:
    assert main(words) == 0
    loaded = {{name.partition(".")[0] for name in sys.modules}} & {{"PySide6", "shiboken6", "pyqtgraph"}}
    assert not loaded, (words, loaded)
print("done")
"""
    end = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=NO_DISPLAY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert end.stdout.splitlines()[-1] == "done"


def test_flow_writes_npz_with_the_numbers_of_the_analysis(typed, tmp_path: Path):
    end = typed("flow", "--out", "flow.npz", "--preset", "shift-register")
    assert end.returncode == 0
    run = analyse(preset("shift-register").exploration).run
    with np.load(tmp_path / "flow.npz") as numbers:
        assert set(numbers) == {*"xszoUWbVc", "log_norm", "log_rms_gain", "meta"}
        for name in ("x", "s", "z", "o"):
            np.testing.assert_array_equal(numbers[name], getattr(run.trace, name))
        np.testing.assert_array_equal(numbers["log_norm"], run.flow.log_norm)
        assert numbers["s"].shape == (31, 8)
        assert np.isnan(numbers["log_norm"][3, 4])
        assert numbers["log_norm"][20, 4] == -np.inf


def test_flow_says_the_verdict(tmp_path: Path):
    end = gradient_flow(tmp_path, "flow", "--out", "flow.csv", "--preset", "vanishing-tanh")
    assert end.stdout.splitlines()[1] == (
        "Gone: ×6.4·10⁻¹¹ over 36 steps from s₃₆ back to s₀; ×0.52 a step, halving every 1.1 steps; "
        "falls below 10⁻⁶ after 22 steps."
    )
    assert end.stderr == ""


def test_flow_writes_json_that_any_reader_takes(typed, tmp_path: Path):
    typed("flow", "--out", "flow.json", "--preset", "shift-register")
    numbers = json.loads((tmp_path / "flow.json").read_text("utf-8"), parse_constant=pytest.fail)
    log_norm = analyse(preset("shift-register").exploration).run.flow.log_norm
    assert numbers["log_norm"][3][4] is None
    assert numbers["log_norm"][20][4] == "-inf"
    assert numbers["log_norm"][20][15] == log_norm[20, 15]
    assert numbers["verdict"]["kind"] == "dead"
    assert numbers["verdict"]["norm"] == "rms"
    assert numbers["verdict"]["dead_lag"] == 8
    assert numbers["verdict"]["end"] == "-inf"
    assert numbers["verdict"]["sentence"].startswith("Dead: ")


def test_flow_writes_csv_with_one_row_a_pair(typed, tmp_path: Path):
    typed("flow", "--out", "flow.csv", "--preset", "shift-register")
    names, *lines = (tmp_path / "flow.csv").read_text("utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    assert names == "t,k,log_norm,log_rms_gain"
    assert len(lines) == 31 * 32 // 2
    flow = analyse(preset("shift-register").exploration).run.flow
    for line in lines[1::37]:
        t, k, *values = line.split(",")
        assert [float(value) for value in values] == [flow.log_norm[int(t), int(k)], flow.log_gain[int(t), int(k)]]


def test_flow_takes_a_saved_exploration(typed, tmp_path: Path):
    save(tmp_path / "mine.gflow", Exploration(sequence=Signal(steps=7)))
    assert typed("flow", "--out", "flow.npz", "--file", "mine.gflow").returncode == 0
    with np.load(tmp_path / "flow.npz") as numbers:
        assert numbers["log_norm"].shape == (8, 8)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--preset", "nonsense"), "There is no preset “nonsense”; choose one of toggle"),
        (("missing.gflow",), "There is no file “missing.gflow”."),
        (("flow", "--out", "a.npz", "--file", "foreign.gflow"), "“foreign.gflow” is not a file of the"),
        (("flow", "--out", "nowhere/a.npz"), "“a.npz” can't be saved: there is no folder"),
        (("render", "nowhere/a.png"), "“a.png” can't be saved: there is no folder"),
    ],
)  # fmt: skip
def test_refusal_is_one_sentence(typed, tmp_path: Path, words: tuple[str, ...], sentence: str):
    (tmp_path / "foreign.gflow").write_text("{}")
    assert sentence in refused(typed(*words))


def test_refusal_of_a_process_is_one_sentence(tmp_path: Path):
    assert "There is no file “missing.gflow”." in refused(gradient_flow(tmp_path, "missing.gflow"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for root")
def test_read_only_folder_is_refused_in_one_sentence(tmp_path: Path):
    tmp_path.chmod(0o500)
    end = gradient_flow(tmp_path, "flow", "--out", "flow.npz")
    assert "“flow.npz” can't be saved: the file or its folder may not be written." in refused(end)


@pytest.mark.parametrize(
    "words",
    [
        ("flow",), ("flow", "--out", "a.txt"), ("render",), ("render", "a.gif"), ("render", "a.png", "--size", "9x9"),
        ("render", "a.png", "--size", "99999x99999"), ("render", "a.png", "--theme", "pink"), ("--nonsense",),
        ("render", "a.png", "--lang", "tlh"), ("mine.gflow", "--preset", "toggle"), ("mine.gflow", "other.gflow"),
        ("render", "a.png", "--colours", "pink"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_two_and_writes_nothing(typed, tmp_path: Path, words: tuple[str, ...]):
    end = typed(*words)
    assert end.returncode == 2
    assert "error:" in end.stderr
    assert "Traceback" not in end.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "blamed"),
    [
        (
            ["rendre", "a.png"],
            "There is no command “rendre”; did you mean “render”? Choose one of render, flow,",
        ),
        (
            ["preset"],
            "There is no command “preset”; did you mean “presets”? Choose one of "
            "render, flow, export, train, sentences, sweep, watch, presets, cells, lessons, models.",
        ),
        (
            ["open", "a.png"],
            "There is no command “open”; choose one of render, flow, export, train, sentences, sweep, watch, presets, cells, "
            "lessons, models.",
        ),
        (["mine.gflow", "other.gflow"], "unrecognized arguments: other.gflow"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--prest", "gru"], "unrecognized arguments: --prest; did you mean --preset?"),
        (["render", "a.png", "--tehme=dark"], "unrecognized arguments: --tehme=dark; did you mean --theme?"),
        (
            ["train", "--out", "a.gflow", "--task", "next_words"],
            "argument --task: There is no choice “next_words”; did you mean “next_word”?",
        ),
        (
            ["render", "a.png", "--theme", "pink"],
            "argument --theme: There is no choice “pink”; choose one of dark, light, projector.",
        ),
    ],
)
def test_of_a_command_that_is_not_there_its_name_is_blamed(
    words: list[str], blamed: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    assert f"error: {blamed}" in capsys.readouterr().err


def test_choices_commands_and_presets_are_taken_whatever_their_capitals(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    assert cli.main(["Presets", "--lang", "ZH_cn"]) == 0
    chinese = capsys.readouterr().out
    assert cli.main(["presets", "--lang", "zh_CN"]) == 0
    assert capsys.readouterr().out == chinese
    for name, words in {"a": ("--preset", "Non-Normal"), "b": ("--preset", "non-normal")}.items():
        assert cli.main(["flow", "--out", str(tmp_path / f"{name}.csv"), *words]) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert cli.main(["train", "--task", "Temporal_Order", "--steps", "1", "--out", str(tmp_path / "c.gflow")]) == 0


def test_file_of_the_name_of_a_command_in_capitals_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "one.gflow", Exploration())
    (tmp_path / "one.gflow").rename(tmp_path / "PRESETS")
    monkeypatch.setattr(cli, "display_is_missing", lambda: True)
    monkeypatch.setattr(cli, "draw_instead", lambda exploration: 0 if exploration == Exploration() else 1)
    assert cli.main(["PRESETS"]) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_interruption_ends_with_130_and_leaves_no_file(tmp_path: Path):
    save(tmp_path / "long.gflow", Exploration(networks=(Recipe(hidden=192),), sequence=Signal(steps=1000)))
    code = """
import os, signal, sys, threading
import explorer.workspace.disk.export
from explorer.cli import main
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
sys.exit(main(["flow", "--out", "flow.npz", "--file", "long.gflow"]))
"""
    end = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=NO_DISPLAY, capture_output=True, check=False, timeout=100
    )
    assert (end.returncode, end.stdout, end.stderr) == (130, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["long.gflow"]


OUT_OF_REACH = {"DISPLAY": ":98765"}
DRAWN = [
    ({}, {
        "flow.png": ("--preset", "one-unit", "--size", "1280x800", "--theme", "dark", "--lang", "zh_CN"),
    }),
    (OUT_OF_REACH, {
        "flow.svg": ("--preset", "one-unit", "--size", "900x640"),
        "flow.pdf": ("--preset", "one-unit", "--size", "900x640"),
    }),
]  # fmt: skip
"""What is drawn by a process without a display, and by one whose display is named but is not there."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which processes drew one picture after the other, none of them on a display."""
    folder = tmp_path_factory.mktemp("drawn")
    for environment, pictures in DRAWN:
        code = f"""
from explorer.cli import main
for out, words in {pictures!r}.items():
    assert main(["render", out, *words]) == 0
"""
        end = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=NO_DISPLAY | environment, check=False, timeout=100,
            capture_output=True, text=True,
        )  # fmt: skip
        assert (end.returncode, end.stdout.split(), end.stderr) == (0, list(pictures), "")
    return folder


@pytest.mark.parametrize(("ending", "first"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_render_draws_without_a_display_even_if_one_is_named(drawn: Path, ending: str, first: bytes):
    assert (drawn / f"flow.{ending}").read_bytes().startswith(first)


def test_render_has_the_size_asked_for(drawn: Path):
    header = (drawn / "flow.png").read_bytes()[16:24]
    assert (int.from_bytes(header[:4]), int.from_bytes(header[4:])) == (1280, 800)


NO_WINDOW = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
DISPLAYS = pytest.mark.parametrize("environment", [{}, OUT_OF_REACH], ids=["none", "out of reach"])


@NO_WINDOW
@DISPLAYS
def test_without_a_display_the_window_is_drawn_into_a_picture(tmp_path: Path, environment: dict[str, str]):
    end = gradient_flow(tmp_path, **environment)
    assert end.returncode == 0
    assert "There is no display" in end.stderr
    assert end.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["gradient-flow.png"]


@pytest.mark.parametrize(("library", "package"), cli.display.LIBRARIES.items())
def test_missing_system_library_names_its_package(monkeypatch, capsys, library: str, package: str):
    def broken(_name: str) -> None:
        raise ImportError(f"{library}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(cli.display.importlib, "import_module", broken)
    assert cli.main(["render", "flow.png"]) == 1
    complaint = capsys.readouterr().err
    assert library in complaint
    assert complaint.endswith("\n")
    assert package in complaint.split()


@NO_WINDOW
def test_missing_library_of_the_display_is_named_before_qt_aborts(monkeypatch, capsys):
    def broken(_name: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(cli.display.ctypes, "CDLL", broken)
    assert cli.main([]) == 1
    assert "the system has no libxcb-cursor.so.0. On Debian or Ubuntu" in capsys.readouterr().err


def test_a_file_that_is_refused_opens_the_window_all_the_same(monkeypatch, capsys, tmp_path: Path):
    path, opened = tmp_path / "damaged.gflow", []
    path.write_text("hello")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    monkeypatch.setattr(cli, "load_app", lambda: SimpleNamespace(run=lambda *begin: opened.append(begin) or 0))
    assert cli.main([str(path)]) == 0
    assert opened == [(None, path, None, None)]
    assert "damaged.gflow" in capsys.readouterr().err


def test_a_preset_that_is_unknown_opens_no_window(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(cli, "load_app", lambda: pytest.fail("a window was opened"))
    assert cli.main(["--preset", "no such"]) == 1


def test_missing_qt_is_said_in_one_sentence(monkeypatch, capsys):
    def broken(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'PySide6'", name="PySide6")

    monkeypatch.setattr(cli.display.importlib, "import_module", broken)
    assert cli.main(["render", "flow.png"]) == 1
    assert "PySide6 is missing" in capsys.readouterr().err


def test_formats_offered_are_those_that_can_be_written(tmp_path, monkeypatch, capsys):
    from explorer.cli.arguments import either
    from explorer.gui.export.formats import PICTURES
    from explorer.workspace.disk.export import FORMATS

    monkeypatch.chdir(tmp_path)
    for command, endings in (("render", PICTURES), ("flow", FORMATS)):
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        assert either(endings) in " ".join(capsys.readouterr().out.split())
        with pytest.raises(SystemExit):
            cli.main([command, *(["--out"] if command == "flow" else []), "flow.bmp"])
        assert ", ".join(endings) in capsys.readouterr().err
    for ending in FORMATS:
        assert cli.main(["flow", "--out", f"flow{ending}"]) == 0
