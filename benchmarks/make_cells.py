"""Writes ``tests/engine/data/cells.json``: runs and gradients of published cells by other people's implementations.

The tests of the recurrences compare with this file, so that they need none of them. Run where these are installed (torch,
torchrecurrent 0.2.5, minGRU-pytorch 0.2.1, ncps 1.0.1, reservoirpy 0.4.2, and xlstm 2.0.6, of which two files are read)::

    python -m benchmarks.make_cells
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchrecurrent
from minGRU_pytorch import minGRU
from minGRU_pytorch.minLSTM import minLSTM
from ncps.torch import CfCCell, LTCCell
from ncps.wirings import FullyConnected
from reservoirpy.nodes import Reservoir
from torch import Tensor

STEPS, INPUTS, HIDDEN, KEYS = 6, 3, 4, 8
TARGET = Path(__file__).parent.parent / "tests" / "engine" / "data" / "cells.json"

Parts = tuple[Tensor, ...]
Step = Callable[[Tensor, Parts], tuple[Tensor, Parts]]
"""From an input (m,) and the parts of the state, what is given out and the parts."""


def drawn(seed: int, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """Random weights, to be differentiated by."""
    rng = np.random.default_rng(seed)
    return {name: torch.tensor(0.8 * rng.standard_normal(shape), requires_grad=True) for name, shape in shapes.items()}


def gates(names: str, n: int, m: int) -> dict[str, tuple[int, ...]]:
    """The shapes of U, W and b of some gates."""
    return {f"{a}_{g}": shape for g in names for a, shape in (("U", (n, m)), ("W", (n, n)), ("b", (n,)))}


def packed(weights: Mapping[str, Tensor], matrix: str, names: str) -> Tensor:
    """Some gates' blocks one above the other."""
    return torch.cat([weights[f"{matrix}_{gate}"] for gate in names])


def functional(module: torch.nn.Module, parameters: Mapping[str, Tensor]) -> Callable[..., Any]:
    """A module as a function of its inputs at these parameters, through which a gradient flows to where they come from."""
    zeros = {name: torch.zeros_like(value, dtype=torch.float64) for name, value in module.named_parameters()}
    return lambda *given: torch.func.functional_call(module, {**zeros, **parameters}, given)


def mgu(weights: Mapping[str, Tensor]) -> Step:
    """``torchrecurrent.MGUCell``."""
    cell = functional(
        torchrecurrent.MGUCell(INPUTS, HIDDEN),
        {
            "weight_ih": packed(weights, "U", "fn"),
            "weight_hh": packed(weights, "W", "fn"),
            "bias_ih": packed(weights, "b", "fn"),
        },
    )

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        h = cell(x, *parts)
        return h, (h,)

    return step


def peephole(weights: Mapping[str, Tensor]) -> Step:
    """``torchrecurrent.PeepholeLSTMCell``."""
    cell = functional(
        torchrecurrent.PeepholeLSTMCell(INPUTS, HIDDEN),
        {
            "weight_ih": packed(weights, "U", "ifgo"),
            "weight_hh": packed(weights, "W", "ifgo"),
            "bias_ih": packed(weights, "b", "ifgo"),
            "weight_ph": torch.cat([weights[f"p_{gate}"] for gate in "ifo"]),
        },
    )

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        h, c = cell(x, parts)
        return h, (h, c)

    return step


def cornn(weights: Mapping[str, Tensor]) -> Step:
    """``torchrecurrent.coRNNCell``; its state is (y, z), ours (z, y)."""
    module = torchrecurrent.coRNNCell(INPUTS, HIDDEN, dt=0.06, gamma=66.0, epsilon=15.0)
    cell = functional(
        module,
        {"weight_ih": weights["U"], "weight_hh": weights["W"], "weight_ch": weights["V"], "bias_ih": weights["b"]},
    )

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        y, z = cell(x, (parts[1], parts[0]))
        return y, (z, y)

    return step


