"""What the equations themselves subtract: lost digits are counted, ordinary networks have lost none."""

import mpmath
import numpy as np
import pytest

from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.readings import unsurerows
from explorer.engine.recurrence.readings.compact import times
from explorer.engine.recurrence.readings.exact import jacobian
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.structure import structure
from explorer.engine.recurrence.readings.unsure import log_errors, state_errors
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.legs import Leg, travel
from explorer.engine.recurrence.run.legsmotion import motion_of
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll

from ...shipped import VARIETY
from .cells import EVERY, given, made


def jacobians(run):
    """All Jacobians of a run."""
    return MotionOfEquations(run).jacobians(0, len(run.out))


# The unitary network's reflections subtract what they can carry off.
@pytest.mark.parametrize("name", [name for name in EVERY if name != "urnn"])
def test_ordinary_steps_have_no_unsure_entry(name):
    step, weights = made(name)
    assert log_errors(step, log_values(step, weights, given(step))) is None


@pytest.mark.parametrize("name", VARIETY)
def test_states_of_ordinary_runs_keep_their_digits_or_say_how_many(name):
    step, weights = made(name, scale=0.5)
    x = np.random.default_rng(0).standard_normal((12, 3))
    run = roll(step, weights, x)
    older = {
        d: run.history[step.recurrence.longest_delay - d :][:12, 0] for d in range(2, step.recurrence.longest_delay + 1)
    }
    found, J = log_values(step, weights, Given(run.s[:-1], x, np.arange(1.0, 13.0), older)), jacobians(run)
    errors = state_errors(step, found, run.s, lambda t, e: np.abs(J[t - 1]) @ e)
    assert errors is None or (errors < 1e-14).all()


def test_difference_of_state_and_candidate_that_is_nothing_but_rounding_is_unsure():
    """The GRU's h' is its candidate but for the last digit, and a weight of 1e17 reads what is left."""
    step, _ = made("gru", inputs=1, width=2)
    weights = {name: np.zeros(shape) for name, shape in step.weight_shapes().items()}
    weights |= {"b_n": np.array([0.3, 0.3]), "W_z": np.array([[0.0, 1e17], [0.0, 0.0]])}
    at = Given(np.array([np.tanh(0.3), 0.0]), np.zeros(1))
    found = log_values(step, weights, at)
    errors = log_errors(step, found)
    assert errors is not None
    # z' = 1/4, four roundings of two numbers of 0.29 each.
    np.testing.assert_allclose(np.exp(errors[0, 1]), 1e17 * 0.25 * 4 * 2 * np.tanh(0.3) * 2.0**-52, rtol=0.1)
    assert np.isneginf(errors[1]).all()
    assert np.isneginf(np.diag(errors)).all()


def test_cell_that_cancels_to_its_last_digit_stays_unsure_while_it_is_kept():
    """f c' + i g is nothing but rounding; the next step reads it, and so does the step after."""
    step, _ = made("lstm", inputs=1, width=1)
    weights = {name: np.zeros(shape) for name, shape in step.weight_shapes().items()}
    weights |= {"b_i": np.array([0.1]), "b_f": np.array([40.0]), "b_g": np.array([0.3]), "b_o": np.array([0.2])}
    weights["U_i"] = np.array([[-900.0]])
    i, g = 1 / (1 + np.exp(-0.1)), np.tanh(0.3)
    x = np.array([[0.0], [1.0], [1.0]])
    run = roll(step, weights, x, np.array([0.0, -i * g * (1 + 2.0**-50)]))
    assert abs(run.s[1, 1]) < 1e-14
    found = log_values(step, weights, Given(run.s[:-1], x))
    J = jacobians(run)
    errors = state_errors(step, found, run.s, lambda t, e: np.abs(J[t - 1]) @ e)
    assert errors is not None
    expected = 2 * i * g * 4 * 2.0**-52
    np.testing.assert_allclose(errors[1:, 1], expected, rtol=0.01)
    weights["W_f"] = np.ones((1, 1))
    wrong = log_errors(step, log_values(step, weights, Given(run.s[:-1], x)), errors[:-1])
    assert wrong is not None
    # J's entry c ← h reads c itself, which has no digits left.
    assert np.isfinite(wrong[1:, 1, 0]).all()


