"""What a run says about how its state moves: the same as the single readings, for every cell, step and path."""

from functools import cache

import numpy as np
import pytest

from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.signed import Signed

from ...shipped import VARIETY
from .cells import EVERY, made

T = 9
each = pytest.mark.parametrize("name", EVERY)


@cache
def motion(name):
    step, weights = made(name)
    rng = np.random.default_rng(0)
    # Away from zero, where a norm has a kink.
    return MotionOfEquations(roll(step, weights, rng.standard_normal((T, 3)), 0.5 * rng.standard_normal(step.N)))


@each
def test_jacobian_of_a_step_is_the_same_plain_in_logarithms_and_among_others(name):
    found = motion(name)
    J = found.jacobians(0, T)
    assert J.shape == (T, found.width, found.width)
    for t in range(1, T + 1):
        np.testing.assert_allclose(found.log_jacobian(t).value(), J[t - 1], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(found.jacobians(3, 6), J[3:6], rtol=1e-12, atol=1e-15)


@each
def test_paths_add_up_to_the_jacobian(name):
    found = motion(name)
    parts = found.jacobians(0, T, "direct") + found.jacobians(0, T, "gates")
    np.testing.assert_allclose(parts, found.jacobians(0, T), rtol=1e-10, atol=1e-13)
    for path in ("direct", "gates"):
        np.testing.assert_allclose(
            found.log_jacobian(4, path).value(), found.jacobians(3, 4, path)[0], rtol=1e-10, atol=1e-14
        )


@each
def test_small_change_follows_the_jacobian_in_logarithms_too(name):
    found = motion(name)
    d = 1e-9 * np.random.default_rng(1).standard_normal(found.width)
    moved = found.change(3, d)
    np.testing.assert_allclose(moved, found.jacobians(3, 4)[0] @ d, rtol=1e-5, atol=1e-15)
    np.testing.assert_allclose(found.log_change(3, Signed.of(d)).value(), moved, rtol=1e-6, atol=1e-22)


@pytest.mark.parametrize("name", VARIETY)
def test_change_of_an_older_state_follows_the_jacobian_by_it(name):
    found = motion(name)
    still, d = np.zeros(found.width), 1e-9 * np.random.default_rng(2).standard_normal(found.width)
    for delay in found.delays[1:4]:
        expected = found.jacobians(7, 8, delay=delay)[0] @ d
        np.testing.assert_allclose(found.change(7, still, {delay: d}), expected, rtol=1e-5, atol=1e-15)
        moved = found.log_change(7, Signed.of(still), {delay: Signed.of(d)})
        np.testing.assert_allclose(moved.value(), expected, rtol=1e-5, atol=1e-15)


SLOPE_AND_WEIGHT = {
    "simple": ("h = tanh(U @ x + W @ h + b)", True),
    "turned": ("h = sigmoid(W.T @ h + U @ x)", True),
    "linear": ("h = W @ h + U @ x", True),
    "scaled": ("h = 0.5 * tanh(W @ h + U @ x)", True),
    "leaky": ("h = 0.9 * h + tanh(W @ h + U @ x)", False),
    "gated": ("h = tanh(W @ h) * sigmoid(V @ h)", False),
    "additive": ("h = h + U @ x", False),
    "no state": ("h = tanh(U @ x)", False),
    "delayed": ("h = tanh(W @ h[2] + U @ x)", False),
}


@pytest.mark.parametrize("name", SLOPE_AND_WEIGHT)
def test_slopes_and_weights_are_there_where_they_make_the_jacobian(name):
    text, there = SLOPE_AND_WEIGHT[name]
    step = sized(Recurrence.parse(text), 2, 3)
    rng = np.random.default_rng(4)
    weights = {key: rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    found = MotionOfEquations(roll(step, weights, rng.standard_normal((5, 2))))
    split = found.slopes_and_weights()
    assert (split is not None) == there
    if split is not None:
        slopes, weights = split
        np.testing.assert_allclose(slopes.value()[:, :, None] * np.stack(weights), found.jacobians(0, 5), rtol=1e-12)
