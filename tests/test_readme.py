"""What the README says is true: its commands, its engine, its files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.cli import COMMANDS
from explorer.workspace.presets import presets

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_engine_in_ten_lines_runs_and_what_follows_it_learns(capsys: pytest.CaptureFixture[str]):
    code, training = blocks("python")
    names: dict[str, Any] = {}
    exec(code, names)
    assert len(code.splitlines()) <= 13
    exec(training, names)
    assert names["evaluate"](names["moment"].network, names["examples"]).accuracy == 1.0
    flow, matrix, log_scale = names["flow"], names["matrix"], names["log_scale"]
    assert flow.log_norm.shape == (201, 201)
    assert np.linalg.norm(matrix) == pytest.approx(1.0)
    assert log_scale == pytest.approx(flow.log_norm[200, 150], abs=1e-9)
    assert np.isfinite(float(capsys.readouterr().out.split()[0]))


def test_presets_named_exist():
    named = set(re.findall(r"--preset ([\w-]+)", README)) | set(re.findall(r"^\| `([\w-]+)` \|", README, re.MULTILINE))
    assert named <= {one.name for one in presets()}


def test_commands_named_exist():
    used = re.findall(r"^gradient-flow ([a-z]+)\b(?!\.)", "\n".join(blocks("sh")), re.MULTILINE)
    assert set(used) == set(COMMANDS)


def test_targets_named_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"`?make (run|test|lint|bench|bench-tasks|pictures|clean)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:explorer|resources|tests)/[\w/.]+)`", README))))
def test_files_named_exist(path: str):
    assert (ROOT / path).exists()
