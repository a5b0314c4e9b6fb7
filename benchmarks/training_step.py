"""One training step, forward pass, loss and all gradients, beside PyTorch's ``nn.RNN``, ``nn.LSTM`` and ``nn.GRU``::

    python -m benchmarks.training_step            # a markdown table
    python -m benchmarks.training_step --quick    # its small corner
    python -m benchmarks.training_step --cells lstm --threads 2

Both learn the same thing from the same weights and inputs on as many threads, in float64 and in float32. They take turns
within each repetition; the milliseconds are the least of the processor, a ratio (over one: the explorer takes less) is the
median over the repetitions, with the least and the largest. Gradients are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from benchmarks.turns import Taken, in_kept_heap, ratio
from explorer.engine import Batch, Network, bptt_batch, forward_batch

SIZES = (50, 128)
STEPS = (50, 200)
SEQUENCES = 20
INPUTS = OUTPUTS = 10
MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
Step = Callable[[], object]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cells", nargs="+", choices=MODULES, default=list(MODULES))
    arguments = parser.parse_args()
    in_kept_heap()
    torch.set_num_threads(arguments.threads)
    print("| cell | n | T | float64: explorer | PyTorch | ratio | float32: explorer | PyTorch | ratio |")
    print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|")
    with threadpool_limits(arguments.threads):
        for cell in arguments.cells:
            for n in SIZES[:1] if arguments.quick else SIZES:
                for T in STEPS[:1] if arguments.quick else STEPS:
                    print(row(cell, n, T, arguments.repetitions), flush=True)


def row(cell: str, n: int, T: int, repetitions: int) -> str:
    """Return one row of the table."""
    times = measure(cell, n, T, repetitions)
    least = [min(one.processor for one in taken) for taken in times]
    ratios = [ratio(theirs, ours).told() for ours, theirs in (times[:2], times[2:])]
    shown = [f"{least[i]:.1f} ms | {least[i + 1]:.1f} ms | {ratios[i // 2]}" for i in (0, 2)]
    return f"| {cell} | {n} | {T} | {shown[0]} | {shown[1]} |"


def measure(cell: str, n: int, T: int, repetitions: int) -> list[list[Taken]]:
    """Return what each step takes, ours and PyTorch's in float64, ours and PyTorch's in float32."""
    rng = np.random.default_rng(0)
    network = Network.random(cell=cell, inputs=INPUTS, hidden=n, outputs=OUTPUTS, gain=1.0)
    x, classes = rng.normal(size=(SEQUENCES, T, INPUTS)), rng.integers(0, OUTPUTS, (SEQUENCES, T))
    steps: list[Step] = []
    for dtype, digits in ((torch.float64, 8), (torch.float32, 3)):
        steps += [our_step(network, x, classes, dtype), torch_step(network, x, classes, dtype)]
        compare(steps[-2](), steps[-1](), 10.0**-digits)
    times: list[list[Taken]] = [[] for _ in steps]
    for _ in range(repetitions):
        for step, taken in zip(steps, times, strict=True):
            # What the last competitor left in the caches and in its sleeping threads is paid for outside.
            step()
            clock, processor = time.perf_counter(), time.process_time()
            step()
            taken.append(Taken(1e3 * (time.perf_counter() - clock), 1e3 * (time.process_time() - processor)))
    return times


def our_step(network: Network, x: np.ndarray, classes: np.ndarray, dtype: torch.dtype) -> Step:
    """Return a step of the explorer; it returns the gradient."""
    batch = Batch.of(network, list(x), list(classes), dtype=np.float64 if dtype is torch.float64 else np.float32)
    return lambda: bptt_batch(forward_batch(network, batch))


def torch_step(network: Network, x: np.ndarray, classes: np.ndarray, dtype: torch.dtype) -> Step:
    """Return the same step by autograd; it returns PyTorch's module with its gradients."""
    module = MODULES[network.cell](INPUTS, network.hidden).to(dtype)
    readout = nn.Linear(network.hidden, OUTPUTS).to(dtype)
    weights = {
        "weight_ih_l0": network.U, "weight_hh_l0": network.W,
        "bias_ih_l0": network.b, "bias_hh_l0": np.zeros_like(network.b),
    }  # fmt: skip
    with torch.no_grad():
        for name, value in weights.items():
            getattr(module, name).copy_(torch.tensor(value))
        readout.weight.copy_(torch.tensor(network.V))
        readout.bias.copy_(torch.tensor(network.c))
    inputs = torch.tensor(x, dtype=dtype).transpose(0, 1).contiguous()
    targets = torch.tensor(classes).T.reshape(-1)

    def step() -> nn.Module:
        module.zero_grad()
        readout.zero_grad()
        y = readout(module(inputs)[0]).reshape(-1, OUTPUTS)
        nn.functional.cross_entropy(y, targets, reduction="sum").backward()
        return module

    return step


def compare(ours: object, theirs: object, tolerance: float) -> None:
    """Refuse to time two things that are not the same."""
    for mine, other in (("U", "weight_ih_l0"), ("W", "weight_hh_l0"), ("b", "bias_ih_l0")):
        expected = getattr(theirs, other).grad.numpy()
        np.testing.assert_allclose(getattr(ours, mine), expected, rtol=0, atol=tolerance * np.abs(expected).max())


if __name__ == "__main__":
    main()
