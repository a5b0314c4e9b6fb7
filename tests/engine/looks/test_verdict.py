"""The verdict on one row: its word, its rate, its humps and dips, its death, its horizon."""

import math

import numpy as np
import pytest

from explorer.engine import gradient_flow, verdict
from explorer.engine.looks.verdict import Point, grade

LN10 = math.log(10.0)
LAG = np.arange(61.0)


def judge(gain_by_lag, **how):
    """The verdict on a row given by lag 0, 1, 2, …"""
    return verdict(np.asarray(gain_by_lag, dtype=float)[::-1], **how)


@pytest.mark.parametrize(
    ("gain", "word"),
    [(0.0, "dead"), (5e-324, "gone"), (9.99e-7, "gone"), (1e-6, "fading"), (0.316, "fading"), (10**-0.5, "preserved"),
     (1.0, "preserved"), (10**0.5, "preserved"), (3.17, "growing"), (1e6, "growing"), (1.001e6, "exploding"),
     (math.inf, "undefined"), (math.nan, "undefined")],
)  # fmt: skip
def test_word_follows_from_the_gain_alone_and_on_a_border_it_is_the_milder_one(gain, word):
    with np.errstate(divide="ignore"):
        assert grade(float(np.log(gain))) == word


@pytest.mark.parametrize(("log_gain", "word"), [(-5000.0, "gone"), (5000.0, "exploding"), (-1e308, "gone")])
def test_gains_far_outside_float64_have_a_word(log_gain, word):
    assert grade(log_gain) == judge([0.0, 0.5 * log_gain, log_gain]).kind == word


@pytest.mark.parametrize("steps", [6, 60, 600])
@pytest.mark.parametrize("decades", [-6.0, -0.5, 0.5, 6.0])
def test_border_reached_by_many_roundings_is_still_the_border(steps, decades):
    row = np.cumsum([0.0, *[decades * LN10 / steps] * steps])
    assert judge(row).kind == grade(decades * LN10)


@pytest.mark.parametrize(
    "row",
    [0.0 * LAG, -0.05 * LAG, np.where(LAG > 3, -3.0, 0.0), np.where(LAG == 7, 9.0, -0.05 * LAG), -3.0 * (LAG > 59)],
)
@pytest.mark.parametrize("end", [-20.0, -3.0, 1.1, 3.0, 20.0])
def test_rows_of_any_course_that_end_alike_are_called_alike(row, end):
    row = row.copy()
    row[-1] = end
    assert judge(row).kind == grade(end)


@pytest.mark.parametrize("rate", [-1.7935285, -0.5, 0.3, 2.0])
def test_straight_row_has_its_slope_for_a_rate_and_ln_2_over_it_to_double_or_halve(rate):
    found = judge(rate * LAG)
    assert found.rate == pytest.approx(rate, abs=1e-12)
    assert found.offset == pytest.approx(0.0, abs=1e-12)
    assert found.double == pytest.approx(np.log(2) / abs(rate), rel=1e-12)
    assert found.end == pytest.approx(60 * rate)
    assert (found.hump, found.dip, found.jump, found.dead_lag) == (None,) * 4


def test_flat_row_is_preserved_for_ever():
    found = judge(0 * LAG)
    assert found.kind == "preserved"
    assert found.rate == 0.0
    assert found.double == np.inf
    assert found.reaches_start
    assert found.horizon == 60


def test_forget_bias_of_one_has_a_half_life_of_two_point_two_steps():
    assert judge(np.log(0.7310585786) * LAG).double == pytest.approx(2.2127, abs=1e-4)


@pytest.mark.parametrize(("drop", "word"), [(-10.0, "fading"), (-14.0, "gone"), (10.0, "growing"), (14.0, "exploding")])
def test_row_that_changes_once_and_stays_flat_has_that_step_and_no_rate(drop, word):
    found = judge(np.where(LAG >= 20, drop, 0.0))
    assert found.kind == word
    assert found.rate is None
    assert found.double is None
    assert found.jump == Point(20, drop)


def test_row_that_falls_once_within_a_slow_decay_has_no_half_life():
    found = judge(-0.01 * LAG - 10.0 * (LAG >= 30))
    assert found.double is None
    assert found.jump is not None
    assert found.jump.lag == 30


def test_row_that_wanders_has_neither_rate_nor_jump():
    found = judge(-0.25 * LAG - 6.0 * np.sin(LAG * np.pi / 20))
    assert found.rate is None
    assert found.jump is None


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_spike_at_one_step_is_a_hump_or_a_dip_and_gives_no_half_life(sign):
    row = -0.01 * LAG
    row[33] = sign * 5.0
    found = judge(row)
    assert found.kind == "preserved"
    assert (found.hump if sign > 0 else found.dip) == Point(33, sign * 5.0)
    assert (found.dip if sign > 0 else found.hump) is None
    assert found.double is None


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_row_that_turns_back_says_where_and_from_what(sign):
    found = judge(sign * (20.0 - np.abs(LAG - 20.0)))
    assert found.kind == grade(-20.0 * sign)
    assert (found.hump if sign > 0 else found.dip) == Point(20, pytest.approx(sign * 20.0))


