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


def test_a_result_is_drawn_and_a_picture_that_could_not_be_written_is_refused_first(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, drawing = spec.with_name("edge.npz"), spec.with_name("edge.svg")
    nowhere = spec.with_name("none") / "edge.svg"
    assert main(["sweep", str(spec), "--out", str(out), "--workers", "1", "--picture", str(nowhere)]) == REFUSED
    assert not out.exists()
    words = ["sweep", str(spec), "--out", str(out), "--workers", "1", "--picture", str(drawing), "--lang", "zh_CN"]
    assert main(words) == DONE
    assert "W 的增益" in drawing.read_text("utf-8")
    assert str(drawing) in capsys.readouterr().out


def test_the_window_takes_a_sweep_alone_and_asks_for_the_rest_itself(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", "--window", str(spec), "--out", str(tmp_path / "a.npz")])
    assert "--window stands alone" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["sweep", str(spec)])
    assert "--out" in capsys.readouterr().err
    (tmp_path / "none.toml").write_text("a = 1\n")
    assert main(["sweep", "--window", str(tmp_path / "none.toml")]) == REFUSED
