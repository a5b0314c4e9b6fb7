"""The command ``sweep``: what it writes and says, and that it goes on where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.cli import main
from explorer.cli.options import DONE, REFUSED
from explorer.workspace.sweeps import workers

SPEC = """preset = "toggle"
set = { hidden = 6, "sequence.steps" = 12 }
[axes]
gain = { from = 0.5, to = 2.0, count = 3 }
cell = ["rnn", "lstm"]
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The cores of the machine: a cluster has a test of its own.
    monkeypatch.setattr(workers, "find_spec", lambda _: None)
    path = tmp_path / "edge.toml"
    path.write_text(SPEC)
    return path


def test_a_sweep_is_written_by_its_names_and_is_not_done_twice(spec: Path, capsys: pytest.CaptureFixture[str]):
    out = spec.with_name("edge.npz")
    assert main(["sweep", str(spec), "--out", str(out), "--workers", "1"]) == DONE
    assert "6 points, 0 of them without a value." in capsys.readouterr().out
    with np.load(out, allow_pickle=False) as arrays:
        assert arrays["gain"].tolist() == [0.5, 1.25, 2.0]
        assert arrays["cell"].tolist() == ["rnn", "lstm"]
        assert arrays["rate"].shape == (3, 2)
        assert np.isfinite(arrays["rate"]).all()
    before = out.read_bytes()
    assert main(["sweep", str(spec), "--out", str(out), "--lang", "zh_CN"]) == DONE
    assert "6 个点" in capsys.readouterr().out
    assert out.read_bytes() == before


def test_a_mistake_in_what_is_swept_is_one_sentence(spec: Path, capsys: pytest.CaptureFixture[str]):
    spec.write_text(SPEC.replace("gain", "gian"))
    assert main(["sweep", str(spec), "--out", str(spec.with_name("edge.npz"))]) == REFUSED
    said = capsys.readouterr().err
    assert "“edge.toml”, line 4: There is no setting “gian”" in said
    assert len(said.splitlines()) == 1
    assert sorted(path.name for path in spec.parent.iterdir()) == ["edge.toml"]