def test_what_cancelled_before_a_seam_stays_unsure_behind_it():
    """The same cell, but that its weights are given anew after step 1: its decoder reads a state without digits."""
    step, _ = made("lstm", inputs=1, width=1)
    weights = {name: np.zeros(shape) for name, shape in step.weight_shapes().items()}
    weights |= {"b_i": np.array([0.1]), "b_f": np.array([40.0]), "b_g": np.array([0.3]), "b_o": np.array([0.2])}
    weights |= {"U_i": np.array([[-900.0]]), "W_f": np.ones((1, 1))}
    g = np.tanh(0.3) / (1 + np.exp(-0.1))
    x, s0 = np.array([[0.0], [1.0], [1.0]]), np.array([0.0, -g * (1 + 2.0**-50)])
    one = MotionOfEquations(roll(step, weights, x, s0))
    seamed = motion_of(travel([Leg(step, weights, 1), Leg(step, dict(weights), 2)], x, s0))
    assert one.log_errors()[1] > -np.inf
    np.testing.assert_allclose(seamed.log_errors(), one.log_errors(), rtol=1e-12)
    for t in (1, 2, 3):
        np.testing.assert_array_equal(seamed.log_error_entries(t) is None, one.log_error_entries(t) is None)
    np.testing.assert_allclose(seamed.log_error_entries(2), one.log_error_entries(2), rtol=1e-12)


def test_estimate_holds_where_terms_cancel():
    """h' (1 + 1e-9) − h' in the slope: of what is left the estimate says how much is wrong."""
    step = sized(Recurrence.parse("h = (a * h - b * h) * tanh(U @ x + W @ h)"), 1, 3)
    rng = np.random.default_rng(0)
    weights = {"U": rng.standard_normal((3, 1)), "W": rng.standard_normal((3, 3)), "b": rng.standard_normal(3)}
    weights["a"] = weights["b"] * (1 + 1e-12)
    at = Given(rng.standard_normal(3), np.ones(1))
    found = log_values(step, weights, at)
    J, errors = log_jacobian(step, found).value(), log_errors(step, found)
    assert errors is not None
    with mpmath.workdps(60):
        w = {name: np.frompyfunc(mpmath.mpf, 1, 1)(weight.astype(object)) for name, weight in weights.items()}
        h = np.frompyfunc(mpmath.mpf, 1, 1)(at.s.astype(object))
        z = w["U"][:, 0] + w["W"] @ h
        tanh = np.frompyfunc(mpmath.tanh, 1, 1)(z)
        exact = np.diag((w["a"] - w["b"]) * tanh) + ((w["a"] - w["b"]) * h * (1 - tanh * tanh))[:, None] * w["W"]
        off = np.abs(np.array(J - exact, dtype=float))
    assert (off <= np.exp(errors)).all()
    assert (np.exp(errors) < 1e5 * (off + 1e-20)).any()


def test_slope_at_a_difference_is_off_by_what_it_turns_not_by_the_digits_of_the_difference():
    """tanh is steep and straight at 0, whatever digits its argument h − a has lost; the square root bends there."""
    steps = {name: sized(Recurrence.parse(f"h = {name}(h - a)"), 1, 1) for name in ("tanh", "sqrt")}
    at = Given(np.array([0.5 + 1e-9]), np.zeros(1))
    tanh, sqrt = (log_errors(step, log_values(step, {"a": np.array([0.5])}, at)) for step in steps.values())
    assert tanh is None
    assert sqrt is not None
    # Four roundings of a sum of sizes of 1, either way, times |√''| = x^(−3/2)/4.
    np.testing.assert_allclose(np.exp(sqrt), 2 * 4 * 2.0**-52 * 0.25 * 1e-9**-1.5, rtol=0.01)


def test_product_of_what_leaves_float64_at_both_ends_is_no_zero():
    """σ(−760) e^760 through a matrix: the plain Jacobian has lost it, the exact one has not."""
    step = sized(Recurrence.parse("h = sigmoid(b + h * 0) * (A @ (exp(a) * tanh(h)))"), 1, 2)
    weights = {"b": np.array([-760.0, 1.0]), "a": np.array([760.0, 1.0]), "A": np.array([[1.0, 2.0], [3.0, 4.0]])}
    at = Given(np.array([[0.5, 0.25], [0.5, 0.25]]), np.zeros((2, 1)))
    assert not np.isclose(dense(step, values(step, weights, at))[0, 0, 0], 1 / np.cosh(0.5) ** 2)
    np.testing.assert_allclose(jacobian(step, weights, at)[:, 0, 0], 1 / np.cosh(0.5) ** 2, rtol=1e-11)


