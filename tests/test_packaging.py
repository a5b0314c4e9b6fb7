"""The wheel carries all that the program needs and works far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

import explorer
from explorer.workspace.disk.locks import hold

ROOT = Path(__file__).resolve().parents[1]
ONLY_IN_A_CHECKOUT = {"resources/fonts/subset.py", "resources/fonts/README.md"}


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Run a command that must succeed; return what it printed."""
    end = subprocess.run(
        command, cwd=folder, env=os.environ | environment, check=False, timeout=110,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert end.returncode == 0, end.stdout + end.stderr
    return end.stdout


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source archive, the wheel that it makes and what is installed of that, made once a run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "packaged"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("wb") as lock:
        while not hold(lock):
            time.sleep(0.1)
        if not (folder / "installed").exists():
            _package(folder)
    return folder


def _package(folder: Path) -> None:
    # The wheel from what the source archive holds.
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)], folder)
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile"]
    (wheel,) = folder.glob("*.whl")
    run([sys.executable, "-m", "pip", "install", *quiet, "--target", str(folder / "installed"), str(wheel)], folder)


@pytest.fixture
def wheel(packaged: Path) -> Path:
    (made,) = packaged.glob("*.whl")
    return made


@pytest.fixture
def installed(packaged: Path) -> Path:
    return packaged / "installed"


def test_source_archive_holds_every_file_that_its_tests_read(packaged: Path):
    (made,) = packaged.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    there = {"Makefile", "pyproject.toml", "main.py", "README.md", "LICENSE", ".gitignore"}
    for folder in ("explorer", "resources", "tests", "benchmarks", "tools", "docs"):
        found = (p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        there |= {p.relative_to(ROOT).as_posix() for p in found}
    assert there <= held


def test_wheel_holds_every_module_and_resource_and_nothing_else(wheel: Path):
    expected = {f"explorer/{p.relative_to(ROOT / 'explorer').as_posix()}" for p in (ROOT / "explorer").rglob("*.py")}
    resources = {p.relative_to(ROOT).as_posix() for p in (ROOT / "resources").rglob("*") if p.is_file()}
    expected |= {f"explorer/{name}" for name in resources - ONLY_IN_A_CHECKOUT} | {"explorer/py.typed"}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected


def test_wheel_names_itself_its_commands_and_its_licences(wheel: Path):
    archive = zipfile.ZipFile(wheel)
    info = f"gradient_flow_explorer-{explorer.__version__}.dist-info"
    commands = archive.read(f"{info}/entry_points.txt").decode()
    assert "gradient-flow = explorer.start:main" in commands
    assert "gradient-flow-explorer = explorer.start:main" in commands
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/resources/fonts/OFL.txt"} <= set(archive.namelist())


def test_installed_program_finds_its_own_resources(installed: Path, tmp_path: Path):
    code = "import explorer, explorer.paths; print(explorer.__file__); print(explorer.paths.resources())"
    printed = run([sys.executable, "-c", code], tmp_path, PYTHONPATH=str(installed))
    assert [Path(line) for line in printed.splitlines()] == [
        installed / "explorer" / "__init__.py",
        installed / "explorer" / "resources",
    ]


def test_installed_command_draws_in_another_folder(installed: Path, tmp_path: Path):
    command = installed / "bin" / "gradient-flow"
    if not command.exists():  # Windows
        command = command.with_suffix(".exe")
    run([str(command), "render", "flow.png", "--lang", "zh_CN"], tmp_path, PYTHONPATH=str(installed))
    assert (tmp_path / "flow.png").read_bytes().startswith(b"\x89PNG")


SCRIPT = """
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

import explorer
from explorer.engine import (
    BadFile, Batch, Examples, Flow, Generated, Moment, Network, Refusal, Score, Settings, Trace, Verdict, attribute, bptt,
    bptt_batch, evaluate, forward_batch, gradient_check, gradient_flow, lyapunov_exponents, rtrl, split_paths, train, verdict,
)

Array = NDArray[np.float64]


def read(name: str) -> tuple[Network, Array, tuple[str, ...]]:
    try:
        saved = explorer.load(name)
    except BadFile as refusal:
        raise SystemExit(str(refusal)) from refusal
    return saved.network, saved.x, saved.tokens


net = Network.random(cell="LSTM", inputs=2, hidden=3, outputs=2, gain=1.2, seed=1)
same: bool = net == Network.from_arrays(cell="lstm", U=net.U, W=net.W, b=net.b, V=[[1, 0, 0]])
x: Array = np.zeros((5, 2))
trace: Trace = net.forward(x, s0=None)
flow: Flow = gradient_flow(trace)
matrix, log = flow.product(5, 0)
numbers: list[Array] = [flow.log_norm, flow.log_gain, flow.log_bound, matrix, lyapunov_exponents(trace, skip=1)]
rate: float | None = verdict(flow.log_gain[5]).rate
paths: Array = split_paths(trace, 5, 0).direct
weights: Array = attribute(trace, 5, 0).weights
gradient = bptt(trace, [0] * 5, at="every", window=3)
by_lag: Array = gradient.by_lag("W")
other: Array = rtrl(trace, [0] * 5).W
apart: float = gradient_check(trace, 1, at="last")
examples = Examples([x], [1], at="last")
batch: Batch = Batch.of(net, [x], [1], at="last")
loss: float = bptt_batch(forward_batch(net, batch)).loss
drawn = Generated(lambda rng, count: ([rng.standard_normal((5, 2))] * count, [1] * count), at="last")
slots: Mapping[str, Array] = {}
for source in (examples, drawn):
    for moment in train(Moment.first(net), source, Settings(optimiser="Adam", rate=0.01)):
        slots = moment.slots
        break
score: Score = evaluate(net, examples)
networks: set[Network] = {net}
Settings(optimizer="adam")  # type: ignore[call-arg]
Network.random(inputs=2, hidden=3)  # type: ignore[call-arg]
flow.product(5.0, 0)  # type: ignore[arg-type]
"""


def test_types_of_a_script_against_the_installed_program_are_read(installed: Path, tmp_path: Path):
    # Strict: a comment that ignores no error is one. What is on the path of Python is read only where it is marked typed.
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    words = ["--strict", "--no-incremental", "--cache-dir", ".", "--no-error-summary", "script.py"]
    assert run([sys.executable, "-m", "mypy", *words], tmp_path, PYTHONPATH=str(installed)) == ""


def test_installed_package_runs_as_a_program(installed: Path, tmp_path: Path):
    said = run([sys.executable, "-m", "explorer", "--version"], tmp_path, PYTHONPATH=str(installed))
    assert said == f"gradient-flow {explorer.__version__}\n"


def test_what_the_ways_to_start_leave_behind_is_not_tracked():
    ignored = set((ROOT / ".gitignore").read_text("utf-8").split())
    assert {".venv", "uv.lock", "__pycache__/", "*.egg-info/", "/build/", "/dist/", "gradient-flow.png"} <= ignored
