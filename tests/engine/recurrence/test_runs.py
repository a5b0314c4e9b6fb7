"""A run by the plan is the step again and again, and its gradient that of the whole run."""

import numpy as np
import pytest

from explorer.engine.recurrence.readings.pull import pull
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.plan import plan
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll

from .cells import EVERY, made

T = 5


def sequence(step, lead, seed=0):
    rng = np.random.default_rng((seed, 11))
    x = rng.standard_normal((T, *lead, step.inputs))
    s0 = np.where(np.isfinite(step.start()), 0.3 * rng.standard_normal((*lead, step.N)), step.start())
    return x, s0


def stepwise(step, weights, x, s0):
    """What each step was given, its values, and the states, made one after the other."""
    start, still = np.broadcast_to(step.start(), s0.shape), np.zeros(x.shape[1:])
    states, given, found = {-k: start for k in range(1, step.recurrence.longest_delay)} | {0: s0}, [], []
    inputs = {t + 1: x[t] for t in range(len(x))}
    for t in range(1, len(x) + 1):
        older = {d: states[t - d] for d in range(2, step.recurrence.longest_delay + 1)}
        earlier = {d: inputs.get(t - d, still) for d in step.recurrence.input_delays}
        given.append(Given(states[t - 1], inputs[t], float(t), older, earlier))
        found.append(values(step, weights, given[-1]))
        states[t] = after(step, found[-1])
    return found, states


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lead", [(), (3,), (2, 2)])
def test_run_is_the_step_again_and_again(name, lead):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, lead)
    found, states = stepwise(step, weights, x, s0)
    run = roll(step, weights, x, s0)
    np.testing.assert_allclose(run.s, [states[t] for t in range(T + 1)], rtol=1e-12, atol=1e-13)
    out = np.array([np.broadcast_to(one[step.recurrence.out], run.out.shape[1:]) for one in found])
    np.testing.assert_allclose(run.out, out, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lead", [(), (3,)])
def test_gradient_of_a_run_is_the_pull_of_its_steps(name, lead):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, lead)
    found, _ = stepwise(step, weights, x, s0)
    run = roll(step, weights, x, s0)
    rng = np.random.default_rng(12)
    g_out = rng.standard_normal(run.out.shape)
    g_s = np.where(np.isfinite(run.s[1:]), rng.standard_normal(run.s[1:].shape), 0.0)
    unrolled = unroll(run, g_out, g_s, inputs=True)
    reach = step.recurrence.longest_delay
    g = {t: np.zeros_like(s0) for t in range(1 - reach, 1)} | {t + 1: g_s[t].copy() for t in range(T)}
    g_x = np.zeros_like(x)
    total = dict.fromkeys(weights, 0.0)
    for t in range(T, 0, -1):
        pulled = pull(step, found[t - 1], g[t], g_out[t - 1])
        g[t - 1] += pulled.s
        for delay, older in pulled.older.items():
            g[t - delay] += older
        for delay, earlier in {0: pulled.x, **pulled.earlier}.items():
            if t > delay:
                g_x[t - 1 - delay] += earlier
        total = {name: total[name] + pulled.weights[name] for name in weights}
    for name, weight in total.items():
        np.testing.assert_allclose(unrolled.weights[name], weight, rtol=1e-10, atol=1e-11, err_msg=name)
    np.testing.assert_allclose(unrolled.s0, g[0], rtol=1e-10, atol=1e-11)
    if step.recurrence.out in step.recurrence.next:
        part = step.parts[step.recurrence.states[step.recurrence.next.index(step.recurrence.out)].name]
        for t in range(T):
            g[t + 1][..., part] += g_out[t]
    np.testing.assert_allclose(unrolled.s, [g[t] for t in range(T + 1)], rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(unrolled.x, g_x, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("name", ["lstm", "mgu", "lru", "deltanet", "columns mixed"])
def test_many_networks_are_run_and_unrolled_at_once(name):
    step, weights = made(name, scale=0.4)
    rng = np.random.default_rng(13)
    many = {key: weight + 0.1 * rng.standard_normal((2, *weight.shape)) for key, weight in weights.items()}
    x, s0 = sequence(step, (2, 3))
    run = roll(step, many, x, s0)
    g_out = rng.standard_normal(run.out.shape)
    unrolled = unroll(run, g_out)
    for r in range(2):
        own = {key: weight[r] for key, weight in many.items()}
        alone = roll(step, own, x[:, r], s0[r])
        np.testing.assert_allclose(run.s[:, r], alone.s, rtol=1e-12, atol=1e-13)
        expected = unroll(alone, g_out[:, r])
        for key in weights:
            np.testing.assert_allclose(unrolled.weights[key][r], expected.weights[key], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["lstm", "mist", "two states that change places"])
def test_gradient_does_not_pass_a_detached_state(name):
    """Detached after step 2, the first two steps and the others are two runs."""
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, (3,))
    run = roll(step, weights, x, s0)
    g_out = np.random.default_rng(14).standard_normal(run.out.shape)
    whole = unroll(run, g_out, detached=[2])
    first = unroll(roll(step, weights, x[:2], s0), g_out[:2])
    np.testing.assert_allclose(whole.s0, first.s0, rtol=1e-12, atol=1e-14)
    later = g_out.copy()
    later[:2] = 0.0
    rest = unroll(run, later, detached=[2])
    assert (rest.s0 == 0).all()
    for key in weights:
        np.testing.assert_allclose(
            whole.weights[key], first.weights[key] + rest.weights[key], rtol=1e-10, atol=1e-12
        )  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_run_keeps_the_precision_of_its_input(name):
    step, weights = made(name, scale=0.4)
    x, s0 = sequence(step, (3,))
    half = {key: weight.astype(np.float32) for key, weight in weights.items()}
    run, exact = roll(step, half, x.astype(np.float32), s0.astype(np.float32)), roll(step, weights, x, s0)
    assert run.s.dtype == np.float32
    np.testing.assert_allclose(run.s, exact.s, rtol=1e-3, atol=1e-4)
    g_out = np.random.default_rng(12).standard_normal(run.out.shape)
    found, expected = unroll(run, g_out.astype(np.float32)), unroll(exact, g_out)
    assert found.s0.dtype == np.float32
    for key in weights:
        np.testing.assert_allclose(found.weights[key], expected.weights[key], rtol=1e-2, atol=1e-3, err_msg=key)


def test_matrices_that_multiply_one_vector_are_one_product():
    found = plan(sized(made("lstm")[0].recurrence, 3, 4))
    (group,) = found.groups
    assert group.size == 16
    assert group.added
    names = [name for name, _ in group.bundles(made("lstm")[0].recurrence.graph)]
    assert names == ["sigmoid", "tanh"]
    assert len(plan(made("gru")[0]).groups) == 1
    assert len(plan(made("mgu")[0]).groups) == 2


def test_overflow_is_a_result():
    step = sized(Recurrence.parse("h = h * h + U @ x"), 1, 2)
    run = roll(step, {"U": np.ones((2, 1))}, np.full((12, 1), 3.0))
    assert np.isinf(run.s[-1]).all()
