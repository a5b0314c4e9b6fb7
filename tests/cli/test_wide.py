"""What is too wide for all pairs is estimated at the command line too, and said to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer import cli
from explorer.engine import limits
from explorer.workspace.disk.files import save
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal

WIDE = Exploration(networks=(Recipe(hidden=64),), sequence=Signal(steps=40))


def test_flow_that_does_not_fit_is_estimated_and_the_words_and_the_file_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(limits, "most_bytes", lambda: 3 * 10**6)
    save(tmp_path / "wide.gflow", WIDE)
    out = tmp_path / "flow.json"
    assert cli.main(["flow", "--file", str(tmp_path / "wide.gflow"), "--out", str(out), "--words"]) == 0
    said = capsys.readouterr().out
    assert "Estimate: " in said
    assert "estimate from 8 of 64 directions" in said
    found = json.loads(out.read_text("utf-8"))
    assert found["meta"]["estimate"] == {"probes": 8, "directions": 64}
    assert found["log_norm_low"][36][0] < found["log_norm"][36][0] < found["log_norm_high"][36][0]


def test_what_fits_is_exact_at_the_command_line_however_long_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("explorer.workspace.looks.wide.AT_ONCE", 1.0)
    save(tmp_path / "wide.gflow", WIDE)
    assert cli.main(["flow", "--file", str(tmp_path / "wide.gflow"), "--words"]) == 0
    assert "stimate" not in capsys.readouterr().out