def mingru(weights: Mapping[str, Tensor]) -> Step:
    """``minGRU_pytorch.minGRU`` step by step; it has no biases, and as many inputs as units."""
    module = minGRU(dim=HIDDEN)
    cell = functional(module, {"to_hidden_and_gate.weight": torch.cat([weights["U_n"], weights["U_z"]])})

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        h = cell(x[None, None], parts[0][None, None])[0, 0]
        return h, (h,)

    return step


def of_xlstm(*place: str) -> Any:
    """A file of xLSTM's own; the package around it would bring much that is not needed."""
    package = importlib.util.find_spec("xlstm")
    assert package is not None
    assert package.submodule_search_locations is not None
    (folder,) = package.submodule_search_locations
    spec = importlib.util.spec_from_file_location(place[-1].removesuffix(".py"), Path(folder).joinpath(*place))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def minlstm(weights: Mapping[str, Tensor]) -> Step:
    """``minGRU_pytorch.minLSTM`` step by step; it has no biases, and as many inputs as units."""
    module = minLSTM(dim=HIDDEN)
    packed_ = torch.cat([weights[f"U_{gate}"] for gate in "nfi"])
    cell = functional(module, {"to_hidden_and_f_i_gate.weight": packed_})

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        h = cell(x[None, None], parts[0][None, None])[0, 0]
        return h, (h,)

    return step


def mlstm(weights: Mapping[str, Tensor]) -> Step:
    """xLSTM's stabilised step, which carries C and n less a factor e^m; the 1e-6 that it divides by besides is left out."""
    pointwise = of_xlstm("blocks", "mlstm", "backends.py").recurrent_step_stabilized_simple

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        C, n = parts[0].reshape(1, 1, HIDDEN, KEYS).mT, parts[1].reshape(1, 1, KEYS, 1)
        q, k, v = ((weights[f"U_{name}"] @ x).reshape(1, 1, 1, -1) for name in "qkv")
        i, f = ((weights[f"u_{gate}"] @ x + weights[f"b_{gate}"]).reshape(1, 1, 1, 1) for gate in "if")
        h, (C, n, m) = pointwise(C, n, torch.zeros(1, 1, 1, 1), q, k, v, i, f, eps=0.0)
        C, n = C.mT * torch.exp(m), n * torch.exp(m)
        out = torch.sigmoid(weights["U_o"] @ x + weights["b_o"]) * h.reshape(HIDDEN)
        return out, (C.reshape(-1), n.reshape(-1))

    return step


def ltc(weights: Mapping[str, Tensor]) -> Step:
    """``ncps.torch.LTCCell``, all wired to all, with its matrices turned; its masks are ones."""
    wiring = FullyConnected(HIDDEN, HIDDEN)
    wiring.build(INPUTS)
    module = LTCCell(wiring, INPUTS, input_mapping="none", output_mapping="none", implicit_param_constraints=False)
    turned = {"w": "W", "mu": "M", "sigma": "S", "erev": "E"}
    given = {name: weights[own].T for name, own in turned.items()}
    given |= {f"sensory_{name}": weights["Q" if own == "W" else f"{own}_x"].T for name, own in turned.items()}
    given |= {"gleak": weights["g_leak"], "vleak": weights["v_leak"], "cm": weights["c_m"]}
    given |= {"sparsity_mask": torch.ones(HIDDEN, HIDDEN), "sensory_sparsity_mask": torch.ones(INPUTS, HIDDEN)}
    module._params = given

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        _, v = module(x[None], parts[0][None])
        return v[0], (v[0],)

    return step


def cfc(weights: Mapping[str, Tensor]) -> Step:
    """``ncps.torch.CfCCell`` with one layer behind, as wide as the cell."""
    module = CfCCell(INPUTS, HIDDEN, backbone_units=HIDDEN, backbone_layers=1, backbone_dropout=0.0)
    given = {"backbone.0.weight": torch.cat([weights["U"], weights["W"]], dim=1), "backbone.0.bias": weights["b"]}
    for theirs, own in {"ff1": "f", "ff2": "g", "time_a": "a", "time_b": "b"}.items():
        given |= {f"{theirs}.weight": weights[f"W_{own}"], f"{theirs}.bias": weights[f"b_{own}"]}
    cell = functional(module, given)

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        _, h = cell(x[None], parts[0][None], 1.0)
        return h[0], (h[0],)

    return step


