"""Own networks: the recurrent layers in a file of PyTorch, Keras, Flax, ONNX and others, with the framework's own numbers.

>>> from explorer.models import load
>>> found = load("model.pt")
>>> found.networks["encoder"].forward(x)  # the layers as they are connected
>>> found.layers["encoder.l0_reverse"]  # each layer and direction alone
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from explorer.workspace.models.found import Found
from explorer.workspace.models.opening import open_model

__all__ = ["Found", "load"]


def load(
    path: str | PathLike[str],
    choose: Mapping[str, str] | None = None,
    map: str | PathLike[str] | None = None,
) -> Found:
    """Return the recurrent networks in a file; nothing of the file is run, and its framework is not needed.

    Parameters
    ----------
    path
        A file of weights: ``.pt``, ``.pth``, ``.ckpt``, ``.safetensors``, ``.npz``, ``.keras``, ``.h5``, ``.onnx``, msgpack,
        ``.pdparams``; known by what stands in it.
    choose
        What the file leaves open, by the ``key`` of an assumption: ``{"activation": "relu"}``, or of one network alone,
        ``{"encoder:activation": "relu"}``.
    map
        A file that says which of its arrays is what, for any other framework; ``docs/models.md`` tells how it is written.

    Returns
    -------
    Found
        ``networks`` by name, as connected; ``layers`` by name, each layer and direction alone; ``assumptions``; ``left_out``.

    Raises
    ------
    explorer.engine.BadFile
        The file is missing, unreadable, too big, damaged, or nothing that can be read.
    explorer.engine.BadNetwork
        Nothing recurrent is in it, or what is does not fit together, or what was chosen is no choice.
    """
    return open_model(Path(path), choose, None if map is None else Path(map))
