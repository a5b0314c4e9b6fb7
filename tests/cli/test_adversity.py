"""The command line where things go wrong around it: streams, names, accounts, and Ctrl-C while it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import explorer
from explorer import cli
from explorer.cli.options import STATUSES

ROOT = Path(explorer.__file__).resolve().parents[1]
MAIN = str(ROOT / "main.py")
LONG = "a" * 300
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device there")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no such thing there")
TRAIN = ["train", "--task", "temporal_order", "--steps", "1", "--out", "run.gflow"]
FLOW = ["flow", "--out", "flow.npz", "--preset", "one-unit"]


def environment(**more: str) -> dict[str, str]:
    # Python buffers what it writes, as it does where nobody asks for something else.
    known = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return known | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "QT_QPA_PLATFORM": "offscreen"} | more


def shell(folder: Path, words: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with streams as a shell can redirect them."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, MAIN, *words],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


def program(folder: Path, code: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder, env=environment(**more), capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@POSIX
class TestStreams:
    @FULL
    @pytest.mark.parametrize(
        ("words", "written"), [(["presets"], []), (["--help"], []), (FLOW, ["flow.npz"]), (TRAIN, ["run.gflow"])]
    )
    def test_standard_output_that_is_full_is_told_and_the_file_is_written(
        self, tmp_path: Path, words: list[str], written: list[str]
    ) -> None:
        end = shell(tmp_path, words, ">/dev/full")
        assert end.stderr == "gradient-flow: Standard output can't be written: No space left on device.\n"
        assert end.returncode == 1
        assert files(tmp_path) == written

    @FULL
    @pytest.mark.parametrize(("words", "status"), [(["flow", "--out", "a.npz", "--file", "no"], 1), (["--no"], 2)])
    def test_standard_error_that_is_full_changes_no_status(self, tmp_path: Path, words: list[str], status: int) -> None:
        assert shell(tmp_path, words, "2>/dev/full").returncode == status

    @pytest.mark.parametrize(
        ("words", "status", "said", "written"),
        [
            (FLOW, 0, "flow.npz\n", ["flow.npz"]),
            (TRAIN, 0, "run.gflow\nUpdate 1: ", ["run.gflow"]),
            (["flow", "--out", "a.npz", "--file", "no"], 1, "", []),
            (["--no"], 2, "", []),
        ],
    )
    def test_without_standard_error_the_rest_is_done_and_no_complaint_goes_astray(
        self, tmp_path: Path, words: list[str], status: int, said: str, written: list[str]
    ) -> None:
        end = shell(tmp_path, words, "2>&-")
        assert (end.returncode, end.stdout[: len(said)], end.stderr) == (status, said, "")
        assert bool(end.stdout) == bool(said)
        assert files(tmp_path) == written

    def test_without_any_stream_the_file_is_written_and_holds_nothing_else(self, tmp_path: Path) -> None:
        log = ["--log", "run.jsonl"]
        assert shell(tmp_path, [*TRAIN, *log], "<&- >&- 2>&-").returncode == 0
        assert (tmp_path / "run.jsonl").read_text("utf-8").startswith('{"step": 1, ')
        assert len((tmp_path / "run.jsonl").read_text("utf-8").splitlines()) == 1


@POSIX
class TestNames:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return the folder that is worked in, with links in it that lead in a circle."""
        monkeypatch.chdir(tmp_path)
        for ending in ("", ".npz", ".png", ".gflow"):
            Path(f"loop{ending}").symlink_to(f"pool{ending}")
            Path(f"pool{ending}").symlink_to(f"loop{ending}")
        return tmp_path

    @pytest.mark.parametrize(
        "words",
        [
            ("flow", "--out", "NAME.npz"),
            ("flow", "--out", "NAME/a.npz"),
            ("flow", "--out", "a.npz", "--file", "NAME.gflow"),
            ("render", "NAME.png"),
            ("train", "--task", "ball", "--steps", "1", "--out", "NAME.gflow"),
            ("train", "--task", "ball", "--steps", "1", "--out", "a.gflow", "--log", "NAME"),
            ("train", "--task", "next_word", "--steps", "1", "--out", "a.gflow", "--data", "NAME"),
        ],
    )
    @pytest.mark.parametrize(
        ("name", "reason"), [(LONG, "File name too long"), ("loop", "Too many levels of symbolic links")]
    )
    def test_which_the_system_does_not_take_are_refused_in_one_sentence(
        self, folder: Path, words: tuple[str, ...], name: str, reason: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = files(folder)
        assert cli.main([word.replace("NAME", name) for word in words]) == 1
        said = capsys.readouterr()
        assert said.err.startswith("gradient-flow: “")
        assert said.err.endswith(f"{reason}.\n")
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert files(folder) == before

    @pytest.mark.parametrize(
        "words", [("render", "no/a.png"), ("flow", "--out", "no/a.npz"), ("render", "folder.png"), ("render", "/proc/a.png")]
    )  # fmt: skip
    def test_where_nothing_can_be_written_are_refused_before_the_work(
        self, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("folder.png").mkdir()
        monkeypatch.setattr(cli, "load_app", lambda: pytest.fail("it was drawn"))
        monkeypatch.setattr(cli, "exploration_of", lambda _: pytest.fail("it was worked out"))
        assert cli.main([*words]) == 1
        assert "can't be saved" in capsys.readouterr().err


@POSIX
@pytest.mark.parametrize("words", [TRAIN, [*TRAIN, "--log", "run.jsonl"], [*FLOW[:3], "--file", "a.gflow"]])
def test_in_a_folder_that_is_gone_the_refusal_is_one_sentence(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "gone").mkdir()
    script = 'cd gone && rmdir ../gone && exec "$@"'
    end = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, MAIN, *words],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert end.returncode == 1
    assert end.stderr.startswith("gradient-flow: “")
    assert end.stderr.count("\n") == 1


NO_HOME = """
import os, sys
if os.name == "posix":
    import pwd
    def nobody(_):
        raise KeyError("no such account")
    pwd.getpwuid = nobody
for name in ("HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"):
    os.environ.pop(name, None)
sys.argv = ["gradient-flow", *sys.argv[1:]]
from explorer.start import main
sys.exit(main())
"""


def test_an_account_without_a_home_has_the_same_picture(tmp_path: Path) -> None:
    at_home = NO_HOME.replace("os.environ.pop", "os.environ.get")
    for name, code in (("home.png", at_home), ("homeless.png", NO_HOME)):
        end = program(tmp_path, code, "render", name, "--preset", "one-unit", "--size", "500x400")
        assert (end.returncode, end.stderr) == (0, "")
    assert (tmp_path / "homeless.png").read_bytes() == (tmp_path / "home.png").read_bytes()


AT = """
import os, signal, sys
class At:
    def find_spec(self, name, path=None, target=None):
        if name == "{name}":
            {how}
sys.meta_path.insert(0, At())
sys.argv = ["gradient-flow", *sys.argv[1:]]
from explorer.start import main
sys.exit(main())
"""
KILL = "os.kill(os.getpid(), signal.SIGINT)"
IN_A_CALLBACK = f"type('Gone', (), {{'__del__': lambda self: {KILL}}})()"


@POSIX
@pytest.mark.parametrize(
    ("name", "words", "how"),
    [
        ("explorer.cli", ["presets"], KILL),
        ("argparse", ["presets"], IN_A_CALLBACK),
        ("msgspec", ["presets"], KILL),
        ("numpy", ["flow", "--out", "flow.npz"], IN_A_CALLBACK),
        ("explorer.workspace.learning.training", TRAIN, KILL),
        ("PySide6.QtWidgets", ["render", "a.png"], KILL),
        ("explorer.gui.shell.window", [], IN_A_CALLBACK),
    ],
)
def test_ctrl_c_while_it_starts_ends_it_with_130_and_without_a_word(
    tmp_path: Path, name: str, words: list[str], how: str
) -> None:
    end = program(tmp_path, AT.format(name=name, how=how), *words)
    assert (end.stdout, end.stderr) == ("", "")
    # A shell says 130 of one that ends by the signal itself, as a window does.
    assert end.returncode in (130, -2)
    assert files(tmp_path) == []


@POSIX
def test_ctrl_c_is_left_ignored_where_it_was(tmp_path: Path) -> None:
    ignored = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    end = program(tmp_path, ignored + AT.format(name="msgspec", how=KILL), "presets")
    assert end.returncode == 0
    assert "toggle" in end.stdout


@POSIX
def test_ctrl_c_while_the_file_is_written_leaves_none(tmp_path: Path) -> None:
    code = f"""
import os, signal, sys
real = os.fsync
os.fsync = lambda file: (real(file), {KILL})
sys.argv = ["gradient-flow", "flow", "--out", "flow.npz"]
from explorer.start import main
sys.exit(main())
"""
    end = program(tmp_path, code)
    assert (end.returncode, end.stdout, end.stderr) == (130, "", "")
    assert files(tmp_path) == []


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"]])
def test_every_exit_status_is_in_the_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(words)
    assert STATUSES in capsys.readouterr().out
    assert {line.split()[0] for line in STATUSES.splitlines()[1:]} == {"0", "1", "2", "3", "130", "143"}