def test_hump_of_a_factor_of_five_is_said_however_the_row_ends():
    hump = math.log(4.8) * np.sin(LAG * np.pi / 60)
    for end in (-20.0, -2.0, 0.0, 0.9):
        found = judge(hump + end * (LAG / 60) ** 20)
        assert found.hump is not None
        assert found.hump.gain > math.log(3.2)


def test_wiggles_within_what_the_word_says_are_no_humps():
    found = judge(1.1 * np.sin(LAG))
    assert (found.hump, found.dip) == (None, None)
    noisy = judge(-3.0 * LAG + 4.0 * np.sin(LAG))
    assert (noisy.hump, noisy.dip) == (None, None)


def test_row_that_goes_up_and_down_has_both():
    row = np.interp(LAG, [0, 15, 45, 60], [0.0, 5.0, -5.0, 0.0])
    found = judge(row)
    assert found.kind == "preserved"
    assert found.hump == Point(15, 5.0)
    assert found.dip == Point(45, -5.0)


def test_one_step_is_a_row():
    found = judge([0.0, -0.7])
    assert found.kind == "preserved"
    assert found.rate == pytest.approx(-0.7)
    assert (found.hump, found.dip, found.jump) == (None, None, None)


@pytest.mark.parametrize(("threshold", "lags"), [(1e-6, 13), (1e-3, 6), (0.5, 0), (1.0, 0)])
def test_horizon_is_the_last_lag_at_which_the_gain_is_above_the_threshold(threshold, lags):
    found = judge(-1.0 * LAG, threshold=threshold)
    assert found.horizon == lags
    assert not found.reaches_start


def test_gain_at_the_threshold_is_not_below_it():
    """×0.1 a step is 10⁻⁷ after seven steps, but for the roundings of seven sums."""
    assert judge(np.cumsum([0.0, *[math.log(0.1)] * 10]), threshold=1e-7).horizon == 7


def test_horizon_ends_where_the_gain_first_falls_below_and_not_where_it_comes_back():
    gain = np.zeros(30)
    gain[10] = -20.0
    assert judge(gain).horizon == 9


def test_rate_is_robust_against_outliers():
    gain = -0.4 * LAG + np.random.default_rng(0).normal(scale=0.05, size=61)
    gain[[5, 20, 33, 47]] += [3.0, -2.0, 2.5, -3.0]
    assert judge(gain).rate == pytest.approx(-0.4, abs=0.01)


def test_row_that_becomes_exactly_zero_is_dead_from_that_lag():
    gain = -0.1 * LAG
    gain[17:] = -np.inf
    found = judge(gain)
    assert found.kind == "dead"
    assert found.dead_lag == 17
    assert found.horizon == 16
    assert found.end == -math.inf
    assert found.rate is None


def test_row_that_grows_before_it_dies_has_its_hump():
    found = judge(np.where(LAG < 17, 0.5 * LAG, -np.inf))
    assert found.hump == Point(16, 8.0)
    assert found.dip is None


def test_row_that_dies_at_once_is_dead():
    found = judge([0.0, -np.inf, -np.inf])
    assert found.kind == "dead"
    assert found.dead_lag == 1
    assert found.rate is None


def test_row_of_a_delayed_network_dies_behind_its_last_lag_and_not_at_the_zeros_between():
    found = judge([0.0, -np.inf, 0.8, -np.inf, -0.1, -np.inf, -np.inf])
    assert (found.kind, found.dead_lag) == ("dead", 5)
    alive = judge([0.0, -np.inf, 0.8, -np.inf, -0.1])
    assert (alive.kind, alive.dead_lag) == ("preserved", None)


@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_row_that_ends_in_no_number_is_undefined(odd):
    gain = -0.1 * LAG
    gain[40:] = odd
    found = judge(gain)
    assert found.kind == "undefined"
    assert found.rate is None
    assert (found.hump, found.dip, found.jump, found.dead_lag) == (None,) * 4


def test_row_of_the_first_state_alone_has_a_verdict():
    found = judge([0.0])
    assert found.kind == "preserved"
    assert found.horizon == 0
    assert found.reaches_start


@pytest.mark.parametrize(
    ("activation", "gain", "init", "kind_"),
    [
        ("identity", 1.0, "orthogonal", "preserved"),
        ("identity", 0.98, "orthogonal", "preserved"),
        ("identity", 0.95, "orthogonal", "fading"),
        ("identity", 0.5, "orthogonal", "gone"),
        ("identity", 1.05, "identity", "growing"),
        ("identity", 2.0, "orthogonal", "exploding"),
        ("sigmoid", 1.0, "gaussian", "gone"),
        ("identity", 1.0, "shift", "dead"),
        ("relu", 0.0, "identity", "dead"),
    ],
)
def test_verdict_on_a_network_is_what_theory_says(activation, gain, init, kind_, random_trace):
    flow = gradient_flow(random_trace(("rnn", activation), hidden=6, steps=50, gain=gain, init=init))
    assert verdict(flow.log_gain[50]).kind == kind_


def test_gain_of_the_empty_product_is_exactly_one(kind, random_trace):
    np.testing.assert_allclose(np.diagonal(gradient_flow(random_trace(kind)).log_gain), 0.0, atol=1e-15)
