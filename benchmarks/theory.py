"""Does the program measure what theory predicts? Prints a table of numbers and their deviations::

    python -m benchmarks.theory                 all of it
    python -m benchmarks.theory mean-field      one part

A row says what is predicted, where from, the program's own number, and within which deviation it is to lie: what a network of
so many units and steps may differ by from one without end. To add theory is to add a function that yields rows to `PARTS`.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from benchmarks.theory_of_memory import forward_growth, memory, time_scale_rows
from benchmarks.theory_of_remedies import flossed, forcing, forwards
from benchmarks.theory_of_spectra import by_depth, spectra
from benchmarks.theory_rows import Row
from explorer.engine import Network, lyapunov_exponents, mean_field
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.looks.verdict import trend
from explorer.engine.recurrence.activations import ACTIVATIONS

HEADER = (
    "| what | setting | source | theory | program | deviation | within | kept | seconds |\n"
    "|:--|:--|:--|--:|--:|--:|--:|:--|--:|"
)


def main() -> None:
    """Print the table; exit with 1 if a number lies farther from the theory than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    asked = parser.parse_args()
    if wrong := [name for name in asked.parts if name not in PARTS]:
        parser.error(f"there is no part {wrong[0]}; choose one of {', '.join(PARTS)}")
    print(HEADER, flush=True)
    kept = [tell(row) for name in asked.parts or PARTS for row in PARTS[name]()]
    sys.exit(not all(kept))


def tell(row: Row) -> bool:
    """Print a row; return whether the program's number is near enough."""
    begun = time.perf_counter()
    found = row.measure()
    seconds, away = time.perf_counter() - begun, abs(found - row.theory)
    kept = away <= row.within
    print(
        f"| {row.what} | {row.setting} | {row.source} | {row.theory:.4f} | {found:.4f} | {away:.4f} | {row.within:.4g} "
        f"| {'yes' if kept else '**no**'} | {seconds:.1f} |",
        flush=True,
    )
    return kept


def mean_fields() -> Iterator[Row]:
    """Yield the rows of the mean field: λ₁ and the gradient's rate of tanh, χ of every activation with input and bias."""
    source = "Sompolinsky et al. 1988"
    for gain in (0.9, 1.2, 1.5, 2.0, 3.0, 5.0):
        expected = mean_field("tanh", gain).rate
        yield Row(
            "λ₁, nats a step", f"tanh, g={gain:g}, n=200, T=400", source, expected, partial(_exponent, gain), 0.05
        )
    for gain in (0.9, 3.0):
        expected = mean_field("tanh", gain).rate
        yield Row("rate, nats a step", f"tanh, g={gain:g}, n=200, T=400", source, expected, partial(_rate, gain), 0.05)
    source = "Poole et al. 2016, Schoenholz et al. 2017"
    for f, gain, variance, bias in (
        ("tanh", 1.6, 0.3, 0.0), ("tanh", 3.0, 0.4, 0.5), ("sigmoid", 4.0, 0.0, 0.0), ("sigmoid", 8.0, 1.0, -2.0),
        ("relu", 1.2, 0.5, 0.0), ("relu", 1.0, 0.5, 0.3), ("relu", 2.0, 0.0, 0.0), ("identity", 0.9, 1.0, 0.0),
    ):  # fmt: skip
        expected = mean_field(f, gain, input_variance=variance, bias=bias).chi
        setting = f"{f}, g={gain:g}, v={variance:g}, b={bias:g}, n=1000, 8 seeds"
        # Linear in the weights' own fluctuations, 1/√n of them a seed.
        yield Row("χ₁", setting, source, expected, partial(_chi, f, gain, variance, bias), 0.05 * expected)


def _exponent(gain: float) -> float:
    """Return λ₁ of an autonomous tanh network, in the mean over three seeds; what it began with is left out."""
    return _over_seeds(
        3, lambda net: float(lyapunov_exponents(net.forward(np.zeros((400, 1)), _begun(net)), 100)[0]), gain
    )


def _rate(gain: float) -> float:
    """Return the gradient's rate along the last row of the flow, in the mean over three seeds."""

    def of(net: Network) -> float:
        course = net.forward(np.zeros((400, 1)), _begun(net)).chains["net"]
        return trend(row_log_norms(course, 400, False)[::-1])[0]

    return _over_seeds(3, of, gain)


def _over_seeds(count: int, of: Callable[[Network], float], gain: float) -> float:
    nets = (Network.random(inputs=1, hidden=200, outputs=1, gain=gain, seed=seed) for seed in range(count))
    return float(np.mean([of(net) for net in nets]))


def _begun(net: Network) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(net.architecture.outputs)


def _chi(activation: str, gain: float, variance: float, bias: float) -> float:
    """Return g² E f'² of the last steps of wide networks with a constant input."""
    f, found = ACTIVATIONS[activation], []
    for seed in range(8):
        net = Network.random(
            activation=activation, inputs=1, hidden=1000, outputs=1, gain=gain, bias=bias, seed=seed
        )  # fmt: skip
        trace = net.forward(np.full((60, 1), math.sqrt(variance)), _begun(net))
        found.append(gain**2 * np.mean(f.slope(trace.z[-20:]) ** 2))
    return float(np.mean(found))


PARTS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "mean-field": mean_fields, "spectra": spectra, "isometry": by_depth, "curse-of-memory": memory,
    "time-scales": time_scale_rows, "forward-growth": forward_growth, "flossing": flossed, "forcing": forcing,
    "forwards": forwards,
}  # fmt: skip
"""The parts of the table by name."""


if __name__ == "__main__":
    main()
