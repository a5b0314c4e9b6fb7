"""The activations' slopes: from z, right in the tails, and never above γ."""

import mpmath
import numpy as np
import pytest

from explorer.engine.recurrence.activation_words import activation_words
from explorer.engine.recurrence.activations import ACTIVATIONS

from ..reference import Exact

TAILS = np.array([-2500.0, -400.0, -40.0, -19.1, -16.7, -1.0, -1e-9, 0.0, 0.3, 5.0, 16.7, 19.1, 40.0, 700.0, 2500.0])


def test_the_four_activations_are_there():
    assert set(ACTIVATIONS) == {"tanh", "sigmoid", "relu", "identity"}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_is_the_central_difference_of_the_value(name):
    f, h = ACTIVATIONS[name], 1e-6
    z = np.random.default_rng(1).normal(scale=2.0, size=200)
    z = z[np.abs(z) > 1e-3]
    np.testing.assert_allclose(f.slope(z), (f.value(z + h) - f.value(z - h)) / (2 * h), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_log_slope_is_right_where_the_slope_underflows(name):
    exact = Exact()
    expected = [float(exact.mp.log(exact.slope(name)(exact.mp.mpf(z)))) for z in TAILS]
    np.testing.assert_allclose(ACTIVATIONS[name].log_slope(TAILS), expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_slope_keeps_its_relative_accuracy_in_the_tails(name):
    z = TAILS[np.abs(TAILS) < 300]
    slope = Exact().slope(name)
    expected = [float(slope(mpmath.mpf(value))) for value in z]
    np.testing.assert_allclose(ACTIVATIONS[name].slope(z), expected, rtol=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_steepest_is_the_largest_slope(name):
    f = ACTIVATIONS[name]
    z = np.linspace(-8, 8, 100_001)
    assert f.slope(z).max() == pytest.approx(f.steepest, abs=1e-12)


def test_relu_has_no_slope_at_zero_and_its_log_is_minus_infinity():
    relu = ACTIVATIONS["relu"]
    z = np.array([-1.0, 0.0, 1e-300])
    np.testing.assert_array_equal(relu.slope(z), [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(relu.log_slope(z), [-np.inf, -np.inf, 0.0])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan_and_infinity_raises_no_warning(name):
    f = ACTIVATIONS[name]
    z = np.array([np.nan, np.inf, -np.inf])
    # The slope of the identity is one whatever z is.
    for function in (f.value,) if name == "identity" else (f.value, f.slope, f.log_slope):
        assert np.isnan(function(z)[0])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_stays_within_its_bounds_and_comes_near_them(name):
    f, z = ACTIVATIONS[name], np.array([-1e6, -50.0, -1.0, 0.0, 1.0, 50.0, 1e6])
    low, high = f.bounds
    assert ((f.value(z) >= low) & (f.value(z) <= high)).all()
    assert f.value(z).min() == (low if np.isfinite(low) else -1e6)
    assert f.value(z).max() == (high if np.isfinite(high) else 1e6)


def test_activation_tells_itself_in_both_languages():
    assert list(activation_words()) == list(ACTIVATIONS)
    for words in activation_words().values():
        assert set(words.labels) == set(words.notes) == {"en", "zh_CN"}
        assert all(words.labels.values())
        assert all(words.notes.values())
