"""Writes ``tests/engine/data/optimisers.json``: steps of PyTorch's optimisers, with weight decay and with clipping.

The tests of the engine compare with this file, so that they need no PyTorch. Run with PyTorch installed::

    python -m benchmarks.make_optimisers
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

STEPS = 6
RATE = 0.05
MOMENTUM = 0.8
DECAY = 0.3
# Some of the gradients are longer than this, some shorter; likewise their entries.
THRESHOLD = {"norm": 3.0, "value": 1.0}
OPTIMISERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": lambda parameters, **options: torch.optim.SGD(parameters, momentum=MOMENTUM, **options),
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}
TARGET = Path(__file__).parent.parent / "tests" / "engine" / "data" / "optimisers.json"


def record(optimiser: str, clip: str, decay: float) -> dict[str, Any]:
    """One case: given gradients of a matrix and of a bias, which doesn't decay, and the weights after each step."""
    W, b = torch.randn(2, 3).requires_grad_(), torch.randn(2).requires_grad_()
    groups = [{"params": [W], "weight_decay": decay}, {"params": [b]}]
    descent = OPTIMISERS[optimiser](groups, lr=RATE)
    case: dict[str, Any] = {
        "optimiser": optimiser, "clip": clip, "threshold": THRESHOLD.get(clip, 1.0), "rate": RATE, "momentum": MOMENTUM,
        "decay": decay, "start": state(W, b), "gradients": [], "after": [],
    }  # fmt: skip
    for step in range(STEPS):
        W.grad, b.grad = (2 + step % 3) * torch.randn(2, 3) / 2, torch.randn(2)
        case["gradients"].append(state(W.grad, b.grad))
        if clip == "norm":
            nn.utils.clip_grad_norm_([W, b], THRESHOLD[clip])
        elif clip == "value":
            nn.utils.clip_grad_value_([W, b], THRESHOLD[clip])
        descent.step()
        case["after"].append(state(W, b))
    return case


def state(W: Tensor, b: Tensor) -> dict[str, Any]:
    return {"W": W.tolist(), "b": b.tolist()}


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1990)
    cases = [
        record(name, clip, decay) for name in OPTIMISERS for clip in ("none", "norm", "value") for decay in (0.0, DECAY)
    ]
    TARGET.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n", encoding="utf-8")
    print(f"{len(cases)} cases in {TARGET}")


if __name__ == "__main__":
    main()
