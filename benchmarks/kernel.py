"""All pairs of ∂s_t/∂s_k, three ways, side by side::

    python -m benchmarks.kernel            # a markdown table, some minutes
    python -m benchmarks.kernel --quick    # its small corner, some seconds
    python -m benchmarks.kernel --processor    # J dense and not, in processor time of one thread: for a busy machine

* the explorer: ``gradient_flow(trace).log_norm``, Jacobians and certification included;
* the naive stacked product: all P_{t,k} of one t by one wide matrix product J_t [P_{t−1,0} … P_{t−1,t−1}];
* PyTorch (optional): for each t one ``torch.autograd.grad(…, is_grads_batched=True)`` over the n unit
  vectors, which gives ∂s_t/∂s_k for all k at once. Its forward pass is not counted.

The competitors take turns within each repetition; times are medians. Ratios are what to look at: the times
are this machine's, now.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from explorer.engine import Network, gradient_flow
from explorer.engine.floats import Floats
from explorer.engine.network.trace import Trace

try:
    import torch
except ImportError:
    torch = None

SIZES = (16, 32, 64, 128)
STEPS = (64, 128, 512, 1024, 2048)
BY_PROCESSOR = (("rnn", 64, 128), ("rnn", 64, 1024), ("mingru", 64, 2000), ("deltanet", 8, 2000))
LONGEST = 30.0
"""Seconds: a competitor that would need more for one run is left out."""
REPETITIONS = 5
ROW_SECONDS = 20.0
REST = 0.1
LEAF = 8
RESCALE_EVERY = 64

Competitor = Callable[[], Floats]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Timing:
    """The median seconds of a competitor and its log norms, or None where it was left out."""

    seconds: float
    log_norm: Floats


def make_trace(n: int, T: int) -> Trace:
    """Return the explorer's default network at size n on a cosine of T steps."""
    network = Network.random(
        cell="rnn",
        activation="tanh",
        inputs=1,
        hidden=n,
        outputs=1,
        init="gaussian",
        gain=1.6,
        bias=0.0,
        seed=0,
    )
    return network.forward(np.cos(2 * np.pi * np.arange(T) / 20)[:, None])


def naive(trace: Trace) -> Floats:
    """Return the log norms by multiplying out every product, as one wide matrix product a step."""
    J = trace.jacobians()
    T, n, _ = J.shape
    L = np.full((T + 1, T + 1), np.nan)
    np.fill_diagonal(L, 0.5 * np.log(n))
    now, after = np.empty((n, T * n)), np.empty((n, T * n))
    scale = np.zeros(T)
    for t in range(1, T + 1):
        live = t * n
        now[:, live - n : live] = np.eye(n)
        np.matmul(J[t - 1], now[:, :live], out=after[:, :live])
        now, after = after, now
        P = now[:, :live].reshape(n, t, n)
        norm = np.sqrt(np.einsum("ikj,ikj->k", P, P))
        L[t, :t] = scale[:t] + np.log(norm)
        if t % RESCALE_EVERY == 0:
            P /= norm[:, None]
            scale[:t] += np.log(norm)
    return L


def autograd(trace: Trace) -> Competitor:
    """Return the run of batched automatic differentiation, its forward pass done."""
    torch.set_flush_denormal(True)
    net = trace.network
    W, drive = torch.tensor(net.W), torch.tensor(trace.x @ net.U.T + net.b)
    states = [torch.tensor(trace.s[0], requires_grad=True)]
    for drive_t in drive:
        states.append(torch.tanh(torch.addmv(drive_t, W, states[-1])))
    T, n = len(drive), len(W)
    unit = torch.eye(n, dtype=torch.float64)

    def run() -> Floats:
        L = torch.full((T + 1, T + 1), float("nan"), dtype=torch.float64)
        L.fill_diagonal_(0.5 * float(np.log(n)))
        for t in range(1, T + 1):
            rows = torch.autograd.grad(states[t], states[:t], unit, retain_graph=True, is_grads_batched=True)
            L[t, :t] = torch.stack(torch._foreach_norm(rows)).log()
        return L.numpy()

    return run


def once(work: Callable[[], Found]) -> tuple[float, Found]:
    # BLAS and OpenMP threads spin for a while after their work: nobody shall pay for the one before.
    time.sleep(REST)
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def take_turns(competitors: dict[str, Competitor]) -> dict[str, Timing]:
    """Run the competitors in turn, some times over, and return their medians."""
    seconds: dict[str, list[float]] = {name: [] for name in competitors}
    results: dict[str, Floats] = {}
    start = time.perf_counter()
    for repetition in range(REPETITIONS + 1):
        for name, competitor in competitors.items():
            taken, results[name] = once(competitor)
            seconds[name].append(taken)
        if repetition and time.perf_counter() - start > ROW_SECONDS / 2:
            break
        if time.perf_counter() - start > ROW_SECONDS:
            break
    # The first round warms caches and pools; it counts only where there was no time for another.
    return {name: Timing(statistics.median(taken[1:] or taken), results[name]) for name, taken in seconds.items()}


