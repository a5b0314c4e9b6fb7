"""Between what states stay, from the equations: no run of any weights leaves it, and no bound is looser than it need be."""

import math

import numpy as np
import pytest

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.expressions.functions import UNARY
from explorer.engine.recurrence.expressions.interval import Interval
from explorer.engine.recurrence.expressions.several import SEVERAL
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.bounds import bounds
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import roll

from .cells import EVERY, made, recurrence

NONE, UNIT, POSITIVE = Interval(), Interval(-1.0, 1.0), Interval(0.0)
FOUND = {
    "rnn": {"h": UNIT}, "residual": {"h": NONE}, "lstm": {"h": UNIT, "c": NONE}, "gru": {"h": UNIT}, "mgu": {"h": UNIT},
    "peephole": {"h": UNIT, "c": NONE}, "mingru": {"h": POSITIVE}, "lru": {"u": NONE, "v": NONE},
    "cornn": {"z": NONE, "y": NONE}, "slstm": {"h": UNIT, "l": NONE, "c": UNIT}, "deltanet": {"S": NONE}, "mist": {"h": UNIT},
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_states_of_a_cell_stay_within_what_its_equations_allow(name):
    assert dict(bounds(cell(name).recurrence)) == FOUND[name]


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [("tanh", -1, 1), ("sigmoid", 0, 1), ("relu", 0, math.inf), ("identity", -math.inf, math.inf)],
)
def test_states_of_the_simple_cell_stay_within_the_activations_bounds(activation, low, high):
    assert bounds(cell("rnn", activation).recurrence)["h"] == Interval(low, high)
    assert ACTIVATIONS[activation].bounds == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("h = 0.5 * h + 0.5 * tanh(U @ x)", -1, 1),
        ("h = 0.5 * h + sigmoid(U @ x)", 0, math.inf),
        ("z = sigmoid(U @ x)\nh = z * h + (1 - z) * cos(V @ x)", -1, 1),
        ("z = hardsigmoid(U @ x)\nh = z * h + (1 - z) * cos(V @ x)", -1, 1),
        ("z = tanh(U @ x)\nh = z * h + (1 - z) * cos(V @ x)", -math.inf, math.inf),
        ("z = sigmoid(U @ x)\nr = sigmoid(V @ x)\nh = z * h + (1 - r) * tanh(V @ x)", -math.inf, math.inf),
        ("z = sigmoid(U @ x)\nh = 3 + z * h * 0.5 + (1 - z) * 2", 0, math.inf),
        ("h = softmax(U @ x + W @ h)", 0, 1),
        ("h = minimum(maximum(U @ x + W @ h, -2), 3)", -2, 3),
        ("h = where(U @ x > 0, sigmoid(W @ h), -sigmoid(W @ h))", -1, 1),
        ("v = U @ x\nh = where(v > 2, v, 2) + relu(W @ h)", 0, math.inf),
        ("h = (U @ x) ** 2 + abs(W @ h)", 0, math.inf),
        ("h = tanh(V @ x) / (2 + sigmoid(U @ x))", -0.5, 0.5),
        ("h = sin(W @ h) % 3 + softsign(U @ x)", -1, 4),
        ("h = -expm1(-abs(W @ h + U @ x))", 0, 1),
        ("h = tanh(W @ h)", 0, 0),
        ("h = exp(-h) * sigmoid(W @ x)", 0, 1),
    ],
)
def test_bounds_follow_from_the_equations(text, low, high):
    assert bounds(Recurrence.parse(text))["h"] == Interval(low, high)


def test_start_belongs_to_what_a_state_can_be():
    assert bounds(Recurrence.parse("h = tanh(W @ h + U @ x)", start={"h": 5.0}))["h"] == Interval(-1, 5)


@pytest.mark.parametrize("scale", [0.3, 3.0, 50.0])
@pytest.mark.parametrize("name", EVERY)
def test_no_run_leaves_the_bounds(name, scale):
    step, weights = made(name, scale=scale)
    run = roll(step, weights, scale * np.random.default_rng(5).standard_normal((40, 3)))
    for state, within in bounds(recurrence(name)).items():
        part = run.s[:, step.parts[state]]
        # What overflows is a result and no value.
        part = part[np.isfinite(part)]
        assert (part >= within.low - 1e-12).all()
        assert (part <= within.high + 1e-12).all()


@pytest.mark.parametrize("name", [*UNARY, *SEVERAL])
def test_no_value_of_a_function_leaves_its_reach(name):
    function = {**UNARY, **SEVERAL}[name]
    rng = np.random.default_rng(6)
    for low, high in ((-30, 30), (0.1, 4), (-2, -1), (-1, 0), (0, 700)):
        args = [Interval(low, high) for _ in range(function.arity)]
        with np.errstate(all="ignore"):
            values = function.value(*rng.uniform(low, high, (function.arity, 500)))
        values, reach = values[np.isfinite(values)], function.reach(*args)
        assert not len(values) or reach.low <= values.min() <= values.max() <= reach.high
