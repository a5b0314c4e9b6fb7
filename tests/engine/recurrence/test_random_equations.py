"""Equations that nobody wrote: all readings of random graphs agree, whatever kinds of node meet in them."""

import os
import random
from dataclasses import replace

import numpy as np
import pytest

from explorer.engine.errors import BadEquations
from explorer.engine.recurrence.readings.change import change
from explorer.engine.recurrence.readings.exact import jacobian
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logchange import log_change
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.pull import pull
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.unsure import log_errors
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.signed import Signed

# What is asked for: a vector v, a matrix M, a number s; each letter stands for another of its kind.
FORMS = {
    "v": [
        "(v + v)", "(v - v)", "v * v", "tanh(v)", "sigmoid(v)", "softsign(v)", "silu(v)", "softplus(v)", "logsigmoid(v)",
        "sin(v)", "cos(v)", "abs(v)", "expm1(v)", "M @ v", "v @ M", "s * v", "(1 - sigmoid(v))",
        "v / (2 + (v)**2)", "logaddexp(v, v)",
        "where(sin(v) > 0.2, v, v)", "softmax(v)", "sqrt(1 + (v)**2)", "diag(v) @ v", "maximum(v, 0.1)", "minimum(v, 0.7)",
    ],
    "M": [
        "(M + M)", "M.T", "M @ M", "outer(v, v)", "tanh(M)", "diag(v) @ M", "M @ diag(v)", "M * M", "diag(v)", "s * M",
        "expm(A - A.T)",
    ],
    "s": ["sum(v)", "norm(v)", "(v @ v)", "sum(M) / 9", "t", "0.5"],
}  # fmt: skip
ENDS = {"v": ["h", "g", "a", "b", "(U @ x)", "h[2]", "g[1]"], "M": ["A", "B", "S"], "s": ["0.5", "(a @ h)"]}


def expression(kind, depth, draw):
    """A random expression of a kind."""
    if depth == 0:
        return draw.choice(ENDS[kind])
    form = draw.choice(FORMS[kind])
    parts = [expression(one, depth - 1, draw) if one in FORMS else one for one in tokens(form)]
    return "".join(parts)


def tokens(form):
    """A form cut where a letter stands alone."""
    found, word = [], ""
    for character in [*form, " "]:
        if character.isalnum():
            word += character
            continue
        found += [word, character]
        word = ""
    return found[:-1]


def equations(draw):
    """A few random lines; the states stay within −1 and 1."""
    lines = [f"S = tanh({expression('M', draw.choice([1, 2]), draw)})"] * draw.choice([0, 1])
    lines.append(f"g = tanh({expression('v', draw.choice([1, 2, 3]), draw)} + 0 * h)")
    return "\n".join([*lines, f"h = tanh({expression('v', draw.choice([2, 3]), draw)} + 0 * g)"])


def cases():
    """Texts that can be read; their number is GRADIENT_FLOW_EQUATIONS, by default few."""
    draw, found = random.Random(7), []
    while len(found) < int(os.environ.get("GRADIENT_FLOW_EQUATIONS", "25")):
        text = equations(draw)
        try:
            found.append(Recurrence.parse(text))
        except BadEquations:
            continue
    return found


def close(actual, expected, tolerance):
    """Equal relative to the largest entry."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * (1 + np.abs(expected).max()))


@pytest.mark.parametrize("recurrence", cases(), ids=lambda recurrence: recurrence.text.replace("\n", "; ")[:60])
def test_readings_of_random_equations_agree(recurrence):
    step, rng = sized(recurrence, 3, 3), np.random.default_rng(len(recurrence.text))
    weights = {name: 0.5 * rng.standard_normal(shape) for name, shape in step.weight_shapes().items()}
    s, older, d = 0.7 * rng.standard_normal((3, 2, step.N))
    at = Given(s, rng.standard_normal((2, 3)), 2.0, {2: older})
    found, logs = values(step, weights, at), log_values(step, weights, at)
    J = dense(step, found)
    close(np.stack([pull(step, found, np.tile(unit, (2, 1))).s for unit in np.eye(step.N)], axis=-2), J, 1e-11)
    close(log_jacobian(step, logs).value(), J, 1e-10)
    close(jacobian(step, weights, at), J, 1e-12)
    close(log_jacobian(step, logs, path="direct").value(), dense(step, found, path="direct"), 1e-10)
    moved = change(step, found, 0.3 * d)
    close(moved, after(step, values(step, weights, replace(at, s=s + 0.3 * d))) - after(step, found), 1e-10)
    close(log_change(step, logs, Signed.of(0.3 * d)).value(), moved, 1e-9)
    errors = log_errors(step, logs)
    assert errors is None or (errors < -20.0).all()


@pytest.mark.parametrize("recurrence", cases()[::2], ids=lambda recurrence: recurrence.text.replace("\n", "; ")[:60])
def test_gradients_of_runs_of_random_equations_are_slopes(recurrence):
    step, rng = sized(recurrence, 3, 3), np.random.default_rng(len(recurrence.text))
    weights = {name: 0.5 * rng.standard_normal(shape) for name, shape in step.weight_shapes().items()}
    x = rng.standard_normal((4, 2, 3))
    run = roll(step, weights, x)
    g = rng.standard_normal(run.out.shape)
    found = unroll(run, g, inputs=True)
    size = 1e-6
    for name, weight in {**weights, "x": x}.items():
        along = rng.standard_normal(weight.shape)

        def loss(by, name=name, along=along):
            moved = {**weights, name: weights[name] + by * along} if name != "x" else weights
            return (roll(step, moved, x + by * along if name == "x" else x).out * g).sum()

        slope = (loss(size) - loss(-size)) / (2 * size)
        gradient = found.x if name == "x" else found.weights[name]
        np.testing.assert_allclose((gradient * along).sum(), slope, rtol=1e-5, atol=1e-6, err_msg=name)
