"""Networks written for others: read back, or run, they are the same networks."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from explorer.cli import main
from explorer.engine import Layer, Network, Recurrence
from explorer.engine.errors import Refusal
from explorer.engine.recurrence import library
from explorer.models import load
from explorer.workspace.disk.giving import give
from explorer.workspace.models.written.dialects import NUMPY, TORCH
from explorer.workspace.models.written.modules import module

X = np.random.default_rng(0).standard_normal((7, 3))


def network(*layers: Layer, readout: str = "softmax") -> Network:
    return Network.random(layers=list(layers), inputs=3, outputs=2, seed=5, readout=readout)


def run(path: Path) -> Any:
    found = importlib.util.spec_from_file_location("written", path)
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made.run(X)


def test_a_module_gives_out_what_every_cell_does(tmp_path: Path):
    for name in library.names():
        net = network(Layer(name, 4))
        # Each in a file of its own: Python takes what it compiled of one of the same size and second for the same.
        give(tmp_path / f"{name}.py", net)
        assert np.abs(run(tmp_path / f"{name}.py") - net.forward(X).o).max() < 1e-12, name


@pytest.mark.parametrize(
    "net",
    [
        network(Layer("lstm", 4), Layer("gru", 2, direction="both"), Layer("rnn", 4, skip="residual", direction="backward")),
        network(Layer("rnn", 4, steps=7, activation="relu"), readout="sigmoid"),
        network(Layer("gru", 4), readout="threshold"),
        network(Layer(Recurrence.parse("h = tanh(W @ h[3] + U @ x[2] + now * h[1] + t * b)"), 4), readout="identity"),
    ],
    ids=["stack", "own weights", "threshold", "delays"],
)  # fmt: skip
def test_a_module_has_layers_directions_delays_and_weights_of_each_step(tmp_path: Path, net: Network):
    give(tmp_path / "net.py", net)
    assert np.abs(run(tmp_path / "net.py") - net.forward(X).o).max() < 1e-12


def test_each_function_that_equations_apply_is_known_to_both_libraries():
    for name in library.names():
        for dialect in (NUMPY, TORCH):
            compile(module(network(Layer(name, 4)), dialect, "w.npz"), name, "exec")
    text = module(network(Layer("gru", 4)), TORCH, "w.npz")
    assert "import torch" in text
    assert "np." not in text.split("def layer_1")[1]


LAYERS = {
    "two": [Layer("lstm", 4), Layer("lstm", 4)], "both": [Layer("gru", 4, direction="both")] * 2,
    "relu": [Layer("rnn", 4, activation="relu")], "mixed": [Layer("gru", 4), Layer("lstm", 3)],
}  # fmt: skip


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize(("ending", "close"), [(".safetensors", 1e-12), (".onnx", 1e-6)])
def test_what_other_frameworks_have_is_read_back_the_same(
    tmp_path: Path, layers: list[Layer], ending: str, close: float
):
    net, path = network(*layers), tmp_path / f"net{ending}"
    give(path, net)
    choose = {"activation": "relu"} if ending == ".safetensors" and layers[0].activation == "relu" else None
    h = X
    for one in load(path, choose).networks.values():
        h = one.forward(h).o
    assert np.abs(h @ net.V.T + net.c - net.forward(X).y).max() < close


def test_a_state_dict_says_into_which_modules_it_goes(tmp_path: Path):
    give(tmp_path / "net.safetensors", network(Layer("gru", 4, direction="both"), Layer("gru", 4, direction="both")))
    with safe_open(tmp_path / "net.safetensors", "np") as file:
        told = json.loads(file.metadata()["modules"])
        assert "rnn.weight_hh_l1_reverse" in list(file.keys())
    assert told == {"rnn": "GRU(3, 4, num_layers=2, bidirectional=True)", "readout": "Linear(8, 2)", "then": "softmax"}


@pytest.mark.parametrize(
    ("layer", "ending", "said"),
    [
        (Layer("mgu", 4), ".safetensors", "PyTorch has no layer of the equations of mgu; a module in Python, .py, has them."),
        (Layer("mgu", 4), ".onnx", "ONNX has no layer of the equations of mgu"),
        (Layer("rnn", 4, activation="sigmoid"), ".safetensors", "PyTorch's simple cell has tanh or ReLU, not sigmoid."),
        (Layer("rnn", 4, activation="identity"), ".onnx", "ONNX's simple cell has no function identity."),
        (Layer("gru", 4, direction="backward"), ".safetensors", "PyTorch has no layer that adds what it reads"),
    ],
)  # fmt: skip
def test_what_a_framework_has_no_layer_for_is_refused_and_no_file_is_made(
    tmp_path: Path, layer: Layer, ending: str, said: str
):
    with pytest.raises(Refusal, match=said):
        give(tmp_path / f"net{ending}", network(layer))
    assert list(tmp_path.iterdir()) == []


def test_our_own_arrays_say_what_they_are_of(tmp_path: Path):
    net = network(Layer("mgu", 4))
    give(tmp_path / "net.npz", net)
    with np.load(tmp_path / "net.npz", allow_pickle=False) as arrays:
        assert {name for name in arrays if name != "meta"} == set(net.weights)
        assert json.loads(str(arrays["meta"]))["layers"][0]["cell"] == "mgu"


def test_the_command_writes_a_preset(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["export", str(tmp_path / "lstm.onnx"), "--preset", "lstm-remembers"]) == 0
    assert "lstm.onnx" in capsys.readouterr().out
    assert list(load(tmp_path / "lstm.onnx").networks) == ["layer1"]
