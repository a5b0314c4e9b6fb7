"""The losses: values and gradients from logits, far into their tails, and what they refuse."""

import mpmath
import numpy as np
import pytest

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import LOSSES, find_loss
from explorer.engine.network.readouts import READOUTS

STEPS, OUTPUTS = 4, 3
GOOD = {
    "cross_entropy": [0, 2, 1, 1],
    "binary_cross_entropy": np.linspace(0, 1, 12).reshape(4, 3),
    "squared_error": np.linspace(-2, 2, 12).reshape(4, 3),
    "perceptron": np.arange(12).reshape(4, 3) % 2.0,
}
every_loss = pytest.mark.parametrize("name", LOSSES)


def read(name, targets=None, lead=(STEPS,), outputs=OUTPUTS):
    return find_loss(name).read(GOOD[name] if targets is None else targets, lead, outputs)


@every_loss
def test_gradient_is_the_central_difference_of_the_value(name):
    loss, targets = find_loss(name), read(name)
    y = np.random.default_rng(0).normal(size=(STEPS, OUTPUTS))
    v = np.random.default_rng(1).normal(size=(STEPS, OUTPUTS))
    expected = (loss.value(y + 1e-5 * v, targets) - loss.value(y - 1e-5 * v, targets)) / 2e-5
    np.testing.assert_allclose((loss.gradient(y, targets) * v).sum(axis=1), expected, rtol=1e-8, atol=1e-10)


@every_loss
def test_each_loss_names_a_readout_that_there_is(name):
    assert LOSSES[name].readout in READOUTS


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy", "perceptron"])
def test_gradient_is_output_minus_target(name):
    loss, y = find_loss(name), np.random.default_rng(0).normal(size=(STEPS, OUTPUTS))
    targets = np.eye(OUTPUTS)[GOOD[name]] if name == "cross_entropy" else GOOD[name]
    np.testing.assert_allclose(loss.gradient(y, read(name)), READOUTS[loss.readout](y) - targets, atol=1e-15)


@pytest.mark.parametrize("size", [30.0, 300.0, 700.0])
def test_cross_entropy_keeps_its_digits_where_the_output_rounds_to_one(size):
    loss, y = find_loss("cross_entropy"), np.array([size, 0.0, -1.0])
    with mpmath.workdps(700):
        expected = mpmath.log1p(mpmath.exp(-size) + mpmath.exp(-1 - mpmath.mpf(size)))
        assert float(loss.value(y, np.array(0))) == pytest.approx(float(expected), rel=1e-13)
        others = mpmath.exp(-size) + mpmath.exp(-1 - mpmath.mpf(size))
        assert loss.gradient(y, np.array(0))[0] == pytest.approx(float(-others / (1 + others)), rel=1e-13)
    assert loss.value(y, np.array(1)) == pytest.approx(size, rel=1e-12)


@pytest.mark.parametrize("size", [30.0, 300.0, 700.0])
def test_binary_cross_entropy_keeps_its_digits_where_the_output_rounds_to_one(size):
    loss, y = find_loss("binary_cross_entropy"), np.array([size])
    assert loss.value(y, np.array([1.0])) == pytest.approx(np.exp(-size), rel=1e-12)
    assert loss.gradient(y, np.array([1.0]))[0] == pytest.approx(-np.exp(-size), rel=1e-12)
    assert loss.value(y, np.array([0.0])) == pytest.approx(size, rel=1e-12)
    assert loss.gradient(-y, np.array([0.0]))[0] == pytest.approx(np.exp(-size), rel=1e-12)


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy"])
def test_no_logarithm_of_zero_however_large_the_logits(name):
    loss, y = find_loss(name), np.array([1e6, -1e6, 0.0])
    targets = np.array(1) if name == "cross_entropy" else np.array([0.0, 1.0, 0.5])
    assert np.isfinite(loss.value(y, targets))
    assert np.isfinite(loss.gradient(y, targets)).all()


@every_loss
def test_one_target_is_read_without_a_step(name):
    assert read(name, GOOD[name][0], lead=()).shape == (() if name == "cross_entropy" else (OUTPUTS,))


@pytest.mark.parametrize("name", ["binary_cross_entropy", "squared_error"])
def test_network_with_one_output_takes_one_number_a_step(name):
    assert read(name, [0.0, 1.0, 0.5, 0.2], outputs=1).shape == (STEPS, 1)
    assert read(name, 0.5, lead=(), outputs=1).shape == (1,)


@pytest.mark.parametrize(
    ("name", "targets", "says"),
    [
        ("cross_entropy", [0, 1, 3, 0], r"step 3 is the class 3.*0 to 2"),
        ("cross_entropy", [0, -2, 0, 0], r"step 2 is the class -2"),
        ("cross_entropy", [0.0, 1.0, 2.0, 0.5], "whole numbers"),
        ("cross_entropy", ["a", "b", "c", "d"], "whole numbers"),
        ("cross_entropy", [0, 1], r"shape \(2,\); \(4,\)"),
        ("cross_entropy", 1, r"one target for a loss at every step, which needs \(4,\): .* at='last'"),
        ("perceptron", [[0, 1, 0], [1, 0.5, 0], [0, 0, 0], [1, 1, 1]], "step 2, output 2 is 0.5; 0 or 1"),
        ("squared_error", [1.0, 2.0, 3.0], r"one target .* needs \(4, 3\): .* at='last'"),
        ("binary_cross_entropy", np.full((4, 3), 1.5), "step 1, output 1 is 1.5"),
        ("binary_cross_entropy", np.zeros((4, 2)), r"\(4, 2\); \(4, 3\)"),
        ("squared_error", [[0, 0, 0], [0, np.nan, 1], [0, 0, 0], [0, 0, 0]], "step 2, output 2 is not finite"),
        ("squared_error", np.full((4, 3), np.inf), "not finite"),
        ("squared_error", np.full((4, 3), np.nan), "No step has a target"),
        ("binary_cross_entropy", np.full((4, 3), np.nan), "No step has a target"),
        ("cross_entropy", [-1, -1, -1, -1], "No step has a target"),
        ("squared_error", [[1, 2], [3]], "not an array of numbers"),
        ("squared_error", np.zeros((3, 3)), r"\(3, 3\); \(4, 3\)"),
    ],
)
def test_targets_that_dont_fit_are_refused_with_their_place(name, targets, says):
    with pytest.raises(BadTargets, match=says):
        read(name, targets)


def test_unknown_loss_is_refused_with_the_known_ones():
    with pytest.raises(BadTargets, match=r"hinge.*cross_entropy"):
        find_loss("hinge")


def test_output_at_the_threshold_is_a_zero_that_a_wanted_one_still_moves():
    loss, y = find_loss("perceptron"), np.zeros(2)
    np.testing.assert_array_equal(loss.gradient(y, np.array([0.0, 1.0])), [0.0, -1.0])
    assert loss.value(y, np.array([0.0, 1.0])) == 0.0
    assert not loss.right(y, np.array([0.0, 1.0]))
