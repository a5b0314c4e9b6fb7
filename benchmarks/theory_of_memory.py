"""Rows of `benchmarks.theory` on how long a network remembers: closed forms, and what the program finds on such networks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from benchmarks.theory_rows import Row
from explorer.engine import (
    Growth,
    Layer,
    Network,
    Recurrence,
    TimeScales,
    bptt,
    curse_of_memory,
    ring_growth,
    state_growth,
    time_scales,
)
from explorer.engine.floats import Floats


def memory() -> Iterator[Row]:
    """Yield the mean square of a linear unit's state and of ∂s_t/∂λ, with inputs of the correlation ρ^|d|."""
    source = "Zucchet and Orvieto 2024, figures 1 and 2"
    for decay, rho in ((0.9, 0.0), (0.9, 0.5), (0.97, 0.0)):
        setting = f"s_t = λ s_(t−1) + x_t, λ={decay:g}, ρ={rho:g}, 3000 sequences"
        state, slope = curse_of_memory(decay, rho)
        yield Row("E s²", setting, source, state, partial(_mean_square, decay, rho), 0.1 * state)
        # The square of a square: it varies more.
        yield Row("E (∂s_t/∂λ)²", setting, source, slope, partial(_mean_square_slope, decay, rho), 0.2 * slope)
    for decay in (0.9, 0.97):
        setting = f"s_t = λ s_(t−1) + x_t, λ={decay:g}, constant x, T=2000"
        yield Row(
            "‖∂s_t/∂λ‖/‖s_t‖", setting, source, 1 / (1 - decay), partial(_relative_slope, decay),
            0.02 / (1 - decay),
        )  # fmt: skip


def _mean_square(decay: float, rho: float) -> float:
    return _moments(decay, rho)[0]


def _mean_square_slope(decay: float, rho: float) -> float:
    return _moments(decay, rho)[1]


def _relative_slope(decay: float) -> float:
    return float(_kept_by(decay).slope[0])


def _kept_by(decay: float) -> TimeScales:
    """Return the time scale of one linear unit, found by its equations, under a constant input."""
    layer = Layer(Recurrence.parse("h = u * h + U @ x", name="linear"), 1)
    net = Network.from_weights(
        layers=[layer], weights={"1/u": [decay], "1/U": [[1.0]], "V": [[1.0]], "c": [0.0]}, readout="identity"
    )
    return time_scales(net.forward(np.ones((2000, 1))))


def _moments(decay: float, rho: float) -> tuple[float, float]:
    """Return the mean square of the last state and of its derivative by λ, by backpropagation through time."""
    steps, rng = round(12 / -math.log(decay)), np.random.default_rng(0)
    net = Network.from_arrays(activation="identity", U=[[1.0]], W=[[decay]], V=[[1.0]], c=[0.0])
    found = []
    for _ in range(3000):
        trace = net.forward(_correlated(steps, rho, rng)[:, None])
        last = float(trace.s[-1, 0])
        # ½ (y − target)² with y − target = 1 has the derivative of y itself.
        slope = bptt(trace, [last - 1.0], "squared_error", "last").W
        found.append((last**2, float(slope[0, 0]) ** 2))
    state, derivative = np.mean(found, axis=0)
    return float(state), float(derivative)


def _correlated(steps: int, rho: float, rng: np.random.Generator) -> Floats:
    x = rng.standard_normal(steps)
    for t in range(1, steps):
        x[t] = rho * x[t - 1] + math.sqrt(1 - rho**2) * x[t]
    return x


def forward_growth() -> Iterator[Row]:
    """Yield by how much an LRU's state is larger than its input, without and with the normalisation γ."""
    low, high = 0.9, 0.999
    setting = f"|λ| in [{low:g}, {high:g}], n=500, T=1500 to 3000"
    source, expected = "Orvieto et al. 2023, proposition 3", ring_growth(low, high)
    yield Row(
        "E‖s‖²/E‖Bx‖²", f"{setting}, no γ", source, expected, lambda: _growth().without_normalisation, 0.2 * expected
    )
    yield Row("E‖s‖²/E‖Bx‖²", setting, source, 1.0, lambda: _growth().with_normalisation, 0.15)


@cache
def _growth() -> Growth:
    """Return the growth of an LRU's units once they have settled."""
    net = Network.random(layers=[Layer("lru", 500)], inputs=1, outputs=1, seed=0)
    x = np.random.default_rng(0).standard_normal((3000, 1))
    settled = net.forward(x[:1500]).s[-1]
    return state_growth(net.forward(x[1500:], settled))


def time_scale_rows() -> Iterator[Row]:
    """Yield how long an LSTM's cell remembers at its start: by its forget bias, and by the chrono initialisation."""
    source = "ln ½ / ln σ(b)"
    for bias in (1.0, 3.0, 6.0):
        expected = math.log(0.5) / math.log(_sigmoid(bias))
        yield Row(
            "half-life of c, steps", f"LSTM, b_f={bias:g}, no input", source, expected, partial(_half_life, bias),
            1e-9 * expected,
        )  # fmt: skip
    source = "Tallec and Ollivier 2018"
    for longest, median, kept in ((784, 0.99745, 0.677), (100, 0.9804, 0.150)):
        setting = f"LSTM, chrono T={longest}, n=1000"
        yield Row("median f", setting, source, median, partial(_median_kept, longest), 2e-3)
        yield Row("E f^100", setting, source, kept, partial(_kept_over_100, longest), 0.03)


def _half_life(bias: float) -> float:
    """Return it from the direct path of a network whose weights are zero but for the forget bias."""
    zero = Network.random(layers=[Layer("lstm", 4, forget_bias=bias)], inputs=1, outputs=1)
    weights = {name: np.zeros_like(W) for name, W in zero.weights.items()} | {"1/b_f": zero.weights["1/b_f"]}
    net = Network.from_weights(layers=zero.layers, weights=weights, readout=zero.readout)
    return float(time_scales(net.forward(np.zeros((40, 1)))).half_lives[0])


def _median_kept(longest: int) -> float:
    return float(np.median(_kept(longest)))


def _kept_over_100(longest: int) -> float:
    return float(np.mean(_kept(longest) ** 100))


def _kept(longest: int) -> Floats:
    """Return the forget gates' values (n,) at the start, where neither input nor state speak."""
    net = Network.random(layers=[Layer("lstm", 1000, chrono=longest)], inputs=1, outputs=1, seed=0)
    return np.array(_sigmoid(net.weights["1/b_f"]))


def _sigmoid(z: float | Floats) -> float | Floats:
    return 1.0 / (1.0 + np.exp(-np.asarray(z)))
