"""A new cell is one text file beside those that ship, and the whole program has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer import cli
from explorer.engine import gradient_check
from explorer.engine.recurrence import library
from explorer.paths import resources
from explorer.workspace.disk.files import load
from explorer.workspace.disk.saved import load_saved
from explorer.workspace.exploration import cells

TWO_SPEEDS = """\
title = { en = "Two speeds", zh_CN = "两种速度" }
note = { en = "A fast state reads a slow one.", zh_CN = "快状态读取慢状态。" }
source = "Nobody 2026"
candidate = "W_q"
equations = \"\"\"
a = 0.1
q = tanh(U @ x + W_q @ q + W_s @ s + b)
s = (1 - a) * s + a * q
h = q + s
\"\"\"

[start]
W_s = { uniform = [-0.1, 0.1] }
"""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder to work in, while the program ships one cell more."""
    there = tmp_path / "resources"
    (there / "cells").mkdir(parents=True)
    for file in (resources() / "cells").glob("*.toml"):
        (there / "cells" / file.name).symlink_to(file)
    (there / "cells" / "speeds.toml").write_text(TWO_SPEEDS, "utf-8")
    monkeypatch.setattr(library, "resources", lambda: there)
    monkeypatch.chdir(tmp_path)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    for known in (*vars(library).values(), cells.told):
        if hasattr(known, "cache_clear"):
            known.cache_clear()


@pytest.mark.usefixtures("shipped")
def test_it_is_listed_looked_at_drawn_trained_checked_and_given_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cells", "--lang", "zh_CN"]) == 0
    assert ["speeds", "两种速度", "q,", "s", "Nobody", "2026"] in map(str.split, capsys.readouterr().out.splitlines())

    assert cli.main(["flow", "--out", "flow.json", "--cell", "speeds"]) == 0
    meta = json.loads(Path("flow.json").read_text("utf-8"))["meta"]
    assert (meta["cell"], meta["text"], meta["parts"]) == ("speeds", None, ["q", "s"])
    assert meta["equations"][0] == "a = 0.1"

    assert cli.main(["render", "window.png", "--cell", "speeds", "--view", "window", "--size", "900x600"]) == 0
    assert Path("window.png").stat().st_size > 10_000

    assert (
        cli.main(["train", "--task", "temporal_order", "--cell", "speeds", "--steps", "2", "--out", "run.gflow"]) == 0
    )
    assert load(Path("run.gflow")).recipe.cell == "speeds"

    saved = load_saved("run.gflow")
    assert saved.updates == 2
    assert set(saved.network.weights) == {"1/U", "1/W_q", "1/W_s", "1/b", "V", "c"}
    trace = saved.network.forward(saved.x, saved.s0)
    apart = gradient_check(trace, np.zeros(len(saved.x), dtype=int))
    assert apart < 1e-6
    assert apart.tried > 0