def indrnn(weights: Mapping[str, Tensor]) -> Step:
    """``torchrecurrent.IndRNNCell`` with a ReLU."""
    module = torchrecurrent.IndRNNCell(INPUTS, HIDDEN, nonlinearity="relu")
    cell = functional(module, {"weight_ih": weights["U"], "vector_u": weights["w"], "bias_ih": weights["b"]})

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        h = cell(x, *parts)
        return h, (h,)

    return step


def antisymmetric(weights: Mapping[str, Tensor]) -> Step:
    """``torchrecurrent.AntisymmetricRNNCell`` with the step and the friction of ours; its own step is 1."""
    module = torchrecurrent.AntisymmetricRNNCell(INPUTS, HIDDEN, epsilon=0.1, gamma=0.01)
    cell = functional(module, {"weight_ih": weights["V"], "weight_hh": weights["W"], "bias_ih": weights["b"]})

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        h = cell(x, *parts)
        return h, (h,)

    return step


def unicornn(weights: Mapping[str, Tensor]) -> Step:
    """``torchrecurrent.UnICORNNCell``; its state is (y, z), ours (z, y)."""
    module = torchrecurrent.UnICORNNCell(INPUTS, HIDDEN, dt=0.19, alpha=30.65)
    given = {"weight_ih": weights["V"], "weight_hh": weights["w"], "weight_ch": weights["c"], "bias_ih": weights["b"]}
    cell = functional(module, given)

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        y, z = cell(x, (parts[1], parts[0]))
        return y, (z, y)

    return step


def esn(weights: Mapping[str, Tensor]) -> Step:
    """reservoirpy's ``Reservoir``, which no gradient flows through: its states alone are stored."""
    W, U, b = (weights[name].detach().numpy() for name in ("W", "U", "b"))
    node = Reservoir(HIDDEN, lr=0.3, W=0.9 * W, Win=U, bias=b, activation="tanh", input_dim=INPUTS)

    def step(x: Tensor, _parts: Parts) -> tuple[Tensor, Parts]:
        h = torch.tensor(np.asarray(node(x.numpy())).ravel())
        return h, (h,)

    return step


def slstm(weights: Mapping[str, Tensor]) -> Step:
    """xLSTM's sLSTM with one head; its state (y, c, n, m) becomes (h, ln n + m, c/n), which no gauge changes."""
    pointwise = of_xlstm("blocks", "slstm", "src", "vanilla", "slstm.py").slstm_forward_pointwise
    U, W, b = (packed(weights, matrix, "ifzo") for matrix in "UWb")

    def step(x: Tensor, parts: Parts) -> tuple[Tensor, Parts]:
        (h, l, c) = parts
        new = not torch.isfinite(l).all()
        # One of the states (y, c, n, m) that these three stand for; none has been written in at the start.
        n = torch.zeros_like(h) if new else torch.ones_like(h)
        before = torch.stack([h, torch.zeros_like(c) if new else c, n, torch.zeros_like(h) if new else l])
        (y, c, n, m), _ = pointwise((U @ x)[None], (W @ h)[None], b[None], before[:, None], {})
        return y[0], (y[0], (torch.log(n) + m)[0], (c / n)[0])

    return step


