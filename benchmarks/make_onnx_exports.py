"""Writes ``tests/workspace/models/data/onnx_exports.npz``: networks as both of PyTorch's ONNX exporters write them.

Run it with torch 2.13, onnxscript and onnx installed::

    python -m benchmarks.make_onnx_exports

For every network ``NAME`` it holds ``NAME/new`` and ``NAME/old``, the bytes of the files that the two exporters write (an
exporter that refuses leaves none), ``NAME/x`` (T, ·) of the first sequence, and ``NAME/y`` (T, D·H), what PyTorch gives
for it in float64.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

TARGET = Path(__file__).parent.parent / "tests" / "workspace" / "models" / "data" / "onnx_exports.npz"
I, H, T, B = 3, 4, 5, 2


class Layers(nn.Module):
    """Layers alone, behind an embedding if there is one."""

    def __init__(self, layers: nn.Module, words: int = 0) -> None:
        super().__init__()
        self.rnn = layers
        self.words = nn.Embedding(words, I) if words else None

    def forward(self, x: Tensor) -> Tensor:
        """Return what the last layer gives out."""
        out: Tensor = self.rnn(x if self.words is None else self.words(x))[0]
        return out


class Cells(nn.Module):
    """A cell that is called step by step."""

    def __init__(self, cell: nn.Module) -> None:
        super().__init__()
        self.cell = cell

    def forward(self, x: Tensor) -> Tensor:
        """Return h of all steps."""
        h = torch.zeros(x.shape[1], H, dtype=x.dtype)
        state: Any = (h, h) if isinstance(self.cell, nn.LSTMCell) else h
        outs = []
        for t in range(x.shape[0]):
            state = self.cell(x[t], state)
            outs.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(outs)


def networks() -> Iterator[tuple[str, nn.Module, Tensor]]:
    """Yield networks by name, with sequences; those of "batch first" stand (B, T, ·)."""
    x = torch.randn(T, B, I)
    yield "LSTM of two layers", Layers(nn.LSTM(I, H, 2)), x
    yield "GRU both ways", Layers(nn.GRU(I, H, 2, bidirectional=True)), x
    both = nn.LSTM(I, H, 3, bidirectional=True, batch_first=True, dropout=0.1)
    yield "LSTM both ways batch first", Layers(both), x.transpose(0, 1)
    yield "simple cell", Layers(nn.RNN(I, H)), x
    yield "simple cells both ways", Layers(nn.RNN(I, H, 2, nonlinearity="relu", bidirectional=True)), x
    yield "simple cells of two layers", Layers(nn.RNN(I, H, 2)), x
    yield "LSTM cell", Cells(nn.LSTMCell(I, H)), x
    yield "GRU cell", Cells(nn.GRUCell(I, H)), x
    yield "simple cell step by step", Cells(nn.RNNCell(I, H)), x
    yield "embedding batch first", Layers(nn.LSTM(I, H, batch_first=True), 11), torch.randint(0, 11, (B, T))
    yield "projection", Layers(nn.LSTM(I, H, proj_size=2)), x


def exported(network: nn.Module, x: Tensor, new: bool) -> bytes | None:
    """Return the file that an exporter writes; None where it refuses."""
    usual = {"opset_version": 18, "external_data": False, "verbose": False}
    old = {"opset_version": 17, "input_names": ["x"], "dynamic_axes": {"x": {0: "a", 1: "b"}}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        try:
            torch.onnx.export(network, (x,), str(path), dynamo=new, **(usual if new else old))
        except (torch.onnx.errors.OnnxExporterError, RuntimeError):
            return None
        return path.read_bytes()


def main() -> None:
    """Write the file."""
    warnings.simplefilter("ignore")
    torch.manual_seed(11)
    stored: dict[str, Any] = {}
    for name, network, x in networks():
        network.eval()
        for key, new in (("new", True), ("old", False)):
            file = exported(network, x, new)
            if file is not None:
                stored[f"{name}/{key}"] = np.frombuffer(file, np.uint8)
        with torch.no_grad():
            wide = network.double()
            y = wide(x.double() if x.is_floating_point() else x).numpy()
        first = name.endswith("batch first")
        stored[f"{name}/x"] = (x[0] if first else x[:, 0]).numpy()
        stored[f"{name}/y"] = y[0] if first else y[:, 0]
    np.savez_compressed(TARGET, **stored)
    print(TARGET, TARGET.stat().st_size)


if __name__ == "__main__":
    main()
