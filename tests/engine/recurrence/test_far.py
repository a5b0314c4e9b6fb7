"""Readings in logarithms against arithmetic with as many digits as it takes, where float64 has left its range."""

import tracemalloc

import mpmath
import numpy as np
import pytest

from explorer.engine.recurrence.expressions.contract import contract_logs
from explorer.engine.recurrence.expressions.expression import Contraction
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.signed import Signed

from .cells import made

# Every function at places where its value or its slope is far beyond float64.
FAR = {
    "tanh": ("tanh(a * h)", [0.3, 900.0, -2500.0]),
    "sigmoid": ("sigmoid(a * h)", [0.3, 900.0, -2500.0]),
    "1 - sigmoid": ("1 - sigmoid(a * h)", [0.3, 900.0, -2500.0]),
    "log(sigmoid)": ("log(sigmoid(a * h))", [0.3, 900.0, -2500.0]),
    "sigmoid**": ("sigmoid(a * h) ** 8", [0.3, 900.0, -2500.0]),
    "1 - exp**": ("sqrt(1 - exp(a * h) ** 2)", [-0.3, -900.0, -1e-30]),
    "exp": ("exp(a * h)", [0.3, 500.0, -2500.0]),
    "expm1": ("expm1(a * h)", [0.3, 1e-30, -2500.0]),
    "softplus": ("softplus(a * h)", [0.3, 900.0, -2500.0]),
    "silu": ("silu(a * h)", [0.3, 900.0, -2500.0]),
    "softsign": ("softsign(a * h)", [0.3, 1e200, -1e-200]),
    "log1p": ("log1p(a * h)", [0.3, 1e200, 1e-200]),
    "logaddexp": ("logaddexp(a * h, 3)", [0.3, 900.0, -2500.0]),
    "product": ("exp(a * h) * exp(-a * h * 2) * tanh(h)", [0.3, 900.0, -2500.0]),
    "quotient": ("tanh(h) / (1 + exp(a * h))", [0.3, 900.0, -2500.0]),
}


def mp_functions(mp):
    sigmoid = lambda z: 1 / (1 + mp.exp(-z))  # noqa: E731
    return {
        "tanh": mp.tanh, "sigmoid": sigmoid, "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "sqrt": mp.sqrt,
        "softplus": lambda z: mp.log(1 + mp.exp(z)), "silu": lambda z: z * sigmoid(z),
        "softsign": lambda z: z / (1 + abs(z)), "log1p": lambda z: mp.log(1 + z),
        "logaddexp": lambda a, b: mp.log(mp.exp(a) + mp.exp(b)),
    }  # fmt: skip


@pytest.mark.parametrize("name", FAR)
def test_function_and_its_slope_keep_their_digits_beyond_float64(name):
    """h = 1, a is the place; the test's own text is what mpmath evaluates."""
    expression, places = FAR[name]
    step = sized(Recurrence.parse(f"h = {expression}"), 1, len(places))
    weights, at = {"a": np.array(places)}, Given(np.ones(len(places)), np.zeros(1))
    found = log_values(step, weights, at)
    value, J = found[step.recurrence.next[0]], log_jacobian(step, found)
    with mpmath.workdps(2400):
        for i, place in enumerate(places):
            whole = {**mp_functions(mpmath.mp), "a": mpmath.mpf(place)}
            f = lambda h, whole=whole: eval(expression, {**whole, "h": h})  # noqa: E731 - the test's own text
            exact, h = f(mpmath.mpf(1)), mpmath.mpf(10) ** -40
            slope = (f(1 + h) - f(1 - h)) / (2 * h)
            assert value.sign[i] == mpmath.sign(exact)
            np.testing.assert_allclose(value.log[i], float(mpmath.log(abs(exact))), rtol=1e-13, atol=1e-11)
            assert J.sign[i, i] == mpmath.sign(slope)
            np.testing.assert_allclose(J.log[i, i], float(mpmath.log(abs(slope))), rtol=1e-13, atol=1e-11)


