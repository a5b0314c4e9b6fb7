"""A sweep from a script: told by a mapping or a file, measured here or by others, with the same numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer.engine import BadFile
from explorer.engine.work import never
from explorer.workspace.sweeps.processes import processes
from explorer.workspace.sweeps.reading import sweep_in

TEXT = """preset = "toggle"
quantities = ["rate", "verdict"]
set = { steps = 8, t = 8 }
[axes]
gain = { from = 0.5, to = 2.0, count = 3 }
seed = { from = 0, to = 1 }
"""
TOLD = {
    "preset": "toggle", "quantities": ("rate", "verdict"), "set": {"steps": np.int64(8), "t": 8},
    "axes": {"gain": np.linspace(0.5, 2.0, 3), "seed": range(2)},
}  # fmt: skip


def test_mapping_tells_what_a_file_tells_and_the_result_is_the_same_from_memory_and_from_its_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "edge.toml").write_text(TEXT, "utf-8")
    here = explorer.sweep(TOLD)
    assert (here.axes, here.quantities) == (("gain", "seed"), ("rate", "verdict"))
    told = explorer.sweep(tmp_path / "edge.toml", tmp_path / "edge.npz")
    again = explorer.load_sweep(tmp_path / "edge.npz")
    with np.load(tmp_path / "edge.npz") as archive:
        for name in here:
            np.testing.assert_array_equal(here[name], archive[name])
            np.testing.assert_array_equal(told[name], archive[name])
            np.testing.assert_array_equal(again[name], archive[name])
    assert not here["rate"].flags.writeable


def test_sweep_that_is_stopped_is_kept_and_gone_on_with(tmp_path: Path) -> None:
    done: list[float] = []
    half = explorer.sweep(TOLD, tmp_path / "edge.npz", stop=lambda: len(done) > 3, report=done.append)
    assert 0 < np.isnan(half["rate"]).sum() < 6
    whole = explorer.sweep(TOLD, tmp_path / "edge.npz")
    assert not np.isnan(whole["rate"]).any()
    assert done[-1] < 1.0


def test_point_is_an_exploration_of_its_settings() -> None:
    swept = explorer.sweep(TOLD)
    assert (swept.at((2, 1)).recipe.gain, swept.at((2, 1)).recipe.seed) == (2.0, 1)


@pytest.mark.parametrize(
    ("told", "said"),
    [({"axs": {}}, "“axs”: a sweep has no “axs” here"), ({"axes": {"gian": [1]}}, "“axes.gian”: There is no setting “gian”"),
     ({"axes": {"gain": [1, 1]}}, "“axes.gain”: “gain” has a value twice")],
)  # fmt: skip
def test_mistake_in_a_mapping_is_told_with_its_key(told: dict[str, object], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        explorer.sweep(told)


def test_script_that_sweeps_is_not_run_again_in_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.py").write_text("raise SystemExit('without a guard it would begin to sweep, too')", "utf-8")
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(tmp_path / "script.py"), raising=False)
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    sweep = sweep_in(TOLD)
    with processes(1) as workers:
        found = dict(workers.measured(sweep, [(0, 0)], never))
    assert [outcome.reason for outcome in found.values()] == [""]
