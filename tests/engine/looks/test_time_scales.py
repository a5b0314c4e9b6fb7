"""Time scales: half-lives in closed form, found by what carries the state on past all weight matrices, of any cell."""

import numpy as np
import pytest

from explorer.engine import BadSequence, Layer, Network, Recurrence, TooBig, curse_of_memory, time_scales
from explorer.engine.theory.memory import chrono_shares, slopes_over

LINEAR = Recurrence.parse("h = u * h + U @ x", name="linear")
DECAYS = np.array([0.5, 0.9, 0.97, -0.8])


def linear(decays=DECAYS):
    network = Network.random(layers=[Layer(LINEAR, len(decays))], inputs=1, outputs=1)
    weights = {**network.weights, "1/u": decays, "1/U": np.ones((len(decays), 1))}
    return Network.from_weights(layers=network.layers, weights=weights)


def test_half_lives_of_linear_units_are_ln_one_half_over_ln_lambda():
    found = time_scales(linear().forward(np.ones((20, 1))))
    np.testing.assert_allclose(found.half_lives, np.log(0.5) / np.log(np.abs(DECAYS)), rtol=1e-12)
    assert found.first.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("bias", "steps"), [(1.0, 2.21), (3.0, 14.27), (6.0, 280.0), (40.0, np.log(2) * np.exp(40))])
def test_forget_bias_sets_the_half_life_of_the_cell_and_h_has_none(bias, steps):
    network = Network.from_arrays(
        cell="lstm", U=np.zeros((12, 1)), W=np.zeros((12, 3)), b=np.repeat([0, bias, 0, 0], 3)
    )
    found = time_scales(network.forward(np.ones((9, 1))))
    np.testing.assert_allclose(found.half_lives, steps, rtol=2e-3)
    assert found.first.tolist() == [3, 4, 5]


@pytest.mark.parametrize(
    ("name", "units"),
    [("rnn", 0), ("exprnn", 0), ("gru", 4), ("mingru", 4), ("lru", 4), ("residual", 4), ("deltanet", 6), ("gla", 48)],
)
def test_units_are_found_by_how_the_equations_carry_the_state(name, units):
    trace = Network.random(layers=[Layer(name, 4 if units < 5 else 6)], inputs=2, outputs=1).forward(np.ones((6, 2)))
    assert len(time_scales(trace).rate) == units


def test_a_complex_unit_forgets_by_the_modulus_of_its_number():
    network = Network.random(layers=[Layer("lru", 5)], inputs=2, outputs=1, seed=2)
    found = time_scales(network.forward(np.ones((30, 2))))
    np.testing.assert_allclose(found.rate, -np.exp(network.weights["1/nu"]), rtol=1e-9)


def test_a_unit_that_adds_up_loses_nothing_and_one_that_is_switched_off_all():
    keeps = time_scales(linear(np.array([1.0, 0.0])).forward(np.ones((9, 1))))
    assert keeps.half_lives.tolist() == [np.inf]
    off = Recurrence.parse("h = relu(u * h + U @ x)", name="off")
    network = Network.random(layers=[Layer(off, 1)], inputs=1, outputs=1)
    network = Network.from_weights(layers=network.layers, weights={**network.weights, "1/u": [0.9], "1/U": [[1.0]]})
    found = time_scales(network.forward([[1.0], [1.0], [-9.0], [1.0]]))
    assert found.half_lives.tolist() == [0.0]
    assert np.isnan(found.slope).all()


def test_the_state_hangs_on_lambda_as_theory_says_of_white_and_of_constant_input():
    white = time_scales(linear().forward(np.random.default_rng(0).normal(size=(4000, 1)))).slope
    constant = time_scales(linear().forward(np.ones((300, 1)))).slope
    np.testing.assert_allclose(white, slopes_over(np.abs(DECAYS), 4000)[0], rtol=0.06)
    np.testing.assert_allclose(constant[:3], slopes_over(DECAYS[:3], 300)[1], rtol=1e-12)
    long = [slopes_over(DECAYS[:3], 10_000)[i] for i in (0, 1)]
    np.testing.assert_allclose(long[0], np.sqrt(1 + DECAYS[:3] ** 2) / (1 - DECAYS[:3] ** 2), rtol=1e-2)
    np.testing.assert_allclose(long[1], 1 / (1 - DECAYS[:3]), rtol=1e-2)


@pytest.mark.parametrize(
    ("decay", "rho", "state", "slope"), [(0.9, 0, 5.263, 263.9), (0.99, 0, 50.25, 251263), (0.99, 0.9, 871.8, 4.738e6)]
)
def test_curse_of_memory_has_its_published_numbers(decay, rho, state, slope):
    assert curse_of_memory(decay, rho) == pytest.approx((state, slope), rel=2e-4)


def test_chrono_start_spreads_half_lives_as_theory_says():
    network = Network.random(layers=[Layer("lstm", 400, chrono=100)], inputs=1, outputs=1, seed=1)
    half = np.log(2) / np.logaddexp(0.0, -network.weights["1/b_f"])
    edges = np.array([1.0, 10.0, 20.0, 40.0, 69.0])
    shares = np.histogram(half, edges)[0] / 400
    np.testing.assert_allclose(chrono_shares(100, edges), shares, atol=0.06)
    assert chrono_shares(100, np.array([0.9, 70.0])).sum() == pytest.approx(1.0)


def test_what_has_no_time_scales_of_single_steps_or_takes_too_long_is_refused():
    with pytest.raises(BadSequence, match="several steps ago"):
        time_scales(Network.random(layers=[Layer("mist", 4)], inputs=1, outputs=1).forward(np.ones((5, 1))))
    with pytest.raises(TooBig, match="too long"):
        time_scales(Network.random(inputs=1, hidden=400, outputs=1).forward(np.ones((400, 1))))
