"""The verdict on one row: its kind, its rate, its half-life, its horizon."""

import numpy as np
import pytest

from explorer.engine import gradient_flow, verdict

LAG = np.arange(61.0)


def judge(gain_by_lag, **how):
    """The verdict on a row given by lag 0, 1, 2, …"""
    return verdict(np.asarray(gain_by_lag, dtype=float)[::-1], **how)


@pytest.mark.parametrize("rate", [-1.7935285, -0.5, 0.3, 2.0])
def test_straight_row_has_its_slope_for_a_rate_and_ln_2_over_it_to_double_or_halve(rate):
    found = judge(rate * LAG)
    assert found.kind == ("vanishing" if rate < 0 else "exploding")
    assert found.rate == pytest.approx(rate, abs=1e-12)
    assert found.offset == pytest.approx(0.0, abs=1e-12)
    assert found.double == pytest.approx(np.log(2) / abs(rate), rel=1e-12)
    assert found.end == pytest.approx(60 * rate)


def test_flat_row_is_preserved_for_ever():
    found = judge(0 * LAG)
    assert found.kind == "preserved"
    assert found.rate == 0.0
    assert found.double == np.inf
    assert found.reaches_start
    assert found.horizon == 60


def test_forget_bias_of_one_has_a_half_life_of_two_point_two_steps():
    assert judge(np.log(0.7310585786) * LAG).double == pytest.approx(2.2127, abs=1e-4)


@pytest.mark.parametrize(("threshold", "lags"), [(1e-6, 13), (1e-3, 6), (0.5, 0), (1.0, 0)])
def test_horizon_is_the_last_lag_at_which_the_gain_is_above_the_threshold(threshold, lags):
    found = judge(-1.0 * LAG, threshold=threshold)
    assert found.horizon == lags
    assert not found.reaches_start


def test_horizon_ends_where_the_gain_first_falls_below_and_not_where_it_comes_back():
    gain = np.zeros(30)
    gain[10] = -20.0
    assert judge(gain).horizon == 9


def test_rate_is_robust_against_outliers():
    gain = -0.4 * LAG + np.random.default_rng(0).normal(scale=0.05, size=61)
    gain[[5, 20, 33, 47]] += [9.0, -12.0, 15.0, -7.0]
    assert judge(gain).rate == pytest.approx(-0.4, abs=0.01)


def test_row_that_becomes_exactly_zero_is_dead_from_that_lag():
    gain = -0.1 * LAG
    gain[17:] = -np.inf
    found = judge(gain)
    assert found.kind == "dead"
    assert found.dead_lag == 17
    assert found.horizon == 16
    assert found.rate == pytest.approx(-0.1, abs=1e-9)


def test_row_that_dies_at_once_is_dead():
    found = judge([0.0, -np.inf, -np.inf])
    assert found.kind == "dead"
    assert found.dead_lag == 1
    assert np.isnan(found.rate)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_row_that_turns_back_by_a_factor_of_ten_is_mixed_and_says_where(sign):
    found = judge(sign * (20.0 - np.abs(LAG - 20.0)))
    assert found.kind == "mixed"
    assert found.extreme_lag == 20
    assert found.extreme == pytest.approx(sign * 20.0)


@pytest.mark.parametrize(
    ("end", "steps", "kind_"),
    [(1.6, 10, "preserved"), (0.5, 10, "preserved"), (0.3, 10, "preserved"), (0.05, 10, "vanishing"), (20.0, 10, "exploding"),
     (0.09, 200, "vanishing"), (0.3, 3, "vanishing"), (3.0, 3, "exploding")],
)  # fmt: skip
def test_what_hardly_changes_within_the_row_is_preserved_whatever_its_slope(end, steps, kind_):
    assert judge(np.linspace(0.0, np.log(end), steps + 1)).kind == kind_


def test_row_with_a_nan_is_undefined():
    gain = -0.1 * LAG
    gain[40:] = np.nan
    assert judge(gain).kind == "undefined"


def test_row_of_the_first_state_alone_has_a_verdict():
    found = judge([0.0])
    assert found.kind == "preserved"
    assert found.horizon == 0
    assert found.reaches_start


@pytest.mark.parametrize(
    ("activation", "gain", "init", "kind_"),
    [
        ("identity", 1.0, "orthogonal", "preserved"),
        ("identity", 0.5, "orthogonal", "vanishing"),
        ("identity", 2.0, "orthogonal", "exploding"),
        ("sigmoid", 1.0, "gaussian", "vanishing"),
        ("identity", 1.0, "shift", "dead"),
        ("relu", 0.0, "identity", "dead"),
    ],
)
def test_verdict_on_a_network_is_what_theory_says(activation, gain, init, kind_, random_trace):
    flow = gradient_flow(random_trace(("rnn", activation), hidden=6, steps=50, gain=gain, init=init))
    assert verdict(flow.log_gain[50]).kind == kind_


def test_gain_of_the_empty_product_is_exactly_one(kind, random_trace):
    np.testing.assert_allclose(np.diagonal(gradient_flow(random_trace(kind)).log_gain), 0.0, atol=1e-15)