def test_forget_bias_of_minus_800_survives():
    step, weights = made("lstm", scale=0.0)
    weights["b_f"] = np.full(4, -800.0)
    at = Given(np.ones(8), np.zeros(3))
    assert (dense(step, values(step, weights, at))[4:, 4:] == 0).all()
    J = log_jacobian(step, log_values(step, weights, at))
    np.testing.assert_allclose(np.diag(J.log[4:, 4:]), -800.0, rtol=1e-15)


def exact(mp, array):
    """An array of mpmath numbers."""
    return np.frompyfunc(mp.mpf, 1, 1)(np.asarray(array, dtype=object))


def assert_exactly(J, expected):
    """Signs and logarithms of a Jacobian are those of an array of mpmath numbers."""
    np.testing.assert_array_equal(J.sign, np.vectorize(lambda v: float(mpmath.sign(v)))(expected))
    logs = np.vectorize(lambda v: float(mpmath.log(abs(v))) if v else -np.inf)(expected)
    np.testing.assert_allclose(J.log, logs, rtol=1e-12, atol=1e-10)


def test_product_of_two_slopes_beyond_float64_goes_through_a_matrix():
    """The MGU's gate stands before the matrix, and its slope as well as the candidate's is e^−2000 or less."""
    step, weights = made("mgu")
    weights = {**weights, "b_f": np.full(4, 2000.0), "b_n": np.full(4, 1500.0)}
    rng = np.random.default_rng(0)
    at = Given(rng.standard_normal(4), rng.standard_normal(3))
    with mpmath.workdps(2000):
        w, h, x = {key: exact(mpmath, one) for key, one in weights.items()}, exact(mpmath, at.s), exact(mpmath, at.x)
        f = np.frompyfunc(mp_functions(mpmath)["sigmoid"], 1, 1)(w["U_f"] @ x + w["W_f"] @ h + w["b_f"])
        n = np.frompyfunc(mpmath.tanh, 1, 1)(w["U_n"] @ x + w["W_n"] @ (f * h) + w["b_n"])
        df = (f * (1 - f))[:, None] * w["W_f"]
        inner = np.diag(f) + h[:, None] * df
        expected = np.diag(1 - f) + (n - h)[:, None] * df + (f * (1 - n * n))[:, None] * (w["W_n"] @ inner)
        assert_exactly(log_jacobian(step, log_values(step, weights, at)), expected)


def test_cell_that_float64_calls_zero_still_decides_the_jacobian():
    """All gates of an LSTM are shut: c is e^−900, and so is what the output gate lets through of it."""
    step, weights = made("lstm")
    weights = {key: np.full(4, -900.0) if key.startswith("b") else weight for key, weight in weights.items()}
    weights["b_g"] = np.zeros(4)
    rng = np.random.default_rng(0)
    at = Given(rng.standard_normal(8), rng.standard_normal(3))
    assert (after(step, values(step, weights, at)) == 0).all()
    with mpmath.workdps(2000):
        w, s, x = {key: exact(mpmath, one) for key, one in weights.items()}, exact(mpmath, at.s), exact(mpmath, at.x)
        h, c = s[:4], s[4:]
        sigmoid, tanh = (np.frompyfunc(one, 1, 1) for one in (mp_functions(mpmath)["sigmoid"], mpmath.tanh))
        z = {gate: w[f"U_{gate}"] @ x + w[f"W_{gate}"] @ h + w[f"b_{gate}"] for gate in "ifgo"}
        i, f, o, g = sigmoid(z["i"]), sigmoid(z["f"]), sigmoid(z["o"]), tanh(z["g"])
        new = f * c + i * g
        slopes = {"i": g * i * (1 - i), "f": c * f * (1 - f), "g": i * (1 - g * g)}
        by_h = sum(slope[:, None] * w[f"W_{gate}"] for gate, slope in slopes.items())
        outlet = (o * (1 - tanh(new) ** 2))[:, None]
        top = outlet * by_h + (tanh(new) * o * (1 - o))[:, None] * w["W_o"]
        expected = np.block([[top, outlet * np.diag(f)], [by_h, np.diag(f)]])
        assert_exactly(log_jacobian(step, log_values(step, weights, at)), expected)


