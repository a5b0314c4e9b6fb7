"""Writes ``tests/engine/data/oracle.json``: states and Jacobians of small networks, by PyTorch's autograd.

The tests of the engine compare with this file, so that they need no PyTorch. Run with PyTorch installed::

    python -m benchmarks.make_oracle
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.functional import jacobian

STEPS = 6
INPUTS = 2
OUTPUTS = 3
TARGET = Path(__file__).parent.parent / "tests" / "engine" / "data" / "oracle.json"

Roll = Callable[[Tensor, Tensor], Tensor]
"""From some steps' inputs (S, m) and the state before them (N,), the state after them (N,)."""


def parameters(hidden: int, blocks: int) -> dict[str, Tensor]:
    """Random weights under PyTorch's names, ``blocks`` gates stacked; a gain over 1 makes the gates move."""
    shapes = {
        "weight_ih_l0": (blocks * hidden, INPUTS),
        "weight_hh_l0": (blocks * hidden, hidden),
        "bias_ih_l0": (blocks * hidden,),
        "bias_hh_l0": (blocks * hidden,),
    }
    return {name: torch.randn(shape) * 0.8 for name, shape in shapes.items()}


def module_roll(module: nn.Module, weights: dict[str, Tensor]) -> Roll:
    """The recurrence of PyTorch's own ``RNN`` or ``GRU`` with these weights."""
    module.load_state_dict(weights)
    return lambda x, s: module(x, s[None])[1][0]


def lstm_roll(module: nn.LSTM, weights: dict[str, Tensor]) -> Roll:
    """The recurrence of PyTorch's ``LSTM``; the state is h, then c."""
    module.load_state_dict(weights)

    def roll(x: Tensor, s: Tensor) -> Tensor:
        h, c = s.chunk(2)
        _, (h, c) = module(x, (h[None], c[None]))
        return torch.cat([h[0], c[0]])

    return roll


def written_out_roll(f: Callable[[Tensor], Tensor], weights: dict[str, Tensor]) -> Roll:
    """The simple recurrence with an activation that ``nn.RNN`` does not have."""

    def roll(x: Tensor, s: Tensor) -> Tensor:
        bias = weights["bias_ih_l0"] + weights["bias_hh_l0"]
        for x_t in x:
            s = f(weights["weight_ih_l0"] @ x_t + weights["weight_hh_l0"] @ s + bias)
        return s

    return roll


def our_weights(cell: str, hidden: int, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same weights in the explorer's stacking: one bias, and the GRU's ``b_rec``."""
    b_ih, b_hh = weights["bias_ih_l0"], weights["bias_hh_l0"]
    ours = {"U": weights["weight_ih_l0"], "W": weights["weight_hh_l0"], "b": b_ih + b_hh}
    if cell == "gru":
        ours["b"] = torch.cat([(b_ih + b_hh)[: 2 * hidden], b_ih[2 * hidden :]])
        ours["b_rec"] = b_hh[2 * hidden :]
    ours["V"] = torch.randn(OUTPUTS, hidden)
    ours["c"] = torch.randn(OUTPUTS)
    return ours


def record(cell: str, activation: str, hidden: int, weights: dict[str, Tensor], roll: Roll) -> dict[str, Any]:
    """One case: weights, inputs, states (T+1, N), logits, outputs and every product P_{t,k}, k < t."""
    ours = our_weights(cell, hidden, weights)
    x = torch.randn(STEPS, INPUTS)
    states = [0.5 * torch.randn(2 * hidden if cell == "lstm" else hidden)]
    for t in range(STEPS):
        states.append(roll(x[t : t + 1], states[-1]).detach())
    s = torch.stack(states)
    y = s[1:, :hidden] @ ours["V"].T + ours["c"]
    products = {
        f"{t},{k}": jacobian(lambda start, t=t, k=k: roll(x[k:t], start), s[k]).tolist()
        for t in range(1, STEPS + 1)
        for k in range(t)
    }
    return {
        "cell": cell,
        "activation": activation,
        "weights": {name: value.tolist() for name, value in ours.items()},
        "x": x.tolist(),
        "s": s.tolist(),
        "y": y.tolist(),
        "o": torch.softmax(y, dim=1).tolist(),
        "products": products,
    }


def simple_case(activation: str, hidden: int) -> dict[str, Any]:
    weights = parameters(hidden, blocks=1)
    if activation in ("tanh", "relu"):
        roll = module_roll(nn.RNN(INPUTS, hidden, nonlinearity=activation), weights)
    else:
        f = torch.sigmoid if activation == "sigmoid" else torch.clone
        roll = written_out_roll(f, weights)
    return record("rnn", activation, hidden, weights, roll)


def lstm_case(hidden: int) -> dict[str, Any]:
    weights = parameters(hidden, blocks=4)
    return record("lstm", "tanh", hidden, weights, lstm_roll(nn.LSTM(INPUTS, hidden), weights))


def gru_case(hidden: int) -> dict[str, Any]:
    weights = parameters(hidden, blocks=3)
    return record("gru", "tanh", hidden, weights, module_roll(nn.GRU(INPUTS, hidden), weights))


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(2013)
    cases = [simple_case(activation, 4) for activation in ("tanh", "sigmoid", "relu", "identity")]
    cases += [simple_case("tanh", 5), lstm_case(3), lstm_case(4), gru_case(3), gru_case(5)]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n", encoding="utf-8")
    print(f"{len(cases)} cases in {TARGET}")


if __name__ == "__main__":
    main()
