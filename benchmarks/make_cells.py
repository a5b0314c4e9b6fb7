"""Writes ``tests/engine/data/cells.json``: runs and gradients of published cells by other people's implementations.

The tests of the recurrences compare with this file, so that they need none of them. Run where these are installed
(torch, torchrecurrent 0.2.5, minGRU-pytorch 0.2.1 and xlstm 2.0.6, of which one file is read)::

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
from torch import Tensor

STEPS, INPUTS, HIDDEN = 6, 3, 4
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


def slstm_pointwise() -> Callable[..., Any]:
    """The step of xLSTM's own sLSTM; the package around it would bring much that is not needed."""
    (folder,) = importlib.util.find_spec("xlstm").submodule_search_locations
    path = Path(folder) / "blocks" / "slstm" / "src" / "vanilla" / "slstm.py"
    spec = importlib.util.spec_from_file_location("vanilla_slstm", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.slstm_forward_pointwise


def slstm(weights: Mapping[str, Tensor]) -> Step:
    """xLSTM's sLSTM with one head; its state (y, c, n, m) becomes (h, ln n + m, c/n), which no gauge changes."""
    pointwise = slstm_pointwise()
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


CELLS: dict[str, tuple[Callable[[Mapping[str, Tensor]], Step], dict[str, tuple[int, ...]], int, tuple[float, ...]]] = {
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
}
"""How a cell is made, the shapes of its weights, its inputs, and what its parts start from."""


def case(name: str) -> dict[str, object]:
    """Return a run of a cell, and the gradient of a random sum of what it gives out."""
    make, shapes, inputs, starts = CELLS[name]
    weights = drawn(len(name), shapes)
    rng = np.random.default_rng(1)
    x, weighted = rng.standard_normal((STEPS, inputs)), rng.standard_normal((STEPS, HIDDEN))
    step = make(weights)
    parts: Parts = tuple(torch.full((HIDDEN,), start, dtype=torch.float64) for start in starts)
    states, loss = [], torch.zeros((), dtype=torch.float64)
    for t in range(STEPS):
        out, parts = step(torch.tensor(x[t]), parts)
        states.append(torch.cat(parts).tolist())
        loss = loss + (out * torch.tensor(weighted[t])).sum()
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
