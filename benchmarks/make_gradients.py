"""Writes ``tests/engine/data/gradients.json``: losses and gradients of small networks, by PyTorch's autograd.

The tests of the engine compare with this file, so that they need no PyTorch. Run with PyTorch installed::

    python -m benchmarks.make_gradients
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.make_oracle import (
    INPUTS,
    OUTPUTS,
    Roll,
    lstm_roll,
    module_roll,
    our_weights,
    parameters,
    written_out_roll,
)

STEPS = 7
HIDDEN = 3
CHUNK = 3
KINDS = (("rnn", "tanh"), ("rnn", "sigmoid"), ("rnn", "relu"), ("rnn", "identity"), ("lstm", "tanh"), ("gru", "tanh"))
LOSSES = ("cross_entropy", "binary_cross_entropy", "squared_error")
PLACES = ("every", "last", "mean")
TARGET = Path(__file__).parent.parent / "tests" / "engine" / "data" / "gradients.json"


def losses(name: str, y: Tensor, targets: Tensor) -> Tensor:
    """The losses of logits (…, p), one for each row."""
    if name == "cross_entropy":
        return nn.functional.cross_entropy(y, targets, reduction="none")
    if name == "binary_cross_entropy":
        return nn.functional.binary_cross_entropy_with_logits(y, targets, reduction="none").sum(dim=1)
    return 0.5 * ((y - targets) ** 2).sum(dim=1)


def random_targets(name: str, count: int) -> Tensor:
    if name == "cross_entropy":
        return torch.randint(0, OUTPUTS, (count,))
    return torch.rand(count, OUTPUTS) if name == "binary_cross_entropy" else torch.randn(count, OUTPUTS)


def record(cell: str, activation: str, loss: str, at: str, chunk: int | None) -> dict[str, Any]:
    """One case. The recurrence's own parameters are leaves; b and b_rec follow from PyTorch's two biases."""
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[cell]
    start = parameters(HIDDEN, blocks)
    ours = our_weights(cell, HIDDEN, start)
    V, c = ours["V"].clone().requires_grad_(), ours["c"].clone().requires_grad_()
    x = torch.randn(STEPS, INPUTS, requires_grad=True)
    s0 = (0.5 * torch.randn(2 * HIDDEN if cell == "lstm" else HIDDEN)).requires_grad_()
    roll, leaves = recurrence(cell, activation, start)
    states, s = [], s0
    for t in range(STEPS):
        # A state is detached before it is handed on over a chunk's border, not before its own loss.
        s = roll(x[t : t + 1], s.detach() if chunk and t and t % chunk == 0 else s)
        states.append(s[:HIDDEN])
    h = torch.stack(states)
    read = {"every": h, "last": h[-1:], "mean": h.mean(dim=0, keepdim=True)}[at]
    targets = random_targets(loss, len(read))
    each = losses(loss, read @ V.T + c, targets)
    each.sum().backward()
    gradients = {
        "U": leaves["weight_ih_l0"].grad, "W": leaves["weight_hh_l0"].grad, "b": leaves["bias_ih_l0"].grad,
        "V": V.grad, "c": c.grad, "x": x.grad, "s0": s0.grad,
    }  # fmt: skip
    if cell == "gru":
        gradients["b_rec"] = leaves["bias_hh_l0"].grad[2 * HIDDEN :]
    return {
        "cell": cell, "activation": activation, "loss": loss, "at": at, "chunk": chunk,
        "weights": {name: value.tolist() for name, value in ours.items()},
        "x": x.tolist(), "s0": s0.tolist(),
        "targets": (targets if at == "every" else targets[0]).tolist(),
        "losses": each.tolist(),
        # PyTorch leaves None where nothing depends on the leaf.
        "gradients": {n: (torch.zeros(1) if g is None else g).tolist() for n, g in gradients.items()},
    }  # fmt: skip


def recurrence(cell: str, activation: str, start: dict[str, Tensor]) -> tuple[Roll, dict[str, Tensor]]:
    """The recurrence and its parameters, by PyTorch's own module where there is one."""
    if cell == "rnn" and activation in ("sigmoid", "identity"):
        leaves = {name: value.clone().requires_grad_() for name, value in start.items()}
        return written_out_roll(torch.sigmoid if activation == "sigmoid" else torch.clone, leaves), leaves
    kinds: dict[str, Any] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
    options = {"nonlinearity": activation} if cell == "rnn" else {}
    module = kinds[cell](INPUTS, HIDDEN, **options)
    return (lstm_roll if cell == "lstm" else module_roll)(module, start), dict(module.named_parameters())


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1990)
    cases = [record(*kind, loss, at, None) for kind in KINDS for loss in LOSSES for at in PLACES]
    cases += [record(*kind, "cross_entropy", at, CHUNK) for kind in KINDS for at in PLACES]
    TARGET.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n", encoding="utf-8")
    print(f"{len(cases)} cases in {TARGET}")


if __name__ == "__main__":
    main()
