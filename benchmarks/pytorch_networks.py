"""Networks of several layers, directions and legs beside PyTorch, live: the same numbers to 1e-9, and how fast::

    python -m benchmarks.pytorch_networks            # a markdown table
    python -m benchmarks.pytorch_networks --quick    # its small corner

Compared, in float64, are what comes out, the last states, all gradients and a block of a product of Jacobians; of "stacked"
and "both" over a packed batch of uneven lengths, of "encoder–decoder" with weights that change at the seam, of "deep" with
weights of each of 30 layers. Then a forward and a backward pass are timed in turns; times are medians, and the ratios (over
one: the explorer is faster) are what to look at.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from explorer.engine import Layer, Network, Recurrence
from explorer.engine.network.apart import Returned
from explorer.engine.network.passage import travelled
from tests.engine.pytorch import cell_weights

INPUTS = 10
MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
TOLERANCE = 1e-9
Named = dict[str, np.ndarray]
Step = Callable[[], tuple[np.ndarray, Named]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    print("| network | layers | n | T | largest deviation | explorer | PyTorch | ratio |")
    print("|:--|--:|--:|--:|--:|--:|--:|--:|")
    with threadpool_limits(arguments.threads):
        for cell in MODULES:
            for both in (False, True):
                for layers in (2,) if arguments.quick else (1, 2, 3, 4):
                    row(f"{cell}, {'both ways' if both else 'stacked'}", layers, 50, 100,
                        *in_batches(cell, layers, both, 50, 100), arguments.repetitions)  # fmt: skip
        row("lstm, encoder–decoder", 2, 50, 100, *encoder_decoder(2, 50, 60, 40), arguments.repetitions)
        row("tanh, deep", 30, 50, 30, *deep(30, 50), arguments.repetitions)


def row(name: str, layers: int, n: int, T: int, ours: Step, theirs: Step, deviation: float, repetitions: int) -> None:
    """Print one row, after ours and theirs have been compared."""
    deviation = max(deviation, apart(ours(), theirs()))
    assert deviation < TOLERANCE, (name, deviation)
    times: list[list[float]] = [[], []]
    for _ in range(repetitions):
        for step, seconds in zip((ours, theirs), times, strict=True):
            # What the last competitor left in the caches and in its sleeping threads is paid for outside.
            step()
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
    a, b = (statistics.median(seconds) for seconds in times)
    print(
        f"| {name} | {layers} | {n} | {T} | {deviation:.0e} | {1e3 * a:.1f} ms | {1e3 * b:.1f} ms | {b / a:.2f}× |",
        flush=True,
    )


def apart(ours: tuple[np.ndarray, Named], theirs: tuple[np.ndarray, Named]) -> float:
    """Return the largest difference, relative to the largest number of each array."""
    pairs = [(ours[0], theirs[0]), *((ours[1][name], other) for name, other in theirs[1].items())]
    return max(float(np.abs(one - other).max() / max(1e-3, np.abs(other).max())) for one, other in pairs)


def named(cell: str, module: nn.Module, layers: int, both: bool, prefix: str = "", gradients: bool = False) -> Named:
    """Return a module's weights, or the gradients on them, by the names that the explorer has for them."""
    found: Named = {}
    arrays = {
        name: (weight.grad if gradients else weight).detach().numpy() for name, weight in module.named_parameters()
    }
    for number in range(layers):
        for arrow, end in (("→", ""), ("←", "_reverse")) if both else (("", ""),):
            own = cell_weights(cell, arrays, f"l{number}{end}", gradients)
            found |= {f"{prefix}{number + 1}{arrow}/{name}": weight for name, weight in own.items()}
    return found


def returned(back: Returned) -> Named:
    """Return the gradients on weights and inputs."""
    assert back.x is not None
    return {**back.weights, "x": back.x}


