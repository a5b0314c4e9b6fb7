"""The command line tells what of a text the vocabulary had no room for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer import cli
from explorer.workspace.disk.files import save
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import dataset, taught

TEXT = "".join(chr(0x4E00 + i) for i in np.random.default_rng(3).integers(0, 1800, 4000))


def test_training_tells_the_cut_and_what_is_no_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    task = Task(kind="next_character", text=TEXT)
    save(Path("start.gflow"), taught(Exploration(networks=(Recipe(hidden=2),)), task))
    assert cli.main(["train", "--file", "start.gflow", "--steps", "1", "--out", "run.gflow"]) == 0
    covered = dataset(task).covered
    assert covered is not None
    assert str(covered.told()) in capsys.readouterr().err
    assert f"{covered.unknown:,} of {covered.steps:,} steps are read as <unk>" in str(covered.told())