def test_start_of_minus_infinity_is_a_true_zero_of_the_first_jacobian():
    step, weights = made("slstm")
    at = Given(step.start(), np.ones(3))
    assert np.isneginf(step.start()[step.parts["l"]]).all()
    found = log_values(step, weights, at)
    J = log_jacobian(step, found)
    assert np.isneginf(J.log[:, step.parts["l"]]).all()
    assert np.isneginf(J.log[step.parts["c"], step.parts["c"]]).all()
    assert np.isfinite(J.log[:, step.parts["h"]]).all()
    s = after(step, values(step, weights, at))
    # Nothing was there before: c is z itself, l the input gate's.
    np.testing.assert_allclose(s[step.parts["c"]], np.tanh(weights["U_z"] @ at.x + weights["b_z"]), rtol=1e-14)


def test_dead_unit_is_a_true_zero_and_no_number_stays_none():
    step = sized(cell("rnn", "relu").recurrence, 1, 2)
    weights = {"U": np.zeros((2, 1)), "W": np.eye(2), "b": np.array([-5.0, 5.0])}
    J = log_jacobian(step, log_values(step, weights, Given(np.ones(2), np.zeros(1))))
    np.testing.assert_array_equal(J.log, [[-np.inf, -np.inf], [-np.inf, 0.0]])
    J = log_jacobian(step, log_values(step, weights, Given(np.array([np.nan, 1.0]), np.zeros(1))))
    assert np.isnan(J.log[0, 0])


@pytest.mark.parametrize("labels", [("ik", "kj"), ("ki", "kj"), ("jk", "ki"), ("kj", "ik")])
def test_product_of_matrices_keeps_every_entry_however_far_apart_they_are(labels):
    """Entries from e^−2000 to e^2000, zeros and signs among them, over leading axes that one of the two has."""
    rng, sizes = np.random.default_rng(31), {"i": 4, "j": 5, "k": 6}

    def numbers(of, lead):
        shape = (*lead, *(sizes[label] for label in of))
        sign = rng.integers(-1, 2, shape).astype(float)
        return Signed(np.where(sign == 0, -np.inf, rng.uniform(-2000, 2000, shape)), sign)

    def exact(one, of, order):
        array = np.frompyfunc(lambda log, sign: mpmath.mpf(int(sign)) * mpmath.exp(log), 2, 1)(one.log, one.sign)
        return array if of == order else array.mT

    a, b = numbers(labels[0], ()), numbers(labels[1], (3,))
    b.log[2], b.sign[2] = 0.0, 1.0
    found = contract_logs(Contraction(labels, "ij"), a, b)
    with mpmath.workdps(40):
        first, second = (0, 1) if "i" in labels[0] else (1, 0)
        expected = exact((a, b)[first], labels[first], "ik") @ exact((a, b)[second], labels[second], "kj")
        log = [float(mpmath.log(abs(one))) if one else -np.inf for one in expected.ravel()]
        sign = [float(mpmath.sign(one)) for one in expected.ravel()]
    np.testing.assert_allclose(found.log.ravel(), log, rtol=1e-13, atol=1e-13)
    np.testing.assert_array_equal(found.sign.ravel(), sign)


def test_product_of_matrices_takes_the_room_of_the_product_not_of_its_summands():
    log = np.random.default_rng(32).uniform(-900, -300, (8, 64, 64))
    a = Signed(log, np.ones_like(log))
    tracemalloc.start()
    contract_logs(Contraction(("ik", "kj"), "ij"), a, a)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24 * log.nbytes
