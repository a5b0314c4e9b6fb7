"""J in float64 is that of the logarithms, whatever leaves float64 on the way, and ordinary runs are proved to need none."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from explorer.engine.recurrence.expressions.functions import FUNCTIONS
from explorer.engine.recurrence.readings import exact, within
from explorer.engine.recurrence.readings.logvalue import of_plain
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll

from ...shipped import VARIETY
from .cells import EVERY, made

T = 5


def motion(step, weights, seed=0, scale=1.0, start=None):
    rng = np.random.default_rng(seed)
    x = scale * rng.standard_normal((T, step.inputs))
    return MotionOfEquations(roll(step, weights, x, start if start is None else start * rng.standard_normal(step.N)))


def assert_is_that_of_the_logarithms(found):
    for path in ("whole", "direct"):
        J = found.jacobians(0, T, path)
        logs = np.array([found.log_jacobian(t, path).value() for t in range(1, T + 1)])
        # To the rounding of a row: what terms of a row cancel to is not asked for.
        size = 1e-9 * np.nan_to_num(np.abs(logs), posinf=0.0).max(axis=-1, keepdims=True)
        close = (np.abs(J - logs) <= size) | (logs == J) | ~np.isfinite(logs)
        assert close.all()
        np.testing.assert_array_equal(np.isnan(J), np.isnan(logs))
        # What is an ordinary number in logarithms is none too small, nor zero, here.
        sure = (np.abs(logs) > 1e-290) & (np.abs(logs) > 1e-6 * size / 1e-9)
        np.testing.assert_allclose(J[sure], logs[sure], rtol=1e-6)


def biased(name, bias):
    """A cell with biases far out: of all gates, or the one of these names."""
    step, weights = made(name)
    return step, {key: one + bias.get(key, 0.0) * np.ones_like(one) for key, one in weights.items()}


@cache
def biases(name):
    step, _ = made(name)
    return tuple(key for key, shape in step.weight_shapes().items() if len(shape) == 1 and key.startswith("b"))


@pytest.mark.parametrize("far", [-900.0, -400.0, 900.0])
@pytest.mark.parametrize("name", VARIETY)
def test_gates_shut_or_open_beyond_float64_singly_in_pairs_and_all(name, far):
    gates = biases(name)
    for some in [*(combinations(gates, 2) if far == -900.0 else [(gate,) for gate in gates]), gates]:
        assert_is_that_of_the_logarithms(motion(*biased(name, dict.fromkeys(some, far))))


@pytest.mark.parametrize("name", EVERY)
def test_weights_and_inputs_of_any_size_for_every_cell(name):
    for seed, (scale, size) in enumerate([(1e-200, 1.0), (1e-110, 1e110), (40.0, 20.0)]):
        step, weights = made(name, scale=scale, seed=seed)
        with np.errstate(all="ignore"):
            assert_is_that_of_the_logarithms(motion(step, weights, seed, size))


PRODUCTS = {
    "a gate before a large weight": ("h = sigmoid(b) * (W @ h) + 0 * (U @ x)", {"b": -800.0, "W": 1e300}),
    "two gates before a large state": (
        "h = sigmoid(a) * (sigmoid(b + h) * (c * (c * h))) + 0 * (U @ x)",
        {"a": -200.0, "b": -200.0, "c": 1e85},
    ),
    "slope of a slope": ("h = tanh(a + tanh(b + h)) * c + 0 * (U @ x)", {"a": 250.0, "b": 250.0, "c": 1e300}),
    "a product that underflows": ("h = (a * b) * (c * h) + 0 * (U @ x)", {"a": 1e-200, "b": 1e-200, "c": 1e300}),
    "a state that underflows": ("h = tanh(h * b) * h * c + 0 * (U @ x)", {"b": 1e-300, "c": 1e300}),
    "an exponential and its like": ("h = exp(a + h) * exp(b - h) * h + 0 * (U @ x)", {"a": -800.0, "b": 790.0}),
    "a quotient": ("h = h * exp(a) / exp(b) + 0 * (U @ x)", {"a": -900.0, "b": -890.0}),
    "a matrix behind a matrix": ("h = V @ (sigmoid(b) * (W @ h)) + 0 * (U @ x)", {"b": -900.0, "V": 1e200, "W": 1e200}),
    "gates behind large weights": (
        "h = c * (c * (sigmoid(a) * (sigmoid(b) * h))) + 0 * (U @ x)",
        {"a": -400.0, "b": -400.0, "c": 1e150},
    ),
    "two gates before a large matrix": (
        "h = sigmoid(a) * (sigmoid(b) * (W @ h)) + 0 * (U @ x)",
        {"a": -400.0, "b": -400.0, "W": 1e200},
    ),
    "a sum of what underflows": (
        "h = (sigmoid(a) * (sigmoid(a) * (U @ x)) + sigmoid(a) * (sigmoid(a) * d)) * (c * (c * h))",
        {"a": -400.0, "c": 1e120},
    ),
    "weights that underflow": (
        "h = (sigmoid(a) * d + sigmoid(b) * c) * (c * (c * h)) + 0 * (U @ x)",
        {"a": -400.0, "b": -400.0, "c": 1e120},
    ),
    "a matrix state": (
        "S = diag(c) @ (diag(sigmoid(a)) @ S) + outer(U @ x, V @ x)\nh = S @ (U @ x)",
        {"a": -800.0, "c": 1e200},
    ),
    "a power": ("h = sigmoid(b) ** 8 * (c * (c * h)) + 0 * (U @ x)", {"b": -100.0, "c": 1e170}),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_that_leave_float64_and_come_back(name):
    text, sizes = PRODUCTS[name]
    step = sized(Recurrence.parse(text), 1, 3)
    rng = np.random.default_rng(5)
    weights = {key: sizes.get(key, 1.0) * (1 + 0.1 * rng.random(shape)) for key, shape in step.weight_shapes().items()}
    found = motion(step, weights, start=1e-3)
    assert_is_that_of_the_logarithms(found)
    assert (found.jacobians(0, 1) != 0).any()


PLACES = np.concatenate([[0.0], *([size, -size] for size in (1e-300, 1e-20, 0.1, 0.7, 1.0, 3.0, 60.0, 500.0, 900.0))])


@pytest.mark.parametrize("name", sorted({*within.VALUES, *within.SLOPES}))
def test_spans_of_functions_hold_their_values_and_slopes(name):
    function, rng = FUNCTIONS[name], np.random.default_rng(6)
    for size in (1, 2, 5):
        args = [of_plain(rng.choice(PLACES, size)) for _ in range(function.arity)]
        spans = [within.span(arg.plain) for arg in args]
        pairs = [(within.VALUES[name](*spans), function.log_value(*args))]
        pairs += zip(within.SLOPES[name](*spans), function.log_slopes(*args), strict=True)
        for span, number in pairs:
            there = number.log[~np.isneginf(number.log)]
            assert (span.low - 1e-9 <= there).all()
            assert (there <= span.high + 1e-9).all()


@pytest.mark.parametrize("name", EVERY)
def test_what_is_enough_to_look_at_proves_no_more_than_all_spans_do(name):
    """At the very ends of what is ordinary."""
    step, weights = made(name)
    found = motion(step, weights)
    looked_at = within._enough(step)
    if looked_at is not None:
        values = list(found._values)
        for place in looked_at:
            value = np.ones(np.shape(values[place]) or 1)
            value.flat[::2] = np.exp(-39.9)
            values[place] = 19.9 * value
        assert within.is_within(step, values, {})
        assert within._is_proved(step, values, {})
        for place in looked_at:
            for far in (1e-280, 1e280, 700.0, np.nan):
                odd = [*values[:place], np.full_like(values[place], far), *values[place + 1 :]]
                assert within.is_within(step, odd, {}) == within._is_proved(step, odd, {})


def test_shipped_gated_cells_need_only_a_look_at_some_nodes():
    for name in ("rnn", "lstm", "gru", "mgu", "peephole", "mingru"):
        assert within._enough(made(name)[0]) is not None


def test_span_leaves_zeros_out_and_knows_what_is_no_number():
    assert within.span(np.array([0.0, -1e-300, 2.0])) == within.Span(np.log(1e-300), np.log(2.0))
    assert within.span(np.zeros(3)) == within.NOTHING
    for odd in (np.nan, np.inf):
        assert not within.span(np.array([0.0, odd, 1.0])).is_within


@pytest.mark.parametrize("name", VARIETY)
def test_ordinary_runs_are_proved_to_need_no_logarithms(name, monkeypatch):
    mended = []
    monkeypatch.setattr(exact, "_mend", lambda _step, J, *_: mended.append(len(J)))
    step, weights = made(name, width=8, scale=0.5)
    motion(step, weights).jacobians(0, T)
    assert mended == ([1] if np.isinf(step.start()).any() else [])
