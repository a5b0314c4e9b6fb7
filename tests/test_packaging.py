"""The wheel carries all that the program needs and works far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import explorer

ROOT = Path(__file__).resolve().parents[1]
ONLY_IN_A_CHECKOUT = {"resources/fonts/subset.py", "resources/fonts/README.md"}


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Run a command that must succeed; return what it printed."""
    end = subprocess.run(
        command, cwd=folder, env=os.environ | environment, check=False, timeout=110,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert end.returncode == 0, end.stderr
    return end.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)], out)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile"]
    run([sys.executable, "-m", "pip", "install", *quiet, "--target", str(target), str(wheel)], target)
    return target


def test_wheel_holds_every_module_and_resource_and_nothing_else(wheel: Path):
    expected = {f"explorer/{p.relative_to(ROOT / 'explorer').as_posix()}" for p in (ROOT / "explorer").rglob("*.py")}
    resources = {p.relative_to(ROOT).as_posix() for p in (ROOT / "resources").rglob("*") if p.is_file()}
    expected |= {f"explorer/{name}" for name in resources - ONLY_IN_A_CHECKOUT}
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