def in_batches(cell: str, layers: int, both: bool, n: int, T: int) -> tuple[Step, Step, float]:
    """Return our step and theirs over a batch of uneven lengths, and how far last states and a Jacobian are apart."""
    module = MODULES[cell](INPUTS, n, layers, bidirectional=both)
    weights = named(cell, module, layers, both)
    network = Network.from_weights(layers=[Layer(cell, n, "both" if both else "forward")] * layers, weights=weights)
    lengths = np.array(sorted([*np.random.default_rng(layers).integers(T // 2, T, 19).tolist(), T], reverse=True))
    inside = (np.arange(T)[:, None] < lengths)[..., None]
    x, g = (torch.randn(T, len(lengths), size).numpy() * inside for size in (INPUTS, network.hidden))

    def ours() -> tuple[np.ndarray, Named]:
        passage = travelled(network, x, lengths)
        return passage.out, returned(passage.back(g, inputs=True))

    given, weight = torch.tensor(x, requires_grad=True), torch.tensor(g)

    def theirs() -> tuple[np.ndarray, Named]:
        module.zero_grad()
        given.grad = None
        packed, _ = module(nn.utils.rnn.pack_padded_sequence(given, torch.tensor(lengths)))
        out, _ = nn.utils.rnn.pad_packed_sequence(packed)
        (out * weight).sum().backward()
        return out.detach().numpy(), {**named(cell, module, layers, both, gradients=True), "x": given.grad.numpy()}

    return ours, theirs, 0.0 if both else block(cell, module, network, layers, n)


def block(cell: str, module: nn.Module, network: Network, layers: int, n: int, t: int = 12, k: int = 3) -> float:
    """Return how far ∂h_t of the top layer by ∂h_k of the first is from autograd's, relative to its largest entry."""
    x = torch.randn(t, INPUTS)
    h = [torch.zeros(layers, n)] * (2 if cell == "lstm" else 1)
    _, state = module(x[:k], tuple(h) if cell == "lstm" else h[0])
    parts = list(state) if cell == "lstm" else [state]

    def top(first: Tensor) -> Any:
        some = torch.cat([first[None], parts[0][1:]])
        return module(x[k:], (some, parts[1]) if cell == "lstm" else some)[0][-1]

    expected = torch.autograd.functional.jacobian(top, parts[0][0].detach()).numpy()
    course, P = network.forward(x.numpy()).only, np.eye(network.width)
    for J in course.walk(k, t):
        P = J @ P
    rows, columns = (course.parts.get(f"{number}/h", course.parts.get("h")) for number in (layers, 1))
    return float(np.abs(P[rows, columns] - expected).max() / np.abs(expected).max())


def encoder_decoder(layers: int, n: int, read: int, said: int) -> tuple[Step, Step, float]:
    """Return the two steps of an encoder whose last state is where its decoder begins."""
    encoder, decoder = nn.LSTM(INPUTS, n, layers), nn.LSTM(INPUTS, n, layers)
    halves = ((encoder, ""), (decoder, "decoder/"))
    weights = {name: one for half, prefix in halves for name, one in named("lstm", half, layers, False, prefix).items()}
    row = [Layer("lstm", n)] * layers
    network = Network.from_weights(layers=row, decoder=row, weights=weights)
    x, g = torch.randn(read + said, 20, INPUTS), torch.randn(read + said, 20, n)
    g[:read] = 0.0

    def ours() -> tuple[np.ndarray, Named]:
        passage = travelled(network, x.numpy(), np.full(20, read + said), seam=read)
        return passage.out[read:], returned(passage.back(g.numpy(), inputs=True))

    given = x.clone().requires_grad_()

    def theirs() -> tuple[np.ndarray, Named]:
        given.grad = None
        encoder.zero_grad()
        decoder.zero_grad()
        out, _ = decoder(given[read:], encoder(given[:read])[1])
        (out * g[read:]).sum().backward()
        found = [named("lstm", half, layers, False, prefix, gradients=True) for half, prefix in halves]
        return out.detach().numpy(), {**found[0], **found[1], "x": given.grad.numpy()}

    return ours, theirs, 0.0


def deep(layers: int, n: int) -> tuple[Step, Step, float]:
    """Return the two steps of a feed-forward network of one width."""
    linear = [nn.Linear(n, n) for _ in range(layers)]
    module = nn.Sequential(*(part for one in linear for part in (one, nn.Tanh())))
    stacked = partial(np.stack, axis=0)
    weights = {"1/W": stacked([one.weight.detach().numpy() for one in linear]),
               "1/b": stacked([one.bias.detach().numpy() for one in linear])}  # fmt: skip
    cell = Recurrence.parse("h = tanh(W @ h + b)", name="tanh")
    network = Network.from_weights(layers=[Layer(cell, n, steps=layers)], weights=weights, inputs=1)
    h, g = torch.randn(20, n), torch.randn(20, n)
    nothing, entering = np.zeros((layers, 20, 1)), np.zeros((layers, 20, n))
    entering[-1] = g.numpy()

    def ours() -> tuple[np.ndarray, Named]:
        passage = travelled(network, nothing, np.full(20, layers), {"net": h.numpy()})
        found = passage.back(entering)
        return passage.out[-1], {**found.weights, "s0": found.s0["net"]}

    given = h.clone().requires_grad_()

    def theirs() -> tuple[np.ndarray, Named]:
        given.grad = None
        module.zero_grad()
        out = module(given)
        (out * g).sum().backward()
        found = {"1/W": stacked([one.weight.grad.numpy() for one in linear]),
                 "1/b": stacked([one.bias.grad.numpy() for one in linear])}  # fmt: skip
        return out.detach().numpy(), {**found, "s0": given.grad.numpy()}

    return ours, theirs, 0.0


if __name__ == "__main__":
    main()
