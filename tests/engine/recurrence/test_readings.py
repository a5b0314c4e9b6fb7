"""The readings of one graph agree with each other and with differences, for every cell and every kind of node."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.engine.recurrence.readings.change import change
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logchange import log_change
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.pull import pull
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.signed import Signed

from .cells import EVERY, given, made

each_cell = pytest.mark.parametrize("name", EVERY)


def directions(weights, at, seed=0):
    """Something to move: a name, and by how much the weights and what is given change."""
    rng = np.random.default_rng((seed, 3))
    for name, weight in weights.items():
        yield name, {name: rng.standard_normal(weight.shape)}, at
    yield "s", {}, replace(at, s=rng.standard_normal(at.s.shape))
    yield "x", {}, replace(at, x=rng.standard_normal(at.x.shape))


def moved(weights, by, size):
    return {name: weight + size * by[name] if name in by else weight for name, weight in weights.items()}


def shifted(at, by, size):
    """What is given, moved where ``by`` is not the same."""
    return replace(
        at, s=at.s if by.s is at.s else at.s + size * by.s, x=at.x if by.x is at.x else at.x + size * by.x
    )  # fmt: skip


@each_cell
def test_pull_is_the_slope_of_the_value_in_random_directions(name):
    (step, weights), rng = made(name), np.random.default_rng(4)
    at = given(step)
    found = values(step, weights, at)
    g, g_out = rng.standard_normal(at.s.shape), rng.standard_normal((*at.s.shape[:-1], step.width))

    def loss(weights, at):
        now = values(step, weights, at)
        return (after(step, now) * g).sum() + (now[step.recurrence.out] * g_out).sum()

    pulled = pull(step, found, g, g_out)
    size = 1e-5
    for what, by, along in directions(weights, at):
        ahead, back = (loss(moved(weights, by, d), shifted(at, along, d)) for d in (size, -size))
        slope = {"s": pulled.s, "x": pulled.x}.get(what)
        direction = {"s": along.s, "x": along.x}.get(what)
        slope, direction = (pulled.weights[what], by[what]) if slope is None else (slope, direction)
        assert slope.shape == direction.shape
        np.testing.assert_allclose(
            (slope * direction).sum(), (ahead - back) / (2 * size), rtol=2e-7, atol=2e-8, err_msg=what
        )


@each_cell
def test_dense_jacobian_is_the_pull_of_unit_vectors(name):
    step, weights = made(name)
    at = given(step)
    found = values(step, weights, at)
    units = np.eye(step.N)[:, None, :] + np.zeros((1, *at.s.shape))
    pulled = [pull(step, found, unit) for unit in units]
    J = np.stack([one.s for one in pulled], axis=-2)
    np.testing.assert_allclose(dense(step, found), J, rtol=1e-12, atol=1e-13)
    for delay in {delay for state in step.recurrence.states for delay in state.delays} - {1}:
        J = np.stack([one.older[delay] for one in pulled], axis=-2)
        np.testing.assert_allclose(dense(step, found, delay), J, rtol=1e-12, atol=1e-13)


@each_cell
def test_logarithmic_readings_are_the_plain_ones_where_these_are_in_range(name):
    step, weights = made(name)
    at = given(step)
    found, logs = values(step, weights, at), log_values(step, weights, at)
    for plain, log in zip(found, logs, strict=True):
        np.testing.assert_allclose(log.sign * np.exp(log.log), plain, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(log_jacobian(step, logs).value(), dense(step, found), rtol=1e-11, atol=1e-13)


@each_cell
def test_change_is_the_difference_of_values_and_the_jacobian_of_what_is_tiny(name):
    step, weights = made(name)
    at = given(step)
    found = values(step, weights, at)
    d = np.random.default_rng(5).standard_normal(at.s.shape)
    difference = after(step, values(step, weights, replace(at, s=at.s + d))) - after(step, found)
    np.testing.assert_allclose(change(step, found, d), difference, rtol=1e-11, atol=1e-12)
    tiny = change(step, found, 1e-200 * d) * 1e200
    np.testing.assert_allclose(tiny, np.einsum("tij,tj->ti", dense(step, found), d), rtol=1e-11, atol=1e-12)


@each_cell
def test_change_in_logarithms_is_the_plain_one_and_the_jacobian_of_what_float64_does_not_hold(name):
    step, weights = made(name)
    at = given(step)
    logs, found = log_values(step, weights, at), values(step, weights, at)
    d = np.random.default_rng(5).standard_normal(at.s.shape)
    np.testing.assert_allclose(
        log_change(step, logs, Signed.of(d)).value(), change(step, found, d), rtol=1e-11, atol=1e-12
    )
    faint = log_change(step, logs, Signed.of(d).times(np.asarray(-5000.0)))
    shown = np.where(faint.sign == 0, 0.0, faint.sign * np.exp(faint.log + 5000.0))
    np.testing.assert_allclose(shown, np.einsum("tij,tj->ti", dense(step, found), d), rtol=1e-10, atol=1e-11)


@each_cell
@pytest.mark.parametrize("lead", [(), (2, 3)])
def test_leading_axes_are_worked_out_alike(name, lead):
    step, weights = made(name)
    at = given(step, lead)
    found = values(step, weights, at)
    g = np.random.default_rng(6).standard_normal((*lead, step.N))
    pulled, J, s = pull(step, found, g), dense(step, found), after(step, found)
    some = dict.fromkeys(weights, 0.0)
    for place in np.ndindex(lead):
        one = replace(
            at, s=at.s[place], x=at.x[place], older={d: s[place] for d, s in at.older.items()},
            earlier={d: x[place] for d, x in at.earlier.items()},
        )  # fmt: skip
        alone = values(step, weights, one)
        np.testing.assert_allclose(after(step, alone), s[place], rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(dense(step, alone), J[place], rtol=1e-12, atol=1e-13)
        part = pull(step, alone, g[place])
        np.testing.assert_allclose(part.s, pulled.s[place], rtol=1e-12, atol=1e-13)
        some = {key: some[key] + part.weights[key] for key in weights}
    for key in weights:
        np.testing.assert_allclose(some[key], pulled.weights[key], rtol=1e-12, atol=1e-12)


@each_cell
def test_many_networks_are_worked_out_at_once(name):
    """Weights (R, …) and what is given (R, B, ·): each network has its own gradient, summed over its sequences."""
    step, weights = made(name)
    rng = np.random.default_rng(7)
    many = {key: weight + 0.1 * rng.standard_normal((2, *weight.shape)) for key, weight in weights.items()}
    at = given(step, (2, 3))
    found = values(step, many, at)
    g = rng.standard_normal(at.s.shape)
    pulled, J = pull(step, found, g), dense(step, found)
    for r in range(2):
        own = {key: weight[r] for key, weight in many.items()}
        one = replace(at, s=at.s[r], x=at.x[r], older={d: s[r] for d, s in at.older.items()},
                      earlier={d: x[r] for d, x in at.earlier.items()})  # fmt: skip
        alone = values(step, own, one)
        np.testing.assert_allclose(after(step, alone), after(step, found)[r], rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(dense(step, alone), J[r], rtol=1e-11, atol=1e-12)
        part = pull(step, alone, g[r])
        for key in weights:
            np.testing.assert_allclose(part.weights[key], pulled.weights[key][r], rtol=1e-11, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", ["lstm", "mgu", "deltanet", "slstm"])
def test_gradients_of_many_losses_are_pulled_at_once(name):
    """An axis more on the gradients than on the values: each loss has its own, and the weights their sum."""
    step, weights = made(name)
    at = given(step, (3,))
    found = values(step, weights, at)
    g = np.random.default_rng(8).standard_normal((4, *at.s.shape))
    pulled, apart = pull(step, found, g), [pull(step, found, one) for one in g]
    np.testing.assert_allclose(pulled.s, [one.s for one in apart], rtol=1e-12, atol=1e-13)
    for key in weights:
        total = sum(one.weights[key] for one in apart)
        np.testing.assert_allclose(pulled.weights[key], total, rtol=1e-11, atol=1e-12)