def matmul_rate(n: int) -> float:
    """Return the flops a second of n×n products on all cores, one BLAS thread to each."""
    cores = os.cpu_count() or 1
    count = max(4, 2**24 // n**3)
    stacks = [np.random.default_rng(i).normal(size=(2, count, n, n)) for i in range(cores)]
    out = [np.empty((count, n, n)) for _ in range(cores)]

    def work(i: int) -> None:
        for _ in range(8):
            np.matmul(stacks[i][0], stacks[i][1], out=out[i])

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as pool:
        best = min(once(lambda: list(pool.map(work, range(cores))))[0] for _ in range(4))
    return cores * 8 * count * 2.0 * n**3 / best


def kernel_flops(n: int, T: int) -> float:
    """Return the operations of the divided algorithm: factors and Grams, inner products, leaves."""
    if T <= LEAF:
        return T * (T - 1) / 2 * 2.0 * n**3
    above, below = T - T // 2, T // 2
    here = T * 4.0 * n**3 + (above + 1) * (below + 1) * 2.0 * n**2
    return here + kernel_flops(n, above - 1) + kernel_flops(n, below - 1)


def worst_difference(ours: Floats, theirs: Floats) -> float:
    """Return the largest difference in nats where both are finite."""
    both = np.isfinite(ours) & np.isfinite(theirs)
    return float(np.abs(ours[both] - theirs[both]).max())


def row(n: int, T: int, rate: float, expected: dict[str, float]) -> str:
    """Measure one size and return its line; ``expected`` carries each competitor's seconds per T²."""
    trace = make_trace(n, T)
    recomputed = gradient_flow(trace).recomputed
    competitors: dict[str, Competitor] = {"explorer": lambda: gradient_flow(trace).log_norm}
    if expected.get("naive", 0.0) * T**2 <= LONGEST:
        competitors["naive"] = lambda: naive(trace)
    if torch is not None and expected.get("autograd", 0.0) * T**2 <= LONGEST:
        competitors["autograd"] = autograd(trace)
    timings = take_turns(competitors)
    expected.update({name: timing.seconds / T**2 for name, timing in timings.items()})
    ours = timings["explorer"]
    cells = [f"{n}", f"{T}", milliseconds(ours.seconds)]
    cells += [against(ours, timings.get(name), name, expected.get(name, 0.0) * T**2) for name in ("naive", "autograd")]
    cells += [f"{kernel_flops(n, T) / ours.seconds / rate:.0%}", f"{recomputed}"]
    differences = [worst_difference(ours.log_norm, t.log_norm) for name, t in timings.items() if name != "explorer"]
    return f"| {' | '.join([*cells, f'{max(differences):.0e}' if differences else '–'])} |"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:,.0f} ms"


def against(ours: Timing, theirs: Timing | None, name: str, estimate: float) -> str:
    """Return a competitor's cell: how many times longer it took, or why it was left out."""
    if theirs is not None:
        return f"**{theirs.seconds / ours.seconds:.1f}×** ({milliseconds(theirs.seconds)})"
    if name == "autograd" and torch is None:
        return "PyTorch is not installed"
    return f"left out: about {estimate:.0f} s" if estimate < math.inf else "left out"


def table(sizes: tuple[int, ...], steps: tuple[int, ...]) -> Iterator[str]:
    """Yield the lines of the table as they are measured."""
    yield (
        "| n | T | explorer | naive stacked product | batched autograd (PyTorch) "
        "| share of the matmul rate | pairs recomputed | largest difference, nats |"
    )
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
    for n in sizes:
        rate = matmul_rate(n)
        expected: dict[str, float] = {}
        for T in steps:
            yield row(n, T, rate, expected)


def by_processor() -> Iterator[str]:
    """Yield the lines of the table of processor time: a dense J, a diagonal one, and one known by a small factor."""
    yield "| cell | N | T | explorer | naive stacked product | batched autograd (PyTorch) | largest difference, nats |"
    yield "|:--|--:|--:|--:|--:|--:|--:|"
    for cell, n, T in BY_PROCESSOR:
        network = Network.random(cell=cell, inputs=1, hidden=n, outputs=1, gain=1.6, bias=0.0, seed=0)
        yield processor_row(network.forward(np.cos(2 * np.pi * np.arange(T) / 20)[:, None]))


def processor_row(trace: Trace) -> str:
    """Return the line of one chain, the processor's seconds of one thread."""
    runs = [processor(lambda: gradient_flow(trace).log_norm) for _ in range(REPETITIONS)]
    ours, theirs = min(runs, key=lambda run: run.seconds), processor(lambda: naive(trace))
    cells = [trace.network.cell, f"{trace.only.width}", f"{trace.steps:,}", milliseconds(ours.seconds)]
    differentiated = processor(autograd(trace)) if torch is not None and trace.steps <= 128 else None
    cells += [against(ours, theirs, "naive", 0.0), against(ours, differentiated, "autograd", math.inf)]
    cells += [f"{worst_difference(ours.log_norm, theirs.log_norm):.0e}"]
    return f"| {' | '.join(cells)} |"


def processor(competitor: Competitor) -> Timing:
    """Return what a competitor takes of the processor."""
    if torch is not None:
        torch.set_num_threads(1)
    with threadpool_limits(1):
        start = time.process_time()
        log_norm = competitor()
        return Timing(time.process_time() - start, log_norm)


def main() -> None:
    parser = argparse.ArgumentParser(description="All-pairs log norms: the explorer against two other ways.")
    parser.add_argument("--quick", action="store_true", help="only n = 32, 64 and T = 64, 128")
    parser.add_argument(
        "--processor", action="store_true", help="processor time of one thread; J dense, diagonal, Kronecker"
    )
    arguments = parser.parse_args()
    versions = f"NumPy {np.__version__}, " + (f"PyTorch {torch.__version__}" if torch is not None else "no PyTorch")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}, float64\n")
    sizes = ((32, 64), (64, 128)) if arguments.quick else (SIZES, STEPS)
    for line in by_processor() if arguments.processor else table(*sizes):
        print(line, flush=True)


if __name__ == "__main__":
    main()
