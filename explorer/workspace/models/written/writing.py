"""A network written into a file for others, in the format of its ending."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadFile
from explorer.engine.network.network import Network
from explorer.version import __version__
from explorer.workspace.models.written.dialects import NUMPY, TORCH
from explorer.workspace.models.written.modules import module
from explorer.workspace.models.written.onnx_file import onnx_file
from explorer.workspace.models.written.pytorch_weights import state_dict

ENDINGS = (".safetensors", ".onnx", ".npz", ".py")
"""A PyTorch state dict, ONNX, our own names, a module with its weights beside it."""
_TORCH = ".torch.py"


def written(network: Network, path: Path) -> Mapping[Path, bytes]:
    """Return the files that hold ``network``, in the format of the ending of ``path``; ``NAME.torch.py`` is for PyTorch.

    Raises
    ------
    BadNetwork
        If the format has no such network.
    BadFile
        If the ending is none of `ENDINGS`.
    """
    ending = path.suffix.lower()
    if ending == ".safetensors":
        return {path: state_dict(network)}
    if ending == ".onnx":
        return {path: onnx_file(network)}
    if ending == ".npz":
        return {path: _archive({"meta": _told(network), **network.weights})}
    if ending == ".py":
        # A name of its own: what stands beside it under the plain name is somebody's.
        weights = path.with_name(f"{path.stem}.weights.npz")
        dialect = TORCH if path.name.lower().endswith(_TORCH) else NUMPY
        return {weights: _archive(network.weights), path: module(network, dialect, weights.name).encode()}
    raise BadFile("“{name}” must end in {endings}.", name=path.name, endings=", ".join(ENDINGS))


def _archive(arrays: Mapping[str, ArrayLike]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{name: np.asarray(one) for name, one in arrays.items()})
    return file.getvalue()


def _told(network: Network) -> str:
    """Return a text of JSON that says what the weights are of."""
    layers = [
        {"cell": layer.recurrence.name, "equations": layer.recurrence.text, "activation": layer.activation,
         "width": layer.width, "direction": layer.direction, "skip": layer.skip}
        for layer in network.architecture.layers
    ]  # fmt: skip
    told = {"program": __version__, "layers": layers, "inputs": network.inputs, "readout": network.readout}
    return msgspec.json.encode(told).decode()
