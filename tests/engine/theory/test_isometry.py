"""Isometry by depth: closed forms, and what wide networks of this program do at their start."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.engine import BadNetwork, Layer, Network, fields_along, isometry
from explorer.engine.flow.forms import form_of
from explorer.engine.theory.isometry import Start

WIDE, DEPTH = 80, 10
SHARES = np.array([0.5 / WIDE, 0.25, 0.5, 0.75])
NEAR, SHARE = 0.03, 0.1
"""Nats a layer, and the share, by which ln σ of 80 units may lie off, two seeds together."""


def measured(activation: str, gain: float, start: Start, own: bool, x: np.ndarray) -> np.ndarray:
    """Return ln σ of ∂s_T/∂s_0 at the shares, in the mean over two seeds."""
    at, found = np.round(SHARES * WIDE - 0.5).astype(int), []
    for seed in range(2):
        layer = Layer("rnn", WIDE, activation=activation, init=start, gain=gain, steps=len(x) if own else None)
        net = Network.random(layers=[layer], inputs=1, outputs=1, seed=seed)
        trace = net.forward(x[:, None], np.random.default_rng(seed).standard_normal(WIDE))
        found.append(form_of(trace.chains["net"]).log_singular_values((len(x),), 0)[0][at])
    return np.mean(found, axis=0)


@pytest.mark.parametrize(
    ("activation", "gain", "start", "own"),
    [
        ("tanh", 1.2, "gaussian", False), ("tanh", 1.2, "orthogonal", True), ("tanh", 1.2, "orthogonal", False),
        ("identity", 1.0, "gaussian", True), ("sigmoid", 5.0, "orthogonal", False),
    ],
)  # fmt: skip
def test_networks_spread_as_theory_says_whether_their_steps_share_their_weights_or_not(
    activation: str, gain: float, start: Start, own: bool
) -> None:
    x = 0.6 * np.sign(np.sin(np.arange(1.0, DEPTH + 1.0)))
    fields = fields_along(activation, gain, x**2, start=1.0)
    np.testing.assert_allclose(
        isometry(fields, SHARES, start) / DEPTH,
        measured(activation, gain, start, own, x) / DEPTH,
        atol=NEAR,
        rtol=SHARE,
    )


def test_linear_orthogonal_layers_are_an_isometry_at_every_depth() -> None:
    np.testing.assert_array_equal(isometry(fields_along("identity", 1.0, np.zeros(500)), SHARES, "orthogonal"), 0.0)


@pytest.mark.parametrize("depth", [1, 4, 100])
def test_linear_gaussian_layers_have_the_edge_and_the_mean_of_fuss_and_catalan(depth: int) -> None:
    fields = fields_along("identity", 1.0, np.zeros(depth))
    edge = 0.5 * ((depth + 1) * math.log(depth + 1) - depth * math.log(depth))
    assert isometry(fields, [0.0])[0] == pytest.approx(edge, abs=1e-6)
    # Of squares, whose mean is one: a few of the largest are nearly all of it.
    shares = np.concatenate([np.geomspace(1e-7, 1e-3, 4000), np.linspace(1e-3, 1.0, 2000)[1:-2]])
    squares = np.exp(2.0 * isometry(fields, shares))
    assert np.trapezoid(squares, shares) == pytest.approx(1.0, abs=0.02)


def test_the_variance_of_the_squares_is_that_of_pennington_schoenholz_and_ganguli() -> None:
    fields = fields_along("tanh", 1.0, np.full(3, 0.5))
    moments = []
    for q in fields.variances:
        slopes, weights = fields.slopes(float(q))
        moments.append(float(weights @ slopes**4) / float(weights @ slopes**2) ** 2 - 1.0)
    shares = np.linspace(0.0, 1.0, 20_001)[:-20]
    squares = np.exp(2.0 * isometry(fields, shares, "orthogonal"))
    relative = np.trapezoid(squares**2, shares) / np.trapezoid(squares, shares) ** 2 - 1.0
    assert relative == pytest.approx(sum(moments), rel=0.03)


def test_one_layer_of_rotated_units_has_the_slopes_themselves() -> None:
    found = isometry(fields_along("relu", 1.5, [1.0]), [0.1, 0.6], "orthogonal")
    np.testing.assert_allclose(found, [math.log(1.5), -np.inf])


def test_directions_that_died_have_no_singular_value_but_zero() -> None:
    found = isometry(fields_along("relu", 1.4, np.full(5, 0.5)), [0.25, 0.55, 0.75])
    assert np.isfinite(found[0])
    np.testing.assert_array_equal(found[1:], -np.inf)


def test_nothing_has_happened_before_the_first_step_and_no_start_but_two_is_known() -> None:
    fields = fields_along("tanh", 1.0, np.ones(4))
    np.testing.assert_array_equal(isometry(fields.between(2, 2), SHARES), 0.0)
    with pytest.raises(BadNetwork, match="There is no start “rotation”"):
        isometry(fields, SHARES, "rotation")  # type: ignore[arg-type]
