"""Rows of gradients pulled back through a course: all terms of all weights, plain and in logarithms, for every cell."""

import mpmath
import numpy as np
import pytest

from explorer.engine.norms import log_norms
from explorer.engine.recurrence.readings.places import uses
from explorer.engine.recurrence.readings.pull import pull, reach
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.signed import Signed

from .cells import EVERY, credit_along, made

STEPS = 7
each_cell = pytest.mark.parametrize("name", EVERY)


def run_of(step, weights, steps=STEPS, seed=0):
    rng = np.random.default_rng((seed, 11))
    return roll(step, weights, rng.standard_normal((steps, step.inputs)), rng.standard_normal(step.N))


def credit_of(step, weights, steps=STEPS, seed=0):
    return MotionOfEquations(run_of(step, weights, steps, seed)).credit


def carried(credit, entering, pull_, rows):
    """Yield each step k, last first, with δ of the losses of steps k, k + 1 …, one row a loss."""
    for k in reversed(range(credit.steps)):
        rows[k, credit.layout.entry] = entering[k]
        rows[k:], delta = pull_(k, rows[k:])
        yield k, delta


def given_at(run, k):
    """What step k was given, read off the run."""
    states, inputs = run.history[:, 0], run.inputs[:, 0]
    now, x = len(states) - len(run.out) - 1 + k, len(inputs) - len(run.out) + k
    older = {delay: states[now + 1 - delay] for delay in range(2, now + 2)}
    return Given(states[now], inputs[x], k + 1.0, older, {delay: inputs[x - delay] for delay in range(1, x + 1)})