CELLS: dict[
    str, tuple[Callable[[Mapping[str, Tensor]], Step], dict[str, tuple[int, ...]], int, tuple[float | list[float], ...]]
] = {
    "mgu": (mgu, gates("fn", HIDDEN, INPUTS), INPUTS, (0.0,)),
    "peephole": (
        peephole,
        {**gates("ifgo", HIDDEN, INPUTS), **{f"p_{gate}": (HIDDEN,) for gate in "ifo"}},
        INPUTS,
        (0.0, 0.0),
    ),
    "cornn": (
        cornn,
        {"W": (HIDDEN, HIDDEN), "V": (HIDDEN, HIDDEN), "U": (HIDDEN, INPUTS), "b": (HIDDEN,)},
        INPUTS,
        (0.0, 0.0),
    ),
    "mingru": (mingru, {"U_z": (HIDDEN, HIDDEN), "U_n": (HIDDEN, HIDDEN)}, HIDDEN, (0.0,)),
    "slstm": (slstm, gates("ifzo", HIDDEN, INPUTS), INPUTS, (0.0, -np.inf, 0.0)),
    "minlstm": (minlstm, {f"U_{gate}": (HIDDEN, HIDDEN) for gate in "nfi"}, HIDDEN, (0.0,)),
    "mlstm": (
        mlstm,
        {
            **{f"U_{name}": (size, INPUTS) for name, size in {"q": KEYS, "k": KEYS, "v": HIDDEN, "o": HIDDEN}.items()},
            **{f"u_{gate}": (INPUTS,) for gate in "if"},
            **{f"b_{gate}": () for gate in "if"},
            "b_o": (HIDDEN,),
        },
        INPUTS,
        ([0.0] * HIDDEN * KEYS, [0.0] * KEYS),
    ),
    "ltc": (
        ltc,
        {
            **dict.fromkeys(("W", "M", "S", "E"), (HIDDEN, HIDDEN)),
            **dict.fromkeys(("Q", "M_x", "S_x", "E_x"), (HIDDEN, INPUTS)),
            **dict.fromkeys(("g_leak", "v_leak", "c_m"), (HIDDEN,)),
        },
        INPUTS,
        (0.0,),
    ),
    "cfc": (
        cfc,
        {
            "U": (HIDDEN, INPUTS),
            "W": (HIDDEN, HIDDEN),
            "b": (HIDDEN,),
            **{f"W_{gate}": (HIDDEN, HIDDEN) for gate in "fgab"},
            **{f"b_{gate}": (HIDDEN,) for gate in "fgab"},
        },
        INPUTS,
        (0.0,),
    ),
    "indrnn": (indrnn, {"U": (HIDDEN, INPUTS), "w": (HIDDEN,), "b": (HIDDEN,)}, INPUTS, (0.0,)),
    "antisymmetric": (
        antisymmetric,
        {"V": (HIDDEN, INPUTS), "W": (HIDDEN, HIDDEN), "b": (HIDDEN,)},
        INPUTS,
        (0.0,),
    ),
    "unicornn": (
        unicornn,
        {"V": (HIDDEN, INPUTS), "w": (HIDDEN,), "c": (HIDDEN,), "b": (HIDDEN,)},
        INPUTS,
        (0.0, 0.0),
    ),
    "esn": (esn, {"W": (HIDDEN, HIDDEN), "U": (HIDDEN, INPUTS), "b": (HIDDEN,)}, INPUTS, (0.0,)),
}
"""How a cell is made, the shapes of its weights, its inputs, and what its parts start from."""


def case(name: str) -> dict[str, object]:
    """Return a run of a cell, and the gradient of a random sum of what it gives out."""
    make, shapes, inputs, starts = CELLS[name]
    weights = drawn(len(name), shapes)
    rng = np.random.default_rng(1)
    x, weighted = rng.standard_normal((STEPS, inputs)), rng.standard_normal((STEPS, HIDDEN))
    step = make(weights)
    parts: Parts = tuple(
        torch.tensor(start) if isinstance(start, list) else torch.full((HIDDEN,), start) for start in starts
    )
    states, loss = [], torch.zeros((), dtype=torch.float64)
    for t in range(STEPS):
        out, parts = step(torch.tensor(x[t]), parts)
        states.append(torch.cat(parts).tolist())
        loss = loss + (out * torch.tensor(weighted[t])).sum()
    if loss.requires_grad:
        loss.backward()
    return {
        "cell": name,
        "weights": {key: weight.tolist() for key, weight in weights.items()},
        "x": x.tolist(),
        "s": states,
        "weighted": weighted.tolist(),
        "gradients": {key: weight.grad.tolist() for key, weight in weights.items() if weight.grad is not None},
    }


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    TARGET.write_text(json.dumps({"cases": [case(name) for name in CELLS]}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
