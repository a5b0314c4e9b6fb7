"""What is written for other frameworks, run by them: the same numbers as ours. With torch and onnxruntime installed::

    python -m benchmarks.written_networks

Every cell that ships as a module for NumPy and for PyTorch, in float64, and stacks, both directions and a residual layer;
those that other frameworks have as a state dict, loaded into the modules that its metadata names, and as ONNX, run by
onnxruntime in float32. Printed is the largest difference of what comes out; the script fails beyond 1e-12, and 1e-5 in
float32.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.engine import Layer, Network
from explorer.engine.recurrence import library
from explorer.workspace.models.written.writing import written

INPUTS, STEPS = 3, 12
Case = tuple[str, Network]


def main() -> None:
    """Print the table."""
    x = np.random.default_rng(0).standard_normal((STEPS, INPUTS))
    worst = {"module": 0.0, "state dict": 0.0, "ONNX": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        for name, net in (*_cells(), *_stacks()):
            o = net.forward(x).o
            for ending, run in ((".py", _numpy), (".torch.py", _torch)):
                path = _put(net, Path(folder) / f"{name.replace(' ', '_')}{ending}")
                off = float(np.abs(run(path, x) - o).max())
                worst["module"] = max(worst["module"], off)
                print(f"| {name} | {ending} | {off:.1e} |")
        for name, net in _standard():
            y = net.forward(x).y
            off = float(np.abs(_loaded(_put(net, Path(folder) / "w.safetensors"), x) - y).max())
            worst["state dict"] = max(worst["state dict"], off)
            print(f"| {name} | .safetensors | {off:.1e} |")
            off = float(np.abs(_onnx(_put(net, Path(folder) / "w.onnx"), x) - net.forward(x).o).max())
            worst["ONNX"] = max(worst["ONNX"], off)
            print(f"| {name} | .onnx | {off:.1e} |")
    print(worst)
    if worst["module"] > 1e-12 or worst["state dict"] > 1e-12 or worst["ONNX"] > 1e-5:
        raise SystemExit("the numbers differ")


def _cells() -> Iterator[Case]:
    for name in library.names():
        yield name, Network.random(layers=[Layer(name, 6)], inputs=INPUTS, outputs=2, seed=1)


def _stacks() -> Iterator[Case]:
    layers = [
        Layer("lstm", 6),
        Layer("gru", 6, direction="both"),
        Layer("rnn", 12, skip="residual", direction="backward"),
    ]
    yield "stack", Network.random(layers=layers, inputs=INPUTS, outputs=2, seed=1, readout="sigmoid")
    yield "own weights", Network.random(layers=[Layer("rnn", 6, steps=STEPS)], inputs=INPUTS, outputs=2, seed=1)


def _standard() -> Iterator[Case]:
    for cell in ("rnn", "lstm", "gru"):
        for direction in ("forward", "both"):
            layers = [Layer(cell, 5, direction=direction)] * 2
            yield f"2 × {cell}, {direction}", Network.random(layers=layers, inputs=INPUTS, outputs=2, seed=1)
    yield "relu", Network.random(layers=[Layer("rnn", 5, activation="relu")], inputs=INPUTS, outputs=2, seed=1)
    yield "gru, lstm", Network.random(layers=[Layer("gru", 5), Layer("lstm", 4)], inputs=INPUTS, outputs=2, seed=1)


def _put(net: Network, path: Path) -> Path:
    for place, data in written(net, path).items():
        place.write_bytes(data)
    return path


def _module(path: Path) -> Any:
    found = importlib.util.spec_from_file_location("written", path)
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


def _numpy(path: Path, x: np.ndarray) -> np.ndarray:
    return _module(path).run(x)


def _torch(path: Path, x: np.ndarray) -> np.ndarray:
    return _module(path).run(torch.tensor(x)).detach().numpy()


def _loaded(path: Path, x: np.ndarray) -> np.ndarray:
    """Return the logits of the modules that the metadata names, with the state dict loaded into them."""
    with safe_open(path, "pt") as file:
        told = json.loads(file.metadata()["modules"])
    names = [name for name in told if name.startswith("rnn")]
    made = {name: eval(f"torch.nn.{told[name]}").double() for name in (*names, "readout")}
    torch.nn.ModuleDict(made).load_state_dict(load_file(path))
    h = torch.tensor(x)
    for name in names:
        h = made[name](h)[0]
    return made["readout"](h).detach().numpy()


def _onnx(path: Path, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (o,) = session.run(None, {"x": x[:, None].astype(np.float32)})
    return o[:, 0]


if __name__ == "__main__":
    main()
