"""Mean-field theory: closed forms, numbers of the literature, and what wide networks of this program do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.engine import BadNetwork, Network, lyapunov_exponents, mean_field, mean_field_rates
from explorer.engine.recurrence.activations import ACTIVATIONS

WIDE, STEPS, SEEDS = 800, 60, range(4)
NEAR = 0.05
"""The share by which χ of networks of 800 units, four seeds together, may differ: 1/√n, and a little."""


def wide_chis(activation: str, gain: float, bias: float, inputs: np.ndarray) -> np.ndarray:
    """Return g² times the mean square slope at each step, in the mean over seeds."""
    found = []
    for seed in SEEDS:
        net = Network.random(
            activation=activation, inputs=1, hidden=WIDE, outputs=1, gain=gain, bias=bias, seed=seed
        )  # fmt: skip
        z = net.forward(inputs[:, None]).z
        found.append(gain**2 * np.mean(ACTIVATIONS[activation].slope(z) ** 2, axis=1))
    return np.mean(found, axis=0)


@pytest.mark.parametrize(("gain", "rate"), [(0.9, -0.1054), (1.2, 0.0165), (1.5, 0.0652), (2.0, 0.1547), (3.0, 0.3102)])
def test_rate_of_an_autonomous_tanh_network_is_that_of_the_literature(gain: float, rate: float) -> None:
    assert round(mean_field("tanh", gain).rate, 4) == rate


def test_rate_is_right_where_tanh_is_nearly_a_step_beside_the_gaussian() -> None:
    z = np.linspace(-12.0, 12.0, 100_001)
    weights = np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi) * (z[1] - z[0])
    found = mean_field("tanh", 40.0)
    root = math.sqrt(found.variance)
    assert found.variance == pytest.approx(1600.0 * float(weights @ np.tanh(root * z) ** 2), rel=1e-6)
    assert found.chi == pytest.approx(1600.0 * float(weights @ np.cosh(root * z) ** -4.0), rel=1e-6)


@pytest.mark.parametrize("bias", [-0.7, 0.0, 0.4])
def test_relu_has_the_moments_of_a_gaussian_cut_at_zero(bias: float) -> None:
    found = mean_field("relu", 1.1, input_variance=0.3, bias=bias)
    root = math.sqrt(found.variance)
    above = 0.5 * (1.0 + math.erf(bias / root / math.sqrt(2.0)))
    density = math.exp(-0.5 * (bias / root) ** 2) / math.sqrt(2.0 * math.pi)
    square = (bias**2 + found.variance) * above + bias * root * density
    assert found.variance == pytest.approx(1.21 * square + 0.3, rel=1e-10)
    assert found.chi == pytest.approx(1.21 * above, rel=1e-10)


def test_relu_grows_without_end_beyond_the_gain_sqrt_2() -> None:
    assert mean_field("relu", 1.4, input_variance=1.0).variance == pytest.approx(1.0 / (1.0 - 0.98))
    assert mean_field("relu", 2.0, bias=3.0).variance == math.inf
    assert mean_field("relu", 2.0, bias=3.0).chi == pytest.approx(2.0)


def test_linear_network_has_the_gain_as_its_factor() -> None:
    found = mean_field("identity", 0.8, input_variance=0.5)
    assert found.variance == pytest.approx(0.5 / 0.36)
    assert found.rate == pytest.approx(math.log(0.8))
    assert mean_field("identity", 0.0).rate == -math.inf


@pytest.mark.parametrize(
    ("activation", "gain", "bias", "variance"),
    [
        ("tanh", 1.6, 0.0, 0.3), ("tanh", 3.0, 0.5, 0.4), ("sigmoid", 4.0, 0.0, 0.0), ("sigmoid", 8.0, -2.0, 1.0),
        ("relu", 1.0, 0.3, 0.5),
    ],
)  # fmt: skip
def test_wide_networks_have_the_chi_of_the_mean_field(
    activation: str, gain: float, bias: float, variance: float
) -> None:
    chis = wide_chis(activation, gain, bias, np.full(STEPS, math.sqrt(variance)))
    assert chis[-20:].mean() == pytest.approx(
        mean_field(activation, gain, input_variance=variance, bias=bias).chi, rel=NEAR
    )


def test_wide_networks_have_the_chi_of_every_step_along_a_sequence() -> None:
    inputs = 1.5 * np.sin(np.arange(1, STEPS + 1) / 3.0)
    expected = np.exp(2.0 * mean_field_rates("tanh", 1.4, inputs**2))
    np.testing.assert_allclose(wide_chis("tanh", 1.4, 0.0, inputs), expected, rtol=2 * NEAR)


def test_rates_along_a_constant_input_settle_at_that_of_the_mean_field() -> None:
    rates = mean_field_rates("sigmoid", 5.0, np.full(80, 0.7), bias=-1.0)
    assert rates[-1] == pytest.approx(mean_field("sigmoid", 5.0, input_variance=0.7, bias=-1.0).rate, abs=1e-12)


def test_largest_exponent_of_100_units_lies_within_0_03_of_the_mean_field() -> None:
    x = np.zeros((150, 1))
    found = [
        lyapunov_exponents(Network.random(inputs=1, hidden=100, outputs=1, gain=3.0, seed=seed).forward(x, np.ones(100)))[0]
        for seed in range(3)
    ]  # fmt: skip
    assert np.mean(found) == pytest.approx(mean_field("tanh", 3.0).rate, abs=0.03)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tanhh", 1.0), "There is no activation “tanhh”"),
        (("tanh", -1.0), "The gain of a mean field can't be -1.0."),
        (("tanh", math.nan), "The gain of a mean field can't be nan."),
    ],
)
def test_what_is_no_network_is_refused(arguments: tuple[str, float], said: str) -> None:
    with pytest.raises(BadNetwork, match=said):
        mean_field(*arguments)
