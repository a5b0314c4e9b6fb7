"""What the README says is true: its commands, its engine, its files."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.without_memory import baseline
from explorer.cli import COMMANDS, main
from explorer.workspace.disk.files import load
from explorer.workspace.disk.presets import Preset, preset, presets
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import replace
from explorer.workspace.learning.training import learnt_by
from explorer.workspace.looks.analysis import analyse

from .workspace.claims import printed
from .workspace.looking import look
from .workspace.measured import end_of

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_engine_in_ten_lines_runs_and_what_follows_it_learns(capsys: pytest.CaptureFixture[str]):
    code, training = blocks("python")[4:6]
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


def test_blocks_on_layers_print_what_stands_beside_them(capsys: pytest.CaptureFixture[str]):
    code = "".join(blocks("python")[6:])
    names: dict[str, Any] = {}
    exec(code, names)
    said = [line.partition("# ")[2].partition(": ")[0] for line in code.splitlines() if line.startswith("print(")]
    assert len(said) == 12
    assert capsys.readouterr().out.splitlines() == said


def test_block_on_sweeps_prints_what_stands_beside_it(capsys: pytest.CaptureFixture[str]):
    code = blocks("python")[2]
    exec(code, {})
    assert capsys.readouterr().out.strip() == code.strip().splitlines()[-1].partition("# ")[2]


@pytest.fixture(scope="module", params=["rnn", "mgu"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``mine.gflow``, trained on the command line: of a cell with stacked arrays, and of one without."""
    folder = tmp_path_factory.mktemp("trained")
    words = ["--task", "temporal_order", "--steps", "3", "--cell", request.param, "--out", str(folder / "mine.gflow")]
    assert main(["train", *words]) == 0
    return folder


