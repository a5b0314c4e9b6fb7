"""A network's weights by PyTorch's names, as a state dict in safetensors."""

from __future__ import annotations

import json

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.network import Network
from explorer.workspace.models.frameworks.pytorch import GRU_GATES, LSTM_GATES
from explorer.workspace.models.written.standard import Half, Level, levels_of, stacked

_WHOSE = "PyTorch"
_CLASSES = {"rnn": ("RNN", ""), "lstm": ("LSTM", LSTM_GATES), "gru": ("GRU", GRU_GATES)}
_FUNCTIONS = ("tanh", "relu")
"""What PyTorch's simple cell may have."""


def state_dict(network: Network) -> bytes:
    """Return the bytes of a safetensors file: ``rnn.weight_ih_l0`` …, ``readout.weight`` and ``readout.bias``, in float64.

    Layers that are alike are one module, ``rnn``; else each is its own, ``rnn1``, ``rnn2``. The file's metadata says which
    modules these are.

    Raises
    ------
    BadNetwork
        If PyTorch has no such layers.
    """
    from safetensors.numpy import save

    levels = levels_of(network, _WHOSE)
    arrays: dict[str, Floats] = {}
    modules: dict[str, str] = {}
    for name, some in _modules(levels):
        modules[name] = _declaration(some)
        for number, level in enumerate(some):
            for half in level.halves:
                arrays |= {f"{name}.{key}": value for key, value in _weights(half, number).items()}
    arrays |= {"readout.weight": network.V, "readout.bias": network.c}
    # `ascontiguousarray` would do for all but a single number.
    return save({name: np.asarray(one, order="C") for name, one in arrays.items()}, _metadata(modules, network))


def _metadata(modules: dict[str, str], network: Network) -> dict[str, str]:
    told = modules | {"readout": f"Linear({network.V.shape[1]}, {network.V.shape[0]})", "then": network.readout}
    return {"format": "pt", "modules": json.dumps(told)}


def _modules(levels: tuple[Level, ...]) -> list[tuple[str, list[Level]]]:
    """Return the layers by module: all in one where they are alike, and nothing stands between them."""
    if any(level.residual or (len(level.halves) == 1 and level.halves[0].backward) for level in levels):
        raise BadNetwork("PyTorch has no layer that adds what it reads, and none that runs backward alone.")
    kinds = {(half.kernel, half.activation, half.width, len(level.halves)) for level in levels for half in level.halves}
    if len(kinds) == 1:
        return [("rnn", list(levels))]
    return [(f"rnn{number}", [level]) for number, level in enumerate(levels, start=1)]


def _declaration(levels: list[Level]) -> str:
    """Return how the module is made in PyTorch."""
    first = levels[0].halves[0]
    more = f", num_layers={len(levels)}" if len(levels) > 1 else ""
    more += ", bidirectional=True" if len(levels[0].halves) > 1 else ""
    more += f", nonlinearity={first.activation!r}" if first.kernel == "rnn" else ""
    return f"{_CLASSES[first.kernel][0]}({first.inputs}, {first.width}{more})"


def _weights(half: Half, number: int) -> dict[str, Floats]:
    _, order = _CLASSES[half.kernel]
    if half.kernel == "rnn" and half.activation not in _FUNCTIONS:
        raise BadNetwork("PyTorch's simple cell has tanh or ReLU, not {activation}.", activation=half.activation)
    end = f"_l{number}{'_reverse' if half.backward else ''}"
    zero = (half.width,)
    # Two biases are added: the one that stands outside of the reset gate is the first.
    return {
        f"weight_ih{end}": stacked(half.U, order, ()),
        f"weight_hh{end}": stacked(half.W, order, ()),
        f"bias_ih{end}": stacked(half.b, order, zero),
        f"bias_hh{end}": stacked(_second(half, order), order, zero),
    }


def _second(half: Half, order: str) -> dict[str, Floats]:
    """Return the bias within the reset gate, of the last gate."""
    return {order[-1]: next(iter(half.b_rec.values()))} if half.b_rec else {}
