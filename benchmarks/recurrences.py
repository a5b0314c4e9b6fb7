"""Cells from equations beside the kernels written by hand: a run, its gradient, and the Jacobians of its steps::

    python -m benchmarks.recurrences            # a markdown table
    python -m benchmarks.recurrences --quick    # its small corner

Processor time of one thread, medians; the ratios (under one: the equations are faster) are what to look at. A cell without a
kernel is set beside the kernel of the LSTM of its width. Results are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from explorer.engine import Network
from explorer.engine.gradient.backward import Reach, carry_back
from explorer.engine.recurrence.kernels.motion import KernelMotion
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logjacobian import log_terms
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, Step, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll

GATES = {"rnn": ("",), "lstm": ("_i", "_f", "_g", "_o"), "gru": ("_r", "_z", "_n")}
INPUTS = 10
Work = Callable[[], object]
Works = tuple[Callable[[], np.ndarray], Work, Work, Work]
"""A run (returning h), its gradient, the Jacobians of its steps, their terms in logarithms."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repetitions", type=int, default=9)
    arguments = parser.parse_args()
    sizes = [(20, 50, 100)] if arguments.quick else [(20, 50, 100), (20, 128, 100), (1, 32, 64)]
    print("| cell | sequences | n | T | run | gradient | both | J of all steps | J's terms in logarithms |")
    print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|")
    with threadpool_limits(1):
        for B, n, T in sizes:
            for name in names():
                print(row(name, B, n, T, arguments.repetitions), flush=True)


def row(name: str, B: int, n: int, T: int, repetitions: int) -> str:
    """Return one row of the table: our milliseconds and the ratio to the kernel's."""
    kernel = by_kernel(name if name in GATES else "lstm", B, n, T)
    ours = by_equations(name, B, n, T)
    if name in GATES:
        np.testing.assert_allclose(ours[0](), kernel[0](), rtol=1e-10, atol=1e-12)
    times = [[seconds(work, repetitions) for work in some] for some in (ours, kernel)]
    times = [[run, gradient, run + gradient, J, terms] for run, gradient, J, terms in times]
    shown = [f"{1e3 * a:.2f} ms, {a / b:.2f}×" for a, b in zip(*times, strict=True)]
    return f"| {name} | {B} | {n} | {T} | {' | '.join(shown)} |"


def seconds(work: Work, repetitions: int) -> float:
    """Return the median of the processor's seconds."""
    work()
    taken = []
    for _ in range(repetitions):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def network(name: str, n: int) -> Network:
    """A network with a kernel."""
    return Network.random(cell=name, inputs=INPUTS, hidden=n, outputs=2, gain=1.1, seed=1)


def by_kernel(name: str, B: int, n: int, T: int) -> Works:
    """Those of a kernel."""
    net, rng = network(name, n), np.random.default_rng(0)
    x, entering = rng.standard_normal((T, B, INPUTS)), rng.standard_normal((T, B, n))
    z, s = np.empty((T, B, len(net.b))), np.zeros((T + 1, B, net.width))

    def run() -> np.ndarray:
        z[...] = x @ net.U.T + net.b
        for t in range(T):
            net.kernel.advance(net, z[t], s[t], s[t + 1])
        return s[1:, :, :n]

    run()
    course = net.forward(x[:, 0]).only

    def motion() -> KernelMotion:
        found = net.motion(course)
        assert isinstance(found, KernelMotion)
        return found

    return (
        run,
        lambda: carry_back(net, x, s, z, entering, np.full(B, T), Reach(T)),
        lambda: motion().jacobians(0, T),
        lambda: motion().terms(),
    )


def by_equations(name: str, B: int, n: int, T: int) -> Works:
    """Those of a cell's equations, with the kernel's weights where there is one."""
    step = sized(cell(name).recurrence, INPUTS, n)
    weights = kernel_weights(name, n) if name in GATES else random_weights(step)
    rng = np.random.default_rng(0)
    x, entering = rng.standard_normal((T, B, INPUTS)), rng.standard_normal((T, B, n))
    run = roll(step, weights, x)
    older = {delay: np.zeros((T, step.N)) for delay in range(2, step.recurrence.longest_delay + 1)}
    earlier = {delay: np.zeros((T, INPUTS)) for delay in step.recurrence.input_delays}
    at = Given(run.s[:-1, 0], x[:, 0], 1.0, older, earlier)
    small = 4 * n >= step.N
    return (
        lambda: roll(step, weights, x).out,
        lambda: unroll(run, entering),
        lambda: dense(step, values(step, weights, at)) if small else None,
        lambda: log_terms(step, log_values(step, weights, at)),
    )


def kernel_weights(name: str, n: int) -> dict[str, np.ndarray]:
    """The weights of the kernel's network under the names of the equations."""
    net = network(name, n)
    found = {"b_rec": net.b_rec}
    for gate in GATES[name]:
        for matrix in "UWb":
            found[matrix + gate] = net.gate_rows(getattr(net, matrix), gate[1:] or None)
    return found


def random_weights(step: Step) -> dict[str, np.ndarray]:
    """Weights that keep a state in range."""
    rng = np.random.default_rng(0)
    return {
        name: rng.standard_normal(shape) / np.sqrt(shape[-1] if shape else 1.0)
        for name, shape in step.weight_shapes().items()
    }


if __name__ == "__main__":
    main()
