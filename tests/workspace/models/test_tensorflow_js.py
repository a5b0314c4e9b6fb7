"""TensorFlow.js's model.json with its weights beside it; files of programs that are told by name and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.engine.errors import BadFile
from explorer.models import load
from explorer.workspace.disk.kinds import MODEL, kind_of

m, n = 3, 4
RNG = np.random.default_rng(7)
WEIGHTS = {
    "gru_GRU1/kernel": RNG.normal(size=(m, 3 * n)), "gru_GRU1/recurrent_kernel": RNG.normal(size=(n, 3 * n)),
    "gru_GRU1/bias": RNG.normal(size=3 * n),
}  # fmt: skip


def written(folder: Path, function: str, **changes: Any) -> Path:
    """Write a GRU as TensorFlow.js does: its reset gate stands before the matrix, the numbers in two files."""
    settings = {"name": "gru_GRU1", "units": n, "activation": "tanh", "recurrent_activation": function}
    data = b"".join(array.astype("<f4").tobytes() for array in WEIGHTS.values())
    (folder / "shard1.bin").write_bytes(data[:50])
    (folder / "shard2.bin").write_bytes(data[50:])
    told = [{"name": name, "shape": list(array.shape), "dtype": "float32"} for name, array in WEIGHTS.items()]
    model = {"class_name": "Sequential", "config": {"layers": [{"class_name": "GRU", "config": settings}]}}
    manifest = [{"paths": ["shard1.bin", "shard2.bin"], "weights": told} | changes]
    (folder / "model.json").write_text(json.dumps({"modelTopology": model, "weightsManifest": manifest}))
    return folder / "model.json"


def hard_sigmoid(z: np.ndarray) -> np.ndarray:
    return np.clip(0.2 * z + 0.5, 0.0, 1.0)


@pytest.mark.parametrize("function", ["hardSigmoid", "hard_sigmoid", "sigmoid"])
def test_its_gru_gives_out_what_its_definition_says(tmp_path: Path, function: str) -> None:
    found = load(written(tmp_path, function))
    assert found.source == "Keras 2.0 (TensorFlow.js)"
    assert not found.assumptions
    U, W, b = (array.astype(np.float32).astype(float) for array in WEIGHTS.values())
    gate = (lambda z: 1 / (1 + np.exp(-z))) if function == "sigmoid" else hard_sigmoid
    x, h, wanted = RNG.normal(size=(6, m)), np.zeros(n), []
    for row in x:
        z = gate(row @ U[:, :n] + h @ W[:, :n] + b[:n])
        r = gate(row @ U[:, n : 2 * n] + h @ W[:, n : 2 * n] + b[n : 2 * n])
        h = z * h + (1 - z) * np.tanh(row @ U[:, 2 * n :] + (r * h) @ W[:, 2 * n :] + b[2 * n :])
        wanted.append(h)
    np.testing.assert_allclose(found.networks["gru_GRU1"].forward(x).y, wanted, rtol=1e-12)


def test_weights_that_were_made_small_are_widened(tmp_path: Path) -> None:
    path = written(tmp_path, "sigmoid")
    told = json.loads(path.read_text())
    small = {"dtype": "uint8", "scale": 0.01, "min": -1.0}
    for one in told["weightsManifest"][0]["weights"]:
        one["quantization"] = small
    path.write_text(json.dumps(told))
    found = load(path).networks["gru_GRU1"].weights["1/U_z"]
    data = (tmp_path / "shard1.bin").read_bytes()
    expected = np.frombuffer(data[: 3 * m * n], np.uint8).reshape(m, 3 * n)[:, :n].T * 0.01 - 1.0
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("named", ["../shard1.bin", "/etc/passwd", "a/shard1.bin", "..\\shard1.bin", ""])
def test_no_file_of_another_folder_is_read(tmp_path: Path, named: str) -> None:
    with pytest.raises(BadFile, match="names a file in another folder"):
        load(written(tmp_path, "sigmoid", paths=[named]))


def test_a_file_of_weights_that_is_missing_or_short_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "sigmoid")
    (tmp_path / "shard2.bin").write_bytes(b"")
    with pytest.raises(BadFile, match="more numbers than the file"):
        load(path)
    (tmp_path / "shard2.bin").unlink()
    with pytest.raises(BadFile, match=r"There is no file “shard2\.bin”"):
        load(path)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('{"type": "LSTM", "hiddenLayers": [], "options": {}}', "brain.js"),
        ('{"neurons": [], "connections": []}', "synaptic"),
        ("#Parameter# /lstm/_0 {16,3} 800 ZERO_GRAD\n0.1 0.2\n", "DyNet"),
    ],
)
def test_what_is_not_read_is_told_by_its_name_with_what_to_do(tmp_path: Path, text: str, source: str) -> None:
    (tmp_path / "net.json").write_text(text)
    assert kind_of(tmp_path / "net.json") == (MODEL if text.startswith("{") else None)
    with pytest.raises(BadFile, match=rf"a network of {source}, which is not read as it is: .*with a mapping"):
        load(tmp_path / "net.json")
