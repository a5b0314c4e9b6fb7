"""PyTorch: state dicts in both of its formats and in safetensors, with all options of its recurrent layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, weight_norm

from benchmarks.frameworks import HIDDEN, INPUTS, Case, Floats, folder, inputs

NARROW = ("float32", "bfloat16", "float16", "float8_e4m3fn", "float8_e5m2")


class Everything(nn.Module):
    """One layer, or a stack, of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, INPUTS)
        self.relu = nn.RNN(INPUTS, HIDDEN, 2, nonlinearity="relu", bidirectional=True)
        self.tanh = nn.RNN(INPUTS, HIDDEN)
        self.encoder = nn.LSTM(INPUTS, HIDDEN, 2, bidirectional=True)
        self.lstm = nn.LSTM(INPUTS, HIDDEN)
        self.bare = nn.LSTM(INPUTS, HIDDEN, bias=False)
        self.projected = nn.LSTM(INPUTS, HIDDEN + 1, proj_size=HIDDEN)
        self.projections = nn.LSTM(INPUTS, HIDDEN + 1, 2, proj_size=HIDDEN, bidirectional=True)
        self.gru = nn.GRU(INPUTS, HIDDEN)
        self.grus = nn.GRU(INPUTS, HIDDEN, 2, bidirectional=True)
        self.normed = parametrizations.weight_norm(nn.LSTM(INPUTS, HIDDEN), "weight_hh_l0")
        self.spectral = parametrizations.spectral_norm(nn.GRU(INPUTS, HIDDEN), "weight_hh_l0")
        self.rotated = parametrizations.orthogonal(nn.RNN(INPUTS, HIDDEN), "weight_hh_l0")
        self.reflected = parametrizations.orthogonal(nn.LSTM(INPUTS, HIDDEN), "weight_hh_l0")
        self.old_norm = weight_norm(nn.GRU(INPUTS, HIDDEN), "weight_ih_l0")
        self.step = nn.LSTMCell(INPUTS, HIDDEN)
        self.gru_step = nn.GRUCell(INPUTS, HIDDEN)
        self.out = nn.Linear(HIDDEN, 2)


def cases() -> Iterator[Case]:
    """Yield the cases; their files are written."""
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    net = Everything().eval()
    for parameter in net.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, std=0.5)
    torch.save(net.state_dict(), folder() / "pytorch.pt")
    chosen = "relu:activation=relu"
    for name in ("relu", "tanh", "encoder", "lstm", "bare", "projected", "projections", "gru", "grus", "normed",
                 "spectral", "rotated", "reflected", "old_norm"):  # fmt: skip
        module = getattr(net, name)
        single = module.num_layers == 1
        yield Case(
            "pytorch.pt", name, x := inputs(1), _run(module, x), _jacobian(module, x) if single else None, chosen
        )
    for name in ("step", "gru_step"):
        yield Case("pytorch.pt", name, x := inputs(2), _steps(getattr(net, name), x), None, chosen)
    yield from _nested()
    yield from _narrow()


def _nested() -> Iterator[Case]:
    """Yield a checkpoint of before 1.6: weights within, beside the optimiser's memory of them."""
    layer = nn.GRU(INPUTS, HIDDEN, 2)
    adam = torch.optim.Adam(layer.parameters())
    layer(torch.zeros(2, 1, INPUTS))[0].sum().backward()
    adam.step()
    held = {"model": layer.state_dict(), "optimizer_state": adam.state_dict(), "epoch": 3, "args": {"hidden": HIDDEN}}
    torch.save(held, folder() / "pytorch_legacy.pth", _use_new_zipfile_serialization=False)
    yield Case("pytorch_legacy.pth", "model", x := inputs(3), _run(layer, x))


def _narrow() -> Iterator[Case]:
    """Yield a layer in each type of numbers; what is expected is what these very numbers give in float64."""
    from safetensors.torch import save_file

    held: dict[str, Tensor] = {}
    made = []
    for kind in NARROW:
        layer = nn.LSTM(INPUTS, HIDDEN)
        rounded = {key: value.to(getattr(torch, kind)) for key, value in layer.state_dict().items()}
        held |= {f"{kind}.{key}": value for key, value in rounded.items()}
        layer.load_state_dict({key: value.double() for key, value in rounded.items()})
        made.append((kind, layer))
    save_file(held, folder() / "pytorch.safetensors", metadata={"format": "pt"})
    torch.save({key: value for key, value in held.items() if "8" not in key.partition(".")[0]}, folder() / "narrow.pt")
    for kind, layer in made:
        x = inputs(4)
        yield Case("pytorch.safetensors", kind, x, _run(layer, x))
        if "8" not in kind:
            yield Case("narrow.pt", kind, x, _run(layer, x))


def _run(module: nn.Module, x: Floats) -> Floats:
    return np.asarray(module(torch.tensor(x)[:, None])[0].detach()[:, 0])


def _steps(cell: nn.Module, x: Floats) -> Floats:
    state: Any = None
    found = []
    for row in torch.tensor(x)[:, None]:
        state = cell(row, state)
        found.append(state[0] if isinstance(state, tuple) else state)
    return np.asarray(torch.cat(found).detach())


def _jacobian(module: Any, x: Floats) -> Floats:
    """Return ∂s_T/∂s_0 of one layer in one direction, s = (h, c)."""
    h = module.proj_size or module.hidden_size
    c = module.hidden_size if isinstance(module, nn.LSTM) else 0

    def end(s: Tensor) -> Tensor:
        start = s[None, None, :h] if not c else (s[None, None, :h], s[None, None, h:])
        last = module(torch.tensor(x)[:, None], start)[1]
        return torch.cat([part.ravel() for part in (last if c else (last,))])

    return np.asarray(torch.autograd.functional.jacobian(end, torch.zeros(h + c)))