@each_cell
def test_terms_of_all_losses_and_steps_add_up_to_the_gradient(name):
    step, weights = made(name)
    run = run_of(step, weights)
    credit = MotionOfEquations(run).credit
    entering = np.random.default_rng(12).standard_normal(run.out.shape)
    rows = np.zeros((STEPS, credit.layout.width))
    total = {key: np.zeros(weight.shape) for key, weight in weights.items()}
    lags = {key: np.zeros(weight.shape) for key, weight in weights.items()}
    deltas, x = {}, np.zeros((STEPS, step.inputs))
    for k, delta in carried(credit, entering, credit.pull, rows):
        deltas[k] = delta
        for key in total:
            part = credit.shares.part(key, k, delta)
            assert part.shape == (len(delta), *weights[key].shape)
            total[key] += part.sum(axis=0)
        for key, delay in credit.shares.inputs.items():
            if k >= delay:
                x[k - delay] += credit.shares.part(key, k, delta).sum(axis=0)
    for lag in range(STEPS):
        steps = np.arange(STEPS - lag)
        for key in lags:
            lags[key] += credit.shares.summed(
                key, steps, np.stack([deltas[k][lag] for k in steps]), np.zeros(len(steps))
            )
    whole = unroll(run, entering, inputs=True)
    np.testing.assert_allclose(x, whole.x, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(rows[:, : step.N].sum(axis=0), whole.s0, rtol=1e-10, atol=1e-12)
    for key, weight in whole.weights.items():
        np.testing.assert_allclose(total[key], weight, rtol=1e-9, atol=1e-11, err_msg=key)
        np.testing.assert_allclose(lags[key], weight, rtol=1e-9, atol=1e-11, err_msg=key)


@each_cell
def test_rows_of_one_step_are_the_pulls_of_their_gradients(name):
    step, weights = made(name)
    run = run_of(step, weights)
    credit = MotionOfEquations(run).credit
    k, layout = 3, credit.layout
    rows = np.random.default_rng(13).standard_normal((4, layout.width))
    found = values(step, weights, given_at(run, k))
    past, delta = credit.pull(k, rows)
    for row, before, d in zip(rows, past, delta, strict=True):
        g_out = row[layout.entry] if layout.apart else None
        pulled, reached = pull(step, found, row[: step.N], g_out), reach(step, found, row[: step.N], g_out)
        for part, by_delay in each_register(step, layout):
            for delay, columns in by_delay.items():
                moved = row[by_delay[delay + 1]] if delay + 1 in by_delay else 0.0
                now = pulled.s if delay == 1 else pulled.older.get(delay, np.zeros(step.N))
                np.testing.assert_allclose(before[columns], now[part] + moved, rtol=1e-10, atol=1e-12)
        for key in weights:
            np.testing.assert_allclose(
                credit.shares.part(key, k, d[None])[0], pulled.weights[key], rtol=1e-10, atol=1e-12, err_msg=key
            )
        homes = [use for use in uses(step) if use.home in reached]
        assert homes


def each_register(step, layout):
    """Yield each part of the state with the columns of a row that lead back so many steps from the row before.

    By the delay with which a state is read now: the row before step k has s_{k−1} first.
    """
    for name, part in step.parts.items():
        size, older = part.stop - part.start, layout.older.get(name, slice(0, 0))
        places = [part, *(slice(at, at + size) for at in range(older.start, older.stop, size))]
        yield part, dict(enumerate(places, start=1))


@each_cell
def test_rows_in_logarithms_are_the_plain_ones_also_far_below_float64(name):
    credit = credit_of(*made(name))
    rows = np.random.default_rng(14).standard_normal((3, credit.layout.width))
    for k in (0, 4):
        past, delta = credit.pull(k, rows)
        for far in (0.0, -5000.0):
            log_past, log_delta = credit.log_pull(k, Signed.of(rows).times(np.asarray(far)))
            np.testing.assert_allclose(near(log_past, far), past, rtol=1e-10, atol=1e-11)
            np.testing.assert_allclose(near(log_delta, far), delta, rtol=1e-10, atol=1e-11)


def near(number, far):
    return np.where(number.sign == 0, 0.0, number.sign * np.exp(number.log - far))


@each_cell
def test_norms_of_terms_are_those_of_the_terms_themselves(name):
    step, weights = made(name)
    credit = credit_of(step, weights)
    rows = np.random.default_rng(15).standard_normal((3, credit.layout.width))
    _, delta = credit.pull(2, rows)
    log_delta = credit.log_pull(2, Signed.of(rows).times(np.asarray(-3000.0)))[1]
    squares = np.zeros(3)
    for key in weights:
        part = credit.shares.part(key, 2, delta).reshape(3, -1)
        squares += (part**2).sum(axis=1)
        found = credit.shares.log_norms([key], 2, delta)
        np.testing.assert_allclose(found, log_norms(part), rtol=1e-10, atol=1e-10, err_msg=key)
        logs = credit.log_shares.log_norms([key], 2, log_delta)
        np.testing.assert_allclose(logs, log_norms(part) - 3000.0, rtol=1e-10, atol=1e-9, err_msg=key)
    together = credit.shares.log_norms(weights, 2, delta)
    np.testing.assert_allclose(together, 0.5 * np.log(squares), rtol=1e-10, atol=1e-10)
    by_logs = credit.log_shares.log_norms(weights, 2, log_delta)
    np.testing.assert_allclose(by_logs, together - 3000.0, rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("name", ["gru", "mist", "time-delay network", "lru"])
def test_credit_of_states_that_somebody_else_made_is_that_of_the_run(name):
    step, weights = made(name)
    run = run_of(step, weights)
    one, other = MotionOfEquations(run).credit, credit_along(step, weights, run.inputs[-STEPS:, 0], run.s)
    rows = np.random.default_rng(19).standard_normal((3, one.layout.width))
    for k in (0, STEPS - 1):
        for left, right in zip(one.pull(k, rows), other.pull(k, rows), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-14)
        logs = [credit.log_pull(k, Signed.of(rows))[1].log for credit in (one, other)]
        np.testing.assert_allclose(*logs, rtol=1e-12, atol=1e-12)


def test_one_delta_serves_every_matrix_and_bias_of_a_gate():
    for name, gates in (("rnn", 1), ("lstm", 4), ("mgu", 2), ("slstm", 4)):
        step, weights = made(name)
        assert credit_of(step, weights).size == gates * step.width
    # The GRU's recurrent part of the candidate has one of its own, behind the reset gate.
    assert credit_of(*made("gru")).size == 4 * 4


def test_weight_that_acts_twice_has_the_norm_of_the_sum_of_its_shares_also_where_they_cancel():
    step = sized(Recurrence.parse("h = tanh(W @ h + U @ x) + tanh(W @ sin(h) - a)"), 3, 4)
    rng = np.random.default_rng(16)
    weights = {key: rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    credit = credit_of(step, weights)
    rows = rng.standard_normal((5, 4))
    rows[1] = 0.0
    rows[2] *= 1e-160
    _, delta = credit.pull(2, rows)
    part = credit.shares.part("W", 2, delta).reshape(5, -1)
    np.testing.assert_allclose(credit.shares.log_norms(["W"], 2, delta), log_norms(part), rtol=1e-12)
    twice = sized(Recurrence.parse("h = W @ h - W @ (1.000000001 * h) + U @ x"), 3, 4)
    credit = credit_of(twice, {"W": weights["W"], "U": weights["U"]})
    _, delta = credit.pull(2, rows[:1])
    part = credit.shares.part("W", 2, delta).reshape(1, -1)
    np.testing.assert_allclose(credit.shares.log_norms(["W"], 2, delta), log_norms(part), rtol=1e-9)


def test_input_that_acts_in_many_ways_has_its_gradient():
    cell = "h = tanh(U @ (x / norm(x)) + W @ h + sum(x) * b + where(c @ x > 0, a, b) * h + U @ (x[1] * x))"
    step = sized(Recurrence.parse(cell), 3, 4)
    rng = np.random.default_rng(18)
    weights = {key: rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    run = run_of(step, weights, 1)
    credit, g = MotionOfEquations(run).credit, rng.standard_normal((1, 4))
    _, delta = credit.pull(0, g)
    np.testing.assert_allclose(credit.shares.part("x", 0, delta), unroll(run, g, inputs=True).x, rtol=1e-12)
    logs = credit.log_shares.part("x", 0, credit.log_pull(0, Signed.of(g))[1])
    np.testing.assert_allclose(logs.value(), credit.shares.part("x", 0, delta), rtol=1e-12)


def mp_vector(array):
    return np.frompyfunc(mpmath.mpf, 1, 1)(np.asarray(array, dtype=object))


def assert_exactly(found, expected):
    expected = expected.reshape(found.log.shape)
    np.testing.assert_array_equal(found.sign, np.vectorize(lambda v: float(mpmath.sign(v)))(expected))
    logs = np.vectorize(lambda v: float(mpmath.log(abs(v))) if v else -np.inf)(expected)
    np.testing.assert_allclose(found.log, logs, rtol=1e-12, atol=1e-10)


def test_saturated_gru_has_all_digits_of_its_terms():
    """Slopes of e^−1600 and less, an update gate that keeps all but e^−800: three steps by mpmath, every δ and every term."""
    step, weights = made("gru")
    weights = {**weights, "b_r": np.full(4, 1600.0), "b_z": np.full(4, 800.0), "b_n": np.full(4, 950.0)}
    run = run_of(step, weights, 3)
    credit = MotionOfEquations(run).credit
    g = np.random.default_rng(17).standard_normal((1, 4))
    row = Signed.of(g)
    sigmoid, tanh = (np.frompyfunc(one, 1, 1) for one in (lambda z: 1 / (1 + mpmath.exp(-z)), mpmath.tanh))
    with mpmath.workdps(1000):
        w, exact = {key: mp_vector(one) for key, one in weights.items()}, mp_vector(g[0])
        for k in (2, 1, 0):
            row, delta = credit.log_pull(k, row)
            h, x = mp_vector(run.s[k]), mp_vector(run.inputs[k, 0])
            r = sigmoid(w["U_r"] @ x + w["W_r"] @ h + w["b_r"])
            z = sigmoid(w["U_z"] @ x + w["W_z"] @ h + w["b_z"])
            read = w["W_n"] @ h + w["b_rec"]
            n = tanh(w["U_n"] @ x + w["b_n"] + r * read)
            by_n = exact * (1 - z) * (1 - n * n)
            by_z, by_r = exact * (h - n) * z * (1 - z), by_n * read * r * (1 - r)
            terms = {"r": (by_r, by_r), "z": (by_z, by_z), "n": (by_n, by_n * r)}
            for gate, (outer, inner) in terms.items():
                assert_exactly(credit.log_shares.part(f"U_{gate}", k, delta), np.outer(outer, x))
                assert_exactly(credit.log_shares.part(f"W_{gate}", k, delta), np.outer(inner, h))
                assert_exactly(credit.log_shares.part(f"b_{gate}", k, delta), outer)
            assert_exactly(credit.log_shares.part("b_rec", k, delta), by_n * r)
            by_w = sum(inner @ w[f"W_{gate}"] for gate, (_, inner) in terms.items())
            exact = exact * z + by_w
            assert_exactly(row, exact)


def test_matrix_made_of_weights_has_all_digits_where_its_own_slopes_are_beyond_float64():
    """A diagonal of e^{−e^ν} with ν = 7: e^−1097, and ∂/∂ν e^−1090."""
    step = sized(Recurrence.parse("h = exp(-exp(nu)) * h + U @ x"), 1, 2)
    weights = {"nu": np.array([7.0, 0.3]), "U": np.ones((2, 1))}
    credit = credit_of(step, weights, 2)
    row, delta = credit.log_pull(1, Signed.of(np.array([[2.0, 3.0]])))
    h = run_of(step, weights, 2).s[1]
    with mpmath.workdps(900):
        nu = mp_vector(weights["nu"])
        a = np.frompyfunc(lambda v: mpmath.exp(-mpmath.exp(v)), 1, 1)(nu)
        slope = -np.frompyfunc(mpmath.exp, 1, 1)(nu) * a
        assert_exactly(row, mp_vector([2.0, 3.0]) * a)
        assert_exactly(credit.log_shares.part("nu", 1, delta), mp_vector([2.0, 3.0]) * mp_vector(h) * slope)


def test_right_factor_that_float64_has_lost_still_has_its_norm():
    """What W multiplies is e^−900 in one unit and all: ‖δ hᵀ‖ is no zero."""
    step = sized(Recurrence.parse("h = tanh(W @ exp(a * h) + p * exp(a * h) + U @ x)"), 1, 2)
    weights = {"W": np.eye(2), "p": np.ones(2), "U": np.zeros((2, 1)), "a": np.array([-900.0, -1000.0])}
    run = roll(step, weights, np.zeros((1, 1)), np.ones(2))
    credit = MotionOfEquations(run).credit
    _, delta = credit.pull(0, np.array([[1.0, 1.0]]))
    exact = -900.0 + 0.5 * np.log(2) + 0.5 * np.log1p(np.exp(-200.0))
    np.testing.assert_allclose(credit.shares.log_norms(["W"], 0, delta), exact, rtol=1e-14)
    np.testing.assert_allclose(credit.shares.log_norms(["p"], 0, delta), -900.0, rtol=1e-14)


def test_true_zeros_stay_zeros():
    step = sized(Recurrence.parse("h = relu(W @ h + U @ x)"), 1, 2)
    weights = {"W": np.eye(2), "U": np.full((2, 1), -5.0)}
    run = roll(step, weights, np.ones((1, 1)), np.ones(2))
    credit = MotionOfEquations(run).credit
    row, delta = credit.log_pull(0, Signed.of(np.ones((1, 2))))
    assert np.isneginf(row.log).all()
    assert (row.sign == 0).all()
    assert np.isneginf(credit.log_shares.log_norms(["W"], 0, delta)).all()
    _, delta = credit.pull(0, np.ones((1, 2)))
    assert np.isneginf(credit.shares.log_norms(["W", "U"], 0, delta)).all()