@pytest.mark.parametrize("name", ["lstm", "mist", "deltanet"])
def test_exact_jacobian_is_the_dense_one_where_nothing_is_far(name):
    step, weights = made(name)
    at = given(step)
    np.testing.assert_array_equal(jacobian(step, weights, at), dense(step, values(step, weights, at)))


def test_only_the_steps_that_are_far_are_made_again():
    step, weights = made("lstm")
    at = given(step, (4,))
    at.x[2] *= 3000.0
    J = jacobian(step, weights, at)
    plain = dense(step, values(step, weights, at))
    np.testing.assert_array_equal(J[[0, 1, 3]], plain[[0, 1, 3]])
    np.testing.assert_allclose(J[2], log_jacobian(step, log_values(step, weights, at)).value()[2], rtol=1e-12)


def test_sums_of_sums_are_gone_through_once_each():
    """2^100 ways lead through a hundred lines; each node has its own estimate."""
    text = "\n".join(["v = h * 1e-40 + U @ x", *["v = v + v"] * 100, "h = v * h"])
    step = sized(Recurrence.parse(text), 1, 2)
    at = Given(np.array([0.5, -0.25]), np.array([1e-40]))
    found = log_values(step, {"U": np.ones((2, 1))}, at)
    assert log_errors(step, found) is None
    np.testing.assert_allclose(found[step.recurrence.out].plain, 2.0**100 * 1e-40 * (1 + at.s) * at.s, rtol=1e-12)


@pytest.mark.parametrize(("gain", "bias"), [(3.0, 0.0), (8.0, -10.0), (30.0, 0.0), (30.0, -25.0)])
def test_entries_that_are_not_called_unsure_are_right_in_saturated_networks(gain, bias):
    """The MGU's J from its recorded net inputs and states with sixty digits; n − h is where it may cancel."""
    step, weights = made("mgu", inputs=1, width=3, scale=1.0, seed=3)
    weights = {key: gain * weight + bias * (key == "b_n") for key, weight in weights.items()}
    x = np.random.default_rng(16).standard_normal((25, 1))
    run = roll(step, weights, x)
    h = run.s[:-1]
    found = log_values(step, weights, Given(h, x))
    J, errors = log_jacobian(step, found), log_errors(step, found)
    z_f = h @ weights["W_f"].T + (x @ weights["U_f"].T + weights["b_f"])
    f = 1 / (1 + np.exp(-z_f))
    z_n = (f * h) @ weights["W_n"].T + (x @ weights["U_n"].T + weights["b_n"])
    sure = np.full(J.log.shape, True) if errors is None else np.isneginf(errors)
    assert sure.mean() > 0.6
    with mpmath.workdps(80):
        lift = np.frompyfunc(mpmath.mpf, 1, 1)
        sigmoid, tanh = np.frompyfunc(lambda z: 1 / (1 + mpmath.exp(-z)), 1, 1), np.frompyfunc(mpmath.tanh, 1, 1)
        W_f, W_n = lift(weights["W_f"].astype(object)), lift(weights["W_n"].astype(object))
        for t in range(len(x)):
            zf, zn, s = (lift(one[t].astype(object)) for one in (z_f, z_n, h))
            gate, n = sigmoid(zf), tanh(zn)
            inner = np.diag(gate) + (s * gate * (1 - gate))[:, None] * W_f
            exact = np.diag(1 - gate) + ((n - s) * gate * (1 - gate))[:, None] * W_f
            exact = exact + (gate * (1 - n * n))[:, None] * (W_n @ inner)
            logs = np.vectorize(lambda v: float(mpmath.log(abs(v))) if v else -np.inf)(exact)
            np.testing.assert_allclose(J.log[t][sure[t]], logs[sure[t]], rtol=0, atol=1e-9)
            np.testing.assert_array_equal(
                J.sign[t][sure[t]], np.vectorize(lambda v: float(mpmath.sign(v)))(exact)[sure[t]]
            )


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "mgu", "peephole", "residual", "cornn"])
@pytest.mark.parametrize(("gain", "bias"), [(0.5, 0.0), (8.0, -10.0), (30.0, -25.0)])
def test_rows_are_off_by_what_their_entries_are_but_for_the_rounding_of_the_row(name, gain, bias):
    step, weights = made(name, inputs=1, width=6, scale=1.0, seed=3)
    weights = {key: gain * weight + bias * key.startswith("b") for key, weight in weights.items()}
    motion = MotionOfEquations(roll(step, weights, np.random.default_rng(16).standard_normal((25, 1))))
    rows = motion.log_errors()
    for t in range(1, 26):
        entries, J = motion.log_error_entries(t), motion.log_jacobian(t)
        of_rows = np.full(step.N, -np.inf) if entries is None else norm_of_logs(entries)
        found = -np.inf if rows is None else rows[t - 1]
        # An entry to which terms happen to cancel is off by some roundings of its row, no more.
        rounding = norm_of_logs(J.log).max() + np.log(1e6 * 2.0**-52)
        assert of_rows.max() <= np.logaddexp(found + 1e-9, rounding)
        assert found <= np.logaddexp(of_rows.max() + np.log(10.0), rounding)


