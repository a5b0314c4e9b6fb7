"""Numbers in a file explain themselves: what they are of, in which norm, and every key is documented."""

from __future__ import annotations

import csv
import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.engine.recurrence import library
from explorer.workspace.disk.export import FORMATS, save_numbers
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.exploration.exploration import Exploration, Numbers, Recipe, Signal, Text
from explorer.workspace.feed.edits import standardised
from explorer.workspace.learning.training_log import MEANINGS
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.meta import HOLDS, meta
from explorer.workspace.models.written.dialects import NUMPY

from ..spreadsheets import read_csv

ENTRY_BY_ENTRY = [
    name for name in library.names()
    if not library.cell(name).recurrence.input_delays
    and all(one.delays == (1,) for one in library.cell(name).recurrence.states)
]  # fmt: skip
"""Cells whose equations Python runs as they stand: those without older values."""
REFERENCE = (Path(explorer.__file__).resolve().parents[1] / "docs" / "numbers.md").read_text("utf-8")


@cache
def looked(name: str) -> Inspection:
    return inspect(analyse(EXPLORATIONS[name]))


EXPLORATIONS = {
    "rnn": Exploration(networks=(Recipe(hidden=5, activation="relu"),), sequence=Signal(steps=7)),
    "lstm": Exploration(
        networks=(Recipe(cell="lstm", hidden=3, seed=9),), sequence=Text(text='No, "two," # are\tthe\u2028same.')
    ).with_lens(norm="spectral"),
    "gru": Exploration(
        networks=(Recipe(cell="gru", hidden=4),),
        sequence=Numbers(rows=((0.5, 1.0), (2.0, 3.0), (1.0, 0.0)), columns=("wind, m/s", "load #2"), source="a.csv"),
    ),
    "mgu": Exploration(networks=(Recipe(cell="mgu", hidden=3),), sequence=Signal(kind="noise", steps=6)),
    "task": preset("task-sentiment-3").exploration,
}


def rough() -> Inspection:
    """A flow that is estimated."""
    return inspect(analyse(Exploration(networks=(Recipe(hidden=9),), sequence=Signal(steps=9)), most=1.0))


def written(tmp_path: Path, name: str, ending: str) -> Path:
    save_numbers(tmp_path / f"flow{ending}", looked(name))
    return tmp_path / f"flow{ending}"


def document(tmp_path: Path, name: str) -> dict[str, Any]:
    return json.loads(written(tmp_path, name, ".json").read_text("utf-8"), parse_constant=pytest.fail)


def comments(path: Path) -> dict[str, Any]:
    """Return what the comments of a table say, as docs/numbers.md has it."""
    lines = [line for line in path.read_text("utf-8").split("\n") if line.startswith("# ")]
    return {key: json.loads(value) for key, _, value in (line[2:].partition(": ") for line in lines)}