class TestScriptOfTheReadme:
    """A colleague's script, from this page alone."""

    def test_has_thirty_lines(self):
        table, picture, *_ = blocks("python")
        assert sum(bool(line.strip()) for line in (table + picture).splitlines()) <= 30

    def test_gets_the_trained_weights(self, trained: Path, monkeypatch: pytest.MonkeyPatch):
        names = run(trained, monkeypatch, blocks("python")[0])
        recipe = load(trained / "mine.gflow").recipe
        assert recipe.trained is not None
        assert names["net"] == names["saved"].network
        for name, weight in recipe.trained.weights.items():
            np.testing.assert_array_equal(names["net"].parameters[name], weight)
        untrained = build(replace(recipe, trained=None), names["net"].inputs)
        assert not np.array_equal(names["net"].recurrent(), untrained.recurrent())

    def test_writes_a_table_that_needs_no_explanation(self, trained: Path, monkeypatch: pytest.MonkeyPatch):
        names = run(trained, monkeypatch, blocks("python")[0])
        with (trained / "flow.csv").open(encoding="utf-8", newline="") as file:
            first, *rows = csv.DictReader(file)
        tokens, run_ = names["saved"].tokens, analyse(load(trained / "mine.gflow")).run
        assert first["input at t"] == "(initial state)"
        assert len(rows) + 1 == (len(tokens) + 1) * (len(tokens) + 2) // 2
        for row in rows:
            t, k = int(row["later step t"]), int(row["earlier step k"])
            assert row["input at t"] == tokens[t - 1]
            log10 = float(row["log10 of the gain from s_k to s_t"])
            assert log10 == pytest.approx(run_.log_gain[t, k] / np.log(10), abs=1e-12)

    def test_plots_the_map(self, trained: Path):
        pytest.importorskip("matplotlib")
        # A process of its own: what Matplotlib warns of is none of ours.
        code, environment = "".join(blocks("python")[:2]), {"MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", code], cwd=trained, env=os.environ | environment, check=True)
        assert (trained / "flow.png").read_bytes().startswith(b"\x89PNG")


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> dict[str, Any]:
    """Run a script in a folder; return its names."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def test_weights_of_pytorch_give_its_gru():
    rng, n, m = np.random.default_rng(0), 3, 2
    shapes = {"weight_ih_l0": (3 * n, m), "weight_hh_l0": (3 * n, n), "bias_ih_l0": (3 * n,), "bias_hh_l0": (3 * n,)}
    w = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    names: dict[str, Any] = {"np": np, "gru": SimpleNamespace(state_dict=lambda: w)}
    exec(blocks("python")[3], names)
    x, h = rng.standard_normal((4, m)), np.zeros(n)
    states = names["net"].forward(x).s
    for t in range(4):
        # As the documentation of torch.nn.GRU has it.
        i_r, i_z, i_n = np.split(w["weight_ih_l0"] @ x[t] + w["bias_ih_l0"], 3)
        h_r, h_z, h_n = np.split(w["weight_hh_l0"] @ h + w["bias_hh_l0"], 3)
        r, z = 1 / (1 + np.exp(-(i_r + h_r))), 1 / (1 + np.exp(-(i_z + h_z)))
        h = (1 - z) * np.tanh(i_n + r * h_n) + z * h
        np.testing.assert_allclose(states[t + 1], h, rtol=1e-12)


def test_presets_named_exist():
    named = set(re.findall(r"--preset ([\w-]+)", README)) | set(re.findall(r"^\| `([\w-]+)` \|", README, re.MULTILINE))
    assert named <= {one.name for one in presets()}


def test_commands_named_exist():
    used = re.findall(r"^gradient-flow ([a-z]+)\b(?!\.)", "\n".join(blocks("sh")), re.MULTILINE)
    assert set(used) == set(COMMANDS)


def test_targets_named_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"`?make (run|test|lint|bench|bench-tasks|bench-theory|pictures|clean)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:explorer|resources|tests)/[\w/.]+)`", README))))
def test_files_named_exist(path: str):
    assert (ROOT / path).exists()


ADDED = {
    row.split("|")[1].strip(): row for row in README[README.index("| to add |") :].split("\n\n")[0].splitlines()[2:]
}
"""What can be added, with its row of the table that says where."""


@pytest.mark.parametrize("added", ADDED)
def test_where_it_is_added_is_there(added: str):
    named = [name for name in re.findall(r"`([^`]+)`", ADDED[added]) if "<" not in name]
    paths = [name for name in named if "/" in name or name.endswith(".py")]
    known = {path: code_of(path, [ROOT / other for other in paths if "/" in other]) for path in paths}
    assert [path for path, text in known.items() if text is None] == []
    code = "\n".join(text or "" for text in known.values())
    for symbol in named:
        if symbol not in paths and not symbol.startswith("python -m"):
            head, *attributes = symbol.split(".")
            assert re.search(rf"\b(class|def|import( .*)?) {head}\b|^{head}\b", code, re.MULTILINE), symbol
            assert all(re.search(rf"\bdef {attribute}\b", code) for attribute in attributes), symbol


def code_of(path: str, others: list[Path]) -> str | None:
    """Return the text of a file, or all code of a folder; its ``path`` may begin in the folder of one of the ``others``."""
    place = next((one for one in (ROOT / path, *(other.parent / path for other in others)) if one.exists()), None)
    if place is None:
        return None
    return "\n".join(file.read_text("utf-8") for file in ([place] if place.is_file() else place.rglob("*.py")))


LEARNT = {
    "next word": "task-next-word", "next character": "task-next-character", "sentiment, three classes": "task-sentiment-3",
    "sentiment, two classes": "task-sentiment-2", "labelling words": "task-labels", "moving ball": "task-ball",
    "noisy sine, ½ squared error": "task-sine", "temporal order, T = 30": "task-temporal-order",
    "adding, T = 50, ½ squared error": "task-adding", "delayed recall, lag 50": "task-recall",
}  # fmt: skip


def rows_of_tasks() -> dict[str, list[str]]:
    table = README[README.index("| task | network |") :].split("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {first: rest for first, *rest in cells}


@pytest.mark.parametrize("row", rows_of_tasks())
class TestTableOfTasks:
    def test_names_the_network_and_the_updates_of_its_preset(self, row: str):
        network, updates, _, _ = rows_of_tasks()[row]
        one = preset(LEARNT[row])
        cell = {"rnn": "tanh", "lstm": "LSTM", "gru": "GRU"}[one.exploration.recipe.cell]
        assert one.outcome is not None
        assert network == f"{cell} {one.exploration.recipe.hidden}"
        assert updates == f"{one.outcome.updates:,}"

    def test_what_is_held_out_keeps_the_promise_of_the_preset(self, row: str):
        outcome = preset(LEARNT[row]).outcome
        assert outcome is not None
        for number in printed(rows_of_tasks()[row][2]):
            assert number.value <= outcome.loss if outcome.loss is not None else number.value >= (outcome.accuracy or 0)

    def test_what_is_to_beat_is_what_can_be_had_without_a_memory_and_never_below_chance(self, row: str):
        one: Preset = preset(LEARNT[row])
        learnt = learnt_by(one.exploration)
        score = baseline(learnt)[1]
        (said,) = printed(rows_of_tasks()[row][3])
        by_loss = one.outcome is not None and one.outcome.loss is not None
        assert said.is_rounded(score.loss if by_loss else score.accuracy)
        assert by_loss or said.value >= 1 / max(len(learnt.classes), 2) - said.room


TODAY = {
    "diagonal": ("minGRU", "RG-LRU", "LRU", "Mamba"),
    "matrix": ("sLSTM", "mLSTM", "gated DeltaNet", "RWKV-7"),
    "orthogonal": ("expRNN", "coRNN", "LSTM"),
}


@pytest.mark.parametrize("kind", TODAY)
def test_recurrences_of_today_come_to_what_their_presets_promise(kind: str):
    for number, cell in enumerate(TODAY[kind]):
        row = re.search(rf"^\| {cell} \|(.*)\|$", README, re.MULTILINE)
        assert row is not None
        *carried, recall, order, adding, recall200, order200, adding200 = row[1].split("|")
        for task, said in zip(("recall", "recall200"), carried, strict=True):
            end = end_of(f"{task}-{kind}", number)()
            assert end < 1e-6 if "<10⁻⁶" in said else printed(said)[0].is_rounded(end)
        reached = (
            ("recall", None, recall), ("order", None, order), ("adding", None, adding),
            ("recall200", None, recall200), ("order", 200, order200), ("adding", 200, adding200),
        )  # fmt: skip
        for task, lag, cells in reached:
            outcome = preset(f"{task}-{kind}").outcome_of(number, lag)
            assert outcome is not None
            found = [float(one) * (0.01 if "%" in cells else 1.0) for one in re.findall(r"[\d.]+", cells)]
            kept = {
                one <= outcome.loss if outcome.loss is not None else one >= (outcome.accuracy or 0) for one in found
            }
            assert kept == {"all": {True}, "some": {True, False}, "none": {False}}[outcome.seeds], (
                f"{cell}, {task}:{cells}"
            )


def test_presets_show_what_their_table_says():
    assert abs(look("non-normal").analysis.run.eigenvalues) == pytest.approx(0.8, abs=2e-3)
    assert np.exp(look("non-normal").row.max()) == pytest.approx(16, abs=0.5)
    assert look("tanh-large-radius").analysis.run.radius == pytest.approx(1.2)
    assert look("lstm-forget-bias-1").verdict.double == pytest.approx(2.2, abs=0.05)
    assert look("shift-register").verdict.dead_lag == 8
    assert look("one-unit").row[-2] == pytest.approx(-1.7935, abs=5e-5)