def test_row_whose_terms_cancel_as_a_whole_is_unsure():
    """a h' and W h' with W = −a but for the last digits: nothing of a row is left, though no coefficient has cancelled."""
    step = sized(Recurrence.parse("h = a * h + W @ h + 0 * (U @ x)"), 1, 2)
    weights = {"a": np.full(2, 0.3), "W": np.diag([-0.3 * (1 + 1e-14), 0.5]), "U": np.zeros((2, 1))}
    motion = MotionOfEquations(roll(step, weights, np.zeros((3, 1)), np.ones(2)))
    rows = motion.log_errors()
    assert rows is not None
    np.testing.assert_allclose(np.exp(rows), 4 * 0.6 * 2.0**-52, rtol=1e-6)


_NEARLY = 1 + 1e-14
CANCELLING = {
    "diagonal": ("h = a * h - b * h + 0 * (U @ x)", {"a": np.full(3, 0.3), "b": np.full(3, 0.3 * _NEARLY)}),
    "units": (
        "g = a * g - b * h + 0 * (U @ x)\nh = 0.5 * h[1] + g - a * g[1]",
        {"a": np.full(3, 0.3), "b": np.array([0.3, 0.2, 0.1])},
    ),
    "kronecker I⊗B": (
        "S = S @ A - S @ B + 0 * outer(U @ x, c)\nh = S @ c",
        {"A": np.eye(3) + 0.2, "B": (np.eye(3) + 0.2) * _NEARLY, "c": np.ones(3)},
    ),
    "kronecker A⊗I": (
        "S = A @ S - B @ S + 0 * outer(U @ x, c)\nh = S @ c",
        {"A": np.eye(3) + 0.2, "B": (np.eye(3) + 0.2) * _NEARLY, "c": np.ones(3)},
    ),
}


def cancelling(kind):
    """A run whose J has this structure and rows that have lost digits."""
    text, weights = CANCELLING[kind]
    inner = "n" if kind == "kronecker A⊗I" else 3
    sizes = {"S": ("n", 3), "c": (3,), "B": (inner, inner), "A": (inner, inner)} if "kronecker" in kind else {}
    step = sized(Recurrence.parse(text, sizes=sizes), 1, 3)
    assert structure(step).whole == kind
    run = roll(step, {"U": np.zeros((3, 1)), **weights}, np.zeros((4, 1)), np.linspace(1.0, 2.0, step.N))
    return MotionOfEquations(run)


@pytest.mark.parametrize("kind", CANCELLING)
def test_rows_in_the_small_form_of_a_structure_are_off_by_what_those_of_J_are(kind, monkeypatch):
    motion = cancelling(kind)
    entries = log_errors(motion.step, motion._log_values, motion._state_errors)
    monkeypatch.setattr(unsurerows, "log_errors", None)
    monkeypatch.setattr(motion.__class__, "jacobians", None)
    rows = cancelling(kind).log_errors()
    assert entries is not None
    assert rows is not None
    np.testing.assert_allclose(rows, norm_of_logs(entries).max(axis=-1), atol=1e-9)
    assert (rows > np.log(2.0**-54)).all()


@pytest.mark.parametrize("kind", CANCELLING)
def test_errors_are_carried_by_the_small_form_as_by_J(kind):
    motion, e = cancelling(kind), np.random.default_rng(0).uniform(0, 1, cancelling(kind).width)
    np.testing.assert_allclose(times(motion.step, motion.compact()[1], e), motion.jacobians(1, 2)[0] @ e, atol=1e-13)


def test_ordinary_runs_of_many_units_are_off_by_nothing_or_by_rounding():
    step, weights = made("peephole", width=24, scale=0.3)
    motion = MotionOfEquations(roll(step, weights, np.random.default_rng(2).standard_normal((40, 3))))
    rows = motion.log_errors()
    assert rows is None or (rows < np.log(1e-14)).all()