def keys(heading: str) -> dict[str, str]:
    """Return the keys that a section of the reference lists, and what it says of each."""
    section = REFERENCE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([\w/]+)` \| (.+) \|$", section, re.MULTILINE))


@pytest.mark.parametrize("name", EXPLORATIONS)
class TestEveryFormat:
    def test_says_the_same_of_the_network_and_of_what_it_was_fed(self, tmp_path: Path, name: str) -> None:
        with np.load(written(tmp_path, name, ".npz"), allow_pickle=False) as numbers:
            npz = json.loads(str(numbers["meta"]))
            assert set(npz.pop("holds")) == set(numbers) - {"meta"}
        as_json, as_csv = document(tmp_path, name)["meta"], comments(written(tmp_path, name, ".csv"))
        as_json.pop("holds")
        as_csv.pop("holds")
        assert npz == as_json == as_csv
        run, fed = looked(name).analysis.run, looked(name).analysis.feed
        recipe = EXPLORATIONS[name].recipe
        assert (npz["cell"], npz["gain"], npz["seed"]) == (recipe.cell, recipe.gain, recipe.seed)
        assert npz["version"] == explorer.__version__
        assert tuple(npz["columns"]) == fed.columns
        assert npz["tokens"] == (list(fed.tokens) if fed.symbolic else None)
        assert npz["parts"] == list(run.trace.only.parts)
        assert npz["width"] == sum(npz["part_widths"]) == run.trace.width
        assert len(npz["gates"]) == {"rnn": 1, "lstm": 4, "gru": 3, "mgu": 2}[npz["cell"]]

    def test_writes_the_same_bytes_twice(self, tmp_path: Path, name: str) -> None:
        for ending in FORMATS:
            first = written(tmp_path, name, ending).read_bytes()
            assert written(tmp_path, name, ending).read_bytes() == first

    def test_frobenius_norm_and_root_mean_square_gain_are_both_there_by_name(self, tmp_path: Path, name: str) -> None:
        with np.load(written(tmp_path, name, ".npz")) as numbers:
            N = numbers["s"].shape[1]
            assert np.allclose(np.diag(numbers["log_norm"]), 0.5 * math.log(N))
            assert np.allclose(np.diag(numbers["log_rms_gain"]), 0.0, atol=1e-15)
            spectral = "log_spectral_norm" in numbers
            row = numbers["log_spectral_norm" if spectral else "log_rms_gain"]
        found = document(tmp_path, name)
        assert found["verdict"]["norm"] == found["meta"]["norm"] == ("spectral" if spectral else "rms")
        assert found["verdict"]["end"] in (row[found["verdict"]["t"], 0], "-inf")

    def test_the_weights_make_the_network_again(self, tmp_path: Path, name: str) -> None:
        found = document(tmp_path, name)
        with np.load(written(tmp_path, name, ".npz")) as numbers:
            run = {"file": numbers, "meta": found["meta"]}
            exec(REFERENCE.split("```python")[2].split("```")[0], run)
            net, weights = run["net"], run["stacked" if "W" in numbers else "weights"]
            assert np.array_equal(run["trace"].s, numbers["s"])
            assert np.array_equal(net.forward(numbers["x"], numbers["s"][0]).s, numbers["s"])
        assert set(found["weights"]) == set(weights)
        assert all(np.array_equal(found["weights"][key], array) for key, array in weights.items())

    def test_a_table_is_read_by_numpy_by_plain_csv_and_by_ourselves(self, tmp_path: Path, name: str) -> None:
        path = written(tmp_path, name, ".csv")
        log_norm = looked(name).analysis.run.flow.log_norm
        rows = np.genfromtxt(path, delimiter=",", names=True, encoding="utf-8")
        assert set(rows.dtype.names) == set(comments(path)["holds"])
        t, k = rows["t"].astype(int), rows["k"].astype(int)
        assert len(rows) == len(log_norm) * (len(log_norm) + 1) // 2
        assert np.array_equal(rows["log_norm"], log_norm[t, k])
        plain = np.loadtxt(path, delimiter=",", skiprows=1, encoding="utf-8")
        assert np.array_equal(plain, np.array(rows.tolist()))
        if np.isfinite(plain).all():
            assert read_csv(path).columns == rows.dtype.names
            assert np.array_equal(np.array(read_csv(path).rows), plain)

    def test_readers_that_part_a_comment_into_cells_first_can(self, tmp_path: Path, name: str) -> None:
        """As the Python engine of pandas does."""
        with written(tmp_path, name, ".csv").open(encoding="utf-8", newline="") as file:
            lines = [cells for cells in csv.reader(file, strict=True) if not cells[0].startswith("#")]
        assert len(lines) == 1 + sum(range(1, looked(name).analysis.steps + 2))


def test_numbers_on_a_scale_say_how_their_units_come_back(tmp_path: Path) -> None:
    rows = ((5200.0, 8.0), (5400.0, 8.5), (5000.0, 8.0))
    fed = standardised(Numbers(rows=rows, columns=("load", "wind"), source="a.csv"))
    save_numbers(tmp_path / "n.json", inspect(analyse(Exploration(sequence=fed))))
    found = json.loads((tmp_path / "n.json").read_text("utf-8"))
    scales = found["meta"]["sequence"]["scaling"]
    assert [scale["column"] for scale in scales] == ["load", "wind"]
    back = np.array(found["x"]) * [s["spread"] for s in scales] + [s["centre"] for s in scales]
    assert np.allclose(back, rows)
    assert document(tmp_path, "gru")["meta"]["sequence"]["scaling"] is None


def test_a_table_of_pairs_speaks_of_its_columns_and_of_no_square(tmp_path: Path) -> None:
    holds = comments(written(tmp_path, "lstm", ".csv"))["holds"]
    assert not any("(T" in said or "k > t" in said for said in holds.values())
    assert all(said in HOLDS[name] for name, said in holds.items())


@pytest.mark.parametrize(
    ("cell", "activation"), [*((cell, "tanh") for cell in ENTRY_BY_ENTRY), ("rnn", "identity"), ("residual", "relu")]
)
def test_the_equations_are_those_of_the_cell(cell: str, activation: str) -> None:
    recipe = Recipe(cell=cell, hidden=3, activation=activation, initial_state=(0.3, -0.2, 0.1), bias=0.4)
    looking = inspect(analyse(Exploration(networks=(recipe,), sequence=Signal(kind="noise", steps=2))))
    trace, net = looking.analysis.run.trace, looking.analysis.run.network
    recurrence, parts = recipe.recurrence, trace.only.parts
    known: dict[str, Any] = {"np": np, "x": trace.x[1], "t": 2}
    for definition in NUMPY.functions.values():
        exec(definition, known)
    sizes = {"n": 3, "m": 1, **dict(recurrence.sizes)}
    shapes = {state.name: tuple(sizes.get(axis, axis) for axis in state.shape) for state in recurrence.states}
    known |= {name: trace.s[1, part].reshape(shapes[name]) for name, part in parts.items()}
    known |= {name.removeprefix("1/"): weight for name, weight in net.weights.items() if "/" in name}
    *step, output = meta(looking, ())["equations"]
    for line in step:
        exec(line, known)
    assert np.allclose(np.concatenate([np.ravel(known[part]) for part in parts]), trace.s[2], rtol=1e-12)
    read = net.layers[0].recurrence.output
    assert output == f"output = softmax(V @ {read} + c)"
    assert np.allclose(net.V @ known[read] + net.c, trace.y[1], rtol=1e-12)


def _as_listed(name: str) -> str:
    return "1/NAME" if name.startswith("1/") else name


class TestReference:
    def test_lists_every_array_with_the_words_of_the_files(self) -> None:
        assert keys("Arrays") == HOLDS

    def test_lists_every_key_of_meta_and_of_the_verdict_and_no_other(self, tmp_path: Path) -> None:
        for name in EXPLORATIONS:
            found = document(tmp_path, name)
            assert set(found["meta"]) == set(keys("`meta`"))
            assert set(found["verdict"]) == set(keys("`verdict`"))
            assert set(found) - set(HOLDS) == {"meta", "verdict", "weights"}
            assert {_as_listed(held) for held in found["meta"]["holds"]} <= set(HOLDS)

    def test_no_array_is_listed_that_is_never_written(self, tmp_path: Path) -> None:
        save_numbers(tmp_path / "rough.json", rough())
        found = json.loads((tmp_path / "rough.json").read_text("utf-8"))
        assert found["meta"]["estimate"] == {"probes": 8, "directions": 9}
        assert found["verdict"]["estimated"]
        held = [found["meta"]["holds"], *(document(tmp_path, name)["meta"]["holds"] for name in EXPLORATIONS)]
        held += [comments(written(tmp_path, name, ".csv"))["holds"] for name in EXPLORATIONS]
        assert {_as_listed(name) for name in set().union(*held)} == set(HOLDS)

    def test_lists_every_key_of_the_log_with_the_words_of_the_help(self) -> None:
        assert keys("The log of a training") == MEANINGS
        assert set(MEANINGS) == set(COLUMNS)

    def test_the_example_runs_as_it_stands(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        written(tmp_path, "gru", ".npz")
        written(tmp_path, "gru", ".csv")
        code = re.findall(r"```python\n(.*?)```", REFERENCE, re.DOTALL)[0]
        names: dict[str, Any] = {}
        exec(code, names)
        assert names["meta"]["cell"] == "gru"
        assert names["rows"]["log_rms_gain"][0] == 0.0
        names["file"].close()


def test_outputs_are_called_by_the_classes_of_the_task(tmp_path: Path) -> None:
    assert document(tmp_path, "task")["meta"]["classes"] == ["positive", "neutral", "negative"]
    assert document(tmp_path, "rnn")["meta"]["classes"] is None
